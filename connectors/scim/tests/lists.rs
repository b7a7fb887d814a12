//! Paging, its faults, and refusals.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use connector_scim::Scim;
use rollcall_sdk::testing::{Exchange, Provider, get, post};
use rollcall_sdk::{Connector, Cursor, Failure, SettingError, WorkerPage};

fn features(body: &str) -> Exchange {
    get("scim", "/ServiceProviderConfig").auth("api").json(body).repeats()
}

/// A server whose own documents are as given, with paths as usual.
fn server(body: &str) -> Provider {
    let provider = Provider::new().setting("base_url", "https://hr.example.com/scim/v2").on(features(body));
    provider.setting("users_path", "/Users").setting("groups_path", "/Groups")
}

fn people(start: u32, body: &str) -> Exchange {
    get("scim", "/Users").auth("api").query("startIndex", start).query("count", 100).json(body)
}

fn by_cursor(cursor: &str, body: &str) -> Exchange {
    get("scim", "/Users").auth("api").query("cursor", cursor).query("count", 100).json(body)
}

/// Reads all pages: the ids, and how it ended.
fn read(provider: &Provider) -> (Vec<String>, Result<WorkerPage, Failure>) {
    let (mut ids, mut cursor) = (Vec::new(), Cursor::default());
    loop {
        match Scim::workers(&provider.context::<Scim>(), cursor) {
            Ok(page) => {
                ids.extend(page.workers.iter().map(|worker| worker.id.clone()));
                if page.next.is_none() {
                    return (ids, Ok(page));
                }
                cursor = Cursor::from(page.next);
            }
            Err(failure) => return (ids, Err(failure)),
        }
    }
}

