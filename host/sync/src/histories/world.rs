//! Plays a story: the real sync on a real store over a simulated disk, with the
//! model beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rollcall_model::{
    Account, AccountId, AccountStatus, PullMode, Reaction, Run, RunState, Situation, Value,
};
use rollcall_sandbox::{Nesting, RunInput};
use rollcall_store::{MasterKey, SimulatedDisk, Store, TenantStore};
use tokio::runtime::Runtime;

use crate::approve::{ApproveError, Consent, approve, waiting};
use crate::run::{Job, Outcome, ReadMode, sync};
use crate::{AuditBuffer, NoProgress, Source, SyncError, each_item};

use super::calendar::DAY_MS;
use super::company::{Token, tokens};
use super::model::{Act, Model, Number, Plan};
use super::provider::{Fault, InMemory, since};
use super::random::Random;
use super::rules::Rules;
use super::story::{Approving, Local, Step, Story};

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
    approval: Option<Consented>,
    read_in_full: Option<(i64, Rules)>,
    pub played: Played,
    /// Whether anybody was disputed: then it counts who comes first, and with whom.
    pub disputes: bool,
    /// Whether a full read brought nobody, which is not believed; changes may tell
    /// of each of them.
    pub emptied: bool,
}

/// A plan that waits, or that was approved.
struct Consented {
    acts: Vec<Act>,
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
            emptied: false,
        }
    }

    pub fn play(&mut self, story: &Story) {
        let mut before_ms = 0;
        for step in &story.steps {
            if let Some(approval) = step.approval {
                self.approve(approval, before_ms);
            }
            step.locals.iter().for_each(|local| self.add(local, step.now_ms));
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
        let in_scope = people.filter(|human| step.rules.keeps(&step.company, human));
        self.allowed.extend(in_scope.flat_map(|human| human.tokens()));
    }

    /// Of the disk, so far.
    pub fn operations(&self) -> u64 {
        self.disk.operations()
    }

    // ------------------------------------------------------- around a run ----

    /// As the command line adds an account.
    fn add(&mut self, local: &Local, now_ms: i64) {
        let number = self.model.add(local);
        let text = |text: &String| Value::Text(text.clone());
        let account = |id: AccountId| -> Account {
            Account {
                id,
                status: AccountStatus::Active,
                attributes: [
                    ("email", &local.email),
                    ("given_name", &local.given),
                    ("family_name", &local.family),
                ]
                .map(|(name, value)| (name.to_owned(), text(value)))
                .into(),
                owner: None,
                created_ms: now_ms,
                updated_ms: now_ms,
            }
        };
        let id = self.tenant.apply(|apply| {
            let id = apply.new_account_id();
            apply.put_account(&account(id))?;
            apply.put_key("email", &local.email.to_lowercase(), id, false);
            Ok(id)
        });
        self.names.insert(number, id.expect("adds"));
        self.allowed.extend(local.tokens());
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
                let (acts, rules) = (held.acts.clone(), held.rules.clone());
                self.approval = Some(Consented { acts, rules, expires_ms: approved.expires_ms });
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

    // ---------------------------------------------------------------- runs ----

    fn sync(&self, step: &Step, plan_only: bool) -> (Result<Outcome, SyncError>, bool) {
        let provider = Arc::new(InMemory::new(step.company.clone(), step.fault));
        let now_ms = step.now_ms;
        let source = Source {
            provider: Arc::clone(&provider) as _,
            run: RunInput {
                id: "run".into(),
                mode: PullMode::Full,
                now_ms: now_ms as u64,
                settings: Arc::new([]),
                wanted_attributes: Arc::new([]),
                wanted_groups: Arc::new([]),
                nesting: Nesting::Direct,
                page_size: 1,
            },
            upstreams: Vec::new(),
        };
        let job = Job {
            store: self.store.clone(),
            tenant: self.tenant.clone(),
            integration: "people".into(),
            source,
            config: step.rules.config(),
            plan_only,
            read: if step.reads_all { ReadMode::Full } else { ReadMode::Auto },
            watch: None,
            now_ms,
            audit: AuditBuffer::new("acme".into(), Arc::new(move || now_ms)),
            progress: Arc::new(NoProgress),
        };
        let result = self.runtime.block_on(sync(&job, |ready| {
            let mut reactions = BTreeMap::<Reaction, u64>::new();
            each_item(ready.tenant, ready.staging, ready.plan, |item| {
                *reactions.entry(item.reaction).or_default() += 1;
            })?;
            let mut counted = ready.plan.counts.reactions.clone();
            counted.remove(&Reaction::Keep);
            assert_eq!(reactions, counted, "the items of a plan are what it counts");
            Ok(())
        }));
        (result, provider.has_struck())
    }

    /// A plan alone: it writes nothing about anybody. None: the read has to fail.
    fn preview(&mut self, step: &Step) -> Option<rollcall_model::Plan> {
        self.scan();
        let before = self.tenant.latest_run(&"people".into()).expect("reads");
        let (result, _) = self.sync(&Step { fault: None, ..step.clone() }, true);
        if result.is_err() {
            assert!(self.everybody_is_gone(step));
            return None;
        }
        let plan = result.expect("plans").plan;
        assert_eq!(tokens(&self.disk.recorded()), Vec::<Token>::new(), "a preview wrote about somebody");
        assert_eq!(self.tenant.latest_run(&"people".into()).expect("reads"), before);
        self.played.previews += 1;
        Some(plan)
    }

    /// A full read that brings nobody, where there were people, has to fail
    /// (safety rule 1).
    fn everybody_is_gone(&self, step: &Step) -> bool {
        step.company.people.is_empty() && !self.model.links.is_empty()
    }

    /// One run, through every loss of power, to its end.
    fn run(&mut self, step: &Step, preview: Option<&rollcall_model::Plan>) {
        let mut losses = step.losses.iter();
        let mut interrupted = false;
        let mut last = self.tenant.latest_run(&"people".into()).expect("reads").map(|run| run.id);
        let mut struck = false;
        let result = loop {
            let loss = losses.next();
            if let Some(loss) = loss {
                self.disk.lose_power_after(loss.after);
            }
            let (result, fault) = self.sync(step, false);
            struck |= fault;
            match loss.filter(|_| self.disk.has_lost_power()) {
                None => break result,
                Some(loss) => self.restart(loss),
            }
            interrupted = true;
            // It may have come to its end before the power was lost.
            let run = self.tenant.latest_run(&"people".into()).expect("reads");
            if let Some(run) = run.filter(|run| Some(run.id) != last) {
                match run.state {
                    RunState::Done | RunState::Held { .. } => {
                        self.settle(step, &run);
                        last = Some(run.id);
                    }
                    RunState::Failed { .. } => last = Some(run.id),
                    RunState::Reading | RunState::Applying { .. } => self.played.resumed += 1,
                    RunState::Superseded => panic!("nothing came after it"),
                }
            }
        };
        self.disk.keep_power();
        self.played.runs += 1;
        match result {
            Ok(outcome) => {
                assert!(!struck, "a read that has to fail came to its end");
                let plan = self.settle(step, &outcome.run);
                let counts = &outcome.plan.counts;
                assert_eq!(counts.situations, plan.situations);
                assert_eq!(counts.reactions, plan.reactions);
                assert_eq!((counts.read, counts.in_scope), (plan.read, plan.in_scope));
                assert_eq!(counts.linked, plan.linked);
                if let Some(preview) =
                    preview.filter(|preview| !interrupted && same_read(step, preview, &outcome))
                {
                    assert_eq!((&preview.counts, preview.hash), (counts, outcome.plan.hash));
                    assert_eq!(preview.held, outcome.plan.held);
                }
            }
            Err(SyncError::Failed(failure)) => {
                let run = self.tenant.latest_run(&"people".into()).expect("reads").expect("there was a run");
                let nobody = run.mode == PullMode::Full && self.everybody_is_gone(step);
                let recount = interrupted && step.company.states_total && !step.company.twice.is_empty();
                assert!(struck || nobody || recount, "nothing was wrong with the read: {failure}");
                assert!(matches!(run.state, RunState::Failed { .. }), "{:?}", run.state);
                self.played.faults += u64::from(struck);
                self.emptied |= nobody;
                self.held = None;
                if !struck && !nobody {
                    // Of people outside the filter a resumed read knows how many came,
                    // and not who: one who comes again is one too many.
                    return self.run(&Step { losses: Vec::new(), ..step.clone() }, None);
                }
            }
            Err(other) => panic!("{other}"),
        }
        self.check();
        self.scan();
    }

    /// Nothing changed: nothing is to be done, unless something waits for a person.
    fn again(&mut self, step: &Step) {
        let calm = Step { fault: None, losses: Vec::new(), ..step.clone() };
        let before = (self.model.state(), self.model.events.len());
        let settled = step.fault.is_none() && self.held.is_none() && !self.disputes;
        self.run(&calm, None);
        if settled {
            let after = (self.model.state(), self.model.events.len());
            assert_eq!(after, before, "a second run of the same source changed something");
        }
    }

    /// Has the model do what a run did that came to its end.
    fn settle(&mut self, step: &Step, run: &Run) -> Plan {
        assert_eq!(run.started_ms, step.now_ms);
        let since = since(&run.mode);
        let read = step.company.read(since);
        assert!(!read.full || !self.everybody_is_gone(step), "nobody came, and that was believed");
        if since.is_some() {
            self.played.changes_read += 1;
            let (full_ms, rules) = self.read_in_full.as_ref().expect("changes come after everything");
            assert!(run.started_ms - full_ms < DAY_MS && *rules == step.rules, "changes are not enough");
        }
        let plan = self.model.plan(&step.company, &read, &step.rules, run.started_ms);
        self.disputes |= plan.situations.contains_key(&Situation::Disputed);
        let approval = if plan.has_parts { self.approval.take() } else { None };
        let consent = Consented { acts: plan.acts(), rules: step.rules.clone(), expires_ms: 0 };
        let approved = approval.is_some_and(|approval| {
            approval.acts == consent.acts
                && approval.rules == consent.rules
                && step.now_ms < approval.expires_ms
        });
        if plan.holds && !approved {
            assert!(matches!(run.state, RunState::Held { .. }), "{:?}: too many lose access", run.state);
            self.played.held += 1;
            self.held = Some(consent);
            return plan;
        }
        assert_eq!(run.state, RunState::Done);
        self.played.approved += u64::from(plan.holds);
        self.held = None;
        if read.full {
            self.read_in_full = Some((run.started_ms, step.rules.clone()));
        }
        self.model.apply(&plan);
        plan
    }

    /// Nobody is on the disk who was never in scope, in any byte ever written.
    fn scan(&mut self) {
        for token in tokens(&self.disk.recorded()) {
            assert!(self.allowed.contains(&token), "{token} was written and is of nobody in scope");
        }
    }
}

/// A checkpoint that turns out to have expired has a run read more than its
/// preview, which did not meet the fault.
fn same_read(step: &Step, preview: &rollcall_model::Plan, outcome: &Outcome) -> bool {
    step.fault.is_none() || preview.counts.full == outcome.plan.counts.full
}
