//! The list of custom attributes: what `/Schemas` defines, and what people show.

use rollcall_sdk::prelude::*;

use crate::custom::{self, CORE, is_member, is_private, named};
use crate::json::Json;
use crate::list::{self, At};
use crate::server;
use crate::user::User;

/// So many people are looked at.
const SHOWN: u32 = 50;

/// Not every server defines what it sends, so that the first people are asked
/// too.
pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let mut all = Vec::from(CORE.map(|(name, label, kind)| AttributeDefinition::new(name, label, kind)));
    all.extend(server::document(cx, "/Schemas", defined)?.unwrap_or_default());
    let at = At::start(cx, true)?;
    let at = At { count: at.count.min(SHOWN), ..at };
    list::page(cx, at, None, &mut |_, row| {
        all.extend(custom::attributes(cx, &User::of(row)).into_iter().map(shown))
    })?;
    let mut distinct: Vec<AttributeDefinition> = Vec::new();
    for definition in all {
        if distinct.iter().all(|other| other.name != definition.name) {
            distinct.push(definition);
        }
    }
    Ok(distinct)
}

fn shown(custom: CustomAttribute) -> AttributeDefinition {
    let kind = match custom.value {
        Value::Text(_) => AttributeKind::Text,
        Value::Number(_) => AttributeKind::Number,
        Value::Boolean(_) => AttributeKind::Boolean,
        Value::Date(_) => AttributeKind::Date,
        Value::Texts(_) => AttributeKind::Texts,
    };
    AttributeDefinition::new(custom.name.clone(), custom.name, kind)
}

/// The attributes of all extensions but those of groups.
fn defined(schemas: &Json) -> Vec<AttributeDefinition> {
    let mut all = Vec::new();
    for schema in server::rows(schemas) {
        let Some(urn) = schema.get("id").text() else { continue };
        let lower = urn.to_ascii_lowercase();
        if lower.contains(":schemas:core:") || lower.ends_with(":group") {
            continue;
        }
        for attribute in schema.get("attributes").items() {
            let member = attribute.get("name").text().filter(|name| is_member(&urn, name));
            let Some(name) = member.map(|member| named(&urn, &member)) else { continue };
            let below = attribute.get("subAttributes").items();
            if has_several(attribute) || below.is_empty() {
                all.extend(definition(attribute, name));
                continue;
            }
            all.extend(below.iter().filter_map(|sub| {
                let own = sub.get("name").text().filter(|own| !is_private(own))?;
                definition(sub, format!("{name}.{own}"))
            }));
        }
    }
    all
}

fn has_several(attribute: &Json) -> bool {
    attribute.get("multiValued").flag() == Some(true)
}

/// A definition, unless nobody gets to see the attribute.
fn definition(attribute: &Json, name: String) -> Option<AttributeDefinition> {
    if attribute.get("returned").is("never") || attribute.get("type").is("binary") {
        return None;
    }
    let kind = match attribute.get("type").text().unwrap_or_default().as_str() {
        _ if has_several(attribute) => AttributeKind::Texts,
        "boolean" => AttributeKind::Boolean,
        "decimal" | "integer" => AttributeKind::Number,
        "dateTime" => AttributeKind::Date,
        _ => AttributeKind::Text,
    };
    let options = attribute.get("canonicalValues").items().iter().filter_map(Json::text).collect();
    let label = attribute.get("name").text().unwrap_or_else(|| name.clone());
    Some(AttributeDefinition { options, ..AttributeDefinition::new(name, label, kind) })
}
