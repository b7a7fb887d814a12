//! The pipeline: an admin's configuration, compiled for one run.

use std::collections::HashSet;

use rollcall_model::{Attribute, Kept, Sensitivity, Value, Worker, WorkerStatus};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::config::PipelineConfig;
use crate::fingerprint::{SourceHash, fingerprint};
use crate::groups::GroupMembers;
use crate::mapping::Mapping;
use crate::matching::{Claims, fold};
use crate::membrane::{Membrane, Record, Slot};
use crate::person::{Person, Standing};
use crate::planning::Planner;
use crate::policy::Policies;
use crate::problem::Problem;
use crate::scope::{Scope, Tally};

#[derive(Debug, Clone)]
pub struct Pipeline {
    pub(crate) membrane: Membrane,
    pub(crate) scope: Scope,
    pub(crate) mapping: Mapping,
    policies: Policies,
    keys: Vec<usize>,
    /// Attributes that say where a person stands.
    pub(crate) start: Slot,
    pub(crate) end: Slot,
    now_ms: i64,
    today: String,
    configuration: [u8; 32],
    /// The seed of fingerprints: the configuration, shortened.
    seed: u64,
}

/// What the scope says about one worker.
#[derive(Debug)]
pub enum Verdict {
    In(Box<Person>),
    Out,
}

impl Pipeline {
    /// All problems at once, or a pipeline for a run that begins at `now_ms`.
    pub fn compile(config: &PipelineConfig, now_ms: i64) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut membrane = Membrane::default();
        let classes: HashSet<_> = config.classes.iter().copied().chain([Sensitivity::Basic]).collect();
        let policies = Policies::compile(&config.policies, &mut problems);
        let today = policies.day(now_ms);
        let scope = Scope::compile(&config.filter, today, &mut membrane, &mut problems);
        let defaults;
        let lines = if config.mapping.is_empty() {
            defaults = Mapping::default_lines(&classes);
            &defaults
        } else {
            &config.mapping
        };
        let mapping = Mapping::compile(lines, &classes, &mut membrane, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let configuration = digest(config);
        let [a, b, c, d, e, f, g, h, ..] = configuration;
        Ok(Self {
            start: membrane.admit(Attribute::StartDate),
            end: membrane.admit(Attribute::EndDate),
            today: today.to_string(),
            keys: mapping.keys(),
            seed: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            configuration,
            membrane,
            scope,
            mapping,
            policies,
            now_ms,
        })
    }

    /// One worker's way: membrane, scope, mapping.
    pub fn process(
        &self,
        worker: Worker,
        hash: SourceHash,
        members: &GroupMembers,
        tally: &mut Tally,
    ) -> Verdict {
        let record = self.membrane.pass(worker);
        if !self.scope.holds(&record, hash, members, tally) {
            return Verdict::Out;
        }
        let values = self.mapping.map(&record);
        let standing = self.standing(&record);
        let lacking = self.mapping.lacking(&values).map(str::to_owned);
        let mut encoded = Vec::with_capacity(512);
        // Encoding into memory fails only for types that these are not.
        let _ = values.serialize(&mut rmp_serde::Serializer::new(&mut encoded));
        encoded.push(standing as u8);
        let print = fingerprint(self.seed, &encoded);
        encoded.pop();
        let key = |at: &usize| {
            let value = values.get(*at)?.as_ref()?.as_text()?;
            Some((self.mapping.targets().get(*at)?.clone(), fold(value)))
        };
        Verdict::In(Box::new(Person {
            keys: self.keys.iter().filter_map(key).collect(),
            label: self.label(&record, &values),
            source_id: record.id,
            standing,
            lacking,
            fingerprint: print,
            values: encoded,
        }))
    }

    /// A person's values, in the order of [`Pipeline::targets`]. None: the bytes
    /// are not what this version wrote.
    pub fn values(&self, person: &Person) -> Option<Vec<Option<Value>>> {
        rmp_serde::from_slice(&person.values).ok()
    }

    pub fn planner(&self) -> Planner<'_> {
        Planner {
            mapping: &self.mapping,
            policies: &self.policies,
            now_ms: self.now_ms,
            claims: Claims::default(),
        }
    }

    /// Names of the account's attributes.
    pub fn targets(&self) -> &[String] {
        self.mapping.targets()
    }

    /// Those whose values are not shown.
    pub fn hidden_targets(&self) -> impl Iterator<Item = &str> {
        let hidden = |(at, _): &(usize, &String)| self.mapping.is_sensitive(*at);
        self.mapping.targets().iter().enumerate().filter(hidden).map(|(_, target)| target.as_str())
    }

    /// Attributes of accounts by which people are found.
    pub fn key_targets(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|at| self.mapping.targets().get(*at)).map(String::as_str)
    }

    /// How many people each clause of the filter keeps, for a person to read.
    pub fn kept(&self, tally: &Tally) -> Vec<Kept> {
        let counts = tally.kept.iter().copied().chain(std::iter::repeat(0));
        let each = self.scope.clauses().iter().zip(counts);
        each.map(|(clause, kept)| Kept { place: clause.place.clone(), says: clause.says.clone(), kept })
            .collect()
    }

    /// What to ask the connector for.
    pub fn wanted(&self) -> &[Attribute] {
        self.membrane.wanted()
    }

    /// The groups that the filter names, by id or name.
    pub fn filter_groups(&self) -> &[String] {
        self.scope.groups()
    }

    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// SHA-256 of the configuration.
    pub fn configuration(&self) -> &[u8; 32] {
        &self.configuration
    }

    /// Dates are ISO 8601, so that their order is that of their texts.
    fn standing(&self, record: &Record) -> Standing {
        let date = |slot| record.get(slot).and_then(Value::as_text);
        let ended = self.policies.use_end_date && date(self.end).is_some_and(|end| *end < *self.today);
        if record.status.is_ended() || ended {
            return Standing::Ended;
        }
        let start = date(self.start).and_then(|start| start.parse().ok());
        let begun = self.policies.has_begun(start, self.policies.day(self.now_ms));
        let pending = record.status == WorkerStatus::Pending && start.is_none();
        if begun && !(pending && self.waits_for_start()) { Standing::Due } else { Standing::Waiting }
    }

    fn waits_for_start(&self) -> bool {
        self.policies.activation != crate::policy::Activation::OnAppearance
    }

    fn label(&self, record: &Record, values: &[Option<Value>]) -> String {
        let shown = |name: &str| {
            let at = self.mapping.targets().iter().position(|target| target == name)?;
            (!self.mapping.is_sensitive(at)).then(|| values.get(at)?.as_ref()?.as_text()).flatten()
        };
        match (shown("given_name"), shown("family_name"), shown("email")) {
            (Some(given), Some(family), Some(email)) => format!("{given} {family} <{email}>"),
            (given, family, email) => {
                let known: Vec<_> = [given, family, email].into_iter().flatten().collect();
                if known.is_empty() { record.id.to_string() } else { known.join(" ") }
            }
        }
    }
}

fn digest(config: &PipelineConfig) -> [u8; 32] {
    let encoded = rmp_serde::to_vec_named(config).unwrap_or_default();
    Sha256::digest(&encoded).into()
}
