//! The filter language, operator by operator.

use rollcall_model::{Sensitivity, Value, Worker, WorkerStatus};

use super::*;
use crate::config::{ClauseConfig, CustomAttributes, Days, PipelineConfig};
use crate::mapping::tests::context;
use crate::membrane::Membrane;
use crate::offer::Offer;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 3, 10);

fn worker(department: &str) -> Worker {
    let mut worker = crate::mapping::tests::worker("7", WorkerStatus::Active);
    let unit = rollcall_model::Unit { id: None, name: Some(department.into()) };
    worker.organization.department = (!department.is_empty()).then_some(unit);
    worker
}

/// As if it were the filter of a pipeline that grants what is tested here.
fn compile_filter(filter: &FilterConfig) -> (Scope, Membrane, Vec<Problem>) {
    let config = PipelineConfig {
        classes: vec![Sensitivity::Work],
        custom_attributes: CustomAttributes::Named(vec!["x".into()]),
        ..PipelineConfig::default()
    };
    let (offer, mut problems) = (Offer::unknown(), Vec::new());
    let mut admission = Admission::new(&config, &offer);
    let scope = Scope::compile(filter, TODAY, &mut admission, &mut problems);
    (scope, admission.membrane, problems)
}

fn compile_config(clause: ClauseConfig) -> (Scope, Membrane, Vec<Problem>) {
    compile_filter(&FilterConfig { include: Some(clause), exclude: None })
}

fn judge(scope: &Scope, membrane: &Membrane, worker: Worker, tally: &mut Tally) -> bool {
    scope.holds(&context(&membrane.pass(worker)), 0, &GroupMembers::default(), tally)
}

#[track_caller]
fn holds(clause: &ClauseConfig, worker: Worker) -> bool {
    let (scope, membrane, problems) = compile_config(clause.clone());
    assert_eq!(problems, [], "{clause}");
    judge(&scope, &membrane, worker, &mut Tally::default())
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
    let (scope, membrane, _) = compile_filter(&filter);
    let mut tally = Tally::default();
    let people = ["Sales", "Sales", "Support", "Legal", ""];
    let mut holds = |department: &&str| judge(&scope, &membrane, worker(department), &mut tally);
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
fn r58_an_expression_is_a_clause_and_null_is_no() {
    let says = |text: &str| ClauseConfig { expression: Some(text.into()), ..ClauseConfig::default() };
    check(says(r#"department == "Sales""#), "Sales", true);
    check(says(r#"department == "Sales""#), "Support", false);
    check(says(r#"startsWith(department, "S")"#), "", false);
    check(says(r#"department in ["Sales", "Support"]"#), "Support", true);
    let (scope, ..) = compile_config(says("isPresent(department)"));
    assert_eq!(scope.clauses()[0].says, "isPresent(department)");
}

#[test]
fn c13_a_clause_on_an_attribute_that_is_not_granted_is_refused() {
    let (_, _, problems) = compile_config(ClauseConfig { is_empty: Some(false), ..attribute("grade") });
    assert!(problems[0].why.contains("not granted"), "{problems:?}");
    assert_eq!(problems[0].place, "filter.include.attribute");
}

#[test]
fn a_wrong_clause_names_its_place() {
    let days = |from, to| ClauseConfig { in_days: Some(Days { from, to }), ..attribute("start_date") };
    let department = || attribute("department");
    let cases = [
        (ClauseConfig::default(), "filter.include"),
        (attribute("salary"), "filter.include.attribute"),
        (department(), "filter.include"),
        (ClauseConfig { equals: text("a"), contains: Some("a".into()), ..department() }, "filter.include"),
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
