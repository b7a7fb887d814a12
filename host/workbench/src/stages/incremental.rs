//! Stage 5: reads of changes.

use rollcall_model::{Blame, Failure};

use super::{Tested, TestedCase};
use crate::cassette::Step;
use crate::play::{How, StepPlayed};
use crate::report::Notebook;

/// Checkpoints that no connector gave: cut, from another version, of another
/// form.
const SPOILT: [&[u8]; 5] = [b"", b"{", b"{\"v\":99,\"future\":true}", b"\"not yours\"", b"\xff\xfe\x00"];

pub async fn run(tested: &Tested<'_>, book: &mut Notebook) {
    if tested.connector.manifest().changes.is_empty() {
        book.skip("connector.toml offers no reads of changes");
        return;
    }
    let changes: Vec<_> = tested.cases.iter().filter(|case| reads_changes(case)).collect();
    let workers =
        |case: &&&TestedCase<'_>| case.clean.steps.get(&Step::Workers).map(|step| step.output.clone());
    book.holds(
        None,
        changes.iter().filter_map(|case| workers(&case)).any(|output| !output.deleted.is_empty()),
        || "no case shows a deletion in a read of changes".to_owned(),
        "record one; if the provider tells of none, exempt this with that reason",
    );
    let empty = |case: &&TestedCase<'_>| {
        workers(&case).is_some_and(|output| {
            output.failure.is_none() && output.records.is_empty() && output.deleted.is_empty()
        })
    };
    book.holds(
        None,
        changes.iter().any(empty),
        || "no case shows a read of changes in which nothing had changed".to_owned(),
        "record one with `--record NAME --since CHECKPOINT` right after a full read",
    );
    book.holds(
        None,
        tested.cases.iter().any(|case| begins(case, &changes)),
        || "no read of changes begins where another case ended".to_owned(),
        "let `_rollcall.checkpoint` of one be the checkpoint in the golden output of the other",
    );
    for case in &tested.cases {
        ends_with_checkpoint(case, book);
    }
    if let Some(case) = changes.first() {
        spoilt(case, book).await;
    }
}

fn reads_changes(case: &TestedCase<'_>) -> bool {
    case.stage.case.cassette.head.checkpoint.is_some() && case.clean.steps.contains_key(&Step::Workers)
}

fn begins(case: &TestedCase<'_>, changes: &[&TestedCase<'_>]) -> bool {
    let gave = case.clean.steps.get(&Step::Workers).and_then(|step| step.output.checkpoint.clone());
    let takes = |other: &&TestedCase<'_>| {
        other.stage.case.cassette.head.checkpoint.as_ref().map(|text| text.as_bytes().to_vec())
    };
    gave.is_some_and(|gave| changes.iter().any(|other| takes(other).as_ref() == Some(&gave)))
}

/// Whoever offers reads of changes says after each read where the next begins.
fn ends_with_checkpoint(case: &TestedCase<'_>, book: &mut Notebook) {
    let ended = |step: &StepPlayed| step.output.failure.is_none() && step.output.checkpoint.is_none();
    let lacks = case.clean.steps.get(&Step::Workers).is_some_and(ended);
    if reads_changes(case) {
        book.holds(
            Some(case.name()),
            !lacks,
            || {
                "a read of changes ends without a checkpoint, so that the next one reads everything"
                    .to_owned()
            },
            "give `checkpoint` with the last page",
        );
    }
}

async fn spoilt(case: &TestedCase<'_>, book: &mut Notebook) {
    for checkpoint in SPOILT {
        let how = How {
            steps: Some(vec![Step::Workers]),
            checkpoint: Some(checkpoint.to_vec()),
            lenient: true,
            ..How::default()
        };
        let played = case.stage.play(how).await;
        let shown = String::from_utf8_lossy(checkpoint).escape_debug().to_string();
        let Some(step) = played.steps.get(&Step::Workers) else { continue };
        let wrong = match &step.output.failure {
            Some(Failure::CheckpointExpired) => None,
            Some(failure) if failure.blame() != Blame::Connector => None,
            Some(failure) => Some(format!("fails with: {failure}")),
            None if step.output.records.is_empty() => Some("ends well, and has nobody".to_owned()),
            None => None,
        };
        book.check(
            Some(case.name()),
            wrong.map(|wrong| (format!("with the checkpoint `{shown}` it {wrong}"), "answer a checkpoint that cannot be read with `checkpoint-expired`: everything is then read once")),
        );
    }
}
