//! Why one person is treated as they are: every step of their way, with what it
//! was given and what it said. The steps themselves are the run's.

use rollcall_model::{SourceId, Value, Worker, WorkerStatus};
use serde::Serialize;

use crate::fingerprint::SourceHash;
use crate::groups::GroupMembers;
use crate::person::{Person, Standing};
use crate::pipeline::{Pipeline, Verdict};
use crate::scope::Tally;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    pub source_id: SourceId,
    /// As the source says it.
    pub status: WorkerStatus,
    /// What was asked of the source. The values behind sensitive lines are left
    /// out.
    pub fetched: Vec<Fetched>,
    /// Each clause of the filter.
    pub clauses: Vec<ClauseVerdict>,
    pub in_scope: bool,
    /// None for somebody outside: nothing beyond the filter looks at them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// The required attribute that is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacking: Option<String>,
    /// Each line of the mapping, for somebody in scope.
    pub lines: Vec<LineValue>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fetched {
    pub attribute: String,
    pub value: Shown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseVerdict {
    /// `filter.include.any[0]`
    pub place: String,
    /// `department equals "Sales"`
    pub says: String,
    pub holds: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineValue {
    pub target: String,
    /// The attribute, the expression, or that it is a constant or nothing.
    pub from: String,
    pub value: Shown,
}

/// A value, as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    Value(Value),
    Empty,
    Hidden,
}

impl Shown {
    fn of(value: Option<&Value>, hidden: bool) -> Self {
        match value {
            None => Self::Empty,
            Some(_) if hidden => Self::Hidden,
            Some(value) => Self::Value(value.clone()),
        }
    }
}

impl Pipeline {
    /// The way of one worker, told instead of gone.
    pub fn explain(&self, worker: Worker, hash: SourceHash, members: &GroupMembers) -> Explanation {
        let record = self.membrane.pass(worker.clone());
        let hidden = |slot| self.mapping.hides(slot);
        let fetched = self.membrane.slots().map(|(attribute, slot)| Fetched {
            attribute: attribute.to_string(),
            value: Shown::of(record.get(slot), hidden(slot)),
        });
        let (source_id, status, fetched) = (worker.id.clone(), worker.status, fetched.collect());
        let mut tally = Tally::default();
        let verdict = self.process(worker, hash, members, &mut tally);
        let clauses = self.kept(&tally).into_iter().map(|clause| ClauseVerdict {
            place: clause.place,
            says: clause.says,
            holds: clause.kept > 0,
        });
        let clauses = clauses.collect();
        let person = match verdict {
            Verdict::In(person) => Some(person),
            Verdict::Out => None,
        };
        Explanation {
            source_id,
            status,
            fetched,
            clauses,
            in_scope: person.is_some(),
            standing: person.as_ref().map(|person| person.standing),
            lines: person.as_ref().map(|person| self.line_values(person)).unwrap_or_default(),
            lacking: person.and_then(|person| person.lacking),
        }
    }

    fn line_values(&self, person: &Person) -> Vec<LineValue> {
        let mut values = self.values(person).unwrap_or_default();
        self.mapping.put_manager(&mut values, person.manager.as_ref());
        let each = self.mapping.targets().iter().zip(&values).enumerate();
        let line = |(at, (target, value)): (usize, (&String, &Option<Value>))| LineValue {
            target: target.clone(),
            from: self.mapping.source_of(at, &self.membrane),
            value: Shown::of(value.as_ref(), self.mapping.is_sensitive(at)),
        };
        each.map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ClauseConfig, FilterConfig, MappingLine, PipelineConfig};
    use crate::fingerprint::hash_source;

    fn explain(department: &str) -> Explanation {
        let line = |target: &str, source: &str| MappingLine {
            target: target.into(),
            source: Some(source.into()),
            ..MappingLine::default()
        };
        let include = ClauseConfig {
            attribute: Some("department".into()),
            equals: Some(Value::Text("Sales".into())),
            ..ClauseConfig::default()
        };
        let config = PipelineConfig {
            filter: FilterConfig { include: Some(include), exclude: None },
            classes: vec![rollcall_model::Sensitivity::Work],
            mapping: vec![
                line("email", "work_email"),
                line("given_name", "given_name"),
                MappingLine { sensitive: true, ..line("family_name", "family_name") },
                MappingLine {
                    target: "realm".into(),
                    constant: Some(Value::Text("eu".into())),
                    ..MappingLine::default()
                },
            ],
            ..PipelineConfig::default()
        };
        let pipeline = Pipeline::compile(&config, &crate::Offer::unknown(), 0).expect("compiles");
        let mut worker = crate::mapping::tests::worker("7", WorkerStatus::Active);
        let unit = rollcall_model::Unit { id: None, name: Some(department.into()) };
        worker.organization.department = Some(unit);
        let hash = hash_source(&worker.id);
        pipeline.explain(worker, hash, &GroupMembers::default())
    }

    fn fetched<'a>(told: &'a Explanation, attribute: &str) -> &'a Shown {
        &told.fetched.iter().find(|fetched| fetched.attribute == attribute).expect("is there").value
    }

    #[test]
    fn an_explanation_has_every_step_and_hides_what_is_sensitive() {
        let told = explain("Sales");
        assert!(told.in_scope);
        assert_eq!(told.standing, Some(Standing::Due));
        assert_eq!(fetched(&told, "department"), &Shown::Value(Value::Text("Sales".into())));
        assert_eq!(fetched(&told, "family_name"), &Shown::Hidden);
        assert_eq!(fetched(&told, "end_date"), &Shown::Empty);
        let lines: Vec<_> =
            told.lines.iter().map(|line| (line.target.as_str(), line.from.as_str())).collect();
        assert_eq!(
            lines,
            [
                ("email", "work_email"),
                ("given_name", "given_name"),
                ("family_name", "family_name"),
                ("realm", "constant")
            ]
        );
        assert_eq!(told.lines[2].value, Shown::Hidden);
        assert_eq!(told.lines[3].value, Shown::Value(Value::Text("eu".into())));
    }

    #[test]
    fn an_expression_is_told_as_it_stands_and_a_sensitive_one_hides_whatever_it_reads() {
        let line = |target: &str, expression: &str| MappingLine {
            target: target.into(),
            expression: Some(expression.into()),
            ..MappingLine::default()
        };
        let names = r#"join(" ", given_name, family_name)"#;
        let config = PipelineConfig {
            mapping: vec![
                line("email", "lower(work_email)"),
                line("given_name", "'?'"),
                line("family_name", "'?'"),
                MappingLine { sensitive: true, ..line("whole", names) },
                line("redacted", "redact(locale)"),
                MappingLine { none: true, expression: None, ..line("nothing", "") },
            ],
            ..PipelineConfig::default()
        };
        let pipeline = Pipeline::compile(&config, &crate::Offer::unknown(), 0).expect("compiles");
        let mut worker = crate::mapping::tests::worker("7", WorkerStatus::Active);
        worker.contact.locale = Some("de".into());
        let hash = hash_source(&worker.id);
        let told = pipeline.explain(worker, hash, &GroupMembers::default());
        for hidden in ["given_name", "family_name", "locale"] {
            assert_eq!(fetched(&told, hidden), &Shown::Hidden, "{hidden}");
        }
        assert_ne!(fetched(&told, "work_email"), &Shown::Hidden);
        let from: Vec<_> = told.lines.iter().map(|line| line.from.as_str()).collect();
        assert_eq!(from, ["lower(work_email)", "'?'", "'?'", names, "redact(locale)", "none"]);
        assert_eq!((&told.lines[3].value, &told.lines[4].value), (&Shown::Hidden, &Shown::Hidden));
        assert_eq!(pipeline.hidden_targets().collect::<Vec<_>>(), ["whole", "redacted"]);
    }

    #[test]
    fn somebody_outside_is_told_which_clause_says_no_and_nothing_is_mapped() {
        let told = explain("Support");
        assert!(!told.in_scope);
        assert_eq!(told.clauses.len(), 1);
        assert_eq!((told.clauses[0].place.as_str(), told.clauses[0].holds), ("filter.include", false));
        assert_eq!((told.standing, told.lines.len()), (None, 0));
    }
}
