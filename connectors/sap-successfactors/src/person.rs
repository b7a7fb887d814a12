//! A person of Employee Central, and the worker of a day.

use rollcall_sdk::country::two_letters;
use rollcall_sdk::json::Leaves;
use rollcall_sdk::prelude::*;

use crate::lookup::Lookup;
use crate::moment::Moment;
use crate::odata::Many;
use crate::reach::{Picked, Reach, email, phone, work_email};
use crate::units::Kind;
use crate::user::User;

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct Person<'a> {
        person_id_external: Text<'a>,
        per_person_uuid: Text<'a>,
        last_modified_date_time: Moment,
        personal_info_nav: Many<Personal<'a>>,
        email_nav: Many<Reach<'a>>,
        phone_nav: Many<Reach<'a>>,
        person_emp_termination_info_nav: Terminations<'a>,
        employment_nav: Many<Employment<'a>>,
    }

    #[serde(rename_all = "camelCase")]
    struct Personal<'a> {
        start_date: Moment,
        end_date: Moment,
        first_name: Text<'a>,
        middle_name: Text<'a>,
        last_name: Text<'a>,
        preferred_name: Text<'a>,
        display_name: Text<'a>,
        formal_name: Text<'a>,
        salutation_nav: Picked<'a>,
        suffix_nav: Picked<'a>,
        native_preferred_lang_nav: Picked<'a>,
        last_modified_date_time: Moment;
        ..custom: Leaves<'a>
    }

    #[serde(rename_all = "camelCase")]
    struct Terminations<'a> { active_employments_count: Text<'a> }

    #[serde(rename_all = "camelCase")]
    struct Employment<'a> {
        user_id: Text<'a>,
        start_date: Moment,
        end_date: Moment,
        original_start_date: Moment,
        assignment_class: Text<'a>,
        is_contingent_worker: Flag,
        user_nav: User<'a>,
        job_info_nav: Many<Job<'a>>,
        last_modified_date_time: Moment;
        ..custom: Leaves<'a>
    }

    #[serde(rename_all = "camelCase")]
    pub struct Job<'a> {
        seq_number: Text<'a>,
        start_date: Moment,
        end_date: Moment,
        empl_status_nav: Picked<'a>,
        employment_type_nav: Picked<'a>,
        employee_class_nav: Picked<'a>,
        job_title: Text<'a>,
        local_job_title: Text<'a>,
        pub manager_id: Text<'a>,
        pub company: Text<'a>,
        pub business_unit: Text<'a>,
        pub division: Text<'a>,
        pub department: Text<'a>,
        pub cost_center: Text<'a>,
        pub location: Text<'a>,
        fte: Number,
        pay_grade: Text<'a>,
        timezone: Text<'a>,
        country_of_company: Text<'a>,
        last_modified_date_time: Moment;
        ..custom: Leaves<'a>
    }
}

const STATUS: StatusTable = &[
    ("A", WorkerStatus::Active),
    ("U", WorkerStatus::OnLeave),
    ("P", WorkerStatus::OnLeave),
    ("F", WorkerStatus::OnLeave),
    ("S", WorkerStatus::Inactive),
    ("D", WorkerStatus::Inactive),
    ("T", WorkerStatus::Terminated),
    ("R", WorkerStatus::Terminated),
    ("O", WorkerStatus::Terminated),
    ("RNS", WorkerStatus::Terminated),
];

/// The status of an account.
pub const ACCOUNT: StatusTable =
    &[("t", WorkerStatus::Active), ("f", WorkerStatus::Inactive), ("e", WorkerStatus::Pending)];

/// Employments with these come before all others.
const EMPLOYED: [&str; 5] = ["A", "U", "P", "F", "S"];

/// A person with what holds on a day: of several employments one, of its jobs
/// and of the names one slice.
pub struct Chosen<'a> {
    pub id: String,
    person: Person<'a>,
    personal: Personal<'a>,
    employment: Employment<'a>,
    job: Job<'a>,
}

