//! `Get_Organizations`: the groups.

use rollcall_sdk::prelude::*;
use rollcall_sdk::xml::Element;

use crate::soap::{self, At, element, flags};

/// Types of organizations, and of hierarchies of them; one that is not here is
/// an `org-unit`.
const KINDS: [(&str, GroupKind); 7] = [
    ("SUPERVISORY", GroupKind::Department),
    ("COST_CENTER", GroupKind::CostCenter),
    ("COMPANY", GroupKind::LegalEntity),
    ("BUSINESS_UNIT", GroupKind::Division),
    ("LOCATION", GroupKind::Location),
    ("TEAM", GroupKind::Team),
    ("MATRIX", GroupKind::Team),
];

/// The types of organizations that are groups.
pub fn types(cx: &Context) -> Vec<&str> {
    let chosen: Vec<_> = cx.setting("organization_types").list().collect();
    if chosen.is_empty() { vec!["SUPERVISORY", "COST_CENTER", "COMPANY"] } else { chosen }
}

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let at: At = cursor.read()?;
    let of_type = |kind| element("Organization_Type_Reference", soap::id("Organization_Type_ID", kind));
    let types: String = types(cx).into_iter().map(of_type).collect();
    let details = [
        ("Include_Roles_Data", false),
        ("Include_Hierarchy_Data", true),
        ("Include_Supervisory_Data", false),
        ("Include_Staffing_Restrictions_Data", false),
    ];
    let parts = element("Request_Criteria", types + &flags(&[("Include_Inactive", false)]))
        + &at.filter(cx, "")?
        + &element("Response_Group", flags(&details));
    let answer = soap::call(cx, "Get_Organizations_Request", &parts, "organizations page")?.send()?;
    let document = answer.xml()?;
    let (organizations, next) = at.take(&answer, &document, "Organization")?;
    Ok(GroupPage::of(organizations.into_iter().filter_map(group).collect()).next(next))
}

fn group(organization: Element) -> Option<Group> {
    let id = organization.text("Organization_Reference/ID[@type='WID']").take()?;
    let data = organization.at("Organization_Data");
    let kind = data.text("Organization_Type_Reference/ID[@type='Organization_Type_ID']");
    let kind = kind.as_str().map(|kind| kind.trim_end_matches("_HIERARCHY")).unwrap_or_default();
    let known = KINDS.iter().find(|(name, _)| *name == kind).map(|(_, kind)| *kind);
    let name = data.text("Name").or(data.text("Reference_ID")).take().unwrap_or_else(|| id.clone());
    Some(Group {
        parent_id: data.text("Hierarchy_Data/Superior_Organization_Reference/ID[@type='WID']").take(),
        description: data.text("Description").take(),
        ..Group::new(known.unwrap_or(GroupKind::OrgUnit), id, name)
    })
}
