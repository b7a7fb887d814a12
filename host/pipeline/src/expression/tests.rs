//! Expressions as an admin writes them: what they give, what is refused, and
//! that no text does harm.

mod refused;
mod soundness;

use jiff::civil::{DateTime, datetime};
use rollcall_model::{Address, CustomAttribute, Sensitivity, Unit, Value, Worker, WorkerStatus};

use super::val::{MAX_RESULT, Val};
use super::{Context, Expression};
use crate::admission::{Admission, Use};
use crate::config::{CustomAttributes, PipelineConfig};
use crate::membrane::{Membrane, Record};
use crate::offer::Offer;
use crate::problem::Fault;

pub(super) const NOW: DateTime = datetime(2026, 3, 10, 9, 30, 0, 0);

/// The person of the documentation.
pub(super) fn zoe() -> Worker {
    let mut worker = crate::mapping::tests::worker("4711", WorkerStatus::Active);
    let unit = |name: &str| Unit { id: None, name: Some(name.into()) };
    worker.name.given = Some("Zoë".into());
    worker.user_name = Some("zlind".into());
    worker.contact.work_email = Some("zoe.lind@example.com".into());
    worker.employment.title = Some("Analyst".into());
    worker.employment.fte = Some(0.8);
    worker.employment.is_manager = Some(true);
    worker.employment.start_date = Some("2024-03-01".into());
    worker.organization.department = Some(unit("Sales"));
    worker.organization.teams = vec![unit("Core"), unit("Data"), unit("Core")];
    worker.address = Some(Address { country: Some("DE".into()), ..Address::default() });
    let custom =
        |name: &str, text: &str| CustomAttribute { name: name.into(), value: Value::Text(text.into()) };
    worker.custom = vec![custom("badge", "0042"), custom("Büro Nr", "3.14")];
    worker
}

pub(super) fn config() -> PipelineConfig {
    PipelineConfig {
        classes: vec![Sensitivity::Work, Sensitivity::Sensitive],
        custom_attributes: CustomAttributes::Named(vec!["badge".into(), "Büro Nr".into()]),
        ..PipelineConfig::default()
    }
}

/// An expression of a line, with what lets its attributes through.
pub(super) fn compile(text: &str) -> Result<(Expression, Membrane), Fault> {
    let (config, offer) = (config(), Offer::unknown());
    let mut admission = Admission::new(&config, &offer);
    let expression = Expression::compile(text, &mut admission, Use::Mapping)?;
    Ok((expression, admission.membrane))
}

pub(super) fn context(record: &Record) -> Context<'_> {
    Context { record, now: NOW }
}

/// What an expression gives for Zoë, as the documentation writes it.
#[track_caller]
pub(super) fn evaluate(text: &str) -> String {
    let (expression, membrane) = compile(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    let record = membrane.pass(zoe());
    let value = expression.node.evaluate(&context(&record), None).within_limit();
    match value {
        // As a plan does, where somebody else is `zlind`.
        Val::Texts(mut texts) if expression.has_candidates() => {
            texts.retain(|text| text != "zlind" && !text.is_empty());
            texts.first().map_or_else(|| "null".to_owned(), |text| format!("{text:?}"))
        }
        Val::Null => "null".to_owned(),
        Val::Text(text) => format!("{text:?}"),
        Val::Texts(texts) => format!("{texts:?}"),
        other => other.to_string(),
    }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(evaluate(text), *expected, "{text}");
    }
}

/// What the interpreter of the crate `cel` gives.
fn interpreted(text: &str) -> String {
    let written = |value: &cel::Value| match value {
        cel::Value::String(text) => format!("{text:?}"),
        cel::Value::Float(number) => number.to_string(),
        cel::Value::Int(number) => number.to_string(),
        cel::Value::Bool(truth) => truth.to_string(),
        other => panic!("{text}: {other:?}"),
    };
    let program = cel::Program::compile(text).expect("is CEL");
    match program.execute(&cel::Context::default()).expect("has no error") {
        cel::Value::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        value => written(&value),
    }
}

#[test]
fn r84_what_cel_has_means_what_it_means_in_cel() {
    let texts = [
        "1.0 + 2.0 * 3.0 - 4.0 / 8.0",
        "-(2.0) - -3.0",
        "7 % 4",
        r#""a" + 'b' + r"\d" + "\u00e4\n" + '''it's'''"#,
        r#"["a"] + ["b", "c"]"#,
        r#"["a", "b"][1]"#,
        r#""b" in ["a", "b"] && !("c" in ["a"])"#,
        "true || false && false",
        "!true || 1.0 < 2.0 && 2.0 >= 2.0",
        r#""a" < "b" ? "less" : "more""#,
        "false ? 1 : true ? 2 : 3",
        r#""a" == "A" || "a" != "b""#,
        "null == null",
        r#"["a", "b"].exists(x, x == "b")"#,
        r#"["a", "b"].all(x, x == "b")"#,
        r#"["a", "b"].filter(x, x != "b")"#,
        r#"["a", "b"].map(x, x + "!")"#,
        r#""abc".contains("b") && "abc".startsWith("a") && "abc".endsWith("c")"#,
        r#"size("äöü")"#,
        "// a remark\n1",
    ];
    for text in texts {
        assert_eq!(evaluate(text), interpreted(text), "{text}");
    }
}

