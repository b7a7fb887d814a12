//! Memberships, from wherever a server has them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use connector_scim::Scim;
use rollcall_sdk::testing::{Exchange, Provider, get};
use rollcall_sdk::{Connector, Cursor, Failure, Member, Nesting};

fn server() -> Provider {
    Provider::new()
        .setting("base_url", "https://hr.example.com")
        .setting("users_path", "/Users")
        .setting("groups_path", "/Groups")
        .on(get("scim", "/ServiceProviderConfig").auth("api").answer(404, "text/html", "").repeats())
}

fn list(path: &str, count: u32, rows: &str) -> Exchange {
    let total = rows.matches(r#""id""#).count();
    let query = get("scim", path).auth("api").query("startIndex", 1).query("count", count);
    query.json(format!(r#"{{"totalResults":{total},"Resources":[{rows}]}}"#))
}

fn group(id: &str, body: &str) -> Exchange {
    get("scim", &format!("/Groups/{id}")).auth("api").json(body)
}

/// All memberships as `group>worker` and `group>>group`.
fn read(provider: &Provider) -> Result<Vec<String>, Failure> {
    let (mut all, mut cursor) = (Vec::new(), Cursor::default());
    loop {
        let page = Scim::memberships(&provider.context::<Scim>(), cursor)?;
        assert!(page.memberships.len() <= 5000);
        all.extend(page.memberships.iter().map(|membership| match &membership.member {
            Member::Worker(id) => format!("{}>{id}", membership.group_id),
            Member::Group(id) => format!("{}>>{id}", membership.group_id),
        }));
        let Some(next) = page.next else { return Ok(all) };
        cursor = Cursor::from(Some(next));
    }
}

#[test]
fn members_out_of_the_list() {
    let groups = r#"{"id":"g1","members":[{"value":"u1","type":"user"},{"value":"g2","type":"GROUP"},{"value":"u1"}]},
        {"id":"g2","members":[]}"#;
    let ids = list("/Groups", 100, groups).query("excludedAttributes", "members");
    let provider = server().on(list("/Groups", 25, groups)).on(ids);
    assert_eq!(read(&provider).unwrap(), ["g1>u1", "g1>>g2"]);
}

#[test]
fn a_group_without_members_or_cut_off_is_asked_for_itself() {
    let hundred: Vec<_> = (0..100).map(|n| format!(r#"{{"value":"c{n:03}","type":"User"}}"#)).collect();
    let groups = format!(
        r#"{{"id":"a/b"}},{{"id":"cut","members":[{}]}},{{"id":"not","members":null}}"#,
        hundred.join(",")
    );
    let provider = server()
        .on(list("/Groups", 25, &groups))
        .on(group(
            "a%2Fb",
            r#"{"id":"a/b","members":[{"$ref":"https://h/v2/Users/u1"},{"value":"x","$ref":"../Groups/x"}]}"#,
        ))
        .on(group("cut", &format!(r#"{{"members":[{},{{"value":"d","type":"User"}}]}}"#, hundred.join(","))))
        .on(group("not", "").answer(404, "application/json", "{}"));
    let found = read(&provider).unwrap();
    assert_eq!((found.len(), &*found[0], &*found[1], &*found[102]), (103, "a/b>u1", "a/b>>x", "cut>d"));
}

#[test]
fn members_in_odd_forms() {
    let groups = r#"{"id":"g1","members":["u1","g2",3,null,{}]},{"id":"g2","members":{"u2":{"name":"x"}}},{"id":"g3","members":{"value":"u3","type":"User"}}"#;
    let ids = list("/Groups", 100, groups).query("excludedAttributes", "members");
    let provider = server().on(list("/Groups", 25, groups)).on(ids);
    assert_eq!(read(&provider).unwrap(), ["g1>3", "g1>u1", "g1>>g2", "g2>u2", "g3>u3"]);
}

#[test]
fn without_members_anywhere_the_people_are_asked() {
    let people = r#"{"id":"u1","groups":[{"value":"g1","type":"direct"},{"value":"g2","type":"indirect"},"g3"]},{"id":"u2"}"#;
    let provider = || {
        let provider = server().on(list("/Groups", 25, r#"{"id":"g1"}"#)).on(group("g1", "{}"));
        provider.on(list("/Users", 100, people))
    };
    assert_eq!(read(&provider()).unwrap(), ["g1>u1", "g3>u1"]);
    let flattened = provider().run(|run| run.nesting = Nesting::Flattened);
    assert_eq!(read(&flattened).unwrap(), ["g1>u1", "g2>u1", "g3>u1"]);
    let wrapped = r#"{"id":"u1","urn:ietf:params:scim:schemas:core:2.0:User":{"groups":["g1"]}}"#;
    let wrapped = server().setting("members_from", "user-groups").on(list("/Users", 100, wrapped));
    assert_eq!(read(&wrapped).unwrap(), ["g1>u1"]);
    let only =
        server().setting("members_from", "user-groups").wants_groups(&["g3"]).on(list("/Users", 100, people));
    assert_eq!(read(&only).unwrap(), ["g3>u1"]);
    let no_groups = server().on(list("/Groups", 25, "").answer(501, "application/json", "{}"));
    assert_eq!(read(&no_groups.on(list("/Users", 100, people))).unwrap(), ["g1>u1", "g3>u1"]);
    assert_eq!(read(&server().on(list("/Groups", 25, ""))).unwrap(), [""; 0]);
}

#[test]
fn wanted_groups_are_asked_for_one_by_one() {
    let one = group("g1", r#"{"members":[{"value":"u1","type":"User"}]}"#);
    let gone = group("g9", "").answer(404, "application/json", "{}");
    assert_eq!(read(&server().wants_groups(&["g1", "g9"]).on(one).on(gone)).unwrap(), ["g1>u1"]);
    // Empty, as it turns out: another group of the list has members.
    let groups = r#"{"id":"g1","members":[{"value":"u1","type":"User"}]},{"id":"g2"}"#;
    let provider =
        server().wants_groups(&["g2"]).on(group("g2", "{}").repeats()).on(list("/Groups", 25, groups));
    assert_eq!(read(&provider).unwrap(), [""; 0]);
    let ids: Vec<String> = (0..25).map(|n| format!("w{n:02}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let all = ids.iter().fold(server().setting("members_from", "group-detail"), |provider, id| {
        provider.on(group(id, r#"{"members":[{"value":"u1","type":"User"}]}"#))
    });
    assert_eq!(read(&all.wants_groups(&ids)).unwrap().len(), 25);
}

#[test]
fn chosen_sources() {
    let none = Provider::new().setting("base_url", "https://hr.example.com").setting("members_from", "none");
    assert_eq!(read(&none).unwrap(), [""; 0]);
    let groups = r#"{"id":"g1"},{"id":"g2","members":[{"value":"u1","type":"User"}]}"#;
    let from_list = server().setting("members_from", "group-list").on(list("/Groups", 25, groups));
    assert_eq!(read(&from_list).unwrap(), ["g2>u1"]);
    let bare = list("/Groups", 25, groups).query("excludedAttributes", "members");
    let detail = server().setting("members_from", "group-detail").on(bare).on(group("g1", "{}"));
    assert_eq!(
        read(&detail.on(group("g2", r#"{"members":[{"value":"u2","type":"User"}]}"#))).unwrap(),
        ["g2>u2"]
    );
}

#[test]
fn a_group_of_very_many_comes_in_several_pages() {
    let members: Vec<_> = (0..12_345).map(|n| format!(r#"{{"value":"u{n}","type":"User"}}"#)).collect();
    let provider = server().wants_groups(&["big"]).on(group(
        "big",
        &format!(r#"{{"members":[{}]}}"#, members.join(",")),
    )
    .repeats());
    let mut found = read(&provider).unwrap();
    found.sort();
    found.dedup();
    assert_eq!((found.len(), provider.requests()), (12_345, 4));
}

#[test]
fn a_group_in_plain_json() {
    let refused = group("g1", "").answer(415, "text/plain", "");
    let plain =
        group("g1", r#"{"members":[{"value":"u1","type":"User"}]}"#).header("accept", "application/json");
    assert_eq!(read(&server().wants_groups(&["g1"]).on(refused).on(plain)).unwrap(), ["g1>u1"]);
}

#[test]
fn a_group_that_may_not_be_read_is_a_failure() {
    let refused = group("g1", "").answer(403, "application/json", r#"{"detail":"scope groups"}"#);
    assert_eq!(
        read(&server().wants_groups(&["g1"]).on(refused)),
        Err(Failure::PermissionMissing("scope groups".into()))
    );
}
