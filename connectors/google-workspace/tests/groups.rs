//! Groups, org units and buildings, who belongs to them, and failures.

use connector_google_workspace::GoogleWorkspace;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, take_log};
use rollcall_sdk::{FetchError, Member};

fn ask(path: &str) -> Exchange {
    get("directory", &format!("/admin/directory/v1{path}")).auth("directory").query("prettyPrint", false)
}

fn list(path: &str, size: u32) -> Exchange {
    ask(path).query("customer", "my_customer").query("maxResults", size)
}

fn groups(size: u32) -> Exchange {
    list("/groups", size).query("fields", "kind,nextPageToken,groups(id,email,name,description)")
}

fn members(group: &str) -> Exchange {
    ask(&format!("/groups/{group}/members"))
        .query("maxResults", 100)
        .query("fields", "kind,nextPageToken,members(id,type)")
}

fn walk() -> Exchange {
    list("/users", 100).query("fields", "kind,nextPageToken,users(id,orgUnitPath,locations)")
}

fn units(more: &str) -> Exchange {
    let tree = r#"{"orgUnitId":"id:s","orgUnitPath":"/S","name":"S","parentOrgUnitPath":"/","parentOrgUnitId":"id:r"},
        {"orgUnitId":"id:e","orgUnitPath":"/S/E","name":"E","parentOrgUnitPath":"/S","parentOrgUnitId":"id:s"},
        {"orgUnitId":"id:x","orgUnitPath":"/SX","name":"SX","parentOrgUnitPath":"/","parentOrgUnitId":"id:r"}"#;
    let comma = if more.is_empty() { "" } else { "," };
    ask("/customer/my_customer/orgunits")
        .query("type", "all")
        .json(format!(r#"{{"kind":"admin#directory#orgUnits","organizationUnits":[{tree}{comma}{more}]}}"#))
}

fn of(kind: &str, items: &str) -> String {
    format!(r#"{{"kind":"admin#directory#{kind}","{kind}":[{items}]}}"#)
}

fn user(id: &str) -> String {
    format!(r#"{{"id":"{id}","type":"USER"}}"#)
}

/// All memberships as `group:worker` and `group>group`.
fn all(provider: &Provider) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page =
            GoogleWorkspace::memberships(&provider.context::<GoogleWorkspace>(), Cursor::from(cursor))?;
        found.extend(page.memberships.into_iter().map(|one| match one.member {
            Member::Worker(id) => format!("{}:{id}", one.group_id),
            Member::Group(id) => format!("{}>{id}", one.group_id),
        }));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

fn flattened(provider: Provider) -> Provider {
    provider.run(|run| run.nesting = rollcall_sdk::Nesting::Flattened)
}

// ------------------------------------------------------------------ groups

#[test]
fn a_group_without_a_name_has_its_address() {
    let names = |group: &str| {
        let provider =
            Provider::new().setting("org_units", "false").on(groups(100).json(of("groups", group)));
        let page = GoogleWorkspace::groups(&provider.context::<GoogleWorkspace>(), Cursor::default());
        page.map(|page| page.groups[0].name.clone())
    };
    assert_eq!(
        names(r#"{"id":"1","name":"N","email":"e@x.example","directMembersCount":"2"}"#),
        Ok("N".into())
    );
    assert_eq!(names(r#"{"id":"1","name":"","email":"e@x.example"}"#), Ok("e@x.example".into()));
    assert_eq!(names(r#"{"id":"1"}"#), Ok("1".into()));
    assert!(names(r#"{"name":"N"}"#).is_err());
}

/// Reads the org units, after an empty list of groups.
fn tree(units: Exchange) -> Result<Vec<(String, String, Option<String>)>> {
    let provider = Provider::new().on(groups(100).json(of("groups", ""))).on(units);
    let first = GoogleWorkspace::groups(&provider.context::<GoogleWorkspace>(), Cursor::default())?;
    let second = GoogleWorkspace::groups(&provider.context::<GoogleWorkspace>(), Cursor::from(first.next))?;
    assert!(second.next.is_none());
    Ok(second.groups.into_iter().map(|group| (group.id, group.name, group.parent_id)).collect())
}

#[test]
fn the_root_is_made_where_it_is_not_listed() {
    let unit = |id: &str, name: &str, parent: Option<&str>| {
        (id.to_owned(), name.to_owned(), parent.map(str::to_owned))
    };
    let below =
        [unit("id:s", "S", Some("id:r")), unit("id:e", "E", Some("id:s")), unit("id:x", "SX", Some("id:r"))];
    let mut made = vec![unit("id:r", "/", None)];
    made.extend(below.clone());
    assert_eq!(tree(units("")), Ok(made));
    let mut listed = below.to_vec();
    listed.push(unit("id:r", "Example", None));
    assert_eq!(tree(units(r#"{"orgUnitId":"id:r","orgUnitPath":"/","name":"Example"}"#)), Ok(listed));
    assert_eq!(
        tree(ask("/customer/my_customer/orgunits").query("type", "all").json(of("orgUnits", ""))),
        Ok(vec![])
    );
    assert!(tree(units(r#"{"orgUnitPath":"/T"}"#)).is_err());
}

#[test]
fn org_units_that_may_not_be_read_are_no_empty_list() {
    let refused =
        ask("/customer/my_customer/orgunits").query("type", "all").answer(403, "application/json", "{}");
    assert!(
        matches!(tree(refused), Err(Failure::PermissionMissing(why)) if why.contains("orgunit.readonly"))
    );
}

#[test]
fn a_right_that_is_lost_is_not_the_end_of_every_building() {
    let buildings =
        || ask("/customer/my_customer/resources/buildings").auth("buildings").query("maxResults", 100);
    let refused = buildings().answer(403, "application/json", "{}");
    let no_token = buildings().fails(FetchError::SignIn("Client is unauthorized".into()));
    for exchange in [refused, no_token] {
        let settings = Provider::new().setting("org_units", "false").setting("buildings", "true");
        let provider = settings.on(groups(100).json(of("groups", ""))).on(exchange);
        let read = |cursor| GoogleWorkspace::groups(&provider.context::<GoogleWorkspace>(), cursor);
        let first = read(Cursor::default()).unwrap();
        let denied = read(Cursor::from(first.next)).unwrap_err();
        assert!(
            matches!(&denied, Failure::PermissionMissing(why) if why.contains("resource.calendar.readonly")),
            "{denied:?}"
        );
    }
}

#[test]
fn the_check_names_the_scope_of_buildings() {
    let provider = Provider::new()
        .setting("buildings", "true")
        .setting("org_units", "false")
        .on(list("/users", 1).json(of("users", "")))
        .on(ask("/customers/my_customer").json(r#"{"id":"C1"}"#))
        .on(list("/groups", 1).json(of("groups", "")))
        .on(ask("/customer/my_customer/schemas").json(of("schemas", "")))
        .on(ask("/customer/my_customer/resources/buildings")
            .auth("buildings")
            .query("maxResults", 1)
            .fails(FetchError::SignIn("Client is unauthorized".into())));
    let info = GoogleWorkspace::check(&provider.context::<GoogleWorkspace>()).unwrap();
    let scope = "https://www.googleapis.com/auth/admin.directory.resource.calendar.readonly";
    assert_eq!(info.warnings, [format!("Buildings: {scope} is not authorised: Client is unauthorized")]);
}

// ----------------------------------------------------------------- members

#[test]
fn kinds_of_members() {
    let rows = r#"{"id":"u","type":"USER","status":"SUSPENDED"},{"id":"h","type":"GROUP"},{"id":"C1","type":"CUSTOMER"},
        {"id":"x","type":"EXTERNAL"},{"type":"USER"},{"id":"y"}"#;
    let asked = |exchange: Exchange| exchange.json(of("members", rows));
    let direct = Provider::new().wants_groups(&["g"]).on(asked(members("g")));
    assert_eq!(all(&direct), Ok(vec!["g:u".into(), "g>h".into()]));
    assert_eq!(take_log().len(), 1, "everyone is named once");
    let derived = asked(members("g").query("includeDerivedMembership", true));
    let flat = flattened(Provider::new().wants_groups(&["g"])).on(derived);
    assert_eq!(all(&flat), Ok(vec!["g:u".into()]));
}

#[test]
fn many_groups_are_read_in_batches() {
    let ids: Vec<String> = (0..45).map(|at| format!("g{at}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let provider = ids.iter().fold(Provider::new().wants_groups(&ids), |provider, id| {
        provider.on(members(id).json(of("members", &user("u"))))
    });
    let mut pages = 0;
    let mut cursor = None;
    loop {
        let context = provider.context::<GoogleWorkspace>();
        cursor = GoogleWorkspace::memberships(&context, Cursor::from(cursor)).unwrap().next;
        pages += 1;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((pages, provider.requests()), (3, 45));
}

#[test]
fn all_groups_are_walked_and_the_cursor_knows_where() {
    let page = |items: &str, token: &str| {
        format!(r#"{{"kind":"admin#directory#groups","groups":[{items}],"nextPageToken":"{token}"}}"#)
    };
    let open =
        r#"{"kind":"admin#directory#members","members":[{"id":"1","type":"USER"}],"nextPageToken":"m"}"#;
    let provider = Provider::new()
        .setting("org_units", "false")
        .on(groups(20).json(page(r#"{"id":"a"},{"id":"b"}"#, "t")))
        .on(members("a").json(open))
        .on(members("b").json(of("members", &user("2"))))
        .on(members("a").query("pageToken", "m").json(of("members", &user("3"))))
        .on(groups(20).query("pageToken", "t").json(of("groups", r#"{"id":"c"}"#)))
        .on(members("c").json(r#"{"kind":"admin#directory#members"}"#));
    assert_eq!(all(&provider), Ok(vec!["a:1".into(), "b:2".into(), "a:3".into()]));
}

#[test]
fn a_group_that_changes_is_asked_again_and_one_that_is_gone_has_nobody() {
    let changing = || members("a").answer(412, "application/json", "{}");
    let provider = || Provider::new().wants_groups(&["gone", "a", "b"]);
    let others = |provider: Provider| {
        let gone = members("gone").answer(404, "application/json", "{}");
        provider.on(gone).on(members("b").json(of("members", &user("2"))))
    };
    let in_time =
        others(provider()).on(changing()).on(changing()).on(members("a").json(of("members", &user("1"))));
    assert_eq!(all(&in_time), Ok(vec!["a:1".into(), "b:2".into()]));
    let never = others(provider()).on(changing()).on(changing()).on(changing());
    assert_eq!(all(&never), Err(Failure::Upstream(412)));
}

// ------------------------------------------------- org units and buildings

#[test]
fn people_of_a_wanted_unit() {
    let people = r#"{"id":"1","orgUnitPath":"/S"},{"id":"2","orgUnitPath":"/S/E"},{"id":"3","orgUnitPath":"/SX"},{"id":"4"}"#;
    let asked = || walk().json(of("users", people));
    let direct = Provider::new().wants_groups(&["id:s"]).on(units("")).on(asked());
    assert_eq!(all(&direct), Ok(vec!["id:s:1".into()]));
    let flat = flattened(Provider::new().wants_groups(&["id:s"])).on(units("")).on(asked());
    assert_eq!(all(&flat), Ok(vec!["id:s:1".into(), "id:s:2".into()]));
    let flat = flattened(Provider::new().wants_groups(&["id:r"])).on(units("")).on(asked());
    assert_eq!(all(&flat), Ok(vec!["id:r:1".into(), "id:r:2".into(), "id:r:3".into()]));
}

#[test]
fn a_walk_goes_on_until_somebody_is_wanted() {
    let page = |at: u32, unit: &str| {
        let next = if at < 30 { format!(r#","nextPageToken":"{}""#, at + 1) } else { String::new() };
        let body = format!(
            r#"{{"kind":"admin#directory#users","users":[{{"id":"{at}","orgUnitPath":"{unit}"}}]{next}}}"#
        );
        if at == 0 { walk().json(body) } else { walk().query("pageToken", at).json(body) }
    };
    let provider = (0..30).fold(Provider::new(), |provider, at| provider.on(page(at, "/S")));
    let provider = provider.on(page(30, "/SX")).on(units("").repeats());
    assert_eq!(all(&provider.wants_groups(&["id:x"])), Ok(vec!["id:x:30".into()]));
}

#[test]
fn units_and_buildings_are_read_in_one_walk() {
    let people =
        r#"{"id":"1","orgUnitPath":"/S/E","locations":[{"buildingId":"b"},{"buildingId":"c"},{"area":"x"}]}"#;
    let wanted = Provider::new()
        .wants_groups(&["building:b", "id:e"])
        .on(units(""))
        .on(walk().json(of("users", people)));
    assert_eq!(all(&wanted), Ok(vec!["id:e:1".into(), "building:b:1".into()]));
    let only = Provider::new().wants_groups(&["building:c"]).on(walk().json(of("users", people)));
    assert_eq!(all(&only), Ok(vec!["building:c:1".into()]));
    let every = flattened(Provider::new().setting("buildings", "true"));
    let every =
        every.on(groups(20).json(of("groups", ""))).on(units("")).on(walk().json(of("users", people)));
    let expected = ["id:e:1", "id:s:1", "id:r:1", "building:b:1", "building:c:1"];
    assert_eq!(all(&every), Ok(expected.map(str::to_owned).to_vec()));
}

// ---------------------------------------------------------------- failures

#[track_caller]
fn fails(status: u16, body: &str, expected: fn(&Failure) -> bool) {
    let provider = Provider::new().on(list("/users", 1).answer(status, "application/json", body));
    let failure = GoogleWorkspace::check(&provider.context::<GoogleWorkspace>()).unwrap_err();
    assert!(expected(&failure), "{failure:?}");
}

#[test]
fn a_refusal_is_told_from_a_limit_by_its_reason() {
    let reason = |reason: &str| format!(r#"{{"error":{{"code":403,"errors":[{{"reason":"{reason}"}}]}}}}"#);
    let limited = |failure: &Failure| matches!(failure, Failure::RateLimited(None));
    fails(403, &reason("userRateLimitExceeded"), limited);
    fails(403, &reason("quotaExceeded"), limited);
    fails(429, "", limited);
    let missing = |failure: &Failure| matches!(failure, Failure::PermissionMissing(why) if why.contains("user.readonly"));
    fails(403, &reason("forbidden"), missing);
    fails(403, &reason("notAuthorized"), missing);
    fails(403, "<html>", missing);
    fails(
        403,
        &reason("accessNotConfigured"),
        |failure| matches!(failure, Failure::PermissionMissing(why) if why.contains("not enabled")),
    );
    fails(401, r#"{"error":{"code":401,"message":"Invalid Credentials"}}"#, |failure| {
        *failure == Failure::AuthFailed("Invalid Credentials".into())
    });
    fails(400, r#"{"error":{"code":400,"message":"Bad Request"}}"#, |failure| {
        *failure == Failure::Upstream(400)
    });
    fails(503, "", |failure| *failure == Failure::Upstream(503));
}
