//! What no recording shows.

use connector_sap_successfactors::SuccessFactors;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, take_log};

const EXPAND: &str = "employmentNav/jobInfoNav/emplStatusNav,employmentNav/userNav,\
    personEmpTerminationInfoNav,personalInfoNav,emailNav,emailNav/emailTypeNav";

fn list(entity: &str) -> Exchange {
    get("api", &format!("/odata/v2/{entity}")).query("$format", "json").auth("oauth")
}

fn people(expand: &str) -> Exchange {
    list("PerPerson").query("customPageSize", 100).query("paging", "snapshot").query("$expand", expand)
}

fn of(people: &str) -> String {
    format!(r#"{{"d":{{"results":[{people}]}}}}"#)
}

fn provider() -> Provider {
    Provider::new().wants(&["given_name"])
}

fn workers(provider: &Provider) -> Result<WorkerPage> {
    SuccessFactors::workers(&provider.context::<SuccessFactors>(), Cursor::default())
}

/// The worker that a person makes, as of noon of 15 January 2026.
#[track_caller]
fn worker(person: &str) -> Worker {
    let body = of(&format!(r#"{{"personIdExternal":"7"{person}}}"#));
    workers(&provider().on(people(EXPAND).json(body))).unwrap().workers.remove(0)
}

/// A day of 2026, by its number, as OData has it.
fn day(number: i64) -> String {
    format!("\"/Date({})/\"", (20_453 + number) * 86_400_000)
}

fn job(code: &str, title: &str, start: i64, number: u32) -> String {
    format!(
        r#"{{"seqNumber":"{number}","startDate":{},"endDate":"/Date(253402214400000)/","jobTitle":"{title}","emplStatusNav":{{"externalCode":"{code}"}}}}"#,
        day(start)
    )
}

fn employment(class: &str, start: i64, jobs: &[String]) -> String {
    format!(
        r#"{{"assignmentClass":"{class}","startDate":{},"jobInfoNav":{{"results":[{}]}}}}"#,
        day(start),
        jobs.join(",")
    )
}

fn employments(all: &[String]) -> String {
    format!(r#","employmentNav":{{"results":[{}]}}"#, all.join(","))
}

#[test]
fn the_employment_and_the_slice_that_count() {
    let title = |all: &[String]| worker(&employments(all)).employment.title.unwrap_or_default();
    let one = |class, start, code, title| employment(class, start, &[job(code, title, start, 1)]);
    let (own, abroad) = (one("ST", -900, "A", "own"), one("GA", -90, "A", "abroad"));
    let (left, asleep) = (one("ST", -500, "T", "left"), one("ST", -900, "D", "asleep"));
    assert_eq!(title(&[abroad.clone(), own.clone()]), "own");
    assert_eq!(title(&[left.clone(), own.clone()]), "own");
    assert_eq!(title(&[asleep.clone(), abroad.clone()]), "abroad");
    assert_eq!(title(&[left, asleep]), "left");
    assert_eq!(title(&[own, one("ST", -30, "P", "new")]), "new");
    let slices = [job("A", "to come", 20, 1), job("A", "first", 3, 1), job("A", "second", 3, 2)];
    assert_eq!(title(&[employment("ST", -900, &slices)]), "second");
    let early = [job("A", "tomorrow", 16, 1), job("A", "later", 20, 1)];
    assert_eq!(title(&[employment("ST", -900, &early)]), "later");
    assert_eq!(title(&[]), "");
}

#[test]
fn statuses() {
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};
    for (code, expected) in [
        ("A", Active),
        ("U", OnLeave),
        ("P", OnLeave),
        ("F", OnLeave),
        ("S", Inactive),
        ("D", Inactive),
        ("T", Terminated),
        ("R", Terminated),
        ("O", Terminated),
        ("RNS", Terminated),
        ("X", Active),
    ] {
        let person = employments(&[employment("ST", -9, &[job(code, "x", -9, 1)])]);
        assert_eq!(worker(&person).status, expected, "{code}");
    }
    assert_eq!(take_log().last().unwrap().1, "unknown status `X` is taken for active");
    let to_come = |code| worker(&employments(&[employment("ST", 20, &[job(code, "x", 20, 1)])])).status;
    assert_eq!((to_come("A"), to_come("RNS")), (Pending, Terminated));

    let ended = |count| format!(r#","personEmpTerminationInfoNav":{{"activeEmploymentsCount":{count}}}"#);
    assert_eq!(worker(&(ended(0) + &employments(&[employment("ST", 20, &[])]))).status, Pending);
    let account =
        |status| format!(r#","employmentNav":{{"results":[{{"userNav":{{"status":"{status}"}}}}]}}"#);
    assert_eq!(worker(&(ended(0) + &account("t"))).status, Terminated);
    for (status, expected) in [("t", Active), ("T", Active), ("f", Inactive), ("e", Pending), ("", Active)] {
        assert_eq!(worker(&(ended(1) + &account(status))).status, expected, "{status}");
    }
    for nothing in ["", r#","employmentNav":null"#, r#","employmentNav":{"__deferred":{"uri":"x"}}"#] {
        assert_eq!(worker(nothing).status, Active, "{nothing}");
    }
}

#[test]
fn whoever_comes_back_begins_anew() {
    let started = |start, original: &str| {
        let one = employment("ST", start, &[job("A", "x", start, 1)]);
        worker(&employments(&[one.replacen('{', &format!(r#"{{"originalStartDate":{original},"#), 1)]))
    };
    for (start, original, expected) in [
        (28, "\"/Date(1420070400000)/\"", "2026-01-28"),
        (28, "null", "2026-01-28"),
        (-9, "\"/Date(1420070400000)/\"", "2015-01-01"),
        (-9, "null", "2025-12-22"),
    ] {
        let start_date = started(start, original).employment.start_date;
        assert_eq!(start_date.as_deref(), Some(expected), "{start} {original}");
    }
}

#[test]
fn work_addresses() {
    let address = |emails: &[(&str, &str, bool)], account: &str| {
        let one = |(address, kind, primary): &(&str, &str, bool)| {
            format!(
                r#"{{"emailAddress":"{address}","isPrimary":{primary},"emailTypeNav":{{"externalCode":"{kind}"}}}}"#
            )
        };
        let emails: Vec<_> = emails.iter().map(one).collect();
        let person = format!(
            r#","emailNav":{{"results":[{}]}},"employmentNav":{{"results":[{{"userNav":{{"email":"{account}"}}}}]}}"#,
            emails.join(",")
        );
        let contact = worker(&person).contact;
        (contact.work_email.unwrap_or_default(), contact.personal_email.unwrap_or_default())
    };
    let pair = |work: &str, personal: &str| (work.to_owned(), personal.to_owned());
    assert_eq!(address(&[("p", "P", true), ("b", "B", false)], "u"), pair("b", "p"));
    assert_eq!(address(&[("o", "O", false), ("m", "", true)], "u"), pair("m", ""));
    assert_eq!(address(&[("p", "P", true)], "u"), pair("u", "p"));
    assert_eq!(address(&[("p", "P", true)], ""), pair("", "p"));
}

#[test]
fn somebody_without_an_id_stops_the_read() {
    let failed = workers(&provider().on(people(EXPAND).json(of(r#"{"personIdExternal":" "}"#))));
    assert!(matches!(failed, Err(Failure::InvalidResponse(text)) if text.contains("personIdExternal")));
}

#[test]
fn what_a_company_does_not_have_is_left_out() {
    let refusal = r#"{"error":{"code":"COE_PROPERTY_NOT_FOUND","message":{"lang":"en-US","value":"[COE0021]Invalid property names: PerPersonal/suffixNav, userNav. Please check the property name and start/end with no space."}}}"#;
    let wants = ["given_name", "honorific_suffix"];
    let all = format!("{EXPAND},personalInfoNav/suffixNav");
    let left = all.replace("employmentNav/userNav,", "").replace(",personalInfoNav/suffixNav", "");
    let refused = people(&all).answer(400, "application/json", refusal);
    let provider =
        provider().wants(&wants).on(refused).on(people(&left).json(of(r#"{"personIdExternal":"7"}"#)));
    assert_eq!(workers(&provider).unwrap().workers.len(), 1);
    assert_eq!(take_log().last().unwrap().1, "this company does not have suffixNav, userNav: left out");
    // Addresses stay where only their types are not there.
    let refused = people(EXPAND).answer(400, "application/json", refusal.replace("userNav", "emailTypeNav"));
    let left = EXPAND.replace("emailNav,emailNav/emailTypeNav", "emailNav");
    let email =
        r#"{"personIdExternal":"7","emailNav":{"results":[{"emailAddress":"a@b","isPrimary":true}]}}"#;
    let provider = self::provider().on(refused).on(people(&left).json(of(email)));
    let worker = workers(&provider).unwrap().workers.remove(0);
    assert_eq!(worker.contact.work_email.as_deref(), Some("a@b"));
    // One that was not asked for ends the read, and so does one without which
    // everybody would be out of all groups.
    for name in ["somethingNav", "EmpJob/emplStatusNav", "employmentNav"] {
        let other = refusal.replace("PerPersonal/suffixNav, userNav", name);
        let provider = self::provider().on(people(EXPAND).answer(400, "application/json", other));
        assert_eq!(workers(&provider), Err(Failure::Upstream(404)), "{name}");
    }
}

#[derive(Serialize, Deserialize)]
struct Since {
    millis: i64,
}

impl Shape for Since {
    const SHAPE: &'static str = "since/1";
}

/// The filter of a read of changes since noon of the day before.
fn filter() -> String {
    let from = "datetimeoffset'2026-01-14T11:55:00Z'";
    let parts = ["", "personalInfoNav/", "emailNav/", "phoneNav/", "employmentNav/"];
    let parts = parts.into_iter().chain(["employmentNav/userNav/", "employmentNav/jobInfoNav/"]);
    let parts = parts.map(|part| format!("({part}lastModifiedDateTime ge {from})"));
    let dates = ["employmentNav/jobInfoNav/startDate", "personalInfoNav/startDate"];
    let dates = dates.into_iter().chain(["personEmpTerminationInfoNav/latestTerminationDate"]).map(|date| {
        format!("({date} ge datetimeoffset'2026-01-13T12:00:00Z' and {date} le datetimeoffset'2026-01-15T12:00:00Z')")
    });
    parts.chain(dates).collect::<Vec<_>>().join(" or ")
}

#[test]
fn a_filter_that_the_server_does_not_take_has_everything_read() {
    let changes = || provider().changes(&Since { millis: 1_768_392_000_000 });
    let page = |status, body: &str| {
        people(EXPAND).query("$filter", filter()).answer(status, "application/json", body)
    };
    let read = workers(&changes().on(page(200, &of(r#"{"personIdExternal":"7"}"#)))).unwrap();
    assert_eq!((read.workers.len(), read.checkpoint.is_some()), (1, true));
    let unknown = r#"{"error":{"code":"COE_PROPERTY_NOT_FOUND","message":{"value":"[COE0021]Invalid property names: PerPerson/phoneNav. Please check"}}}"#;
    for refusal in ["{}", unknown] {
        let read = workers(&changes().on(page(400, refusal)));
        assert_eq!(read, Err(Failure::CheckpointExpired), "{refusal}");
    }
    assert_eq!(
        workers(&provider().on(people(EXPAND).answer(400, "application/json", "{}"))),
        Err(Failure::Upstream(400))
    );
}

#[test]
fn whoever_works_here_is_not_to_come() {
    let one = |id: &str, all: &[String]| format!(r#"{{"personIdExternal":"{id}"{}}}"#, employments(all));
    let ended = |start: i64, end: i64| {
        employment("ST", start, &[job("T", "old", end + 1, 1)]).replacen(
            '{',
            &format!(r#"{{"endDate":{},"#, day(end)),
            1,
        )
    };
    let new = employment("ST", 28, &[job("A", "new", 28, 1)]);
    // Somebody new; back after having left; with a second employment to come;
    // and with one that ends before the next one begins.
    let ahead = [
        one("1", std::slice::from_ref(&new)),
        one("2", &[ended(-900, -100), new.clone()]),
        one("3", &[employment("ST", -900, &[job("A", "now", -900, 1)]), new.clone()]),
        one("4", &[ended(-900, 20), new]),
    ];
    let condition = "employmentNav/startDate gt datetime'2026-01-15T00:00:00' and employmentNav/userNav/status in 't','f','e'";
    let provider = provider().setting("future_days", "30").on(people(EXPAND).json(of(""))).on(people(EXPAND)
        .query("asOfDate", "2026-02-14")
        .query("$filter", condition)
        .json(of(&ahead.join(","))));
    let today = workers(&provider).unwrap();
    assert!(today.workers.is_empty() && today.checkpoint.is_none());
    let cursor = Cursor::from(today.next);
    let to_come = SuccessFactors::workers(&provider.context::<SuccessFactors>(), cursor).unwrap();
    let found: Vec<_> = to_come.workers.iter().map(|one| (one.id.as_str(), one.status)).collect();
    assert_eq!(found, [("1", WorkerStatus::Pending), ("2", WorkerStatus::Pending)]);
    assert!(to_come.next.is_none() && to_come.checkpoint.is_some());
}

#[test]
fn login_errors_name_what_is_to_be_mended() {
    let failure =
        |status, body: &str| workers(&provider().on(people(EXPAND).answer(status, "application/json", body)));
    let coded = |code: &str| {
        format!(r#"{{"error":{{"code":"{code}","message":{{"lang":"en-US","value":"[{code}]No."}}}}}}"#)
    };
    let setting = |status, code| match failure(status, &coded(code)) {
        Err(Failure::BadSetting(error)) => error.key,
        other => panic!("{code}: {other:?}"),
    };
    assert_eq!(setting(403, "LGN0008"), "company_id");
    assert_eq!(setting(403, "LGN0010"), "auth_method");
    assert_eq!(setting(401, "LGN0004"), "auth_method");
    for code in ["LGN0002", "LGN0009"] {
        assert!(matches!(failure(403, &coded(code)), Err(Failure::PermissionMissing(_))), "{code}");
    }
    for code in ["LGN0003", "LGN0005", "LGN0007", "LGN0022"] {
        assert_eq!(failure(403, &coded(code)), Err(Failure::AuthFailed(format!("[{code}]No."))));
    }
    let lacks = Failure::PermissionMissing("the right to read PerPerson through OData".into());
    assert_eq!(failure(403, "{}"), Err(lacks));
    assert!(matches!(failure(401, "Authentication failed."), Err(Failure::AuthFailed(_))));
}

#[test]
fn too_many_requests_without_a_time_are_five_minutes() {
    let refused = || people(EXPAND).answer(429, "application/json", "{}");
    let wait = |refused| workers(&provider().on(refused));
    assert_eq!(wait(refused()), Err(Failure::RateLimited(Some(300))));
    assert_eq!(wait(refused().with_header("retry-after", "7")), Err(Failure::RateLimited(Some(7))));
}

#[test]
fn a_kind_that_a_company_does_not_have_is_no_group_and_no_name() {
    let gone = r#"{"error":{"code":"COE_ENTITY_NOT_FOUND","message":{"value":"[COE0019]Entity FODivision is not found."}}}"#;
    let no_divisions = || list("FODivision").answer(400, "application/json", gone);
    let provider = Provider::new()
        .setting("group_kinds", "division, company")
        .on(no_divisions().query("customPageSize", 100));
    let page = SuccessFactors::groups(&provider.context::<SuccessFactors>(), Cursor::default()).unwrap();
    assert!(page.groups.is_empty() && page.next.is_some(), "companies come next");

    let person = r#"{"personIdExternal":"7","employmentNav":{"results":[{"jobInfoNav":{"results":[{"division":"it's"}]}}]}}"#;
    let names = no_divisions().query("$filter", "externalCode in 'it''s'");
    let provider = Provider::new().wants(&["division"]).on(people(EXPAND).json(of(person))).on(names);
    let division = workers(&provider).unwrap().workers.remove(0).organization.division;
    assert_eq!(division, Unit::of(Some("it's".into()), None));
}

#[test]
fn a_unit_that_may_not_be_read_has_no_name_and_ends_a_read_of_memberships() {
    let person = r#"{"personIdExternal":"7","employmentNav":{"results":[{"jobInfoNav":{"results":[{"costCenter":"22"}]}}]}}"#;
    let refused = list("FOCostCenter").query("$filter", "externalCode in '22'").answer(403, "", "");
    let provider =
        Provider::new().wants(&["cost_center"]).on(people(EXPAND).json(of(person))).on(refused.clone());
    let cost_center = workers(&provider).unwrap().workers.remove(0).organization.cost_center;
    assert_eq!(cost_center, Unit::of(Some("22".into()), None));
    let told =
        "a cost_center has a code and no name: the right to read FOCostCenter through OData is missing";
    assert_eq!(take_log().last().unwrap().1, told);

    let jobs = people("employmentNav/jobInfoNav/emplStatusNav").json(of(person));
    let provider = Provider::new().setting("group_kinds", "cost_center").on(jobs).on(refused);
    let read = SuccessFactors::memberships(&provider.context::<SuccessFactors>(), Cursor::default());
    assert!(matches!(read, Err(Failure::PermissionMissing(_))));
}

#[test]
fn a_location_without_an_address_has_a_name() {
    let person = r#"{"personIdExternal":"7","employmentNav":{"results":[{"jobInfoNav":{"results":[{"location":"B1"}]}}]}}"#;
    let names = || list("FOLocation").query("$filter", "externalCode in 'B1'");
    let refusal = r#"{"error":{"code":"COE_PROPERTY_NOT_FOUND","message":{"value":"[COE0021]Invalid property names: FOLocation/addressNavDEFLT."}}}"#;
    let provider = Provider::new()
        .wants(&["location", "work_address.locality"])
        .on(people(EXPAND).json(of(person)))
        .on(names().query("$expand", "addressNavDEFLT").answer(400, "application/json", refusal))
        .on(names().json(of(r#"{"externalCode":"B1","name":"Berlin"}"#)));
    let location = workers(&provider).unwrap().workers.remove(0).organization.location;
    assert_eq!(location, Unit::of(Some("B1".into()), Some("Berlin".into())));
}

#[test]
fn labels_of_an_account() {
    let user = r#"{"userId":"7","status":"x","department":"Sales (EU) (501)","division":"(x)","location":"Gent (","country":"BEL"},{"userId":"8","division":"Sales ()"}"#;
    let provider =
        Provider::new().setting("mode", "user_only").wants(&["department", "custom.User.custom03"]);
    let select = "userId,username,status,firstName,lastName,mi,nickname,defaultFullName,email,title,department,division,\
        location,country,businessPhone,cellPhone,hireDate,defaultLocale,timeZone,empId,lastModifiedDateTime,manager/userId,custom03";
    let page =
        list("User").query("customPageSize", 100).query("paging", "snapshot").query("$expand", "manager");
    let page = page.query("$filter", "status in 't','f'").query("$select", select);
    let mut users = workers(&provider.on(page.json(of(user)))).unwrap().workers;
    let empty = users.pop().unwrap().organization.division;
    assert_eq!(empty, Unit::of(None, Some("Sales".into())), "brackets with nothing in them");
    let worker = users.pop().unwrap();
    assert_eq!(worker.status, WorkerStatus::Active);
    assert_eq!(worker.organization.department, Unit::of(Some("501".into()), Some("Sales (EU)".into())));
    assert_eq!(worker.organization.division, Unit::of(None, Some("(x)".into())));
    assert_eq!(worker.organization.location, Unit::of(None, Some("Gent (".into())));
    assert_eq!(worker.address.and_then(|address| address.country).as_deref(), Some("BE"));
}
