//! What lies beside the list of people, in cases that a recording of a made-up
//! company does not have.

use connector_hibob::HiBob;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Provider, get, post};

const NOW: &str = "2026-10-20T12:00:00Z";
const EVERYBODY: &str = r#"{"fields":["root.id","internal.status"],"showInactive":true}"#;

/// A provider whose one person, `7`, has these values.
fn with(person: &str) -> Provider {
    let search = || post("api", "/v1/people/search").auth("service-user");
    Provider::new()
        .now(NOW)
        .on(search().body(EVERYBODY).json(r#"{"employees":[{"id":"7","internal":{"status":"Inactive"}}]}"#))
        .on(search().json(format!(r#"{{"employees":[{person}]}}"#)))
}

fn read(provider: &Provider) -> Result<Worker> {
    let page = HiBob::workers(&provider.context::<HiBob>(), Cursor::default())?;
    Ok(page.workers.into_iter().next().unwrap())
}

#[test]
fn where_somebody_is_in_their_time_there() {
    for (internal, start, status) in [
        (r#"{"lifecycleStatus":"hired","status":"Active"}"#, "2026-11-01", WorkerStatus::Pending),
        (r#"{"lifecycleStatus":"Employed","status":"Active"}"#, "2026-10-20", WorkerStatus::Active),
        (r#"{"lifecycleStatus":"employed","status":"Active"}"#, "2026-10-21", WorkerStatus::Pending),
        (r#"{"lifecycleStatus":"long leave","status":"Active"}"#, "2020-01-01", WorkerStatus::OnLeave),
        (r#"{"lifecycleStatus":"garden_leave","status":"Active"}"#, "2020-01-01", WorkerStatus::Inactive),
        (r#"{"lifecycleStatus":"terminated","status":"Inactive"}"#, "2020-01-01", WorkerStatus::Terminated),
        (r#"{"lifecycleStatus":"sleeping","status":"Inactive"}"#, "2020-01-01", WorkerStatus::Inactive),
        (r#"{"status":"Inactive","terminationDate":"2026-10-19"}"#, "2020-01-01", WorkerStatus::Terminated),
        (r#"{"status":"Active"}"#, "2020-01-01", WorkerStatus::Active),
        (
            r#"{"lifecycleStatus":"employed","status":"Inactive","terminationDate":"2026-10-19"}"#,
            "2020-01-01",
            WorkerStatus::Terminated,
        ),
        (
            r#"{"lifecycleStatus":"employed","status":"Active","terminationDate":"2026-10-19"}"#,
            "2020-01-01",
            WorkerStatus::Active,
        ),
        (
            r#"{"lifecycleStatus":"hired","status":"Inactive","terminationDate":"2020-10-19"}"#,
            "2026-11-01",
            WorkerStatus::Pending,
        ),
    ] {
        let person = format!(r#"{{"id":"7","internal":{internal},"work":{{"startDate":"{start}"}}}}"#);
        assert_eq!(read(&with(&person).wants(&["status"])).unwrap().status, status, "{person}");
    }
    let person = r#"{"id":"7","internal":{"lifecycleStatus":"garden leave"}}"#;
    let provider = with(person).setting("garden_leave", "on-leave").wants(&["status"]);
    assert_eq!(read(&provider).unwrap().status, WorkerStatus::OnLeave);
}

#[test]
fn somebody_whose_state_may_not_be_seen_is_a_failure() {
    let expected = Failure::PermissionMissing("View on the category Lifecycle".into());
    for person in [r#"{"id":"7"}"#, r#"{"id":"7","internal":{"lifecycleStatus":"a word of theirs"}}"#] {
        assert_eq!(read(&with(person).wants(&["status"])).unwrap_err(), expected, "{person}");
    }
}

/// The connection test of a company of this person.
fn check(person: &str, wanted: &[&str]) -> Result<AccountInfo> {
    let search = || post("api", "/v1/people/search").auth("service-user");
    let provider = Provider::new()
        .on(search().body(EVERYBODY).json(r#"{"employees":[{"id":"7"}]}"#))
        .on(search().json(format!(r#"{{"employees":[{person}]}}"#)));
    HiBob::check(&provider.wants(wanted).context::<HiBob>())
}

#[test]
fn the_connection_test_fails_where_a_read_would_and_blames_what_is_hidden() {
    let check = |person: &str| check(person, &["status"]);
    let expected = Failure::PermissionMissing("View on the category Lifecycle".into());
    assert_eq!(check(r#"{"id":"7"}"#).unwrap_err(), expected);
    let warnings = check(r#"{"id":"7","internal":{"lifecycleStatus":"employed"}}"#).unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.contains("`internal.status`")), "{warnings:?}");
    assert!(!warnings.iter().any(|warning| warning.contains("Nobody is inactive")), "{warnings:?}");
}

#[test]
fn a_field_may_be_of_a_unit_and_a_custom_attribute_too() {
    let definitions = r#"[{"id":"work.teams","type":"multi-list","typeData":{"listId":"teams"}}]"#;
    for (names, expected) in
        [(r#"["Red","Blue"]"#, [Some("Red"), Some("Blue")]), (r#""Red, Blue""#, [None, None])]
    {
        let person = format!(
            r#"{{"id":"7","internal":{{"status":"Active"}},"work":{{"teams":["81","82"]}},
            "humanReadable":{{"work":{{"teams":{names}}}}}}}"#
        );
        let provider = with(&person)
            .setting("team_field", "work.teams")
            .wants(&["teams", "team_ids", "custom.work.teams"])
            .on(get("api", "/v1/company/people/fields").auth("service-user").json(definitions));
        let worker = read(&provider).unwrap();
        let unit =
            |(id, name): (&str, Option<&str>)| Unit::of(Some(id.into()), name.map(Into::into)).unwrap();
        let teams: Vec<_> = ["81", "82"].into_iter().zip(expected).map(unit).collect();
        assert_eq!(worker.organization.teams, teams);
        let both = Value::Texts(vec!["Red".into(), "Blue".into()]);
        assert_eq!(worker.custom, [CustomAttribute::new("work.teams", both)]);
    }
}

#[test]
fn a_value_is_flat_or_nested_and_has_a_name_beside_it() {
    let internal = r#""internal":{"status":"Active"}"#;
    let nested = format!(
        r#"{{"id":7,{internal},"work":{{"department":"209","reportsTo":{{"id":"1"}},"title":null,"isManager":true}},
        "humanReadable":{{"work":{{"department":"Sales"}}}}}}"#
    );
    let flat = format!(
        r#"{{"/root/id":{{"value":"7"}},{internal},"/work/department":{{"value":"209"}},"/work/isManager":{{"value":true}},
        "/work/reportsTo":{{"value":{{"id":"1"}}}},"humanReadable":{{"work":{{"department":"Sales"}}}}}}"#
    );
    let alone = format!(
        r#"{{"id":"7",{internal},"work":{{"department":"209","manager":"1","isManager":true}},
        "humanReadable":{{"work":{{"department":"Sales"}}}}}}"#
    );
    for person in [nested, flat, alone] {
        let worker =
            read(&with(&person).wants(&["department", "manager_id", "is_manager", "title"])).unwrap();
        assert_eq!(
            worker.organization.department,
            Unit::of(Some("209".into()), Some("Sales".into())),
            "{person}"
        );
        assert_eq!(worker.employment.manager_id.as_deref(), Some("1"), "{person}");
        assert_eq!((worker.employment.is_manager, worker.employment.title), (Some(true), None), "{person}");
    }
}

#[test]
fn whoever_is_listed_and_not_found_is_a_failure() {
    let failure = read(&with(r#"{"id":"8","internal":{"status":"Active"}}"#).wants(&["status"])).unwrap_err();
    let expected = "people page: 1 people are listed, and not in the search for them";
    assert_eq!(failure, Failure::InvalidResponse(expected.into()));
}

#[test]
fn more_fields_than_a_search_takes_are_the_setting_s_fault() {
    let fields: Vec<_> = (0..400).map(|number| format!("work.custom.field_{number}")).collect();
    let everybody = r#"{"employees":[{"id":"7","internal":{"status":"Inactive"}}]}"#;
    let provider = Provider::new()
        .setting("extra_fields", &fields.join(","))
        .on(post("api", "/v1/people/search").auth("service-user").json(everybody))
        .on(get("api", "/v1/company/people/fields").auth("service-user").json("[]"));
    let failure = read(&provider).unwrap_err();
    assert!(matches!(&failure, Failure::BadSetting(error) if error.key == "extra_fields"), "{failure:?}");
}

#[test]
fn a_field_of_units_has_to_have_a_list() {
    let definitions = r#"[{"id":"work.text","type":"text","typeData":{}}]"#;
    for field in ["work.text", "work.nothing"] {
        let answer = get("api", "/v1/company/people/fields").auth("service-user").json(definitions);
        let provider = Provider::new().setting("team_field", field).on(answer);
        let failure = HiBob::groups(&provider.context::<HiBob>(), Cursor::default()).unwrap_err();
        assert!(
            matches!(&failure, Failure::InvalidResponse(why) if why.contains("`team_field`")),
            "{failure:?}"
        );
    }
}

#[test]
fn a_field_is_missed_unless_another_says_the_same() {
    let missed = |person: &str| {
        let warnings = check(person, &["middle_name"]).unwrap().warnings;
        ["`root.middleName`", "`root.secondName`"]
            .map(|field| warnings.iter().any(|warning| warning.contains(field)))
    };
    assert_eq!(missed(r#"{"id":"7","internal":{"lifecycleStatus":"employed"}}"#), [true, true]);
    let named = r#"{"id":"7","internal":{"lifecycleStatus":"employed"},"middleName":"Q"}"#;
    assert_eq!(missed(named), [false, false]);
}
