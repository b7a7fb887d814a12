//! The way out: grace, then access goes, then the account (C3, C4, C5, rule 6).

use rollcall_model::{Leaving, Reaction, Situation};
use rollcall_pipeline::LeaveAction;

use super::{Applied, Decision, Link, Model};
use crate::histories::calendar::DAY_MS;
use crate::histories::rules::Rules;

impl Model {
    pub(super) fn leave(
        &self,
        id: &str,
        situation: Situation,
        read: Option<Applied>,
        rules: &Rules,
        now_ms: i64,
    ) -> Decision {
        let link = &self.links[id];
        let account = &self.accounts[&link.account];
        let (reaction, leaving) = step(situation, link, account.active, rules, now_ms);
        let decision = Decision {
            id: id.to_owned(),
            situation,
            reaction,
            account: Some(link.account),
            read,
            values: None,
            groups: None,
            leaving: Some(leaving),
            replaces: None,
        };
        let takes_away = matches!(reaction, Reaction::Deactivate | Reaction::Remove);
        if takes_away && account.protected {
            return decision.review();
        }
        let groups = (takes_away && !account.groups.is_empty()).then(Default::default);
        Decision { groups, ..decision }
    }
}

/// What is done next, and where they are on the way out after it.
fn step(situation: Situation, link: &Link, active: bool, rules: &Rules, now_ms: i64) -> (Reaction, Leaving) {
    let policy = match situation {
        Situation::OutOfScope => rules.out_of_scope,
        Situation::Missing => rules.missing,
        _ => rules.ended,
    };
    // Who leaves for another reason begins anew.
    let before = link.leaving.clone().filter(|leaving| leaving.situation == situation);
    let begun =
        Leaving { situation, since_ms: now_ms, deactivated_ms: None, kept_until_ms: None, done: false };
    let leaving = before.clone().unwrap_or(begun);
    let done = Leaving { done: true, ..leaving.clone() };
    if leaving.done {
        return (Reaction::Keep, leaving);
    }
    let removes = policy.action == LeaveAction::Remove;
    let days = |days: u16| i64::from(days) * DAY_MS;
    let kept = leaving.kept_until_ms.is_some_and(|until| until > now_ms);
    match policy.action {
        LeaveAction::Flag => (Reaction::Flag, done),
        _ if active && (kept || leaving.since_ms + days(policy.grace_days) > now_ms) => {
            (if before.is_some() { Reaction::Keep } else { Reaction::Flag }, leaving)
        }
        _ if active => {
            (Reaction::Deactivate, Leaving { deactivated_ms: Some(now_ms), done: !removes, ..leaving })
        }
        LeaveAction::Deactivate => (Reaction::Keep, done),
        LeaveAction::Remove => {
            let since = leaving.deactivated_ms.unwrap_or(now_ms);
            let due = since + days(policy.remove_after_days.expect("is set")) <= now_ms;
            let reaction = if due { Reaction::Remove } else { Reaction::Keep };
            (reaction, Leaving { deactivated_ms: Some(since), done: due, ..leaving })
        }
    }
}
