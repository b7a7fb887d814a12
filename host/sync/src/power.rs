//! The power of the credential (C14): what its permissions are against those
//! that the connector uses, as far as the provider said when the host signed in.

use std::collections::BTreeSet;

use rollcall_grants::Power;
use rollcall_pipeline::{Problem, WideCredential};
use serde_json::json;

use crate::SyncError;
use crate::run::Job;

/// Permissions that a note names before it only counts them.
const NAMED: usize = 20;

/// Before anything is kept that was read with it.
pub(crate) fn check(job: &Job) -> Result<(), SyncError> {
    let power = job.source.provider.power();
    let Some(problem) = refusal(job.config.policies.wide_credential, &power) else { return Ok(()) };
    note(job, &power);
    Err(SyncError::Configuration(vec![problem]))
}

/// What an admin ought to know of the credential.
pub(crate) fn notes(job: &Job) -> Vec<String> {
    let power = job.source.provider.power();
    if !power.is_right() {
        note(job, &power);
    }
    told(&power)
}

fn note(job: &Job, power: &Power) {
    job.audit.note("credential-power", json!({"wider": power.wider, "missing": power.missing}));
}

const REMEDY: &str = "take these permissions from it at the provider";

fn too_wide(power: &Power) -> String {
    format!("the credential is allowed more than the connector uses: {}", named(&power.wider))
}

fn refusal(policy: WideCredential, power: &Power) -> Option<Problem> {
    let refused = policy == WideCredential::Refuse && !power.wider.is_empty();
    let remedy = format!("{REMEDY}, or set the policy to `warn`; nothing was changed");
    refused.then(|| Problem::new("policies.wide_credential", too_wide(power), remedy))
}

fn told(power: &Power) -> Vec<String> {
    let mut notes = Vec::new();
    if !power.wider.is_empty() {
        notes.push(format!("{}; {REMEDY}", too_wide(power)));
    }
    if !power.missing.is_empty() {
        notes.push(format!(
            "the credential lacks permissions that the connector needs: {}; grant all of them at the provider, or \
             people, groups and values may be missing without a word",
            named(&power.missing)
        ));
    }
    notes
}

fn named(names: &BTreeSet<String>) -> String {
    let shown: Vec<_> = names.iter().take(NAMED).map(String::as_str).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(number: usize) -> BTreeSet<String> {
        (0..number).map(|at| format!("p{at:02}")).collect()
    }

    #[test]
    fn c14_what_is_wider_is_told_and_refused_where_that_is_the_policy() {
        let wide = Power { wider: names(1), missing: names(0) };
        let notes = told(&wide);
        assert!(notes.len() == 1 && notes[0].contains("p00; take"), "{notes:?}");
        assert_eq!(refusal(WideCredential::Warn, &wide), None);
        let problem = refusal(WideCredential::Refuse, &wide).expect("is refused").to_string();
        assert!(
            problem.starts_with("policies.wide_credential") && problem.contains("p00; take"),
            "{problem}"
        );
    }

    #[test]
    fn r24_what_is_missing_is_told_and_never_refused() {
        let partial = Power { wider: names(0), missing: names(2) };
        assert_eq!(refusal(WideCredential::Refuse, &partial), None);
        let notes = told(&partial);
        assert!(notes.len() == 1 && notes[0].contains("lacks") && notes[0].contains("p00, p01"), "{notes:?}");
    }

    #[test]
    fn c14_a_note_names_some_and_counts_the_rest() {
        assert!(!named(&names(NAMED)).contains("more"));
        assert!(named(&names(NAMED + 3)).ends_with("p19, and 3 more"));
    }
}
