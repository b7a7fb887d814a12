//! Stage 3: each cassette gives the golden output, byte for byte, again and
//! again.

use super::{Tested, TestedCase};
use crate::golden::first_difference;
use crate::play::{How, Played};
use crate::report::Notebook;

/// So much later a case is played once more: a connector that asks another
/// clock than the run's gives something else.
const LATER_MS: u64 = 1_000;

pub async fn run(tested: &Tested<'_>, book: &mut Notebook) {
    for case in &tested.cases {
        let name = Some(case.name());
        for request in &case.clean.unexpected {
            book.check(
                name,
                Some((
                    format!("asks for what is not on the cassette: {request}"),
                    "record the case again, or correct the request",
                )),
            );
        }
        for entry in &case.clean.unused {
            book.check(
                name,
                Some((format!("never asks for {entry}"), "record the case again, or take the exchange out")),
            );
        }
        golden(case, book);
        let unsteady = case.clean.unsteady.iter().find(|call| call.starts_with("pull"));
        let what = || {
            format!(
                "`{}` gives something else when it is called again",
                unsteady.map(String::as_str).unwrap_or_default()
            )
        };
        book.holds(
            name,
            unsteady.is_none(),
            what,
            "take time from the run, and nothing from chance or from an earlier call",
        );
        let reversed = How { settings_reversed: true, ..How::default() };
        let later = How { later_ms: LATER_MS, ..How::default() };
        let ways = [
            (reversed, "when the settings come in another order", "look settings up by their key"),
            (later, "a second later", "take the time from the run alone, and only for what depends on it"),
        ];
        for (how, when, fix) in ways {
            let again = case.stage.play(how).await;
            // Whoever puts the time into a request asks for something else then.
            let comparable = again.unexpected.is_empty() || !case.clean.unexpected.is_empty();
            let difference = comparable.then(|| differs(&case.clean, &again)).flatten();
            book.check(
                name,
                difference.map(|difference| (format!("gives something else {when}: {difference}"), fix)),
            );
        }
    }
}

fn golden(case: &TestedCase<'_>, book: &mut Notebook) {
    // The first stage tells of a case without.
    let Some(golden) = &case.stage.case.golden else { return };
    let now = case.clean.golden();
    let difference = first_difference(golden, &now).map(|(line, was, is)| {
        let what = format!(
            "line {line} of the golden output differs\n    golden: {}\n    now:    {}",
            was.trim(),
            is.trim()
        );
        (what, "if the new output is right, take it over with `rollcall connector test --update`")
    });
    book.check(Some(case.name()), difference);
}

/// Two plays of the same people. Checkpoints may have the time in them.
fn differs(first: &Played, second: &Played) -> Option<String> {
    let plain = |played: &Played| {
        let mut played = played.clone();
        played.steps.values_mut().for_each(|step| step.output.checkpoint = None);
        played.golden()
    };
    let (first, second) = (plain(first), plain(second));
    first_difference(&first, &second)
        .map(|(line, was, is)| format!("line {line}: `{}` became `{}`", was.trim(), is.trim()))
}
