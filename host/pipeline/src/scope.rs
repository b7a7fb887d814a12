//! Scope: who comes in (R54..R68).

use regex::Regex;
use rollcall_model::{Attribute, Value};

use crate::config::{ClauseConfig, FilterConfig};
use crate::fingerprint::SourceHash;
use crate::groups::GroupMembers;
use crate::membrane::{Membrane, Record, Slot};
use crate::problem::Problem;

/// How deep clauses may be nested.
pub const MAX_DEPTH: usize = 16;

#[derive(Debug, Clone)]
pub struct Scope {
    include: Option<Clause>,
    exclude: Option<Clause>,
    groups: Vec<String>,
}

#[derive(Debug, Clone)]
enum Clause {
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Not(Box<Clause>),
    /// Index into the groups that the filter names.
    MemberOf(usize),
    Test(Slot, Test),
}

#[derive(Debug, Clone)]
enum Test {
    Equals(Value),
    OneOf(Vec<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    Matches(Regex),
    IsEmpty(bool),
}

impl Scope {
    /// Whether this person comes in. `members` has the groups of
    /// [`Scope::groups`], in that order.
    pub fn holds(&self, record: &Record, hash: SourceHash, members: &GroupMembers) -> bool {
        let holds = |clause: &Clause| clause.holds(record, hash, members);
        self.include.as_ref().is_none_or(holds) && !self.exclude.as_ref().is_some_and(holds)
    }

    /// The groups that the filter names, by id or name.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    pub fn compile(filter: &FilterConfig, membrane: &mut Membrane, problems: &mut Vec<Problem>) -> Self {
        let mut compiler = Compiler { membrane, problems, groups: Vec::new() };
        let include = filter.include.as_ref().and_then(|clause| compiler.clause("filter.include", clause, 0));
        let exclude = filter.exclude.as_ref().and_then(|clause| compiler.clause("filter.exclude", clause, 0));
        Self { include, exclude, groups: compiler.groups }
    }
}

impl Clause {
    fn holds(&self, record: &Record, hash: SourceHash, members: &GroupMembers) -> bool {
        match self {
            Self::All(clauses) => clauses.iter().all(|clause| clause.holds(record, hash, members)),
            Self::Any(clauses) => clauses.iter().any(|clause| clause.holds(record, hash, members)),
            Self::Not(clause) => !clause.holds(record, hash, members),
            Self::MemberOf(group) => members.contains(*group, hash),
            Self::Test(slot, test) => test.holds(record.get(*slot)),
        }
    }
}

impl Test {
    /// An empty value fails every test but `is_empty`. Case counts for nothing,
    /// except in a regular expression, which can say so itself.
    fn holds(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else { return matches!(self, Self::IsEmpty(true)) };
        let any = |test: &dyn Fn(&str) -> bool| match value {
            Value::Text(text) | Value::Date(text) => test(text),
            Value::Texts(texts) => texts.iter().any(|text| test(text)),
            Value::Number(_) | Value::Boolean(_) => test(&value.to_string()),
        };
        match self {
            Self::Equals(wanted) => any(&|text| same(text, &wanted.to_string())),
            Self::OneOf(wanted) => any(&|text| wanted.iter().any(|one| same(text, one))),
            Self::Contains(part) => any(&|text| text.to_lowercase().contains(part)),
            Self::StartsWith(part) => any(&|text| text.to_lowercase().starts_with(part)),
            Self::EndsWith(part) => any(&|text| text.to_lowercase().ends_with(part)),
            Self::Matches(regex) => any(&|text| regex.is_match(text)),
            Self::IsEmpty(empty) => !empty,
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a == b || a.eq_ignore_ascii_case(b) || (!a.is_ascii() && a.to_lowercase() == b.to_lowercase())
}

struct Compiler<'a> {
    membrane: &'a mut Membrane,
    problems: &'a mut Vec<Problem>,
    groups: Vec<String>,
}

impl Compiler<'_> {
    fn clause(&mut self, place: &str, config: &ClauseConfig, depth: usize) -> Option<Clause> {
        if depth > MAX_DEPTH {
            return self.problem(
                place,
                format!("nested deeper than {MAX_DEPTH} levels"),
                "flatten the clauses",
            );
        }
        let given = [
            config.all.is_some(),
            config.any.is_some(),
            config.not.is_some(),
            config.group.is_some(),
            config.attribute.is_some(),
        ];
        if given.iter().filter(|given| **given).count() != 1 {
            return self.problem(
                place,
                "a clause is exactly one of `all`, `any`, `not`, `group`, `attribute`",
                "write one of them, and combine several with `all` or `any`",
            );
        }
        if let Some(clauses) = &config.all {
            return Some(Clause::All(self.clauses(place, "all", clauses, depth)));
        }
        if let Some(clauses) = &config.any {
            return Some(Clause::Any(self.clauses(place, "any", clauses, depth)));
        }
        if let Some(clause) = &config.not {
            return self.clause(&format!("{place}.not"), clause, depth + 1).map(|c| Clause::Not(Box::new(c)));
        }
        if let Some(group) = &config.group {
            if group.trim().is_empty() {
                return self.problem(
                    place,
                    "`group` is empty",
                    "name a group of the provider, by id or name",
                );
            }
            let at = self.groups.iter().position(|known| known == group);
            return Some(Clause::MemberOf(at.unwrap_or_else(|| {
                self.groups.push(group.clone());
                self.groups.len() - 1
            })));
        }
        self.test(place, config)
    }

