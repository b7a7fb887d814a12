//! What is done about each person, and why not.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{Reaction, Situation};
use rollcall_pipeline::{LocalAccounts, Matching, UnmatchedLocal};

use super::{Account, Applied, Decision, GroupAct, Link, Model, Number, Plan, Values, fold};
use crate::histories::company::{Company, Human, Read};
use crate::histories::rules::{Rules, Stands};

/// An account cannot be without these (R73).
const REQUIRED: [&str; 3] = ["email", "given_name", "family_name"];

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

impl Decision {
    fn new(id: &str, situation: Situation, reaction: Reaction, account: Option<Number>) -> Self {
        Self {
            id: id.to_owned(),
            situation,
            reaction,
            account,
            read: None,
            values: None,
            groups: None,
            leaving: None,
            replaces: None,
        }
    }

    /// A person decides instead.
    pub(super) fn review(&self) -> Self {
        let read = self.read.clone();
        Self { read, ..Self::new(&self.id, Situation::Disputed, Reaction::Review, self.account) }
    }
}

impl Model {
    pub fn plan(&self, company: &Company, read: &Read, rules: &Rules, now_ms: i64) -> Plan {
        let mut plan = Plan { linked: self.links.len() as u64, ..Plan::default() };
        let mut changed = Vec::new();
        let mut leavers: BTreeMap<&str, Situation> = BTreeMap::new();
        let mut met = BTreeSet::new();
        let mut managers = BTreeMap::new();
        for (at, human) in read.people.iter().enumerate() {
            // Whoever comes twice counts as they came last.
            if read.people[at + 1..].iter().any(|later| later.id == human.id) {
                continue;
            }
            plan.read += 1;
            if read.gone.contains(&human.id) {
                continue;
            }
            met.insert(human.id.as_str());
            if !rules.keeps(company, human) || self.excluded.contains(&human.id) {
                leavers.insert(&human.id, Situation::OutOfScope);
                continue;
            }
            plan.in_scope += 1;
            let record = Applied {
                values: values(human),
                groups: rules.groups(human),
                stands: rules.stands(human, now_ms),
                rules: rules.clone(),
            };
            if !record.stands.ends() {
                managers.insert(human.id.clone(), human.manager.clone());
            }
            if !self.links.get(&human.id).is_some_and(|link| is_settled(link, &record)) {
                changed.push((human.id.as_str(), record));
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
        let mut claims = Claims::default();
        // Who has an account goes before who may want it, and who is back under
        // another id before who leaves.
        changed.sort_by_key(|(id, record)| match (self.links.contains_key(*id), record.stands.ends()) {
            (true, false) => 0,
            (false, _) => 1,
            (true, true) => 2,
        });
        for (id, record) in changed {
            let taken = |link: &Link| claims.accounts.contains(&link.account);
            let decision = match self.links.get(id) {
                Some(link) if record.stands.ends() && taken(link) => continue,
                Some(_) if record.stands.ends() => {
                    self.leave(id, Situation::Ended, Some(record), rules, now_ms)
                }
                Some(link) => self.linked(&mut claims, id, link, &record),
                None => self.unlinked(&mut claims, id, record),
            };
            plan.decisions.push(decision);
        }
        for (id, situation) in leavers {
            let Some(link) = self.links.get(id) else { continue };
            if !claims.accounts.contains(&link.account) {
                plan.decisions.push(self.leave(id, situation, None, rules, now_ms));
            }
        }
        // Everybody else who is linked, and is not back under another id.
        let decided = |id: &&String| {
            let told = |one: &Decision| one.id == **id || one.replaces.as_ref() == Some(*id);
            plan.decisions.iter().any(told)
        };
        let untouched = self.links.keys().filter(|id| !decided(id)).count() as u64;
        plan.count(Situation::Linked, Reaction::Keep, untouched);
        if read.full && rules.unmatched_local != UnmatchedLocal::Ignore {
            self.local(&claims, &mut plan);
        }
        for Decision { situation, reaction, .. } in plan.decisions.clone() {
            plan.count(situation, reaction, 1);
        }
        plan.groups = self.group_acts(&plan.decisions);
        self.lines(&mut plan, rules.managers.then_some(managers), read.full);
        let lose = |reaction| plan.reactions.get(&reaction).copied().unwrap_or_default();
        let leaving = lose(Reaction::Deactivate) + lose(Reaction::Remove);
        let share = leaving * 100 > plan.linked * u64::from(rules.threshold.percent);
        plan.holds = leaving > u64::from(rules.threshold.people) || (leaving > 2 && share);
        plan
    }

    /// Accounts that nobody has: flagged once, and then only counted (C17).
    fn local(&self, claims: &Claims, plan: &mut Plan) {
        for (number, account) in &self.accounts {
            match account.non_matching {
                _ if account.owner.is_some() || claims.accounts.contains(number) => {}
                true => plan.count(Situation::Local, Reaction::Keep, 1),
                false => {
                    plan.decisions.push(Decision::new("", Situation::Local, Reaction::Flag, Some(*number)));
                }
            }
        }
    }

    fn group_acts(&self, decisions: &[Decision]) -> Vec<GroupAct> {
        let nothing = BTreeSet::new();
        let mut moves: BTreeMap<&String, (u64, u64)> = BTreeMap::new();
        for decision in decisions {
            let before = decision.account.map_or(&nothing, |number| &self.accounts[&number].groups);
            let Some(after) = &decision.groups else { continue };
            after.difference(before).for_each(|key| moves.entry(key).or_default().0 += 1);
            before.difference(after).for_each(|key| moves.entry(key).or_default().1 += 1);
        }
        let members = self.members();
        let act = |(key, (joins, leaves)): (&String, (u64, u64))| {
            let before = members.get(key).copied().unwrap_or_default();
            (key.clone(), before > 0, before + joins > leaves, joins, leaves)
        };
        moves.into_iter().map(act).collect()
    }

    /// In scope, and no account is theirs.
    fn unlinked(&self, claims: &mut Claims, id: &str, record: Applied) -> Decision {
        let rules = &record.rules;
        let decide = |situation, reaction, account| {
            let read = Some(record.clone());
            Decision { read, ..Decision::new(id, situation, reaction, account) }
        };
        let wait = || decide(Situation::Unmatched, Reaction::Wait, None);
        let review = || decide(Situation::Disputed, Reaction::Review, None);
        if record.stands.ends() || !is_whole(&record) {
            return wait();
        }
        let email = &record.values["email"];
        if !claims.email(email, id) {
            return review();
        }
        let number = match self.with_email(email).as_slice() {
            [] if record.stands == Stands::Waits => return wait(),
            [] => {
                let (values, groups) = (Some(record.values.clone()), Some(record.groups.clone()));
                return Decision { values, groups, ..decide(Situation::Unmatched, Reaction::Create, None) };
            }
            [one] => *one,
            _ => return review(),
        };
        let account = &self.accounts[&number];
        let may_be_taken = match &account.owner {
            // Whoever leaves may be back under another id.
            Some(old) => self.links[old].leaving.is_some(),
            None => {
                rules.local_accounts == LocalAccounts::AllowUntilMatched
                    && !(rules.matching == Matching::FirstSync && self.synced)
            }
        };
        let told_apart = account.not_same.contains(id);
        if !may_be_taken || account.protected || told_apart || !claims.accounts.insert(number) {
            return review();
        }
        Decision {
            values: Some(with(account, &record)),
            groups: changed(account, &record),
            replaces: account.owner.clone(),
            ..decide(Situation::Unlinked, Reaction::Link, Some(number))
        }
    }

    /// In scope, with an account.
    fn linked(&self, claims: &mut Claims, id: &str, link: &Link, record: &Applied) -> Decision {
        claims.accounts.insert(link.account);
        let decide = |situation, reaction| {
            let read = Some(record.clone());
            Decision { read, ..Decision::new(id, situation, reaction, Some(link.account)) }
        };
        let review = || decide(Situation::Disputed, Reaction::Review);
        if !is_whole(record) {
            return decide(Situation::Linked, Reaction::Wait);
        }
        let email = &record.values["email"];
        if !claims.email(email, id) {
            return review();
        }
        let account = &self.accounts[&link.account];
        // The source may have given the id of a leaver to somebody else.
        let differs = |name: &&str| fold(&account.values[*name]) != fold(&record.values[*name]);
        if !link.confirmed && REQUIRED.iter().all(differs) {
            return review();
        }
        let values = with(account, record);
        let groups = changed(account, record);
        let changes = account.values != values || groups.is_some();
        if account.protected && (!account.active || changes) {
            return review();
        }
        let others = self.with_email(email).iter().any(|other| *other != link.account);
        if account.values["email"] != values["email"] && others {
            return review();
        }
        let reaction = match (account.active, changes) {
            (false, _) => Reaction::Reactivate,
            (true, true) => Reaction::Update,
            (true, false) => Reaction::Keep,
        };
        Decision { values: Some(values), groups, ..decide(Situation::Linked, reaction) }
    }
}

/// What an account has after this record was applied: what was edited by hand
/// stays until the source says something new (C15).
fn with(account: &Account, record: &Applied) -> Values {
    let mut values = record.values.clone();
    for (name, then) in &account.edited {
        if record.values.get(name) == then.as_ref() {
            values.remove(name);
            values.extend(account.values.get(name).map(|text| (*name, text.clone())));
        }
    }
    values
}

fn changed(account: &Account, record: &Applied) -> Option<BTreeSet<String>> {
    (account.groups != record.groups).then(|| record.groups.clone())
}

/// Whether nothing is left to do about somebody who comes with this record.
fn is_settled(link: &Link, record: &Applied) -> bool {
    let settled = match &link.leaving {
        None => !record.stands.ends(),
        Some(leaving) => leaving.done && leaving.situation == Situation::Ended && record.stands.ends(),
    };
    settled && link.applied.as_ref() == Some(record)
}

fn is_whole(record: &Applied) -> bool {
    REQUIRED.iter().all(|name| record.values.contains_key(name))
}
