//! Groups, and administrative units after them.

use rollcall_sdk::prelude::*;

use crate::{EntraId, Page, follow, get};

/// Stands before the id of an administrative unit, whose members are found
/// elsewhere than those of groups.
pub const UNIT: &str = "unit:";

const LARGEST_PAGE: u32 = 999;
const PROPERTIES: &str =
    "id,displayName,description,mailNickname,groupTypes,securityEnabled,resourceProvisioningOptions";

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let (groups, next) = page(cx, &cursor.read()?, cx.page_size(LARGEST_PAGE))?;
    Ok(GroupPage::of(groups).next(next))
}

/// A page of groups, and where the next one begins.
pub fn page(cx: &Context, at: &Lists<Token>, limit: u32) -> Result<(Vec<Group>, Option<Lists<Token>>)> {
    let lists = if with_units(cx)? { 2 } else { 1 };
    let (groups, next) = match at.list {
        0 => directory_groups(cx, &at.at, limit)?,
        _ => units(cx, &at.at)?,
    };
    Ok((groups, at.after(next, lists)))
}

/// They take a permission of their own: whether it is missing is not to decide
/// about groups that are there today and gone tomorrow.
pub fn with_units(cx: &Context) -> Result<bool> {
    cx.setting("read_administrative_units").boolean(false)
}

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    struct DirectoryGroup<'a> {
        id: Text<'a>,
        display_name: Text<'a>,
        description: Text<'a>,
        mail_nickname: Text<'a>,
        group_types: List<Text<'a>>,
        security_enabled: Flag,
        resource_provisioning_options: List<Text<'a>>,
    }
}

fn directory_groups(cx: &Context, paging: &Token, limit: u32) -> Result<(Vec<Group>, Option<Token>)> {
    let filter = cx.setting("group_filter").optional();
    let advanced = filter.is_some_and(is_advanced);
    let call = match paging.get() {
        Some(link) => follow(cx, link, "groups page")?,
        None => get(cx, "/groups", "groups page")?
            .query("$select", PROPERTIES)
            .query("$top", limit)
            .query_if("$filter", filter)
            .query_if("$count", advanced.then_some(true)),
    };
    // No link carries this header.
    let call = call.header_if("consistencylevel", advanced.then_some("eventual"));
    let refuses_filter =
        |answer: &Answer| answer.status() == 400 && filter.is_some() && paging.get().is_none();
    let answer = call.send_accepting(refuses_filter)?;
    if refuses_filter(&answer) {
        let reason = EntraId::reason(&answer).unwrap_or_else(|| answer.to_string());
        return Err(cx.setting("group_filter").wrong(&format!("is not taken by Microsoft Graph: {reason}")));
    }
    let page: Page<DirectoryGroup> = answer.json()?;
    let next = paging.after(page.next.as_str())?;
    let with_mail_groups = cx.setting("include_mail_groups").boolean(true)?;
    let mut groups = Vec::with_capacity(page.value.len());
    for group in page.value {
        let has = |list: &List<Text>, word| list.iter().any(|text| text.as_str() == Some(word));
        let team = has(&group.resource_provisioning_options, "Team");
        let security = group.security_enabled.or(false) && !has(&group.group_types, "Unified");
        if with_mail_groups || team || security {
            let kind = if team { GroupKind::Team } else { GroupKind::SecurityGroup };
            groups.push(group.named(&answer, kind, "")?);
        }
    }
    Ok((groups, next))
}

/// What needs the header `consistencylevel` and a count.
fn is_advanced(filter: &str) -> bool {
    let filter = filter.to_ascii_lowercase();
    filter.starts_with("not")
        || [" ne ", " not ", "(not ", "not(", "endswith("].iter().any(|word| filter.contains(word))
}

fn units(cx: &Context, paging: &Token) -> Result<(Vec<Group>, Option<Token>)> {
    let answer = listed_units(cx, paging)?;
    let page: Page<DirectoryGroup> = answer.json()?;
    let units = page.value.into_iter().map(|unit| unit.named(&answer, GroupKind::OrgUnit, UNIT));
    Ok((units.collect::<Result<_>>()?, paging.after(page.next.as_str())?))
}

/// A page of administrative units.
pub fn listed_units(cx: &Context, paging: &Token) -> Result<Answer> {
    let call = match paging.get() {
        Some(link) => follow(cx, link, "administrative units page")?,
        None => get(cx, "/directory/administrativeUnits", "administrative units page")?
            .query("$select", "id,displayName,description"),
    };
    call.send()
}

impl DirectoryGroup<'_> {
    fn named(self, answer: &Answer, kind: GroupKind, prefix: &str) -> Result<Group> {
        let id = self.id.take().ok_or_else(|| answer.invalid("a group has no `id`"))?;
        let name = self.display_name.or(self.mail_nickname).take().unwrap_or_else(|| id.clone());
        Ok(Group { description: self.description.take(), ..Group::new(kind, format!("{prefix}{id}"), name) })
    }
}
