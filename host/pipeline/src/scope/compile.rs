//! From clauses as an admin wrote them to clauses that can be asked.

use jiff::Span;
use jiff::civil::Date;
use regex::Regex;
use rollcall_model::Value;

use super::operator::{Bound, Operator, Order, Test, Text, date};
use super::{Clause, ClauseWords, Kind, Scope};
use crate::admission::{Admission, Use};
use crate::config::{ClauseConfig, Days, FilterConfig};
use crate::expression::{self, Expression};
use crate::pattern;
use crate::problem::{Fault, Problem};

/// How deep clauses may be nested.
pub const MAX_DEPTH: usize = 16;

/// Days from today that a filter may look, either way: a century.
pub const MAX_DAYS: i32 = 36_525;

const OPERATORS: &str = "equals, not_equals, one_of, contains, starts_with, ends_with, matches, greater, \
                         less, at_least, at_most, in_days, is_true, is_empty";

pub(super) fn scope(
    filter: &FilterConfig,
    today: Date,
    admission: &mut Admission<'_>,
    problems: &mut Vec<Problem>,
) -> Scope {
    let mut compiler = Compiler { today, admission, problems, groups: Vec::new(), words: Vec::new() };
    let mut clause = |place: &str, config: &Option<ClauseConfig>| {
        config.as_ref().and_then(|clause| compiler.clause(place, clause, 0))
    };
    let include = clause("filter.include", &filter.include);
    let exclude = clause("filter.exclude", &filter.exclude);
    Scope { include, exclude, groups: compiler.groups, words: compiler.words }
}

struct Compiler<'a, 'o> {
    today: Date,
    admission: &'a mut Admission<'o>,
    problems: &'a mut Vec<Problem>,
    groups: Vec<String>,
    words: Vec<ClauseWords>,
}

impl Compiler<'_, '_> {
    fn clause(&mut self, place: &str, config: &ClauseConfig, depth: usize) -> Option<Clause> {
        if depth > MAX_DEPTH {
            let why = format!("nested deeper than {MAX_DEPTH} levels");
            return self.problem(place, why, "flatten the clauses");
        }
        let given = [
            config.all.is_some(),
            config.any.is_some(),
            config.not.is_some(),
            config.group.is_some(),
            config.expression.is_some(),
            config.attribute.is_some(),
        ];
        if given.iter().filter(|given| **given).count() != 1 {
            return self.problem(
                place,
                "a clause is exactly one of `all`, `any`, `not`, `group`, `expression`, `attribute`",
                "write one of them, and combine several with `all` or `any`",
            );
        }
        // Before those within it, so that they are listed below it.
        let number = self.words.len();
        self.words.push(ClauseWords { place: place.to_owned(), says: config.to_string() });
        let kind = self.kind(place, config, depth)?;
        Some(Clause { number, kind })
    }

    fn kind(&mut self, place: &str, config: &ClauseConfig, depth: usize) -> Option<Kind> {
        if let Some(clauses) = &config.all {
            return Some(Kind::All(self.clauses(place, "all", clauses, depth)));
        }
        if let Some(clauses) = &config.any {
            return Some(Kind::Any(self.clauses(place, "any", clauses, depth)));
        }
        if let Some(clause) = &config.not {
            let within = self.clause(&format!("{place}.not"), clause, depth + 1);
            return within.map(|clause| Kind::Not(Box::new(clause)));
        }
        if let Some(group) = &config.group {
            return self.group(place, group);
        }
        if let Some(text) = &config.expression {
            return self.expression(format!("{place}.expression"), text);
        }
        self.test(place, config)
    }

    fn clauses(&mut self, place: &str, word: &str, configs: &[ClauseConfig], depth: usize) -> Vec<Clause> {
        if configs.is_empty() {
            self.problem::<()>(place, format!("`{word}` has no clauses"), "add one, or leave it out");
        }
        let each = |(at, config)| self.clause(&format!("{place}.{word}[{at}]"), config, depth + 1);
        configs.iter().enumerate().filter_map(each).collect()
    }

    fn group(&mut self, place: &str, group: &String) -> Option<Kind> {
        if group.trim().is_empty() {
            return self.problem(place, "`group` is empty", "name a group of the provider, by id or name");
        }
        let at = self.groups.iter().position(|known| known == group);
        Some(Kind::MemberOf(at.unwrap_or_else(|| {
            self.groups.push(group.clone());
            self.groups.len() - 1
        })))
    }