#[track_caller]
fn invalid(provider: &Provider, what: &str) {
    match read(provider).1 {
        Err(Failure::InvalidResponse(why)) => assert!(why.contains(what), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn bad_setting(provider: &Provider, key: &str, what: &str) {
    match read(provider).1 {
        Err(Failure::BadSetting(SettingError { key: wrong, why })) => {
            assert!(wrong == key && why.contains(what), "{wrong} {why}")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn advances_by_rows_received_and_ends_at_the_total() {
    let provider = server("{}")
        .on(people(1, r#"{"totalresults":"3","itemsPerPage":100,"resources":[{"id":"a"},{"ID":2}]}"#))
        .on(people(3, r#"{"totalResults":3,"Resources":[{"id":"c"}]}"#));
    let (ids, page) = read(&provider);
    assert_eq!((ids, page.unwrap().total), (vec!["a".into(), "2".into(), "c".into()], Some(3)));
}

#[test]
fn without_a_total_it_goes_on_to_an_empty_page() {
    let provider = server("{}")
        .on(people(1, r#"{"Resources":[{"id":"a"}]}"#))
        .on(people(2, r#"{"Resources":[{"id":"b"}]}"#))
        .on(people(3, r#"{}"#));
    assert_eq!(read(&provider).0, ["a", "b"]);
}

#[test]
fn nobody_at_all() {
    assert!(read(&server("{}").on(people(1, r#"{"totalResults":0}"#))).1.is_ok());
    assert!(read(&server("{}").on(people(1, r#"{"totalResults":0,"Resources":null}"#))).1.is_ok());
}

#[test]
fn what_is_no_list_is_a_failure() {
    invalid(&server("{}").on(people(1, r#"{"totalResults":3}"#)), "no `Resources`");
    invalid(&server("{}").on(people(1, "{}")), "no `Resources`");
    invalid(&server("{}").on(people(1, r#"{"totalResults":1,"Resources":{"id":"a"}}"#)), "not a list");
    invalid(
        &server("{}").on(people(1, r#"{"totalResults":2,"Resources":[{"id":"a"},{"userName":"b"}]}"#)),
        "Resources[1] has no `id`",
    );
    invalid(&server("{}").on(people(1, "").answer(200, "text/html", "<html>Sign in</html>")), "HTML");
    invalid(&server("{}").on(people(1, "")), "empty");
    assert!(
        read(&server("{}").on(people(1, r#"{"totalResults":0}"#).answer(
            200,
            "text/plain",
            "\u{feff}{\"totalResults\":0}"
        )))
        .1
        .is_ok()
    );
}

#[test]
fn an_empty_page_before_the_total_is_asked_for_once_more() {
    let first = || people(1, r#"{"totalResults":2,"Resources":[{"id":"a"}]}"#);
    let empty = || people(2, r#"{"totalResults":2,"Resources":[]}"#);
    let provider =
        server("{}").on(first()).on(empty()).on(people(2, r#"{"totalResults":2,"Resources":[{"id":"b"}]}"#));
    assert_eq!(read(&provider).0, ["a", "b"]);
    invalid(&server("{}").on(first()).on(empty()).on(empty()), "ended after 1 rows");
    invalid(
        &server("{}").on(people(1, r#"{"totalResults":2,"Resources":[]}"#).repeats()),
        "ended after 0 rows",
    );
}

#[test]
fn rows_that_come_again_are_a_failure() {
    let page = r#"{"totalResults":4,"Resources":[{"id":"a"},{"id":"b"}]}"#;
    invalid(&server("{}").on(people(1, page)).on(people(3, page)), "does not move");
}

#[test]
fn cursors_where_the_server_says_so() {
    let features = r#"{"pagination":{"cursor":true,"index":"false","maxPageSize":500}}"#;
    let provider = server(features)
        .on(by_cursor("", r#"{"nextCursor":"x/+=","Resources":[{"id":"a"}]}"#))
        // An empty page is not the end, and the total is an estimate.
        .on(by_cursor("x/+=", r#"{"totalResults":9,"nextCursor":"y","Resources":[]}"#))
        .on(by_cursor("y", r#"{"totalResults":9,"Resources":[{"id":"b"}]}"#));
    let (ids, page) = read(&provider);
    assert_eq!((ids, page.unwrap().total), (vec!["a".into(), "b".into()], None));
    let both = server(
        r#"{"pagination":{"cursor":true,"index":true,"defaultPaginationMethod":"index","maxPageSize":50}}"#,
    );
    let first = get("scim", "/Users").auth("api").query("startIndex", 1).query("count", 50);
    assert!(read(&both.on(first.json(r#"{"totalResults":0}"#))).1.is_ok());
}

#[test]
fn a_next_cursor_in_the_first_answer_is_followed_unless_told_otherwise() {
    let first = || people(1, r#"{"totalResults":2,"nextCursor":"x","Resources":[{"id":"a"}]}"#);
    assert_eq!(
        read(&server("{}").on(first()).on(by_cursor("x", r#"{"Resources":[{"id":"b"}]}"#))).0,
        ["a", "b"]
    );
    // An empty page is not the end, nor cut off.
    let empty = people(1, r#"{"totalResults":2,"nextCursor":"x","Resources":[]}"#);
    let rest = by_cursor("x", r#"{"Resources":[{"id":"a"},{"id":"b"}]}"#);
    assert_eq!(read(&server("{}").on(empty).on(rest)).0, ["a", "b"]);
    let provider = server("{}").setting("paging", "index").on(first());
    let provider = provider.on(people(2, r#"{"totalResults":2,"Resources":[{"id":"b"}]}"#));
    assert_eq!(read(&provider).0, ["a", "b"]);
}

#[test]
fn cursor_faults() {
    let by_cursors = || server("{}").setting("paging", "cursor");
    let first = || by_cursor("", r#"{"nextCursor":"x","Resources":[{"id":"a"}]}"#);
    invalid(
        &by_cursors().on(first()).on(by_cursor("x", r#"{"nextCursor":"x","Resources":[{"id":"b"}]}"#)),
        "same `nextCursor`",
    );
    invalid(
        &by_cursors().on(first()).on(by_cursor("x", r#"{"nextCursor":"y","Resources":[{"id":"a"}]}"#)),
        "does not move",
    );
    invalid(&by_cursors().on(by_cursor("", r#"{"totalResults":3,"Resources":[]}"#)), "without a row");
    let expired = || by_cursor("x", "").answer(400, "application/json", r#"{"scimType":"expiredCursor"}"#);
    let provider = by_cursors()
        .on(first())
        .on(expired())
        .on(first())
        .on(by_cursor("x", r#"{"Resources":[{"id":"b"}]}"#));
    assert_eq!(read(&provider).0, ["a", "a", "b"]);
    let provider = by_cursors().on(first().repeats()).on(expired().repeats());
    assert_eq!(read(&provider).1, Err(Failure::Upstream(400)));
    bad_setting(&by_cursors().on(by_cursor("", "").answer(501, "application/json", "{}")), "paging", "index");
}

#[test]
fn without_pages_the_whole_list_is_handed_on_in_slices() {
    let rows: Vec<String> = (0..4500).map(|n| format!(r#"{{"id":{n}}}"#)).collect();
    let all = format!(r#"{{"totalResults":4500,"Resources":[{}]}}"#, rows.join(","));
    let provider = server("{}")
        .setting("paging", "none")
        .on(get("scim", "/Users").auth("api").json(all.clone()).repeats());
    assert_eq!((read(&provider).0.len(), provider.requests()), (4500, 4));
    let more = format!(r#"{{"totalResults":6000,"Resources":[{0},{0}]}}"#, rows.join(","));
    invalid(&server("{}").on(people(1, &more)), "set the paging to `none`");
}

#[test]
fn sorted_where_that_works() {
    let sorted = || people(1, "").query("sortBy", "id").query("sortOrder", "ascending");
    let one = r#"{"totalResults":1,"Resources":[{"id":"a"}]}"#;
    assert_eq!(read(&server(r#"{"sort":{"supported":true}}"#).on(sorted().json(one))).0, ["a"]);
    let refused = sorted().answer(400, "application/json", "{}");
    assert_eq!(read(&server(r#"{"sort":{"supported":true}}"#).on(refused).on(people(1, one))).0, ["a"]);
}

#[test]
fn paths_are_the_servers_own() {
    let one = r#"{"totalResults":1,"Resources":[{"id":"a"}]}"#;
    let list =
        |path: &str| get("scim", path).auth("api").query("startIndex", 1).query("count", 100).json(one);
    let types = |body: &str| {
        let provider = Provider::new().setting("base_url", "https://hr.example.com").on(features("<html>"));
        provider.on(get("scim", "/ResourceTypes").auth("api").json(body))
    };
    let bare = types(r#"[{"name":"User","endpoint":"/scim/v2/People"}]"#);
    assert_eq!(read(&bare.on(list("/People"))).0, ["a"]);
    assert_eq!(read(&types("<html>").on(list("/Users"))).0, ["a"]);
    assert_eq!(read(&types("{}").on(list("/Users"))).0, ["a"]);
}

#[test]
fn refusals_say_what_to_change() {
    let refused =
        |status, body: &str| server("{}").on(people(1, "").answer(status, "application/json", body));
    bad_setting(&refused(404, ""), "base_url", "/Users");
    bad_setting(&refused(400, r#"{"scimType":"tooMany","detail":"at most 50"}"#), "page_size", "at most 50");
    bad_setting(&refused(413, ""), "page_size", "");
    bad_setting(&refused(414, ""), "search", "`true`");
    bad_setting(
        &Provider::new().setting("base_url", "https://hr.example.com/scim/users/"),
        "base_url",
        "before `/users`",
    );
    bad_setting(
        &refused(200, r#"{"schemas":["urn:scim:schemas:core:1.0"],"totalResults":0}"#),
        "base_url",
        "SCIM 2.0",
    );
    let failed = |status, body: &str| read(&refused(status, body)).1.unwrap_err();
    assert_eq!(
        failed(401, r#"{"Errors":[{"code":"401","description":"gone"}]}"#),
        Failure::AuthFailed("gone".into())
    );
    assert_eq!(
        failed(403, r#"{"error":"no","message":"scope users"}"#),
        Failure::PermissionMissing("scope users".into())
    );
    assert_eq!(failed(500, "<html>"), Failure::Upstream(500));
    let hidden =
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401","detail":"expired"}"#;
    assert_eq!(failed(200, hidden), Failure::AuthFailed("expired".into()));
    let plain = people(1, r#"{"totalResults":0}"#).header("accept", "application/json");
    assert!(read(&refused(406, "").on(plain)).1.is_ok());
}

#[test]
fn a_filter_is_used_only_if_it_works() {
    let own = r#"userType eq "Employee""#;
    let probe = |body: &str| {
        let query = get("scim", "/Users").auth("api").query("startIndex", 1).query("count", 1);
        query.query("filter", r#"userName eq "0833daa25f983600""#).json(body)
    };
    let filtered =
        |filter: &str| people(1, r#"{"totalResults":1,"Resources":[{"id":"a"}]}"#).query("filter", filter);
    let with = || server("{}").setting("user_filter", own);
    assert_eq!(read(&with().on(probe(r#"{"totalResults":0}"#)).on(filtered(own))).0, ["a"]);
    bad_setting(
        &with().on(probe(r#"{"totalResults":1,"Resources":[{"id":"a"}]}"#)),
        "user_filter",
        "ignores",
    );
    // Refused as if a right were missing, which people without a filter need as well.
    let denied = || probe("").answer(403, "application/json", r#"{"detail":"no filters"}"#);
    let unfiltered = |status| {
        let query = get("scim", "/Users").auth("api").query("startIndex", 1).query("count", 1);
        query.answer(status, "application/json", r#"{"totalResults":0}"#)
    };
    bad_setting(&with().on(denied()).on(unfiltered(200)), "user_filter", "no filters");
    let lacks = with().on(denied()).on(unfiltered(403));
    assert_eq!(read(&lacks).1, Err(Failure::PermissionMissing("no filters".into())));
    // Nobody fits: some servers answer 404, which elsewhere is a wrong URL.
    let nobody = || filtered(own).answer(404, "application/json", "{}");
    let plain = people(1, r#"{"totalResults":1,"Resources":[{"id":"a"}]}"#);
    assert!(read(&with().on(probe(r#"{"totalResults":0}"#)).on(nobody()).on(plain)).0.is_empty());
    let wrong = people(1, "").answer(404, "application/json", "{}");
    bad_setting(&with().on(probe(r#"{"totalResults":0}"#)).on(nobody()).on(wrong), "base_url", "");
    // Inactive people in a second pass, in which the total is nobody's.
    let hidden =
        with().setting("include_inactive", "true").on(probe(r#"{"totalResults":0}"#)).on(filtered(own));
    let (ids, page) = read(&hidden.on(filtered(&format!("({own}) and active eq false"))));
    assert_eq!((ids, page.unwrap().total), (vec!["a".into(), "a".into()], None));
}

#[test]
fn reading_by_post() {
    let body =
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"startIndex":1,"count":100}"#;
    let search =
        post("scim", "/Users/.search").auth("api").header("content-type", "application/scim+json").body(body);
    let provider = server("{}")
        .setting("search", "true")
        .on(search.json(r#"{"totalResults":1,"Resources":[{"id":"a"}]}"#));
    assert_eq!(read(&provider).0, ["a"]);
}

#[test]
fn attributes_are_named_on_demand() {
    let path = r#"urn:x:extension:hr:2.0:User:jobs[main eq "true"].title"#;
    let names = "id,externalId,userName,active,displayName,name,nickName,title,userType,preferredLanguage,locale,\
        timezone,emails,phoneNumbers,addresses,groups,meta,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,\
        urn:x:extension:hr:2.0:User:jobs";
    let map = format!(r#"{{"title":{}}}"#, serde_json::to_string(path).unwrap());
    let provider = server("{}").setting("attributes", "true").setting("attribute_map", &map);
    assert!(read(&provider.on(people(1, r#"{"totalResults":0}"#).query("attributes", names))).1.is_ok());
}

#[test]
fn changes_are_read_only_where_the_server_can_tell_them() {
    let text = r#"["since/1",{"millis":1767225900000}]"#;
    let changes = || {
        let provider = server("{}").setting("incremental", "last-modified");
        provider.run(|run| run.mode = rollcall_sdk::Mode::Changes(text.into()))
    };
    let count = |filter: Option<&str>, total: u32| {
        let query = get("scim", "/Users").auth("api").query("startIndex", 1).query("count", 1);
        let query = filter
            .into_iter()
            .fold(query, |query, filter| query.query("filter", format!("meta.lastModified gt \"{filter}\"")));
        query.json(format!(
            r#"{{"totalResults":{total},"Resources":[{}]}}"#,
            if total > 0 { r#"{"id":"a"}"# } else { "" }
        ))
    };
    let (future, past) = (Some("2999-01-01T00:00:00Z"), Some("1970-01-01T00:00:00Z"));
    // Ignored, in part, or refused.
    let expired = Err(Failure::CheckpointExpired);
    assert_eq!(read(&changes().on(count(future, 3))).1, expired);
    assert_eq!(read(&changes().on(count(future, 0)).on(count(past, 2)).on(count(None, 3))).1, expired);
    assert_eq!(read(&changes().on(count(future, 0).answer(400, "application/json", "{}"))).1, expired);
    let denied = count(future, 0).answer(403, "application/json", "{}");
    assert_eq!(read(&changes().on(denied).on(count(None, 3))).1, expired);
    // A checkpoint from before the setting was changed.
    let text = text.to_owned();
    let off = Provider::new().run(move |run| run.mode = rollcall_sdk::Mode::Changes(text.into()));
    assert_eq!(read(&off).1, expired);
    let list =
        people(1, r#"{"totalResults":0}"#).query("filter", r#"meta.lastModified gt "2026-01-01T00:00:00Z""#);
    let works = changes().on(count(future, 0)).on(count(past, 3)).on(count(None, 3)).on(list);
    // No `Date` header: the time of the run.
    let checkpoint = read(&works).1.unwrap().checkpoint.unwrap();
    assert_eq!(String::from_utf8(checkpoint).unwrap(), r#"["since/1",{"millis":1768478400000}]"#);
}

#[test]
fn groups_that_may_not_be_read_are_a_warning_of_the_check_alone() {
    let count = get("scim", "/Users").auth("api").query("startIndex", 1).query("count", 1);
    let groups = |count: u32| {
        let list = get("scim", "/Groups").auth("api").query("startIndex", 1).query("count", count);
        list.query("excludedAttributes", "members").answer(403, "application/json", r#"{"detail":"groups"}"#)
    };
    let provider = server("{}").on(count.json(r#"{"totalResults":0}"#)).on(groups(1)).on(groups(100));
    let info = Scim::check(&provider.context::<Scim>()).unwrap();
    assert_eq!(info.warnings, ["the server offers no groups, or does not let this credential read them"]);
    let read = Scim::groups(&provider.context::<Scim>(), Cursor::default());
    assert_eq!(read, Err(Failure::PermissionMissing("groups".into())));
}

#[test]
fn a_header_that_signs_in_is_none_of_a_body() {
    let provider = Provider::new().setting("header_name", "Content-Type");
    let failure = Scim::check(&provider.context::<Scim>()).unwrap_err();
    assert!(
        matches!(failure, Failure::BadSetting(SettingError { ref key, .. }) if key == "header_name"),
        "{failure:?}"
    );
}

#[test]
fn documents_in_plain_json() {
    let document = || get("scim", "/ServiceProviderConfig").auth("api");
    let provider = Provider::new()
        .setting("base_url", "https://hr.example.com")
        .setting("users_path", "/Users")
        .on(document().answer(406, "text/plain", ""))
        .on(document().header("accept", "application/json").json(r#"{"pagination":{"maxPageSize":50}}"#));
    let list = get("scim", "/Users").auth("api").query("startIndex", 1).query("count", 50);
    assert!(read(&provider.on(list.json(r#"{"totalResults":0}"#))).1.is_ok());
}

#[test]
fn check_refuses_what_cannot_be_read_incrementally() {
    let one = r#"{"totalResults":1,"Resources":[{"id":"a"}]}"#;
    let count = || get("scim", "/Users").auth("api").query("startIndex", 1).query("count", 1).json(one);
    let groups = get("scim", "/Groups")
        .auth("api")
        .query("startIndex", 1)
        .query("count", 1)
        .query("excludedAttributes", "members");
    let ignored = count().query("filter", r#"meta.lastModified gt "2999-01-01T00:00:00Z""#);
    let provider =
        server("{}").setting("incremental", "last-modified").on(count()).on(groups.json(one)).on(ignored);
    let failure = Scim::check(&provider.context::<Scim>()).unwrap_err();
    assert!(
        matches!(failure, Failure::BadSetting(SettingError { ref key, .. }) if key == "incremental"),
        "{failure:?}"
    );
}
