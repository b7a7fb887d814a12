//! The edges, one after the other.

use connector_onelogin::OneLogin;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get};

const FIELDS: &str = "id,username,email,firstname,lastname,title,department,company,phone,status,state,\
    manager_user_id,external_id,preferred_locale_code,custom_attributes,created_at,updated_at";
/// What a list leaves out unless it is asked.
const WHOLE: &str = r#""title":null,"department":null,"company":null,"manager_user_id":null"#;

fn users(body: &str) -> Exchange {
    get("onelogin", "/api/2/users").query("limit", 100).query("fields", FIELDS).auth("onelogin").json(body)
}

fn one(id: &str) -> Exchange {
    get("onelogin", &format!("/api/2/users/{id}")).auth("onelogin")
}

fn workers(provider: &Provider) -> Result<WorkerPage> {
    OneLogin::workers(&provider.context::<OneLogin>(), Cursor::default())
}

#[track_caller]
fn worker(provider: Provider, fields: &str) -> Worker {
    let custom = if fields.contains("custom_attributes") { "" } else { r#","custom_attributes":{}"# };
    let body = format!(r#"[{{"id":7,{WHOLE}{custom}{fields}}}]"#);
    workers(&provider.on(users(&body))).unwrap().workers.remove(0)
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
fn a_name_to_sign_in_with() {
    let both =
        worker(Provider::new(), r#","username":null,"email":"m@x","firstname":"Mara","lastname":"Lind""#);
    assert_eq!((both.user_name.as_deref(), both.name.display.as_deref()), (Some("m@x"), Some("Mara Lind")));
    let none = worker(Provider::new(), r#","username":"mara","email":"""#);
    assert_eq!((none.user_name.as_deref(), none.contact.work_email), (Some("mara"), None));
}

#[test]
fn whoever_lacks_a_key_is_read_alone() {
    let body = format!(r#"[{{"id":1,{WHOLE},"custom_attributes":{{}}}},{{"id":2,"title":"x"}}]"#);
    let whole = one("2").json(r#"{"id":2,"title":"Planner","department":"Sales"}"#);
    let page = workers(&Provider::new().on(users(&body)).on(whole)).unwrap();
    let found = page.workers.iter().map(|one| (one.id.as_str(), one.employment.title.as_deref()));
    assert_eq!(found.collect::<Vec<_>>(), [("1", None), ("2", Some("Planner"))]);
    // Nobody is dropped, be it for having been deleted in between.
    for status in [404, 500] {
        let broken = one("2").answer(status, "text/html", "<p>");
        let provider = Provider::new().on(users(r#"[{"id":2}]"#)).on(broken);
        assert_eq!(workers(&provider), Err(Failure::Upstream(status)));
    }
}

#[test]
fn whoever_is_not_wanted_is_left_out_or_gone() {
    let body = format!(
        r#"[{{"id":1,"status":1,{WHOLE},"custom_attributes":{{}}}},{{"id":2,"status":2,{WHOLE},"custom_attributes":{{}}}}]"#
    );
    let some = || Provider::new().setting("include_inactive", "false");
    let full = workers(&some().on(users(&body).with_header("Total-Count", "2"))).unwrap();
    assert_eq!((full.workers.len(), full.deleted.len(), full.total), (1, 0, None));
    let since = br#"["since/1",{"millis":1768464000000}]"#.to_vec();
    let changes = some().run(|run| run.mode = rollcall_sdk::Mode::Changes(since));
    let changes = workers(&changes.on(users(&body).query("updated_since", "2026-01-15T07:55:00Z"))).unwrap();
    assert_eq!((changes.workers.len(), changes.deleted), (1, vec!["2".to_owned()]));
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
    let list = || {
        let call =
            get("onelogin", "/api/2/users").query("limit", 100).query("fields", "id,role_ids,group_id");
        call.auth("onelogin").json(r#"[{"id":1,"role_ids":[114,117],"group_id":402},{"id":2,"role_id":[114],"group_id":null},{"id":3,"group_id":402}]"#)
    };
    let memberships = |provider: Provider| {
        let provider = provider.on(list()).on(one("3").json(r#"{"id":3,"role_ids":[],"group_id":402}"#));
        let page = OneLogin::memberships(&provider.context::<OneLogin>(), Cursor::default()).unwrap();
        page.memberships
    };
    let is = |group: &str, person: &str| Membership::worker(group, person);
    let all = [
        is("role:114", "1"),
        is("role:117", "1"),
        is("group:402", "1"),
        is("role:114", "2"),
        is("group:402", "3"),
    ];
    assert_eq!(memberships(Provider::new()), all);
    assert_eq!(memberships(Provider::new().wants_groups(&["role:117"])), [is("role:117", "1")]);
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
    let nobody = Provider::new().on(users(&format!(r#"[{{{WHOLE},"custom_attributes":{{}}}}]"#)));
    assert_eq!(workers(&nobody), Err(Failure::InvalidResponse("users page: a user has no `id`".into())));
}
