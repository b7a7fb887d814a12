//! What a run comes to, said as simply as it can be: the specification that the
//! product is compared with. It shares words with it (situations, reactions) and
//! no code, keeps everything in plain maps, and always plans from scratch.

mod by_hand;
mod leave;
mod lines;
mod planning;

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{EventKind, Leaving, Reaction, Situation};

use super::rules::{Rules, Stands};
use lines::Lines;

/// An account's number in the model; the product has numbers of its own.
pub type Number = u64;

pub type Values = BTreeMap<&'static str, String>;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    pub accounts: BTreeMap<Number, Account>,
    /// By source id.
    pub links: BTreeMap<String, Link>,
    /// By who reports, to whom.
    pub managers: BTreeMap<Number, Number>,
    /// People whom an admin keeps out.
    pub excluded: BTreeSet<String>,
    pub events: Vec<(EventKind, Subject)>,
    /// Of the last run that came to its end.
    pub rules: Option<Rules>,
    /// Whether everybody was read and applied once.
    pub synced: bool,
    /// Whose access the last run took away.
    pub taken: Vec<Number>,
    numbers: Number,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    Account(Number),
    Group(String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Account {
    pub active: bool,
    pub values: Values,
    /// The person at the source that it belongs to.
    pub owner: Option<String>,
    pub groups: BTreeSet<String>,
    pub protected: bool,
    /// Flagged as nobody's (C17).
    pub non_matching: bool,
    /// People whom it does not belong to, by the word of an admin.
    pub not_same: BTreeSet<String>,
    /// What was edited by hand, with what the source had (C15).
    pub edited: BTreeMap<&'static str, Option<String>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub account: Number,
    /// The record that was applied last, and under what rules. None: whatever
    /// they are like when they come back, it is looked at.
    pub applied: Option<Applied>,
    pub leaving: Option<Leaving>,
    /// An admin said that it is them.
    pub confirmed: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    pub values: Values,
    pub groups: BTreeSet<String>,
    pub stands: Stands,
    pub rules: Rules,
}

#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub decisions: Vec<Decision>,
    pub groups: Vec<GroupAct>,
    pub lines: Lines,
    /// Whether people lead each other in a circle.
    pub circles: bool,
    pub situations: BTreeMap<Situation, u64>,
    pub reactions: BTreeMap<Reaction, u64>,
    pub read: u64,
    pub in_scope: u64,
    pub linked: u64,
    /// Rule 3: too many people would lose access.
    pub holds: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Of the person; empty for an account that is nobody's.
    pub id: String,
    pub situation: Situation,
    pub reaction: Reaction,
    pub account: Option<Number>,
    /// As they were read. None: they were not.
    pub read: Option<Applied>,
    /// What the account has from now on. None: as before.
    pub values: Option<Values>,
    pub groups: Option<BTreeSet<String>>,
    pub leaving: Option<Leaving>,
    /// The id that they had before.
    pub replaces: Option<String>,
}

/// What becomes of a group: whether it was there and will be, who joins and leaves.
pub type GroupAct = (String, bool, bool, u64, u64);

/// What an approval is for: who, what, with which record, and to which groups.
pub type Acts =
    (Vec<(String, Situation, Reaction, Option<Number>, Option<(Values, Stands)>)>, Vec<GroupAct>, Lines);

