//! What servers make of a user, and what the connector makes of that.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use connector_scim::Scim;
use rollcall_sdk::testing::{Provider, get};
use rollcall_sdk::{Connector, Cursor, Failure, Value, Worker, WorkerStatus};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn provider(user: &str) -> Provider {
    let list = get("scim", "/Users").auth("api").query("startIndex", 1).query("count", 100);
    Provider::new()
        .setting("base_url", "https://hr.example.com")
        .setting("users_path", "/Users")
        .on(get("scim", "/ServiceProviderConfig").auth("api").answer(404, "text/html", "<html>"))
        .on(list.json(format!(r#"{{"totalResults":1,"Resources":[{user}]}}"#)))
}

fn only(provider: &Provider) -> Worker {
    let page = Scim::workers(&provider.context::<Scim>(), Cursor::default());
    page.unwrap().workers.into_iter().next().unwrap()
}

/// A user with an id and these members.
fn user(members: &str) -> Worker {
    only(&provider(&format!(r#"{{"id":"u1",{members}}}"#)))
}

fn mapped(map: &str, members: &str) -> Worker {
    only(&provider(&format!(r#"{{"id":"u1",{members}}}"#)).setting("attribute_map", map))
}

#[test]
fn active_in_many_forms() {
    use WorkerStatus::{Active, Inactive};
    for (json, expected) in [
        ("true", Active),
        (r#""True""#, Active),
        ("1", Active),
        (r#""Active""#, Active),
        ("null", Active),
        ("{}", Active),
        ("false", Inactive),
        (r#""False""#, Inactive),
        ("0", Inactive),
    ] {
        assert_eq!(user(&format!(r#""active":{json}"#)).status, expected, "{json}");
    }
    assert_eq!(user(r#""userName":"x""#).status, Active);
    assert_eq!(user(r#""ACTIVE":false"#).status, Inactive);
}

#[test]
fn managers_in_many_forms() {
    for (json, expected) in [
        (r#""m 1""#, Some("m 1")),
        ("7", Some("7")),
        ("4294967296123", Some("4294967296123")),
        (r#"{"value":"m1","displayName":"x"}"#, Some("m1")),
        (r#"{"Value":7}"#, Some("7")),
        (r#"[{"value":"m1"}]"#, Some("m1")),
        (r#"{"managerId":"m1"}"#, Some("m1")),
        (r#"{"value":"","$ref":"https://h/scim/Users/m1"}"#, Some("m1")),
        ("{}", None),
        ("[]", None),
        ("null", None),
        (r#"" ""#, None),
    ] {
        let worker = user(&format!(r#""{ENTERPRISE}":{{"manager":{json}}}"#));
        assert_eq!(worker.employment.manager_id.as_deref(), expected, "{json}");
    }
}

#[test]
fn the_enterprise_extension_in_many_places() {
    let (lower, whole) = (ENTERPRISE.to_lowercase(), r#"{"department":"People","EMPLOYEENUMBER":42}"#);
    for json in [
        format!(r#""{ENTERPRISE}":{whole}"#),
        format!(r#""{lower}":{whole}"#),
        format!(r#""enterprise":{whole}"#),
        format!(r#""urn:scim:schemas:extension:enterprise:1.0":{whole}"#),
        r#""department":"People","employeeNumber":"42""#.to_owned(),
        format!(
            r#""{ENTERPRISE}":{{"department":null}},"department":{{"value":"People"}},"employeeNumber":42"#
        ),
    ] {
        let worker = user(&json);
        assert_eq!(worker.employment.employee_number.as_deref(), Some("42"), "{json}");
        assert_eq!(worker.organization.department.unwrap().name.as_deref(), Some("People"), "{json}");
        assert_eq!(worker.custom, [], "{json}");
    }
}

#[test]
fn core_attributes_wrapped_under_their_urn() {
    let worker = user(
        r#""userName":"a","urn:ietf:params:scim:schemas:core:2.0:User":{"userName":"b","title":"T","name":{"givenName":"G"}}"#,
    );
    assert_eq!((worker.user_name.as_deref(), worker.employment.title.as_deref()), (Some("a"), Some("T")));
    assert_eq!((worker.name.given.as_deref(), worker.name.display.as_deref()), (Some("G"), Some("G")));
    assert_eq!(worker.custom, []);
    let both =
        r#""urn:ietf:params:scim:schemas:core:2.0:User":{"externalId":"7","roles":["a"]},"externalId":"8""#;
    let custom: Vec<_> = user(both).custom.into_iter().map(|one| (one.name, one.value)).collect();
    let expected = [("externalId", Value::Text("8".into())), ("roles", Value::Texts(vec!["a".into()]))];
    assert_eq!(custom, expected.map(|(name, value)| (name.to_owned(), value)));
}

#[test]
fn emails() {
    for (json, work, personal) in [
        (r#"["a@x.example"]"#, Some("a@x.example"), None),
        (r#""a@x.example""#, Some("a@x.example"), None),
        (r#"[{"value":"h","type":"home"},{"value":"w","type":"WORK"}]"#, Some("w"), Some("h")),
        (r#"[{"value":"h","type":"personal"},{"value":"o","type":"other"}]"#, Some("o"), Some("h")),
        (r#"[{"value":"o"},{"value":"p","primary":"true"}]"#, Some("p"), None),
        (r#"[{"value":"h","type":"home"}]"#, None, Some("h")),
        (r#"[{"value":"d","type":"work","operation":"delete"},{"value":"w"}]"#, Some("w"), None),
        ("[]", None, None),
        ("[null,{},3]", Some("3"), None),
        ("null", None, None),
    ] {
        let contact = user(&format!(r#""userName":"x","emails":{json}"#)).contact;
        assert_eq!(
            (contact.work_email.as_deref(), contact.personal_email.as_deref()),
            (work, personal),
            "{json}"
        );
    }
    let json = r#"{"id":"u1","userName":"a@x.example"}"#;
    assert_eq!(only(&provider(json)).contact.work_email, None);
    let allowed = provider(json).setting("username_as_email", "true");
    assert_eq!(only(&allowed).contact.work_email.as_deref(), Some("a@x.example"));
    assert_eq!(user(r#""emails":["a@x.example"]"#).user_name.as_deref(), Some("a@x.example"));
}

#[test]
fn phones_and_addresses_of_the_right_kind() {
    let worker = user(
        r#""phoneNumbers":[{"value":"1","type":"home"},{"value":"2"},{"value":"3","type":"mobile"}],
        "addresses":[{"type":"home","locality":"Aalst","country":"BE","primary":true}]"#,
    );
    assert_eq!(
        (worker.contact.work_phone.as_deref(), worker.contact.mobile_phone.as_deref()),
        (Some("2"), Some("3"))
    );
    let address = worker.address.unwrap();
    assert_eq!((address.locality, address.country.as_deref()), (None, Some("BE")));
    let worker =
        user(r#""addresses":[{"type":"work","formatted":"Gent HQ","streetAddress":"A 1","lineTwo":"B"}]"#);
    assert_eq!(worker.organization.location.unwrap().name.as_deref(), Some("Gent HQ"));
    assert_eq!(worker.address.unwrap().street.as_deref(), Some("A 1, B"));
}

#[test]
fn odd_values_cost_nobody() {
    let worker = user(
        r#""userName":["a"],"name":null,"title":{"x":1},"emails":{"value":"e"},"addresses":"x","phoneNumbers":7,
        "meta":{"created":1700000000000,"lastModified":"yesterday"},"preferredLanguage":"nl-BE, en;q=0.5","roles":{}"#,
    );
    assert_eq!((worker.user_name.as_deref(), worker.employment.title), (Some("a"), None));
    assert_eq!((worker.created_at, worker.updated_at), (None, None));
    assert_eq!(worker.contact.preferred_language.as_deref(), Some("nl-BE"));
    assert_eq!(
        user(r#""meta":{"created":"2026-01-02T03:04:05"}"#).created_at.as_deref(),
        Some("2026-01-02T03:04:05Z")
    );
}

#[test]
fn custom_attributes() {
    let worker = user(
        r#""externalId":7,"roles":[{"value":"admin"},"clerk"],"x509Certificates":[{"value":"MII"}],"photos":["p"],
        "urn:Example:params:scim:schemas:extension:HR:2.0:User":
            {"badge":5,"vip":true,"since":"2026-03-01T00:00:00Z","at":"2026-03-01T10:00:00Z","birthDate":"1990-01-01",
             "desk":{"floor":2,"password":"p"},"none":null},
        "urn:example:extension:hr:2.0:User:flat":"f",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","wing":"W"}"#,
    );
    let text = |text: &str| Value::Text(text.into());
    let found: Vec<_> = worker.custom.into_iter().map(|custom| (custom.name, custom.value)).collect();
    let expected = [
        ("externalId", Value::Number(7.0)),
        ("roles", Value::Texts(vec!["admin".into(), "clerk".into()])),
        ("hr:badge", Value::Number(5.0)),
        ("hr:vip", Value::Boolean(true)),
        ("hr:since", Value::Date("2026-03-01".into())),
        ("hr:at", text("2026-03-01T10:00:00Z")),
        ("hr:desk.floor", Value::Number(2.0)),
        ("hr:flat", text("f")),
        ("enterprise:wing", text("W")),
    ];
    assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value)));
    let few =
        provider(r#"{"id":"u1","externalId":"7","profileUrl":"x"}"#).wants(&["id", "custom.profileUrl"]);
    assert_eq!(only(&few).custom.len(), 1);
}

#[test]
fn mapped_fields() {
    let hr = "urn:x:extension:hr:2.0:User";
    let map = format!(
        r#"{{"employee_number":"{hr}:jobs[main eq \"true\"].no","work_email":"emails[type eq \"other\"].value",
        "department":"{hr}:unit.name","department_id":"{hr}:unit.id","teams":"{hr}:teams.name","fte":"{hr}:share",
        "is_manager":"{hr}:leads","family_name":"name.familyName","custom.badge":"badge","location":"{hr}:gone",
        "work_address.street":"{hr}:gone","title":"urn:other:User:flatTitle"}}"#
    );
    let worker = mapped(
        &map,
        &format!(
            r#""{}":{{"jobs":[{{"no":1}},{{"no":2,"main":true}}],"unit":{{"id":9,"name":"N"}},"share":"0,5","leads":"yes",
            "teams":[{{"name":"A"}},{{"name":"B"}}]}},"badge":5,"emails":[{{"value":"w","type":"work"}},{{"value":"o","type":"other"}}],
            "flatTitle":"FT""#,
            hr.to_uppercase()
        ),
    );
    let unit = worker.organization.department.unwrap();
    assert_eq!((unit.id.as_deref(), unit.name.as_deref()), (Some("9"), Some("N")));
    assert_eq!(worker.employment.employee_number.as_deref(), Some("2"));
    assert_eq!(worker.contact.work_email.as_deref(), Some("o"));
    assert_eq!((worker.employment.fte, worker.employment.is_manager), (Some(0.5), Some(true)));
    assert_eq!(
        worker.organization.teams.iter().filter_map(|team| team.name.as_deref()).collect::<Vec<_>>(),
        ["A", "B"]
    );
    assert!(worker.custom.iter().any(|custom| custom.name == "badge"));
    assert_eq!((worker.address, worker.organization.location), (None, None));
    assert_eq!(worker.employment.title.as_deref(), Some("FT"));
}

#[test]
fn status_out_of_dates_and_words() {
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};
    let map = r#"{"start_date":"start","end_date":"end","status":"word"}"#;
    for (json, expected) in [
        (r#""end":"2026-01-14""#, Terminated),
        (r#""end":"2026-01-15T00:00:00.000Z""#, Active),
        (r#""start":"2026-02-01","active":false"#, Pending),
        (r#""start":"2026-02-01","word":"Terminated""#, Terminated),
        (r#""word":"Elternzeit""#, OnLeave),
        (r#""word":"left""#, Terminated),
        (r#""word":"active","active":false"#, Inactive),
        (r#""word":"whatever""#, Active),
    ] {
        let provider = provider(&format!(r#"{{"id":"u1",{json}}}"#)).setting("attribute_map", map);
        assert_eq!(
            only(&provider.setting("status_map", r#"{"elternZeit":"on-leave"}"#)).status,
            expected,
            "{json}"
        );
    }
}

#[test]
fn maps_that_cannot_be() {
    for (key, map) in [
        ("attribute_map", "start_date"),
        ("attribute_map", r#"{"salary":"x"}"#),
        ("attribute_map", r#"{"title":"password"}"#),
        ("attribute_map", r#"{"title":"urn:x:User:birthDay"}"#),
        ("status_map", r#"{"x":"gone"}"#),
    ] {
        let provider = Provider::new().setting("base_url", "https://hr.example.com").setting(key, map);
        let failure = Scim::check(&provider.context::<Scim>()).unwrap_err();
        assert!(matches!(failure, Failure::BadSetting(ref error) if error.key == key), "{map}: {failure:?}");
    }
}
