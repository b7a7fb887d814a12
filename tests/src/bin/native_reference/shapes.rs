//! What the provider sends, typed: 29 properties of each person, borrowed from
//! the page.

use std::borrow::Cow;
use std::fmt;

use clap::ValueEnum;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// Links from page to page, plain properties.
    Graph,
    /// Offsets, each attribute in an object of its own.
    Personio,
}

pub enum Page<'a> {
    Graph(GraphPage<'a>),
    Personio(PersonioPage<'a>),
}

impl Shape {
    pub fn parse(self, body: &[u8]) -> serde_json::Result<Page<'_>> {
        Ok(match self {
            Self::Graph => Page::Graph(serde_json::from_slice(body)?),
            Self::Personio => Page::Personio(serde_json::from_slice(body)?),
        })
    }
}

impl Page<'_> {
    pub fn len(&self) -> usize {
        match self {
            Self::Graph(page) => page.value.len(),
            Self::Personio(page) => page.data.len(),
        }
    }

    pub fn next(&self) -> Option<&str> {
        match self {
            Self::Graph(page) => page.next.as_ref().map(|next| &*next.0),
            Self::Personio(_) => None,
        }
    }

    /// Each person's id and row, encoded into `row`.
    pub fn each(
        &self,
        row: &mut Vec<u8>,
        mut put: impl FnMut(&str, &[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        match self {
            Self::Graph(page) => {
                for user in &page.value {
                    encode(row, user)?;
                    put(&user.id.0, row)?;
                }
            }
            Self::Personio(page) => {
                for employee in &page.data {
                    encode(row, &employee.attributes)?;
                    put(&employee.attributes.id.value.to_string(), row)?;
                }
            }
        }
        Ok(())
    }
}

fn encode(row: &mut Vec<u8>, person: &impl Serialize) -> anyhow::Result<()> {
    row.clear();
    person.serialize(&mut rmp_serde::Serializer::new(row))?;
    Ok(())
}

/// Text that is borrowed unless it has escapes. `Option<Cow<str>>` would always
/// be a copy.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or a number")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
        }
        from.deserialize_any(Any)
    }
}

/// What [`User`] is asked for.
pub const GRAPH_SELECT: &str = "accountEnabled,id,userPrincipalName,mail,otherMails,proxyAddresses,\
    displayName,givenName,surname,jobTitle,department,companyName,officeLocation,employeeId,employeeType,\
    employeeHireDate,employeeOrgData,userType,externalUserState,createdDateTime,businessPhones,mobilePhone,\
    streetAddress,city,state,postalCode,country,usageLocation,preferredLanguage";

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub struct GraphPage<'a> {
    #[serde(rename = "@odata.nextLink")]
    next: Option<Text<'a>>,
    value: Vec<User<'a>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all(deserialize = "camelCase"), bound(deserialize = "'de: 'a"))]
struct User<'a> {
    id: Text<'a>,
    user_principal_name: Option<Text<'a>>,
    mail: Option<Text<'a>>,
    #[serde(default)]
    other_mails: Vec<Text<'a>>,
    #[serde(default)]
    proxy_addresses: Vec<Text<'a>>,
    display_name: Option<Text<'a>>,
    given_name: Option<Text<'a>>,
    surname: Option<Text<'a>>,
    job_title: Option<Text<'a>>,
    department: Option<Text<'a>>,
    company_name: Option<Text<'a>>,
    office_location: Option<Text<'a>>,
    employee_id: Option<Text<'a>>,
    employee_type: Option<Text<'a>>,
    employee_hire_date: Option<Text<'a>>,
    employee_org_data: Option<OrgData<'a>>,
    account_enabled: Option<bool>,
    user_type: Option<Text<'a>>,
    external_user_state: Option<Text<'a>>,
    created_date_time: Option<Text<'a>>,
    #[serde(default)]
    business_phones: Vec<Text<'a>>,
    mobile_phone: Option<Text<'a>>,
    street_address: Option<Text<'a>>,
    city: Option<Text<'a>>,
    state: Option<Text<'a>>,
    postal_code: Option<Text<'a>>,
    country: Option<Text<'a>>,
    usage_location: Option<Text<'a>>,
    preferred_language: Option<Text<'a>>,
    manager: Option<Reference<'a>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all(deserialize = "camelCase"), bound(deserialize = "'de: 'a"))]
struct OrgData<'a> {
    cost_center: Option<Text<'a>>,
    division: Option<Text<'a>>,
}

#[derive(Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Reference<'a> {
    id: Text<'a>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub struct PersonioPage<'a> {
    data: Vec<Employee<'a>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Employee<'a> {
    attributes: Attributes<'a>,
}

/// An attribute: its value, without label and type.
#[derive(Deserialize, Serialize)]
struct Wrapped<T> {
    value: T,
}

type Maybe<T> = Option<Wrapped<Option<T>>>;

#[derive(Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Attributes<'a> {
    id: Wrapped<u64>,
    first_name: Maybe<Text<'a>>,
    last_name: Maybe<Text<'a>>,
    preferred_name: Maybe<Text<'a>>,
    email: Maybe<Text<'a>>,
    status: Maybe<Text<'a>>,
    position: Maybe<Text<'a>>,
    supervisor: Maybe<Boss>,
    employment_type: Maybe<Text<'a>>,
    weekly_working_hours: Maybe<Text<'a>>,
    hire_date: Maybe<Text<'a>>,
    contract_end_date: Maybe<Text<'a>>,
    termination_date: Maybe<Text<'a>>,
    termination_type: Maybe<Text<'a>>,
    termination_reason: Maybe<Text<'a>>,
    probation_period_end: Maybe<Text<'a>>,
    last_working_day: Maybe<Text<'a>>,
    created_at: Maybe<Text<'a>>,
    last_modified_at: Maybe<Text<'a>>,
    subcompany: Maybe<Part<'a>>,
    office: Maybe<Part<'a>>,
    department: Maybe<Part<'a>>,
    team: Maybe<Part<'a>>,
    cost_centers: Maybe<Vec<Part<'a>>>,
    holiday_calendar: Maybe<Part<'a>>,
    dynamic_24407: Maybe<Text<'a>>,
    dynamic_24408: Maybe<Text<'a>>,
    dynamic_24409: Maybe<Text<'a>>,
    dynamic_24410: Maybe<Text<'a>>,
}

#[derive(Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Part<'a> {
    attributes: PartAttributes<'a>,
}

#[derive(Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct PartAttributes<'a> {
    id: u64,
    name: Text<'a>,
}

/// The supervisor's number. Old accounts have an empty list instead of nothing.
#[derive(Serialize)]
struct Boss(Option<u64>);

impl<'de> Deserialize<'de> for Boss {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Id {
            id: Wrapped<u64>,
        }
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Boss;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an employee or an empty list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Boss, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Boss(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Boss, A::Error> {
                let mut boss = Boss(None);
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    if key.0 == "attributes" {
                        boss = Boss(Some(map.next_value::<Id>()?.id.value));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(boss)
            }
        }
        from.deserialize_any(Any)
    }
}
