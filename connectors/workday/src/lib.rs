//! Workday, through its web services (SOAP), or through a report of the
//! customer's own (RaaS). It has more lines than other connectors, because it
//! is two: the services take documents whose every element has its place, list
//! whoever is to come and whoever changed apart, and answer every mistake with
//! the same status; a report has neither pages nor names that one could know.
//! What a worker is made of, and how, both share (`fields`).

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod fields;
mod organizations;
mod people;
mod person;
mod report;
mod soap;

use std::collections::BTreeMap;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

use fields::Record;

pub struct Workday;

rollcall_sdk::export!(Workday);

impl Connector for Workday {
    /// A domain, or a column, that is missing fails no request: what is in it is
    /// not told.
    fn check(cx: &Context) -> Result<AccountInfo> {
        let mut warnings = Vec::new();
        sample(cx, 10, "connection test", &mut |people| {
            if people.is_empty() {
                return warnings.push("Nobody can be read: grant Get on `Worker Data: Workers`.".into());
            }
            let lacking = fields::lacking(people);
            warnings = lacking
                .map(|what| format!("Of nobody is there: {what}. Grant the domain, or add the column."))
                .collect();
        })?;
        let name = cx.setting("tenant").optional().map(str::to_owned);
        Ok(AccountInfo { name, warnings, ..AccountInfo::default() })
    }

    /// There is no list of what customers added: it is learned from people.
    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        let mut labels = BTreeMap::new();
        sample(cx, 100, "custom attributes", &mut |people| {
            labels.extend(people.iter().flat_map(|one| one.custom()).map(|one| (one.name, one.label)));
        })?;
        let definition = |(name, label)| AttributeDefinition::new(name, label, AttributeKind::Text);
        Ok(labels.into_iter().map(definition).collect())
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        if is_report(cx)? { report::groups(cx, &cursor) } else { organizations::groups(cx, &cursor) }
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        if is_report(cx)? { report::memberships(cx, &cursor) } else { people::memberships(cx, &cursor) }
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        if is_report(cx)? { report::workers(cx, &cursor) } else { people::workers(cx, &cursor) }
    }

    fn failure(answer: &Answer) -> Option<Failure> {
        soap::failure(answer).or_else(|| report::failure(answer))
    }

    fn reason(answer: &Answer) -> Option<String> {
        soap::reason(answer).or_else(|| fault::usual_reason(answer))
    }
}

/// Hands some people to `take`, whoever they are; of a report all.
fn sample(cx: &Context, count: u32, purpose: &str, take: &mut dyn FnMut(&[&dyn Record])) -> Result<()> {
    if is_report(cx)? {
        report::read(cx, purpose, &mut |rows| take(&records(rows)))
    } else {
        people::some(cx, count, purpose, &mut |people| take(&records(people)))
    }
}

fn records<R: Record>(all: &[R]) -> Vec<&dyn Record> {
    all.iter().map(|one| one as &dyn Record).collect()
}

fn is_report(cx: &Context) -> Result<bool> {
    Ok(cx.setting("mode").one_of(&["soap", "raas"])? == "raas")
}

/// The slot that signs in: one of tokens, or of a user's name and password.
fn slot(cx: &Context, by_name: &'static str) -> Result<&'static str> {
    let method = cx.setting("auth_method").one_of(&["username", "oauth_refresh_token"])?;
    Ok(if method == "oauth_refresh_token" { "token" } else { by_name })
}
