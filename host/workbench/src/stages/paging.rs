//! Stage 4: pages that end, have everybody once, and can be read again from any
//! cursor.

use std::collections::BTreeSet;

use rollcall_model::Blame;
use serde_json::Value as Json;

use super::{Tested, TestedCase};
use crate::cassette::Step;
use crate::fault::{Disturbance, Fault};
use crate::report::Notebook;

const READS: [Step; 3] = [Step::Groups, Step::Memberships, Step::Workers];

pub async fn run(tested: &Tested<'_>, book: &mut Notebook) {
    let pages =
        |case: &TestedCase<'_>| case.clean.steps.get(&Step::Workers).map_or(0, |step| step.output.pages);
    book.holds(
        None,
        tested.cases.iter().any(|case| pages(case) > 1),
        || "no case has a second page of workers".to_owned(),
        "record one with a small page size: `--record NAME --page-size 2`",
    );
    for case in &tested.cases {
        unique(case, book);
        same_records(tested, case, book);
        empty_first_page(case, book).await;
    }
}

fn unique(case: &TestedCase<'_>, book: &mut Notebook) {
    for (step, played) in &case.clean.steps {
        // Groups and memberships may come more than once, by the contract, and of
        // a worker who changed twice the later record counts.
        if *step == Step::Workers && case.stage.case.cassette.head.checkpoint.is_none() {
            let mut seen = BTreeSet::new();
            let twice = played.output.records.iter().filter_map(id).find(|id| !seen.insert(*id));
            let what = || format!("worker {} comes twice", twice.unwrap_or_default());
            book.holds(
                Some(case.name()),
                twice.is_none(),
                what,
                "keep the pages apart: one begins where the one before ended",
            );
        }
    }
}

/// The same company in pages of another size.
fn same_records(tested: &Tested<'_>, case: &TestedCase<'_>, book: &mut Notebook) {
    let Some(other) = &case.stage.case.cassette.head.same_records_as else { return };
    let Some(other) = tested.cases.iter().find(|case| case.name() == other) else {
        book.check(
            Some(case.name()),
            Some((format!("`sameRecordsAs`: there is no case `{other}`"), "name a case of this connector")),
        );
        return;
    };
    for step in READS {
        let set = |case: &TestedCase<'_>| -> Option<BTreeSet<String>> {
            Some(case.clean.steps.get(&step)?.output.records.iter().map(Json::to_string).collect())
        };
        let (Some(here), Some(there)) = (set(case), set(other)) else { continue };
        let what = || {
            format!(
                "{} other than those of case `{}`, which has pages of another size",
                step.as_str(),
                other.name()
            )
        };
        book.holds(Some(case.name()), here == there, what, "look at the edge between two pages");
    }
}

/// A company of nobody, or a first page that the provider left empty.
async fn empty_first_page(case: &TestedCase<'_>, book: &mut Notebook) {
    for step in READS {
        let Some(first) = case
            .clean
            .steps
            .get(&step)
            .filter(|played| played.output.failure.is_none())
            .and_then(|played| played.asked.first())
        else {
            continue;
        };
        let disturbance = Disturbance { entry: *first, fault: Fault::NoRecords, once: true };
        for (_, played) in case.disturbed(vec![(disturbance, vec![step])]).await {
            let blamed = played.failures().find(|(_, failure)| failure.blame() == Blame::Connector);
            let what = || {
                format!(
                    "{} with an empty first page: {}",
                    step.as_str(),
                    blamed.map(|(_, failure)| failure.to_string()).unwrap_or_default()
                )
            };
            book.holds(
                Some(case.name()),
                blamed.is_none(),
                what,
                "an empty page is a page: hand it out, and go on if the provider says so",
            );
        }
    }
}

fn id(record: &Json) -> Option<&str> {
    record.get("id")?.as_str()
}
