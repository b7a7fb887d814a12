//! How long runs and events are kept: `[retention]` of an integration's file.

use rollcall_pipeline::{DAY_MS, Problem};
use rollcall_store::{Retained, StoreError, TenantStore};
use serde::Deserialize;

/// Days that anything may be kept: ten years.
pub const MAX_DAYS: u32 = 3_650;

/// As written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionConfig {
    pub runs_days: u32,
    pub events_days: u32,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self { runs_days: 90, events_days: 90 }
    }
}

/// Checked. Of several integrations of a tenant the shortest times count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention(RetentionConfig);

impl Retention {
    pub fn compile(config: RetentionConfig) -> Result<Self, Vec<Problem>> {
        let days = [("retention.runs_days", config.runs_days), ("retention.events_days", config.events_days)];
        let wrong = days.into_iter().filter(|(_, days)| !(1..=MAX_DAYS).contains(days));
        let problem = |(place, days)| {
            let why = format!("{days} days is not a time to keep anything");
            Problem::new(place, why, format!("use 1 to {MAX_DAYS}"))
        };
        let problems: Vec<_> = wrong.map(problem).collect();
        if problems.is_empty() { Ok(Self(config)) } else { Err(problems) }
    }

    /// Deletes what is older.
    pub fn apply(self, tenant: &TenantStore, now_ms: i64) -> Result<Retained, StoreError> {
        let before = |days| now_ms.saturating_sub(i64::from(days) * DAY_MS);
        tenant.retain(before(self.0.runs_days), before(self.0.events_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_1_to_3650_and_a_wrong_number_is_named() {
        let places = |runs_days, events_days| {
            let compiled = Retention::compile(RetentionConfig { runs_days, events_days });
            let problems = compiled.err().unwrap_or_default();
            problems.into_iter().map(|problem| problem.place).collect::<Vec<_>>()
        };
        assert!(places(1, MAX_DAYS).is_empty());
        assert_eq!(places(0, 90), ["retention.runs_days"]);
        assert_eq!(places(90, MAX_DAYS + 1), ["retention.events_days"]);
        assert_eq!(places(MAX_DAYS + 1, 0), ["retention.runs_days", "retention.events_days"]);
    }
}
