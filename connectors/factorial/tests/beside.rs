//! What lies beside the people, in cases that a recording of a made-up company
//! does not have.

use connector_factorial::Factorial;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Provider, get};

const NOW: &str = "2026-10-20T12:00:00Z";

fn rows(rows: &str) -> String {
    format!(r#"{{"data":[{rows}],"meta":{{"has_next_page":false,"end_cursor":"MQ=="}}}}"#)
}

/// A provider with one person, who is asked for, and this contract.
fn with_contract(contract: &str) -> Provider {
    with(r#"{"id":"1003","first_name":"Mia","active":null,"terminated_on":null}"#, contract)
}

fn with(person: &str, contract: &str) -> Provider {
    let people = get("api", "/employees/employees").query("limit", 90).auth("key");
    let contracts = get("api", "/contracts/reference_contracts").query("limit", 100);
    Provider::new()
        .now(NOW)
        .setting("cost_centers", "true")
        .on(people.json(rows(person)))
        .on(contracts.query("employee_ids[]", "1003").auth("key").json(rows(contract)))
}

fn read(provider: &Provider) -> Result<Worker> {
    let page = Factorial::workers(&provider.context::<Factorial>(), Cursor::default())?;
    Ok(page.workers.into_iter().next().unwrap())
}

#[test]
fn without_a_word_on_it_the_dates_say_who_is_active() {
    for (start, end, status) in [
        ("2026-10-20", "null", WorkerStatus::Active),
        ("2026-10-21", "null", WorkerStatus::Pending),
        ("2020-01-01", r#""2026-10-31""#, WorkerStatus::Active),
    ] {
        let contract = format!(
            r#"{{"id":"501","employee_id":1003,"starts_on":null,"effective_on":"{start}","ends_on":{end}}}"#
        );
        let worker = read(&with_contract(&contract).wants(&["status", "end_date"])).unwrap();
        assert_eq!(worker.status, status, "{contract}");
        assert_eq!(worker.employment.start_date.as_deref(), Some(start));
        assert_eq!(worker.employment.end_date.is_some(), end != "null");
    }
}

/// A new version of a contract is no new beginning, unless that is to come.
#[test]
fn who_began_long_ago_keeps_the_day() {
    let person = r#"{"id":"1003","active":true,"seniority_calculation_date":"2019-02-01"}"#;
    for (effective, start, status) in [
        ("2026-09-01", "2019-02-01", WorkerStatus::Active),
        ("2026-10-21", "2026-10-21", WorkerStatus::Pending),
    ] {
        let contract = format!(r#"{{"id":"501","employee_id":"1003","effective_on":"{effective}"}}"#);
        let worker = read(&with(person, &contract).wants(&["status"])).unwrap();
        assert_eq!(worker.employment.start_date.as_deref(), Some(start));
        assert_eq!(worker.status, status);
    }
}

#[test]
fn of_several_cost_centers_the_largest_counts() {
    let share = |id: u32, center: u32, percentage: u32| {
        format!(
            r#"{{"id":"{id}","employee_id":"1003","cost_center_id":"{center}","percentage":{percentage}}}"#
        )
    };
    let shares = [share(1, 7, 30), share(2, 8, 70), share(3, 9, 0)].join(",");
    let centers = r#"{"id":"7","name":"Seven"},{"id":"8","name":"Eight","code":"K8"}"#;
    let of = get("api", "/finance/cost_center_memberships").query("limit", 100);
    let provider = with_contract(r#"{"id":"501","employee_id":"1003"}"#)
        .wants(&["cost_center"])
        .on(get("api", "/finance/cost_centers").query("limit", 100).auth("key").json(rows(centers)))
        .on(of.query("active_on", "2026-10-20").auth("key").json(rows(&shares)));
    let center = read(&provider).unwrap().organization.cost_center.unwrap();
    assert_eq!((center.id.as_deref(), center.name.as_deref()), (Some("8"), Some("K8")));
}

/// The list is a page longer than there are people on theirs.
#[test]
fn a_long_list_of_cost_centers_is_asked_for_by_person() {
    let long = r#"{"data":[],"meta":{"total":101,"has_next_page":true,"end_cursor":"MQ=="}}"#;
    let of = || get("api", "/finance/cost_center_memberships").query("limit", 100).auth("key");
    let whole = || of().query("active_on", "2026-10-20");
    let provider = |answer: &str| {
        with_contract(r#"{"id":"501","employee_id":"1003"}"#)
            .wants(&["cost_center"])
            .on(get("api", "/finance/cost_centers")
                .query("limit", 100)
                .auth("key")
                .json(rows(r#"{"id":"7"}"#)))
            .on(whole().query("employee_id", "1003").json(answer))
            .on(whole().json(long))
    };
    let own = rows(r#"{"employee_id":"1003","cost_center_id":"7","percentage":100}"#);
    let center = read(&provider(&own)).unwrap().organization.cost_center.unwrap();
    assert_eq!(center.id.as_deref(), Some("7"));
    let foreign = read(&provider(&own.replace("1003", "1004"))).unwrap_err();
    assert!(foreign.to_string().contains("a row was not asked for"), "{foreign}");
    let more = own.replace("\"has_next_page\":false", "\"has_next_page\":true");
    assert!(read(&provider(&more)).unwrap_err().to_string().contains("more cost centers than fit a page"));
}

#[test]
fn a_contract_of_somebody_else_is_a_failure() {
    let provider = with_contract(r#"{"id":"501","employee_id":"1004"}"#).wants(&["status"]);
    let failure = read(&provider).unwrap_err();
    let expected = "contracts of a people page: data[0] was not asked for";
    assert_eq!(failure, Failure::InvalidResponse(expected.into()));
}

#[test]
fn custom_fields_of_one_name_are_told_apart() {
    let fields = r#"{"id":"75","label_text":"Size","field_type":"text"},
        {"id":"76","label_text":"Size","field_type":"text"}"#;
    let values = r#"{"id":"2","field_id":"76","valuable_id":"1003","valuable_type":"Employee","value":"L"},
        {"id":"1","field_id":"75","valuable_id":"1003","valuable_type":"Employee","value":"M"}"#;
    let of = get("api", "/custom_fields/values").query("limit", 100).query("employee_ids[]", "1003");
    let provider = with_contract(r#"{"id":"501","employee_id":"1003"}"#)
        .wants(&["custom.Size", "custom.Size (76)"])
        .on(get("api", "/custom_fields/fields").query("limit", 100).auth("key").json(rows(fields)))
        .on(of.auth("key").json(rows(values)));
    let mut custom = read(&provider).unwrap().custom;
    custom.sort_by(|one, other| one.name.cmp(&other.name));
    let text = |name: &str, value: &str| CustomAttribute::new(name, Value::Text(value.into()));
    assert_eq!(custom, [text("Size", "M"), text("Size (76)", "L")]);
}

/// Each choice has a row of its own.
#[test]
fn of_several_choices_all_count() {
    let fields = r#"{"id":"75","label_text":"Skills","field_type":"multiple_choice"}"#;
    let value = |id: u32, chosen: &str| {
        format!(r#"{{"id":"{id}","field_id":"75","valuable_id":"1003","single_choice_value":"{chosen}"}}"#)
    };
    let values = [value(1, "Welding"), value(2, "Forklift")].join(",");
    let of = get("api", "/custom_fields/values").query("limit", 100).query("employee_ids[]", "1003");
    let provider = with_contract(r#"{"id":"501","employee_id":"1003"}"#)
        .wants(&["custom.Skills"])
        .on(get("api", "/custom_fields/fields").query("limit", 100).auth("key").json(rows(fields)))
        .on(of.auth("key").json(rows(&values)));
    let both = Value::Texts(vec!["Welding".into(), "Forklift".into()]);
    assert_eq!(read(&provider).unwrap().custom, [CustomAttribute::new("Skills", both)]);
}

/// Whoever is in the rows that are missing would lose their access.
#[test]
fn a_list_that_ends_before_its_total_is_a_failure() {
    let first = r#"{"data":[{"id":"1","employee_id":"1003","team_id":"7"}],
        "meta":{"total":3,"has_next_page":true,"end_cursor":"MQ=="}}"#;
    let last = r#"{"data":[{"id":"2","employee_id":"1004","team_id":"7"}],
        "meta":{"total":3,"has_next_page":false,"end_cursor":"Mg=="}}"#;
    let list = || get("api", "/teams/memberships").query("limit", 100);
    let provider = |last: &str| {
        Provider::new()
            .now(NOW)
            .on(list().query("after_id", "MQ==").auth("key").json(last))
            .on(list().auth("key").json(first))
    };
    let read = |provider: &Provider| {
        let cx = provider.context::<Factorial>();
        let next = Factorial::memberships(&cx, Cursor::default())?.next;
        Factorial::memberships(&cx, Cursor::from(next))
    };
    let short = read(&provider(last)).unwrap_err().to_string();
    assert!(short.contains("ends before its `meta.total`"), "{short}");
    assert!(read(&provider(&last.replace("\"total\":3", "\"total\":2"))).is_ok());
}

#[test]
fn a_refused_list_of_the_finance_module_names_the_setting() {
    let provider = with_contract(r#"{"id":"501","employee_id":"1003"}"#).wants(&["cost_center"]).on(get(
        "api",
        "/finance/cost_centers",
    )
    .query("limit", 100)
    .auth("key")
    .answer(403, "application/json", "{}"));
    let failure = read(&provider).unwrap_err();
    let named = |why: &str| why.contains("`cost_centers`") && why.contains("`finance`");
    assert!(matches!(&failure, Failure::PermissionMissing(why) if named(why)), "{failure:?}");
}

/// A contract has custom fields too, and its number may be a person's.
#[test]
fn a_change_of_a_thing_is_nobodys() {
    let thing = r#"{"id":"1","field_id":"75","valuable_id":"1003","valuable_type":"Contract","value":"M"}"#;
    let list = |path: &str, since: &str| {
        get("api", path).query("limit", 90).query("updated_at_gteq", since).auth("key")
    };
    let provider = Provider::new()
        .now(NOW)
        .changes(&Since::at(Instant::parse(NOW).unwrap()))
        .on(list("/employees/employees", "2026-10-18").json(rows("")))
        .on(list("/contracts/contract_versions", "2026-10-19T00:00:00Z").json(rows("")))
        .on(list("/custom_fields/values", "2026-10-19").json(rows(thing)));
    let mut cursor = None;
    for _ in 0..3 {
        let cx = provider.context::<Factorial>();
        let page = Factorial::workers(&cx, Cursor::from(cursor)).unwrap();
        assert!(page.workers.is_empty());
        cursor = page.next;
    }
    assert!(cursor.is_none());
}

/// Whoever is hidden unless they are asked for is so in every list of people.
#[test]
fn who_left_is_found_by_their_contract_too() {
    let contract = rows(r#"{"id":"501","employee_id":"1003"}"#);
    let person = r#"{"id":"1003","active":false,"updated_at":"2026-01-01T00:00:00Z"}"#;
    let list = |path: &str, since: &str| {
        get("api", path).query("limit", 90).query("updated_at_gteq", since).auth("key")
    };
    let all = ("include_active_and_terminated", "true");
    let by_id = get("api", "/employees/employees").query("limit", 100).query("ids[]", "1003").auth("key");
    let provider = Provider::new()
        .now(NOW)
        .setting("ask_for_terminated", "true")
        .changes(&Since::at(Instant::parse(NOW).unwrap()))
        .wants(&["status"])
        .on(list("/employees/employees", "2026-10-18").query(all.0, all.1).json(rows("")))
        .on(list("/contracts/contract_versions", "2026-10-19T00:00:00Z").json(&contract))
        .on(by_id.query(all.0, all.1).json(rows(person)))
        .on(get("api", "/contracts/reference_contracts")
            .query("limit", 100)
            .query("employee_ids[]", "1003")
            .auth("key")
            .json(&contract));
    let read = |cursor| Factorial::workers(&provider.context::<Factorial>(), Cursor::from(cursor)).unwrap();
    let first = read(None);
    let ids: Vec<_> = read(first.next).workers.into_iter().map(|worker| worker.id).collect();
    assert_eq!(ids, ["1003"]);
}
