//! The worker that a user is.

use rollcall_sdk::prelude::*;

rollcall_sdk::shapes! {
    pub struct User<'a> {
        pub id: Text<'a>,
        username: Text<'a>,
        email: Text<'a>,
        firstname: Text<'a>,
        lastname: Text<'a>,
        title: Text<'a>,
        department: Text<'a>,
        company: Text<'a>,
        phone: Text<'a>,
        status: Text<'a>,
        state: Text<'a>,
        manager_user_id: Text<'a>,
        external_id: Text<'a>,
        preferred_locale_code: Text<'a>,
        custom_attributes: Fields<'a>,
        created_at: Text<'a>,
        updated_at: Text<'a>,
        #[serde(alias = "role_id")]
        pub role_ids: List<Text<'a>>,
        pub group_id: Text<'a>,
    }
}

/// Whether somebody can sign in. Who is locked out, or whose password has
/// expired, still belongs here. There is no 6.
const STATUS: StatusTable = &[
    ("0", WorkerStatus::Pending),
    ("1", WorkerStatus::Active),
    ("2", WorkerStatus::Inactive),
    ("3", WorkerStatus::Active),
    ("4", WorkerStatus::Active),
    ("5", WorkerStatus::Active),
    ("7", WorkerStatus::Pending),
    ("8", WorkerStatus::Active),
];

/// Whether somebody was let in: not yet, approved, rejected, without a licence.
const STATE: StatusTable = &[
    ("0", WorkerStatus::Pending),
    ("1", WorkerStatus::Active),
    ("2", WorkerStatus::Inactive),
    ("3", WorkerStatus::Inactive),
];

impl User<'_> {
    /// The worse of the two numbers.
    pub fn standing(&self) -> WorkerStatus {
        let [status, state] = [(STATUS, &self.status), (STATE, &self.state)]
            .map(|(table, number)| status::lookup_or(table, number.as_str(), WorkerStatus::Active));
        let is = |one: &WorkerStatus| status == *one || state == *one;
        let worse = [WorkerStatus::Inactive, WorkerStatus::Pending].into_iter().find(is);
        worse.unwrap_or(WorkerStatus::Active)
    }

    pub fn worker(self, cx: &Context, answer: &Answer, standing: WorkerStatus) -> Result<Worker> {
        let custom = self.custom_attributes;
        let of_customer = |key: &str| cx.setting(key).optional().and_then(|name| custom.text(name));
        let day = |key: &str| of_customer(key).and_then(Date::parse);
        let (start, end) = (day("start_date_attribute"), day("end_date_attribute"));
        let number = of_customer("employee_number_attribute").map(str::to_owned);
        Ok(Worker {
            user_name: self.username.get().or_else(|| self.email.get()),
            name: Name { given: self.firstname.take(), family: self.lastname.take(), ..Name::default() }
                .or_both(),
            contact: Contact {
                work_email: self.email.take(),
                work_phone: self.phone.take(),
                preferred_language: self.preferred_locale_code.get(),
                locale: self.preferred_locale_code.take(),
                ..Contact::default()
            },
            employment: Employment {
                employee_number: number.or_else(|| self.external_id.take()),
                title: self.title.take(),
                start_date: start.map(|day| day.to_string()),
                end_date: end.map(|day| day.to_string()),
                manager_id: self.manager_user_id.take(),
                ..Employment::default()
            },
            organization: Organization {
                company: Unit::of(None, self.company.take()),
                department: Unit::of(None, self.department.take()),
                ..Organization::default()
            },
            custom: custom.into_custom(|name| cx.wants_custom(name)),
            created_at: self.created_at.instant(),
            updated_at: self.updated_at.instant(),
            ..Worker::new(
                self.id.take().ok_or_else(|| answer.invalid("a user has no `id`"))?,
                status::settle(standing, start, end, cx.today()),
            )
        })
    }
}