#[test]
fn r84_operators_work_on_attributes() {
    check(&[
        (r#"department == "Sales""#, "true"),
        (r#"department != "Sales" || !is_manager"#, "false"),
        (r#"department == "Sales" && fte < 1"#, "true"),
        ("1 + 2 * 3 - 4.0", "3"),
        ("7 / 2", "3.5"),
        ("7 % 4", "3"),
        ("-fte", "-0.8"),
        (r#"given_name + " " + family_name"#, r#""Zoë Lind""#),
        (r#"teams + ["New"]"#, r#"["Core", "Data", "Core", "New"]"#),
        (r#""Data" in teams"#, "true"),
        (r#"title in ["Nurse", upper("analyst")]"#, "false"),
        (r#"is_manager ? "lead" : "member""#, r#""lead""#),
        ("teams[1]", r#""Data""#),
        (r#"start_date < "2025-01-01""#, "true"),
        ("start_date <= now()", "true"),
        (r#"'single' + r"\d""#, r#""single\\d""#),
        (r#"title.lower().startsWith("ana")"#, "true"),
        (r#"work_address.country.lower()"#, r#""de""#),
    ]);
}

#[test]
fn r58_lists_are_asked_item_by_item() {
    check(&[
        (r#"teams.exists(team, team.startsWith("D"))"#, "true"),
        (r#"teams.all(team, size(team) == 4)"#, "true"),
        (r#"teams.filter(team, team != "Core")"#, r#"["Data"]"#),
        (r#"teams.map(team, team + "@" + work_address.country)"#, r#"["Core@DE", "Data@DE", "Core@DE"]"#),
        (r#"team_ids.exists(id, true)"#, "false"),
        (r#"team_ids.all(id, false)"#, "true"),
    ]);
}

#[test]
fn r71_custom_attributes_become_what_is_needed() {
    check(&[
        ("custom.badge", r#""0042""#),
        ("custom.badge + 1", "43"),
        ("custom.badge > 41", "true"),
        (r#"custom.badge == "0042""#, "true"),
        (r#"custom["Büro Nr"]"#, r#""3.14""#),
        ("dateAdd(custom.badge, 1, \"days\")", "null"),
        ("is_manager == custom.badge", "false"),
    ]);
}

#[test]
fn what_is_empty_is_null_and_a_null_is_never_an_error() {
    check(&[
        ("preferred_name", "null"),
        ("preferred_name == null", "true"),
        (r#"preferred_name == """#, "true"),
        (r#"preferred_name + "x""#, "null"),
        ("end_date < now()", "false"),
        ("!(end_date < now())", "true"),
        ("end_date == now()", "false"),
        (r#"preferred_name.startsWith("a") ? 1 : 2"#, "2"),
        ("left(null, 2)", "null"),
        ("left(given_name, -2)", "null"),
        ("1 / 0", "null"),
        ("teams[-1]", "null"),
        (r#"replace("a-b", "-", "")"#, r#""ab""#),
        ("dateAdd(now(), 99999999999, \"years\")", "null"),
    ]);
}

#[test]
fn a_value_that_is_empty_or_too_large_is_no_value() {
    let grown =
        "replace(".repeat(3) + r#""aaaaaaaaaa""# + &format!(r#", "a", "{}")"#, "a".repeat(50)).repeat(3);
    assert_eq!(evaluate(&grown), "null");
    let long = format!(r#"replaceRegex("{}", "", "{}")"#, "a".repeat(900), "b".repeat(900));
    assert_eq!(evaluate(&long), "null");
    for (bytes, there) in [(MAX_RESULT, true), (MAX_RESULT + 1, false)] {
        let mut long = zoe();
        long.employment.title = Some("a".repeat(bytes));
        let (expression, membrane) = compile("title").expect("compiles");
        assert_eq!(expression.evaluate(&context(&membrane.pass(long))).is_some(), there);
    }
    let (expression, membrane) = compile(r#"left("abc", 0)"#).expect("compiles");
    assert_eq!(expression.evaluate(&context(&membrane.pass(zoe()))), None);
}

#[test]
fn rule_8_an_expression_lets_through_what_it_names_and_nothing_else() {
    let (expression, membrane) = compile("coalesce(preferred_name, given_name)").expect("compiles");
    let wanted: Vec<_> = membrane.wanted().iter().map(ToString::to_string).collect();
    assert_eq!(wanted, ["preferred_name", "given_name"]);
    assert!(membrane.slots().all(|(_, slot)| expression.reads(slot)));
}

#[test]
fn outermost_functions_say_something_of_the_line() {
    let (expression, _) = compile("redact(skipIfEmpty(title))").expect("compiles");
    assert!(expression.is_redacted() && expression.skips_if_empty());
    let (expression, _) = compile("title.skipIfEmpty()").expect("compiles");
    assert!(!expression.is_redacted() && expression.skips_if_empty());
}
