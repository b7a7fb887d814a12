//! What is done about each person, and why not.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{Reaction, Situation};
use rollcall_pipeline::{LeaveAction, LeaveConfig};

use super::{Applied, Decision, Leaving, Link, Model, Number, Plan, Values, fold};
use crate::histories::calendar::DAY_MS;
use crate::histories::company::{Company, Human, Read};
use crate::histories::rules::{Rules, Stands};

fn is_empty(text: &str) -> bool {
    text.trim().is_empty()
}

fn values(human: &Human) -> Values {
    let all = [
        ("email", human.email.clone()),
        ("given_name", Some(human.given.clone())),
        ("family_name", Some(human.family.clone())),
        ("department", human.department.clone()),
    ];
    let present = all.into_iter().filter_map(|(name, text)| Some((name, text?)));
    present.filter(|(_, text)| !is_empty(text)).collect()
}

/// What the people of one plan have taken so far.
#[derive(Default)]
struct Claims {
    emails: BTreeMap<String, String>,
    accounts: BTreeSet<Number>,
}

impl Claims {
    /// False: somebody else has it.
    fn email(&mut self, email: &str, id: &str) -> bool {
        self.emails.entry(fold(email)).or_insert_with(|| id.to_owned()) == id
    }
}

impl Model {
    pub fn plan(&self, company: &Company, read: &Read, rules: &Rules, now_ms: i64) -> Plan {
        let mut plan = Plan { linked: self.links.len() as u64, ..Plan::default() };
        let mut claims = Claims::default();
        let mut leavers: BTreeMap<&str, Situation> = BTreeMap::new();
        let mut met = BTreeSet::new();
        for (at, human) in read.people.iter().enumerate() {
            let keeps = rules.keeps(company, human);
            let record =
                Applied { values: values(human), stands: rules.stands(human, now_ms), rules: rules.clone() };
            let link = self.links.get(&human.id);
            let changed = keeps && !link.is_some_and(|link| is_settled(link, &record));
            plan.has_parts |= changed;
            if read.people[at + 1..].iter().any(|later| later.id == human.id) {
                continue;
            }
            plan.read += 1;
            if read.gone.contains(&human.id) {
                continue;
            }
            plan.in_scope += u64::from(keeps);
            met.insert(human.id.as_str());
            if changed {
                let decision = match link {
                    Some(link) => self.linked(&mut claims, human, link, record, now_ms),
                    None => self.unlinked(&mut claims, human, record),
                };
                plan.count(decision.situation, decision.reaction, 1);
                plan.decisions.push(decision);
            } else if !keeps {
                leavers.insert(&human.id, Situation::OutOfScope);
            }
        }
        for (id, link) in &self.links {
            if met.contains(id.as_str()) {
                continue;
            }
            if read.full || read.gone.contains(id) {
                leavers.insert(id, Situation::Missing);
            } else if let Some(leaving) = link.leaving.as_ref().filter(|leaving| !leaving.done) {
                // Changes do not bring them; their days of grace may be over.
                leavers.insert(id, leaving.situation);
            }
        }
        for (id, situation) in leavers {
            let Some(link) = self.links.get(id) else { continue };
            let decision = leave(id, situation, link, None, rules, now_ms);
            plan.has_parts = true;
            plan.count(decision.situation, decision.reaction, 1);
            plan.decisions.push(decision);
        }
        // Everybody else who is linked.
        let decided = |id: &&String| plan.decisions.iter().any(|decision| decision.id == **id);
        let untouched = self.links.keys().filter(|id| !decided(id)).count() as u64;
        plan.count(Situation::Linked, Reaction::Keep, untouched);
        let lose = |reaction| plan.reactions.get(&reaction).copied().unwrap_or_default();
        let leaving = lose(Reaction::Deactivate) + lose(Reaction::Remove);
        let share = leaving * 100 > plan.linked * u64::from(rules.threshold.percent);
        plan.holds = leaving > u64::from(rules.threshold.people) || (leaving > 2 && share);
        plan
    }

