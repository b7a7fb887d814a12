//! Runs, through every loss of power, with the model doing the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use rollcall_model::{PullMode, Reaction, Run, RunState, Situation};
use rollcall_sandbox::{Nesting, RunInput};

use super::{Consented, World};
use crate::histories::calendar::DAY_MS;
use crate::histories::company::{Token, tokens};
use crate::histories::model::Plan;
use crate::histories::provider::{InMemory, since};
use crate::histories::story::Step;
use crate::run::{Job, Outcome, ReadMode, sync};
use crate::{AuditBuffer, NoProgress, Source, SyncError, each_item};

impl World<'_> {
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
            act: rollcall_model::Act::Sync,
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
    pub(super) fn preview(&mut self, step: &Step) -> Option<rollcall_model::Plan> {
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
    pub(super) fn run(&mut self, step: &Step, preview: Option<&rollcall_model::Plan>) {
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
                // Of people outside a resumed read knows how many came, and not who:
                // whoever comes again counts again.
                let recounts = interrupted && !step.company.twice.is_empty();
                assert!(counts.read == plan.read || recounts, "{} were read, not {}", counts.read, plan.read);
                assert_eq!(counts.in_scope, plan.in_scope);
                assert_eq!(counts.linked, plan.linked);
                assert_eq!(outcome.plan.lines, plan.lines.len() as u64);
                assert_eq!(!outcome.plan.circles.is_empty(), plan.circles);
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
    pub(super) fn again(&mut self, step: &Step) {
        let calm = Step { fault: None, losses: Vec::new(), ..step.clone() };
        let before = (self.model.state(), self.model.events.len());
        let settled = step.fault.is_none() && self.held.is_none() && !self.disputes && !self.unlike_full;
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
        // Changes tell who came into scope, and not who reported to them before.
        let everybody = step.company.read(None);
        let of_all = self.model.plan(&step.company, &everybody, &step.rules, run.started_ms);
        self.unlike_full |= of_all.lines != plan.lines;
        let acts = !plan.decisions.is_empty() || !plan.lines.is_empty();
        let approval = if acts { self.approval.take() } else { None };
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
        self.model.apply(&plan, read.full, &step.rules);
        if plan.circles {
            self.read_in_full = None;
        }
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
