//! Stage 6: the provider's bad days. From each recorded answer a hundred bad
//! ones are made; each has to end in a failure with the right blame, or in a
//! right result. Never in a trap, and never in somebody lost without a word.

use std::collections::BTreeSet;

use rollcall_model::{Blame, Failure};
use serde_json::Value as Json;

use super::{Tested, TestedCase};
use crate::cassette::Step;
use crate::fault::{Disturbance, Fault, UNKNOWN, fields};
use crate::play::{Played, StepPlayed};
use crate::report::Notebook;

pub async fn run(tested: &Tested<'_>, book: &mut Notebook) {
    for case in tested.cases.iter().filter(|case| case.succeeded()) {
        let mut all = Vec::new();
        for (entry, steps) in case.exchanges() {
            let body = case
                .stage
                .entries
                .get(entry)
                .and_then(|entry| entry.answer.as_ref().ok())
                .map(|answer| answer.body.as_slice());
            let faults =
                if case.stage.is_of_files() { of_a_file() } else { faults(body.unwrap_or_default()) };
            for (fault, once) in faults {
                all.push((Disturbance { entry, fault, once }, steps.clone()));
            }
        }
        for (disturbance, played) in case.disturbed(all).await {
            judge(case, &disturbance, &played, book);
        }
    }
    if tested.cases.iter().all(|case| !case.succeeded()) {
        book.check(
            None,
            Some(("no case ends well, so there is nothing to spoil".to_owned(), "record a case that does")),
        );
    }
}

/// What becomes of files on their way.
fn of_a_file() -> Vec<(Fault, bool)> {
    let all = [
        Fault::Timeout,
        Fault::Broken,
        Fault::Truncated,
        Fault::Empty,
        Fault::Html(200),
        Fault::ByteOrderMark,
    ];
    all.map(|fault| (fault, false)).to_vec()
}

/// Each fault, and whether it happens only once.
fn faults(body: &[u8]) -> Vec<(Fault, bool)> {
    let for_good = [401, 403, 404, 409, 500, 503].map(Fault::Status).into_iter().chain([
        Fault::Throttled(None),
        Fault::Throttled(Some("7")),
        Fault::Throttled(Some("31536000")),
        Fault::Html(502),
        Fault::Html(200),
        Fault::Timeout,
        Fault::Broken,
        Fault::Truncated,
        Fault::Empty,
        Fault::WrongType,
        Fault::ByteOrderMark,
        Fault::UnknownFields,
        Fault::Duplicate,
        Fault::Reversed,
        Fault::PageBefore,
    ]);
    let once = [Fault::Status(503), Fault::Throttled(Some("7")), Fault::Timeout, Fault::Broken];
    let (all, texts) = fields(body);
    let nulls = all.iter().cloned().flat_map(|path| [Fault::Null(path.clone()), Fault::Missing(path)]);
    let long = texts.into_iter().map(Fault::Long);
    let lasting = for_good.chain(nulls).chain(long).map(|fault| (fault, false));
    lasting.chain(once.map(|fault| (fault, true))).collect()
}

fn judge(case: &TestedCase<'_>, disturbance: &Disturbance, played: &Played, book: &mut Notebook) {
    let Disturbance { entry, fault, once } = disturbance;
    let purpose = case.stage.entries.get(*entry).map_or("", |entry| entry.purpose.as_str());
    let changes = case.stage.case.cassette.head.checkpoint.is_some();
    for (step, now) in &played.steps {
        let Some(clean) = case.clean.steps.get(step) else { continue };
        let wrong = match &now.output.failure {
            Some(failure) => wrong_failure(fault, *once, failure),
            None => wrong_result(*step, fault, changes, clean, now),
        };
        let once = if *once { ", once," } else { "" };
        book.check(
            Some(case.name()),
            wrong.map(|(wrong, fix)| {
                (format!("{}{once} in `{purpose}`: {} {wrong}", fault.describe(), step.as_str()), fix)
            }),
        );
    }
}

