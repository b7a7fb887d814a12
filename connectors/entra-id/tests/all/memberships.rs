use connector_entra_id::EntraId;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, link};
use rollcall_sdk::{Member, Nesting};

use crate::error;

fn members(group: &str, list: &str) -> Exchange {
    get("graph", &format!("/v1.0/groups/{group}/{list}"))
        .query("$top", 250)
        .query("$select", "id")
        .auth("secret")
}

fn next(group: &str, page: usize) -> String {
    format!("https://graph.microsoft.com/v1.0/groups/{group}/members?$skiptoken={page}")
}

fn object(kind: &str, id: impl std::fmt::Display) -> String {
    format!(r##"{{"@odata.type":"#microsoft.graph.{kind}","id":"{id}"}}"##)
}

fn page(objects: &[String], next: Option<String>) -> String {
    let next = next.map(|next| format!(r#","@odata.nextLink":"{next}""#)).unwrap_or_default();
    format!(r#"{{"value":[{}]{next}}}"#, objects.join(","))
}

/// Every page, held to the limits of the contract.
fn read(provider: &Provider) -> Result<Vec<Vec<Membership>>> {
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let before = provider.requests();
        let page = EntraId::memberships(&provider.context::<EntraId>(), Cursor::from(cursor))?;
        assert!(page.memberships.len() <= 5000 && provider.requests() - before <= 61);
        assert!(page.next.as_ref().is_none_or(|next| next.len() <= 64 * 1024));
        pages.push(page.memberships);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(pages);
        }
    }
}

#[test]
fn members_by_nesting() {
    let all = ["user", "group", "device", "orgContact", "servicePrincipal"].map(|kind| object(kind, kind));
    // Lists of users alone come without types.
    let all = [&all[..], &[r#"{"id":"bare"}"#.to_owned()]].concat();
    for (nesting, list, expected) in [
        (Nesting::Flattened, "transitiveMembers", &["user", "bare"][..]),
        (Nesting::Direct, "members", &["user", "group", "bare"][..]),
    ] {
        let provider = Provider::new().wants_groups(&["a"]).run(|run| run.nesting = nesting);
        let found = read(&provider.on(members("a", list).json(page(&all, None)))).unwrap().concat();
        let ids = found.iter().map(|membership| match &membership.member {
            Member::Worker(id) | Member::Group(id) => id.as_str(),
        });
        assert_eq!(ids.collect::<Vec<_>>(), expected);
        assert_eq!(
            found.iter().filter(|m| matches!(&m.member, Member::Group(id) if id == "group")).count(),
            expected.len() - 2
        );
    }
}

#[test]
fn a_unit_has_users_of_its_own_only() {
    let unit =
        get("graph", "/v1.0/directory/administrativeUnits/7/members").query("$select", "id").auth("secret");
    let body = page(&[object("user", 1), object("group", 2), object("device", 3)], None);
    let found = read(&Provider::new().wants_groups(&["unit:7"]).on(unit.json(body))).unwrap().concat();
    assert_eq!(found, [Membership::worker("unit:7", "1")]);
}

#[test]
fn many_groups_take_several_calls() {
    let ids: Vec<String> = (0..150).map(|id| format!("g{id}")).collect();
    let wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
    let provider = ids.iter().fold(Provider::new().wants_groups(&wanted), |provider, id| {
        provider.on(members(id, "members").json(page(&[object("user", id)], None)))
    });
    let pages = read(&provider).unwrap();
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [60, 60, 30]);
}

#[test]
fn large_groups_are_read_to_their_end() {
    let ids: Vec<String> = (0..30).map(|id| format!("g{id}")).collect();
    let wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut provider = Provider::new().wants_groups(&wanted);
    for id in &ids {
        for number in 0..3 {
            let people: Vec<_> = (0..250).map(|person| object("user", number * 250 + person)).collect();
            let body = page(&people, (number < 2).then(|| next(id, number + 1)));
            let exchange = if number == 0 {
                members(id, "members")
            } else {
                link("graph", &next(id, number)).auth("secret")
            };
            provider = provider.on(exchange.json(body));
        }
    }
    let pages = read(&provider).unwrap();
    assert_eq!(pages.iter().map(Vec::len).sum::<usize>(), 30 * 750);
    assert_eq!(pages.len(), 5);
}

#[test]
fn without_wanted_groups_all_are_listed_first() {
    let select =
        "id,displayName,description,mailNickname,groupTypes,securityEnabled,resourceProvisioningOptions";
    let list = get("graph", "/v1.0/groups").query("$select", select).query("$top", 400).auth("secret");
    let second = "https://graph.microsoft.com/v1.0/groups?$skiptoken=2";
    let named =
        |from: usize, to: usize| (from..to).map(|id| format!(r#"{{"id":"g{id}"}}"#)).collect::<Vec<_>>();
    let mut provider =
        Provider::new()
            .on(list.json(page(&named(0, 100), Some(second.into()))))
            .on(link("graph", second).auth("secret").json(page(&named(100, 130), None)));
    for id in 0..130 {
        provider = provider.on(members(&format!("g{id}"), "members").json(page(&[object("user", id)], None)));
    }
    assert_eq!(read(&provider).unwrap().concat().len(), 130);
}

#[test]
fn a_group_that_vanished_has_no_members() {
    let provider = Provider::new().wants_groups(&["a", "b"]);
    let provider = provider.on(error(members("a", "members"), 404, "Request_ResourceNotFound"));
    let found = read(&provider.on(members("b", "members").json(page(&[object("user", 1)], None)))).unwrap();
    assert_eq!(found, [[Membership::worker("b", "1")]]);
    assert!(rollcall_sdk::testing::take_log().iter().any(|(_, line)| line.contains("group a is gone")));
}

#[test]
fn what_the_host_could_not_get_past_fails_the_read() {
    let failure = |answer: Exchange| read(&Provider::new().wants_groups(&["a"]).on(answer)).unwrap_err();
    let denied =
        Failure::PermissionMissing("GroupMember.Read.All (Authorization_RequestDenied: Because.)".into());
    assert_eq!(failure(error(members("a", "members"), 403, "Authorization_RequestDenied")), denied);
    let busy = error(members("a", "members"), 429, "TooManyRequests").with_header("retry-after", "7");
    assert_eq!(failure(busy), Failure::RateLimited(Some(7)));
}

#[test]
fn a_link_that_leads_to_itself_fails() {
    let provider = Provider::new().wants_groups(&["a"]);
    let provider = provider.on(members("a", "members").json(page(&[], Some(next("a", 1)))));
    let provider =
        provider.on(link("graph", &next("a", 1)).auth("secret").json(page(&[], Some(next("a", 1)))));
    assert!(matches!(read(&provider), Err(Failure::InvalidResponse(_))));
}

#[test]
fn nothing_to_read_is_one_empty_page() {
    let none = r#"{"value":[]}"#;
    let select =
        "id,displayName,description,mailNickname,groupTypes,securityEnabled,resourceProvisioningOptions";
    let list =
        get("graph", "/v1.0/groups").query("$select", select).query("$top", 400).query("$filter", "x eq 1");
    let provider = Provider::new().setting("group_filter", "x eq 1").on(list.auth("secret").json(none));
    assert_eq!(read(&provider).unwrap(), [vec![]]);
}
