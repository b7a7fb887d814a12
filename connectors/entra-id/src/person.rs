//! The worker that a user is.

use rollcall_sdk::Mode;
use rollcall_sdk::prelude::*;

use crate::user::User;

/// What a page of users is read with.
pub struct Reader<'a> {
    cx: &'a Context,
    guests: bool,
    /// Whether Graph was asked for members only: changes know no filter.
    filtered: bool,
    /// From UTC to the clock by which the tenant's dates were written.
    offset_millis: i64,
}

impl<'a> Reader<'a> {
    pub fn of(cx: &'a Context) -> Result<Self> {
        let setting = cx.setting("date_offset_hours");
        let hours = setting.parse::<f64>("a number of hours")?.unwrap_or_default();
        if !(-12.0..=14.0).contains(&hours) {
            return Err(setting.wrong("has to be between -12 and 14"));
        }
        let guests = cx.setting("include_guests").boolean(false)?;
        let filtered = cx.run().mode == Mode::Full && !guests;
        Ok(Self { cx, guests, filtered, offset_millis: (hours * 3_600_000.0) as i64 })
    }

    /// The worker; `None` for those who are not to be read. The status comes
    /// first: where it is missing, so is the kind of user.
    pub fn worker(&self, answer: &Answer, mut user: User) -> Result<Option<Worker>> {
        let status = self.status(answer, &user)?;
        if !self.guests && !self.is_member(answer, &user)? {
            return Ok(None);
        }
        let start_date = self.day(&user.employee_hire_date);
        let end_date = self.day(&user.employee_leave_date_time);
        let manager_id = user.manager_id();
        let custom = user.custom(self.cx);
        let primary = user.proxy_addresses.iter().find_map(|address| address.as_str()?.strip_prefix("SMTP:"));
        let work_email = user.mail.get().or_else(|| primary.map(str::to_owned));
        Ok(Some(Worker {
            user_name: user.user_principal_name.take(),
            name: Name {
                given: user.given_name.take(),
                family: user.surname.take(),
                display: user.display_name.take(),
                ..Name::default()
            },
            contact: Contact {
                work_email,
                personal_email: first(user.other_mails),
                work_phone: first(user.business_phones),
                mobile_phone: user.mobile_phone.take(),
                preferred_language: user.preferred_language.take(),
                ..Contact::default()
            },
            employment: Employment {
                employee_number: user.employee_id.take(),
                title: user.job_title.take(),
                employment_type: user.employee_type.take(),
                worker_type: user.user_type.take(),
                start_date,
                end_date,
                manager_id,
                ..Employment::default()
            },
            organization: Organization {
                company: unit(&user.company_name),
                division: unit(&user.employee_org_data.division),
                department: unit(&user.department),
                cost_center: unit(&user.employee_org_data.cost_center),
                location: unit(&user.office_location),
                ..Organization::default()
            },
            address: Address {
                street: user.street_address.take(),
                locality: user.city.take(),
                region: user.state.take(),
                postal_code: user.postal_code.take(),
                country: user.country.or(user.usage_location).take(),
            }
            .if_any(),
            custom,
            created_at: user.created_date_time.instant(),
            ..Worker::new(user.id.take().ok_or_else(|| answer.invalid("a user has no `id`"))?, status)
        }))
    }

    /// The rule of the filter in a full read. Some old accounts are of no type:
    /// the filter does not find them, so whoever comes with it and without a type
    /// was not read right.
    fn is_member(&self, answer: &Answer, user: &User) -> Result<bool> {
        let is = |kind: &str| user.user_type.as_str().is_some_and(|is| is.eq_ignore_ascii_case(kind));
        if !is("Member") && !is("Guest") {
            if self.filtered {
                return Err(answer.invalid("a user in a list of members has no `userType` that is known"));
            }
            let id = user.id.as_str().unwrap_or_default();
            warn!("user {id} is neither a member nor a guest, and not read unless guests are");
        }
        Ok(is("Member"))
    }

    /// The order is: left, disabled, to come, here.
    fn status(&self, answer: &Answer, user: &User) -> Result<WorkerStatus> {
        let missing = || answer.invalid("a user has no `accountEnabled`: `$select` was not followed");
        let enabled = user.rest.enabled.ok_or_else(missing)?.get().unwrap_or_else(|| {
            warn!(
                "user {} has an `accountEnabled` of null, taken for true",
                user.id.as_str().unwrap_or_default()
            );
            true
        });
        let at = |text: &Text| text.as_str().and_then(Instant::parse).map(Instant::millis);
        let now = self.cx.now().millis();
        let invited = user.external_user_state.as_str() == Some("PendingAcceptance");
        Ok(if at(&user.employee_leave_date_time).is_some_and(|left| left <= now) {
            WorkerStatus::Terminated
        } else if !enabled {
            WorkerStatus::Inactive
        } else if invited || at(&user.employee_hire_date).is_some_and(|hired| hired > now) {
            WorkerStatus::Pending
        } else {
            WorkerStatus::Active
        })
    }

    /// Dates are kept as instants, often as midnight of another time zone.
    fn day(&self, text: &Text) -> Option<String> {
        let instant = Instant::parse(text.as_str()?)?;
        Some(instant.plus_millis(self.offset_millis).utc_date().to_string())
    }
}

/// Units have no ids of their own: whoever has the same name is in the same.
fn unit(name: &Text) -> Option<Unit> {
    Unit::of(None, name.as_str().map(|name| name.trim().to_owned()))
}

fn first(texts: List<Text>) -> Option<String> {
    texts.into_iter().find_map(Text::take)
}
