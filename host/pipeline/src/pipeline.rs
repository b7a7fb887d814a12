//! The pipeline: an admin's configuration, compiled for one run.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use rollcall_model::{Attribute, Kept, Value, Worker, WorkerStatus};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::admission::Admission;
use crate::config::PipelineConfig;
use crate::expression::Context;
use crate::fingerprint::{SourceHash, fingerprint};
use crate::grouping::{Grouping, Nested};
use crate::groups::GroupMembers;
use crate::mapping::Mapping;
use crate::membrane::{Membrane, Record, Slot};
use crate::offer::Offer;
use crate::person::{Person, Standing};
use crate::planning::{Circumstances, Planner};
use crate::policy::{OnLeave, Policies, Sources};
use crate::problem::Problem;
use crate::scope::{Scope, Tally};

#[derive(Debug, Clone)]
pub struct Pipeline {
    pub(crate) membrane: Membrane,
    pub(crate) scope: Scope,
    pub(crate) mapping: Mapping,
    policies: Policies,
    pub(crate) grouping: Grouping,
    nested: Nested,
    keys: Vec<usize>,
    /// Attributes that say where a person stands.
    pub(crate) start: Slot,
    pub(crate) end: Slot,
    now_ms: i64,
    /// By the clock of the policies' time zone.
    now: DateTime,
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
    /// All problems at once, or a pipeline for a run that begins at `now_ms`
    /// and reads a connector with this offer.
    pub fn compile(config: &PipelineConfig, offer: &Offer, now_ms: i64) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut admission = Admission::new(config, offer);
        let policies = Policies::compile(&config.policies, offer.is_directory, &mut problems);
        let today = policies.day(now_ms);
        let lines = match config.mapping.as_slice() {
            [] => Mapping::default_lines(&admission),
            lines => lines.to_vec(),
        };
        // Before the filter, which may name those of the customer's own
        // attributes that a line names.
        let mapping = Mapping::compile(&lines, &mut admission, &mut problems);
        let scope = Scope::compile(&config.filter, today, &mut admission, &mut problems);
        let grouping = Grouping::compile(&config.grouping, offer.is_directory, &mut admission, &mut problems);
        config.merge.check(mapping.targets(), &mut problems);
        check_adoption(&policies, mapping.targets(), &mut problems);
        check_candidates(&policies, &mapping, &mut problems);
        let mut membrane = admission.membrane;
        if !problems.is_empty() {
            return Err(problems);
        }
        // With the default lines, which depend on what is offered.
        let configuration = digest(&PipelineConfig { mapping: lines, ..config.clone() });
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
            now: now(now_ms, &policies),
            policies,
            grouping,
            nested: config.grouping.nested,
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
        let context = Context { record: &record, now: self.now };
        if !self.scope.holds(&context, hash, members, tally) {
            return Verdict::Out;
        }
        let mut values = self.mapping.map(&context);
        let manager = self.mapping.take_manager(&mut values);
        let standing = self.standing(&record);
        let lacking = self.mapping.lacking(&values).map(str::to_owned);
        let groups = match &self.grouping {
            Grouping::Directory(_) => members.groups_of(hash),
            grouping => grouping.of(&record),
        };
        let mut encoded = Vec::with_capacity(512);
        // Encoding into memory fails only for types that these are not.
        let _ = values.serialize(&mut rmp_serde::Serializer::new(&mut encoded));
        let length = encoded.len();
        encoded.push(standing as u8);
        for key in groups.keys() {
            encoded.extend(key.as_bytes());
            encoded.push(0);
        }
        let print = fingerprint(self.seed, &encoded);
        encoded.truncate(length);
        let key = |at: &usize| {
            let value = values.get(*at)?.as_ref()?.as_text()?;
            Some((self.mapping.targets().get(*at)?.clone(), self.policies.fold.fold(value)))
        };
        Verdict::In(Box::new(Person {
            keys: self.keys.iter().filter_map(key).collect(),
            label: self.label(&record, &values),
            source_id: record.id,
            standing,
            lacking,
            groups,
            fingerprint: print,
            manager,
            values: encoded,
        }))
    }

    /// A person's values, in the order of [`Pipeline::targets`]. None: the bytes
    /// are not what this version wrote.
    pub fn values(&self, person: &Person) -> Option<Vec<Option<Value>>> {
        rmp_serde::from_slice(&person.values).ok()
    }

    pub fn planner(&self, circumstances: Circumstances) -> Planner<'_> {
        Planner::new(&self.mapping, &self.policies, self.now_ms, circumstances)
    }

    /// Whether the source says who reports to whom.
    pub fn has_manager(&self) -> bool {
        self.mapping.has_manager()
    }

    /// Names of the account's attributes.
    pub fn targets(&self) -> &[String] {
        self.mapping.targets()
    }

    /// Attributes that are kept as the source has them, each with whether its
    /// line is locked.
    pub fn governs(&self) -> BTreeMap<String, bool> {
        let each = self.targets().iter().enumerate();
        each.filter(|(at, _)| !self.mapping.is_for_new(*at))
            .map(|(at, target)| (target.clone(), self.mapping.is_locked(at)))
            .collect()
    }

    /// Those whose values are not shown.
    pub fn hidden_targets(&self) -> impl Iterator<Item = &str> {
        let hidden = |(at, _): &(usize, &String)| self.mapping.is_sensitive(*at);
        self.mapping.targets().iter().enumerate().filter(hidden).map(|(_, target)| target.as_str())
    }

    /// Those that nobody changes by hand (C12).
    pub fn locked_targets(&self) -> impl Iterator<Item = &str> {
        let locked = |(at, _): &(usize, &String)| self.mapping.is_locked(*at);
        self.mapping.targets().iter().enumerate().filter(locked).map(|(_, target)| target.as_str())
    }

    /// Attributes of accounts by which people are found.
    pub fn key_targets(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|at| self.targets().get(*at)).map(String::as_str)
    }

    /// Attributes of which a plan asks what account has a value.
    pub fn indexed_targets(&self) -> impl Iterator<Item = &str> {
        let targets = self.targets().iter().enumerate();
        let unique = targets.filter(|(at, _)| self.mapping.is_unique(*at));
        self.key_targets().chain(unique.map(|(_, target)| target.as_str()))
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

    /// The groups of a directory that are provisioned, by id or name; empty: all.
    /// None: no group of a directory is.
    pub fn provisioned_groups(&self) -> Option<&[String]> {
        match &self.grouping {
            Grouping::Directory(only) => Some(only),
            Grouping::None | Grouping::Attribute { .. } => None,
        }
    }

    /// What kind of group the records of people make.
    pub fn group_kind(&self) -> &str {
        self.grouping.kind()
    }

    pub fn nested(&self) -> Nested {
        self.nested
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
        if record.status == WorkerStatus::OnLeave && self.policies.on_leave == OnLeave::Deactivate {
            return Standing::OnLeave;
        }
        let start = date(self.start).and_then(|start| start.parse().ok());
        let begun = self.policies.has_begun(start, self.policies.day(self.now_ms));
        let pending = record.status == WorkerStatus::Pending && start.is_none();
        if begun && !(pending && self.waits_for_start()) { Standing::Due } else { Standing::Waiting }
    }

    fn waits_for_start(&self) -> bool {
        self.policies.activation != crate::policy::Activation::OnAppearance
    }

    fn label(&self, record: &Record, values: &[Option<Cow<'_, Value>>]) -> String {
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

/// Rules of adoption name attributes of the account.
fn check_adoption(policies: &Policies, targets: &[String], problems: &mut Vec<Problem>) {
    for name in policies.adopt_rules.iter().flatten().filter(|name| !targets.contains(name)) {
        problems.push(Problem::new(
            "policies.adopt_rules",
            format!("the mapping has no `{name}`"),
            "use attributes that a line of the mapping has",
        ));
    }
}

/// What an account of several sources is made of is chosen before, and by all.
fn check_candidates(policies: &Policies, mapping: &Mapping, problems: &mut Vec<Problem>) {
    let chooses = (0..mapping.targets().len()).find(|at| mapping.is_unique(*at));
    if let (Sources::Merged, Some(at)) = (policies.sources, chooses) {
        problems.push(Problem::new(
            format!("mapping[{at}].expression"),
            "`selectUniqueValue` does not go with sources that complete each other's accounts",
            "name one value, or set `policies.sources` to `single` or `disjoint`",
        ));
    }
}

fn now(now_ms: i64, policies: &Policies) -> DateTime {
    let instant = Timestamp::from_millisecond(now_ms).unwrap_or_default();
    instant.to_zoned(policies.time_zone.clone()).datetime()
}

fn digest(config: &PipelineConfig) -> [u8; 32] {
    let encoded = rmp_serde::to_vec_named(config).unwrap_or_default();
    Sha256::digest(&encoded).into()
}

#[cfg(test)]
mod tests {
    use rollcall_model::Sensitivity;

    use super::*;

    #[test]
    fn r81_another_offer_under_the_default_mapping_is_another_configuration() {
        let config = PipelineConfig::default();
        let digest = |names: &[&str]| {
            let offer = Offer::of(names.iter().map(|name| ((*name).to_owned(), Sensitivity::Basic)));
            *Pipeline::compile(&config, &offer, 0).expect("compiles").configuration()
        };
        let names = ["work_email", "given_name", "family_name"];
        assert_eq!(digest(&names), digest(&names));
        assert_ne!(digest(&names), digest(&[&names[..], &["locale"]].concat()));
    }
}
