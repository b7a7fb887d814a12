//! What the stages found.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::project::Exemption;

/// The stages of `connector test`, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageName {
    Static,
    Describe,
    Replay,
    Paging,
    Incremental,
    Faults,
    Egress,
    Secrets,
    Mapping,
    Budgets,
    Compatibility,
    SelfCheck,
}

impl StageName {
    pub const ALL: [Self; 12] = [
        Self::Static,
        Self::Describe,
        Self::Replay,
        Self::Paging,
        Self::Incremental,
        Self::Faults,
        Self::Egress,
        Self::Secrets,
        Self::Mapping,
        Self::Budgets,
        Self::Compatibility,
        Self::SelfCheck,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Describe => "describe",
            Self::Replay => "replay",
            Self::Paging => "paging",
            Self::Incremental => "incremental",
            Self::Faults => "faults",
            Self::Egress => "egress",
            Self::Secrets => "secrets",
            Self::Mapping => "mapping",
            Self::Budgets => "budgets",
            Self::Compatibility => "compatibility",
            Self::SelfCheck => "self-check",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }

    /// What it asks, in one line.
    pub fn about(self) -> &'static str {
        match self {
            Self::Static => "the file: imports, manifest, size, cassettes",
            Self::Describe => "settings that an admin can fill in, answers that stay the same",
            Self::Replay => "each cassette gives the golden output, byte for byte, again and again",
            Self::Paging => "pages that end, and can be read again from any cursor",
            Self::Incremental => "reads of changes: nothing new, deletions, spoilt checkpoints",
            Self::Faults => "the provider's bad days: the right blame, and nobody lost in silence",
            Self::Egress => "requests within the grants, and grants within the need",
            Self::Secrets => "no credential and no person where they do not belong",
            Self::Mapping => "the shared pipeline can use the records",
            Self::Budgets => "instructions, memory, requests, bytes and pages",
            Self::Compatibility => "what an update takes away or widens",
            Self::SelfCheck => "bad connectors made for it are found out",
        }
    }
}

/// Something that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    pub what: String,
    pub fix: String,
}

/// What one stage found.
#[derive(Debug, Clone, Serialize)]
pub struct StageReport {
    pub stage: StageName,
    pub verdict: Verdict,
    /// How many things were looked at.
    pub checks: usize,
    pub findings: Vec<Finding>,
    pub exempt: Vec<Exempt>,
    /// Worth reading, and no fault.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Pass,
    Fail,
    /// Findings, and each is exempt.
    Exempt,
    /// Does not apply; the notes say why.
    Skipped,
}

#[derive(Debug, Clone, Serialize)]
pub struct Exempt {
    #[serde(flatten)]
    pub finding: Finding,
    pub reason: String,
    pub until: Date,
}

/// A stage under way.
#[derive(Debug, Default)]
pub struct Notebook {
    checks: usize,
    findings: Vec<Finding>,
    notes: Vec<String>,
    skipped: bool,
}

impl Notebook {
    /// One more thing was looked at; `finding`: what is wrong with it.
    pub fn check(&mut self, case: Option<&str>, finding: Option<(String, &str)>) {
        self.checks += 1;
        if let Some((what, fix)) = finding {
            let finding = Finding { case: case.map(str::to_owned), what, fix: fix.to_owned() };
            // The same thing from several sides is one thing to mend.
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
    }

    /// As [`Notebook::check`]: it has to hold.
    pub fn holds(&mut self, case: Option<&str>, holds: bool, what: impl FnOnce() -> String, fix: &str) {
        self.check(case, (!holds).then(|| (what(), fix)));
    }

    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// The stage does not apply.
    pub fn skip(&mut self, why: &str) {
        self.skipped = true;
        self.notes.push(why.to_owned());
    }

    pub fn close(self, stage: StageName, exemptions: &[Exemption], today: Date) -> StageReport {
        let mut findings = Vec::new();
        let mut exempt = Vec::new();
        let mut notes = self.notes;
        let mut used = vec![false; exemptions.len()];
        for finding in self.findings {
            let fits = |one: &Exemption| {
                one.stage == stage
                    && one.case.as_ref().is_none_or(|case| Some(case) == finding.case.as_ref())
                    && finding.what.contains(&one.finding)
                    && !one.reason.trim().is_empty()
            };
            let found = exemptions.iter().zip(&mut used).find(|(one, _)| fits(one));
            match found {
                Some((one, used)) if one.until >= today => {
                    *used = true;
                    exempt.push(Exempt { finding, reason: one.reason.clone(), until: one.until });
                }
                Some((one, used)) => {
                    *used = true;
                    let what = format!("{} (its exemption ended on {})", finding.what, one.until);
                    findings.push(Finding { what, ..finding });
                }
                None => findings.push(finding),
            }
        }
        let idle = exemptions.iter().zip(used).filter(|(one, used)| one.stage == stage && !used);
        notes.extend(
            idle.map(|(one, _)| format!("the exemption of `{}` is not needed any more", one.finding)),
        );
        let verdict = match (findings.is_empty(), exempt.is_empty()) {
            (false, _) => Verdict::Fail,
            (true, false) => Verdict::Exempt,
            (true, true) if self.skipped => Verdict::Skipped,
            (true, true) => Verdict::Pass,
        };
        StageReport { stage, verdict, checks: self.checks, findings, exempt, notes }
    }
}

/// What all stages found, about one component.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub connector: String,
    pub version: String,
    pub digest: String,
    pub cases: usize,
    pub stages: Vec<StageReport>,
    /// Instructions for each worker, by case.
    pub fuel_per_worker: std::collections::BTreeMap<String, u64>,
}

impl Report {
    pub fn passed(&self) -> bool {
        self.stages.iter().all(|stage| stage.verdict != Verdict::Fail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exemption(text: &str) -> Exemption {
        toml::from_str(text).unwrap()
    }

    fn verdict(exemption_text: &str) -> StageReport {
        let mut notebook = Notebook::default();
        notebook.check(Some("v1"), Some(("a person is lost".to_owned(), "read the status")));
        let today = jiff::civil::date(2026, 5, 1);
        notebook.close(StageName::Faults, &[exemption(exemption_text)], today)
    }

    #[test]
    fn an_exemption_has_a_reason_and_an_end() {
        let text = "stage='faults'\nfinding='is lost'\nreason='the provider does so'\nuntil='2026-05-01'\n";
        assert_eq!(verdict(text).verdict, Verdict::Exempt);
        assert_eq!(verdict(&text.replace("05-01", "04-30")).verdict, Verdict::Fail);
        assert!(verdict(&text.replace("05-01", "04-30")).findings[0].what.contains("ended on 2026-04-30"));
        assert_eq!(verdict(&text.replace("the provider does so", " ")).verdict, Verdict::Fail);
        assert_eq!(verdict(&text.replace("faults", "paging")).verdict, Verdict::Fail);
        assert_eq!(verdict(&format!("{text}case='v2'")).verdict, Verdict::Fail);
        assert!(toml::from_str::<Exemption>("stage='faults'\nfinding='x'").is_err());
    }

    #[test]
    fn an_exemption_that_nobody_needs_is_told() {
        let text = "stage='faults'\nfinding='something else'\nreason='r'\nuntil='2026-05-01'\n";
        assert!(verdict(text).notes[0].contains("not needed any more"));
    }

    #[test]
    fn stages_by_name() {
        for stage in StageName::ALL {
            assert_eq!(StageName::parse(stage.as_str()), Some(stage));
        }
    }
}
