//! From lines as an admin wrote them to lines that can be mapped.

use rollcall_model::Value;

use super::{Line, MAX_LINES, Mapping, REQUIRED, Source};
use crate::admission::{Admission, Use};
use crate::config::{Apply, MappingLine};
use crate::expression::{Expression, Kind};
use crate::problem::{Fault, Problem};
use crate::reporting::MANAGER;

/// Characters of a target's name at most.
const MAX_NAME: usize = 64;

pub(super) fn mapping(
    lines: &[MappingLine],
    admission: &mut Admission<'_>,
    problems: &mut Vec<Problem>,
) -> Mapping {
    if lines.len() > MAX_LINES {
        let why = format!("has more than {MAX_LINES} lines");
        problems.push(Problem::new("mapping", why, "leave some out"));
    }
    let before = problems.len();
    let mut mapping = Mapping { lines: Vec::new(), targets: Vec::new() };
    for (at, config) in lines.iter().take(MAX_LINES).enumerate() {
        match line(config, &mapping.targets, admission) {
            Ok(line) => {
                mapping.targets.push(config.target.clone());
                mapping.lines.push(line);
            }
            Err((part, fault)) => problems.push(fault.at(format!("mapping[{at}]{part}"))),
        }
    }
    for required in REQUIRED {
        if !mapping.targets.iter().any(|target| target == required) && problems.len() == before {
            problems.push(Problem::new(
                "mapping",
                format!("there is no line for `{required}`"),
                "an account cannot be without it: map an attribute or a constant to it",
            ));
        }
    }
    mapping
}

/// Where in the line a fault is.
type InLine<T> = Result<T, (&'static str, Fault)>;

fn line(config: &MappingLine, targets: &[String], admission: &mut Admission<'_>) -> InLine<Line> {
    let target = &config.target;
    if !is_name(target) {
        let remedy = format!("use a-z, 0-9 and _, beginning with a letter, at most {MAX_NAME} characters");
        return Err((".target", Fault::new(format!("`{target}` is not a name"), remedy)));
    }
    if targets.contains(target) {
        return Err((".target", Fault::new(format!("`{target}` has a line already"), "keep one of the two")));
    }
    if target == MANAGER {
        check_manager(config)?;
    }
    let (source, kind, part) = source(config, admission)?;
    let always = REQUIRED.contains(&target.as_str());
    // Accounts are found by texts, and managers by the ids that they have.
    if always || target == MANAGER || config.match_rank.is_some() {
        let default = config.default.as_ref().map(|default| (kind_of(default), ".default"));
        for (kind, part) in [(kind, part)].into_iter().chain(default) {
            let nothing = kind == Kind::Null && config.default.is_none();
            if nothing || !kind.fits(Kind::Text) {
                let why = format!("`{target}` has to be a text, and this gives {kind}");
                return Err((part, Fault::new(why, "give it a text, as `toString` does")));
            }
        }
    }
    let expression = source.expression();
    if expression.is_some_and(Expression::skips_if_empty) && config.default.is_some() {
        let why = "there is a default, so nothing is ever skipped";
        return Err((part, Fault::new(why, "leave out `default` or `skipIfEmpty`")));
    }
    if expression.is_some_and(Expression::has_candidates) && config.match_rank.is_some() {
        let why = "whoever is looked for by a key has it, and candidates are for who has none yet";
        return Err((".match", Fault::new(why, "leave it out, or name one value")));
    }
    Ok(Line {
        sensitive: config.sensitive || expression.is_some_and(Expression::is_redacted),
        source,
        default: config.default.clone(),
        apply: config.apply,
        required: config.required || always,
        locked: config.locked,
        match_rank: config.match_rank,
    })
}

fn source(config: &MappingLine, admission: &mut Admission<'_>) -> InLine<(Source, Kind, &'static str)> {
    let part = |part: &'static str| move |fault| (part, fault);
    match (&config.source, &config.constant, &config.expression, config.none) {
        (Some(name), None, None, false) => {
            let (slot, kind) = admission.admit(name, Use::Mapping).map_err(part(".source"))?;
            Ok((Source::Direct(slot), kind.into(), ".source"))
        }
        (None, Some(value), None, false) => {
            Ok((Source::Constant(value.clone()), kind_of(value), ".constant"))
        }
        (None, None, Some(text), false) => {
            let expression =
                Expression::compile(text, admission, Use::Mapping).map_err(part(".expression"))?;
            let kind = expression.kind();
            Ok((Source::Expression(Box::new(expression)), kind, ".expression"))
        }
        (None, None, None, true) => Ok((Source::None, Kind::Null, ".none")),
        _ => {
            let why = "a line has exactly one of `source`, `constant`, `expression` and `none`";
            Err(("", Fault::new(why, "keep one of them")))
        }
    }
}

/// It is a line to another account, which comes and goes.
fn check_manager(config: &MappingLine) -> InLine<()> {
    let wrong = [
        (config.match_rank.is_some(), ".match"),
        (config.default.is_some(), ".default"),
        (config.required, ".required"),
        (config.apply == Apply::OnCreate, ".apply"),
    ];
    match wrong.into_iter().find(|(is_set, _)| *is_set) {
        None => Ok(()),
        Some((_, part)) => {
            let why = format!("`{MANAGER}` is a line to another account, and no value of this one");
            Err((part, Fault::new(why, "leave it out, or map the id to another attribute as well")))
        }
    }
}

fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Text(_) => Kind::Text,
        Value::Number(_) => Kind::Number,
        Value::Boolean(_) => Kind::Bool,
        Value::Date(_) => Kind::Date,
        Value::Texts(_) => Kind::Texts,
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
