//! A plan for a person to read.

use rollcall_model::{Account, Change, LineChange, Plan, PlanItem, Reaction, SourceId, Value};
use rollcall_pipeline::{Decision, Holder, MANAGER, Person, hash_source};
use rollcall_store::{Staging, StoreError, TenantStore, decode};

use crate::batch::{Batch, Chunk};
use crate::lines::ByHash;

/// The counts of a plan, in one sentence.
pub fn summary(plan: &Plan) -> String {
    let counts = &plan.counts;
    let mut parts: Vec<String> = Vec::new();
    for (reaction, word) in [
        (Reaction::Create, "create"),
        (Reaction::Link, "link"),
        (Reaction::Update, "update"),
        (Reaction::Reactivate, "reactivate"),
        (Reaction::Deactivate, "deactivate"),
        (Reaction::Remove, "remove"),
        (Reaction::Unlink, "let go of"),
        (Reaction::Flag, "flag"),
        (Reaction::Review, "ask about"),
        (Reaction::Wait, "wait with"),
    ] {
        let count = counts.of(reaction);
        if count > 0 {
            parts.push(format!("{word} {}", grouped(count)));
        }
    }
    let untouched = counts.of(Reaction::Keep);
    if untouched > 0 || parts.is_empty() {
        parts.push(format!("leave {} untouched", grouped(untouched)));
    }
    if plan.lines > 0 {
        parts.push(format!("change {} reporting lines", grouped(plan.lines)));
    }
    let (share, read) = (grouped(counts.in_scope), grouped(counts.read));
    if counts.full {
        format!("would {}; share {share} of {read} people", parts.join(", "))
    } else {
        format!("would {}; {read} people changed at the source, share {share} of them", parts.join(", "))
    }
}

/// `1,861`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Every item of a plan, people who are left untouched left out. The values of
/// sensitive lines are not shown.
pub fn each_item(
    tenant: &TenantStore,
    staging: &Staging,
    plan: &Plan,
    mut visit: impl FnMut(PlanItem),
) -> Result<(), StoreError> {
    each_decision(tenant, staging, plan, |item| {
        if item.reaction != Reaction::Keep {
            visit(item);
        }
    })
}

/// As [`each_item`], with those who were looked at and are left untouched.
pub(crate) fn each_decision(
    tenant: &TenantStore,
    staging: &Staging,
    plan: &Plan,
    mut visit: impl FnMut(PlanItem),
) -> Result<(), StoreError> {
    for number in 0..plan.chunks {
        let Some(chunk) = staging.chunk::<Chunk>(plan.run, number)? else { continue };
        let batch = chunk.batch.map(|batch| staging.batch::<Batch>(plan.run, batch)).transpose()?.flatten();
        let people = batch.iter().flat_map(|batch| &batch.people).zip(&chunk.decisions);
        for (person, decision) in people {
            let Some(decision) = decision else { continue };
            let mut changes = match decision.reaction {
                Reaction::Create => everything(&chunk, person, &decision.changes)?,
                _ => decision.changes.clone(),
            };
            let groups = match decision.reaction {
                Reaction::Create => person.groups.keys().cloned().collect(),
                _ => decision.groups.clone().unwrap_or_default(),
            };
            if !groups.is_empty() || decision.groups.is_some() {
                let after = Some(Value::Texts(groups.into_iter().collect()));
                changes.push(Change { attribute: "groups".to_owned(), before: None, after });
            }
            changes.retain(|change| !chunk.hidden.contains(&change.attribute));
            visit(item(Some(person.source_id.clone()), person.label.clone(), decision, changes));
        }
        for (source, decision) in &chunk.absent {
            let account = decision.account.map(|id| tenant.account(id)).transpose()?.flatten();
            let label = account.as_ref().map_or_else(|| source.to_string(), Account::label);
            visit(item(Some(source.clone()), label, decision, decision.changes.clone()));
        }
        for decision in &chunk.local {
            let account = decision.account.map(|id| tenant.account(id)).transpose()?.flatten();
            let label = account.as_ref().map_or_else(String::new, Account::label);
            visit(item(None, label, decision, Vec::new()));
        }
    }
    Ok(())
}

/// Every change of a reporting line, unless those are not shown.
pub fn each_line(
    tenant: &TenantStore,
    staging: &Staging,
    plan: &Plan,
    mut visit: impl FnMut(LineChange),
) -> Result<(), StoreError> {
    if plan.lines == 0 {
        return Ok(());
    }
    let new = new_people(staging, plan)?;
    let view = tenant.view()?;
    let label = |holder: Holder| match holder {
        Holder::Account(id) => {
            Ok::<_, StoreError>(view.account(id)?.as_ref().map_or_else(|| id.to_string(), Account::label))
        }
        Holder::New(hash) => Ok(new.get(&hash).cloned().unwrap_or_default()),
    };
    for number in 0..plan.chunks {
        let Some(chunk) = staging.chunk::<Chunk>(plan.run, number)? else { continue };
        if chunk.hidden.iter().any(|hidden| hidden == MANAGER) {
            continue;
        }
        for line in &chunk.lines {
            let account = match line.report {
                Holder::Account(id) => Some(id),
                Holder::New(_) => None,
            };
            let before = account.map(|id| view.manager(id)).transpose()?.flatten();
            visit(LineChange {
                account,
                label: label(line.report)?,
                before: before.map(|id| label(Holder::Account(id))).transpose()?,
                after: line.manager.map(label).transpose()?,
            });
        }
    }
    Ok(())
}

/// Who is told of by the hash of their id alone.
fn new_people(staging: &Staging, plan: &Plan) -> Result<ByHash<String>, StoreError> {
    let mut new = ByHash::default();
    for number in 0.. {
        let Some(batch) = staging.batch::<Batch>(plan.run, number)? else { break };
        new.extend(batch.people.into_iter().map(|person| (hash_source(&person.source_id), person.label)));
    }
    Ok(new)
}

fn item(source_id: Option<SourceId>, label: String, decision: &Decision, changes: Vec<Change>) -> PlanItem {
    PlanItem {
        source_id,
        account: decision.account,
        label,
        situation: decision.situation,
        reaction: decision.reaction,
        reason: decision.reason.clone(),
        changes,
        candidates: decision.candidates.clone(),
    }
}

/// Of a new account, with what the plan has chosen.
fn everything(chunk: &Chunk, person: &Person, chosen: &[Change]) -> Result<Vec<Change>, StoreError> {
    let values: Vec<Option<Value>> = decode("staged person", &person.values)?;
    let each = chunk.targets.iter().zip(values).filter(|(_, value)| value.is_some());
    let all = each.map(|(target, after)| match chosen.iter().find(|one| one.attribute == *target) {
        Some(chosen) => chosen.clone(),
        None => Change { attribute: target.clone(), before: None, after },
    });
    Ok(all.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
