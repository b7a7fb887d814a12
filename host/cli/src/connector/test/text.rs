//! A report for a terminal.

use std::fmt::Write as _;

use rollcall_workbench::{Report, StageReport, Verdict};

use crate::print::safe;

/// Findings of one stage that are shown; the rest are counted.
const SHOWN: usize = 12;

pub fn text(report: &Report) -> String {
    let mut out =
        format!("{} {}  {}  {} cases\n", report.connector, report.version, report.digest, report.cases);
    for stage in &report.stages {
        let verdict = match stage.verdict {
            Verdict::Pass => "pass",
            Verdict::Fail => "FAIL",
            Verdict::Exempt => "exempt",
            Verdict::Skipped => "skipped",
        };
        let _ = writeln!(
            out,
            "  {:<14} {verdict:<8} {:>6} checks  {}",
            stage.stage.as_str(),
            stage.checks,
            stage.stage.about()
        );
        details(stage, &mut out);
    }
    for (case, fuel) in &report.fuel_per_worker {
        let _ = writeln!(out, "  {case}: {fuel} instructions for each worker");
    }
    let failed = report.stages.iter().filter(|stage| stage.verdict == Verdict::Fail).count();
    let _ = match failed {
        0 => writeln!(out, "  passed"),
        1 => writeln!(out, "  1 stage failed"),
        many => writeln!(out, "  {many} stages failed"),
    };
    out
}

fn details(stage: &StageReport, out: &mut String) {
    for finding in stage.findings.iter().take(SHOWN) {
        let case = finding.case.as_ref().map(|case| format!("{case}: ")).unwrap_or_default();
        let what: Vec<_> = finding.what.lines().map(safe).collect();
        let _ = writeln!(out, "    - {case}{}", what.join("\n    "));
        let _ = writeln!(out, "      fix: {}", finding.fix);
    }
    if stage.findings.len() > SHOWN {
        let _ =
            writeln!(out, "    - and {} more; `--format json` has them all", stage.findings.len() - SHOWN);
    }
    for exempt in &stage.exempt {
        let _ = writeln!(
            out,
            "    - exempt until {}: {} ({})",
            exempt.until,
            safe(&exempt.finding.what),
            safe(&exempt.reason)
        );
    }
    for note in &stage.notes {
        let _ = writeln!(out, "    note: {}", safe(note));
    }
}
