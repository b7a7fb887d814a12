//! The edges, one after the other.

use connector_onelogin::OneLogin;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get};

const FIELDS: &str = "id,username,email,firstname,lastname,title,department,company,phone,status,state,\
    manager_user_id,external_id,preferred_locale_code,custom_attributes,created_at,updated_at";

fn users(body: &str) -> Exchange {
    get("onelogin", "/api/2/users").query("limit", 100).query("fields", FIELDS).auth("onelogin").json(body)
}

/// A user with these keys, and null for all others that are asked for.
fn user(keys: &str) -> String {
    let given = |key: &&str| keys.contains(&format!("\"{key}\":"));
    let others = FIELDS.split(',').filter(|key| !given(key)).map(|key| format!("\"{key}\":null"));
    let all: Vec<_> = [keys.to_owned()].into_iter().filter(|keys| !keys.is_empty()).chain(others).collect();
    format!("{{{}}}", all.join(","))
}

fn one(id: &str) -> Exchange {
    get("onelogin", &format!("/api/2/users/{id}")).auth("onelogin")
}

fn workers(provider: &Provider) -> Result<WorkerPage> {
    OneLogin::workers(&provider.context::<OneLogin>(), Cursor::default())
}

#[track_caller]
fn worker(provider: Provider, fields: &str) -> Worker {
    let body = user(&format!(r#""id":7{fields}"#));
    workers(&provider.on(users(&format!("[{body}]")))).unwrap().workers.remove(0)
}

#[test]
fn the_worse_of_two_numbers_counts() {
    use WorkerStatus::{Active, Inactive, Pending};
    for (status, state, expected) in [
        ("1", "1", Active),
        ("0", "1", Pending),
        ("7", "1", Pending),
        ("1", "0", Pending),
        ("2", "1", Inactive),
        ("2", "0", Inactive),
        ("1", "2", Inactive),
        ("0", "3", Inactive),
        ("3", "1", Active),
        ("4", "1", Active),
        ("5", "1", Active),
        ("8", "1", Active),
        ("6", "1", Active),
        ("null", "null", Active),
        ("\"2\"", "1", Inactive),
    ] {
        let fields = format!(r#","status":{status},"state":{state}"#);
        assert_eq!(worker(Provider::new(), &fields).status, expected, "{fields}");
    }
}

#[test]
fn custom_attributes_that_stand_for_fields() {
    let provider = || {
        let provider = Provider::new().setting("employee_number_attribute", "no");
        provider.setting("start_date_attribute", "from").setting("end_date_attribute", "to")
    };
    let custom = r#","external_id":"E-1","custom_attributes":{"no":"1001","from":"2026-02-01","to":"soon"}"#;
    let found = worker(provider(), custom);
    assert_eq!(found.employment.employee_number.as_deref(), Some("1001"));
    assert_eq!(
        (found.employment.start_date.as_deref(), found.employment.end_date),
        (Some("2026-02-01"), None)
    );
    assert_eq!(found.status, WorkerStatus::Pending);
    assert_eq!(found.custom.len(), 3);
    let left = worker(
        provider(),
        r#","status":2,"external_id":"E-1","custom_attributes":{"no":null,"to":"2025-12-31"}"#,
    );
    assert_eq!(left.employment.employee_number.as_deref(), Some("E-1"));
    assert_eq!(left.status, WorkerStatus::Terminated);
}

#[test]
fn custom_attributes_that_are_not_there_are_told_by_the_connection_test() {
    let one = || get("onelogin", "/api/2/users").query("limit", 1).query("fields", "id").auth("onelogin");
    let known = get("onelogin", "/api/2/users/custom_attributes").auth("onelogin");
    let known = known.json(r#"[{"name":"First day","shortname":"from"}]"#);
    let named = Provider::new().setting("start_date_attribute", "from").setting("end_date_attribute", "too");
    let named = named.on(one().json("[]")).on(known);
    let warnings = OneLogin::check(&named.context::<OneLogin>()).unwrap().warnings;
    assert_eq!(warnings, ["No custom user field has the short name `too`."]);
    let none = Provider::new().on(one().json("[]"));
    assert_eq!(OneLogin::check(&none.context::<OneLogin>()).unwrap().warnings, [""; 0]);
}

#[test]
fn a_name_to_sign_in_with() {
    let both =
        worker(Provider::new(), r#","username":null,"email":"m@x","firstname":"Mara","lastname":"Lind""#);
    assert_eq!((both.user_name.as_deref(), both.name.display.as_deref()), (Some("m@x"), Some("Mara Lind")));
    let none = worker(Provider::new(), r#","username":"mara","email":"""#);
    assert_eq!((none.user_name.as_deref(), none.contact.work_email), (Some("mara"), None));
}

#[test]
fn whoever_lacks_a_key_is_read_alone() {
    // Whichever key it is.
    for key in FIELDS.split(',').filter(|key| *key != "id") {
        let gap = user(r#""id":2"#).replace(&format!(",\"{key}\":null"), "");
        let body = format!("[{},{gap}]", user(r#""id":1"#));
        let whole = one("2").json(r#"{"id":2,"title":"Planner","external_id":"E-2","status":2}"#);
        let page = workers(&Provider::new().on(users(&body)).on(whole)).unwrap();
        let found = page.workers.iter().map(|one| (one.id.as_str(), one.employment.title.as_deref()));
        assert_eq!(found.collect::<Vec<_>>(), [("1", None), ("2", Some("Planner"))], "{key}");
        let own = &page.workers[1];
        assert_eq!(
            (own.employment.employee_number.as_deref(), own.status),
            (Some("E-2"), WorkerStatus::Inactive)
        );
    }
    // Nobody is dropped, be it for having been deleted in between.
    for status in [404, 500] {
        let broken = one("2").answer(status, "text/html", "<p>");
        let provider = Provider::new().on(users(r#"[{"id":2}]"#)).on(broken);
        assert_eq!(workers(&provider), Err(Failure::Upstream(status)));
    }
}

#[test]
fn whoever_is_not_wanted_is_left_out_or_gone() {
    // Whoever begins later can sign in, and is neither.
    let all = [
        r#""id":1,"status":1"#,
        r#""id":2,"status":2"#,
        r#""id":3,"status":7"#,
        r#""id":4,"status":1,"custom_attributes":{"from":"2026-04-01"}"#,
    ];
    let body = format!("[{}]", all.map(user).join(","));
    let some =
        || Provider::new().setting("include_inactive", "false").setting("start_date_attribute", "from");
    let full = workers(&some().on(users(&body).with_header("Total-Count", "4"))).unwrap();
    let found: Vec<_> = full.workers.iter().map(|one| (one.id.as_str(), one.status)).collect();
    assert_eq!(found, [("1", WorkerStatus::Active), ("4", WorkerStatus::Pending)]);
    assert_eq!((full.deleted.len(), full.total), (0, None));
    let since = br#"["since/1",{"millis":1768464000000}]"#.to_vec();
    let changes = some().run(|run| run.mode = rollcall_sdk::Mode::Changes(since));
    let changes = workers(&changes.on(users(&body).query("updated_since", "2026-01-15T07:55:00Z"))).unwrap();
    assert_eq!((changes.workers.len(), changes.deleted), (2, vec!["2".to_owned(), "3".to_owned()]));
}

#[test]
fn cursors_are_in_headers() {
    let first = workers(
        &Provider::new().on(users("[]").with_header("After-Cursor", "c").with_header("Total-Count", "3")),
    );
    let first = first.unwrap();
    assert_eq!((first.total, first.checkpoint), (Some(3), None));
    let next = |answer: Exchange| {
        let provider = Provider::new().on(answer.query("cursor", "c"));
        OneLogin::workers(&provider.context::<OneLogin>(), Cursor::from(first.next.clone()))
    };
    let last = next(users("[]").with_header("After-Cursor", "")).unwrap();
    assert!(last.next.is_none() && last.checkpoint.is_some());
    assert!(matches!(next(users("[]").with_header("After-Cursor", "c")), Err(Failure::InvalidResponse(_))));
}

#[test]
fn roles_and_a_group_at_most() {
    let list = get("onelogin", "/api/2/users").query("limit", 100).query("fields", "id,role_ids,group_id");
    let list = list.auth("onelogin").json(r#"[{"id":1,"role_ids":[114,117],"group_id":402},{"id":2,"role_id":[114],"group_id":null},{"id":3,"group_id":402}]"#);
    let provider = Provider::new().on(list).on(one("3").json(r#"{"id":3,"role_ids":[],"group_id":402}"#));
    let page = OneLogin::memberships(&provider.context::<OneLogin>(), Cursor::default()).unwrap();
    let all = [
        is("role:114", "1"),
        is("role:117", "1"),
        is("group:402", "1"),
        is("role:114", "2"),
        is("group:402", "3"),
    ];
    assert_eq!(page.memberships, all);
}

fn is(group: &str, person: &str) -> Membership {
    Membership::worker(group, person)
}

#[test]
fn who_is_in_the_groups_that_are_named() {
    let members = |filter: &str, number: u32, body: &str| {
        let call = get("onelogin", "/api/2/users").query("limit", 100).query("fields", "id");
        call.query(filter, number).auth("onelogin").json(body)
    };
    // An id of no role and of no group is nobody's.
    let named = |provider: Provider| {
        provider.wants_groups(&["role:402", "group:402", "402", "team:402", "role:*", "role:", "role:7"])
    };
    let first = named(Provider::new())
        .on(members("role_id", 402, r#"[{"id":1},{"id":2}]"#).with_header("After-Cursor", "c"))
        .on(members("group_id", 402, r#"[{"id":1}]"#))
        .on(members("role_id", 7, "[]"));
    let page = OneLogin::memberships(&first.context::<OneLogin>(), Cursor::default()).unwrap();
    assert_eq!(page.memberships, [is("role:402", "1"), is("role:402", "2"), is("group:402", "1")]);
    let rest = named(Provider::new()).on(members("role_id", 402, r#"[{"id":3}]"#).query("cursor", "c"));
    let page = OneLogin::memberships(&rest.context::<OneLogin>(), Cursor::from(page.next)).unwrap();
    assert_eq!((page.memberships, page.next), (vec![is("role:402", "3")], None));
    let nobody = named(Provider::new()).on(members("role_id", 402, "[{}]"));
    let nobody = nobody.on(members("group_id", 402, "[]")).on(members("role_id", 7, "[]"));
    let failure = OneLogin::memberships(&nobody.context::<OneLogin>(), Cursor::default());
    assert_eq!(failure, Err(Failure::InvalidResponse("members page: a user has no `id`".into())));
}

#[test]
fn what_is_wrong_says_whose_it_is() {
    let failure = |status, body: &str| {
        workers(&Provider::new().on(users("").answer(status, "application/json", body))).unwrap_err()
    };
    let told = r#"{"message":"Unauthorized","statusCode":401,"name":"UnauthorizedError"}"#;
    assert_eq!(failure(401, told), Failure::AuthFailed("Unauthorized".into()));
    let told =
        r#"{"status":{"error":true,"code":401,"type":"Unauthorized","message":"Authentication Failure"}}"#;
    assert_eq!(failure(401, told), Failure::AuthFailed("Authentication Failure".into()));
    assert_eq!(failure(403, "{}"), Failure::PermissionMissing("Read Users".into()));
    assert!(matches!(failure(404, "{}"), Failure::BadSetting(setting) if setting.key == "subdomain"));
    assert_eq!(failure(429, "{}"), Failure::RateLimited(None));
    let nobody = Provider::new().on(users(&format!("[{}]", user(r#""id":null"#))));
    assert_eq!(workers(&nobody), Err(Failure::InvalidResponse("users page: a user has no `id`".into())));
}
