//! Mapping: what an account's attributes are made from (R69..R84).

use std::collections::HashSet;

use rollcall_model::{Attribute, Sensitivity, Value};

use crate::config::{Apply, MappingLine};
use crate::membrane::{Membrane, Record, Slot};
use crate::problem::Problem;

/// Lines that a mapping has at most.
pub const MAX_LINES: usize = 200;

/// Lines that can be changed and not left out (R73).
pub const REQUIRED: [&str; 3] = ["email", "given_name", "family_name"];

/// Target, source, and rank as a match key, of the default mapping.
const DEFAULT: &[(&str, Attribute, Option<u8>)] = &[
    ("email", Attribute::WorkEmail, Some(1)),
    ("given_name", Attribute::GivenName, None),
    ("family_name", Attribute::FamilyName, None),
    ("display_name", Attribute::DisplayName, None),
    ("user_name", Attribute::UserName, None),
    ("preferred_language", Attribute::PreferredLanguage, None),
    ("locale", Attribute::Locale, None),
    ("timezone", Attribute::Timezone, None),
    ("country", Attribute::Country, None),
    ("employee_number", Attribute::EmployeeNumber, None),
    ("title", Attribute::Title, None),
    ("department", Attribute::Department, None),
    ("division", Attribute::Division, None),
    ("company", Attribute::Company, None),
    ("cost_center", Attribute::CostCenter, None),
    ("location", Attribute::Location, None),
    ("teams", Attribute::Teams, None),
    ("manager", Attribute::ManagerId, None),
    ("employment_type", Attribute::EmploymentType, None),
    ("worker_type", Attribute::WorkerType, None),
    ("start_date", Attribute::StartDate, None),
    ("end_date", Attribute::EndDate, None),
    ("work_phone", Attribute::WorkPhone, None),
];

#[derive(Debug, Clone)]
pub struct Mapping {
    lines: Vec<Line>,
    targets: Vec<String>,
}

#[derive(Debug, Clone)]
struct Line {
    source: Source,
    default: Option<Value>,
    apply: Apply,
    required: bool,
    sensitive: bool,
    match_rank: Option<u8>,
}

#[derive(Debug, Clone)]
enum Source {
    Direct(Slot),
    Constant(Value),
}

impl Mapping {
    /// Values of the account, in the order of [`Mapping::targets`].
    pub fn map(&self, record: &Record) -> Vec<Option<Value>> {
        let value = |line: &Line| {
            let value = match &line.source {
                Source::Direct(slot) => record.get(*slot).cloned(),
                Source::Constant(value) => Some(value.clone()),
            };
            value.or_else(|| line.default.clone()).map(Value::stored)
        };
        self.lines.iter().map(value).collect()
    }

    /// Names of the account's attributes.
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// The first required attribute that is empty.
    pub fn lacking(&self, values: &[Option<Value>]) -> Option<&str> {
        let empty =
            self.lines.iter().zip(values).position(|(line, value)| line.required && value.is_none())?;
        self.targets.get(empty).map(String::as_str)
    }

