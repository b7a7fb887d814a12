//! Scope: who comes in (R54..R68).

mod compile;
mod operator;

use operator::Test;

use crate::config::FilterConfig;
use crate::fingerprint::SourceHash;
use crate::groups::GroupMembers;
use crate::membrane::{Membrane, Record, Slot};
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
}

/// Somebody to be judged.
struct Case<'a> {
    record: &'a Record,
    hash: SourceHash,
    members: &'a GroupMembers,
}

impl Scope {
    /// Whether this person comes in. `members` has the groups of
    /// [`Scope::groups`], in that order. Every clause is asked, so that `tally`
    /// counts each for itself.
    pub fn holds(
        &self,
        record: &Record,
        hash: SourceHash,
        members: &GroupMembers,
        tally: &mut Tally,
    ) -> bool {
        let case = Case { record, hash, members };
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
        membrane: &mut Membrane,
        problems: &mut Vec<Problem>,
    ) -> Self {
        compile::scope(filter, today, membrane, problems)
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
            Kind::Test(..) => {}
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
            Kind::Test(slot, test) => test.holds(case.record.get(*slot)),
        };
        if let Some(kept) = kept.get_mut(self.number) {
            *kept += u64::from(holds);
        }
        holds
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{Value, Worker, WorkerStatus};

    use super::*;
    use crate::config::{ClauseConfig, Days};

    const TODAY: jiff::civil::Date = jiff::civil::date(2026, 3, 10);

    fn worker(department: &str) -> Worker {
        let mut worker = crate::mapping::tests::worker("7", WorkerStatus::Active);
        let unit = rollcall_model::Unit { id: None, name: Some(department.into()) };
        worker.organization.department = (!department.is_empty()).then_some(unit);
        worker
    }

    fn compile_config(clause: ClauseConfig) -> (Scope, Membrane, Vec<Problem>) {
        let (mut membrane, mut problems) = (Membrane::default(), Vec::new());
        let filter = FilterConfig { include: Some(clause), exclude: None };
        let scope = Scope::compile(&filter, TODAY, &mut membrane, &mut problems);
        (scope, membrane, problems)
    }

    #[track_caller]
    fn holds(clause: &ClauseConfig, worker: Worker) -> bool {
        let (scope, membrane, problems) = compile_config(clause.clone());
        assert_eq!(problems, [], "{clause}");
        scope.holds(&membrane.pass(worker), 0, &GroupMembers::default(), &mut Tally::default())
    }

    #[track_caller]
    fn check(clause: ClauseConfig, department: &str, expected: bool) {
        assert_eq!(holds(&clause, worker(department)), expected, "{clause} on {department:?}");
    }

    /// Of somebody whose own attribute `x` is this.
    #[track_caller]
    fn check_value(clause: ClauseConfig, value: Value, expected: bool) {
        let mut worker = worker("");
        let custom = rollcall_model::CustomAttribute { name: "x".into(), value: value.clone() };
        worker.custom = vec![custom];
        assert_eq!(holds(&clause, worker), expected, "{clause} on {value:?}");
    }

    fn attribute(name: &str) -> ClauseConfig {
        ClauseConfig { attribute: Some(name.into()), ..ClauseConfig::default() }
    }

    fn text(text: &str) -> Option<Value> {
        Some(Value::Text(text.into()))
    }

    #[test]
    fn r58_filter_by_attribute_has_every_operator() {
        let on = || attribute("department");
        let part = |text: &str| Some(text.to_owned());
        check(ClauseConfig { equals: text("SALES"), ..on() }, "Sales", true);
        check(ClauseConfig { equals: text("Sales"), ..on() }, "Sale", false);
        check(ClauseConfig { equals: text("VERTRIEB SÜD"), ..on() }, "Vertrieb Süd", true);
        check(ClauseConfig { not_equals: text("Sales"), ..on() }, "Sales", false);
        check(ClauseConfig { not_equals: text("Sales"), ..on() }, "Support", true);
        check(ClauseConfig { one_of: Some(vec!["HR".into(), "Sales".into()]), ..on() }, "sales", true);
        check(ClauseConfig { contains: part("AL"), ..on() }, "Sales", true);
        check(ClauseConfig { starts_with: part("al"), ..on() }, "Sales", false);
        check(ClauseConfig { ends_with: part("LES"), ..on() }, "Sales", true);
        check(ClauseConfig { matches: part("^S.*s$"), ..on() }, "Sales", true);
        check(ClauseConfig { is_empty: Some(true), ..on() }, "", true);
        check(ClauseConfig { is_empty: Some(false), ..on() }, "", false);
        check(ClauseConfig { is_empty: Some(false), ..on() }, "Sales", true);
    }

