//! The edges of v1, one after the other.

use connector_personio::Personio;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{self, Exchange, Provider, get};
use rollcall_sdk::{FetchError, Mode};

const EMPLOYEES: &str = "/v1/company/employees";

fn page(offset: u32) -> Exchange {
    get("v1", EMPLOYEES).query("limit", 100).query("offset", offset).auth("v1")
}

/// An answer with these people, each the inside of its `attributes`.
fn people(total: usize, people: &[&str]) -> String {
    let data: Vec<String> =
        people.iter().map(|one| format!(r#"{{"type":"Employee","attributes":{{{one}}}}}"#)).collect();
    format!(r#"{{"success":true,"metadata":{{"total_elements":{total}}},"data":[{}]}}"#, data.join(","))
}

fn workers(provider: &Provider) -> Result<WorkerPage> {
    Personio::workers(&provider.context::<Personio>(), Cursor::default())
}

/// The worker that these attributes make, beside an id.
#[track_caller]
fn worker(attributes: &str) -> Worker {
    worker_with(Provider::new(), attributes)
}

#[track_caller]
fn worker_with(provider: Provider, attributes: &str) -> Worker {
    let provider = provider.on(page(0).json(people(1, &[&format!(r#""id":{{"value":7}},{attributes}"#)])));
    workers(&provider).unwrap().workers.remove(0)
}

#[test]
fn nothing_but_an_id() {
    let worker = worker(r#""team":null,"department":{"label":"Department"}"#);
    assert_eq!(worker, Worker::new("7", WorkerStatus::Active));
}

#[test]
fn supervisors_of_every_age() {
    let boss = r#"{"type":"Employee","attributes":{"id":{"label":"ID","value":3}}}"#;
    for (value, expected) in [
        (boss.to_owned(), Some("3")),
        (format!("[{boss}]"), Some("3")),
        ("[]".to_owned(), None),
        ("null".to_owned(), None),
        (r#"{"type":"Employee","attributes":{"id":{"value":null}}}"#.to_owned(), None),
    ] {
        let worker = worker(&format!(r#""supervisor":{{"value":{value}}}"#));
        assert_eq!(worker.employment.manager_id.as_deref(), expected, "{value}");
    }
}

#[test]
fn statuses() {
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};
    // Today is 15 January 2026.
    for (status, start, end, expected) in [
        ("active", "2020-01-01", "", Active),
        ("ACTIVE", "2026-01-16", "", Pending),
        ("active", "2020-01-01", "2025-12-31", Active),
        ("onboarding", "2026-04-01", "", Pending),
        ("leave", "2020-01-01", "", OnLeave),
        ("inactive", "2020-01-01", "2025-12-31T00:00:00+01:00", Terminated),
        ("inactive", "2020-01-01", "2026-01-15", Inactive),
        ("inactive", "2020-01-01", "", Inactive),
        ("", "2020-01-01", "", Active),
        ("sabbatical", "2020-01-01", "", Active),
    ] {
        let worker = worker(&format!(
            r#""status":{{"value":"{status}"}},"hire_date":{{"value":"{start}"}},"termination_date":{{"value":"{end}"}}"#
        ));
        assert_eq!(worker.status, expected, "{status} {start} {end}");
    }
    let log = testing::take_log();
    assert!(log.iter().any(|(_, line)| line == "unknown status `sabbatical` is taken for active"));
}

#[test]
fn the_end_is_the_first_of_three_dates() {
    let end = |attributes: &str| worker(attributes).employment.end_date;
    let (ended, contract, last) = (
        r#""termination_date":{"value":"2027-03-31 00:00:00+01:00"}"#,
        r#""contract_end_date":{"value":"2027-02-28T00:00:00+0100"}"#,
        r#""last_working_day":{"value":"2027-01-31"}"#,
    );
    assert_eq!(end(&format!("{last},{contract},{ended}")).as_deref(), Some("2027-03-31"));
    assert_eq!(end(&format!("{last},{contract}")).as_deref(), Some("2027-02-28"));
    assert_eq!(end(last).as_deref(), Some("2027-01-31"));
    assert_eq!(end(r#""termination_date":{"value":"soon"}"#), None);
}

#[test]
fn names_fall_back() {
    let display = |attributes: &str| worker(attributes).name.display;
    let (first, last) = (r#""first_name":{"value":"Mara"}"#, r#""last_name":{"value":"Lind"}"#);
    assert_eq!(
        display(&format!(r#"{first},{last},"preferred_name":{{"value":"M. Lind"}}"#)).unwrap(),
        "M. Lind"
    );
    assert_eq!(display(&format!(r#"{first},{last},"preferred_name":{{"value":""}}"#)).unwrap(), "Mara Lind");
    assert_eq!(display(last).unwrap(), "Lind");
    assert_eq!(display(r#""first_name":{"value":null}"#), None);
}

#[test]
fn hours_come_as_text_or_number() {
    let fte = |hours: &str| {
        let provider = Provider::new().setting("full_time_hours", "40");
        worker_with(provider, &format!(r#""weekly_working_hours":{{"value":{hours}}}"#)).employment.fte
    };
    assert_eq!(fte(r#""40""#), Some(1.0));
    assert_eq!(fte("30"), Some(0.75));
    assert_eq!(fte(r#""38,5""#), Some(0.9625));
    assert_eq!(fte("null"), None);
    assert_eq!(fte(r#""n/a""#), None);
    // Without the setting nobody knows what a full position is.
    assert_eq!(worker(r#""weekly_working_hours":{"value":"40"}"#).employment.fte, None);
}

#[test]
fn custom_attributes_by_their_kind() {
    let worker = worker(
        r#""dynamic_1":{"label":"Since","value":"2012-02-01T00:00:00+0100","type":"date","universal_id":null},
        "dynamic_2":{"label":"Size","value":"42","type":"integer","universal_id":"shoe_size"},
        "dynamic_3":{"label":"Tags","value":" a,,b ","type":"tags"},
        "dynamic_4":{"label":"Tags","value":"c","type":"standard"},
        "dynamic_5":{"label":"Empty","value":"","type":"standard"},
        "dynamic_6":{"label":"Rate","value":"much","type":"decimal"},
        "dynamic_7":{"label":"Nested","value":{"attributes":{}},"type":"standard"},
        "dynamic_8":{"value":true}"#,
    );
    let texts = |texts: &[&str]| Value::Texts(texts.iter().map(ToString::to_string).collect());
    let expected = [
        ("Since", Value::Date("2012-02-01".into())),
        ("shoe_size", Value::Number(42.0)),
        ("Tags", texts(&["a", "b"])),
        // The label is taken; the key never is.
        ("dynamic_4", Value::Text("c".into())),
        ("Rate", Value::Text("much".into())),
        ("dynamic_8", Value::Boolean(true)),
    ];
    let found: Vec<_> = worker.custom.into_iter().map(|custom| (custom.name, custom.value)).collect();
    assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value)));
}

#[test]
fn custom_attributes_stand_for_fields() {
    let fields = "employee_number=Personalnummer; work_address.locality = dynamic_2,locale=speech";
    let worker = worker_with(
        Provider::new().setting("fields", fields).wants(&["employee_number", "custom.City"]),
        r#""dynamic_1":{"label":"Personalnummer","value":17},"dynamic_2":{"label":"City","value":"Berlin"},
        "dynamic_3":{"label":"Language","value":"de_DE","universal_id":"speech"}"#,
    );
    assert_eq!(worker.employment.employee_number.as_deref(), Some("17"));
    assert_eq!(worker.address.unwrap().locality.as_deref(), Some("Berlin"));
    assert_eq!(worker.contact.locale.as_deref(), Some("de_DE"));
    assert_eq!(worker.custom, [CustomAttribute::new("City", Value::Text("Berlin".into()))]);
}

#[test]
fn a_custom_attribute_may_stand_for_several_fields() {
    let fields = "locale=Language,preferred_language=Language";
    let worker = worker_with(
        Provider::new().setting("fields", fields),
        r#""dynamic_2":{"label":"Language","value":"fr"},"dynamic_1":{"label":"Language","value":"de"}"#,
    );
    // Of two with this label the lower key counts.
    assert_eq!(worker.contact.locale.as_deref(), Some("de"));
    assert_eq!(worker.contact.preferred_language.as_deref(), Some("de"));
}

#[test]
fn a_label_that_repeats_is_the_same_attribute_everywhere() {
    let custom = |wanted: &[&str], values: [&str; 2]| {
        let worker = worker_with(
            Provider::new().wants(wanted),
            &format!(
                r#""dynamic_4":{{"label":"Note","value":{}}},"dynamic_3":{{"label":"Note","value":{}}}"#,
                values[1], values[0]
            ),
        );
        worker.custom.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    let both = ["custom.Note", "custom.dynamic_4"];
    assert_eq!(custom(&both, [r#""a""#, r#""b""#]), ["dynamic_4", "Note"]);
    assert_eq!(custom(&both, ["null", r#""b""#]), ["dynamic_4"]);
    assert_eq!(custom(&["custom.dynamic_4"], [r#""a""#, r#""b""#]), ["dynamic_4"]);
    let definitions = r#"{"data":[{"key":"first_name"},{"key":"dynamic_3","label":"Note","type":"list","options":["a"]},
        {"key":"dynamic_4","label":"Note"}]}"#;
    let provider =
        Provider::new().on(get("v1", "/v1/company/employees/attributes").auth("v1").json(definitions));
    let all = Personio::discover(&provider.context::<Personio>()).unwrap();
    let all: Vec<_> = all.iter().map(|one| (&*one.name, &*one.label, one.options.len())).collect();
    assert_eq!(all, [("Note", "Note", 1), ("dynamic_4", "Note", 0)]);
}

#[test]
fn fields_of_no_attribute_are_warned_of() {
    let one = get("v1", EMPLOYEES).query("limit", 1).query("offset", 0).auth("v1");
    let keys = "first_name last_name email status hire_date termination_date position department team office \
        supervisor last_modified_at dynamic_1";
    let keys: Vec<_> = keys.split_whitespace().map(|key| format!(r#"{{"key":"{key}"}}"#)).collect();
    let definitions = format!(r#"{{"data":[{}]}}"#, keys.join(","));
    let provider = Provider::new()
        .setting("fields", "locale=dynamic_1, grade=email")
        .on(one.json(people(0, &[])))
        .on(get("v1", "/v1/company/employees/attributes").auth("v1").json(definitions));
    let info = Personio::check(&provider.context::<Personio>()).unwrap();
    let unknown = "`email`, which stands for `grade`, is the name of no custom attribute that can be read.";
    assert_eq!(info.warnings, [unknown]);
}

#[test]
fn settings_that_are_wrong() {
    for (key, value) in [
        ("fields", "employee_number"),
        ("fields", "employee_number="),
        ("fields", "salary=Pay"),
        ("full_time_hours", "forty"),
        ("api_version", "v3"),
    ] {
        let provider = Provider::new().setting(key, value);
        let check = Personio::check(&provider.context::<Personio>());
        assert!(
            matches!(&check, Err(Failure::BadSetting(error)) if error.key == key),
            "{key}={value}: {check:?}"
        );
    }
}

#[test]
fn attributes_are_asked_for_as_they_are_needed() {
    let asks = |provider: Provider, keys: &[&str]| {
        let exchange = keys.iter().fold(page(0), |page, key| page.query("attributes[]", key));
        workers(&provider.on(exchange.json(people(0, &[])))).unwrap();
    };
    let always = ["id", "status", "hire_date", "termination_date"];
    asks(Provider::new(), &[]);
    asks(Provider::new().wants(&["id"]), &always);
    asks(Provider::new().wants(&["fte", "start_date"]), &[&always[..], &["weekly_working_hours"]].concat());
    asks(Provider::new().wants(&["fte", "custom.Badge"]), &[]);
    asks(Provider::new().wants(&["fte"]).setting("fields", "locale=x"), &[]);
    asks(Provider::new().wants(&["fte"]).setting("attributes", "*"), &[]);
    asks(Provider::new().setting("attributes", "email, id"), &[&always[..], &["email"]].concat());
}

#[test]
fn somebody_without_an_id_fails_the_page() {
    let provider =
        Provider::new().on(page(0).json(people(2, &[r#""id":{"value":1}"#, r#""id":{"value":null}"#])));
    let expected = "people page: data[1].attributes.id: nobody can be told by it";
    assert_eq!(workers(&provider), Err(Failure::InvalidResponse(expected.into())));
}

#[test]
fn an_answer_of_another_shape_is_named() {
    for (body, expected) in [
        (r#"{"success":true}"#, "people page: it has no `data`, or says `success: false`"),
        (r#"{"success":false,"data":[]}"#, "people page: it has no `data`, or says `success: false`"),
        ("[]", "people page: invalid length 2, expected struct Envelope with 4 elements"),
        (r#"{"data":[{"type":"Employee"}]}"#, "people page: data[0]: missing field `attributes`"),
        (r#"{"data":{"a":1}}"#, "people page: data: expected a sequence, found an object"),
        (
            r#"{"data":[{"attributes":{"email":{"value":{"a":"b"}}}}]}"#,
            "people page: data[0].attributes.email.value: expected a text, found an object",
        ),
        ("", "people page: the answer is empty"),
    ] {
        let provider = Provider::new().on(page(0).json(body));
        assert_eq!(workers(&provider), Err(Failure::InvalidResponse(expected.into())), "{body}");
    }
    let provider =
        Provider::new().on(page(0).json(r#"{"success":false,"error":{"code":429,"message":"Too many"}}"#));
    assert_eq!(workers(&provider), Err(Failure::RateLimited(None)));
}

#[test]
fn what_the_host_could_not_do() {
    let provider = Provider::new().on(page(0).fails(FetchError::Timeout));
    assert_eq!(workers(&provider), Err(Failure::FetchFailed("timeout".into())));
    let provider = Provider::new().on(page(0).answer(502, "text/html", "<h1>Bad gateway</h1>"));
    assert_eq!(workers(&provider), Err(Failure::Upstream(502)));
}

#[test]
fn an_empty_page_ends_the_read_and_the_total_stays_for_the_host_to_judge() {
    let page = workers(&Provider::new().on(page(0).json(people(5, &[])))).unwrap();
    assert_eq!((page.workers.len(), page.next, page.total), (0, None, Some(5)));
}

#[test]
fn a_page_that_ignores_its_size() {
    let many: Vec<String> = (0..5001).map(|id| format!(r#""id":{{"value":{id}}}"#)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let provider = Provider::new().on(page(0).json(people(9000, &many)));
    assert!(matches!(workers(&provider), Err(Failure::InvalidResponse(_))));
    // As a read of changes it is right, and too much for one page.
    let provider = Provider::new().run(|run| run.mode = Mode::Changes(SINCE.into()));
    let provider = provider.on(page(0).query("updated_since", "2026-01-13").json(people(5001, &many)));
    assert_eq!(workers(&provider), Err(Failure::CheckpointExpired));
}

const SINCE: &str = r#"["since/1",{"millis":1768392000000}]"#;

#[test]
fn a_damaged_note_is_never_a_panic() {
    let provider = Provider::new();
    let cursor = Cursor::from(Some(b"[\"offset/1\",{}]".to_vec()));
    let read = Personio::workers(&provider.context::<Personio>(), cursor);
    assert!(matches!(read, Err(Failure::InvalidResponse(_))));
    let provider = Provider::new().run(|run| run.mode = Mode::Changes(b"from the future".to_vec()));
    assert_eq!(workers(&provider), Err(Failure::CheckpointExpired));
}

#[test]
fn definitions_may_be_out_of_reach() {
    let one = get("v1", EMPLOYEES).query("limit", 1).query("offset", 0).auth("v1");
    let definitions = get("v1", "/v1/company/employees/attributes").auth("v1");
    let provider = Provider::new()
        .on(one.json(people(0, &[])))
        .on(definitions.answer(403, "application/json", "{}").repeats());
    let info = Personio::check(&provider.context::<Personio>()).unwrap();
    assert_eq!(info.warnings.len(), 1);
    assert_eq!(Personio::discover(&provider.context::<Personio>()), Ok(Vec::new()));
}