    /// Attributes that find existing accounts, as positions, first rank first.
    pub fn keys(&self) -> Vec<usize> {
        let mut keys: Vec<_> =
            self.lines.iter().enumerate().filter_map(|(at, line)| Some((line.match_rank?, at))).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(_, at)| at).collect()
    }

    /// Whether the line at this position counts only when an account is made.
    pub fn on_create_only(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.apply == Apply::OnCreate)
    }

    /// Whether the value at this position may be shown.
    pub fn is_sensitive(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.sensitive)
    }

    /// Whether the line at this position is made from the value that lies here.
    pub fn uses(&self, at: usize, slot: Slot) -> bool {
        let source = self.lines.get(at).map(|line| &line.source);
        matches!(source, Some(Source::Direct(source)) if *source == slot)
    }

    /// Whether a sensitive line is made from the value that lies here.
    pub fn hides(&self, slot: Slot) -> bool {
        (0..self.lines.len()).any(|at| self.is_sensitive(at) && self.uses(at, slot))
    }

    /// What the line at this position is made from, for a person to read.
    pub fn source_of(&self, at: usize, membrane: &Membrane) -> String {
        match self.lines.get(at).map(|line| &line.source) {
            Some(Source::Direct(slot)) => membrane
                .slots()
                .find(|(_, at)| at == slot)
                .map(|(attribute, _)| attribute.to_string())
                .unwrap_or_default(),
            Some(Source::Constant(_)) => "constant".to_owned(),
            None => String::new(),
        }
    }

    /// The lines of the default mapping that these classes allow (R70, C13).
    pub fn default_lines(classes: &HashSet<Sensitivity>) -> Vec<MappingLine> {
        DEFAULT
            .iter()
            .filter(|(_, source, _)| classes.contains(&source.class()))
            .map(|(target, source, match_rank)| MappingLine {
                target: (*target).to_owned(),
                source: Some(source.to_string()),
                required: REQUIRED.contains(target),
                match_rank: *match_rank,
                ..MappingLine::default()
            })
            .collect()
    }

    pub fn compile(
        lines: &[MappingLine],
        classes: &HashSet<Sensitivity>,
        membrane: &mut Membrane,
        problems: &mut Vec<Problem>,
    ) -> Self {
        if lines.len() > MAX_LINES {
            problems.push(Problem::new(
                "mapping",
                format!("has more than {MAX_LINES} lines"),
                "leave some out",
            ));
        }
        let mut mapping = Self { lines: Vec::new(), targets: Vec::new() };
        for (at, line) in lines.iter().take(MAX_LINES).enumerate() {
            let place = format!("mapping[{at}]");
            if !is_name(&line.target) {
                problems.push(Problem::new(
                    format!("{place}.target"),
                    format!("`{}` is not a name", line.target),
                    "use a-z, 0-9 and _, beginning with a letter, at most 64 characters",
                ));
                continue;
            }
            if mapping.targets.contains(&line.target) {
                problems.push(Problem::new(
                    format!("{place}.target"),
                    format!("`{}` has a line already", line.target),
                    "keep one of the two",
                ));
                continue;
            }
            let Some(source) = source(&place, line, classes, membrane, problems) else { continue };
            let always = REQUIRED.contains(&line.target.as_str());
            mapping.targets.push(line.target.clone());
            mapping.lines.push(Line {
                source,
                default: line.default.clone(),
                apply: line.apply,
                required: line.required || always,
                sensitive: line.sensitive,
                match_rank: line.match_rank,
            });
        }
        for required in REQUIRED {
            if !mapping.targets.iter().any(|target| target == required) && problems.is_empty() {
                problems.push(Problem::new(
                    "mapping",
                    format!("there is no line for `{required}`"),
                    "an account cannot be without it: map an attribute or a constant to it",
                ));
            }
        }
        mapping
    }
}

