//! From a provider's records to a plan: scope, mapping, matching, planning.
//!
//! Pure, and cannot fail: what is wrong with a configuration is found when it is
//! compiled ([`Pipeline::compile`]), and what is wrong with a person becomes a
//! reason in the plan. A preview, a run and a replay are this same code.

mod config;
mod explain;
mod fields;
mod fingerprint;
mod gate;
mod groups;
mod mapping;
mod matching;
mod membrane;
mod person;
mod pipeline;
mod planning;
mod policy;
mod problem;
mod scope;

pub use config::{ClauseConfig, Days, FilterConfig, MappingLine, PipelineConfig};
pub use explain::{ClauseVerdict, Explanation, Fetched, LineValue, Shown};
pub use fields::{Field, Stored};
pub use fingerprint::{SourceHash, hash_source};
pub use gate::hold;
pub use groups::{GroupIndex, GroupMembers};
pub use matching::{Candidates, Claims, fold};
pub use person::{Person, Standing};
pub use pipeline::{Pipeline, Verdict};
pub use planning::{Decision, Linked, Planner};
pub use policy::{
    ActivateConfig, Activation, LeaveAction, LeaveConfig, LeavePolicy, Policies, PoliciesConfig, Threshold,
};
pub use problem::Problem;
pub use scope::Tally;
