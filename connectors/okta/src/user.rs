//! The worker that a user is.

use rollcall_sdk::prelude::*;

use crate::managers::Managers;

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct User<'a> {
        pub id: Text<'a>,
        pub status: Text<'a>,
        created: Text<'a>,
        last_updated: Text<'a>,
        r#type: Reference<'a>,
        pub profile: Fields<'a>,
    }
    struct Reference<'a> { id: Text<'a> }
}

/// Whose password has expired, or who is locked out, still works here.
const STATUS: StatusTable = &[
    ("STAGED", WorkerStatus::Pending),
    ("PROVISIONED", WorkerStatus::Pending),
    ("ACTIVE", WorkerStatus::Active),
    ("RECOVERY", WorkerStatus::Active),
    ("PASSWORD_EXPIRED", WorkerStatus::Active),
    ("LOCKED_OUT", WorkerStatus::Active),
    ("SUSPENDED", WorkerStatus::Inactive),
    ("DEPROVISIONED", WorkerStatus::Terminated),
];

/// The attributes of a profile that are fields of a worker; all others are
/// custom ones.
pub const FIELDS: [&str; 28] = [
    "login",
    "email",
    "secondEmail",
    "firstName",
    "middleName",
    "lastName",
    "displayName",
    "nickName",
    "honorificPrefix",
    "honorificSuffix",
    "title",
    "department",
    "division",
    "organization",
    "costCenter",
    "employeeNumber",
    "managerId",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "primaryPhone",
    "mobilePhone",
    "streetAddress",
    "city",
    "state",
    "zipCode",
    "countryCode",
];

impl User<'_> {
    pub fn worker(
        self,
        cx: &Context,
        answer: &Answer,
        managers: &Managers,
        types: &[(String, String)],
    ) -> Result<Worker> {
        let mut profile = self.profile;
        // Everybody has a login: without a profile nothing is known of anybody.
        if profile.is_empty() {
            return Err(answer.invalid("a user has no `profile`"));
        }
        let id = self.id.take().ok_or_else(|| answer.invalid("a user has no `id`"))?;
        // Okta knows no first and no last day; a customer may.
        let day = |key: &str| cx.setting(key).optional().and_then(|name| Date::parse(profile.text(name)?));
        let (start, end) = (day("start_date_attribute"), day("end_date_attribute"));
        let status = status::lookup_or(STATUS, self.status.as_str(), WorkerStatus::Active);
        let manager_id = managers.of_user(&id, profile.text("managerId"));
        profile.take("managerId");
        let worker_type =
            types.iter().find(|(id, _)| self.r#type.id.as_str() == Some(id)).map(|(_, name)| name.clone());
        let mut take = |name: &str| profile.take(name);
        Ok(Worker {
            user_name: take("login"),
            name: Name {
                given: take("firstName"),
                middle: take("middleName"),
                family: take("lastName"),
                display: take("displayName"),
                preferred: take("nickName"),
                honorific_prefix: take("honorificPrefix"),
                honorific_suffix: take("honorificSuffix"),
            }
            .or_both(),
            contact: Contact {
                work_email: take("email"),
                personal_email: take("secondEmail"),
                work_phone: take("primaryPhone"),
                mobile_phone: take("mobilePhone"),
                preferred_language: take("preferredLanguage"),
                locale: take("locale"),
                timezone: take("timezone"),
            },
            employment: Employment {
                employee_number: take("employeeNumber"),
                title: take("title"),
                employment_type: take("userType"),
                worker_type,
                start_date: start.map(|day| day.to_string()),
                end_date: end.map(|day| day.to_string()),
                manager_id,
                ..Employment::default()
            },
            organization: Organization {
                company: Unit::of(None, take("organization")),
                division: Unit::of(None, take("division")),
                department: Unit::of(None, take("department")),
                cost_center: Unit::of(None, take("costCenter")),
                ..Organization::default()
            },
            address: Address {
                street: take("streetAddress"),
                locality: take("city"),
                region: take("state"),
                postal_code: take("zipCode"),
                country: take("countryCode"),
            }
            .if_any(),
            custom: profile.into_custom(|name| cx.wants_custom(name)),
            created_at: self.created.instant(),
            updated_at: self.last_updated.instant(),
            ..Worker::new(id, status::settle(status, start, end, cx.today()))
        })
    }
}
