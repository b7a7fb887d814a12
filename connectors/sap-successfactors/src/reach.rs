//! How somebody is reached: e-mail addresses and phone numbers, each of a type.

use rollcall_sdk::joined;
use rollcall_sdk::prelude::*;

use crate::moment::Moment;

rollcall_sdk::shapes! {
    /// An e-mail address or a phone number.
    #[serde(rename_all = "camelCase")]
    pub struct Reach<'a> {
        email_address: Text<'a>,
        country_code: Text<'a>,
        area_code: Text<'a>,
        phone_number: Text<'a>,
        is_primary: Flag,
        #[serde(rename = "emailTypeNav")]
        #[serde(alias = "phoneTypeNav")]
        kind: Picked<'a>,
        pub last_modified_date_time: Moment,
    }

    /// A value of a picklist. Its id is another in each company.
    #[serde(rename_all = "camelCase")]
    pub struct Picked<'a> { pub external_code: Text<'a> }
}

impl Reach<'_> {
    pub fn is(&self, code: &str) -> bool {
        self.kind.external_code.as_str() == Some(code)
    }
}

/// The business address; else a main one, as old records have no type. A main
/// address that is private is no place for work.
pub fn work_email(all: &[Reach]) -> Option<String> {
    email(all, |one| one.is("B")).or_else(|| email(all, |one| one.is_primary.or(false) && !one.is("P")))
}

pub fn email(all: &[Reach], is: impl Fn(&Reach) -> bool) -> Option<String> {
    all.iter().filter(|one| is(one)).find_map(|one| one.email_address.get())
}

pub fn phone(all: &[Reach], types: &[&str]) -> Option<String> {
    let of_type = |one: &&Reach| types.iter().any(|code| one.is(code));
    all.iter().filter(of_type).find_map(|one| {
        let number = one.phone_number.as_str()?;
        let country = one.country_code.as_str().map(|code| format!("+{}", code.trim_start_matches('+')));
        joined([country.as_deref(), one.area_code.as_str(), Some(number)])
    })
}