    fn clauses(&mut self, place: &str, word: &str, configs: &[ClauseConfig], depth: usize) -> Vec<Clause> {
        if configs.is_empty() {
            self.problem(place, format!("`{word}` has no clauses"), "add one, or leave it out");
        }
        let each = |(at, config)| self.clause(&format!("{place}.{word}[{at}]"), config, depth + 1);
        configs.iter().enumerate().filter_map(each).collect()
    }

    fn test(&mut self, place: &str, config: &ClauseConfig) -> Option<Clause> {
        let name = config.attribute.as_deref().unwrap_or_default();
        let Some(attribute) = Attribute::parse(name) else {
            return self.problem(
                format!("{place}.attribute"),
                format!("there is no attribute `{name}`"),
                "use one that `connector inspect` lists, or `custom.NAME`",
            );
        };
        let lower = |text: &String| text.to_lowercase();
        let mut tests = Vec::new();
        tests.extend(config.equals.clone().map(Test::Equals));
        tests.extend(config.one_of.clone().map(Test::OneOf));
        tests.extend(config.contains.as_ref().map(lower).map(Test::Contains));
        tests.extend(config.starts_with.as_ref().map(lower).map(Test::StartsWith));
        tests.extend(config.ends_with.as_ref().map(lower).map(Test::EndsWith));
        tests.extend(config.is_empty.map(Test::IsEmpty));
        if let Some(pattern) = &config.matches {
            match Regex::new(pattern) {
                Ok(regex) => tests.push(Test::Matches(regex)),
                Err(error) => {
                    return self.problem(
                        format!("{place}.matches"),
                        format!("not a regular expression: {error}"),
                        "correct the pattern",
                    );
                }
            }
        }
        let [_] = tests.as_slice() else {
            return self.problem(
                place,
                "`attribute` goes with exactly one operator",
                "use one of equals, one_of, contains, starts_with, ends_with, matches, is_empty",
            );
        };
        let slot = self.membrane.admit(attribute);
        tests.pop().map(|test| Clause::Test(slot, test))
    }

