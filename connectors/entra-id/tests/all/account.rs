use connector_entra_id::EntraId;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, post, take_log};

use crate::{SELECT, error, provider};

fn probe() -> Exchange {
    let page = get("graph", "/v1.0/users").query("$top", 1).query("$filter", "userType eq 'Member'");
    page.query("$select", SELECT).auth("secret").json(r#"{"value":[]}"#)
}

fn organization() -> Exchange {
    get("graph", "/v1.0/organization").query("$select", "id,displayName").auth("secret")
}

fn groups() -> Exchange {
    let properties =
        "id,displayName,description,mailNickname,groupTypes,securityEnabled,resourceProvisioningOptions";
    get("graph", "/v1.0/groups")
        .query("$select", properties)
        .query("$top", 1)
        .auth("secret")
        .json(r#"{"value":[]}"#)
}

fn units() -> Exchange {
    get("graph", "/v1.0/directory/administrativeUnits")
        .query("$select", "id,displayName,description")
        .auth("secret")
}

fn check(provider: &Provider) -> Result<AccountInfo> {
    EntraId::check(&provider.context::<EntraId>())
}

#[test]
fn who_the_tenant_is() {
    let body = r#"{"value":[{"id":"8a2d","displayName":"Example GmbH"}]}"#;
    let provider = provider().setting("read_administrative_units", "true").on(probe());
    let units = units().json(r#"{"value":[]}"#);
    let info = check(&provider.on(organization().json(body)).on(groups()).on(units)).unwrap();
    assert_eq!((info.name.as_deref(), info.id.as_deref()), (Some("Example GmbH"), Some("8a2d")));
    assert!(info.warnings.is_empty());
}

#[test]
fn what_is_missing_without_stopping_a_read_is_a_warning() {
    let denied = |exchange| error(exchange, 403, "Authorization_RequestDenied");
    let provider = provider().setting("read_administrative_units", "true");
    let provider = provider.on(probe()).on(denied(organization()));
    let info = check(&provider.on(denied(groups())).on(denied(units()))).unwrap();
    assert_eq!(info.name, None);
    assert_eq!(
        info.warnings,
        [
            "groups and their members cannot be read: GroupMember.Read.All is missing",
            "administrative units cannot be read: AdministrativeUnit.Read.All is missing",
        ]
    );
}

#[test]
fn the_filter_of_groups_is_tried() {
    let body = r#"{"value":[]}"#;
    let tried = |filter: &str, groups: Exchange| {
        let provider = provider().setting("group_filter", filter).on(probe()).on(organization().json(body));
        check(&provider.on(groups.query("$filter", filter)))
    };
    let not = "displayName ne 'HR'";
    assert!(tried(not, groups().query("$count", true).header("consistencylevel", "eventual")).is_ok());
    let typo = tried("displayNam eq 'HR'", error(groups(), 400, "BadRequest"));
    let why = "is not taken by Microsoft Graph: BadRequest: Because.";
    assert!(
        matches!(&typo, Err(Failure::BadSetting(wrong)) if wrong.key == "group_filter" && wrong.why == why),
        "{typo:?}"
    );
}

#[test]
fn a_check_fails_where_a_read_would() {
    let denied = error(probe(), 403, "Authorization_RequestDenied");
    assert!(
        matches!(check(&provider().on(denied)), Err(Failure::PermissionMissing(name)) if name.starts_with("User.Read.All"))
    );
}

fn extensions() -> Exchange {
    post("graph", "/v1.0/directoryObjects/getAvailableExtensionProperties").body("{}").auth("secret")
}

fn discover(provider: &Provider) -> Vec<AttributeDefinition> {
    EntraId::discover(&provider.context::<EntraId>()).unwrap()
}

#[test]
fn directory_extensions_of_users_by_type() {
    let one = |name: &str, kind: &str, multi: bool, target: &str| {
        format!(
            r#"{{"name":"{name}","dataType":"{kind}","isMultiValued":{multi},"targetObjects":["{target}"],"appDisplayName":"HR"}}"#
        )
    };
    let all = [
        one("extension_3f1c_cost_key", "String", false, "User"),
        one("extension_3f1c_seats", "Integer", false, "User"),
        one("extension_3f1c_remote", "Boolean", false, "User"),
        one("extension_3f1c_since", "DateTime", false, "User"),
        one("extension_3f1c_skills", "String", true, "User"),
        one("extension_3f1c_owner", "String", false, "Device"),
    ];
    let provider = Provider::new().on(extensions().json(format!(r#"{{"value":[{}]}}"#, all.join(","))));
    let found = discover(&provider);
    let named: Vec<_> = found[17..].iter().map(|found| (found.label.as_str(), found.kind)).collect();
    assert_eq!(
        named,
        [
            ("cost_key (HR)", AttributeKind::Text),
            ("seats (HR)", AttributeKind::Number),
            ("remote (HR)", AttributeKind::Boolean),
            ("since (HR)", AttributeKind::Text),
            ("skills (HR)", AttributeKind::Texts),
        ]
    );
    assert_eq!(found[17].name, "extension_3f1c_cost_key");
    assert_eq!(
        (found[0].name.as_str(), found[14].name.as_str()),
        ("extensionAttribute1", "extensionAttribute15")
    );
}

#[test]
fn without_the_permission_there_are_the_fixed_ones() {
    let denied = error(extensions(), 403, "Authorization_RequestDenied");
    assert_eq!(discover(&Provider::new().on(denied)).len(), 17);
    assert!(take_log().iter().any(|(_, line)| line.contains("Directory.Read.All")));
}