/// The slice of a day; else the one that begins last, as a day begins at another
/// time there than in UTC.
fn slice<T: Default>(all: Vec<T>, day: Date, of: impl Fn(&T) -> (Moment, Moment, u32)) -> T {
    let rank = |one: &T| {
        let (start, end, number) = of(one);
        let holds = start.day().is_none_or(|start| start <= day) && end.day().is_none_or(|end| day <= end);
        (holds, start.day(), number)
    };
    all.into_iter().max_by_key(rank).unwrap_or_default()
}

impl<'a> Person<'a> {
    /// Whether an employment is under way on this day.
    pub fn works_on(&self, day: Date) -> bool {
        self.employment_nav.iter().any(|one| {
            one.start_date.day().is_some_and(|start| start <= day)
                && one.end_date.day().is_none_or(|end| day <= end)
        })
    }

    /// `None`: without an id.
    pub fn on(mut self, day: Date) -> Option<Chosen<'a>> {
        let employments = std::mem::take(&mut self.employment_nav).into_vec().into_iter().map(|mut one| {
            let jobs = std::mem::take(&mut one.job_info_nav).into_vec();
            let number = |job: &Job| job.seq_number.as_str().and_then(|text| text.parse().ok()).unwrap_or(0);
            let job = slice(jobs, day, |job| (job.start_date, job.end_date, number(job)));
            (one, job)
        });
        // Their order is not guaranteed. `GA`: a global assignment.
        let rank = |(one, job): &(Employment, Job)| {
            let status = job.empl_status_nav.external_code.as_str();
            let employed = status.is_some_and(|status| EMPLOYED.contains(&status));
            (employed, one.assignment_class.as_str() != Some("GA"), one.start_date.day())
        };
        let (employment, job) = employments.max_by_key(rank).unwrap_or_default();
        let names = std::mem::take(&mut self.personal_info_nav).into_vec();
        let personal = slice(names, day, |one| (one.start_date, one.end_date, 0));
        let id = std::mem::take(&mut self.person_id_external).take()?;
        Some(Chosen { id, person: self, personal, employment, job })
    }
}

impl<'a> Chosen<'a> {
    /// The code of a unit, on the job.
    pub fn code(&self, kind: &Kind) -> Option<&str> {
        (kind.code)(&self.job).as_str()
    }

    /// The account of the manager.
    pub fn manager(&self) -> Option<&str> {
        // Not confirmed as the word for none; as an id it would lead to nobody.
        self.job.manager_id.as_str().filter(|id| *id != "NO_MANAGER")
    }

    /// The account of this employment, and whose it is.
    pub fn account(&self) -> Option<(&str, &str)> {
        Some((self.employment.user_id.as_str()?, &self.id))
    }

    fn status(&self, today: Date) -> WorkerStatus {
        let code = self.job.empl_status_nav.external_code.as_str();
        let of_job = code.map(|code| status::lookup_or(STATUS, Some(code), WorkerStatus::Active));
        let to_come = self.employment.start_date.day().is_some_and(|start| start > today);
        // Whoever is reported not to come does not begin.
        if to_come && of_job != Some(WorkerStatus::Terminated) {
            WorkerStatus::Pending
        } else if let Some(status) = of_job {
            status
        } else if self.person.person_emp_termination_info_nav.active_employments_count.as_str() == Some("0") {
            WorkerStatus::Terminated
        } else {
            // Nothing known removes nobody.
            status::lookup_or(ACCOUNT, self.employment.user_nav.status.as_str(), WorkerStatus::Active)
        }
    }

    fn updated(&self) -> Moment {
        let own = [
            self.person.last_modified_date_time,
            self.personal.last_modified_date_time,
            self.employment.last_modified_date_time,
            self.employment.user_nav.last_modified_date_time,
            self.job.last_modified_date_time,
        ];
        let reaches = self.person.email_nav.iter().chain(self.person.phone_nav.iter());
        let all = own.into_iter().chain(reaches.map(|one| one.last_modified_date_time));
        all.fold(Moment::default(), |latest, one| if latest < one { one } else { latest })
    }

