//! The connection test, and the fields that the customer added.

use rollcall_sdk::json::Ignored;
use rollcall_sdk::prelude::*;
use rollcall_sdk::xml::Element;

use crate::odata::{completed, get, page, slot};
use crate::query::{At, Query};
use crate::{people, units, user, users_only};

pub fn check(cx: &Context) -> Result<AccountInfo> {
    let id = cx.setting("company_id").optional().map(str::to_owned);
    let mut info = AccountInfo { id, ..AccountInfo::default() };
    if slot(cx)? == "basic" {
        info.warnings.push("SAP is giving up basic authentication: choose oauth_saml in time".into());
    }
    // Asks for what a read asks for, so that it fails where a read would.
    let query =
        if users_only(cx)? { user::query(cx)? } else { people::query(cx, false, people::expand(cx))? };
    let answer = At::first(cx).send(cx, Query { size: Some(1), ..query }, "connection test")?;
    page::<Ignored>(&answer)?;
    let kinds = units::grouped(cx)?;
    let test = |kind: &&units::Kind| -> Result<Call> {
        let call = get(cx, kind.entity, "groups test")?;
        Ok(call.query("$select", "externalCode").query("$top", 1))
    };
    let answers = cx.fetch_all(kinds.iter().map(test).collect::<Result<_>>()?);
    for (kind, answer) in kinds.iter().zip(answers) {
        let (entity, word) = (kind.entity, kind.word);
        match answer {
            Err(Failure::PermissionMissing(_)) => info
                .warnings
                .push(format!("{entity} cannot be read: grant it, or leave `{word}` out of the groups")),
            Err(Failure::Upstream(404)) => info.warnings.push(format!("this company has no {entity}")),
            answer => drop(page::<Ignored>(&answer?)?),
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
        let label = "Permanent id of the person (UUID)".to_owned();
        let (name, kind) = ("perPersonUuid".to_owned(), AttributeKind::Text);
        (vec![AttributeDefinition { name, label, kind, options: Vec::new() }], ENTITIES.to_vec())
    };
    let call = |entity: &&'static str| {
        // Always XML.
        completed(cx, cx.get("api", format!("/odata/v2/{entity}/$metadata")), "definitions of fields")
    };
    let answers = cx.fetch_all(entities.iter().map(call).collect::<Result<_>>()?);
    for (entity, answer) in entities.iter().zip(answers) {
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
    Some(AttributeDefinition { name: format!("{entity}.{name}"), label, kind, options: Vec::new() })
}
