//! What is asked about users.

use rollcall_sdk::prelude::*;

use crate::user::{ACCOUNT, EXTENSION, SYNCED, User};
use crate::{Page, get};

/// The properties of a user, and the attributes that are made of each; those
/// without attributes are always asked for.
const PROPERTIES: [(&str, &[&str]); 33] = [
    ("accountEnabled", &[]),
    ("id", &[]),
    ("userPrincipalName", &[]),
    ("mail", &["work_email"]),
    ("otherMails", &["personal_email"]),
    ("proxyAddresses", &["work_email"]),
    ("displayName", &["display_name"]),
    ("givenName", &["given_name"]),
    ("surname", &["family_name"]),
    ("jobTitle", &["title"]),
    ("department", &["department"]),
    ("companyName", &["company"]),
    ("officeLocation", &["location"]),
    ("employeeId", &["employee_number"]),
    ("employeeType", &["employment_type"]),
    ("employeeHireDate", &[]),
    ("employeeOrgData", &["division", "cost_center"]),
    ("userType", &[]),
    ("externalUserState", &[]),
    ("createdDateTime", &["created_at"]),
    ("businessPhones", &["work_phone"]),
    ("mobilePhone", &["mobile_phone"]),
    ("streetAddress", &["work_address.street"]),
    ("city", &["work_address.locality"]),
    ("state", &["work_address.region"]),
    ("postalCode", &["work_address.postal_code"]),
    ("country", &["work_address.country"]),
    ("usageLocation", &["work_address.country"]),
    ("preferredLanguage", &["preferred_language"]),
    (LEAVE_DATE, &[]),
    ("onPremisesExtensionAttributes", &["custom.extensionAttribute*"]),
    (ACCOUNT, &["custom.onPremisesSamAccountName"]),
    (SYNCED, &["custom.onPremisesSyncEnabled"]),
];

/// Has a permission of its own, without which the whole request fails.
const LEAVE_DATE: &str = "employeeLeaveDateTime";

/// A delta link goes on asking what it was made for, so a checkpoint serves only
/// those whose question is still the same.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    select: String,
    pub manager: bool,
    guests: bool,
    date_offset: String,
    /// Whether `$expand` had to go without nested options.
    #[serde(default)]
    pub plain: bool,
}

impl Question {
    pub fn of(cx: &Context) -> Result<Self> {
        Ok(Self {
            select: select(cx)?,
            manager: cx.wants("manager_id"),
            guests: cx.setting("include_guests").boolean(false)?,
            date_offset: cx.setting("date_offset_hours").or("0").to_owned(),
            plain: false,
        })
    }

    /// The question as parameters of a request.
    pub fn on<'a>(&self, call: Call<'a>) -> Call<'a> {
        let manager = if self.plain { "manager" } else { "manager($select=id)" };
        call.query("$select", &self.select).query_if("$expand", self.manager.then_some(manager))
    }

    /// The first page. The nested form of `$expand` keeps the rest of every
    /// manager out of the answer; where it is refused, plain will do.
    pub fn first_page(&mut self, cx: &Context, limit: u32) -> Result<Answer> {
        let members = (!self.guests).then_some("userType eq 'Member'");
        let call = |question: &Self| {
            let call = get(cx, "/users", "users page")?.query("$top", limit).query_if("$filter", members);
            Ok(question.on(call))
        };
        if self.manager {
            if let Some(answer) = call(self)?.send_unless(&[400])? {
                return Ok(answer);
            }
            self.plain = true;
        }
        call(self)?.send()
    }

    /// The delta link of this moment, without any users. A directory that has
    /// none is read in full each time.
    pub fn latest(&self, cx: &Context) -> Result<Option<String>> {
        let manager = if self.manager { ",manager" } else { "" };
        let call = get(cx, "/users/delta", "beginning of changes")?.query("$deltatoken", "latest");
        let call = call.query("$select", format_args!("{}{manager}", self.select));
        let link = match call.send_unless(&[400, 404, 410, 501])? {
            Some(answer) => answer.json::<Page<User>>()?.delta.take(),
            None => None,
        };
        if link.is_none() {
            warn!("the directory offers no changes of users");
        }
        Ok(link)
    }
}

/// What to ask for: without `$select` a user has neither status nor department.
/// An extension cannot be asked for but by its name, so it has to be wanted.
fn select(cx: &Context) -> Result<String> {
    let leave_date = cx.setting("read_leave_date").boolean(false)?;
    let properties = cx.fields_of(&PROPERTIES).filter(|property| leave_date || *property != LEAVE_DATE);
    let custom = cx.run().wanted_attributes.iter().filter_map(|wanted| wanted.strip_prefix("custom."));
    let extensions = custom.filter(|name| name.starts_with(EXTENSION));
    Ok(properties.chain(extensions).collect::<Vec<_>>().join(","))
}
