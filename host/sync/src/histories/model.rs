//! What a run comes to, said as simply as it can be: the specification that the
//! product is compared with. It shares words with it (situations, reactions) and
//! no code, keeps everything in plain maps, and always plans from scratch.

mod planning;

use std::collections::BTreeMap;

use rollcall_model::{EventKind, Reaction, Situation};

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
