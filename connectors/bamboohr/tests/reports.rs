//! What no recording of the stub shows.

use connector_bamboohr::BambooHr;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{self, Exchange, Provider, get, post};

const REPORT: &str = "/api/v1/reports/custom";

fn report() -> Exchange {
    post("api", REPORT).query("format", "json").query("onlyCurrent", "true").auth("key")
}

/// The ids, and then a report with this person.
fn provider(fields: &str, person: &str) -> Provider {
    let ids = report().json(r#"{"fields":[],"employees":[{"id":"7"}]}"#);
    let people = report().json(format!(r#"{{"fields":[{fields}],"employees":[{{"id":"7",{person}}}]}}"#));
    Provider::new().wants(&["status"]).on(ids).on(people)
}

#[track_caller]
fn worker(provider: &Provider) -> Worker {
    BambooHr::workers(&provider.context::<BambooHr>(), Cursor::default()).unwrap().workers.remove(0)
}

#[test]
fn statuses() {
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};
    // Today is 15 January 2026.
    for (status, employment, hired, left, expected) in [
        ("Active", "Full-Time", "2020-01-01", "0000-00-00", Active),
        ("Active", "", "2026-01-16", "", Pending),
        ("Active", "sabbatical", "2020-01-01", "", OnLeave),
        ("Active", "Sabbatical", "2026-01-16", "", Pending),
        ("Active", "Leave of Absence", "2020-01-01", "", Active),
        ("Inactive", "Full-Time", "2020-01-01", "2026-01-14", Terminated),
        ("Inactive", "Full-Time", "2020-01-01", "2026-01-15", Inactive),
        ("Inactive", "Terminated", "2020-01-01", "0000-00-00", Terminated),
        ("Inactive", "", "2020-01-01", "0000-00-00", Inactive),
        ("Suspended", "", "2020-01-01", "", Active),
    ] {
        let person = format!(
            r#""status":"{status}","employmentHistoryStatus":"{employment}","hireDate":"{hired}","terminationDate":"{left}""#
        );
        let provider = provider("", &person).setting("leave_statuses", "Sabbatical, Parental Leave");
        assert_eq!(worker(&provider).status, expected, "{person}");
    }
    let log = testing::take_log();
    assert!(log.iter().any(|(_, line)| line == "unknown status `Suspended` is taken for active"));
}

#[test]
fn the_kind_of_a_field_is_in_the_report() {
    let fields = r#"{"id":"4340","type":"date"},{"id":"customSize","type":"int"}"#;
    let values = r#""4340":"2020-02-01","customSize":"42","customUnset":"0000-00-00","customNone":null"#;
    let provider =
        provider(fields, values).wants(&["custom.4340", "custom.customSize", "custom.customUnset"]);
    let expected = [("4340", Value::Date("2020-02-01".into())), ("customSize", Value::Number(42.0))];
    let found = worker(&provider).custom.into_iter().map(|custom| (custom.name, custom.value));
    assert_eq!(found.collect::<Vec<_>>(), expected.map(|(name, value)| (name.to_owned(), value)));
}

#[test]
fn what_the_key_may_not_see_is_named() {
    let answer = report().json(r#"{"fields":[{"id":"id","type":"int"}],"employees":[]}"#);
    let provider = Provider::new().wants(&["work_email"]).on(answer);
    let warnings = BambooHr::check(&provider.context::<BambooHr>()).unwrap().warnings;
    assert_eq!(warnings.len(), 5, "{warnings:?}");
    assert!(warnings.iter().any(|warning| warning.contains("`workEmail`")));
}

#[test]
fn private_fields_are_refused() {
    for name in ["ssn", "dateOfBirth", "payRate", "address1"] {
        let provider = Provider::new().wants(&[&format!("custom.{name}")]);
        let failure = BambooHr::check(&provider.context::<BambooHr>()).unwrap_err();
        assert!(matches!(failure, Failure::BadSetting(_)), "{name}: {failure:?}");
    }
}

#[test]
fn whoever_is_listed_has_to_come() {
    let provider = provider("", r#""id":"8""#);
    let failure = BambooHr::workers(&provider.context::<BambooHr>(), Cursor::default()).unwrap_err();
    assert!(matches!(failure, Failure::InvalidResponse(_)), "{failure:?}");
}

#[test]
fn the_reason_is_in_a_header() {
    let answer =
        report().answer(401, "text/html", "").with_header("X-BambooHR-Error-Message", "Invalid API key");
    let provider = Provider::new().wants(&["status"]).on(answer);
    let failure = BambooHr::check(&provider.context::<BambooHr>()).unwrap_err();
    assert_eq!(failure, Failure::AuthFailed("Invalid API key".into()));
}

#[test]
fn an_archived_name_gives_way_to_the_one_in_use() {
    let lists = get("api", "/api/v1/meta/lists").auth("key").json(
        r#"[{"alias":"department","options":[{"id":1,"archived":"yes","name":"Sales"},{"id":2,"archived":"no","name":"Sales"},{"id":3,"archived":"yes","name":"Old"}]}]"#,
    );
    let provider = Provider::new().on(lists);
    let groups = BambooHr::groups(&provider.context::<BambooHr>(), Cursor::default()).unwrap().groups;
    let ids: Vec<_> = groups.iter().map(|group| group.id.as_str()).collect();
    assert_eq!(ids, ["department:2", "department:3"]);
}
