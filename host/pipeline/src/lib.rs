//! From a provider's records to a plan: scope, mapping, matching, planning.
//!
//! Pure, and cannot fail: what is wrong with a configuration is found when it is
//! compiled ([`Pipeline::compile`]), and what is wrong with a person becomes a
//! reason in the plan. A preview, a run and a replay are this same code.

mod admission;
mod config;
mod explain;
mod expression;
mod fields;
mod fingerprint;
mod gate;
mod grouping;
mod groups;
mod mapping;
mod matching;
mod membrane;
mod offer;
mod pattern;
mod person;
mod pipeline;
mod planning;
mod policy;
mod problem;
mod reporting;
mod scope;

pub use config::{
    ClauseConfig, CustomAttributes, CustomRule, Days, FilterConfig, MappingLine, PipelineConfig,
};
pub use explain::{ClauseVerdict, Explanation, Fetched, LineValue, Shown};
pub use fields::{Field, Stored};
pub use fingerprint::{SourceHash, hash_source};
pub use gate::hold;
pub use grouping::{GroupSource, GroupTally, GroupingConfig, Listed, Nested, alike};
pub use groups::{GroupIndex, GroupMembers};
pub use mapping::REQUIRED;
pub use matching::{Claims, Fold};
pub use offer::Offer;
pub use person::{Person, Standing};
pub use pipeline::{Pipeline, Verdict};
pub use planning::{
    Circumstances, DAY_MS, Decision, Directory, Linked, MAX_CANDIDATES, MergeConfig, Planner,
};
pub use policy::{
    ActivateConfig, Activation, Ignores, Inbound, LeaveAction, LeaveConfig, LocalAccounts, ManualEdit,
    Matching, OnDisconnect, OnLeave, Organisation, Policies, PoliciesConfig, REMOVE_AFTER_DAYS, Schedule,
    Sources, Threshold, UnmatchedLocal, WideCredential, WriteBack,
};
pub use problem::Problem;
pub use reporting::{Holder, MANAGER, Reporting, ReportingLine, reporting};
pub use scope::Tally;