    #[test]
    fn r58_case_counts_where_it_is_asked_for() {
        let exact = || ClauseConfig { case_sensitive: true, ..attribute("department") };
        check(ClauseConfig { equals: text("SALES"), ..exact() }, "Sales", false);
        check(ClauseConfig { equals: text("Sales"), ..exact() }, "Sales", true);
        check(ClauseConfig { contains: Some("AL".into()), ..exact() }, "Sales", false);
        check(ClauseConfig { contains: Some("al".into()), ..exact() }, "Sales", true);
    }

    #[test]
    fn r58_numbers_and_dates_have_an_order() {
        let on = || attribute("custom.x");
        let number = Value::Number;
        check_value(ClauseConfig { greater: Some(number(39.0)), ..on() }, number(40.0), true);
        check_value(ClauseConfig { greater: Some(number(40.0)), ..on() }, number(40.0), false);
        check_value(ClauseConfig { at_least: Some(number(40.0)), ..on() }, number(40.0), true);
        check_value(ClauseConfig { less: Some(number(9.0)), ..on() }, Value::Text("10".into()), false);
        check_value(ClauseConfig { at_most: Some(number(10.0)), ..on() }, Value::Text("10".into()), true);
        check_value(ClauseConfig { less: Some(number(9.0)), ..on() }, Value::Text("few".into()), false);
        let day = |day: &str| Value::Date(day.into());
        check_value(ClauseConfig { less: text("2026-01-01"), ..on() }, day("2025-12-31"), true);
        check_value(ClauseConfig { less: text("2026-01-01"), ..on() }, day("2026-01-01"), false);
        let instant = Value::Text("2026-01-01T23:00:00Z".into());
        check_value(ClauseConfig { at_least: text("2026-01-01"), ..on() }, instant, true);
        check_value(ClauseConfig { greater: text("2026-01-01"), ..on() }, Value::Text("soon".into()), false);
    }

    #[test]
    fn r58_days_count_from_the_day_of_the_run() {
        let days = |from, to| ClauseConfig { in_days: Some(Days { from, to }), ..attribute("custom.x") };
        let check = |clause, day: &str, expected| check_value(clause, Value::Date(day.into()), expected);
        // Starts within seven days.
        check(days(Some(0), Some(7)), "2026-03-10", true);
        check(days(Some(0), Some(7)), "2026-03-17", true);
        check(days(Some(0), Some(7)), "2026-03-18", false);
        check(days(Some(0), Some(7)), "2026-03-09", false);
        // Left more than 30 days ago.
        check(days(None, Some(-31)), "2026-02-07", true);
        check(days(None, Some(-31)), "2026-02-08", false);
        check(days(Some(1), None), "2030-01-01", true);
    }

    #[test]
    fn r58_truths_are_true_or_false_and_nothing_else() {
        let is = |truth| ClauseConfig { is_true: Some(truth), ..attribute("custom.x") };
        check_value(is(true), Value::Boolean(true), true);
        check_value(is(false), Value::Boolean(true), false);
        check_value(is(false), Value::Text("FALSE".into()), true);
        check_value(is(false), Value::Text("no".into()), false);
    }

    #[test]
    fn r58_of_several_values_one_is_enough_unless_every_one_is_asked_for() {
        let teams =
            |every, equals, not_equals| ClauseConfig { every, equals, not_equals, ..attribute("custom.x") };
        let both = || Value::Texts(vec!["a".into(), "b".into()]);
        check_value(teams(false, text("a"), None), both(), true);
        check_value(teams(true, text("a"), None), both(), false);
        check_value(teams(true, text("a"), None), Value::Texts(vec!["a".into(), "A".into()]), true);
        check_value(teams(false, None, text("a")), both(), true);
        check_value(teams(true, None, text("a")), both(), false);
    }

