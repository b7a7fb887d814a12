//! The attributes of this organisation's users. Each user type has a schema.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::get;
use crate::user::FIELDS;

pub const SCHEMAS: &str = "/api/v1/meta/schemas/user/";

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct UserType<'a> {
        pub id: Text<'a>,
        pub name: Text<'a>,
        pub display_name: Text<'a>,
        #[serde(rename = "_links")]
        links: Links<'a>,
    }
    struct Links<'a> { schema: Link<'a> }
    struct Link<'a> { href: Text<'a> }

    struct Schema<'a> { definitions: Definitions<'a> }
    struct Definitions<'a> { base: Part<'a>, custom: Part<'a> }
    struct Part<'a> { properties: BTreeMap<String, Property<'a>> }
    struct Property<'a> { title: Text<'a>, r#type: Text<'a>, r#enum: List<Text<'a>>, items: Items<'a> }
    /// Of an attribute with several values.
    struct Items<'a> { r#enum: List<Text<'a>> }
}

impl UserType<'_> {
    /// All of them; `None` where they are not readable, which nobody needs to
    /// fail for.
    pub fn all(cx: &Context) -> Result<Option<Answer>> {
        let answer = get(cx, "/api/v1/meta/types/user", "user types")?.send_unless(&[403, 404])?;
        if answer.is_none() {
            warn!("the user types are not readable: okta.userTypes.read is missing");
        }
        Ok(answer)
    }
}

pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let mut schemas: Vec<String> = Vec::new();
    if let Some(answer) = UserType::all(cx)? {
        for one in answer.json::<Vec<UserType>>()? {
            schemas.extend(
                one.links.schema.href.as_str().and_then(|link| link.rsplit('/').next()).map(str::to_owned),
            );
        }
    }
    if schemas.is_empty() {
        schemas.push("default".to_owned());
    }
    let calls = schemas.iter().map(|id| get(cx, &format!("{SCHEMAS}{}", segment(id)), "schema of users"));
    let mut found = BTreeMap::new();
    for answer in cx.fetch_all(calls.collect::<Result<_>>()?) {
        let answer = match answer {
            Err(Failure::PermissionMissing(_)) => {
                warn!("the schemas are not readable: okta.schemas.read is missing");
                return Ok(Vec::new());
            }
            answer => answer?,
        };
        let Definitions { base, custom } = answer.json::<Schema>()?.definitions;
        let own = base.properties.into_iter().chain(custom.properties);
        for (name, property) in own.filter(|(name, _)| !FIELDS.contains(&name.as_str())) {
            found.entry(name.clone()).or_insert_with(|| property.definition(name));
        }
    }
    Ok(found.into_values().collect())
}

/// A sentence for each attribute that a setting names and nobody can have.
pub fn doubts(cx: &Context) -> Result<Vec<String>> {
    let keys = ["start_date_attribute", "end_date_attribute"];
    let named: Vec<&str> = keys.into_iter().filter_map(|key| cx.setting(key).optional()).collect();
    let known = if named.is_empty() { Vec::new() } else { discover(cx)? };
    // Without any the schemas are not readable, which is in the log.
    let is_unknown = |name: &&str| !known.is_empty() && known.iter().all(|one| one.name != *name);
    let unknown = named.into_iter().filter(is_unknown);
    Ok(unknown.map(|name| format!("No user has an attribute `{name}`: nobody has a day by it.")).collect())
}

impl Property<'_> {
    fn definition(self, name: String) -> AttributeDefinition {
        let kind = match self.r#type.as_str() {
            Some("boolean") => AttributeKind::Boolean,
            Some("number" | "integer") => AttributeKind::Number,
            Some("array") => AttributeKind::Texts,
            _ => AttributeKind::Text,
        };
        let label = self.title.take().unwrap_or_else(|| name.clone());
        AttributeDefinition {
            label,
            kind,
            options: self.r#enum.into_iter().chain(self.items.r#enum).filter_map(Text::take).collect(),
            name,
        }
    }
}
