//! Stage 12: the connector is spoilt in every way that the other stages look
//! for, and each has to be found out. What is not found out shows which cassette
//! is missing, or a stage that sleeps.

use super::Tested;
use crate::report::{Notebook, Verdict};
use crate::sabotage::Sabotage;
use crate::workbench::Workbench;

pub async fn run(bench: &Workbench, clean: &Tested<'_>, book: &mut Notebook) {
    for sabotage in Sabotage::ALL {
        let stage = sabotage.stage();
        let applies = match sabotage {
            Sabotage::Careless => !clean.connector.manifest().changes.is_empty(),
            Sabotage::Greedy => !clean.project.budgets.is_empty(),
            // Whoever reads files asks for no request at all.
            Sabotage::Curious => !clean.connector.manifest().hosts.is_empty(),
            // Somebody has to sign in for there to be a secret.
            Sabotage::Leaky => clean.connector.manifest().settings.iter().any(|setting| setting.secret),
            _ => true,
        };
        if !applies {
            book.note(format!("does not apply: a connector that {}", sabotage.describe()));
            continue;
        }
        let before = findings(clean, stage).await;
        let spoilt = bench.sabotaged(sabotage).await;
        let after = findings(&spoilt, stage).await;
        book.holds(
            None,
            after > before,
            || format!("stage {} does not find out a connector that {}", stage.as_str(), sabotage.describe()),
            "record a case with which it would: workers with names and dates, several pages, reads of changes",
        );
    }
}

async fn findings(tested: &Tested<'_>, stage: crate::StageName) -> usize {
    let mut book = Notebook::default();
    Box::pin(super::run(stage, tested, &mut book)).await;
    let report = book.close(stage, &[], jiff::civil::Date::default());
    if report.verdict == Verdict::Fail { report.findings.len() } else { 0 }
}
