//! The edges, one after the other.

use connector_okta::Okta;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, link};

const EVERYBODY: &str = r#"lastUpdated gt "1970-01-01T00:00:00.000Z""#;
const ID: &str = "00u1aaaaaaaaaaaaaaa1";

fn provider() -> Provider {
    Provider::new().setting("okta_domain", "acme.okta.com").wants(&["given_name"])
}

fn users(body: &str) -> Exchange {
    get("okta", "/api/v1/users").query("limit", 100).query("filter", EVERYBODY).auth("okta").json(body)
}

fn workers(provider: &Provider) -> Result<WorkerPage> {
    Okta::workers(&provider.context::<Okta>(), Cursor::default())
}

/// The worker that a user with this profile is.
#[track_caller]
fn worker(status: &str, profile: &str) -> Worker {
    let body = format!(r#"[{{"id":"{ID}","status":"{status}","profile":{{"login":"x"{profile}}}}}]"#);
    let provider = provider().setting("start_date_attribute", "hired").setting("end_date_attribute", "left");
    workers(&provider.on(users(&body))).unwrap().workers.remove(0)
}

#[test]
fn statuses() {
    use WorkerStatus::{Active, Inactive, Pending, Terminated};
    // Today is 15 January 2026.
    for (status, profile, expected) in [
        ("STAGED", "", Pending),
        ("PROVISIONED", "", Pending),
        ("ACTIVE", "", Active),
        ("ACTIVE", r#","hired":"2026-02-01""#, Pending),
        ("RECOVERY", "", Active),
        ("PASSWORD_EXPIRED", "", Active),
        ("LOCKED_OUT", "", Active),
        ("SUSPENDED", "", Inactive),
        ("SUSPENDED", r#","left":"2025-12-31""#, Terminated),
        ("DEPROVISIONED", "", Terminated),
        ("BANNED", "", Active),
    ] {
        assert_eq!(worker(status, profile).status, expected, "{status}{profile}");
    }
}

#[test]
fn every_key_of_a_profile_is_a_field_or_the_customers() {
    let names = [
        "email",
        "secondEmail",
        "firstName",
        "middleName",
        "lastName",
        "displayName",
        "nickName",
        "honorificPrefix",
        "honorificSuffix",
        "title",
        "department",
        "division",
        "organization",
        "costCenter",
        "employeeNumber",
        "managerId",
        "userType",
        "preferredLanguage",
        "locale",
        "timezone",
        "primaryPhone",
        "mobilePhone",
        "streetAddress",
        "city",
        "state",
        "zipCode",
        "countryCode",
    ];
    let profile: String = names.iter().map(|name| format!(r#","{name}":"{name}""#)).collect();
    let body = format!(r#"[{{"id":"{ID}","profile":{{"login":"x"{profile},"badge":7,"manager":"M"}}}}]"#);
    let provider = Provider::new().setting("okta_domain", "acme.okta.com");
    let search = ["employeeNumber", "login", "email"].map(|name| format!(r#"profile.{name} eq "managerId""#));
    let manager = get("okta", "/api/v1/users").query("limit", 200).query("search", search.join(" or "));
    let provider = provider
        .on(users(&body))
        .on(get("okta", "/api/v1/meta/types/user").auth("okta").json("[]"))
        .on(manager.auth("okta").json("[]"));
    let worker = workers(&provider).unwrap().workers.remove(0);
    assert_eq!(
        worker.custom,
        [
            CustomAttribute::new("badge", Value::Number(7.0)),
            CustomAttribute::new("manager", Value::Text("M".into()))
        ]
    );
    assert_eq!(worker.employment.manager_id, None);
    assert_eq!(worker.address.unwrap().postal_code.as_deref(), Some("zipCode"));
    assert_eq!(worker.organization.cost_center, Unit::of(None, Some("costCenter".into())));
}

#[test]
fn whoever_a_manager_id_names() {
    let found = r#"[{"id":"00u1","status":"ACTIVE","profile":{"login":"7"}},
        {"id":"00u2","status":"DEPROVISIONED","profile":{"login":"y","employeeNumber":"7"}},
        {"id":"00u3","status":"ACTIVE","profile":{"login":"z","employeeNumber":"7"}},
        {"id":"00u4","status":"ACTIVE","profile":{"login":"a","email":"B\"@x"}}]"#;
    let user =
        |name: &str| format!(r#"{{"id":"u{}","profile":{{"login":"x","managerId":{name}}}}}"#, name.len());
    let names = [r#""7""#, r#""b\"@x""#, r#""CN=Mara,OU=Staff""#, &format!("{ID:?}")].map(user);
    let names = format!("[{}]", names.join(","));
    let terms = [r#"7"#, r#"b\"@x"#].map(|name| {
        ["employeeNumber", "login", "email"]
            .map(|place| format!(r#"profile.{place} eq "{name}""#))
            .join(" or ")
    });
    let search = get("okta", "/api/v1/users").query("limit", 200).query("search", terms.join(" or "));
    let provider = Provider::new().setting("okta_domain", "acme.okta.com").wants(&["manager_id"]);
    let provider = provider.on(users(&names)).on(search.auth("okta").json(found));
    let managers = workers(&provider).unwrap().workers.into_iter().map(|one| one.employment.manager_id);
    let expected = [Some("00u3"), Some("00u4"), None, Some(ID)].map(|id| id.map(str::to_owned));
    assert_eq!(managers.collect::<Vec<_>>(), expected);
}

#[test]
fn a_linked_object_where_there_is_no_manager_id() {
    let linked = |id: &str| get("okta", &format!("/api/v1/users/{id}/linkedObjects/manager")).auth("okta");
    let body = r#"[{"id":"a","profile":{"login":"x"}},{"id":"b","profile":{"login":"x"}},
        {"id":"c","profile":{"login":"x"}}]"#;
    let first = get("okta", "/api/v1/users").query("limit", 100).query("filter", EVERYBODY).auth("okta");
    let provider = Provider::new().setting("okta_domain", "acme.okta.com").wants(&["manager_id"]);
    let provider = provider
        .setting("manager_relation", "manager")
        .on(first.json(body))
        .on(linked("a").json(r#"[{"_links":{"self":{"href":"https://acme.okta.com/api/v1/users/00u9"}}}]"#))
        .on(linked("b").json("[]"))
        .on(linked("c").answer(404, "application/json", "{}"));
    let managers = workers(&provider).unwrap().workers.into_iter().map(|one| one.employment.manager_id);
    assert_eq!(managers.collect::<Vec<_>>(), [Some("00u9".to_owned()), None, None]);
}

#[test]
fn a_relation_that_is_not_there_is_told_by_the_connection_test() {
    let warnings = |relation: Option<&str>, objects: fn(Exchange) -> Exchange| {
        let user = get("okta", "/api/v1/users").query("limit", 1).query("filter", EVERYBODY).auth("okta");
        let group = get("okta", "/api/v1/groups").query("limit", 1).auth("okta");
        let provider = provider().on(user.json("[]")).on(group.json("[]"));
        let asked = get("okta", "/api/v1/meta/schemas/user/linkedObjects").auth("okta");
        let provider = match relation {
            Some(relation) => provider.setting("manager_relation", relation).on(objects(asked)),
            None => provider,
        };
        Okta::check(&provider.context::<Okta>()).unwrap().warnings
    };
    let pair: fn(Exchange) -> Exchange =
        |asked| asked.json(r#"[{"primary":{"name":"manager"},"associated":{"name":"subordinate"}}]"#);
    assert_eq!(warnings(None, pair), [""; 0]);
    assert_eq!(warnings(Some("manager"), pair), [""; 0]);
    for relation in ["subordinate", "maneger"] {
        let told =
            format!("No linked object has the primary relation `{relation}`: it leads nobody to a manager.");
        assert_eq!(warnings(Some(relation), pair), [told]);
    }
    let refused = "Linked objects are not readable: okta.linkedObjects.read is missing.";
    assert_eq!(warnings(Some("manager"), answer_403), [refused]);
}

#[test]
fn attributes_that_are_not_there_are_told_by_the_connection_test() {
    let warnings = |schema: fn(Exchange) -> Exchange| {
        let user = get("okta", "/api/v1/users").query("limit", 1).query("filter", EVERYBODY).auth("okta");
        let group = get("okta", "/api/v1/groups").query("limit", 1).auth("okta");
        let provider = provider()
            .setting("start_date_attribute", "hireDate")
            .setting("end_date_attribute", "leavDate")
            .on(user.json("[]"))
            .on(group.json("[]"))
            .on(get("okta", "/api/v1/meta/types/user").auth("okta").json("[]"))
            .on(schema(get("okta", "/api/v1/meta/schemas/user/default").auth("okta")));
        Okta::check(&provider.context::<Okta>()).unwrap().warnings
    };
    const OWN: &str = r#"{"definitions":{"custom":{"properties":{"hireDate":{},"leaveDate":{}}}}}"#;
    let told = "No user has an attribute `leavDate`: nobody has a day by it.";
    assert_eq!(warnings(|asked| asked.json(OWN)), [told]);
    assert_eq!(warnings(answer_403), [""; 0]);
}

#[test]
fn the_next_page_is_a_link_that_is_followed_as_it_is() {
    let next = "https://acme.okta.com/api/v1/users?after=00u2&limit=200";
    let header =
        format!(r#"<https://acme.okta.com/api/v1/users?limit=200>; rel="self", <{next}>; rel="next""#);
    let page = workers(&provider().on(users("[]").with_header("Link", &header))).unwrap();
    assert!(page.checkpoint.is_none());
    let again = provider().on(link("okta", next).auth("okta").json("[]"));
    let last = Okta::workers(&again.context::<Okta>(), Cursor::from(page.next.clone())).unwrap();
    assert!(last.next.is_none() && last.checkpoint.is_some());
    // The same link again would never end.
    let circle = provider().on(link("okta", next).auth("okta").json("[]").with_header("Link", &header));
    let circle = Okta::workers(&circle.context::<Okta>(), Cursor::from(page.next));
    assert!(matches!(circle, Err(Failure::InvalidResponse(_))));
}

#[test]
fn nobody_tells_who_no_longer_matches_a_search() {
    let search = || provider().setting("user_search", "x eq 1");
    let page = get("okta", "/api/v1/users").query("limit", 100).query("search", "x eq 1").auth("okta");
    assert_eq!(workers(&search().on(page.json("[]"))).unwrap().checkpoint, None);
    let since = br#"["since/1",{"millis":1768392000000}]"#.to_vec();
    let changes = search().run(|run| run.mode = rollcall_sdk::Mode::Changes(since));
    assert_eq!(workers(&changes), Err(Failure::CheckpointExpired));
}

#[test]
fn what_is_wrong_says_whose_it_is() {
    let failure = |exchange: Exchange| workers(&provider().on(exchange)).unwrap_err();
    let answer = |status, code: &str| {
        let body = format!(r#"{{"errorCode":"{code}","errorSummary":"Summary","errorCauses":[]}}"#);
        users("").answer(status, "application/json", body)
    };
    assert_eq!(failure(answer(401, "E0000011")), Failure::AuthFailed("Summary".into()));
    let missing = "okta.users.read, and an administrator role that may read this";
    assert_eq!(failure(answer(403, "E0000006")), Failure::PermissionMissing(missing.into()));
    let key = |failure: Failure| match failure {
        Failure::BadSetting(setting) => setting.key,
        other => panic!("{other:?}"),
    };
    assert_eq!(key(failure(answer(404, "E0000007"))), "okta_domain");
    assert_eq!(key(failure(answer(400, "E0000031"))), "user_search");
    // A search that the admin did not enter is not theirs to correct.
    let named = r#"[{"id":"u","profile":{"login":"x","managerId":"7"}}]"#;
    let terms = ["employeeNumber", "login", "email"].map(|place| format!(r#"profile.{place} eq "7""#));
    let search = get("okta", "/api/v1/users").query("limit", 200).query("search", terms.join(" or "));
    let refused = r#"{"errorCode":"E0000031","errorSummary":"Summary","errorCauses":[]}"#;
    let managers = Provider::new().setting("okta_domain", "acme.okta.com").wants(&["manager_id"]);
    let managers = managers.on(users(named)).on(search.auth("okta").answer(400, "application/json", refused));
    assert_eq!(workers(&managers), Err(Failure::Upstream(400)));
    // An own domain may have the word in it.
    let own = Provider::new().setting("okta_domain", "hr-admin.example.com").wants(&["given_name"]);
    assert!(workers(&own.on(users("[]"))).is_ok());
    let console = Provider::new().setting("okta_domain", "acme-admin.okta.com").wants(&["id"]);
    assert_eq!(key(workers(&console).unwrap_err()), "okta_domain");
    for (body, expected) in [
        (r#"{"errorCode":"x"}"#, "users page: [0]: expected a sequence, found an object"),
        (r#"[{"profile":{"login":"x"}}]"#, "users page: a user has no `id`"),
        (r#"[{"id":"1","profile":null}]"#, "users page: a user has no `profile`"),
    ] {
        let Failure::InvalidResponse(why) = failure(users(body)) else { panic!("{body}") };
        assert_eq!(why.split(": ").next(), expected.split(": ").next(), "{body}");
        assert!(expected.starts_with("users page: [0]") || why == expected, "{why}");
    }
}

#[test]
fn everyone_is_asked_for_by_name_alone() {
    let groups =
        r#"[{"id":"e","type":"BUILT_IN","profile":{"name":"Everyone"}},{"id":"s","type":"OKTA_GROUP"}]"#;
    let members =
        |id: &str| get("okta", &format!("/api/v1/groups/{id}/users")).query("limit", 100).auth("okta");
    let memberships = |provider: &Provider| {
        let page = Okta::memberships(&provider.context::<Okta>(), Cursor::default()).unwrap();
        assert!(page.next.is_none());
        page.memberships.into_iter().map(|one| one.group_id).collect::<Vec<_>>()
    };
    let list = get("okta", "/api/v1/groups").query("limit", 10).auth("okta").json(groups);
    assert_eq!(memberships(&provider().on(list).on(members("s").json(r#"[{"id":"1"}]"#))), ["s"]);
    let named = provider().wants_groups(&["e", "gone"]).on(members("e").json(r#"[{"id":"1"},{"id":"2"}]"#));
    let named = named.on(members("gone").answer(404, "application/json", "{}"));
    assert_eq!(memberships(&named), ["e", "e"]);
}

#[test]
fn the_attributes_of_each_kind_of_user() {
    let schema = |id: &str| get("okta", &format!("/api/v1/meta/schemas/user/{id}")).auth("okta");
    let types = r#"[{"_links":{"schema":{"href":"https://acme.okta.com/api/v1/meta/schemas/user/osc1"}}},
        {"_links":{"schema":{"href":"https://acme.okta.com/api/v1/meta/schemas/user/osc2"}}}]"#;
    let one = r#"{"definitions":{"base":{"properties":{"login":{},"manager":{"title":"Manager"}}},
        "custom":{"properties":{"badges":{"type":"array","items":{"enum":["b"]}},"age":{"type":"integer"}}}}}"#;
    let two = r#"{"definitions":{"custom":{"properties":{"badges":{"type":"string"},"ok":{"type":"boolean","enum":["a"]}}}}}"#;
    let asked = || get("okta", "/api/v1/meta/types/user").auth("okta");
    let provider =
        provider().on(asked().json(types)).on(schema("osc1").json(one)).on(schema("osc2").json(two));
    let found = Okta::discover(&provider.context::<Okta>()).unwrap();
    let names: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.label.as_str(), one.kind)).collect();
    assert_eq!(
        names,
        [
            ("age", "age", AttributeKind::Number),
            ("badges", "badges", AttributeKind::Texts),
            ("manager", "Manager", AttributeKind::Text),
            ("ok", "ok", AttributeKind::Boolean),
        ]
    );
    let options: Vec<_> = found.iter().map(|one| one.options.join(",")).collect();
    assert_eq!(options, ["", "b", "", "a"]);
    let refused = || answer_403(asked());
    let provider = self::provider().on(refused()).on(answer_403(schema("default")));
    assert_eq!(Okta::discover(&provider.context::<Okta>()), Ok(Vec::new()));
}

fn answer_403(exchange: Exchange) -> Exchange {
    exchange.answer(403, "application/json", r#"{"errorCode":"E0000006"}"#)
}