    fn problem(&mut self, place: impl Into<String>, why: impl Into<String>, remedy: &str) -> Option<Clause> {
        self.problems.push(Problem::new(place, why, remedy));
        None
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{Worker, WorkerStatus};

    use super::*;

    fn worker(department: &str) -> Worker {
        let mut worker = crate::mapping::tests::worker("7", WorkerStatus::Active);
        worker.organization.department = (!department.is_empty())
            .then(|| rollcall_model::Unit { id: None, name: Some(department.into()) });
        worker
    }

    fn check(clause: ClauseConfig, department: &str, expected: bool) {
        let mut membrane = Membrane::default();
        let mut problems = Vec::new();
        let filter = FilterConfig { include: Some(clause), exclude: None };
        let scope = Scope::compile(&filter, &mut membrane, &mut problems);
        assert_eq!(problems, []);
        let record = membrane.pass(worker(department));
        assert_eq!(
            scope.holds(&record, 0, &GroupMembers::default()),
            expected,
            "{filter:?} on {department:?}"
        );
    }

    fn attribute(name: &str) -> ClauseConfig {
        ClauseConfig { attribute: Some(name.into()), ..ClauseConfig::default() }
    }

    #[test]
    fn r58_filter_by_attribute_has_every_operator() {
        let on = || attribute("department");
        let text = |text: &str| Some(text.to_owned());
        check(ClauseConfig { equals: Some(Value::Text("SALES".into())), ..on() }, "Sales", true);
        check(ClauseConfig { equals: Some(Value::Text("Sales".into())), ..on() }, "Sale", false);
        check(
            ClauseConfig { equals: Some(Value::Text("VERTRIEB SÜD".into())), ..on() },
            "Vertrieb Süd",
            true,
        );
        check(ClauseConfig { one_of: Some(vec!["HR".into(), "Sales".into()]), ..on() }, "sales", true);
        check(ClauseConfig { contains: text("AL"), ..on() }, "Sales", true);
        check(ClauseConfig { starts_with: text("al"), ..on() }, "Sales", false);
        check(ClauseConfig { ends_with: text("LES"), ..on() }, "Sales", true);
        check(ClauseConfig { matches: text("^S.*s$"), ..on() }, "Sales", true);
        check(ClauseConfig { is_empty: Some(true), ..on() }, "", true);
        check(ClauseConfig { is_empty: Some(false), ..on() }, "", false);
        check(ClauseConfig { is_empty: Some(false), ..on() }, "Sales", true);
    }

    #[test]
    fn r60_an_empty_value_fails_every_test_and_passes_its_negation() {
        let sales = ClauseConfig { equals: Some(Value::Text("Sales".into())), ..attribute("department") };
        check(sales.clone(), "", false);
        check(ClauseConfig { not: Some(Box::new(sales)), ..ClauseConfig::default() }, "", true);
    }

    #[test]
    fn a_wrong_clause_names_its_place() {
        let cases = [
            (ClauseConfig::default(), "filter.include"),
            (attribute("salary"), "filter.include.attribute"),
            (attribute("department"), "filter.include"),
            (ClauseConfig { matches: Some("(".into()), ..attribute("department") }, "filter.include.matches"),
            (ClauseConfig { all: Some(vec![]), ..ClauseConfig::default() }, "filter.include"),
            (
                ClauseConfig { any: Some(vec![ClauseConfig::default()]), ..ClauseConfig::default() },
                "filter.include.any[0]",
            ),
        ];
        for (clause, place) in cases {
            let mut problems = Vec::new();
            let filter = FilterConfig { include: Some(clause), exclude: None };
            Scope::compile(&filter, &mut Membrane::default(), &mut problems);
            assert_eq!(problems.first().map(|problem| problem.place.as_str()), Some(place), "{filter:?}");
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth: usize| {
            let inner = ClauseConfig { is_empty: Some(true), ..attribute("department") };
            let not = |inner| ClauseConfig { not: Some(Box::new(inner)), ..ClauseConfig::default() };
            let include = Some((0..depth).fold(inner, |inner, _| not(inner)));
            let mut problems = Vec::new();
            let filter = FilterConfig { include, exclude: None };
            Scope::compile(&filter, &mut Membrane::default(), &mut problems);
            problems
        };
        assert_eq!(nested(MAX_DEPTH), []);
        assert_eq!(nested(MAX_DEPTH + 1)[0].place, format!("filter.include{}", ".not".repeat(MAX_DEPTH + 1)));
    }
}
