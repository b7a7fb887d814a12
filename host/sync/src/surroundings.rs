//! How an integration stands to the others of its tenant (C1, C18, C21, C22).

use rollcall_model::{Act, IntegrationId};
use rollcall_pipeline::{
    Circumstances, Inbound, MergeConfig, Organisation, PipelineConfig, Policies, Problem, Sources,
};
use rollcall_store::{Integration, StoreError};

use crate::SyncError;
use crate::run::{Job, Times};

/// What a run has to know beyond its own configuration, or why it may not be.
pub(crate) fn circumstances(job: &Job) -> Result<Circumstances, SyncError> {
    let all = job.tenant.integrations()?;
    let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.id == job.integration);
    let others: Vec<_> = others.into_iter().filter(|other| other.disconnected_ms.is_none()).collect();
    let migrates_from = match &job.act {
        Act::Migrate { from } => Some(from.clone()),
        _ => None,
    };
    let mut problems = Vec::new();
    check_inbound(job, &mut problems);
    check_migration(job, migrates_from.as_ref(), &others, &mut problems);
    check_single(job, migrates_from.as_ref(), &others, &mut problems)?;
    check_organisation(job, migrates_from.as_ref(), &others, &mut problems)?;
    let merge = match job.config.policies.sources {
        Sources::Merged => merge(job, &others, &mut problems)?,
        Sources::Single | Sources::Disjoint => {
            if !job.config.merge.is_empty() {
                problems.push(Problem::new(
                    "merge",
                    "only merged sources have an order",
                    "set `sources = \"merged\"` among the policies, or leave it out",
                ));
            }
            None
        }
    };
    if !problems.is_empty() {
        return Err(SyncError::Configuration(problems));
    }
    Ok(Circumstances {
        integration: job.integration.clone(),
        governed: own.iter().flat_map(|own| own.governs.keys().cloned()).collect(),
        synced_before: own.first().is_some_and(|own| own.first_synced_ms.is_some()),
        migrates_from,
        merge,
    })
}

/// The configuration that an integration ran with last.
pub fn config_of(integration: &Integration) -> Result<PipelineConfig, StoreError> {
    serde_json::from_value(integration.config.clone())
        .map_err(|error| StoreError::Damaged { what: "configuration", detail: error.to_string() })
}

/// When an integration ran last, and is due again.
pub fn times_of(integration: &Integration) -> Result<Times, StoreError> {
    let last_ms = integration.synced_ms;
    let next_run_ms = match integration.disconnected_ms {
        Some(_) => None,
        // It has run, so nothing was wrong with it; and no provider decides when.
        None => {
            Policies::compile(&config_of(integration)?.policies, false, &mut Vec::new()).next_sync_ms(last_ms)
        }
    };
    Ok(Times { last_run_ms: Some(last_ms), next_run_ms })
}

fn check_inbound(job: &Job, problems: &mut Vec<Problem>) {
    if job.config.policies.inbound == Inbound::Push {
        problems.push(Problem::new(
            "policies.inbound",
            "people of this source are pushed, and a sync pulls them",
            "set it to `pull` or `either`, or let the source push",
        ));
    }
}

fn check_migration(
    job: &Job,
    from: Option<&IntegrationId>,
    others: &[Integration],
    problems: &mut Vec<Problem>,
) {
    let Some(from) = from else { return };
    if *from == job.integration || !others.iter().any(|other| other.id == *from) {
        let known: Vec<_> = others.iter().map(|other| other.id.as_str()).collect();
        problems.push(Problem::new(
            "--from",
            format!("`{from}` is no other source of this tenant"),
            format!("use one of: {}", known.join(", ")),
        ));
    }
}

/// A single source is alone, unless it takes over from the other.
fn check_single(
    job: &Job,
    from: Option<&IntegrationId>,
    others: &[Integration],
    problems: &mut Vec<Problem>,
) -> Result<(), StoreError> {
    for other in others.iter().filter(|other| Some(&other.id) != from) {
        let is_single = |sources| sources == Sources::Single;
        if is_single(job.config.policies.sources) {
            problems.push(Problem::new(
                "policies.sources",
                format!("`single` allows no other source, and `{}` is connected", other.id),
                format!(
                    "take over its people with `rollcall migrate --from {0}`, let go of it with `rollcall \
                     disconnect`, or set `disjoint` or `merged` in both",
                    other.id
                ),
            ));
        } else if is_single(config_of(other)?.policies.sources) {
            problems.push(Problem::new(
                "policies.sources",
                format!("`{}` is connected as a `single` source", other.id),
                format!("set `sources` of `{}` to `disjoint` or `merged` and sync it first", other.id),
            ));
        }
    }
    Ok(())
}

/// One organisation connects a provider once, unless it takes over from itself.
fn check_organisation(
    job: &Job,
    from: Option<&IntegrationId>,
    others: &[Integration],
    problems: &mut Vec<Problem>,
) -> Result<(), StoreError> {
    let connector = &job.source.provider.manifest().id;
    for other in others.iter().filter(|other| Some(&other.id) != from && other.connector == *connector) {
        let is_one = |organisation| organisation == Organisation::One;
        if is_one(job.config.policies.organisation) {
            problems.push(Problem::new(
                "policies.organisation",
                format!("`one` connects each provider once, and `{}` reads {} already", other.id, other.name),
                format!(
                    "sync `{0}` instead, let go of it with `rollcall disconnect`, or set `several` in both for \
                     several directories or subsidiaries",
                    other.id
                ),
            ));
        } else if is_one(config_of(other)?.policies.organisation) {
            problems.push(Problem::new(
                "policies.organisation",
                format!("`{}` reads {} for `one` organisation", other.id, other.name),
                format!("set `organisation` of `{}` to `several` and sync it first", other.id),
            ));
        }
    }
    Ok(())
}

/// Whose values go first: said by the source that leads.
fn merge(
    job: &Job,
    others: &[Integration],
    problems: &mut Vec<Problem>,
) -> Result<Option<MergeConfig>, StoreError> {
    let mut led = Vec::new();
    for other in others {
        let merge = config_of(other)?.merge;
        if merge.order.contains(&job.integration) {
            led.push((other.id.clone(), merge));
        }
    }
    let own = &job.config.merge;
    let mut problem = |place: &str, why: String, remedy: &str| {
        problems.push(Problem::new(place, why, remedy));
        Ok(None)
    };
    match (own.is_empty(), led.as_slice()) {
        (false, []) if own.order.first() == Some(&job.integration) => Ok(Some(own.clone())),
        (false, []) => problem(
            "merge.order",
            format!("`{}` is not the first, and the order is said by who leads", job.integration),
            "put it first, or say the order in the file of the source that leads",
        ),
        (false, [(leader, _), ..]) => problem(
            "merge.order",
            format!("`{leader}` leads, and says the order already: a cycle would be possible"),
            "say the order there, and leave it out here",
        ),
        (true, [(_, merge)]) => Ok(Some(merge.clone())),
        (true, []) => problem(
            "policies.sources",
            "`merged` has no order: no source leads".to_owned(),
            "say `[merge] order = [...]` in the file of the source that leads, and sync that first",
        ),
        (true, _) => problem(
            "policies.sources",
            "more than one source wants to lead this one".to_owned(),
            "leave it out of the `merge.order` of all but one",
        ),
    }
}
