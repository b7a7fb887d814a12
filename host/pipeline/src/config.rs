//! A pipeline as its admin wrote it: literal, unchecked. [`crate::Pipeline`] is
//! what it becomes.

use std::fmt;

use rollcall_model::{Sensitivity, Value};
use serde::{Deserialize, Serialize};

use crate::grouping::GroupingConfig;
use crate::planning::MergeConfig;
use crate::policy::PoliciesConfig;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PipelineConfig {
    pub filter: FilterConfig,
    /// Classes of attributes that may be used (C13). Basic is always in.
    pub classes: Vec<Sensitivity>,
    /// The customer's own attributes that may be used (C7).
    pub custom_attributes: CustomAttributes,
    /// Empty: the default mapping, as far as the classes allow.
    pub mapping: Vec<MappingLine>,
    pub grouping: GroupingConfig,
    /// Whose values go first, where several sources complete one account.
    #[serde(skip_serializing_if = "MergeConfig::is_empty")]
    pub merge: MergeConfig,
    pub policies: PoliciesConfig,
}

/// C7: `"mapped"`, `"none"`, or a list of names without `custom.`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "write \"mapped\", \"none\", or a list of names")]
pub enum CustomAttributes {
    Rule(CustomRule),
    Named(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CustomRule {
    /// Those that a line of the mapping names.
    Mapped,
    None,
}

impl Default for CustomAttributes {
    fn default() -> Self {
        Self::Rule(CustomRule::Mapped)
    }
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

/// Exactly one of: `all`, `any`, `not`, `group`, `expression`, or `attribute`
/// with one operator.
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
    /// In CEL; null is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    /// Unlike `not` around `equals` it says no to an empty value too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_equals: Option<Value>,
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
    /// Than a number, or a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greater: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub less: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Value>,
    /// A date, counted from the day of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_days: Option<Days>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_true: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_empty: Option<bool>,
    /// Of several values all have to pass. Else one is enough.
    #[serde(skip_serializing_if = "is_false")]
    pub every: bool,
    /// Else upper and lower case are the same. A regular expression says so
    /// itself.
    #[serde(skip_serializing_if = "is_false")]
    pub case_sensitive: bool,
    /// What the test says about somebody who has no value; else no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_empty: Option<bool>,
}

/// Days from today, both included: -1 is yesterday. Without `from` everything
/// before `to`, without `to` everything after `from`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Days {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<i32>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What a clause says, without those within it: `department equals "Sales"`.
impl fmt::Display for ClauseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { all: Some(_), .. } => return f.write_str("all of"),
            Self { any: Some(_), .. } => return f.write_str("any of"),
            Self { not: Some(_), .. } => return f.write_str("not"),
            Self { group: Some(group), .. } => return write!(f, "member of \"{group}\""),
            Self { expression: Some(expression), .. } => return f.write_str(expression),
            _ => f.write_str(self.attribute.as_deref().unwrap_or_default())?,
        }
        // As it is written down: the operator's own name and what it is given.
        let written = serde_json::to_value(self).unwrap_or_default();
        for (word, given) in
            written.as_object().into_iter().flatten().filter(|(word, _)| *word != "attribute")
        {
            write!(f, " {word} {given}")?;
        }
        Ok(())
    }
}

/// One line of the mapping: what an attribute of the account is made from.
/// Exactly one of `source`, `constant`, `expression` and `none`.
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
    /// In CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// No source: there is only the default.
    #[serde(skip_serializing_if = "is_false")]
    pub none: bool,
    /// Used when the source is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    pub apply: Apply,
    /// A person without it is left alone, with the reason in the plan.
    pub required: bool,
    /// Nobody changes it by hand: it is what the source says (C12).
    #[serde(skip_serializing_if = "is_false")]
    pub locked: bool,
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
