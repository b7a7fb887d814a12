//! A pipeline as its admin wrote it: literal, unchecked. [`crate::Pipeline`] is
//! what it becomes.

use rollcall_model::{Sensitivity, Value};
use serde::{Deserialize, Serialize};

use crate::policy::PoliciesConfig;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PipelineConfig {
    pub filter: FilterConfig,
    /// Classes of attributes that may be used (C13). Basic is always in.
    pub classes: Vec<Sensitivity>,
    /// Empty: the default mapping, as far as the classes allow.
    pub mapping: Vec<MappingLine>,
    pub policies: PoliciesConfig,
}

/// Who comes in: whoever `include` holds for and `exclude` does not. No
/// `include`: everybody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FilterConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<ClauseConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<ClauseConfig>,
}

/// Exactly one of: `all`, `any`, `not`, `group`, or `attribute` with one
/// operator.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClauseConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<ClauseConfig>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<ClauseConfig>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<ClauseConfig>>,
    /// Id or name of a group; everybody below it, through nested groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_with: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_with: Option<String>,
    /// Regular expression, found anywhere in the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_empty: Option<bool>,
}

/// One line of the mapping: what an attribute of the account is made from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MappingLine {
    /// Attribute of the account.
    pub target: String,
    /// Attribute of the worker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<Value>,
    /// Used when the source is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    pub apply: Apply,
    /// A person without it is left alone, with the reason in the plan.
    pub required: bool,
    /// The value never reaches a plan, a log or a preview.
    pub sensitive: bool,
    /// Rank as a key for finding existing accounts; 1 is tried first.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub match_rank: Option<u8>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Apply {
    #[default]
    Always,
    OnCreate,
}
