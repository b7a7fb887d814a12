//! A user of the directory, as Graph has it.

use std::borrow::Cow;

use rollcall_sdk::json::{Fill, Slot};
use rollcall_sdk::prelude::*;

use crate::Object;

/// Read as custom attributes.
pub const ACCOUNT: &str = "onPremisesSamAccountName";
pub const SYNCED: &str = "onPremisesSyncEnabled";

/// How directory extensions begin: `extension_{application}_{name}`.
pub const EXTENSION: &str = "extension_";

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct User<'a> {
        pub id: Text<'a>,
        pub user_principal_name: Text<'a>,
        pub mail: Text<'a>,
        pub other_mails: List<Text<'a>>,
        pub proxy_addresses: List<Text<'a>>,
        pub display_name: Text<'a>,
        pub given_name: Text<'a>,
        pub surname: Text<'a>,
        pub job_title: Text<'a>,
        pub department: Text<'a>,
        pub company_name: Text<'a>,
        pub office_location: Text<'a>,
        pub employee_id: Text<'a>,
        pub employee_type: Text<'a>,
        pub employee_hire_date: Text<'a>,
        pub employee_leave_date_time: Text<'a>,
        pub employee_org_data: OrgData<'a>,
        pub user_type: Text<'a>,
        pub external_user_state: Text<'a>,
        pub created_date_time: Text<'a>,
        pub business_phones: List<Text<'a>>,
        pub mobile_phone: Text<'a>,
        pub street_address: Text<'a>,
        pub city: Text<'a>,
        pub state: Text<'a>,
        pub postal_code: Text<'a>,
        pub country: Text<'a>,
        pub usage_location: Text<'a>,
        pub preferred_language: Text<'a>,
        pub on_premises_extension_attributes: Fields<'a>,
        pub manager: Object<'a>,
        #[serde(rename = "manager@delta")]
        pub manager_changes: Option<Vec<Object<'a>>>;
        ..pub rest: Rest<'a>
    }

    #[serde(rename_all = "camelCase")]
    pub struct OrgData<'a> { pub division: Text<'a>, pub cost_center: Text<'a> }
}

/// What tells something by being there at all, and the custom attributes.
#[derive(Default)]
pub struct Rest<'a> {
    /// `None`: the property was not sent, which is not the same as null.
    pub enabled: Option<Flag>,
    /// Whether an item of changes says that the user is gone.
    pub removed: bool,
    custom: Fields<'a>,
}

impl<'de: 'a, 'a> Fill<'de> for Rest<'a> {
    fn expected(&self) -> &'static str {
        "a user"
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        match &**key {
            "accountEnabled" => Slot::Value(self.enabled.insert(Flag::default())),
            ACCOUNT | SYNCED => self.custom.member(key),
            name if name.starts_with(EXTENSION) => self.custom.member(key),
            name => {
                self.removed |= name == "@removed";
                Slot::Skip
            }
        }
    }
}

impl User<'_> {
    /// Whether an item of changes says all that a record needs. One that does
    /// not name the manager may have kept theirs.
    pub fn is_whole(&self, with_manager: bool) -> bool {
        let has_manager = !with_manager || self.manager_changes.is_some();
        let has_names = !self.user_principal_name.is_none() && !self.user_type.is_none();
        self.rest.enabled.is_some() && has_names && has_manager
    }

    /// A manager may be a mere contact, who is no worker.
    pub fn manager_id(&self) -> Option<String> {
        let changed = self.manager_changes.iter().flatten().rfind(|change| change.removed.is_none());
        let manager = changed.unwrap_or(&self.manager);
        manager.is_user().then(|| manager.id.get()).flatten()
    }

    /// The attributes that customers fill: fifteen that came with Exchange, and
    /// those with names.
    pub fn custom(&mut self, cx: &Context) -> Vec<CustomAttribute> {
        let kinds = [&mut self.on_premises_extension_attributes, &mut self.rest.custom];
        kinds
            .into_iter()
            .flat_map(|all| std::mem::take(all).into_custom(|name| cx.wants_custom(name)))
            .collect()
    }
}
