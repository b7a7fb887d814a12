//! Foundation objects: the units of the company.

use rollcall_sdk::prelude::*;

use crate::odata::{follow, get, page};
use crate::person::Job;
use crate::users_only;

/// A kind of unit.
pub struct Kind {
    /// In the setting `group_kinds`, and the attribute of a worker.
    pub word: &'static str,
    pub entity: &'static str,
    pub kind: GroupKind,
    /// The code of somebody's unit.
    pub code: for<'j, 'a> fn(&'j Job<'a>) -> &'j Text<'a>,
}

pub const LOCATION: &str = "location";

pub static KINDS: [Kind; 6] = [
    Kind { word: "department", entity: "FODepartment", kind: GroupKind::Department, code: |j| &j.department },
    Kind { word: "division", entity: "FODivision", kind: GroupKind::Division, code: |j| &j.division },
    Kind {
        word: "business_unit",
        entity: "FOBusinessUnit",
        kind: GroupKind::BusinessUnit,
        code: |j| &j.business_unit,
    },
    Kind {
        word: "cost_center",
        entity: "FOCostCenter",
        kind: GroupKind::CostCenter,
        code: |j| &j.cost_center,
    },
    Kind { word: "company", entity: "FOCompany", kind: GroupKind::LegalEntity, code: |j| &j.company },
    Kind { word: LOCATION, entity: "FOLocation", kind: GroupKind::Location, code: |j| &j.location },
];

/// The kinds that are read as groups; accounts alone have none.
pub fn grouped(cx: &Context) -> Result<Vec<&'static Kind>> {
    if users_only(cx)? {
        return Ok(Vec::new());
    }
    let words: Vec<&str> = cx.setting("group_kinds").list().collect();
    Ok(KINDS.iter().filter(|kind| words.contains(&kind.word)).collect())
}

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct FoundUnit<'a> {
        pub external_code: Text<'a>,
        name: Text<'a>,
        #[serde(rename = "name_localized")]
        localized: Text<'a>,
        parent: Text<'a>,
        status: Text<'a>,
        #[serde(rename = "addressNavDEFLT")]
        pub place: Place<'a>,
    }

    #[serde(rename_all = "camelCase")]
    pub struct Place<'a> {
        pub address1: Text<'a>,
        pub address2: Text<'a>,
        pub city: Text<'a>,
        pub state: Text<'a>,
        pub province: Text<'a>,
        pub zip_code: Text<'a>,
        pub country: Text<'a>,
    }
}

impl FoundUnit<'_> {
    pub fn name(&self) -> Option<&str> {
        self.localized.as_str().or(self.name.as_str())
    }

    pub fn is_active(&self) -> bool {
        self.status.as_str() != Some("I")
    }
}

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    const LARGEST_PAGE: u32 = 500;
    let kinds = grouped(cx)?;
    let lists: Lists<Token> = cursor.read()?;
    let Some((Kind { entity, kind, .. }, lists)) = lists.find(&kinds, |_| true) else {
        return Ok(GroupPage::default());
    };
    let purpose = format!("{entity} page");
    let call = match lists.at.get() {
        Some(link) => follow(cx, link, &purpose)?,
        None => get(cx, entity, &purpose)?.query("customPageSize", cx.page_size(LARGEST_PAGE)),
    };
    let answer = match call.send() {
        Err(Failure::Upstream(404)) => {
            warn!("this company does not have {entity}: no such groups");
            return Ok(GroupPage::default().next(lists.after(None, kinds.len())));
        }
        answer => answer?,
    };
    let (units, next) = page::<FoundUnit>(&answer)?;
    let groups = units.iter().filter(|unit| unit.is_active()).map(|unit| {
        let code =
            unit.external_code.as_str().ok_or_else(|| answer.invalid("a unit has no `externalCode`"))?;
        Ok(Group {
            parent_id: unit.parent.as_str().map(|parent| kind.id_of(parent)),
            ..Group::new(*kind, kind.id_of(code), unit.name().unwrap_or(code))
        })
    });
    let groups = groups.collect::<Result<_>>()?;
    Ok(GroupPage::of(groups).next(lists.after(lists.at.after(next.as_deref())?, kinds.len())))
}
