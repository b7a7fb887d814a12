//! A user of the directory: its properties, and how a page of them is read.

use std::fmt;

use rollcall_sdk::json;
use rollcall_sdk::prelude::*;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::Object;

/// Makes a struct of the properties of a user, the list of what each is read
/// for, and one pass over a page that also keeps the directory extensions,
/// whose names are the customer's. Derived code could keep those only with
/// `flatten`, which copies everything first.
macro_rules! user {
    ($($property:literal $field:ident: $kind:ty, $attributes:literal;)*) => {
        /// Property, and the attributes that need it; none: always asked for.
        const PROPERTIES: &[(&str, &str)] = &[$(($property, $attributes),)*];

        #[derive(Default)]
        pub struct User<'a> {
            $(pub $field: $kind,)*
            /// `None` is a property that was not sent, which is not the same
            /// as one that is null.
            pub enabled: Option<Flag>,
            pub manager: Option<Object<'a>>,
            pub manager_changes: Option<Vec<Object<'a>>>,
            pub removed: bool,
            pub custom: Vec<(Text<'a>, Scalar<'a>)>,
        }

        impl<'de: 'a, 'a> Deserialize<'de> for User<'a> {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> Visitor<'de> for Fields {
                    type Value = User<'de>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a user")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let mut user = User::default();
                        while let Some(key) = map.next_key::<Text<'de>>()? {
                            match key.as_str().unwrap_or_default() {
                                $($property => user.$field = map.next_value()?,)*
                                "accountEnabled" => user.enabled = Some(map.next_value()?),
                                "manager" => user.manager = map.next_value()?,
                                "manager@delta" => user.manager_changes = map.next_value()?,
                                "onPremisesExtensionAttributes" => {
                                    user.custom.extend(map.next_value::<Option<Pairs>>()?.unwrap_or_default().0);
                                }
                                name if is_custom(name) => user.custom.push((key, map.next_value()?)),
                                name => {
                                    user.removed |= name == "@removed";
                                    map.next_value::<json::Ignored>()?;
                                }
                            }
                        }
                        Ok(user)
                    }
                }
                from.deserialize_map(Fields)
            }
        }
    };
}

user! {
    "id" id: Text<'a>, "";
    "userPrincipalName" principal_name: Text<'a>, "";
    "mail" mail: Text<'a>, "work_email";
    "otherMails" other_mails: List<Text<'a>>, "personal_email";
    "proxyAddresses" addresses: List<Text<'a>>, "work_email";
    "displayName" display_name: Text<'a>, "display_name";
    "givenName" given_name: Text<'a>, "given_name";
    "surname" surname: Text<'a>, "family_name";
    "jobTitle" title: Text<'a>, "title";
    "department" department: Text<'a>, "department";
    "companyName" company: Text<'a>, "company";
    "officeLocation" office: Text<'a>, "location";
    "employeeId" employee_id: Text<'a>, "employee_number";
    "employeeType" employee_type: Text<'a>, "employment_type";
    "employeeHireDate" hired: Text<'a>, "";
    "employeeOrgData" org: Option<OrgData<'a>>, "division cost_center";
    "userType" user_type: Text<'a>, "";
    "externalUserState" invitation: Text<'a>, "";
    "createdDateTime" created: Text<'a>, "created_at";
    "businessPhones" phones: List<Text<'a>>, "work_phone";
    "mobilePhone" mobile: Text<'a>, "mobile_phone";
    "streetAddress" street: Text<'a>, "work_address.street";
    "city" city: Text<'a>, "work_address.locality";
    "state" state: Text<'a>, "work_address.region";
    "postalCode" postal_code: Text<'a>, "work_address.postal_code";
    "country" country: Text<'a>, "work_address.country";
    "usageLocation" usage_location: Text<'a>, "work_address.country";
    "preferredLanguage" language: Text<'a>, "preferred_language";
    "employeeLeaveDateTime" left: Text<'a>, "employeeLeaveDateTime";
}

/// Properties that are no fields of a worker, and the attributes that need them.
const CUSTOM: &[(&str, &str)] = &[
    ("onPremisesExtensionAttributes", "custom.extensionAttribute*"),
    ("onPremisesSamAccountName", "custom.onPremisesSamAccountName"),
    ("onPremisesSyncEnabled", "custom.onPremisesSyncEnabled"),
];

/// Directory extensions are named `extension_{application}_{name}`.
fn is_custom(property: &str) -> bool {
    property.starts_with("extension_") || CUSTOM.iter().any(|(known, _)| *known == property)
}

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct OrgData<'a> { pub division: Text<'a>, pub cost_center: Text<'a> }
}

/// `extensionAttribute1` to `15`, of which few are ever set.
#[derive(Default)]
struct Pairs<'a>(Vec<(Text<'a>, Scalar<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("extension attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut set = Vec::new();
                while let Some((name, value)) = map.next_entry::<Text<'de>, Scalar<'de>>()? {
                    if value != Scalar::None {
                        set.push((name, value));
                    }
                }
                Ok(Pairs(set))
            }
        }
        from.deserialize_map(Fields)
    }
}

/// What to ask for. Without `$select` a user has neither status nor department.
/// Asking for a leave date without its permission fails the whole request, and
/// asking for an extension needs its name, so these have to be wanted.
pub fn select(cx: &Context) -> Result<String> {
    let leave_date = cx.setting("read_leave_date").boolean(false)?;
    let wants = |attribute: &str| match attribute {
        "employeeLeaveDateTime" => leave_date,
        attribute => match attribute.strip_suffix('*') {
            Some(prefix) => cx.wants_any(prefix),
            None => cx.wants(attribute),
        },
    };
    let properties = PROPERTIES
        .iter()
        .chain(CUSTOM)
        .filter(|(_, attributes)| attributes.split(' ').any(|a| a.is_empty() || wants(a)));
    let extensions = cx.run().wanted_attributes.iter().filter_map(|wanted| wanted.strip_prefix("custom."));
    let names: Vec<&str> = ["accountEnabled"]
        .into_iter()
        .chain(properties.map(|(property, _)| *property))
        .chain(extensions.filter(|name| name.starts_with("extension_")))
        .collect();
    Ok(names.join(","))
}

impl User<'_> {
    pub fn id(&self) -> Option<String> {
        self.id.get()
    }

    /// Whether an item of changes says all that a record needs. One that does
    /// not name the manager may have kept theirs.
    pub fn is_whole(&self, with_manager: bool) -> bool {
        let has_manager = !with_manager || self.manager_changes.is_some();
        self.enabled.is_some() && !self.principal_name.is_none() && !self.user_type.is_none() && has_manager
    }

    /// A manager may be a mere contact, who is no worker.
    pub fn manager_id(&self) -> Option<String> {
        let changed = self.manager_changes.iter().flatten().rfind(|change| change.removed.is_none());
        let manager = changed.or(self.manager.as_ref())?;
        manager.is_user().then(|| manager.id.get()).flatten()
    }
}