    #[test]
    fn r60_an_empty_value_fails_every_test_and_passes_its_negation() {
        let sales = ClauseConfig { equals: text("Sales"), ..attribute("department") };
        check(sales.clone(), "", false);
        check(ClauseConfig { not_equals: text("Sales"), ..attribute("department") }, "", false);
        check(ClauseConfig { if_empty: Some(true), ..sales.clone() }, "", true);
        check(ClauseConfig { not: Some(Box::new(sales)), ..ClauseConfig::default() }, "", true);
    }

    #[test]
    fn r56_each_clause_counts_whom_it_holds_for() {
        let on = |department: &str| ClauseConfig { equals: text(department), ..attribute("department") };
        let any = ClauseConfig { any: Some(vec![on("Sales"), on("Support")]), ..ClauseConfig::default() };
        let filter = FilterConfig { include: Some(any), exclude: Some(on("Support")) };
        let (mut membrane, mut tally) = (Membrane::default(), Tally::default());
        let scope = Scope::compile(&filter, TODAY, &mut membrane, &mut Vec::new());
        let people = ["Sales", "Sales", "Support", "Legal", ""];
        let mut holds = |department: &&str| {
            let record = membrane.pass(worker(department));
            scope.holds(&record, 0, &GroupMembers::default(), &mut tally)
        };
        assert_eq!(people.iter().filter(|department| holds(department)).count(), 2);
        assert_eq!(tally, Tally { judged: 5, kept: vec![3, 2, 1, 1] });
        let words: Vec<_> = scope.clauses().iter().map(|c| (c.place.as_str(), c.says.as_str())).collect();
        assert_eq!(
            words,
            [
                ("filter.include", "any of"),
                ("filter.include.any[0]", "department equals \"Sales\""),
                ("filter.include.any[1]", "department equals \"Support\""),
                ("filter.exclude", "department equals \"Support\""),
            ]
        );
    }

    #[test]
    fn a_wrong_clause_names_its_place() {
        let days = |from, to| ClauseConfig { in_days: Some(Days { from, to }), ..attribute("start_date") };
        let department = || attribute("department");
        let cases = [
            (ClauseConfig::default(), "filter.include"),
            (attribute("salary"), "filter.include.attribute"),
            (department(), "filter.include"),
            (
                ClauseConfig { equals: text("a"), contains: Some("a".into()), ..department() },
                "filter.include",
            ),
            (ClauseConfig { matches: Some("(".into()), ..department() }, "filter.include.matches"),
            (ClauseConfig { greater: text("a lot"), ..department() }, "filter.include.greater"),
            (days(None, None), "filter.include.in_days"),
            (days(Some(2), Some(1)), "filter.include.in_days"),
            (days(Some(compile::MAX_DAYS + 1), None), "filter.include.in_days"),
            (ClauseConfig { is_empty: Some(true), if_empty: Some(true), ..department() }, "filter.include"),
            (ClauseConfig { all: Some(vec![]), ..ClauseConfig::default() }, "filter.include"),
            (
                ClauseConfig { any: Some(vec![ClauseConfig::default()]), ..ClauseConfig::default() },
                "filter.include.any[0]",
            ),
        ];
        for (clause, place) in cases {
            let (_, _, problems) = compile_config(clause.clone());
            let places: Vec<_> = problems.iter().map(|problem| problem.place.as_str()).collect();
            assert_eq!(places, [place], "{clause:?}");
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth: usize| {
            let inner = ClauseConfig { is_empty: Some(true), ..attribute("department") };
            let not = |inner| ClauseConfig { not: Some(Box::new(inner)), ..ClauseConfig::default() };
            let include = (0..depth).fold(inner, |inner, _| not(inner));
            compile_config(include).2
        };
        let deep = compile::MAX_DEPTH + 1;
        assert_eq!(nested(deep - 1), []);
        assert_eq!(nested(deep)[0].place, format!("filter.include{}", ".not".repeat(deep)));
    }
}