    /// In scope, and no account is theirs.
    fn unlinked(&self, claims: &mut Claims, human: &Human, record: Applied) -> Decision {
        let decide = |situation, reaction, account| Decision {
            id: human.id.clone(),
            situation,
            reaction,
            account,
            read: Some(record.clone()),
            leaving: None,
        };
        let wait = || decide(Situation::Unmatched, Reaction::Wait, None);
        let review = || decide(Situation::Disputed, Reaction::Review, None);
        if record.stands == Stands::Ended || !is_whole(&record) {
            return wait();
        }
        let email = &record.values["email"];
        if !claims.email(email, &human.id) {
            return review();
        }
        match self.with_email(email).as_slice() {
            [] if record.stands == Stands::Waits => wait(),
            [] => decide(Situation::Unmatched, Reaction::Create, None),
            [one] if self.accounts[one].owner.is_none() && claims.accounts.insert(*one) => {
                decide(Situation::Unlinked, Reaction::Link, Some(*one))
            }
            _ => review(),
        }
    }

    /// In scope, with an account.
    fn linked(
        &self,
        claims: &mut Claims,
        human: &Human,
        link: &Link,
        record: Applied,
        now_ms: i64,
    ) -> Decision {
        if record.stands == Stands::Ended {
            let rules = record.rules.clone();
            return leave(&human.id, Situation::Ended, link, Some(record), &rules, now_ms);
        }
        let decide = |situation, reaction| Decision {
            id: human.id.clone(),
            situation,
            reaction,
            account: Some(link.account),
            read: Some(record.clone()),
            leaving: None,
        };
        if !is_whole(&record) {
            return decide(Situation::Linked, Reaction::Wait);
        }
        let email = &record.values["email"];
        if !claims.email(email, &human.id) {
            return decide(Situation::Disputed, Reaction::Review);
        }
        let account = &self.accounts[&link.account];
        let others = self.with_email(email).iter().any(|other| *other != link.account);
        if account.values["email"] != *email && others {
            return decide(Situation::Disputed, Reaction::Review);
        }
        decide(
            Situation::Linked,
            match (account.active, account.values == record.values) {
                (false, _) => Reaction::Reactivate,
                (true, false) => Reaction::Update,
                (true, true) => Reaction::Keep,
            },
        )
    }
}

/// Whether nothing is left to do about somebody who comes with this record.
fn is_settled(link: &Link, record: &Applied) -> bool {
    let settled = match &link.leaving {
        None => record.stands != Stands::Ended,
        Some(leaving) => {
            leaving.done && leaving.situation == Situation::Ended && record.stands == Stands::Ended
        }
    };
    settled && link.applied.as_ref() == Some(record)
}

/// An account cannot be without these (R73).
fn is_whole(record: &Applied) -> bool {
    ["email", "given_name", "family_name"].iter().all(|name| record.values.contains_key(name))
}

/// Somebody is on the way out, by C3, C4 or C5.
fn leave(
    id: &str,
    situation: Situation,
    link: &Link,
    read: Option<Applied>,
    rules: &Rules,
    now_ms: i64,
) -> Decision {
    let LeaveConfig { action, grace_days, .. } = match situation {
        Situation::OutOfScope => rules.out_of_scope,
        Situation::Missing => rules.missing,
        _ => rules.ended,
    };
    let before = link.leaving.clone().filter(|leaving| leaving.situation == situation);
    let since_ms = before.as_ref().map_or(now_ms, |before| before.since_ms);
    let in_grace = since_ms + i64::from(grace_days) * DAY_MS > now_ms;
    let (reaction, done) = match (&before, action) {
        (Some(before), _) if before.done => (Reaction::Keep, true),
        (_, LeaveAction::Flag) => (Reaction::Flag, true),
        (Some(_), _) if in_grace => (Reaction::Keep, false),
        (None, _) if in_grace => (Reaction::Flag, false),
        (_, LeaveAction::Deactivate) => (Reaction::Deactivate, true),
        (_, LeaveAction::Remove) => (Reaction::Remove, true),
    };
    let leaving = Some(Leaving { situation, since_ms, done });
    Decision { id: id.to_owned(), situation, reaction, account: Some(link.account), read, leaving }
}