    fn test(&mut self, place: &str, config: &ClauseConfig) -> Option<Kind> {
        let name = config.attribute.as_deref().unwrap_or_default();
        let admitted = self.admission.admit(name, Use::Filter);
        let (slot, _) = self.sound(format!("{place}.attribute"), admitted)?;
        let operator = self.operator(place, config)?;
        if config.if_empty.is_some() && matches!(operator, Operator::IsEmpty(_)) {
            return self.problem(place, "`is_empty` says itself what empty is", "leave `if_empty` out");
        }
        let test = Test {
            operator,
            negated: config.not_equals.is_some(),
            every: config.every,
            if_empty: config.if_empty.unwrap_or(false),
        };
        Some(Kind::Test(slot, test))
    }

    fn expression(&mut self, place: String, text: &str) -> Option<Kind> {
        let compiled = Expression::compile(text, self.admission, Use::Filter);
        let expression = self.sound(place.clone(), compiled)?;
        if !expression.kind().fits(expression::Kind::Bool) {
            let why = format!("says {}, and a filter says yes or no", expression.kind());
            return self.problem(place, why, "compare it with something, or use `isPresent`");
        }
        Some(Kind::Expression(Box::new(expression)))
    }

    fn operator(&mut self, place: &str, config: &ClauseConfig) -> Option<Operator> {
        let text = |text: &String| Text::new(text, config.case_sensitive);
        let equals = |value: &Value| Operator::OneOf(vec![text(&value.to_string())]);
        let mut operators: Vec<Option<Operator>> = Vec::new();
        operators.extend(config.equals.as_ref().map(equals).map(Some));
        operators.extend(config.not_equals.as_ref().map(equals).map(Some));
        let list = |list: &Vec<String>| Operator::OneOf(list.iter().map(text).collect());
        operators.extend(config.one_of.as_ref().map(list).map(Some));
        operators.extend(config.contains.as_ref().map(text).map(Operator::Contains).map(Some));
        operators.extend(config.starts_with.as_ref().map(text).map(Operator::StartsWith).map(Some));
        operators.extend(config.ends_with.as_ref().map(text).map(Operator::EndsWith).map(Some));
        operators.extend(config.is_empty.map(Operator::IsEmpty).map(Some));
        operators.extend(config.is_true.map(Operator::IsTrue).map(Some));
        for (word, bound, order) in [
            ("greater", &config.greater, Order::Greater),
            ("less", &config.less, Order::Less),
            ("at_least", &config.at_least, Order::AtLeast),
            ("at_most", &config.at_most, Order::AtMost),
        ] {
            if let Some(value) = bound {
                operators.push(self.bound(place, word, value).map(|bound| Operator::Compare(order, bound)));
            }
        }
        if let Some(days) = &config.in_days {
            operators.push(self.days(place, *days));
        }
        if let Some(pattern) = &config.matches {
            operators.push(self.regex(place, pattern).map(Operator::Matches));
        }
        match <[_; 1]>::try_from(operators) {
            Ok([operator]) => operator,
            Err(_) => self.problem(
                place,
                "`attribute` goes with exactly one operator",
                &format!("use one of {OPERATORS}"),
            ),
        }
    }

    fn bound(&mut self, place: &str, word: &str, value: &Value) -> Option<Bound> {
        match value {
            Value::Number(number) => Some(Bound::Number(*number)),
            value => date(&value.to_string()).map(Bound::Date).or_else(|| {
                self.problem(
                    format!("{place}.{word}"),
                    format!("`{value}` is neither a number nor a date"),
                    "write a number, or a date as \"2026-01-31\"",
                )
            }),
        }
    }

    /// Counted from the day of the run.
    fn days(&mut self, place: &str, days: Days) -> Option<Operator> {
        let both = [days.from, days.to];
        let wrong = match (days.from, days.to) {
            (None, None) => Some("has neither `from` nor `to`"),
            (Some(from), Some(to)) if from > to => Some("ends before it begins"),
            _ if both.iter().flatten().any(|days| !(-MAX_DAYS..=MAX_DAYS).contains(days)) => {
                Some("looks further than a century")
            }
            _ => None,
        };
        if let Some(why) = wrong {
            let remedy = "write { from = 0, to = 7 } for the next seven days, { to = -31 } for more than 30 \
                          days ago";
            return self.problem(format!("{place}.in_days"), why, remedy);
        }
        let day = |days: i32| self.today.saturating_add(Span::new().days(days));
        Some(Operator::Between(days.from.map(day), days.to.map(day)))
    }

    fn regex(&mut self, place: &str, pattern: &str) -> Option<Regex> {
        self.sound(format!("{place}.matches"), pattern::compile(pattern))
    }

    /// What is sound; else the fault becomes a problem of this place.
    fn sound<T>(&mut self, place: String, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.problems.push(fault.at(place))).ok()
    }

    fn problem<T>(&mut self, place: impl Into<String>, why: impl Into<String>, remedy: &str) -> Option<T> {
        self.problems.push(Problem::new(place, why, remedy));
        None
    }
}
