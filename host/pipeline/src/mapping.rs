//! Mapping: what an account's attributes are made from (R69..R84).

mod compile;
mod defaults;

use std::borrow::Cow;

use rollcall_model::{SourceId, Value};

use crate::admission::Admission;
use crate::config::{Apply, MappingLine};
use crate::expression::{Context, Expression};
use crate::membrane::{Membrane, Slot};
use crate::problem::Problem;
use crate::reporting::MANAGER;

/// Lines that a mapping has at most.
pub const MAX_LINES: usize = 200;

/// Lines that can be changed and not left out (R73).
pub const REQUIRED: [&str; 3] = ["email", "given_name", "family_name"];

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
    locked: bool,
    sensitive: bool,
    match_rank: Option<u8>,
}

#[derive(Debug, Clone)]
enum Source {
    Direct(Slot),
    Constant(Value),
    Expression(Box<Expression>),
    None,
}

impl Source {
    fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Expression(expression) => Some(expression),
            Self::Direct(_) | Self::Constant(_) | Self::None => None,
        }
    }
}

impl Mapping {
    /// Values of the account, in the order of [`Mapping::targets`]: most are the
    /// record's own.
    pub fn map<'a>(&'a self, context: &Context<'a>) -> Vec<Option<Cow<'a, Value>>> {
        let record = context.record;
        let value = |line: &'a Line| {
            let value = match &line.source {
                Source::Direct(slot) => record.get(*slot).map(Cow::Borrowed),
                Source::Constant(value) => Some(Cow::Borrowed(value)),
                Source::Expression(expression) => expression.evaluate(context).map(Cow::Owned),
                Source::None => None,
            };
            value.or_else(|| line.default.as_ref().map(Cow::Borrowed))
        };
        self.lines.iter().map(value).collect()
    }

    /// Names of the account's attributes.
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// Whether a line says who somebody's manager is.
    pub fn has_manager(&self) -> bool {
        self.targets.iter().any(|target| target == MANAGER)
    }

    /// The id that a person's manager has at the source, which is no value of the
    /// account and leaves the values.
    pub fn take_manager(&self, values: &mut [Option<Cow<'_, Value>>]) -> Option<SourceId> {
        let at = self.targets.iter().position(|target| target == MANAGER)?;
        match values.get_mut(at)?.take()?.into_owned() {
            Value::Text(id) => Some(SourceId(id)),
            Value::Number(_) | Value::Boolean(_) | Value::Date(_) | Value::Texts(_) => None,
        }
    }

    /// Back among the values, to be shown.
    pub fn put_manager(&self, values: &mut [Option<Value>], manager: Option<&SourceId>) {
        let at = self.targets.iter().position(|target| target == MANAGER);
        if let Some(value) = at.and_then(|at| values.get_mut(at)) {
            *value = manager.map(|id| Value::Text(id.0.clone()));
        }
    }

    /// The first required attribute that is empty.
    pub fn lacking(&self, values: &[Option<Cow<'_, Value>>]) -> Option<&str> {
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

    /// Whether an existing account keeps what it has at this position: the line
    /// counts only when an account is made, or not where it gives nothing.
    pub fn keeps(&self, at: usize, value: Option<&Value>) -> bool {
        self.lines.get(at).is_some_and(|line| {
            let skips = || line.source.expression().is_some_and(Expression::skips_if_empty);
            line.apply == Apply::OnCreate || (value.is_none() && skips())
        })
    }

    /// Whether there are candidates at this position, of which an account gets one.
    pub fn is_unique(&self, at: usize) -> bool {
        let expression = self.lines.get(at).and_then(|line| line.source.expression());
        expression.is_some_and(Expression::has_candidates)
    }

    /// Whether an account cannot be without the value at this position.
    pub fn is_required(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.required)
    }

    /// Whether the line counts only when an account is made.
    pub fn is_for_new(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.apply == Apply::OnCreate)
    }

    /// Whether the value at this position may not be changed by hand (C12).
    pub fn is_locked(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.locked)
    }

    /// Whether the value at this position may not be shown.
    pub fn is_sensitive(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.sensitive)
    }

    /// Whether the line at this position is made from the value that lies here.
    pub fn uses(&self, at: usize, slot: Slot) -> bool {
        self.lines.get(at).is_some_and(|line| match &line.source {
            Source::Direct(source) => *source == slot,
            Source::Expression(expression) => expression.reads(slot),
            Source::Constant(_) | Source::None => false,
        })
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
            Some(Source::Expression(expression)) => expression.text().to_owned(),
            Some(Source::None) => "none".to_owned(),
            None => String::new(),
        }
    }

    /// The lines of the default mapping that are granted and offered (R70,
    /// C13).
    pub fn default_lines(admission: &Admission<'_>) -> Vec<MappingLine> {
        defaults::lines(admission)
    }

    pub fn compile(
        lines: &[MappingLine],
        admission: &mut Admission<'_>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        compile::mapping(lines, admission, problems)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use rollcall_model::{Contact, Employment, Name, Organization, Sensitivity, Worker, WorkerStatus};

    use super::*;
    use crate::config::PipelineConfig;
    use crate::membrane::Record;
    use crate::offer::Offer;

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

    /// A record in the way of evaluation, at the beginning of 1970.
    pub(crate) fn context(record: &Record) -> Context<'_> {
        Context { record, now: jiff::civil::DateTime::default() }
    }

    fn granting(classes: &[Sensitivity]) -> PipelineConfig {
        PipelineConfig { classes: classes.to_vec(), ..PipelineConfig::default() }
    }

    fn problems(lines: &[MappingLine]) -> Vec<String> {
        let (config, offer, mut problems) = (granting(&[Sensitivity::Work]), Offer::unknown(), Vec::new());
        Mapping::compile(lines, &mut Admission::new(&config, &offer), &mut problems);
        problems.into_iter().map(|problem| problem.place).collect()
    }

    fn line(target: &str, source: &str) -> MappingLine {
        MappingLine { target: target.into(), source: Some(source.into()), ..MappingLine::default() }
    }

    #[test]
    fn r70_the_default_mapping_compiles_for_every_choice_of_classes() {
        for classes in [&[][..], &[Sensitivity::Work], &[Sensitivity::Work, Sensitivity::Sensitive]] {
            let (config, offer, mut problems) = (granting(classes), Offer::unknown(), Vec::new());
            let mut admission = Admission::new(&config, &offer);
            let lines = Mapping::default_lines(&admission);
            Mapping::compile(&lines, &mut admission, &mut problems);
            assert_eq!(problems, []);
        }
    }

    #[test]
    fn r81_the_default_mapping_leaves_out_what_is_not_offered() {
        let basic = |name: &str| (name.to_owned(), Sensitivity::Basic);
        let offer = Offer::of(["work_email", "given_name", "family_name", "locale"].map(basic));
        let config = PipelineConfig::default();
        let lines = Mapping::default_lines(&Admission::new(&config, &offer));
        let targets: Vec<_> = lines.iter().map(|line| line.target.as_str()).collect();
        assert_eq!(targets, ["email", "given_name", "family_name", "display_name", "locale"]);
        let offer = Offer::of([basic("given_name"), basic("family_name")]);
        let (mut admission, mut problems) = (Admission::new(&config, &offer), Vec::new());
        Mapping::compile(&Mapping::default_lines(&admission), &mut admission, &mut problems);
        let places: Vec<_> = problems.iter().map(|problem| problem.place.as_str()).collect();
        assert_eq!(places, ["mapping[0].source"]);
    }

    #[test]
    fn r70_the_default_display_name_falls_back_to_both_names_and_the_language_is_locked() {
        let (config, offer) = (PipelineConfig::default(), Offer::unknown());
        let mut admission = Admission::new(&config, &offer);
        let lines = Mapping::default_lines(&admission);
        let mapping = Mapping::compile(&lines, &mut admission, &mut Vec::new());
        let at = |target: &str| mapping.targets().iter().position(|name| name == target).expect("a line");
        let shown = |display: Option<&str>| {
            let mut mara = worker("1", WorkerStatus::Active);
            mara.name.display = display.map(str::to_owned);
            let record = admission.membrane.pass(mara);
            mapping.map(&context(&record))[at("display_name")].clone().map(Cow::into_owned)
        };
        assert_eq!(shown(Some("M. Lind")), Some(Value::Text("M. Lind".into())));
        assert_eq!(shown(None), Some(Value::Text("Mara Lind".into())));
        assert!(mapping.is_locked(at("preferred_language")));
        assert!(!mapping.is_locked(at("email")));
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
    fn r75_a_manager_is_a_line_and_no_value() {
        let manager = || line("manager", "manager_id");
        let names =
            [line("email", "work_email"), line("given_name", "given_name"), line("family_name", "id")];
        let with = |manager| [&names[..], &[manager]].concat();
        assert_eq!(problems(&with(manager())), Vec::<String>::new());
        let default = Some(Value::Text("7".into()));
        for (place, wrong) in [
            ("mapping[3].match", MappingLine { match_rank: Some(2), ..manager() }),
            ("mapping[3].default", MappingLine { default, ..manager() }),
            ("mapping[3].required", MappingLine { required: true, ..manager() }),
            ("mapping[3].apply", MappingLine { apply: Apply::OnCreate, ..manager() }),
        ] {
            assert_eq!(problems(&with(wrong)), [place]);
        }
        assert_eq!(problems(&with(line("manager", "is_manager"))), ["mapping[3].source"]);

        let (config, offer) = (granting(&[Sensitivity::Work]), Offer::unknown());
        let mut admission = Admission::new(&config, &offer);
        let mapping = Mapping::compile(&with(manager()), &mut admission, &mut Vec::new());
        let mut mara = worker("1", WorkerStatus::Active);
        mara.employment.manager_id = Some("7".into());
        let record = admission.membrane.pass(mara);
        let mut values = mapping.map(&context(&record));
        assert_eq!(mapping.take_manager(&mut values), Some("7".into()));
        assert_eq!(values[3], None);
    }

    #[test]
    fn r80_an_empty_value_takes_the_default_and_a_date_is_stored_as_text() {
        let lines = [
            MappingLine { default: Some(Value::Text("?".into())), ..line("title", "title") },
            line("start_date", "start_date"),
        ];
        let (config, offer) = (granting(&[Sensitivity::Work]), Offer::unknown());
        let mut admission = Admission::new(&config, &offer);
        let mapping = Mapping::compile(&lines, &mut admission, &mut Vec::new());
        let mut mara = worker("1", WorkerStatus::Active);
        mara.employment.title = Some("  ".into());
        mara.employment.start_date = Some("2026-03-01".into());
        let record = admission.membrane.pass(mara);
        let values = mapping.map(&context(&record));
        let stored = serde_json::to_value(&values).expect("is written");
        assert_eq!(stored, serde_json::json!(["?", "2026-03-01"]));
    }
}
