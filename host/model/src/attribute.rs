//! The attributes of a worker, by name: one table that says where each lies in
//! a [`Worker`], how sensitive it is, and what its values are.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Unit, Value, Worker};

/// How careful one has to be with an attribute (R77, C13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// What an account cannot do without: names, e-mail, status.
    Basic,
    /// What concerns the work.
    Work,
    /// What concerns the person, or pay.
    Sensitive,
}

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    Text,
    Number,
    Boolean,
    /// A day, or a day with a time.
    Date,
    Texts,
    /// The customer's own: whatever came.
    Any,
}

macro_rules! attributes {
    ($($variant:ident $name:literal $class:ident $kind:ident |$worker:ident| $take:expr;)*) => {
        /// An attribute of a worker.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Attribute {
            $($variant,)*
            /// `custom.<name>`: whatever the provider has beyond the fields.
            Custom(String),
        }

        impl Attribute {
            /// Every attribute that has a field, in the order of the contract.
            pub const FIELDS: &[Attribute] = &[$(Attribute::$variant,)*];

            /// By its name in settings.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => match name.strip_prefix("custom.") {
                        Some(custom) if !custom.is_empty() => Some(Self::Custom(custom.to_owned())),
                        _ => None,
                    },
                }
            }

            pub fn class(&self) -> Sensitivity {
                match self {
                    $(Self::$variant => Sensitivity::$class,)*
                    Self::Custom(_) => Sensitivity::Work,
                }
            }

            /// What its values are, where there are any.
            pub fn kind(&self) -> ValueKind {
                match self {
                    $(Self::$variant => ValueKind::$kind,)*
                    Self::Custom(_) => ValueKind::Any,
                }
            }

            /// Takes the value out of a worker, which is done with it after that.
            pub fn take(&self, worker: &mut Worker) -> Option<Value> {
                match self {
                    $(Self::$variant => { let $worker = worker; $take })*
                    Self::Custom(name) => {
                        let at = worker.custom.iter().position(|custom| custom.name == *name)?;
                        Some(worker.custom.swap_remove(at).value)
                    }
                }
            }
        }

        impl fmt::Display for Attribute {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant => f.write_str($name),)*
                    Self::Custom(name) => write!(f, "custom.{name}"),
                }
            }
        }
    };
}

