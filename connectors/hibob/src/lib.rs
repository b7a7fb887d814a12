//! HiBob. People come from a search that has no pages: a page here is a search
//! for some of the ids. A value is in one of two places, its display name in a
//! third, and what a company is parted into lies in fields of its own: that is
//! why this is longer than a list.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod employee;
mod fields;
mod search;
mod units;
mod worker;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

/// The host takes 5,000 memberships a page, and everybody may have a few.
const LARGEST_PAGE: u32 = 500;

pub struct HiBob;

rollcall_sdk::export!(HiBob);

impl Connector for HiBob {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let everybody = search::everybody(cx, "connection test")?;
        let (some, _) = Turn::default().take(everybody.ids, cx.page_size(LARGEST_PAGE));
        let hidden = search::hidden(cx, &fields::wanted(cx)?, &some)?;
        let is_seen = |field: &str| !hidden.contains(&field);
        if !is_seen("internal.lifecycleStatus") && !is_seen("internal.status") {
            return Err(search::hidden_state());
        }
        let mut warnings = Vec::new();
        if !everybody.has_inactive && is_seen("internal.status") {
            warnings.push(
                "Nobody is inactive. If people have left, the service user may not see them: take the condition \
                 `Lifecycle status equals Employed` out of its permission group."
                    .to_owned(),
            );
        }
        // A tenant has one of several fields for the same.
        for field in hidden.iter().filter(|field| !fields::is_said_by_another(field, is_seen)) {
            warnings.push(format!(
                "Nobody has the field `{field}`: it does not exist, or the service user may not see it."
            ));
        }
        Ok(AccountInfo { warnings, ..AccountInfo::default() })
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        fields::discover(cx)
    }

    fn groups(cx: &Context, _: Cursor) -> Result<GroupPage> {
        Ok(GroupPage::of(units::groups(cx)?))
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        let everybody = search::everybody(cx, "ids of all people")?;
        let (ids, next) = cursor.read::<Turn>()?.take(everybody.ids, cx.page_size(LARGEST_PAGE));
        Ok(MembershipPage::of(units::memberships(cx, &ids)?).next(next))
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let everybody = search::everybody(cx, "ids of all people")?;
        if cursor.is_start() && !everybody.has_inactive {
            warn!("nobody is inactive: leavers may be hidden from this service user");
        }
        let (ids, next) = cursor.read::<Turn>()?.take(everybody.ids, cx.page_size(LARGEST_PAGE));
        Ok(WorkerPage::of(worker::workers(cx, &ids)?).next(next))
    }

    /// The other environment has other service users, and says no more than that.
    fn failure(answer: &Answer) -> Option<Failure> {
        (answer.status() == 401).then(|| {
            let reason = Self::reason(answer).unwrap_or_else(|| answer.to_string());
            Failure::AuthFailed(format!(
                "{reason} (or the service user is of another environment than the setting `environment` says)"
            ))
        })
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/error"])
    }
}