type Wrong = Option<(String, &'static str)>;

fn wrong_failure(fault: &Fault, once: bool, failure: &Failure) -> Wrong {
    if matches!(failure, Failure::Crashed { .. }) {
        return Some((
            format!("crashes: {failure}"),
            "never unwrap what a provider sent: answer with a failure",
        ));
    }
    if once {
        return Some((
            format!("fails: {failure}"),
            "leave retries to the host, and ask again with the same request",
        ));
    }
    // A text of that length is no id, and no part of a path: the host refuses the
    // request, and cannot know where the text is from.
    if matches!((fault, failure), (Fault::Long(_), Failure::Denied { .. })) {
        return None;
    }
    let allowed = fault.blames();
    if allowed.is_empty() {
        return Some((
            format!("fails: {failure}"),
            "ignore what you do not know, and do not count on an order",
        ));
    }
    let (is, may) = (failure.blame(), allowed.iter().map(Blame::to_string).collect::<Vec<_>>().join(" or "));
    (!allowed.contains(&is)).then(|| {
        (format!("blames the {is} instead of the {may}: {failure}"), "pass on the failure that the SDK makes of an answer; `invalid-response` for one that cannot be read")
    })
}

fn wrong_result(step: Step, fault: &Fault, changes: bool, clean: &StepPlayed, now: &StepPlayed) -> Wrong {
    const LOST: &str =
        "a page that cannot be read is a failure; whoever is dropped looks as if they had left";
    // What a field says about groups, memberships and deletions may be gone with
    // it; people may not.
    let of_a_field = fault.changes_fields() || *fault == Fault::Duplicate;
    if of_a_field && step != Step::Workers {
        return None;
    }
    // Told in the log is not told in silence. But nobody may be missing from a
    // full read; from one of changes, who is missing stays as they were.
    let warned = now.warns_beyond(clean);
    let excused = warned && (step != Step::Workers || changes);
    let (was, is) = (ids(step, &clean.output.records), ids(step, &now.output.records));
    let lost = was.difference(&is).count();
    if lost > 0 && !excused {
        return Some((format!("ends well, and {lost} of {} records are lost", was.len()), LOST));
    }
    let gone = clean.output.deleted.iter().any(|deleted| !now.output.deleted.contains(deleted));
    if gone && !warned && !of_a_field {
        return Some(("ends well, and a deletion is lost".to_owned(), LOST));
    }
    if !fault.changes_fields() && !warned {
        let content = |played: &StepPlayed| -> BTreeSet<String> {
            played.output.records.iter().map(|record| known(record).to_string()).collect()
        };
        if content(clean) != content(now) {
            return Some((
                "ends well, with other values, and says nothing".to_owned(),
                "warn in the log about what is missing, or fail",
            ));
        }
    }
    None
}

/// Without attributes that come of the field that nobody knows: where customers
/// add their own, it is one of theirs. And in the order of their names, since
/// they come in that of a document's keys, which a fault does not keep.
fn known(record: &Json) -> Json {
    fn name(one: &Json) -> &str {
        one.get("name").and_then(Json::as_str).unwrap_or_default()
    }
    let mut record = record.clone();
    if let Some(Json::Array(custom)) = record.get_mut("custom") {
        custom.retain(|one| !name(one).contains(UNKNOWN));
        custom.sort_by_cached_key(Json::to_string);
        if custom.is_empty()
            && let Some(fields) = record.as_object_mut()
        {
            fields.remove("custom");
        }
    }
    record
}

/// What a record is known by.
fn ids(step: Step, records: &[Json]) -> BTreeSet<String> {
    let known = |record: &Json| match step {
        Step::Memberships => record.to_string(),
        _ => record.get("id").map(Json::to_string).unwrap_or_default(),
    };
    records.iter().map(known).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::known;

    #[test]
    fn custom_attributes_have_no_order() {
        let one = json!({"id": "1", "custom": [{"name": "b"}, {"name": "a.rollcallUnknown"}, {"name": "a"}]});
        assert_eq!(known(&one), json!({"id": "1", "custom": [{"name": "a"}, {"name": "b"}]}));
        assert_eq!(known(&json!({"id": "1"})), json!({"id": "1"}));
        let unknown = json!({"id": "1", "custom": [{"name": "rollcallUnknown"}]});
        assert_eq!(known(&unknown), json!({"id": "1"}));
    }
}
