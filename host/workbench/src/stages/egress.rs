//! Stage 7: requests within the grants, grants within the need, and a provider
//! that leads elsewhere.

use std::collections::BTreeSet;

use rollcall_egress::{AuditEvent, Outcome};
use rollcall_grants::FetchError;
use rollcall_model::Failure;

use super::{Tested, TestedCase};
use crate::fault::{Disturbance, Fault};
use crate::report::Notebook;

pub async fn run(tested: &Tested<'_>, book: &mut Notebook) {
    for case in &tested.cases {
        for event in &case.clean.audit {
            if let AuditEvent::Exchange(exchange) = event
                && let Outcome::Failed(FetchError::Denied(why)) = &exchange.outcome
            {
                let what = format!("asks for what it has no grant for: {why}");
                book.check(
                    Some(case.name()),
                    Some((what, "declare it in connector.toml under [[hosts]], or do not ask")),
                );
            }
        }
        let nameless = case.stage.entries.iter().any(|entry| entry.purpose.trim().is_empty());
        book.holds(
            Some(case.name()),
            !nameless,
            || "a request has no purpose".to_owned(),
            "say in a few words what it is for: it is what a reviewer reads in the audit",
        );
    }
    unused(tested, book);
    for case in tested.cases.iter().filter(|case| case.succeeded()) {
        led_astray(case, book).await;
    }
}

/// What is granted and never needed widens what a mistake can reach.
fn unused(tested: &Tested<'_>, book: &mut Notebook) {
    let mut paths = BTreeSet::new();
    let mut slots = BTreeSet::new();
    for case in &tested.cases {
        for event in &case.clean.audit {
            if let AuditEvent::Exchange(exchange) = event {
                // Grants are relative to the URL of their alias.
                let base = case.stage.base_path(&exchange.alias);
                let path = exchange.path.strip_prefix(base.as_str()).unwrap_or(&exchange.path);
                paths.insert((exchange.alias.clone(), format!("{} {}", exchange.method.as_str(), path)));
            }
        }
        slots.extend(
            case.stage.case.cassette.log.entries.iter().filter_map(|entry| entry.note.credential.clone()),
        );
    }
    let manifest = tested.connector.manifest();
    for host in &manifest.hosts {
        for grant in &host.allow {
            let used = paths.contains(&(host.alias.clone(), grant.0.clone()));
            let what = || format!("`{}` of host `{}` is allowed, and no case needs it", grant.0, host.alias);
            book.holds(None, used, what, "take it out of connector.toml, or record a case that needs it");
        }
    }
    let declared: BTreeSet<_> = manifest.slots.iter().map(|slot| slot.name.clone()).collect();
    for slot in declared {
        let what = || format!("slot `{slot}` is declared, and no case uses it");
        book.holds(
            None,
            slots.contains(&slot),
            what,
            "take it out of connector.toml, or record a case that signs in with it",
        );
    }
}

async fn led_astray(case: &TestedCase<'_>, book: &mut Notebook) {
    let mut faults = Vec::new();
    for (entry, steps) in case.exchanges() {
        faults.extend(
            [Fault::Redirect, Fault::ForeignLinks]
                .map(|fault| (Disturbance { entry, fault, once: false }, steps.clone())),
        );
    }
    for (Disturbance { fault, .. }, played) in case.disturbed(faults).await {
        for (step, failure) in played.failures() {
            let clean = !matches!(
                failure,
                Failure::Crashed { .. } | Failure::Contract { .. } | Failure::Stopped { .. }
            );
            let what = || format!("{}: {} ends in {failure}", fault.describe(), step.as_str());
            book.holds(Some(case.name()), clean, what, "pass on the failure of the request");
        }
        if fault == Fault::Redirect {
            let silent = played.steps.iter().find(|(step, now)| {
                let was = case.clean.steps.get(step);
                now.output.failure.is_none()
                    && was.is_some_and(|was| {
                        !now.warns_beyond(was) && was.output.records.len() > now.output.records.len()
                    })
            });
            let what = || {
                format!(
                    "{}: {} ends well with fewer records",
                    fault.describe(),
                    silent.map(|(step, _)| step.as_str()).unwrap_or_default()
                )
            };
            book.holds(Some(case.name()), silent.is_none(), what, "pass on the failure of the request");
        }
    }
}
