//! Accounts, for companies without Employee Central.

use rollcall_sdk::country::two_letters;
use rollcall_sdk::json::Leaves;
use rollcall_sdk::prelude::*;

use crate::lookup::Account;
use crate::moment::Moment;
use crate::odata::{literal, page};
use crate::people::OVERLAP_MINUTES;
use crate::person::{ACCOUNT, add_custom};
use crate::query::{At, Query};

rollcall_sdk::shapes! {
    /// An account, alone or of a person's employment.
    #[serde(rename_all = "camelCase")]
    pub struct User<'a> {
        user_id: Text<'a>,
        pub username: Text<'a>,
        pub status: Text<'a>,
        first_name: Text<'a>,
        last_name: Text<'a>,
        mi: Text<'a>,
        nickname: Text<'a>,
        default_full_name: Text<'a>,
        pub email: Text<'a>,
        title: Text<'a>,
        department: Text<'a>,
        division: Text<'a>,
        location: Text<'a>,
        country: Text<'a>,
        business_phone: Text<'a>,
        cell_phone: Text<'a>,
        hire_date: Moment,
        pub default_locale: Text<'a>,
        pub time_zone: Text<'a>,
        emp_id: Text<'a>,
        pub last_modified_date_time: Moment,
        manager: Account<'a>;
        ..pub custom: Leaves<'a>
    }
}

/// What is asked for: an account has hundreds of fields.
const SELECT: &str = "userId,username,status,firstName,lastName,mi,nickname,defaultFullName,email,title,\
    department,division,location,country,businessPhone,cellPhone,hireDate,defaultLocale,timeZone,empId,\
    lastModifiedDateTime,manager/userId";
/// `custom01` to `custom15`.
const CUSTOM: std::ops::RangeInclusive<u8> = 1..=15;

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let at = At::of(cx, cursor)?;
    let answer = at.send(cx, query(cx)?, "accounts page")?;
    let (users, next) = page::<User>(&answer)?;
    let workers = users
        .into_iter()
        .map(|user| user.into_worker(cx).ok_or_else(|| answer.invalid("an account has no `userId`")));
    let workers = workers.collect::<Result<_>>()?;
    Ok(WorkerPage::of(workers).next(at.after(next.as_deref(), false)?).checkpoint(&at.since))
}

pub fn query(cx: &Context) -> Result<Query> {
    let custom = CUSTOM.map(|number| format!("custom{number:02}"));
    let custom = custom.filter(|name| cx.wants_custom(&format!("User.{name}")));
    // Without a condition on the status only active accounts are listed.
    let mut filter = "status in 't','f'".to_owned();
    if let Some(since) = cx.changes_since::<Since>()? {
        let from = literal(since.less_minutes(OVERLAP_MINUTES));
        filter.push_str(&format!(" and lastModifiedDateTime ge {from}"));
    }
    Ok(Query {
        entity: "User",
        select: SELECT.split(',').map(str::to_owned).chain(custom).collect(),
        expand: vec!["manager"],
        filter: Some(filter),
        ..Query::default()
    })
}

impl User<'_> {
    /// `None`: without an id.
    fn into_worker(self, cx: &Context) -> Option<Worker> {
        let id = self.user_id.take()?;
        // A status that is missing or unknown removes nobody.
        let status = status::lookup_or(ACCOUNT, self.status.as_str(), WorkerStatus::Active);
        let status = status::settle(status, self.hire_date.day(), None, cx.today());
        let mut custom = Vec::new();
        add_custom(cx, "User", self.custom, &mut custom);
        Some(Worker {
            user_name: self.username.take(),
            name: Name {
                given: self.first_name.take(),
                middle: self.mi.take(),
                family: self.last_name.take(),
                display: self.default_full_name.take(),
                preferred: self.nickname.take(),
                ..Name::default()
            }
            .or_both(),
            contact: Contact {
                work_email: self.email.take(),
                work_phone: self.business_phone.take(),
                mobile_phone: self.cell_phone.take(),
                locale: self.default_locale.take(),
                timezone: self.time_zone.take(),
                ..Contact::default()
            },
            employment: Employment {
                employee_number: self.emp_id.take(),
                title: self.title.take(),
                start_date: self.hire_date.date(),
                manager_id: self.manager.user_id.take(),
                ..Employment::default()
            },
            organization: Organization {
                division: unit(&self.division),
                department: unit(&self.department),
                location: unit(&self.location),
                ..Organization::default()
            },
            address: Address { country: self.country.take().map(two_letters), ..Address::default() }.if_any(),
            custom,
            updated_at: self.last_modified_date_time.instant(),
            ..Worker::new(id, status)
        })
    }
}

/// A label, often with its code: `Production (50130011)`.
fn unit(label: &Text) -> Option<Unit> {
    let label = label.as_str()?;
    let parts = label.strip_suffix(')').and_then(|label| label.rsplit_once(" ("));
    let (name, code) = parts.unwrap_or((label, ""));
    let told = |part: &str| (!part.is_empty()).then(|| part.to_owned());
    Unit::of(told(code), told(name))
}
