//! What a company is parted into: departments and sites, and the lists behind
//! fields of its own.

use rollcall_sdk::prelude::*;
use rollcall_sdk::segment;

use crate::{fields, search};

/// Units for which the settings name a field.
const OWN: [(GroupKind, &str); 5] = [
    (GroupKind::Division, "division_field"),
    (GroupKind::Team, "team_field"),
    (GroupKind::CostCenter, "cost_center_field"),
    (GroupKind::BusinessUnit, "business_unit_field"),
    (GroupKind::LegalEntity, "company_field"),
];

/// Kinds and fields of the company's own.
pub fn own(cx: &Context) -> impl Iterator<Item = (GroupKind, &str)> {
    OWN.iter().filter_map(|(kind, setting)| Some((*kind, cx.setting(setting).optional()?)))
}

/// The field in which a kind of unit stands.
pub fn field(cx: &Context, kind: GroupKind) -> Option<&str> {
    own(cx).find(|(of, _)| *of == kind).map(|(_, field)| field)
}

rollcall_sdk::shapes! {
    struct NamedList<'a> { items: OneOrMany<Item<'a>>, values: OneOrMany<Item<'a>> }
    struct Item<'a> { id: Text<'a>, name: Text<'a>, value: Text<'a>, children: OneOrMany<Item<'a>> }
}

pub fn groups(cx: &Context) -> Result<Vec<Group>> {
    let lists = lists(cx)?;
    let call = |(_, list): &(GroupKind, String)| {
        let call = cx.get("api", format!("/v1/company/named-lists/{}", segment(list))).auth("service-user");
        // Somebody may still be in what is archived.
        let call = call.query("includeArchived", true).header("accept", "application/json");
        call.purpose("items of a list")
    };
    let answers = cx.fetch_all(lists.iter().map(call).collect());
    let mut groups = Vec::new();
    for ((kind, _), answer) in lists.iter().zip(answers) {
        let answer = answer?;
        let list: NamedList = answer.json()?;
        let items = if list.items.0.is_empty() { list.values } else { list.items };
        items.0.iter().for_each(|item| add(*kind, item, None, &mut groups));
    }
    Ok(groups)
}

/// The lists behind the fields.
fn lists(cx: &Context) -> Result<Vec<(GroupKind, String)>> {
    let mut lists =
        vec![(GroupKind::Department, "department".to_owned()), (GroupKind::Location, "site".to_owned())];
    if own(cx).next().is_none() {
        return Ok(lists);
    }
    let answer = fields::definitions(cx)?;
    let definitions = fields::by_id(&answer)?;
    for (kind, setting) in OWN {
        let Some(field) = cx.setting(setting).optional() else { continue };
        let list = definitions.get(field).and_then(|definition| definition.type_data.list_id.get());
        let none =
            || answer.invalid(&format!("the field of the setting `{setting}` is not there, or has no list"));
        lists.push((kind, list.ok_or_else(none)?));
    }
    Ok(lists)
}

fn add(kind: GroupKind, item: &Item, parent: Option<&str>, groups: &mut Vec<Group>) {
    let Some(id) = item.id.as_str() else { return };
    let name = item.name.as_str().or(item.value.as_str()).unwrap_or(id);
    groups.push(Group {
        parent_id: parent.map(|parent| kind.id_of(parent)),
        ..Group::new(kind, kind.id_of(id), name)
    });
    item.children.0.iter().for_each(|child| add(kind, child, Some(id), groups));
}

/// Where these people belong.
pub fn memberships(cx: &Context, ids: &[String]) -> Result<Vec<Membership>> {
    let always = [(GroupKind::Department, "work.department"), (GroupKind::Location, "work.siteId")];
    let kinds: Vec<_> =
        always.into_iter().chain(own(cx)).filter(|(kind, _)| cx.wants_groups_of(*kind)).collect();
    if ids.is_empty() || kinds.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<_> = ["root.id"].into_iter().chain(kinds.iter().map(|(_, field)| *field)).collect();
    let answer = search::about(cx, &wanted, ids, "memberships of some people")?;
    let mut all = Vec::new();
    for (id, person) in search::people(&answer, ids)? {
        for (kind, field) in &kinds {
            let groups = person.texts(field).into_iter().map(|item| kind.id_of(&item));
            all.extend(
                groups.filter(|group| cx.wants_group(group)).map(|group| Membership::worker(group, &id)),
            );
        }
    }
    Ok(all)
}
