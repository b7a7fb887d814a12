//! What no recording of the stub shows.

use connector_bamboohr::BambooHr;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{self, Exchange, Provider, get, post};

const REPORT: &str = "/api/v1/reports/custom";

/// `current`: as things are today; else those who begin later, too.
fn report(current: bool) -> Exchange {
    post("api", REPORT).query("format", "json").query("onlyCurrent", current).auth("key")
}

fn people(fields: &str, person: &str) -> String {
    format!(r#"{{"fields":[{fields}],"employees":[{{"id":"7",{person}}}]}}"#)
}

/// The ids, and then a report with this person.
fn provider(fields: &str, person: &str) -> Provider {
    let ids = report(false).body(r#"{"title":"Rollcall","fields":["id"],"filterDuplicates":"no"}"#);
    let ids = ids.json(r#"{"fields":[],"employees":[{"id":"7"}]}"#);
    Provider::new().wants(&["status"]).on(ids).on(report(true).json(people(fields, person)))
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
        ("Inactive", "beendet", "2020-01-01", "", Terminated),
        ("Active", "Terminated", "2020-01-01", "", Active),
        ("Inactive", "", "2020-01-01", "0000-00-00", Inactive),
        ("Suspended", "", "2020-01-01", "", Active),
    ] {
        let person = format!(
            r#""status":"{status}","employmentHistoryStatus":"{employment}","hireDate":"{hired}","terminationDate":"{left}""#
        );
        let provider = provider("", &person).setting("leave_statuses", "Sabbatical, Parental Leave");
        let provider = provider.setting("terminated_statuses", "Terminated, Beendet");
        let provider = match expected {
            Pending => provider.on(report(false).json(people("", &person))),
            _ => provider,
        };
        assert_eq!(worker(&provider).status, expected, "{person}");
    }
    let log = testing::take_log();
    assert!(log.iter().any(|(_, line)| line == "unknown status `Suspended` is taken for active"));
}

#[test]
fn the_kind_of_a_field_is_in_the_report() {
    let fields = r#"{"id":"4340","type":"date"},{"id":"customSize","type":"int"}"#;
    let values = r#""status":"Active","4340":"2020-02-01","customSize":"42","customUnset":"0000-00-00","customNone":null"#;
    let provider =
        provider(fields, values).wants(&["custom.4340", "custom.customSize", "custom.customUnset"]);
    let expected = [("4340", Value::Date("2020-02-01".into())), ("customSize", Value::Number(42.0))];
    let found = worker(&provider).custom.into_iter().map(|custom| (custom.name, custom.value));
    assert_eq!(found.collect::<Vec<_>>(), expected.map(|(name, value)| (name.to_owned(), value)));
}

#[test]
fn what_the_key_may_not_see_is_named() {
    let answer = report(true).json(r#"{"fields":[{"id":"id","type":"int"}],"employees":[]}"#);
    let provider = Provider::new().wants(&["work_email"]).on(answer);
    let warnings = BambooHr::check(&provider.context::<BambooHr>()).unwrap().warnings;
    assert_eq!(warnings.len(), 5, "{warnings:?}");
    assert!(warnings.iter().any(|warning| warning.contains("`workEmail`")));
}

#[test]
fn a_status_that_the_key_may_no_longer_see_makes_nobody_active() {
    let failure = |fields: &str| {
        let provider = provider(fields, r#""terminationDate":"2025-12-31""#);
        BambooHr::workers(&provider.context::<BambooHr>(), Cursor::default()).unwrap_err()
    };
    let hidden = failure(r#"{"id":"id"}"#);
    assert!(matches!(&hidden, Failure::PermissionMissing(why) if why.contains("`status`")), "{hidden:?}");
    // Where it is in the report and has no values, it is not the key.
    let unset = failure(r#"{"id":"status"}"#);
    assert!(matches!(unset, Failure::InvalidResponse(_)), "{unset:?}");
    // Of all else it is enough to say so, once a read.
    testing::take_log();
    let seen = r#"{"id":"id"},{"id":"status"},{"id":"employmentHistoryStatus"},{"id":"hireDate"}"#;
    worker(&provider(seen, r#""status":"Active""#));
    let said = "The field `terminationDate` does not exist, or the user of this API key may not see it.";
    assert_eq!(testing::take_log(), [(rollcall_sdk::Level::Warn, said.to_owned())]);
}

#[test]
fn whoever_begins_later_is_read_as_they_will_be() {
    let ids = r#"{"fields":[],"employees":[{"id":"7"},{"id":"8"},{"id":"9"}]}"#;
    let today = r#"{"fields":[],"employees":[
        {"id":"7","status":"Active","hireDate":"2026-01-15","department":"Sales"},
        {"id":"8","status":"Active","hireDate":"2026-04-01","department":null}]}"#;
    let ahead = r#"{"fields":[],"employees":[
        {"id":"8","status":"Active","hireDate":"2026-04-01","department":"Legal","supervisorEId":"7"},
        {"id":"9","status":"Active","hireDate":"2026-05-01","department":"Sales","supervisorEId":"8"}]}"#;
    let about = |current, fields: &str, ids: &str, people: &str| {
        let order = format!(
            r#"{{"title":"Rollcall","fields":[{fields}],"filters":{{"employeeIds":[{ids}]}},"filterDuplicates":"no"}}"#
        );
        report(current).body(order).json(people)
    };
    let wanted = r#""id","status","employmentHistoryStatus","hireDate","terminationDate","department","supervisorEId""#;
    let provider = Provider::new()
        .wants(&["department", "manager_id"])
        .on(report(false).json(ids))
        .on(about(true, wanted, "7,8,9", today))
        .on(about(false, wanted, "8,9", ahead));
    let page = BambooHr::workers(&provider.context::<BambooHr>(), Cursor::default()).unwrap();
    let found = page.workers.iter().map(|one| {
        let department = one.organization.department.as_ref().and_then(|unit| unit.name.as_deref());
        (one.id.as_str(), one.status, department, one.employment.manager_id.as_deref())
    });
    use WorkerStatus::{Active, Pending};
    let expected = [
        ("7", Active, Some("Sales"), None),
        ("8", Pending, Some("Legal"), Some("7")),
        ("9", Pending, Some("Sales"), Some("8")),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);

    let lists = r#"[{"alias":"department","options":[{"id":1,"name":"Sales"},{"id":2,"name":"Legal"}]}]"#;
    let units = r#""id","hireDate","department","division","location""#;
    let provider = Provider::new()
        .on(get("api", "/api/v1/meta/lists").auth("key").json(lists))
        .on(report(false).json(ids))
        .on(about(true, units, "7,8,9", today))
        .on(about(false, units, "8,9", ahead));
    let page = BambooHr::memberships(&provider.context::<BambooHr>(), Cursor::default()).unwrap();
    let is = |group: &str, person: &str| Membership::worker(group, person);
    assert_eq!(page.memberships, [is("department:1", "7"), is("department:2", "8"), is("department:1", "9")]);
}

#[test]
fn private_fields_are_refused() {
    let wrong = |provider: Provider| match BambooHr::check(&provider.context::<BambooHr>()).unwrap_err() {
        Failure::BadSetting(wrong) => wrong.key,
        failure => panic!("{failure:?}"),
    };
    let private = [
        "ssn",
        "dateOfBirth",
        "payRate",
        "address1",
        "city",
        "state",
        "stateCode",
        "zipcode",
        "country",
        "homePhone",
        "age",
        "customNationality",
    ];
    for name in private {
        assert_eq!(wrong(Provider::new().wants(&[&format!("custom.{name}")])), "mapping", "{name}");
        assert_eq!(wrong(Provider::new().setting("extra_fields", name)), "extra_fields", "{name}");
    }
    // A customer's own field may have such a word in its name.
    let own = "customWorkCountry, customPayGroup, customBankHolidayRegion, customEmailAddress, 4340";
    let answer = report(true).json(r#"{"fields":[],"employees":[]}"#);
    let provider = Provider::new().setting("extra_fields", own).on(answer);
    assert!(BambooHr::check(&provider.context::<BambooHr>()).is_ok());
}

#[test]
fn what_may_be_read_is_offered() {
    let definitions = get("api", "/api/v1/meta/fields").auth("key").json(
        r#"[{"id":8,"alias":"city","name":"City"},{"id":1,"alias":"customPayGroup","name":"Pay group"},
        {"id":"4.3","name":"Home Address"},{"id":"4340","name":"Badge","type":"int"},
        {"id":"4400","name":"Allowance","type":"currency"},{"id":9,"alias":"jobTitle"},
        {"id":2,"alias":"customOld","deprecated":true}]"#,
    );
    let provider = Provider::new().on(definitions);
    let found = BambooHr::discover(&provider.context::<BambooHr>()).unwrap();
    let names: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.kind)).collect();
    assert_eq!(names, [("customPayGroup", AttributeKind::Text), ("4340", AttributeKind::Number)]);
}

#[test]
fn the_connection_test_asks_in_whole_seconds() {
    let order = r#""filters":{"lastChanged":{"includeNull":"no","value":"2026-01-15T08:00:00Z"}}"#;
    let order = format!(
        r#"{{"title":"Rollcall","fields":["id","status","employmentHistoryStatus","hireDate","terminationDate"],{order},"filterDuplicates":"no"}}"#
    );
    let answer = report(true).body(order).json(r#"{"fields":[],"employees":[]}"#);
    let provider = Provider::new().wants(&["status"]).now("2026-01-15T08:00:00.123Z").on(answer);
    assert!(BambooHr::check(&provider.context::<BambooHr>()).is_ok());
}

#[test]
fn a_field_that_is_not_there_is_a_wrong_setting() {
    let answer = report(true).answer(406, "text/html", "");
    let provider = Provider::new().wants(&["status", "custom.customNone"]).on(answer);
    let failure = BambooHr::check(&provider.context::<BambooHr>()).unwrap_err();
    assert!(matches!(&failure, Failure::BadSetting(wrong) if wrong.key == "extra_fields"), "{failure:?}");
}

#[test]
fn whoever_is_listed_has_to_come() {
    let provider = provider("", r#""id":"8""#).on(report(false).json(people("", r#""id":"8""#)));
    let failure = BambooHr::workers(&provider.context::<BambooHr>(), Cursor::default()).unwrap_err();
    assert!(matches!(failure, Failure::InvalidResponse(_)), "{failure:?}");
}

#[test]
fn the_reason_is_in_a_header() {
    let answer =
        report(true).answer(401, "text/html", "").with_header("X-BambooHR-Error-Message", "Invalid API key");
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
