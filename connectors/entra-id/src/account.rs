//! The connection test, and the attributes of this directory.

use rollcall_sdk::prelude::*;

use crate::question::Question;
use crate::{Object, Page, get, groups, slot};

pub fn check(cx: &Context) -> Result<AccountInfo> {
    // Asks for what a read asks for, so that it fails where a read would.
    Question::of(cx)?.first_page(cx, 1)?.json::<Page<Object>>()?;
    let mut info = AccountInfo::default();
    let organization = get(cx, "/organization", "organization")?.query("$select", "id,displayName");
    if let Some(answer) = organization.send_unless(&[403])? {
        if let Some(tenant) = answer.json::<Page<Object>>()?.value.into_iter().next() {
            (info.id, info.name) = (tenant.id.take(), tenant.name.take());
        }
    }
    let mut lacks =
        |what, permission| info.warnings.push(format!("{what} cannot be read: {permission} is missing"));
    match groups::page(cx, &Lists::default(), 1) {
        Err(Failure::PermissionMissing(_)) => lacks("groups and their members", "GroupMember.Read.All"),
        groups => drop(groups?),
    }
    if groups::with_units(cx)? {
        match groups::listed_units(cx, &Token::default()) {
            Err(Failure::PermissionMissing(_)) => {
                lacks("administrative units", "AdministrativeUnit.Read.All");
            }
            units => drop(units?),
        }
    }
    Ok(info)
}

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    struct Extension<'a> {
        name: Text<'a>,
        app_display_name: Text<'a>,
        data_type: Text<'a>,
        is_multi_valued: Flag,
        target_objects: List<Text<'a>>,
    }
}

pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let numbered = (1..=15).map(|number| {
        let (name, label) = (format!("extensionAttribute{number}"), format!("Extension attribute {number}"));
        AttributeDefinition::new(name, label, AttributeKind::Text)
    });
    let fixed = [
        ("onPremisesSamAccountName", "On-premises account name", AttributeKind::Text),
        ("onPremisesSyncEnabled", "Synchronised from on-premises", AttributeKind::Boolean),
    ];
    let fixed = fixed.map(|(name, label, kind)| AttributeDefinition::new(name, label, kind));
    let mut all: Vec<_> = numbered.chain(fixed).collect();
    // A POST that only reads.
    let call = cx.post("graph", "/v1.0/directoryObjects/getAvailableExtensionProperties").auth(slot(cx)?);
    let call = call.purpose("extension attributes").body("application/json", b"{}".to_vec());
    let Some(answer) = call.send_unless(&[403])? else {
        warn!("directory extensions are not listed: Directory.Read.All is missing");
        return Ok(all);
    };
    let page: Page<Extension> = answer.json()?;
    let of_users =
        |extension: &Extension| extension.target_objects.iter().any(|kind| kind.as_str() == Some("User"));
    all.extend(page.value.into_iter().filter(of_users).filter_map(Extension::definition));
    Ok(all)
}

impl Extension<'_> {
    fn definition(self) -> Option<AttributeDefinition> {
        let name = self.name.take()?;
        // `extension_{application without dashes}_{name}`.
        let own = name.splitn(3, '_').nth(2).unwrap_or(&name);
        let label = match self.app_display_name.as_str() {
            Some(app) => format!("{own} ({app})"),
            None => own.to_owned(),
        };
        let kind = match self.data_type.as_str() {
            _ if self.is_multi_valued.or(false) => AttributeKind::Texts,
            Some("Boolean") => AttributeKind::Boolean,
            Some("Integer" | "LargeInteger") => AttributeKind::Number,
            // A `DateTime` is an instant, which has no kind of its own.
            _ => AttributeKind::Text,
        };
        Some(AttributeDefinition::new(name, label, kind))
    }
}
