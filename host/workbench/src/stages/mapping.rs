//! Stage 9: whether the shared pipeline can use the records.

use std::collections::BTreeSet;

use rollcall_model::{Attribute, Value, Worker};
use rollcall_pipeline::{GroupMembers, Pipeline, PipelineConfig, Tally, Verdict, hash_source};
use rollcall_sync::offer;

use super::{Tested, TestedCase};
use crate::cassette::Step;
use crate::play::USUAL_NOW_MS;
use crate::report::Notebook;

pub fn run(tested: &Tested<'_>, book: &mut Notebook) {
    let offer = offer(tested.connector.manifest());
    let now = i64::try_from(USUAL_NOW_MS).unwrap_or_default();
    let pipeline = match Pipeline::compile(&PipelineConfig::default(), &offer, now) {
        Ok(pipeline) => pipeline,
        Err(problems) => {
            let what = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            book.check(
                None,
                Some((
                    format!("the default mapping cannot be used: {what}"),
                    "offer under [attributes] at least what the default mapping requires",
                )),
            );
            return;
        }
    };
    let mut seen = BTreeSet::new();
    for case in &tested.cases {
        for worker in workers(case) {
            forms(case, &worker, book);
            declared(tested, case, &worker, &mut seen, book);
            let hash = hash_source(&worker.id);
            let verdict = pipeline.process(worker, hash, &GroupMembers::default(), &mut Tally::default());
            book.holds(
                Some(case.name()),
                matches!(verdict, Verdict::In(_)),
                || "a pipeline without a filter lets a worker go".to_owned(),
                "this is a bug of the host; tell its makers",
            );
        }
        references(case, book);
    }
    coverage(tested, &seen, book);
}

fn workers(case: &TestedCase<'_>) -> Vec<Worker> {
    case.clean.steps.get(&Step::Workers).map(|step| step.output.workers.clone()).unwrap_or_default()
}

/// Dates and instants, by the contract.
fn forms(case: &TestedCase<'_>, worker: &Worker, book: &mut Notebook) {
    let custom = worker.custom.iter().filter_map(|custom| match &custom.value {
        Value::Date(date) => Some((format!("custom.{}", custom.name), date)),
        _ => None,
    });
    let job = &worker.employment;
    let dates = [("start_date", &job.start_date), ("end_date", &job.end_date)];
    let dates = dates.into_iter().filter_map(|(name, date)| Some((name.to_owned(), date.as_ref()?)));
    for (name, date) in dates.chain(custom) {
        let is_day = date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok();
        book.holds(
            Some(case.name()),
            is_day,
            || format!("`{name}` is no date of the form YYYY-MM-DD"),
            "hand dates on by the SDK's date helpers",
        );
    }
    for (name, instant) in [("created_at", &worker.created_at), ("updated_at", &worker.updated_at)] {
        let wrong = instant.as_ref().is_some_and(|instant| instant.parse::<jiff::Timestamp>().is_err());
        book.holds(
            Some(case.name()),
            !wrong,
            || format!("`{name}` is no instant of RFC 3339"),
            "hand instants on by the SDK's date helpers",
        );
    }
}

/// What is not declared is dropped by the host, and a reviewer has not seen it.
fn declared(
    tested: &Tested<'_>,
    case: &TestedCase<'_>,
    worker: &Worker,
    seen: &mut BTreeSet<String>,
    book: &mut Notebook,
) {
    let offer = offer(tested.connector.manifest());
    let custom = worker.custom.iter().map(|custom| Attribute::Custom(custom.name.clone()));
    for attribute in Attribute::FIELDS.iter().cloned().chain(custom) {
        if attribute.take(&mut worker.clone()).is_some() {
            let what = || format!("gives `{attribute}`, which connector.toml does not offer");
            book.holds(
                Some(case.name()),
                offer.has(&attribute),
                what,
                "list it under [attributes], or leave it out",
            );
            seen.insert(attribute.to_string());
        }
    }
}

/// Memberships lead to groups that are there.
fn references(case: &TestedCase<'_>, book: &mut Notebook) {
    let complete = |step: Step| case.clean.steps.get(&step).filter(|played| played.output.failure.is_none());
    let (Some(groups), Some(memberships)) = (complete(Step::Groups), complete(Step::Memberships)) else {
        return;
    };
    let known: BTreeSet<&str> =
        groups.output.records.iter().filter_map(|group| group.get("id")?.as_str()).collect();
    let lost = memberships
        .output
        .records
        .iter()
        .filter_map(|one| one.get("group_id")?.as_str())
        .find(|id| !known.contains(id));
    let what =
        || format!("a membership is of group {}, which is not among the groups", lost.unwrap_or_default());
    book.holds(Some(case.name()), lost.is_none(), what, "give the same ids in `groups` and `memberships`");
}

/// What is offered and never seen.
fn coverage(tested: &Tested<'_>, seen: &BTreeSet<String>, book: &mut Notebook) {
    let classes = &tested.connector.manifest().attributes;
    let offered: Vec<_> = [&classes.basic, &classes.work, &classes.sensitive].into_iter().flatten().collect();
    let has = |name: &str| match name {
        "custom.*" => seen.iter().any(|one| one.starts_with("custom.")),
        name => seen.contains(name),
    };
    let unseen: Vec<_> = offered.iter().filter(|name| !has(name)).map(|name| name.as_str()).collect();
    book.note(format!(
        "{} of {} offered attributes occur in the cases",
        offered.len() - unseen.len(),
        offered.len()
    ));
    for name in unseen {
        book.check(
            None,
            Some((
                format!("`{name}` is offered, and occurs in no case"),
                "record a case that has it, or take it out of [attributes]",
            )),
        );
    }
}
