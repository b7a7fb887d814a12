//! A history as data: what happens before each run, and what befalls the run.

use rollcall_store::Loss;

use super::calendar::{DAY_MS, HOUR_MS};
use super::changes::{self, Chance};
use super::company::{Company, DEPARTMENTS, Token, tokens};
use super::provider::Fault;
use super::random::Random;
use super::rules::Rules;

/// Where every history begins: 2026-01-15, 08:00 UTC.
const BEGIN_MS: i64 = 1_768_464_000_000;

#[derive(Debug, Clone)]
pub struct Story {
    /// Whether dates decide about anybody.
    pub dates: bool,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub now_ms: i64,
    /// Of a plan that waits from the step before, right after that.
    pub approval: Option<Approving>,
    pub company: Company,
    pub rules: Rules,
    /// Accounts that are made by hand before the run.
    pub locals: Vec<Local>,
    /// What admins do by hand before the run.
    pub acts: Vec<ByHand>,
    pub reads_all: bool,
    pub fault: Option<Fault>,
    /// Asked for a plan first, that changes nothing.
    pub preview: bool,
    /// Power is lost, if there are so many writes.
    pub losses: Vec<PowerLoss>,
    /// Once more with nothing changed.
    pub again: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approving {
    Hours(u32),
    /// With the hash of a plan that does not wait.
    AnotherPlan,
}

#[derive(Debug, Clone)]
pub struct Local {
    pub email: String,
    pub given: String,
    pub family: String,
}

/// To whom: the how-manieth of those there are by then.
#[derive(Debug, Clone)]
pub enum ByHand {
    Edit(u64, &'static str, Option<String>),
    Protect(u64, bool),
    Exclude(u64),
    Include(u64),
    Break(u64),
    /// A person, and an account.
    Repair(u64, u64),
    /// What the last run took away.
    Undo,
}

#[derive(Debug, Clone)]
pub struct PowerLoss {
    pub after: u64,
    pub how: Loss,
    pub seed: u64,
}

impl Local {
    pub fn tokens(&self) -> impl Iterator<Item = Token> {
        [&self.email, &self.given, &self.family].into_iter().flat_map(|text| tokens(text.as_bytes()))
    }
}

/// Writes, syncs and changes of length that a run of this size has, about.
const OPERATIONS_OF_A_RUN: u64 = 150;

impl Story {
    pub fn by_chance(seed: u64) -> Self {
        let random = &mut Random::new(seed);
        let dates = random.percent(40);
        let mut now_ms = BEGIN_MS;
        let mut company = changes::founded(&mut Chance { random: &mut *random, now_ms, dates });
        let mut rules = Rules::by_chance(random, dates);
        let mut steps = Vec::new();
        for _ in 0..2 + random.below(5) {
            if random.percent(12) {
                rules = Rules::by_chance(random, dates);
            }
            let quiet = random.percent(45);
            let locals = if random.percent(20) { vec![local(&mut company, random)] } else { Vec::new() };
            let acts = if random.percent(25) {
                (0..=random.below(2)).map(|_| by_hand(&mut company, random)).collect()
            } else {
                Vec::new()
            };
            steps.push(Step {
                now_ms,
                approval: random.percent(90).then(|| approving(random)),
                company: company.clone(),
                rules: rules.clone(),
                locals,
                acts,
                reads_all: random.percent(20),
                fault: random.percent(12).then(|| Fault::by_chance(random)),
                preview: random.percent(25),
                losses: losses(random),
                again: random.percent(15),
            });
            now_ms += match random.below(4) {
                0 => HOUR_MS,
                1 => 7 * HOUR_MS,
                2 => DAY_MS,
                _ => random.below(10 * 24) as i64 * HOUR_MS,
            };
            for _ in 0..if quiet { 0 } else { 1 + random.below(4) } {
                changes::happen(&mut company, &mut Chance { random: &mut *random, now_ms, dates });
            }
        }
        Self { dates, steps }
    }

    /// The same without power loss, previews and reads of changes.
    pub fn calm(&self) -> Self {
        let calm = |step: &Step| Step { reads_all: true, preview: false, losses: Vec::new(), ..step.clone() };
        Self { dates: self.dates, steps: self.steps.iter().map(calm).collect() }
    }
}

fn approving(random: &mut Random) -> Approving {
    if random.percent(15) {
        Approving::AnotherPlan
    } else {
        Approving::Hours(random.pick(&[2, 48, 300, 300]))
    }
}

fn by_hand(company: &mut Company, random: &mut Random) -> ByHand {
    let (whom, token) = (random.draw(), company.token());
    match random.below(10) {
        0..3 => match random.below(4) {
            0 => ByHand::Edit(whom, "email", Some(format!("{token}@home.example"))),
            1 => ByHand::Edit(whom, "given_name", Some(token)),
            2 => ByHand::Edit(whom, "family_name", Some(token)),
            _ => ByHand::Edit(whom, "department", random.pick(&[None, Some(DEPARTMENTS[0].to_owned())])),
        },
        3 => ByHand::Protect(whom, true),
        4 => ByHand::Protect(whom, false),
        5 => ByHand::Exclude(whom),
        6 => random.pick(&[ByHand::Include(whom), ByHand::Break(whom)]),
        7 => ByHand::Repair(whom, random.draw()),
        _ => ByHand::Undo,
    }
}

/// Somebody of the company, somebody who left, or somebody else.
fn local(company: &mut Company, random: &mut Random) -> Local {
    let known: Vec<_> = company
        .people
        .iter()
        .chain(&company.former)
        .filter_map(|human| human.email.clone())
        .filter(|email| email.contains('@'))
        .collect();
    let email = match random.place(known.len()) {
        Some(at) if random.percent(80) => known[at].to_uppercase(),
        _ => format!("{}@home.example", company.token()),
    };
    Local { email, given: company.token(), family: company.token() }
}

fn losses(random: &mut Random) -> Vec<PowerLoss> {
    let mut losses = Vec::new();
    while losses.len() < 3 && random.percent(45) {
        losses.push(PowerLoss {
            after: random.below(OPERATIONS_OF_A_RUN),
            how: random.pick(&[Loss::Process, Loss::Unsynced, Loss::Sectors]),
            seed: random.draw(),
        });
    }
    losses
}
