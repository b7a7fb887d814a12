use connector_entra_id::EntraId;
use rollcall_sdk::Mode;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, link, take_log};

use crate::{SELECT, error};

const LINK: &str = "https://graph.microsoft.com/v1.0/users/delta?$deltatoken=one";
const NEXT: &str = "https://graph.microsoft.com/v1.0/users/delta?$deltatoken=two";

fn checkpoint(link: &str, plain: bool) -> String {
    format!(
        r#"["entra-users-since/1",{{"link":"{link}","asked":{{"select":"{SELECT}","manager":true,"guests":false,"date_offset":"0","plain":{plain}}}}}]"#
    )
}

/// A read of the changes since this checkpoint, of which the manager is wanted.
fn since(checkpoint: &str) -> Provider {
    let mode = Mode::Changes(checkpoint.as_bytes().to_vec());
    Provider::new().wants(&["manager_id"]).run(|run| run.mode = mode)
}

fn provider() -> Provider {
    since(&checkpoint(LINK, false))
}

fn items(items: &str) -> Exchange {
    let body = format!(r#"{{"value":[{items}],"@odata.deltaLink":"{NEXT}"}}"#);
    link("graph", LINK).auth("secret").json(body)
}

/// An item that says all.
fn whole(id: &str, managers: &str) -> String {
    format!(
        r#"{{"id":"{id}","userPrincipalName":"u{id}","accountEnabled":true,"userType":"Member","manager@delta":[{managers}]}}"#
    )
}

fn record(id: &str) -> Exchange {
    let expand = "manager($select=id)";
    get("graph", &format!("/v1.0/users/{id}"))
        .query("$select", SELECT)
        .query("$expand", expand)
        .auth("secret")
}

fn workers(provider: &Provider) -> Result<WorkerPage> {
    EntraId::workers(&provider.context::<EntraId>(), Cursor::default())
}

fn ids(page: &WorkerPage) -> Vec<&str> {
    page.workers.iter().map(|worker| worker.id.as_str()).collect()
}

#[test]
fn an_empty_round_gives_the_next_checkpoint() {
    let page = workers(&provider().on(items(""))).unwrap();
    assert!(page.workers.is_empty() && page.deleted.is_empty());
    assert_eq!(page.checkpoint.as_deref(), Some(checkpoint(NEXT, false).as_bytes()));
}

#[test]
fn the_last_manager_without_removed_counts() {
    let manager = |managers: &str| {
        let page = workers(&provider().on(items(&whole("1", managers)))).unwrap();
        page.workers.into_iter().next().unwrap().employment.manager_id
    };
    assert_eq!(manager(r#"{"id":"8"},{"id":"9"}"#).as_deref(), Some("9"));
    assert_eq!(manager(r#"{"id":"8"},{"id":"9","@removed":{"reason":"deleted"}}"#).as_deref(), Some("8"));
    assert_eq!(manager(r#"{"id":"9","@removed":{"reason":"deleted"}}"#), None);
    assert_eq!(manager(r##"{"@odata.type":"#microsoft.graph.orgContact","id":"9"}"##), None);
    assert_eq!(manager(""), None);
}

#[test]
fn an_item_that_says_too_little_is_read_as_a_record() {
    let member = r#","accountEnabled":true,"userType":"Member""#;
    for item in [
        r#"{"id":"1","userPrincipalName":"u","userType":"Member","manager@delta":[]}"#.to_owned(),
        format!(r#"{{"id":"1"{member},"manager@delta":[]}}"#),
        r#"{"id":"1","userPrincipalName":"u","accountEnabled":true,"manager@delta":[]}"#.to_owned(),
        // The manager may be the same as before, or none.
        format!(r#"{{"id":"1","userPrincipalName":"u"{member}}}"#),
    ] {
        let body = format!(r#"{{"id":"1"{member},"manager":{{"id":"9"}}}}"#);
        let page = workers(&provider().on(items(&item)).on(record("1").json(body))).unwrap();
        assert_eq!(page.workers[0].employment.manager_id.as_deref(), Some("9"), "{item}");
        assert!(page.checkpoint.is_some());
    }
}

#[test]
fn a_record_that_is_gone_or_no_member_is_deleted() {
    let provider = provider()
        .on(items(r#"{"id":"1"},{"id":"2"},{"id":"3"},{"id":"4","@removed":{"reason":"deleted"}}"#))
        .on(error(record("1"), 404, "Request_ResourceNotFound"))
        .on(record("2").json(r#"{"id":"2","accountEnabled":true,"userType":"Guest"}"#))
        .on(record("3").json(r#"{"id":"3","accountEnabled":true,"userType":null}"#));
    let page = workers(&provider).unwrap();
    assert!(page.workers.is_empty());
    assert_eq!(page.deleted, ["4", "1", "2", "3"]);
    let warned: Vec<_> =
        take_log().into_iter().filter(|(_, line)| line.contains("neither a member")).collect();
    assert!(matches!(&warned[..], [(_, line)] if line.starts_with("user 3 ")), "{warned:?}");
}

#[test]
fn a_record_that_cannot_be_read_fails_the_read() {
    let provider = provider().on(items(r#"{"id":"1"}"#)).on(error(record("1"), 500, "InternalServerError"));
    assert_eq!(workers(&provider), Err(Failure::Upstream(500)));
}

#[test]
fn of_several_items_the_last_counts() {
    let gone = r#"{"id":"1","@removed":{"reason":"changed"}}"#;
    let page = workers(&provider().on(items(&format!("{},{gone}", whole("1", ""))))).unwrap();
    assert_eq!((ids(&page), page.deleted.len()), (vec![], 1));
    let page = workers(&provider().on(items(&format!("{gone},{}", whole("1", ""))))).unwrap();
    assert_eq!((ids(&page), page.deleted.len()), (vec!["1"], 0));
}

#[test]
fn many_records_are_read_over_several_calls() {
    let all: Vec<_> = (100..330).map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    let mut provider = provider().on(items(&all.join(",")));
    for id in 100..330 {
        let body = format!(r#"{{"id":"{id}","accountEnabled":true,"userType":"Member"}}"#);
        provider = provider.on(record(&id.to_string()).json(body));
    }
    let mut cursor = None;
    let mut counts = Vec::new();
    loop {
        let page = EntraId::workers(&provider.context::<EntraId>(), Cursor::from(cursor)).unwrap();
        counts.push(page.workers.len());
        if page.next.is_none() {
            assert_eq!(page.checkpoint.as_deref(), Some(checkpoint(NEXT, false).as_bytes()));
            break;
        }
        cursor = page.next;
    }
    assert_eq!(counts, [100, 100, 30]);
}

#[test]
fn the_plain_form_is_remembered() {
    let record =
        get("graph", "/v1.0/users/1").query("$select", SELECT).query("$expand", "manager").auth("secret");
    let body = r#"{"id":"1","accountEnabled":true,"userType":"Member"}"#;
    let provider = since(&checkpoint(LINK, true)).on(items(r#"{"id":"1"}"#)).on(record.json(body));
    let page = workers(&provider).unwrap();
    assert_eq!(page.checkpoint.as_deref(), Some(checkpoint(NEXT, true).as_bytes()));
}

#[test]
fn a_page_without_any_link_is_invalid() {
    let provider = provider().on(link("graph", LINK).auth("secret").json(r#"{"value":[]}"#));
    assert!(matches!(workers(&provider), Err(Failure::InvalidResponse(why)) if why.contains("neither")));
}

#[test]
fn what_expires_a_checkpoint() {
    let link = || link("graph", LINK).auth("secret");
    for refused in [
        error(link(), 410, "syncStateNotFound"),
        link().answer(410, "text/plain", ""),
        error(link(), 400, "syncStateNotFound"),
        error(link(), 404, "SyncStateNotFound"),
    ] {
        assert_eq!(workers(&provider().on(refused)), Err(Failure::CheckpointExpired));
    }
    assert_eq!(workers(&provider().on(error(link(), 400, "BadRequest"))), Err(Failure::Upstream(400)));
    // A delta link goes on asking what it was made for.
    for other in
        [provider().setting("include_guests", "true"), provider().wants(&["status"]), provider().wants(&[])]
    {
        assert_eq!(workers(&other), Err(Failure::CheckpointExpired));
    }
    let moved = provider().setting("date_offset_hours", "2");
    assert_eq!(workers(&moved), Err(Failure::CheckpointExpired));
    assert_eq!(workers(&since("of another version")), Err(Failure::CheckpointExpired));
}
