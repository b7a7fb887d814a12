//! Scope: who comes in (R54..R68).

mod compile;
mod operator;
#[cfg(test)]
mod tests;

use operator::Test;

use crate::admission::Admission;
use crate::config::FilterConfig;
use crate::expression::{Context, Expression};
use crate::fingerprint::SourceHash;
use crate::groups::GroupMembers;
use crate::membrane::Slot;
use crate::problem::Problem;

#[derive(Debug, Clone)]
pub struct Scope {
    include: Option<Clause>,
    exclude: Option<Clause>,
    groups: Vec<String>,
    /// What each clause says, by its number.
    words: Vec<ClauseWords>,
}

/// A clause, for a person to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseWords {
    /// `filter.include.any[0]`
    pub place: String,
    /// `department equals "Sales"`
    pub says: String,
}

/// How many people each clause holds for, and of how many.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    pub judged: u64,
    pub kept: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Clause {
    number: usize,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Not(Box<Clause>),
    /// Index into the groups that the filter names.
    MemberOf(usize),
    Test(Slot, Test),
    Expression(Box<Expression>),
}

/// Somebody to be judged.
struct Case<'a> {
    context: &'a Context<'a>,
    hash: SourceHash,
    members: &'a GroupMembers,
}

impl Scope {
    /// Whether this person comes in. `members` has the groups of
    /// [`Scope::groups`], in that order. Every clause is asked, so that `tally`
    /// counts each for itself.
    pub fn holds(
        &self,
        context: &Context<'_>,
        hash: SourceHash,
        members: &GroupMembers,
        tally: &mut Tally,
    ) -> bool {
        let case = Case { context, hash, members };
        tally.judged += 1;
        tally.kept.resize(self.words.len(), 0);
        let include = self.include.as_ref().is_none_or(|clause| clause.holds(&case, &mut tally.kept));
        let exclude = self.exclude.as_ref().is_some_and(|clause| clause.holds(&case, &mut tally.kept));
        include && !exclude
    }

    /// The groups that the filter names, by id or name.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// What each clause says, in the order of a [`Tally`].
    pub fn clauses(&self) -> &[ClauseWords] {
        &self.words
    }

    /// The clauses that test the value that lies here.
    pub fn looking_at(&self, slot: Slot) -> Vec<&ClauseWords> {
        let mut numbers = Vec::new();
        for clause in self.include.iter().chain(&self.exclude) {
            clause.looking_at(slot, &mut numbers);
        }
        numbers.into_iter().filter_map(|number| self.words.get(number)).collect()
    }

    pub fn compile(
        filter: &FilterConfig,
        today: jiff::civil::Date,
        admission: &mut Admission<'_>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        compile::scope(filter, today, admission, problems)
    }
}

impl Clause {
    fn looking_at(&self, slot: Slot, numbers: &mut Vec<usize>) {
        match &self.kind {
            Kind::All(clauses) | Kind::Any(clauses) => {
                clauses.iter().for_each(|clause| clause.looking_at(slot, numbers));
            }
            Kind::Not(clause) => clause.looking_at(slot, numbers),
            Kind::MemberOf(_) => {}
            Kind::Test(tested, _) if *tested == slot => numbers.push(self.number),
            Kind::Expression(expression) if expression.reads(slot) => numbers.push(self.number),
            Kind::Test(..) | Kind::Expression(_) => {}
        }
    }

    fn holds(&self, case: &Case<'_>, kept: &mut [u64]) -> bool {
        let count = |clauses: &[Clause], kept: &mut [u64]| {
            clauses.iter().filter(|clause| clause.holds(case, kept)).count()
        };
        let holds = match &self.kind {
            Kind::All(clauses) => count(clauses, kept) == clauses.len(),
            Kind::Any(clauses) => count(clauses, kept) > 0,
            Kind::Not(clause) => !clause.holds(case, kept),
            Kind::MemberOf(group) => case.members.contains(*group, case.hash),
            Kind::Test(slot, test) => test.holds(case.context.record.get(*slot)),
            Kind::Expression(expression) => expression.holds(case.context),
        };
        if let Some(kept) = kept.get_mut(self.number) {
            *kept += u64::from(holds);
        }
        holds
    }
}
