//! Which fields there are, and which of them are asked for.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::units;

/// A search takes no more.
const MOST_FIELDS: usize = 400;

/// The provider's own fields, and the attributes that are made of each; those
/// without attributes are always asked for.
const FIELDS: [(&str, &[&str]); 32] = [
    ("root.id", &[]),
    ("internal.lifecycleStatus", &[]),
    ("internal.status", &[]),
    ("internal.terminationDate", &[]),
    ("work.startDate", &[]),
    ("root.email", &["user_name", "work_email"]),
    ("root.firstName", &["given_name"]),
    ("root.surname", &["family_name"]),
    ("root.middleName", &["middle_name"]),
    ("root.secondName", &["middle_name"]),
    ("root.displayName", &["display_name"]),
    ("root.fullName", &["display_name"]),
    ("root.creationDateTime", &["created_at"]),
    ("root.creationDate", &["created_at"]),
    ("personal.honorific", &["honorific_prefix"]),
    ("home.privateEmail", &["personal_email"]),
    ("home.mobilePhone", &["mobile_phone"]),
    ("address.country", &["work_address.country"]),
    ("work.title", &["title"]),
    ("work.department", &["department", "department_id"]),
    ("work.site", &["location"]),
    ("work.siteId", &["location_id"]),
    ("work.reportsTo", &["manager_id"]),
    ("work.manager", &["manager_id"]),
    ("work.employeeIdInCompany", &["employee_number"]),
    ("work.isManager", &["is_manager"]),
    ("work.workPhone", &["work_phone"]),
    ("work.workMobile", &["mobile_phone"]),
    ("employment.type", &["employment_type"]),
    ("payroll.employment.type", &["employment_type"]),
    ("employment.contract", &["worker_type"]),
    ("payroll.employment.contract", &["worker_type"]),
];

/// Whether an attribute that is made of this field is made of a field that is seen
/// as well.
pub fn is_said_by_another(field: &str, is_seen: impl Fn(&str) -> bool) -> bool {
    let made_of = FIELDS.iter().find(|(known, _)| *known == field).map_or(&[][..], |(_, made)| *made);
    let mut others = FIELDS.iter().filter(|(other, _)| *other != field && is_seen(other));
    others.any(|(_, made)| made.iter().any(|one| made_of.contains(one)))
}

/// The fields of which custom attributes are made.
pub fn custom(cx: &Context) -> Vec<&str> {
    cx.custom_fields(cx.setting("extra_fields"))
}

/// What a search is asked for.
pub fn wanted(cx: &Context) -> Result<Vec<&str>> {
    let mut all: Vec<&str> = cx.fields_of(&FIELDS).collect();
    for field in units::own(cx).map(|(_, field)| field).chain(custom(cx)) {
        if !all.contains(&field) {
            all.push(field);
        }
    }
    if all.len() > MOST_FIELDS {
        let why =
            format!("names so many fields that a search would have {}, and takes {MOST_FIELDS}", all.len());
        return Err(cx.setting("extra_fields").wrong(&why));
    }
    Ok(all)
}

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct Definition<'a> { id: Text<'a>, name: Text<'a>, r#type: Text<'a>, pub type_data: TypeData<'a> }
    #[serde(rename_all = "camelCase")]
    pub struct TypeData<'a> { pub list_id: Text<'a> }
}

impl Definition<'_> {
    pub fn kind(&self) -> AttributeKind {
        match self.r#type.as_str().unwrap_or_default() {
            "number" => AttributeKind::Number,
            "date" => AttributeKind::Date,
            "boolean" => AttributeKind::Boolean,
            "multi-list" => AttributeKind::Texts,
            _ => AttributeKind::Text,
        }
    }

    /// Whether the value is an item of a list, which people know by its name.
    pub fn is_listed(&self) -> bool {
        !self.type_data.list_id.is_none()
    }
}

/// The definitions of all fields.
pub fn definitions(cx: &Context) -> Result<Answer> {
    let call = cx.get("api", "/v1/company/people/fields").auth("service-user");
    call.header("accept", "application/json").purpose("definitions of fields").send()
}

/// By id.
pub fn by_id(answer: &Answer) -> Result<BTreeMap<String, Definition<'_>>> {
    let all = answer.json::<Vec<Definition>>()?.into_iter();
    Ok(all.filter_map(|one| Some((one.id.get()?, one))).collect())
}

/// Whatever a search can have and a worker has no place for.
pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let answer = definitions(cx)?;
    let own = by_id(&answer)?.into_iter().filter(|(id, _)| FIELDS.iter().all(|(known, _)| known != id));
    let definition = |(name, one): (String, Definition)| {
        let kind = one.kind();
        let label = one.name.take().unwrap_or_else(|| name.clone());
        AttributeDefinition::new(name, label, kind)
    };
    Ok(own.map(definition).collect())
}
