//! The fields of a worker by name, for connectors whose admin says what goes
//! where.

use crate::Worker;

impl Worker {
    /// Puts a text, or a date, into the field that the host calls so: `work_email`,
    /// `department_id`, `work_address.street`. False: no worker has such a text.
    pub fn set_text(&mut self, attribute: &str, text: impl Into<String>) -> bool {
        self.text(attribute).map(|field| *field = Some(text.into())).is_some()
    }

    /// A field that is going to be written.
    fn text(&mut self, attribute: &str) -> Option<&mut Option<String>> {
        let Self { user_name, name, contact, employment, organization, address, .. } = self;
        if let Some(part) = attribute.strip_prefix("work_address.") {
            let address = address.get_or_insert_default();
            return Some(match part {
                "street" => &mut address.street,
                "locality" => &mut address.locality,
                "region" => &mut address.region,
                "postal_code" => &mut address.postal_code,
                "country" => &mut address.country,
                _ => return None,
            });
        }
        let (unit, is_id) = attribute.strip_suffix("_id").map_or((attribute, false), |unit| (unit, true));
        let unit = match unit {
            "company" => Some(&mut organization.company),
            "business_unit" => Some(&mut organization.business_unit),
            "division" => Some(&mut organization.division),
            "department" => Some(&mut organization.department),
            "cost_center" => Some(&mut organization.cost_center),
            "location" => Some(&mut organization.location),
            "org_unit" => Some(&mut organization.org_unit),
            _ => None,
        };
        if let Some(unit) = unit {
            let unit = unit.get_or_insert_default();
            return Some(if is_id { &mut unit.id } else { &mut unit.name });
        }
        Some(match attribute {
            "user_name" => user_name,
            "given_name" => &mut name.given,
            "middle_name" => &mut name.middle,
            "family_name" => &mut name.family,
            "display_name" => &mut name.display,
            "preferred_name" => &mut name.preferred,
            "honorific_prefix" => &mut name.honorific_prefix,
            "honorific_suffix" => &mut name.honorific_suffix,
            "work_email" => &mut contact.work_email,
            "personal_email" => &mut contact.personal_email,
            "work_phone" => &mut contact.work_phone,
            "mobile_phone" => &mut contact.mobile_phone,
            "preferred_language" => &mut contact.preferred_language,
            "locale" => &mut contact.locale,
            "timezone" => &mut contact.timezone,
            "employee_number" => &mut employment.employee_number,
            "title" => &mut employment.title,
            "employment_type" => &mut employment.employment_type,
            "worker_type" => &mut employment.worker_type,
            "grade" => &mut employment.grade,
            "start_date" => &mut employment.start_date,
            "end_date" => &mut employment.end_date,
            "manager_id" => &mut employment.manager_id,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Unit, WorkerStatus};

    #[test]
    fn texts_by_the_names_of_attributes() {
        let mut worker = Worker::new("1", WorkerStatus::Active);
        for attribute in ["work_email", "manager_id", "department", "department_id", "work_address.country"] {
            assert!(worker.set_text(attribute, attribute));
        }
        assert_eq!(worker.contact.work_email.as_deref(), Some("work_email"));
        assert_eq!(worker.employment.manager_id.as_deref(), Some("manager_id"));
        let department = Unit::of(Some("department_id".into()), Some("department".into()));
        assert_eq!(worker.organization.department, department);
        assert_eq!(worker.address.unwrap_or_default().country.as_deref(), Some("work_address.country"));
    }

    #[test]
    fn what_is_no_text() {
        let mut worker = Worker::new("1", WorkerStatus::Active);
        for attribute in ["id", "fte", "teams", "custom.badge", "salary", "work_address.planet", ""] {
            assert!(!worker.set_text(attribute, "x"), "{attribute}");
        }
    }
}