    pub fn into_worker(self, cx: &Context, lookup: &Lookup) -> Worker {
        let (status, updated_at) = (self.status(cx.today()), self.updated().instant());
        let manager_id = self.manager().and_then(|account| lookup.person(account));
        let organization = Organization {
            company: lookup.unit("company", &self.job.company),
            business_unit: lookup.unit("business_unit", &self.job.business_unit),
            division: lookup.unit("division", &self.job.division),
            department: lookup.unit("department", &self.job.department),
            cost_center: lookup.unit("cost_center", &self.job.cost_center),
            location: lookup.unit("location", &self.job.location),
            ..Organization::default()
        };
        let place = lookup.address(&self.job.location).unwrap_or_default();
        let mobile: Vec<_> = cx.setting("mobile_phone_types").list().collect();
        let Self { id, person, personal, employment, job } = self;
        let Employment { user_nav: user, .. } = employment;
        let emails = person.email_nav.into_vec();
        let phones = person.phone_nav.into_vec();
        // Whoever comes back begins anew: the first day of all would let them in now.
        let original = employment.original_start_date.date().filter(|_| status != WorkerStatus::Pending);
        let contingent = employment.is_contingent_worker.or(false).then(|| "contingent".to_owned());
        let uuid = person.per_person_uuid.take().filter(|_| cx.wants_custom("perPersonUuid"));
        let mut custom = Vec::new();
        add_custom(cx, "PerPersonal", personal.custom, &mut custom);
        add_custom(cx, "EmpEmployment", employment.custom, &mut custom);
        add_custom(cx, "EmpJob", job.custom, &mut custom);
        add_custom(cx, "User", user.custom, &mut custom);
        custom.extend(uuid.map(|uuid| CustomAttribute::new("perPersonUuid", Value::Text(uuid))));
        Worker {
            user_name: user.username.take(),
            name: Name {
                given: personal.first_name.take(),
                middle: personal.middle_name.take(),
                family: personal.last_name.take(),
                display: personal.display_name.or(personal.formal_name).take(),
                preferred: personal.preferred_name.take(),
                honorific_prefix: personal.salutation_nav.external_code.take(),
                honorific_suffix: personal.suffix_nav.external_code.take(),
            }
            .or_both(),
            contact: Contact {
                work_email: work_email(&emails).or_else(|| user.email.take()),
                personal_email: email(&emails, |one| one.is("P")),
                work_phone: phone(&phones, &["B"]),
                mobile_phone: phone(&phones, &mobile),
                preferred_language: personal.native_preferred_lang_nav.external_code.take(),
                locale: user.default_locale.take(),
                timezone: job.timezone.or(user.time_zone).take(),
            },
            employment: rollcall_sdk::Employment {
                employee_number: Some(id.clone()),
                title: job.job_title.or(job.local_job_title).take(),
                employment_type: job.employment_type_nav.external_code.take(),
                worker_type: contingent.or_else(|| job.employee_class_nav.external_code.take()),
                grade: job.pay_grade.take(),
                fte: job.fte.get(),
                start_date: original.or_else(|| employment.start_date.date()),
                end_date: employment.end_date.date(),
                manager_id,
                is_manager: None,
            },
            organization,
            address: Address {
                country: place.country.or_else(|| job.country_of_company.take().map(two_letters)),
                ..place
            }
            .if_any(),
            custom,
            updated_at,
            ..Worker::new(id, status)
        }
    }
}

/// Adds what the customer added to an entity. The names are the same in several.
pub fn add_custom(cx: &Context, entity: &str, fields: Leaves, to: &mut Vec<CustomAttribute>) {
    for (key, value) in fields {
        // A path with a dot leads into another entity.
        if !key.starts_with("custom") || key.contains('.') {
            continue;
        }
        let name = format!("{entity}.{key}");
        if !cx.wants_custom(&name) {
            continue;
        }
        // Long numbers come as text.
        let is_number = key.starts_with("customLong") || key.starts_with("customDouble");
        let kind = if is_number { AttributeKind::Number } else { AttributeKind::Text };
        let value = match value {
            Scalar::Text(text) if text.starts_with("/Date(") => Moment::from(&*text).date().map(Value::Date),
            value => value.into_value_of(kind),
        };
        to.extend(value.map(|value| CustomAttribute::new(name, value)));
    }
}
