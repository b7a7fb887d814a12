use connector_entra_id::EntraId;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, link};

use crate::error;

const SELECT: &str =
    "id,displayName,description,mailNickname,groupTypes,securityEnabled,resourceProvisioningOptions";

fn list() -> Exchange {
    get("graph", "/v1.0/groups").query("$select", SELECT).query("$top", 100).auth("secret")
}

fn units() -> Exchange {
    get("graph", "/v1.0/directory/administrativeUnits")
        .query("$select", "id,displayName,description")
        .auth("secret")
}

fn groups(provider: &Provider) -> Result<GroupPage> {
    EntraId::groups(&provider.context::<EntraId>(), Cursor::default())
}

/// Reads one group; `None` where it is left out.
fn read(properties: &str, with_mail_groups: &str) -> Option<Group> {
    let body = format!(r#"{{"value":[{{"id":"1"{properties}}}]}}"#);
    let provider = Provider::new().setting("include_mail_groups", with_mail_groups).on(list().json(body));
    groups(&provider).unwrap().groups.into_iter().next()
}

#[test]
fn kinds() {
    let security = r#","securityEnabled":true,"groupTypes":["DynamicMembership"]"#;
    let team = r#","securityEnabled":false,"groupTypes":["Unified"],"resourceProvisioningOptions":["Team"]"#;
    let office = r#","securityEnabled":true,"groupTypes":["Unified","DynamicMembership"],"resourceProvisioningOptions":[]"#;
    let mail = r#","securityEnabled":false,"mailEnabled":true"#;
    for (properties, kind, is_mail_group) in [
        (security, GroupKind::SecurityGroup, false),
        (team, GroupKind::Team, false),
        (office, GroupKind::SecurityGroup, true),
        (mail, GroupKind::SecurityGroup, true),
    ] {
        assert_eq!(read(properties, "true").unwrap().kind, kind, "{properties}");
        assert_eq!(read(properties, "false").is_none(), is_mail_group, "{properties}");
    }
}

#[test]
fn a_group_without_a_name_has_its_alias_or_its_id() {
    let name = |properties: &str| read(properties, "true").unwrap().name;
    assert_eq!(name(r#","displayName":"HR","mailNickname":"hr""#), "HR");
    assert_eq!(name(r#","displayName":" ","mailNickname":"hr""#), "hr");
    assert_eq!(name(""), "1");
}

#[test]
fn a_group_without_an_id_is_invalid() {
    let provider = Provider::new().on(list().json(r#"{"value":[{"displayName":"HR"}]}"#));
    assert!(matches!(groups(&provider), Err(Failure::InvalidResponse(why)) if why.contains("no `id`")));
}

#[test]
fn only_an_advanced_filter_is_asked_for_with_a_count() {
    for (filter, advanced) in [
        ("startswith(displayName,'HR-')", false),
        ("displayName eq 'Notes'", false),
        ("displayName ne 'HR'", true),
        ("NOT(securityEnabled eq true)", true),
        ("securityEnabled eq true and not startswith(displayName,'x')", true),
        ("endsWith(mail,'@example.com')", true),
    ] {
        let next = "https://graph.microsoft.com/v1.0/groups?$skiptoken=2";
        let first =
            list().query("$filter", filter).json(format!(r#"{{"value":[],"@odata.nextLink":"{next}"}}"#));
        let second = link("graph", next).auth("secret").json(r#"{"value":[]}"#);
        let (first, second) = if advanced {
            let eventual = |exchange: Exchange| exchange.header("consistencylevel", "eventual");
            (eventual(first.query("$count", true)), eventual(second))
        } else {
            (first, second)
        };
        let provider = Provider::new().setting("group_filter", filter).on(first).on(second);
        let page = groups(&provider).unwrap();
        let last = EntraId::groups(&provider.context::<EntraId>(), Cursor::from(page.next)).unwrap();
        assert_eq!(last.next, None, "{filter}");
    }
}

#[test]
fn administrative_units_come_last_where_they_are_asked_for() {
    let read = |answer| {
        let provider = Provider::new().setting("read_administrative_units", "true");
        let provider = provider.on(list().json(r#"{"value":[]}"#)).on(answer);
        let page = groups(&provider).unwrap();
        EntraId::groups(&provider.context::<EntraId>(), Cursor::from(page.next))
    };
    let last =
        read(units().json(r#"{"value":[{"id":"7","displayName":"Germany","description":"All sites"}]}"#));
    let last = last.unwrap();
    let [unit] = last.groups.as_slice() else { panic!("one unit") };
    assert_eq!((unit.kind, unit.id.as_str(), &last.next), (GroupKind::OrgUnit, "unit:7", &None));
    assert_eq!(unit.description.as_deref(), Some("All sites"));
    // A right that is lost is not the end of every unit.
    let denied = read(error(units(), 403, "Authorization_RequestDenied")).unwrap_err();
    assert!(
        matches!(&denied, Failure::PermissionMissing(why) if why.contains("AdministrativeUnit.Read.All")),
        "{denied:?}"
    );
    let without = Provider::new().on(list().json(r#"{"value":[]}"#));
    assert_eq!(groups(&without).unwrap().next, None);
}
