//! Plays a story: the real sync on a real store over a simulated disk, with the
//! model beside it.

mod by_hand;
mod runs;

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::AccountId;
use rollcall_store::{MasterKey, SimulatedDisk, Store, TenantStore};
use tokio::runtime::Runtime;

use crate::approve::{ApproveError, Consent, approve, waiting};

use super::company::Token;
use super::model::{Acts, Model, Number};
use super::provider::Fault;
use super::random::Random;
use super::rules::Rules;
use super::story::{Approving, Step, Story};

/// What was played, for a person to see that it was not little.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Played {
    pub runs: u64,
    pub previews: u64,
    pub losses: u64,
    pub resumed: u64,
    pub faults: u64,
    pub changes_read: u64,
    pub held: u64,
    pub approved: u64,
    /// Acts by hand that were not refused.
    pub by_hand: u64,
    /// Histories that came to the same without power loss and reads of changes.
    pub compared: u64,
}

impl std::ops::AddAssign for Played {
    fn add_assign(&mut self, more: Self) {
        self.runs += more.runs;
        self.previews += more.previews;
        self.losses += more.losses;
        self.resumed += more.resumed;
        self.faults += more.faults;
        self.changes_read += more.changes_read;
        self.held += more.held;
        self.approved += more.approved;
        self.by_hand += more.by_hand;
        self.compared += more.compared;
    }
}

pub struct World<'a> {
    runtime: &'a Runtime,
    disk: SimulatedDisk,
    pub store: Store,
    pub tenant: TenantStore,
    pub model: Model,
    /// Accounts of the model as the product numbers them.
    pub names: BTreeMap<Number, AccountId>,
    /// Events that were compared.
    pub events: usize,
    /// Every e-mail that an account ever had, to look for.
    pub emails: BTreeSet<String>,
    /// What may lie on the disk: of whom was in scope when they were read.
    allowed: BTreeSet<Token>,
    held: Option<Consented>,
    pub approval: Option<Consented>,
    read_in_full: Option<(i64, Rules)>,
    pub played: Played,
    /// Whether anybody was disputed: then it counts who comes first, and with whom.
    pub disputes: bool,
    /// Whether access was given back: what the last run is depends on how it was
    /// interrupted.
    pub undone: bool,
    /// Whether a full read brought nobody, which is not believed; changes may tell
    /// of each of them.
    pub emptied: bool,
    /// Whether somebody's manager was not known to a run that did not read everything.
    pub unlike_full: bool,
}

/// A plan that waits, or that was approved.
#[derive(Clone)]
pub struct Consented {
    acts: Acts,
    rules: Rules,
    expires_ms: i64,
}

fn open(disk: &SimulatedDisk) -> (Store, TenantStore) {
    let store = disk.store(MasterKey::from_bytes([7; 32])).expect("opens what is left");
    let tenant = store.tenant(&"acme".into()).expect("opens what is left");
    (store, tenant)
}

impl<'a> World<'a> {
    pub fn new(runtime: &'a Runtime) -> Self {
        let disk = SimulatedDisk::default();
        disk.record();
        let (store, tenant) = open(&disk);
        Self {
            runtime,
            disk,
            store,
            tenant,
            model: Model::default(),
            names: BTreeMap::new(),
            events: 0,
            emails: BTreeSet::new(),
            allowed: BTreeSet::new(),
            held: None,
            approval: None,
            read_in_full: None,
            played: Played::default(),
            disputes: false,
            undone: false,
            emptied: false,
            unlike_full: false,
        }
    }

    pub fn play(&mut self, story: &Story) {
        let mut before_ms = 0;
        for step in &story.steps {
            if let Some(approval) = step.approval {
                self.approve(approval, before_ms);
            }
            step.locals.iter().for_each(|local| self.add(local, step.now_ms));
            step.acts.iter().for_each(|act| self.by_hand(act, step));
            let step = &self.without_what_cannot_be(step);
            self.allow(step);
            let preview = if step.preview { self.preview(step) } else { None };
            self.run(step, preview.as_ref());
            if step.again {
                self.again(step);
            }
            before_ms = step.now_ms;
        }
    }

    /// Nobody there is an answer where nobody was before.
    fn without_what_cannot_be(&self, step: &Step) -> Step {
        let nobody = step.fault == Some(Fault::ZeroPeople) && self.model.links.is_empty();
        Step { fault: step.fault.filter(|_| !nobody), ..step.clone() }
    }

    fn allow(&mut self, step: &Step) {
        let people = step.company.people.iter().chain(step.company.twice.values());
        let kept_out = &self.model.excluded;
        let in_scope =
            people.filter(|human| step.rules.keeps(&step.company, human) && !kept_out.contains(&human.id));
        self.allowed.extend(in_scope.flat_map(|human| human.tokens()));
    }

    /// Of the disk, so far.
    pub fn operations(&self) -> u64 {
        self.disk.operations()
    }

    fn approve(&mut self, approval: Approving, now_ms: i64) {
        let integration = "people".into();
        let waits = waiting(&self.tenant, &integration).expect("reads");
        assert_eq!(waits.is_some(), self.held.is_some(), "a plan waits when a run was held");
        let Some((_, plan)) = waits else { return };
        let right = plan.hash.to_string();
        let (hash, hours) = match approval {
            Approving::AnotherPlan => (right.chars().rev().collect(), 1),
            Approving::Hours(hours) => (right.clone(), hours),
        };
        let consent = Consent { plan: &hash, by: "Ada", reason: "as agreed", hours, now_ms };
        match approve(&self.store, &self.tenant, &integration, &consent) {
            Ok(approved) => {
                assert_eq!(hash, right, "another plan is not approved");
                let held = self.held.as_ref().expect("a plan waits");
                let expires_ms = approved.expires_ms;
                self.approval = Some(Consented { expires_ms, ..held.clone() });
            }
            Err(ApproveError::Another { .. }) => assert_ne!(hash, right),
            Err(other) => panic!("{other}"),
        }
    }

    /// Power comes back, and the program is started again.
    fn restart(&mut self, loss: &super::story::PowerLoss) {
        let mut random = Random::new(loss.seed);
        self.played.losses += 1;
        self.disk.restart(loss.how, || random.percent(50));
        (self.store, self.tenant) = open(&self.disk);
    }
}
