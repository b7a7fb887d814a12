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

/// What an admin ought to know of the credential, or why nothing is done with it.
pub(crate) fn notes(job: &Job) -> Result<Vec<String>, SyncError> {
    let power = job.source.provider.power();
    if power.is_right() {
        return Ok(Vec::new());
    }
    job.audit.note("credential-power", json!({"wider": power.wider, "missing": power.missing}));
    judge(&power, job.config.policies.wide_credential)
        .map_err(|problem| SyncError::Configuration(vec![problem]))
}

fn judge(power: &Power, policy: WideCredential) -> Result<Vec<String>, Problem> {
    let mut notes = Vec::new();
    if !power.wider.is_empty() {
        let why = format!("the credential is allowed more than the connector uses: {}", named(&power.wider));
        let remedy = "take these permissions from it at the provider";
        if policy == WideCredential::Refuse {
            let remedy = format!("{remedy}, or set the policy to `warn`; nothing was changed");
            return Err(Problem::new("policies.wide_credential", why, remedy));
        }
        notes.push(format!("{why}; {remedy}"));
    }
    if !power.missing.is_empty() {
        notes.push(format!(
            "the credential lacks permissions that the connector needs: {}; grant all of them at the provider, or \
             people, groups and values may be missing without a word",
            named(&power.missing)
        ));
    }
    Ok(notes)
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
    fn c14_what_is_wider_is_noted_or_refused() {
        let wide = Power { wider: names(1), missing: names(0) };
        let notes = judge(&wide, WideCredential::Warn).expect("a note");
        assert!(notes.len() == 1 && notes[0].contains("p00; take"), "{notes:?}");
        let problem = judge(&wide, WideCredential::Refuse).expect_err("is refused").to_string();
        assert!(problem.starts_with("policies.wide_credential") && problem.contains("p00"), "{problem}");
    }

    #[test]
    fn r24_what_is_missing_is_noted_whatever_the_policy() {
        let partial = Power { wider: names(0), missing: names(2) };
        for policy in [WideCredential::Warn, WideCredential::Refuse] {
            let notes = judge(&partial, policy).expect("a note");
            assert!(
                notes.len() == 1 && notes[0].contains("lacks") && notes[0].contains("p00, p01"),
                "{notes:?}"
            );
        }
    }

    #[test]
    fn c14_a_note_names_some_and_counts_the_rest() {
        assert!(!named(&names(NAMED)).contains("more"));
        assert!(named(&names(NAMED + 3)).ends_with("p19, and 3 more"));
    }
}
