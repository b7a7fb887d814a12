use connector_entra_id::EntraId;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Provider, link, take_log};
use rollcall_sdk::{FetchError, SettingError};

use crate::{SELECT, error, latest, provider, users};

const DELTA: &str =
    r#"{"value":[],"@odata.deltaLink":"https://graph.microsoft.com/v1.0/users/delta?$deltatoken=d"}"#;

fn workers(provider: &Provider) -> Result<WorkerPage> {
    EntraId::workers(&provider.context::<EntraId>(), Cursor::default())
}

/// Reads one member with these properties beside the usual ones.
fn read_in(provider: Provider, properties: &str) -> Result<Worker> {
    let body = format!(r#"{{"value":[{{"id":"1","userType":"Member"{properties}}}]}}"#);
    let provider = provider.on(latest(SELECT).json(DELTA)).on(users(SELECT).json(body));
    workers(&provider).map(|mut page| page.workers.remove(0))
}

fn read(properties: &str) -> Worker {
    read_in(provider(), &format!(r#","accountEnabled":true{properties}"#)).unwrap()
}

#[track_caller]
fn is_invalid<T: std::fmt::Debug>(result: Result<T>, why: &str) {
    assert!(matches!(&result, Err(Failure::InvalidResponse(text)) if text.contains(why)), "{result:?}");
}

#[test]
fn status_by_the_order_of_the_rules() {
    let past = r#""employeeLeaveDateTime":"2026-01-15T12:00:00Z""#;
    let to_come = r#""employeeLeaveDateTime":"2026-01-15T12:00:01Z""#;
    let hired = r#""employeeHireDate":"2026-01-15T12:00:01.0000000Z""#;
    let here = r#""employeeHireDate":"2026-01-15T12:00:00Z""#;
    let invited = r#""externalUserState":"PendingAcceptance""#;
    for (properties, expected) in [
        (format!(r#","accountEnabled":true,{past},{invited}"#), WorkerStatus::Terminated),
        (format!(r#","accountEnabled":false,{past}"#), WorkerStatus::Terminated),
        (format!(r#","accountEnabled":false,{hired},{to_come}"#), WorkerStatus::Inactive),
        (format!(r#","accountEnabled":true,{hired}"#), WorkerStatus::Pending),
        (format!(r#","accountEnabled":true,{here},{invited}"#), WorkerStatus::Pending),
        (
            format!(r#","accountEnabled":true,{here},{to_come},"externalUserState":"Accepted""#),
            WorkerStatus::Active,
        ),
        (r#","accountEnabled":true,"employeeHireDate":"soon""#.to_owned(), WorkerStatus::Active),
    ] {
        let worker = read_in(provider().setting("read_leave_date", "false"), &properties).unwrap();
        assert_eq!(worker.status, expected, "{properties}");
    }
}

#[test]
fn a_missing_account_enabled_is_never_inactive() {
    is_invalid(read_in(provider(), ""), "users page: a user has no `accountEnabled`");
    // Also for those who would not have been read: without `$select` nobody has a type.
    let bare = provider().on(latest(SELECT).json(DELTA)).on(users(SELECT).json(r#"{"value":[{"id":"1"}]}"#));
    is_invalid(workers(&bare), "no `accountEnabled`");

    let worker = read_in(provider(), r#","accountEnabled":null"#).unwrap();
    assert_eq!(worker.status, WorkerStatus::Active);
    assert!(take_log().iter().any(|(_, line)| line.contains("user 1 has an `accountEnabled` of null")));
}

#[test]
fn what_is_not_a_list_of_users_is_invalid() {
    for (body, why) in [
        (r#"{"value":[{"accountEnabled":true,"userType":"Member"}]}"#, "a user has no `id`"),
        (
            r#"{"value":[{"id":"1","accountEnabled":[]}]}"#,
            "value[0].accountEnabled: expected a boolean, found a list",
        ),
        ("{}", "missing field `value`"),
        ("<html>Sign in</html>", "HTML"),
        ("", "empty"),
    ] {
        let provider = provider().on(latest(SELECT).json(DELTA)).on(users(SELECT).json(body));
        is_invalid(workers(&provider), why);
    }
}

#[test]
fn the_work_email_is_the_mail_or_the_primary_address() {
    let email = |properties: &str| read(properties).contact.work_email;
    let addresses = r#","proxyAddresses":["smtp:alias@example.com","SMTP:m@example.com"]"#;
    assert_eq!(
        email(&format!(r#","mail":"mail@example.com"{addresses}"#)).as_deref(),
        Some("mail@example.com")
    );
    assert_eq!(email(&format!(r#","mail":null{addresses}"#)).as_deref(), Some("m@example.com"));
    assert_eq!(
        email(r#","userPrincipalName":"u@example.com","proxyAddresses":["smtp:alias@example.com"]"#),
        None
    );
}

#[test]
fn dates_are_days_on_the_tenants_clock() {
    let date = |hours: &str, hired: &str| {
        let properties = format!(r#","accountEnabled":true,"employeeHireDate":"{hired}""#);
        read_in(provider().setting("date_offset_hours", hours), &properties).unwrap().employment.start_date
    };
    assert_eq!(date("", "2019-02-28T23:00:00Z").as_deref(), Some("2019-02-28"));
    // Berlin in winter and in summer.
    assert_eq!(date("2", "2019-02-28T23:00:00.0000000Z").as_deref(), Some("2019-03-01"));
    assert_eq!(date("2", "2019-06-30T22:00:00Z").as_deref(), Some("2019-07-01"));
    assert_eq!(date("5.5", "2019-02-28T18:30:00Z").as_deref(), Some("2019-03-01"));
    // New York in winter and in summer.
    assert_eq!(date("0", "2019-03-01T05:00:00Z").as_deref(), Some("2019-03-01"));
    assert_eq!(date("0", "2019-07-01T04:00:00Z").as_deref(), Some("2019-07-01"));
    assert_eq!(date("-5", "2019-07-01T04:00:00Z").as_deref(), Some("2019-06-30"));
    assert_eq!(date("0", "soon"), None);
}

#[test]
fn settings_that_are_wrong_are_named() {
    for (key, value) in
        [("date_offset_hours", "15"), ("date_offset_hours", "NaN"), ("date_offset_hours", "noon")]
    {
        let provider = provider().setting(key, value).on(latest(SELECT).json(DELTA));
        let provider = provider.on(users(SELECT).json(r#"{"value":[]}"#));
        assert!(
            matches!(workers(&provider), Err(Failure::BadSetting(SettingError { key: k, .. })) if k == key),
            "{key}={value}"
        );
    }
    for (key, value) in [("sign_in", "password"), ("include_guests", "perhaps"), ("read_leave_date", "2")] {
        let provider = provider().setting(key, value);
        assert!(
            matches!(workers(&provider), Err(Failure::BadSetting(SettingError { key: k, .. })) if k == key),
            "{key}={value}"
        );
    }
}

#[test]
fn only_what_is_wanted_is_asked_for() {
    let badge = "extension_3f1c_badge";
    let select = format!("{SELECT},employeeLeaveDateTime,{badge}")
        .replace("employeeHireDate,", "employeeHireDate,employeeOrgData,");
    let provider = Provider::new().wants(&["cost_center", "custom.extension_3f1c_badge", "custom.other"]);
    let body = r#"{"value":[{"id":"1","accountEnabled":true,"userType":"Member","extension_3f1c_badge":["a","b"],
        "extension_3f1c_other":"x","onPremisesSyncEnabled":true,"employeeOrgData":{"costCenter":" 4100 "}}]}"#;
    let provider = provider.setting("read_leave_date", "true");
    let provider = provider.on(latest(&select).json(DELTA)).on(users(&select).json(body));
    let worker = workers(&provider).unwrap().workers.remove(0);
    assert_eq!(worker.custom, [CustomAttribute::new(badge, Value::Texts(vec!["a".into(), "b".into()]))]);
    assert_eq!(worker.organization.cost_center, Unit::of(None, Some("4100".into())));
}

#[test]
fn custom_attributes_beside_the_extensions() {
    let wanted =
        ["custom.extensionAttribute2", "custom.onPremisesSyncEnabled", "custom.onPremisesSamAccountName"];
    let select =
        format!("{SELECT},onPremisesExtensionAttributes,onPremisesSamAccountName,onPremisesSyncEnabled");
    let body = r#"{"value":[{"id":"1","accountEnabled":true,"userType":"Member","onPremisesSyncEnabled":true,
        "onPremisesSamAccountName":"mlind","onPremisesExtensionAttributes":
        {"extensionAttribute1":"a","extensionAttribute2":"b","extensionAttribute3":null}},
        {"id":"2","accountEnabled":true,"userType":"Member","onPremisesExtensionAttributes":null}]}"#;
    let provider = Provider::new().wants(&wanted);
    let provider = provider.on(latest(&select).json(DELTA)).on(users(&select).json(body));
    let workers = workers(&provider).unwrap().workers;
    let text = |text: &str| Value::Text(text.into());
    assert_eq!(
        workers[0].custom,
        [
            CustomAttribute::new("extensionAttribute2", text("b")),
            CustomAttribute::new("onPremisesSamAccountName", text("mlind")),
            CustomAttribute::new("onPremisesSyncEnabled", Value::Boolean(true)),
        ]
    );
    assert_eq!(workers[1].custom, []);
}

#[test]
fn a_manager_who_is_a_contact_is_no_worker() {
    let manager = |json: &str| read(&format!(r#","manager":{json}"#)).employment.manager_id;
    assert_eq!(
        manager(r##"{"@odata.type":"#microsoft.graph.user","id":"9","displayName":"B"}"##).as_deref(),
        Some("9")
    );
    assert_eq!(manager(r#"{"id":"9"}"#).as_deref(), Some("9"));
    assert_eq!(manager(r##"{"@odata.type":"#microsoft.graph.orgContact","id":"9"}"##), None);
    assert_eq!(manager("null"), None);
}

#[test]
fn places_phones_and_addresses_may_be_missing() {
    let worker = read(
        r#","businessPhones":[],"otherMails":["",null,"p@example.com"],"department":" Sales ","usageLocation":"DE""#,
    );
    assert_eq!(worker.contact.work_phone, None);
    assert_eq!(worker.contact.personal_email.as_deref(), Some("p@example.com"));
    assert_eq!(worker.organization.department, Unit::of(None, Some("Sales".into())));
    assert_eq!(worker.address.unwrap().country.as_deref(), Some("DE"));
    assert_eq!(read("").address, None);
    assert_eq!(
        read(r#","country":"Germany","usageLocation":"US""#).address.unwrap().country.as_deref(),
        Some("Germany")
    );
}

#[test]
fn guests_are_read_only_when_asked_for() {
    // The provider may ignore a filter without a word.
    let list = |second: &str| {
        format!(
            r#"{{"value":[{{"id":"1","accountEnabled":true,"userType":"Guest"}},
        {{"id":"2","accountEnabled":true,"userType":{second}}},{{"id":"3","accountEnabled":true,"userType":"Member"}}]}}"#
        )
    };
    let ids = |page: WorkerPage| page.workers.into_iter().map(|worker| worker.id).collect::<Vec<_>>();
    let without = |kind: &str| provider().on(latest(SELECT).json(DELTA)).on(users(SELECT).json(list(kind)));
    let page = workers(&without(r#""Guest""#)).unwrap();
    assert_eq!(page.deleted, [""; 0]);
    assert_eq!(ids(page), ["3"]);
    // The filter does not find them: leaving them out would be losing them.
    is_invalid(workers(&without("null")), "a user in a list of members");
    let all = rollcall_sdk::testing::get("graph", "/v1.0/users").query("$top", 999).query("$select", SELECT);
    let with = provider().setting("include_guests", "true").page_size(5000).on(latest(SELECT).json(DELTA));
    let with = with.on(all.auth("secret").json(list("null")));
    assert_eq!(ids(workers(&with).unwrap()), ["1", "2", "3"]);
}

#[test]
fn an_empty_page_goes_on_and_a_repeated_link_does_not() {
    let next = "https://graph.microsoft.com/v1.0/users?$skiptoken=a%2bb%3d";
    let empty = format!(r#"{{"value":[],"@odata.nextLink":"{next}"}}"#);
    let provider = provider().on(latest(SELECT).json(DELTA)).on(users(SELECT).json(empty.clone()));
    let provider = provider.on(link("graph", next).auth("secret").json(empty));
    let page = workers(&provider).unwrap();
    assert!(page.workers.is_empty() && page.checkpoint.is_none());
    is_invalid(EntraId::workers(&provider.context::<EntraId>(), Cursor::from(page.next)), "same next page");
}

#[test]
fn a_directory_without_changes_is_read_in_full_each_time() {
    for status in [400, 404, 410, 501] {
        let provider = provider().on(error(latest(SELECT), status, "NotImplemented"));
        let provider = provider.on(users(SELECT).json(r#"{"value":[]}"#));
        let page = workers(&provider).unwrap();
        assert_eq!((page.next, page.checkpoint), (None, None));
    }
}

#[test]
fn expanding_without_nested_options() {
    let select = SELECT;
    let expand = |form: &str| users(select).query("$expand", form);
    let asks = || Provider::new().wants(&["manager_id"]).on(latest(&format!("{select},manager")).json(DELTA));
    let refused = || error(expand("manager($select=id)"), 400, "Request_UnsupportedQuery");
    let page = workers(&asks().on(refused()).on(expand("manager").json(r#"{"value":[]}"#))).unwrap();
    let checkpoint = String::from_utf8(page.checkpoint.unwrap()).unwrap();
    assert!(checkpoint.contains(r#""plain":true"#), "{checkpoint}");
    // Another reason for 400: the second answer is the one that counts.
    let both = asks().on(refused()).on(error(expand("manager"), 400, "Request_BadRequest"));
    assert_eq!(workers(&both), Err(Failure::Upstream(400)));
}

#[test]
fn failures_say_who_has_to_act() {
    let failure = |status, code| {
        let provider = provider().on(error(latest(SELECT).with_header("retry-after", "7"), status, code));
        workers(&provider).unwrap_err()
    };
    assert_eq!(
        failure(401, "InvalidAuthenticationToken"),
        Failure::AuthFailed("InvalidAuthenticationToken: Because.".into())
    );
    let needed = "User.Read.All, and User-LifeCycleInfo.Read.All to read leave dates (Authorization_RequestDenied: Because.)";
    assert_eq!(failure(403, "Authorization_RequestDenied"), Failure::PermissionMissing(needed.into()));
    assert_eq!(failure(429, "TooManyRequests"), Failure::RateLimited(None));
    assert_eq!(failure(503, "serviceNotAvailable"), Failure::Upstream(503));
    let refused = "AADSTS7000215: Invalid client secret provided.";
    let provider = provider().on(latest(SELECT).fails(FetchError::SignIn(refused.into())));
    assert_eq!(workers(&provider), Err(Failure::AuthFailed(refused.into())));
}