attributes! {
    Id "id" Basic Text |w| Some(Value::Text(w.id.0.clone()));
    Status "status" Basic Text |w| Some(Value::Text(w.status.as_str().to_owned()));
    UserName "user_name" Basic Text |w| text(&mut w.user_name);
    GivenName "given_name" Basic Text |w| text(&mut w.name.given);
    MiddleName "middle_name" Basic Text |w| text(&mut w.name.middle);
    FamilyName "family_name" Basic Text |w| text(&mut w.name.family);
    DisplayName "display_name" Basic Text |w| text(&mut w.name.display);
    PreferredName "preferred_name" Basic Text |w| text(&mut w.name.preferred);
    HonorificPrefix "honorific_prefix" Work Text |w| text(&mut w.name.honorific_prefix);
    HonorificSuffix "honorific_suffix" Work Text |w| text(&mut w.name.honorific_suffix);
    WorkEmail "work_email" Basic Text |w| text(&mut w.contact.work_email);
    PersonalEmail "personal_email" Sensitive Text |w| text(&mut w.contact.personal_email);
    WorkPhone "work_phone" Work Text |w| text(&mut w.contact.work_phone);
    MobilePhone "mobile_phone" Sensitive Text |w| text(&mut w.contact.mobile_phone);
    PreferredLanguage "preferred_language" Basic Text |w| text(&mut w.contact.preferred_language);
    Locale "locale" Basic Text |w| text(&mut w.contact.locale);
    Timezone "timezone" Basic Text |w| text(&mut w.contact.timezone);
    EmployeeNumber "employee_number" Work Text |w| text(&mut w.employment.employee_number);
    Title "title" Work Text |w| text(&mut w.employment.title);
    EmploymentType "employment_type" Work Text |w| text(&mut w.employment.employment_type);
    WorkerType "worker_type" Work Text |w| text(&mut w.employment.worker_type);
    Grade "grade" Sensitive Text |w| text(&mut w.employment.grade);
    Fte "fte" Sensitive Number |w| w.employment.fte.take().map(Value::Number);
    StartDate "start_date" Work Date |w| date(&mut w.employment.start_date);
    EndDate "end_date" Work Date |w| date(&mut w.employment.end_date);
    ManagerId "manager_id" Work Text |w| text(&mut w.employment.manager_id);
    IsManager "is_manager" Work Boolean |w| w.employment.is_manager.take().map(Value::Boolean);
    Company "company" Work Text |w| unit_name(&mut w.organization.company);
    CompanyId "company_id" Work Text |w| unit_id(&mut w.organization.company);
    BusinessUnit "business_unit" Work Text |w| unit_name(&mut w.organization.business_unit);
    BusinessUnitId "business_unit_id" Work Text |w| unit_id(&mut w.organization.business_unit);
    Division "division" Work Text |w| unit_name(&mut w.organization.division);
    DivisionId "division_id" Work Text |w| unit_id(&mut w.organization.division);
    Department "department" Work Text |w| unit_name(&mut w.organization.department);
    DepartmentId "department_id" Work Text |w| unit_id(&mut w.organization.department);
    CostCenter "cost_center" Work Text |w| unit_name(&mut w.organization.cost_center);
    CostCenterId "cost_center_id" Work Text |w| unit_id(&mut w.organization.cost_center);
    Location "location" Work Text |w| unit_name(&mut w.organization.location);
    LocationId "location_id" Work Text |w| unit_id(&mut w.organization.location);
    OrgUnit "org_unit" Work Text |w| unit_name(&mut w.organization.org_unit);
    OrgUnitId "org_unit_id" Work Text |w| unit_id(&mut w.organization.org_unit);
    Teams "teams" Work Texts |w| texts(w.organization.teams.iter_mut().filter_map(|team| team.name.take()));
    TeamIds "team_ids" Work Texts |w| texts(w.organization.teams.iter_mut().filter_map(|team| team.id.take()));
    Street "work_address.street" Work Text |w| w.address.as_mut().and_then(|a| text(&mut a.street));
    Locality "work_address.locality" Work Text |w| w.address.as_mut().and_then(|a| text(&mut a.locality));
    Region "work_address.region" Work Text |w| w.address.as_mut().and_then(|a| text(&mut a.region));
    PostalCode "work_address.postal_code" Work Text |w| w.address.as_mut().and_then(|a| text(&mut a.postal_code));
    Country "work_address.country" Basic Text |w| w.address.as_mut().and_then(|a| text(&mut a.country));
    CreatedAt "created_at" Work Date |w| text(&mut w.created_at);
    UpdatedAt "updated_at" Work Date |w| text(&mut w.updated_at);
}

fn text(field: &mut Option<String>) -> Option<Value> {
    field.take().map(Value::Text)
}

fn date(field: &mut Option<String>) -> Option<Value> {
    field.take().map(Value::Date)
}

fn unit_name(unit: &mut Option<Unit>) -> Option<Value> {
    unit.as_mut()?.name.take().map(Value::Text)
}

fn unit_id(unit: &mut Option<Unit>) -> Option<Value> {
    unit.as_mut()?.id.take().map(Value::Text)
}

fn texts(all: impl Iterator<Item = String>) -> Option<Value> {
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then_some(Value::Texts(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_attribute_gives_is_of_the_kind_that_the_table_says() {
        let worker: Worker = serde_json::from_value(serde_json::json!({
            "id": "1", "status": "active",
            "employment": {"fte": 0.5, "is_manager": true, "start_date": "2026-03-01", "title": "Nurse"},
            "organization": {"teams": [{"id": "t", "name": "Team"}]},
        }))
        .expect("a worker");
        for attribute in Attribute::FIELDS {
            let Some(value) = attribute.take(&mut worker.clone()) else { continue };
            let kind = match value {
                Value::Text(_) => ValueKind::Text,
                Value::Number(_) => ValueKind::Number,
                Value::Boolean(_) => ValueKind::Boolean,
                Value::Date(_) => ValueKind::Date,
                Value::Texts(_) => ValueKind::Texts,
            };
            assert_eq!(attribute.kind(), kind, "{attribute}");
        }
    }

    #[test]
    fn every_field_is_found_by_the_name_it_prints() {
        for attribute in Attribute::FIELDS {
            assert_eq!(Attribute::parse(&attribute.to_string()).as_ref(), Some(attribute));
        }
        assert_eq!(Attribute::parse("custom.badge"), Some(Attribute::Custom("badge".into())));
        assert_eq!(Attribute::parse("custom."), None);
        assert_eq!(Attribute::parse("salary"), None);
    }
}
