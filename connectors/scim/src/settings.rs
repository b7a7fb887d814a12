//! What the admin entered, where it takes more than reading it.

use rollcall_sdk::prelude::*;

use crate::Since;
use crate::json::Json;
use crate::list;

/// The base URL is the host's to use; here it is only looked at for the mistake
/// that is made most.
pub fn base_url(cx: &Context) -> Result<()> {
    let setting = cx.setting("base_url");
    let last = setting.required()?.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let pasted =
        ["Users", "Groups", "ServiceProviderConfig"].iter().any(|name| name.eq_ignore_ascii_case(last));
    if pasted { Err(setting.wrong(&format!("has to end before `/{last}`"))) } else { Ok(()) }
}

/// The path of the people or of the groups: as entered, or as the server says,
/// or as usual.
pub fn path(cx: &Context, users: bool) -> Result<String> {
    let (key, name, usual) =
        if users { ("users_path", "User", "/Users") } else { ("groups_path", "Group", "/Groups") };
    if let Some(path) = cx.setting(key).optional() {
        return Ok(path.to_owned());
    }
    let endpoint = |types: &Json| {
        let own = list::rows(types).iter().find(|kind| kind.is("name", name) || kind.is("id", name))?;
        // Some servers write the whole URL, or the path from the root.
        let endpoint = own.text_of("endpoint")?;
        endpoint.rsplit('/').next().filter(|last| !last.is_empty()).map(|last| format!("/{last}"))
    };
    Ok(list::document(cx, "/ResourceTypes", endpoint)?.flatten().unwrap_or_else(|| usual.into()))
}

/// The filter of the people: the admin's, and what this read adds to it.
pub fn user_filter(cx: &Context, inactive: bool, since: Option<&Since>) -> Result<Option<String>> {
    let own = cx.setting("user_filter").optional();
    let changed = |since: &Since| format!("meta.lastModified gt \"{}\"", Instant::from_millis(since.millis));
    let more: Vec<String> =
        inactive.then(|| "active eq false".to_owned()).into_iter().chain(since.map(changed)).collect();
    Ok(match own {
        None => Some(more.join(" and ")).filter(|filter| !filter.is_empty()),
        Some(own) if more.is_empty() => Some(own.to_owned()),
        Some(own) => Some(format!("({own}) and {}", more.join(" and "))),
    })
}

pub fn group_kind(cx: &Context) -> Result<GroupKind> {
    const KINDS: [(&str, GroupKind); 9] = [
        ("security-group", GroupKind::SecurityGroup),
        ("team", GroupKind::Team),
        ("department", GroupKind::Department),
        ("division", GroupKind::Division),
        ("business-unit", GroupKind::BusinessUnit),
        ("legal-entity", GroupKind::LegalEntity),
        ("cost-center", GroupKind::CostCenter),
        ("location", GroupKind::Location),
        ("org-unit", GroupKind::OrgUnit),
    ];
    let chosen = cx.setting("group_kind").one_of(&KINDS.map(|(name, _)| name))?;
    Ok(KINDS.iter().find(|(name, _)| *name == chosen).map_or(GroupKind::SecurityGroup, |(_, kind)| *kind))
}
