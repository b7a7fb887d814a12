//! The connection test, and the fields that the customer added.

use rollcall_sdk::prelude::*;
use rollcall_sdk::xml::Element;

use crate::odata::{completed, get, page, slot};
use crate::person::Person;
use crate::query::{At, Query};
use crate::units::FoundUnit;
use crate::user::User;
use crate::{people, units, user, users_only};

pub fn check(cx: &Context) -> Result<AccountInfo> {
    let id = cx.setting("company_id").optional().map(str::to_owned);
    let mut info = AccountInfo { id, ..AccountInfo::default() };
    if slot(cx)? == "basic" {
        info.warnings.push("SAP is giving up basic authentication: choose oauth_saml in time".into());
    }
    // Asks for what a read asks for, so that it fails where a read would.
    let first = |query| At::first(cx).send(cx, Query { size: Some(1), ..query }, "connection test");
    if users_only(cx)? {
        page::<User>(&first(user::query(cx)?)?)?;
    } else {
        page::<Person>(&first(people::query(cx, false, people::expand(cx))?)?)?;
    }
    let kinds = units::grouped(cx)?;
    let mut calls = Vec::new();
    for kind in &kinds {
        calls.push(get(cx, kind.entity, "groups test")?.query("$select", "externalCode").query("$top", 1));
    }
    for (kind, answer) in kinds.iter().zip(cx.fetch_all(calls)) {
        let (entity, word) = (kind.entity, kind.word);
        match answer {
            Err(Failure::PermissionMissing(_)) => info
                .warnings
                .push(format!("{entity} cannot be read: grant it, or leave `{word}` out of the groups")),
            Err(Failure::Upstream(404)) => info.warnings.push(format!("this company has no {entity}")),
            answer => drop(page::<FoundUnit>(&answer?)?),
        }
    }
    Ok(info)
}

/// Entities with fields of the customer's.
const ENTITIES: [&str; 4] = ["PerPersonal", "EmpEmployment", "EmpJob", "User"];

pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let (mut all, entities) = if users_only(cx)? {
        (Vec::new(), vec!["User"])
    } else {
        let label = "Permanent id of the person (UUID)";
        let uuid = AttributeDefinition::new("perPersonUuid", label, AttributeKind::Text);
        (vec![uuid], ENTITIES.to_vec())
    };
    let mut calls = Vec::new();
    for entity in &entities {
        // Always XML.
        let call = cx.get("api", format!("/odata/v2/{entity}/$metadata"));
        calls.push(completed(cx, call, "definitions of fields")?);
    }
    for (entity, answer) in entities.iter().zip(cx.fetch_all(calls)) {
        match answer {
            Err(Failure::PermissionMissing(_) | Failure::Upstream(404)) => {
                warn!("the definitions of {entity} are not readable: none of its fields is known");
            }
            answer => definitions(entity, &answer?, &mut all)?,
        }
    }
    Ok(all)
}

/// The visible fields of an entity whose names begin as those of customers do.
/// The document has the entities that this one leads to as well.
fn definitions(entity: &str, answer: &Answer, to: &mut Vec<AttributeDefinition>) -> Result<()> {
    let document = answer.xml()?;
    let services = document.root().at("DataServices");
    if services.is_none() {
        return Err(answer.invalid("the answer is no document of definitions"));
    }
    let fields = services.all(&format!("Schema/EntityType[@Name='{entity}']/Property"));
    to.extend(fields.into_iter().filter_map(|field| definition(entity, field)));
    Ok(())
}

fn definition(entity: &str, field: Element) -> Option<AttributeDefinition> {
    let name = field.text("@Name").take().filter(|name| name.starts_with("custom"))?;
    if field.flag("@visible").get() == Some(false) {
        return None;
    }
    let kind = match field.text("@Type").as_str() {
        Some("Edm.DateTime" | "Edm.DateTimeOffset") => AttributeKind::Date,
        Some("Edm.Int64" | "Edm.Int32" | "Edm.Decimal" | "Edm.Double") => AttributeKind::Number,
        Some("Edm.Boolean") => AttributeKind::Boolean,
        _ => AttributeKind::Text,
    };
    let label = field.text("@label").take().unwrap_or_else(|| name.clone());
    Some(AttributeDefinition::new(format!("{entity}.{name}"), label, kind))
}
