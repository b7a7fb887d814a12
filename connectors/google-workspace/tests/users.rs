//! Users: what is asked for, what is made of them, and whose manager is whose.

use connector_google_workspace::GoogleWorkspace;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, take_log};

const ALWAYS: &str = "id,primaryEmail,name,isGuestUser,suspended,archived,agreedToTerms,lastLoginTime";

/// A page of the normal list in the basic projection with these fields more.
fn listed(more: &str) -> Exchange {
    asked("basic", more)
}

fn asked(projection: &str, more: &str) -> Exchange {
    let comma = if more.is_empty() { "" } else { "," };
    get("directory", "/admin/directory/v1/users")
        .auth("directory")
        .query("prettyPrint", false)
        .query("customer", "my_customer")
        .query("maxResults", 100)
        .query("fields", format!("kind,nextPageToken,users({ALWAYS}{comma}{more})"))
        .query("projection", projection)
}

fn one(key: &str) -> Exchange {
    get("directory", &format!("/admin/directory/v1/users/{key}"))
        .auth("directory")
        .query("prettyPrint", false)
        .query("fields", "id")
}

fn page_of(users: &str) -> String {
    format!(r#"{{"kind":"admin#directory#users","users":[{users}]}}"#)
}

/// A provider for one page without a second pass.
fn provider(wanted: &[&str]) -> Provider {
    Provider::new().wants(wanted).setting("include_deleted", "false")
}

fn pull(provider: &Provider) -> Result<WorkerPage> {
    GoogleWorkspace::workers(&provider.context::<GoogleWorkspace>(), Cursor::default())
}

/// The one worker of a page with this user, when this attribute is wanted.
fn worker(attribute: &str, fields: &str, user: &str) -> Worker {
    let projection = if attribute.starts_with("custom.") { "full" } else { "basic" };
    let provider = provider(&[attribute]).on(asked(projection, fields).json(page_of(user)));
    pull(&provider).unwrap().workers.remove(0)
}

fn status(settings: &[(&str, &str)], user: &str) -> WorkerStatus {
    let custom = settings.iter().any(|(key, _)| key.ends_with("_field"));
    let asked = if custom { asked("full", "customSchemas") } else { listed("") };
    let provider = provider(&["status"]).on(asked.json(page_of(user)));
    let provider = settings.iter().fold(provider, |provider, (key, value)| provider.setting(key, value));
    pull(&provider).unwrap().workers[0].status
}

#[test]
fn statuses() {
    use WorkerStatus::{Active, Inactive, Pending, Terminated};
    let never = r#"{"id":"1","agreedToTerms":false,"lastLoginTime":"1970-01-01T00:00:00.000Z"}"#;
    let rule = [("never_logged_in_is_pending", "true")];
    assert_eq!(status(&[], r#"{"id":"1"}"#), Active);
    assert_eq!(status(&[], r#"{"id":"1","suspended":true,"suspensionReason":"ADMIN"}"#), Inactive);
    assert_eq!(status(&[], r#"{"id":"1","suspended":false,"archived":true}"#), Inactive);
    assert_eq!(status(&[], never), Active);
    assert_eq!(status(&rule, never), Pending);
    assert_eq!(status(&rule, &never.replace("false", "true")), Active);
    assert_eq!(status(&rule, &never.replace("1970", "2026")), Active);
    assert_eq!(status(&rule, &never.replace(r#""id""#, r#""suspended":true,"id""#)), Inactive);
    let dates = [("start_date_field", "HR.from"), ("end_date_field", "HR.to")];
    let dated = |more: &str| format!(r#"{{"id":"1",{more}}}"#);
    assert_eq!(status(&dates, &dated(r#""customSchemas":{"HR":{"from":"2026-02-01"}}"#)), Pending);
    assert_eq!(status(&dates, &dated(r#""customSchemas":{"HR":{"from":"soon"}}"#)), Active);
    assert_eq!(
        status(&dates, &dated(r#""suspended":true,"customSchemas":{"HR":{"to":"2026-01-14"}}"#)),
        Terminated
    );
    assert_eq!(
        status(&dates, &dated(r#""suspended":true,"customSchemas":{"HR":{"to":"2026-01-15"}}"#)),
        Inactive
    );
    assert_eq!(status(&dates, &dated(r#""customSchemas":{"Other":{"to":"2020-01-01"}}"#)), Active);
}

#[test]
fn the_primary_position_counts_and_its_empty_texts_are_none() {
    let title = |organizations: &str| {
        let user = format!(r#"{{"id":"1","organizations":{organizations}}}"#);
        worker("title", "organizations", &user).employment.title
    };
    let of = |text: &str| Some(text.to_owned());
    assert_eq!(title(r#"[{"title":"A"},{"title":"B","primary":true}]"#), of("B"));
    assert_eq!(title(r#"[{"title":"A","type":"school"},{"title":"B","type":"work"}]"#), of("B"));
    assert_eq!(
        title(r#"[{"title":"A","type":"school"},{"title":"B","type":"custom","customType":"work"}]"#),
        of("A")
    );
    assert_eq!(title(r#"[{"title":"","primary":true,"customType":""},{"title":"B"}]"#), None);
    assert_eq!(title("[]"), None);
    assert_eq!(title("null"), None);
}

#[test]
fn typed_entries_do_not_stand_for_each_other() {
    let phones = |list: &str| {
        let user = format!(r#"{{"id":"1","recoveryPhone":"+49","phones":{list}}}"#);
        worker("mobile_phone", "phones,recoveryPhone", &user).contact
    };
    let contact = phones(r#"[{"type":"home","value":"1","primary":true},{"type":"work","value":"2"}]"#);
    assert_eq!((contact.work_phone.as_deref(), contact.mobile_phone.as_deref()), (Some("2"), Some("+49")));
    let contact =
        phones(r#"[{"type":"mobile","value":"1"},{"type":"work_mobile","value":"2","primary":true}]"#);
    assert_eq!((contact.work_phone, contact.mobile_phone.as_deref()), (None, Some("2")));
    let user = r#"{"id":"1","emails":[{"address":"w@x.example","primary":true},{"address":"h@x.example","type":"home"}]}"#;
    let contact = worker("personal_email", "recoveryEmail,emails", user).contact;
    assert_eq!(contact.personal_email.as_deref(), Some("h@x.example"));
    let user =
        r#"{"id":"1","externalIds":[{"value":"9","type":"account"},{"value":1001,"type":"organization"}]}"#;
    assert_eq!(
        worker("employee_number", "externalIds", user).employment.employee_number.as_deref(),
        Some("1001")
    );
}

#[test]
fn places_and_languages() {
    let place = |user: &str| worker("location", "locations,organizations", user).organization.location;
    let unit = |id: Option<&str>, name: Option<&str>| Unit::of(id.map(Into::into), name.map(Into::into));
    let position = r#""organizations":[{"location":"Bonn"}]"#;
    assert_eq!(place(&format!(r#"{{"id":"1",{position}}}"#)), unit(None, Some("Bonn")));
    let desk = r#""locations":[{"type":"desk","area":"desk","buildingId":"b"}]"#;
    assert_eq!(place(&format!(r#"{{"id":"1",{desk},{position}}}"#)), unit(Some("b"), Some("Bonn")));
    assert_eq!(
        place(r#"{"id":"1","locations":[{"area":"North"},{"area":"South","primary":true}]}"#),
        unit(None, Some("South"))
    );
    let language = |list: &str| {
        let user = format!(r#"{{"id":"1","languages":{list}}}"#);
        worker("locale", "languages", &user).contact.locale
    };
    assert_eq!(language(r#"[{"languageCode":"en","preference":"not_preferred"}]"#).as_deref(), Some("en"));
    assert_eq!(language(r#"[{"customLanguage":"x"},{"languageCode":"fr"}]"#).as_deref(), Some("fr"));
    assert_eq!(language(r#"[{"customLanguage":"x"}]"#), None);
}

#[test]
fn work_addresses() {
    let address = |entry: &str| {
        let user = format!(
            r#"{{"id":"1","addresses":[{{"type":"home","streetAddress":"private","primary":true}},{entry}]}}"#
        );
        worker("work_address.street", "addresses", &user).address
    };
    let found =
        address(r#"{"type":"work","streetAddress":"A 1","extendedAddress":"2nd floor","country":"Germany"}"#);
    let found = found.unwrap();
    assert_eq!(
        (found.street.as_deref(), found.country.as_deref()),
        (Some("A 1, 2nd floor"), Some("Germany"))
    );
    let found =
        address(r#"{"type":"work","formatted":" A 1 \n\n20457 Hamburg\n","countryCode":"DE"}"#).unwrap();
    assert_eq!((found.street.as_deref(), found.country.as_deref()), (Some("A 1, 20457 Hamburg"), Some("DE")));
    assert_eq!(address(r#"{"type":"work"}"#), None);
    assert_eq!(address(r#"{"type":"other","streetAddress":"x"}"#), None);
}

#[test]
fn custom_attributes_of_any_shape() {
    let fields = r#"{"text":"x","blank":"","number":1.5,"long":12345678901234567890,"flag":true,"day":"2019-03-01",
        "time":"2019-03-01T10:00:00Z","none":null,"many":[{"type":"work","value":"a"},{"value":2},{"value":""}],
        "plain":["a","b"],"empty":[],"object":{"a":1}}"#;
    let provider = Provider::new().setting("include_deleted", "false").setting("resolve_managers", "false");
    let user = page_of(&format!(r#"{{"id":"1","customSchemas":{{"S":{fields}}}}}"#));
    let all = "creationTime,externalIds,relations,aliases,nonEditableAliases,recoveryEmail,emails,phones,recoveryPhone,\
        locations,organizations,addresses,languages,orgUnitPath,gender,customSchemas";
    let custom = pull(&provider.on(asked("full", all).json(user))).unwrap().workers.remove(0).custom;
    let expected = [
        ("S.text", Value::Text("x".into())),
        ("S.number", Value::Number(1.5)),
        ("S.long", Value::Text("12345678901234567890".into())),
        ("S.flag", Value::Boolean(true)),
        ("S.day", Value::Date("2019-03-01".into())),
        ("S.time", Value::Text("2019-03-01T10:00:00Z".into())),
        ("S.many", Value::Texts(vec!["a".into(), "2".into()])),
        ("S.plain", Value::Texts(vec!["a".into(), "b".into()])),
    ];
    assert_eq!(custom, expected.map(|(name, value)| CustomAttribute::new(name, value)));
}

#[test]
fn only_the_wanted_custom_attributes() {
    let user =
        r#"{"id":"1","gender":{"addressMeAs":"they"},"customSchemas":{"S":{"a":"1","b":"2"},"T":{"a":"3"}}}"#;
    let names: Vec<_> =
        worker("custom.S.b", "customSchemas", user).custom.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["S.b"]);
    let pronouns = worker("custom.pronouns", "gender,customSchemas", user).custom;
    assert_eq!(pronouns, [CustomAttribute::new("pronouns", Value::Text("they".into()))]);
}

#[test]
fn guests_are_left_out_unless_wanted() {
    let users = page_of(r#"{"id":"1","isGuestUser":true},{"id":"2","isGuestUser":false},{"id":"3"}"#);
    let ids = |provider: &Provider| -> Vec<String> {
        pull(provider).unwrap().workers.into_iter().map(|worker| worker.id).collect()
    };
    assert_eq!(ids(&provider(&["id"]).on(listed("").json(&*users))), ["2", "3"]);
    let all = provider(&["id"]).setting("include_guests", "true").on(listed("").json(&*users));
    assert_eq!(ids(&all), ["1", "2", "3"]);
}

// ---------------------------------------------------------------- managers

const MANAGERS: &str = "relations,aliases,nonEditableAliases";

fn led_by(id: u32, address: &str) -> String {
    format!(
        r#"{{"id":"{id}","relations":[{{"type":"assistant","value":"a@x.example"}},{{"type":"manager","value":"{address}"}}]}}"#
    )
}

fn managers(page: WorkerPage) -> Vec<Option<String>> {
    page.workers.into_iter().map(|worker| worker.employment.manager_id).collect()
}

#[test]
fn a_manager_on_the_page_takes_no_request() {
    let boss = r#"{"id":"9","primaryEmail":"new@x.example","aliases":["Old@X.example"],"nonEditableAliases":["t@x.example"]}"#;
    let users =
        [led_by(1, " NEW@x.example "), led_by(2, "old@x.example"), led_by(3, "T@x.example"), boss.into()]
            .join(",");
    let provider = provider(&["manager_id"]).on(listed(MANAGERS).json(page_of(&users)));
    let nine = || Some("9".to_owned());
    assert_eq!(managers(pull(&provider).unwrap()), [nine(), nine(), nine(), None]);
    assert_eq!(provider.requests(), 1);
}

#[test]
fn other_managers_are_asked_for_once() {
    let free_text = [led_by(5, "the boss"), led_by(6, "boss @x.example"), led_by(7, "")].join(",");
    let users =
        [led_by(1, "b/c@x.example"), led_by(2, "B/C@x.example"), led_by(3, "gone@x.example"), free_text]
            .join(",");
    let users = [users, led_by(4, "hidden@x.example")].join(",");
    let provider = provider(&["manager_id"])
        .on(listed(MANAGERS).json(page_of(&users)))
        .on(one("b%2Fc@x.example").json(r#"{"id":"8"}"#))
        .on(one("gone@x.example").answer(404, "application/json", "{}"))
        .on(one("hidden@x.example").answer(403, "application/json", "{}"));
    let eight = || Some("8".to_owned());
    assert_eq!(managers(pull(&provider).unwrap()), [eight(), eight(), None, None, None, None, None]);
    let log = take_log();
    assert!(
        log.iter().any(|(_, line)| line == "2 managers of a page are no users that can be read"),
        "{log:?}"
    );
    assert!(!log.iter().any(|(_, line)| line.contains('@')), "{log:?}");
}

#[test]
fn a_lookup_that_fails_for_another_reason_fails_the_page() {
    let limit = r#"{"error":{"errors":[{"reason":"quotaExceeded"}]}}"#;
    let provider = provider(&["manager_id"])
        .on(listed(MANAGERS).json(page_of(&led_by(1, "b@x.example"))))
        .on(one("b@x.example").answer(403, "application/json", limit).with_header("Retry-After", "3"));
    assert_eq!(pull(&provider), Err(Failure::RateLimited(Some(3))));
}

#[test]
fn no_lookup_where_managers_are_not_wanted() {
    let users = page_of(&led_by(1, "b@x.example"));
    let off =
        provider(&["manager_id"]).setting("resolve_managers", "false").on(listed(MANAGERS).json(&*users));
    assert_eq!(managers(pull(&off).unwrap()), [None]);
    let unwanted = provider(&["id"]).on(listed("").json(users));
    assert_eq!(managers(pull(&unwanted).unwrap()), [None]);
}

// ------------------------------------------------------------------ paging

#[test]
fn pages_hold_at_most_what_google_gives() {
    let asked = |size: u32| {
        get("directory", "/admin/directory/v1/users")
            .auth("directory")
            .query("prettyPrint", false)
            .query("domain", "example.com")
            .query("maxResults", size)
            .query("fields", format!("kind,nextPageToken,users({ALWAYS})"))
            .query("projection", "basic")
            .json(page_of(""))
    };
    for (hint, size) in [(7, 7), (500, 500), (5000, 500)] {
        let provider = provider(&["id"]).setting("domain", "example.com").page_size(hint).on(asked(size));
        assert!(pull(&provider).unwrap().next.is_none());
    }
}

#[test]
fn a_call_has_requests_for_a_manager_of_each_on_its_page() {
    let page = get("directory", "/admin/directory/v1/users")
        .auth("directory")
        .query("prettyPrint", false)
        .query("customer", "my_customer")
        .query("maxResults", 190)
        .query("fields", format!("kind,nextPageToken,users({ALWAYS},{MANAGERS})"))
        .query("projection", "basic");
    let users: Vec<String> = (0..190).map(|id| led_by(id, &format!("boss{id}@x.example"))).collect();
    let provider = provider(&["manager_id"]).page_size(1000).on(page.json(page_of(&users.join(","))));
    let provider = (0..190).fold(provider, |provider, id| {
        provider.on(one(&format!("boss{id}@x.example")).json(format!(r#"{{"id":"b{id}"}}"#)))
    });
    assert!(managers(pull(&provider).unwrap()).iter().all(Option::is_some));
    assert!(provider.requests() <= 200, "{}", provider.requests());
}

#[test]
fn a_page_token_that_comes_again_is_a_failure() {
    let json = r#"{"kind":"admin#directory#users","nextPageToken":"t","users":[{"id":"1"}]}"#;
    let provider =
        provider(&["id"]).on(listed("").json(json)).on(listed("").query("pageToken", "t").json(json));
    let next = pull(&provider).unwrap().next;
    let again = GoogleWorkspace::workers(&provider.context::<GoogleWorkspace>(), Cursor::from(next));
    assert!(matches!(again, Err(Failure::InvalidResponse(_))));
}

#[test]
fn an_answer_of_something_else_is_not_an_empty_account() {
    let invalid = |json: &str, expected: &str| {
        let provider = provider(&["id"]).on(listed("").json(json));
        assert_eq!(pull(&provider), Err(Failure::InvalidResponse(expected.into())));
    };
    invalid("{}", "users page: missing field `kind`");
    invalid(r#"{"kind":"other"}"#, "users page: kind: not one of the Directory API");
    invalid(
        r#"{"kind":"admin#directory#users","users":[{"id":"1"},{"id":""}]}"#,
        "users page: users: one has no `id`",
    );
    invalid(
        r#"{"kind":"admin#directory#users","users":{}}"#,
        "users page: users: expected a sequence, found an object",
    );
    invalid("<html>", "users page: the answer is an HTML or XML page, not JSON");
}

#[test]
fn a_broken_entry_of_a_profile_costs_the_entry_only() {
    let user = r#"{"id":"1","externalIds":["x",{"value":"7","type":"organization"}]}"#;
    assert_eq!(
        worker("employee_number", "externalIds", user).employment.employee_number.as_deref(),
        Some("7")
    );
}

#[test]
fn a_date_field_has_two_parts() {
    let provider = provider(&["id"]).setting("start_date_field", "hireDate");
    assert!(matches!(pull(&provider), Err(Failure::BadSetting(wrong)) if wrong.key == "start_date_field"));
}
