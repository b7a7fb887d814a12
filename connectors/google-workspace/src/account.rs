//! The connection test, and the attributes of this account.

use rollcall_sdk::json;
use rollcall_sdk::prelude::*;

use crate::user::{PRONOUNS, User};
use crate::{Page, customer, directory, groups, of_account, of_customer};

/// The customer gives the name; users are what a read cannot do without, so
/// whatever else is not readable is a warning.
pub fn check(cx: &Context) -> Result<AccountInfo> {
    const TEST: &str = "connection test";
    let ask = |path: &str| directory(cx, path, TEST);
    Page::<User>::of(&of_account(cx, ask("/users")).query("maxResults", 1).send()?)?;
    let mut info = AccountInfo::default();
    match ask(&format!("/customers/{}", segment(customer(cx)))).send() {
        Err(Failure::PermissionMissing(why)) => info.warnings.push(format!("The customer: {why}")),
        answer => {
            let answer = answer?;
            let text = |path: &[&str]| json::text_at(answer.body(), path);
            info.name = text(&["postalAddress", "organizationName"]).or_else(|| text(&["customerDomain"]));
            info.id = text(&["id"]);
        }
    }
    let mut others = vec![("Groups", of_account(cx, ask("/groups")).query("maxResults", 1).send())];
    if groups::has_units(cx)? {
        others.push(("Org units", of_customer(cx, "orgunits", TEST).query("type", "children").send()));
    }
    others.push(("Custom attributes", of_customer(cx, "schemas", TEST).send()));
    if groups::has_buildings(cx)? {
        others.push(("Buildings", groups::buildings(cx, TEST, 1, &Token::default())));
    }
    for (name, answer) in others {
        match answer {
            Err(Failure::PermissionMissing(why)) => info.warnings.push(format!("{name}: {why}")),
            answer => drop(answer?),
        }
    }
    Ok(info)
}

/// The pronouns of a profile, and every field of the customer's own schemas as
/// `SchemaName.fieldName`.
pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let mut all = vec![AttributeDefinition::new(PRONOUNS, "Pronouns", AttributeKind::Text)];
    let answer = match of_customer(cx, "schemas", "custom schemas").send() {
        // Without the right to read schemas the values are not readable
        // either; `check` says so.
        Err(Failure::PermissionMissing(_)) => return Ok(all),
        answer => answer?,
    };
    for schema in Page::<Schema>::of(&answer)?.items {
        let Some(of) = schema.schema_name.as_str() else { continue };
        for field in &schema.fields {
            let Some(name) = field.field_name.as_str() else { continue };
            let label = field.display_name.as_str().unwrap_or(name);
            let label = format!("{}: {label}", schema.display_name.as_str().unwrap_or(of));
            all.push(AttributeDefinition::new(format!("{of}.{name}"), label, field.kind()));
        }
    }
    Ok(all)
}

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    struct Schema<'a> { schema_name: Text<'a>, display_name: Text<'a>, fields: Vec<SchemaField<'a>> }

    #[serde(rename_all = "camelCase")]
    struct SchemaField<'a> {
        field_name: Text<'a>,
        field_type: Text<'a>,
        display_name: Text<'a>,
        multi_valued: Flag,
    }
}

impl SchemaField<'_> {
    fn kind(&self) -> AttributeKind {
        match self.field_type.as_str() {
            _ if self.multi_valued.or(false) => AttributeKind::Texts,
            Some("DATE") => AttributeKind::Date,
            Some("BOOL") => AttributeKind::Boolean,
            Some("INT64" | "DOUBLE") => AttributeKind::Number,
            _ => AttributeKind::Text,
        }
    }
}
