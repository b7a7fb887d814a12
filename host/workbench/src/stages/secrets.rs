//! Stage 8: no credential and no person where they do not belong.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Tested, TestedCase};
use crate::cassette::Step;
use crate::fault::{Disturbance, Fault};
use crate::play::Played;
use crate::report::Notebook;

/// Characters of a value below which it is a word that may stand anywhere.
const SHORTEST: usize = 4;

/// Parts of a worker that are about the person.
const PERSONAL: [&str; 4] = ["/user_name", "/name", "/contact", "/address"];

const FIX_LOG: &str = "log what happened and how often, never about whom";

pub async fn run(tested: &Tested<'_>, book: &mut Notebook) {
    for case in &tested.cases {
        let people = people(case);
        look(case, &case.clean, &people, "as recorded", book);
        let exchanges = if case.succeeded() { case.exchanges() } else { Default::default() };
        let faults = exchanges.into_iter().flat_map(|(entry, steps)| {
            // An answer that cannot be read is what connectors quote.
            let faults = [Fault::Echo, Fault::Truncated, Fault::Status(500)];
            faults.map(|fault| (Disturbance { entry, fault, once: false }, steps.clone()))
        });
        for (disturbance, played) in case.disturbed(faults.collect()).await {
            look(case, &played, &people, &disturbance.fault.describe(), book);
        }
    }
}

fn look(case: &TestedCase<'_>, played: &Played, people: &BTreeSet<String>, when: &str, book: &mut Notebook) {
    let leak = played.leaks.first();
    let what = || format!("{when}: {}", leak.map(String::as_str).unwrap_or_default());
    book.holds(
        Some(case.name()),
        leak.is_none(),
        what,
        "do not hand on what an answer has to say about the request",
    );
    let failures = played.failures().map(|(_, failure)| failure.to_string());
    let written: Vec<String> = played.log.iter().map(|(_, line)| line.clone()).chain(failures).collect();
    let told = written.iter().find(|line| people.iter().any(|value| has_word(line, value)));
    book.holds(
        Some(case.name()),
        told.is_none(),
        // The line itself stays here: it has somebody's data in it.
        || format!("{when}: a line of its log, or a failure, has a person's data in it"),
        FIX_LOG,
    );
}

/// Values that are about people, from the case itself.
fn people(case: &TestedCase<'_>) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    if let Some(step) = case.clean.steps.get(&Step::Workers) {
        for record in &step.output.records {
            PERSONAL
                .iter()
                .filter_map(|pointer| record.pointer(pointer))
                .for_each(|part| texts(part, &mut values));
        }
    }
    values
}

fn texts(json: &Json, values: &mut BTreeSet<String>) {
    match json {
        Json::String(text) if text.chars().count() >= SHORTEST => {
            values.insert(text.clone());
        }
        Json::Object(fields) => fields.values().for_each(|field| texts(field, values)),
        _ => {}
    }
}

/// As a word of its own: `Mark` is not in `remarkable`.
fn has_word(line: &str, value: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    line.match_indices(value).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + value.len()..).and_then(|text| text.chars().next());
        is_edge(before) && is_edge(after)
    })
}

#[cfg(test)]
mod tests {
    use super::has_word;

    #[test]
    fn words() {
        assert!(has_word("no id for Mara", "Mara"));
        assert!(has_word("<mara@example.com>", "mara@example.com"));
        assert!(!has_word("a remarkable day", "mark"));
        assert!(!has_word("", "mark"));
    }
}
