//! What a run comes to, said as simply as it can be: the specification that the
//! product is compared with. It shares words with it (situations, reactions) and
//! no code, keeps everything in plain maps, and always plans from scratch.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{EventKind, Reaction, Situation};
use rollcall_pipeline::{LeaveAction, LeaveConfig};

use super::calendar::DAY_MS;
use super::company::{Company, Human, Read};
use super::rules::{Rules, Stands};
use super::story::Local;

/// An account's number in the model; the product has numbers of its own.
pub type Number = u64;

pub type Values = BTreeMap<&'static str, String>;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    pub accounts: BTreeMap<Number, Account>,
    /// By source id.
    pub links: BTreeMap<String, Link>,
    pub events: Vec<(EventKind, Number)>,
    numbers: Number,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    pub active: bool,
    pub values: Values,
    /// The person at the source that it belongs to.
    pub owner: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub account: Number,
    /// The record that was applied last, and under what rules. None: whatever
    /// they are like when they come back, it is looked at.
    pub applied: Option<Applied>,
    pub leaving: Option<Leaving>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    pub values: Values,
    pub stands: Stands,
    pub rules: Rules,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Leaving {
    pub situation: Situation,
    pub since_ms: i64,
    pub done: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub decisions: Vec<Decision>,
    pub situations: BTreeMap<Situation, u64>,
    pub reactions: BTreeMap<Reaction, u64>,
    pub read: u64,
    pub in_scope: u64,
    pub linked: u64,
    /// Whether anybody was looked at, if only to be left alone.
    pub has_parts: bool,
    /// Rule 3: too many people would lose access.
    pub holds: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub id: String,
    pub situation: Situation,
    pub reaction: Reaction,
    pub account: Option<Number>,
    /// As they were read. None: they were not.
    pub read: Option<Applied>,
    pub leaving: Option<Leaving>,
}

/// What an approval is for: who, what, and with which record.
pub type Act = (String, Situation, Reaction, Option<Number>, Option<(Values, Stands)>);

impl Plan {
    pub fn acts(&self) -> Vec<Act> {
        let changes = |decision: &&Decision| {
            !matches!(decision.reaction, Reaction::Keep | Reaction::Wait | Reaction::Review)
        };
        let act = |one: &Decision| {
            let record = one.read.clone().map(|read| (read.values, read.stands));
            (one.id.clone(), one.situation, one.reaction, one.account, record)
        };
        let mut acts: Vec<_> = self.decisions.iter().filter(changes).map(act).collect();
        acts.sort();
        acts
    }

    fn count(&mut self, situation: Situation, reaction: Reaction, people: u64) {
        if people > 0 {
            *self.situations.entry(situation).or_default() += people;
            *self.reactions.entry(reaction).or_default() += people;
        }
    }
}

pub fn fold(email: &str) -> String {
    email.trim().to_lowercase()
}

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

/// What can be seen of it all, whoever was numbered first: people's accounts with
/// where they are on the way out, and accounts that nobody is linked to.
pub type State = (BTreeMap<String, (Account, Option<Leaving>)>, Vec<Values>);

impl Model {
    pub fn state(&self) -> State {
        let theirs = |link: &Link| (self.accounts[&link.account].clone(), link.leaving.clone());
        let people = self.links.iter().map(|(id, link)| (id.clone(), theirs(link))).collect();
        let local = self.accounts.values().filter(|account| account.owner.is_none());
        let mut locals: Vec<_> = local.map(|account| account.values.clone()).collect();
        locals.sort();
        (people, locals)
    }

    /// Somebody makes an account by hand.
    pub fn add(&mut self, local: &Local) -> Number {
        let values = [("email", &local.email), ("given_name", &local.given), ("family_name", &local.family)];
        let values = values.map(|(name, text)| (name, text.clone())).into();
        self.new_account(Account { active: true, values, owner: None })
    }

    fn new_account(&mut self, account: Account) -> Number {
        self.numbers += 1;
        self.accounts.insert(self.numbers, account);
        self.numbers
    }

    fn with_email(&self, email: &str) -> Vec<Number> {
        let has = |account: &Account| account.values.get("email").is_some_and(|own| fold(own) == fold(email));
        self.accounts.iter().filter(|(_, account)| has(account)).map(|(number, _)| *number).collect()
    }

    // ------------------------------------------------------------ planning ----

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

    // ------------------------------------------------------------ applying ----

    pub fn apply(&mut self, plan: &Plan) {
        for decision in &plan.decisions {
            self.decision(decision);
        }
    }

    fn decision(&mut self, decision: &Decision) {
        let Decision { id, reaction, account, read, leaving, .. } = decision;
        let taken_over = || read.as_ref().map(|read| read.values.clone()).unwrap_or_default();
        let (number, event) = match (*reaction, *account) {
            (Reaction::Wait | Reaction::Review, _) => return,
            (Reaction::Create, _) => {
                let account = Account { active: true, values: taken_over(), owner: Some(id.clone()) };
                (self.new_account(account), Some(EventKind::Created))
            }
            (_, None) => panic!("{reaction} of nobody"),
            (Reaction::Remove, Some(number)) => {
                self.accounts.remove(&number);
                self.links.remove(id);
                return self.events.push((EventKind::Removed, number));
            }
            (Reaction::Link, Some(number)) => {
                let account = self.accounts.get_mut(&number).expect("is there");
                (account.owner, account.values) = (Some(id.clone()), taken_over());
                (number, Some(EventKind::Linked))
            }
            (Reaction::Update | Reaction::Reactivate, Some(number)) => {
                let account = self.accounts.get_mut(&number).expect("is there");
                (account.active, account.values) = (true, taken_over());
                let back = *reaction == Reaction::Reactivate;
                (number, Some(if back { EventKind::Reactivated } else { EventKind::Updated }))
            }
            (Reaction::Deactivate, Some(number)) => {
                self.accounts.get_mut(&number).expect("is there").active = false;
                (number, Some(EventKind::Deactivated))
            }
            (Reaction::Flag, Some(number)) => (number, Some(EventKind::Flagged)),
            (Reaction::Keep, Some(number)) => (number, None),
            (Reaction::Unlink, Some(_)) => panic!("there is one source"),
        };
        self.events.extend(event.map(|kind| (kind, number)));
        let link = Link { account: number, applied: read.clone(), leaving: leaving.clone() };
        self.links.insert(id.clone(), link);
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
