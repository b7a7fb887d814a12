//! A company as its provider has it: people, groups, and what changed when.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{
    Contact, Employment, Group, GroupKind, Member, Membership, Name, Organization, Unit, Worker, WorkerStatus,
};

use super::calendar::iso;

/// Everything that could tell who somebody is has a token in it that nothing else
/// has, so that finding it on a disk says whose value was written, and when.
pub type Token = String;

pub const DEPARTMENTS: [&str; 3] = ["Sales", "Support", "Legal"];

/// The second may lie within the first.
pub const GROUPS: [&str; 2] = ["crew", "guests"];

#[derive(Debug, Clone, PartialEq)]
pub struct Human {
    pub id: String,
    pub status: WorkerStatus,
    pub given: String,
    pub family: String,
    pub email: Option<String>,
    /// Asked for by nobody: never behind the membrane.
    pub private: String,
    pub department: Option<String>,
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub groups: BTreeSet<&'static str>,
    /// The id of whoever they report to, who may be anybody, and nobody.
    pub manager: Option<String>,
    /// When the record changed last.
    pub version: u64,
}

#[derive(Debug, Clone, Default)]
pub struct Company {
    pub people: Vec<Human>,
    /// People who were deleted, with when.
    pub gone: BTreeMap<String, u64>,
    /// As they were when they left.
    pub former: Vec<Human>,
    /// An older record of somebody, which comes first, and their own later, or
    /// that they are gone.
    pub twice: BTreeMap<String, Human>,
    /// Whether the second group lies within the first.
    pub nested: bool,
    pub states_total: bool,
    pub page_size: usize,
    /// Changes so far.
    pub version: u64,
    pub tokens: u64,
}

/// What one read brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub full: bool,
    /// In the order in which they come. Whoever comes twice counts as they came last.
    pub people: Vec<Human>,
    pub gone: Vec<String>,
}

impl Company {
    pub fn token(&mut self) -> Token {
        self.tokens += 1;
        format!("q{:07}z", self.tokens)
    }

    /// Everybody, or what changed since then.
    pub fn read(&self, since: Option<u64>) -> Read {
        let news = |human: &&Human| since.is_none_or(|since| human.version > since);
        let current = self.people.iter().filter(news);
        let older = current.clone().filter_map(|human| self.twice.get(&human.id));
        let deleted = self.gone.iter().filter(|(_, at)| since.is_some_and(|since| **at > since));
        let gone: Vec<_> = deleted.map(|(id, _)| id.clone()).collect();
        let last = gone.iter().filter_map(|id| self.twice.get(id));
        let people = older.chain(current).chain(last).cloned().collect();
        Read { full: since.is_none(), people, gone }
    }

    /// Whether somebody is in a group, or in one within it, whatever an older
    /// record of them may say.
    pub fn is_member(&self, id: &str, group: &str) -> bool {
        let Some(human) = self.people.iter().find(|human| human.id == id) else { return false };
        let within = self.nested && group == GROUPS[0] && human.groups.contains(GROUPS[1]);
        human.groups.contains(group) || within
    }

    pub fn groups(&self) -> Vec<Group> {
        let group = |id: &&str| Group {
            id: (*id).to_owned(),
            name: id.to_uppercase(),
            kind: GroupKind::SecurityGroup,
            parent_id: None,
            description: None,
        };
        GROUPS.iter().map(group).collect()
    }

    /// Who belongs to a group without another between.
    pub fn memberships(&self, group: &str) -> Vec<Membership> {
        let belongs = |member| Membership { group_id: group.to_owned(), member };
        let people = self.people.iter().filter(|human| human.groups.contains(group));
        let mut all: Vec<_> = people.map(|human| belongs(Member::Worker(human.id.as_str().into()))).collect();
        if self.nested && group == GROUPS[0] {
            all.push(belongs(Member::Group(GROUPS[1].to_owned())));
        }
        all
    }
}

impl Human {
    /// As a connector gives it.
    pub fn worker(&self) -> Worker {
        let text = |text: &String| Some(text.clone());
        Worker {
            id: self.id.as_str().into(),
            status: self.status,
            user_name: None,
            name: Name { given: text(&self.given), family: text(&self.family), ..Name::default() },
            contact: Contact {
                work_email: self.email.clone(),
                personal_email: text(&self.private),
                ..Contact::default()
            },
            employment: Employment {
                start_date: self.start.map(iso),
                end_date: self.end.map(iso),
                manager_id: self.manager.clone(),
                ..Employment::default()
            },
            organization: Organization {
                department: self.department.clone().map(|name| Unit { id: None, name: Some(name) }),
                ..Organization::default()
            },
            address: None,
            custom: Vec::new(),
            created_at: None,
            updated_at: None,
        }
    }

    /// What of them may lie on a disk, once they are in scope.
    pub fn tokens(&self) -> impl Iterator<Item = Token> {
        let texts = [Some(&self.id), Some(&self.given), Some(&self.family), self.email.as_ref()];
        texts.into_iter().flatten().flat_map(|text| tokens(text.as_bytes())).collect::<Vec<_>>().into_iter()
    }
}

/// All tokens in bytes, in lower case.
pub fn tokens(bytes: &[u8]) -> Vec<Token> {
    const LENGTH: usize = 9;
    let is_token = |part: &&[u8]| matches!(part, [b'q' | b'Q', digits @ .., b'z' | b'Z'] if digits.iter().all(u8::is_ascii_digit));
    let found = bytes.windows(LENGTH).filter(is_token);
    found.map(|token| String::from_utf8_lossy(token).to_lowercase()).collect()
}
