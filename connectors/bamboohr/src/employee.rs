//! Somebody, as a report has them.

use rollcall_sdk::prelude::*;

use crate::fields;
use crate::report::{self, Page};
use crate::units::Units;

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct Employee<'a> {
        pub id: Text<'a>,
        status: Text<'a>,
        employment_history_status: Text<'a>,
        hire_date: Text<'a>,
        original_hire_date: Text<'a>,
        termination_date: Text<'a>,
        employee_number: Text<'a>,
        first_name: Text<'a>,
        middle_name: Text<'a>,
        last_name: Text<'a>,
        preferred_name: Text<'a>,
        display_name: Text<'a>,
        full_name1: Text<'a>,
        job_title: Text<'a>,
        pub department: Text<'a>,
        pub division: Text<'a>,
        pub location: Text<'a>,
        /// The manager's id; `supervisorId` is their employee number.
        supervisor_e_id: Text<'a>,
        work_email: Text<'a>,
        home_email: Text<'a>,
        work_phone: Text<'a>,
        mobile_phone: Text<'a>,
        last_changed: Text<'a>;
        ..custom: Leaves<'a>
    }
}

const STATUS: StatusTable = &[("active", WorkerStatus::Active), ("inactive", WorkerStatus::Inactive)];

/// The people of this page.
pub fn workers(cx: &Context, page: &Page) -> Result<Vec<Worker>> {
    let units = Units::wanted(cx)?;
    let purpose = "report about some people";
    let (mut is_shown, mut is_set) = (false, false);
    let workers = report::about(cx, &fields::chosen(cx)?, page, purpose, |one, kinds| {
        is_shown = is_shown || kinds.iter().any(|(name, _)| name == "status");
        is_set |= !one.status.is_none();
        one.into_worker(cx, &units, kinds)
    })?;
    // Everybody would be active, and whoever has left would come back.
    if !workers.is_empty() && !is_set {
        return Err(if is_shown {
            Failure::InvalidResponse(format!("{purpose}: nobody has a `status`"))
        } else {
            let right = "to view the field `status`; give it to the access level of the API key's user";
            Failure::PermissionMissing(right.into())
        });
    }
    Ok(workers)
}

impl Employee<'_> {
    pub fn begins_later(&self, cx: &Context) -> bool {
        self.hire_date.day().is_some_and(|day| day > cx.today())
    }

    fn standing(&self, cx: &Context) -> WorkerStatus {
        // A status that is missing or unknown removes nobody.
        let status = status::lookup_or(STATUS, self.status.as_str(), WorkerStatus::Active);
        let status = status::settle(status, self.hire_date.day(), self.termination_date.day(), cx.today());
        let employment = self.employment_history_status.as_str().unwrap_or_default();
        let is_in = |key: &str| cx.setting(key).list().any(|word| employment.eq_ignore_ascii_case(word));
        match status {
            WorkerStatus::Active if is_in("leave_statuses") => WorkerStatus::OnLeave,
            WorkerStatus::Inactive if is_in("terminated_statuses") => WorkerStatus::Terminated,
            status => status,
        }
    }

    fn into_worker(self, cx: &Context, units: &Units, kinds: &[(String, AttributeKind)]) -> Worker {
        let status = self.standing(cx);
        let custom = self.custom.into_iter().filter_map(|(name, value)| {
            let kind =
                kinds.iter().find(|(known, _)| *known == name).map_or(AttributeKind::Text, |(_, kind)| *kind);
            // Unset dates are all zeros.
            let value =
                value.into_value_of(kind).filter(|value| *value != Value::Text("0000-00-00".into()))?;
            cx.wants_custom(&name).then(|| CustomAttribute::new(name, value))
        });
        Worker {
            user_name: self.work_email.get(),
            name: Name {
                given: self.first_name.take(),
                middle: self.middle_name.take(),
                family: self.last_name.take(),
                display: self.display_name.or(self.full_name1).take(),
                preferred: self.preferred_name.take(),
                ..Name::default()
            },
            contact: Contact {
                work_email: self.work_email.take(),
                personal_email: self.home_email.take(),
                work_phone: self.work_phone.take(),
                mobile_phone: self.mobile_phone.take(),
                ..Contact::default()
            },
            employment: Employment {
                employee_number: self.employee_number.take(),
                title: self.job_title.take(),
                employment_type: self.employment_history_status.take(),
                start_date: self.hire_date.date().or_else(|| self.original_hire_date.date()),
                end_date: self.termination_date.date(),
                manager_id: self.supervisor_e_id.take(),
                ..Employment::default()
            },
            organization: Organization {
                department: units.unit(GroupKind::Department, self.department),
                division: units.unit(GroupKind::Division, self.division),
                location: units.unit(GroupKind::Location, self.location),
                ..Organization::default()
            },
            custom: custom.collect(),
            updated_at: self.last_changed.instant(),
            ..Worker::new(self.id.take().unwrap_or_default(), status)
        }
    }
}