fn source(
    place: &str,
    line: &MappingLine,
    classes: &HashSet<Sensitivity>,
    membrane: &mut Membrane,
    problems: &mut Vec<Problem>,
) -> Option<Source> {
    match (&line.source, &line.constant) {
        (Some(name), None) => {
            let Some(attribute) = Attribute::parse(name) else {
                problems.push(Problem::new(
                    format!("{place}.source"),
                    format!("there is no attribute `{name}`"),
                    "use one that `connector inspect` lists, or `custom.NAME`",
                ));
                return None;
            };
            let class = attribute.class();
            if !classes.contains(&class) {
                let class = format!("{class:?}").to_lowercase();
                problems.push(Problem::new(
                    format!("{place}.source"),
                    format!("`{name}` is of class `{class}`, which is not granted"),
                    format!("add \"{class}\" to `classes`, or leave the line out"),
                ));
                return None;
            }
            Some(Source::Direct(membrane.admit(attribute)))
        }
        (None, Some(value)) => Some(Source::Constant(value.clone())),
        (Some(_), Some(_)) | (None, None) => {
            problems.push(Problem::new(
                place,
                "a line has exactly one of `source` and `constant`",
                "keep one of them",
            ));
            None
        }
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
pub(crate) mod tests {
    use rollcall_model::{Contact, Employment, Name, Organization, Worker, WorkerStatus};

    use super::*;

    pub(crate) fn worker(id: &str, status: WorkerStatus) -> Worker {
        Worker {
            id: id.into(),
            status,
            user_name: None,
            name: Name { given: Some("Mara".into()), family: Some("Lind".into()), ..Name::default() },
            contact: Contact {
                work_email: Some(format!("{id}@example.com")),
                personal_email: Some("mara@home.example".into()),
                ..Contact::default()
            },
            employment: Employment::default(),
            organization: Organization::default(),
            address: None,
            custom: vec![],
            created_at: None,
            updated_at: None,
        }
    }

    fn problems(lines: &[MappingLine]) -> Vec<String> {
        let mut problems = Vec::new();
        let classes = HashSet::from([Sensitivity::Basic, Sensitivity::Work]);
        Mapping::compile(lines, &classes, &mut Membrane::default(), &mut problems);
        problems.into_iter().map(|problem| problem.place).collect()
    }

    fn line(target: &str, source: &str) -> MappingLine {
        MappingLine { target: target.into(), source: Some(source.into()), ..MappingLine::default() }
    }

    #[test]
    fn r70_the_default_mapping_compiles_for_every_choice_of_classes() {
        for classes in [vec![], vec![Sensitivity::Work], vec![Sensitivity::Work, Sensitivity::Sensitive]] {
            let classes = classes.into_iter().chain([Sensitivity::Basic]).collect();
            let mut problems = Vec::new();
            let lines = Mapping::default_lines(&classes);
            Mapping::compile(&lines, &classes, &mut Membrane::default(), &mut problems);
            assert_eq!(problems, []);
        }
    }

    #[test]
    fn r73_required_lines_can_be_changed_and_not_left_out() {
        let full =
            [line("email", "user_name"), line("given_name", "display_name"), line("family_name", "id")];
        assert_eq!(problems(&full), Vec::<String>::new());
        assert_eq!(problems(&full[1..]), ["mapping"]);
    }

    #[test]
    fn c13_an_attribute_of_a_class_that_is_not_granted_is_refused() {
        assert_eq!(problems(&[line("private", "personal_email")]), ["mapping[0].source"]);
    }

    #[test]
    fn wrong_lines_name_their_place() {
        assert_eq!(problems(&[line("Email", "work_email")]), ["mapping[0].target"]);
        assert_eq!(problems(&[line("email", "salary")]), ["mapping[0].source"]);
        assert_eq!(problems(&[line("email", "id"), line("email", "id")]), ["mapping[1].target"]);
        assert_eq!(
            problems(&[MappingLine { target: "email".into(), ..MappingLine::default() }]),
            ["mapping[0]"]
        );
        assert_eq!(problems(&vec![line("Bad", "id"); MAX_LINES + 1])[0], "mapping");
    }

    #[test]
    fn r80_an_empty_value_takes_the_default_and_a_date_is_stored_as_text() {
        let mut membrane = Membrane::default();
        let lines = [
            MappingLine { default: Some(Value::Text("?".into())), ..line("title", "title") },
            line("start_date", "start_date"),
        ];
        let classes = HashSet::from([Sensitivity::Basic, Sensitivity::Work]);
        let mapping = Mapping::compile(&lines, &classes, &mut membrane, &mut Vec::new());
        let mut mara = worker("1", WorkerStatus::Active);
        mara.employment.title = Some("  ".into());
        mara.employment.start_date = Some("2026-03-01".into());
        let values = mapping.map(&membrane.pass(mara));
        assert_eq!(values, [Some(Value::Text("?".into())), Some(Value::Text("2026-03-01".into()))]);
    }
}
