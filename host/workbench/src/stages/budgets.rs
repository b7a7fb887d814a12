//! Stage 10: what a case may use. Instructions are counted by the engine, so
//! that the numbers are the same on every machine.

use std::collections::BTreeMap;

use super::{Tested, TestedCase};
use crate::cassette::Step;
use crate::fault::{Disturbance, Fault};
use crate::play::How;
use crate::project::Budget;
use crate::report::Notebook;

/// What a case may use beyond its budget, in percent.
const TOLERANCE: u64 = 10;

/// Workers on the page that shows what each further one takes.
const GROWN: usize = 1_000;

/// What each case used.
pub struct Measured(pub BTreeMap<String, Budget>);

impl Measured {
    /// Instructions for each further worker, by case.
    pub fn fuel_per_worker(&self) -> BTreeMap<String, u64> {
        let of = |budget: &Budget| budget.fuel_per_1000_workers / 1_000;
        self.0
            .iter()
            .filter(|(_, budget)| of(budget) > 0)
            .map(|(case, budget)| (case.clone(), of(budget)))
            .collect()
    }
}

pub async fn measure(tested: &Tested<'_>) -> Measured {
    let mut all = BTreeMap::new();
    for case in &tested.cases {
        all.insert(case.name().to_owned(), of(case).await);
    }
    Measured(all)
}

pub async fn run(tested: &Tested<'_>, book: &mut Notebook) {
    const FIX: &str =
        "find what became dearer, or take the new numbers over with `rollcall connector test --update`";
    for (name, is) in &tested.measured().await.0 {
        let name = name.as_str();
        let Some(may) = tested.project.budgets.get(name) else {
            book.check(
                Some(name),
                Some((
                    "has no budget".to_owned(),
                    "write budgets.json with `rollcall connector test --update`",
                )),
            );
            continue;
        };
        let numbers = [
            ("instructions", is.fuel, may.fuel),
            ("instructions for 1,000 workers", is.fuel_per_1000_workers, may.fuel_per_1000_workers),
            ("bytes of memory", is.memory, may.memory),
            ("requests", is.requests, may.requests),
            ("bytes of answers", is.bytes, may.bytes),
            ("pages", is.pages, may.pages),
        ];
        for (what, is, may) in numbers {
            let most = may.saturating_add(may.saturating_mul(TOLERANCE) / 100);
            book.holds(Some(name), is <= most, || format!("{is} {what}, {may} budgeted"), FIX);
            if is.saturating_add(is.saturating_mul(TOLERANCE) / 100) < may {
                book.note(format!("{name}: {is} {what}, {may} budgeted; the budget can be lowered"));
            }
        }
    }
}

async fn of(case: &TestedCase<'_>) -> Budget {
    let steps = case.clean.steps.values();
    let mut budget = Budget::default();
    for step in steps {
        budget.fuel += step.spent.fuel;
        budget.memory = budget.memory.max(step.spent.memory);
        budget.requests += step.spent.requests;
        budget.bytes += step.spent.bytes;
        budget.pages += step.output.pages;
    }
    budget.fuel_per_1000_workers = growth(case).await.unwrap_or_default();
    budget
}

/// A page once more with a thousand people on it: what they take beyond those
/// that were recorded. The first page that can grow so, since people are often
/// read after something else.
async fn growth(case: &TestedCase<'_>) -> Option<u64> {
    let clean = case.clean.steps.get(&Step::Workers)?;
    for &page in clean.asked.iter().filter(|at| has_records(case, **at)) {
        let disturbance = Disturbance { entry: page, fault: Fault::Grown(GROWN), once: false };
        let how = How {
            steps: Some(vec![Step::Workers]),
            disturbance: Some(disturbance),
            lenient: true,
            ..How::default()
        };
        let grown = case.stage.play(how).await;
        let grown = grown.steps.get(&Step::Workers)?;
        let more = grown.output.records.len().saturating_sub(clean.output.records.len());
        if more >= GROWN / 2 {
            let fuel = grown.spent.fuel.checked_sub(clean.spent.fuel)?;
            return Some(fuel.saturating_mul(1_000) / u64::try_from(more).ok()?);
        }
    }
    None
}

fn has_records(case: &TestedCase<'_>, at: usize) -> bool {
    let answer = case.stage.entries.get(at).and_then(|entry| entry.answer.as_ref().ok());
    answer.is_some_and(|answer| crate::fault::is_page(&answer.body))
}
