//! A person as a provider has them. The fields are those of `wit/v1/types.wit`,
//! which documents each.

use serde::{Deserialize, Serialize};

use crate::{SourceId, Value};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worker {
    pub id: SourceId,
    pub status: WorkerStatus,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_name: Option<String>,
    #[serde(skip_serializing_if = "is_default", default)]
    pub name: Name,
    #[serde(skip_serializing_if = "is_default", default)]
    pub contact: Contact,
    #[serde(skip_serializing_if = "is_default", default)]
    pub employment: Employment,
    #[serde(skip_serializing_if = "is_default", default)]
    pub organization: Organization,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<Address>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub custom: Vec<CustomAttribute>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub updated_at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkerStatus {
    Active,
    Pending,
    OnLeave,
    Inactive,
    Terminated,
}

impl WorkerStatus {
    /// As settings and output spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::OnLeave => "on-leave",
            Self::Inactive => "inactive",
            Self::Terminated => "terminated",
        }
    }

    /// Whether the provider says that this person no longer works here.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Inactive | Self::Terminated)
    }
}

macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $(#[serde(skip_serializing_if = "Option::is_none", default)] pub $field: Option<String>,)*
        }
    };
}

texts!(Name { given, middle, family, display, preferred, honorific_prefix, honorific_suffix });
texts!(Contact {
    work_email,
    personal_email,
    work_phone,
    mobile_phone,
    preferred_language,
    locale,
    timezone,
});
texts!(
    /// A unit of the company. At least one of the two is there.
    Unit { id, name }
);
texts!(Address { street, locality, region, postal_code, country });

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Employment {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fte: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_manager: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Organization {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_center: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_unit: Option<Unit>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Unit>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomAttribute {
    pub name: String,
    pub value: Value,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