impl Plan {
    pub fn acts(&self) -> Acts {
        let changes = |decision: &&Decision| {
            !matches!(decision.reaction, Reaction::Keep | Reaction::Wait | Reaction::Review)
        };
        let act = |one: &Decision| {
            let record = one.read.clone().map(|read| (read.values, read.stands));
            (one.id.clone(), one.situation, one.reaction, one.account, record)
        };
        let mut acts: Vec<_> = self.decisions.iter().filter(changes).map(act).collect();
        acts.sort();
        (acts, self.groups.clone(), self.lines.clone())
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
/// where they are on the way out, their managers, and accounts that nobody is linked
/// to.
pub type State = (BTreeMap<String, (Account, Option<Leaving>)>, BTreeMap<String, Values>, Vec<Values>);

impl Model {
    pub fn state(&self) -> State {
        let theirs = |link: &Link| (self.accounts[&link.account].clone(), link.leaving.clone());
        let people = self.links.iter().map(|(id, link)| (id.clone(), theirs(link))).collect();
        let local = self.accounts.values().filter(|account| account.owner.is_none());
        let mut locals: Vec<_> = local.map(|account| account.values.clone()).collect();
        locals.sort();
        let manager = |link: &Link| self.managers.get(&link.account);
        let managers = self
            .links
            .iter()
            .filter_map(|(id, link)| Some((id.clone(), self.accounts[manager(link)?].values.clone())));
        (people, managers.collect(), locals)
    }

    /// How many belong to each group.
    pub fn members(&self) -> BTreeMap<String, u64> {
        let mut members = BTreeMap::new();
        for group in self.accounts.values().flat_map(|account| &account.groups) {
            *members.entry(group.clone()).or_default() += 1;
        }
        members
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

    fn emit(&mut self, kind: EventKind, account: Number) {
        self.events.push((kind, Subject::Account(account)));
    }

    pub fn apply(&mut self, plan: &Plan, full: bool, rules: &Rules) {
        let before = self.members();
        self.taken.clear();
        for decision in &plan.decisions {
            self.decision(decision);
        }
        self.apply_lines(&plan.lines);
        let after = self.members();
        let mut tell = |kind, of: &BTreeMap<String, u64>, without: &BTreeMap<String, u64>| {
            let changed = of.keys().filter(|key| !without.contains_key(*key));
            self.events.extend(changed.map(|key| (kind, Subject::Group(key.clone()))));
        };
        tell(EventKind::GroupCreated, &after, &before);
        tell(EventKind::GroupRemoved, &before, &after);
        self.rules = Some(rules.clone());
        self.synced |= full;
    }

    fn decision(&mut self, decision: &Decision) {
        let Decision { id, reaction, read, leaving, .. } = decision;
        let number = match (*reaction, decision.account) {
            (Reaction::Wait | Reaction::Review, _) => {
                // Whoever is back in the source is no longer on the way out.
                let is_back = read.as_ref().is_some_and(|read| !read.stands.ends());
                let link = self.links.get_mut(id).filter(|link| is_back && link.leaving.is_some());
                if let Some(link) = link {
                    (link.applied, link.leaving) = (None, None);
                }
                return;
            }
            (Reaction::Remove, Some(number)) => {
                self.accounts.remove(&number);
                self.links.remove(id);
                return self.emit(EventKind::Removed, number);
            }
            (_, Some(number)) => number,
            (Reaction::Create, None) => self.new_account(Account { active: true, ..Account::default() }),
            (_, None) => panic!("{reaction} of nobody"),
        };
        let account = self.accounts.get_mut(&number).expect("is there");
        if let Some(values) = &decision.values {
            // What the source sets is no longer what somebody wrote by hand.
            account.edited.retain(|name, _| account.values.get(name) == values.get(name));
            account.values.clone_from(values);
        }
        if let Some(groups) = &decision.groups {
            account.groups.clone_from(groups);
        }
        let had_access = account.active;
        let event = match reaction {
            Reaction::Create => {
                account.owner = Some(id.clone());
                EventKind::Created
            }
            Reaction::Link => {
                (account.owner, account.active, account.non_matching) = (Some(id.clone()), true, false);
                EventKind::Linked
            }
            Reaction::Update => EventKind::Updated,
            Reaction::Reactivate => {
                account.active = true;
                EventKind::Reactivated
            }
            Reaction::Deactivate => {
                account.active = false;
                self.taken.push(number);
                EventKind::Deactivated
            }
            Reaction::Flag => {
                account.non_matching |= decision.situation == Situation::Local;
                EventKind::Flagged
            }
            Reaction::Keep => return self.link(id, number, read.clone(), leaving.clone()),
            other => panic!("{other} does not come about"),
        };
        if *reaction == Reaction::Link && !had_access {
            self.emit(EventKind::Reactivated, number);
        }
        self.emit(event, number);
        if let Some(old) = &decision.replaces {
            self.links.remove(old);
        }
        if decision.situation != Situation::Local {
            self.link(id, number, read.clone(), leaving.clone());
        }
    }

    fn link(&mut self, id: &str, account: Number, applied: Option<Applied>, leaving: Option<Leaving>) {
        self.links.insert(id.to_owned(), Link { account, applied, leaving, confirmed: false });
    }
}
