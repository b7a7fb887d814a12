//! What is asked of users, and what the settings make of it.

use rollcall_sdk::prelude::*;

/// What recognises somebody: of a deleted user there is little more.
const NAMED: &str = "id,primaryEmail,name,isGuestUser";

/// The fields of a user, and the attributes that are made of each; those without
/// attributes are always asked for.
const FIELDS: [(&str, &[&str]); 20] = [
    (NAMED, &[]),
    // What the status hangs on.
    ("suspended", &[]),
    ("archived", &[]),
    ("agreedToTerms", &[]),
    ("lastLoginTime", &[]),
    ("creationTime", &["created_at"]),
    ("externalIds", &["employee_number"]),
    ("relations", &["manager_id"]),
    // Other people's managers may be given by these.
    ("aliases", &["manager_id"]),
    ("nonEditableAliases", &["manager_id"]),
    ("recoveryEmail", &["personal_email"]),
    ("emails", &["personal_email"]),
    ("phones", &["work_phone", "mobile_phone"]),
    ("recoveryPhone", &["mobile_phone"]),
    ("locations", &["location", "location_id"]),
    (
        "organizations",
        &[
            "company",
            "title",
            "department",
            "employment_type",
            "cost_center",
            "fte",
            "location",
            "location_id",
        ],
    ),
    ("addresses", &["work_address.*"]),
    ("languages", &["preferred_language", "locale"]),
    ("orgUnitPath", &["org_unit"]),
    ("gender", &["custom.pronouns"]),
];

/// A partial response: what the host would drop does not even leave Google.
pub fn of(cx: &Context, rules: &Rules, deleted: bool) -> String {
    let custom = rules.needs_custom(cx).then_some("customSchemas");
    let names: Vec<&str> = if deleted { vec![NAMED] } else { cx.fields_of(&FIELDS).chain(custom).collect() };
    format!("kind,nextPageToken,users({})", names.join(","))
}

/// What the settings make of users.
pub struct Rules<'a> {
    pub never_logged_in_is_pending: bool,
    pub start_date: Option<(&'a str, &'a str)>,
    pub end_date: Option<(&'a str, &'a str)>,
}

impl<'a> Rules<'a> {
    pub fn read(cx: &'a Context) -> Result<Self> {
        let field = |key: &'a str| {
            let setting = cx.setting(key);
            let parts =
                |name: &'a str| name.split_once('.').ok_or_else(|| setting.wrong("has to be `Schema.field`"));
            setting.optional().map(parts).transpose()
        };
        Ok(Self {
            never_logged_in_is_pending: cx.setting("never_logged_in_is_pending").boolean(false)?,
            start_date: field("start_date_field")?,
            end_date: field("end_date_field")?,
        })
    }

    /// Whether custom schemas are needed: they come with the full projection.
    pub fn needs_custom(&self, cx: &Context) -> bool {
        cx.wants_any("custom.") || self.start_date.is_some() || self.end_date.is_some()
    }
}
