//! The default mapping (R70).

use rollcall_model::Attribute;

use super::REQUIRED;
use crate::admission::Admission;
use crate::config::MappingLine;
use crate::reporting::MANAGER;

/// Target and source.
const DIRECT: &[(&str, Attribute)] = &[
    ("email", Attribute::WorkEmail),
    ("given_name", Attribute::GivenName),
    ("family_name", Attribute::FamilyName),
    ("user_name", Attribute::UserName),
    ("preferred_language", Attribute::PreferredLanguage),
    ("locale", Attribute::Locale),
    ("timezone", Attribute::Timezone),
    ("country", Attribute::Country),
    ("employee_number", Attribute::EmployeeNumber),
    ("title", Attribute::Title),
    ("department", Attribute::Department),
    ("division", Attribute::Division),
    ("company", Attribute::Company),
    ("cost_center", Attribute::CostCenter),
    ("location", Attribute::Location),
    ("teams", Attribute::Teams),
    ("employment_type", Attribute::EmploymentType),
    ("worker_type", Attribute::WorkerType),
    ("start_date", Attribute::StartDate),
    ("end_date", Attribute::EndDate),
    ("work_phone", Attribute::WorkPhone),
    (MANAGER, Attribute::ManagerId),
];

const BOTH_NAMES: &str = r#"join(" ", given_name, family_name)"#;

/// What is granted and offered. A required line is always there: where its
/// source is not, that is a problem and not an account without it.
pub(super) fn lines(admission: &Admission<'_>) -> Vec<MappingLine> {
    let direct = DIRECT
        .iter()
        .filter(|(target, source)| REQUIRED.contains(target) || admission.allows(source))
        .map(|(target, source)| MappingLine {
            target: (*target).to_owned(),
            source: Some(source.to_string()),
            required: REQUIRED.contains(target),
            // The provider has the say about the language (R82, C12).
            locked: *target == "preferred_language",
            match_rank: (*target == "email").then_some(1),
            ..MappingLine::default()
        });
    let own_name = admission.allows(&Attribute::DisplayName);
    let display_name = MappingLine {
        target: "display_name".to_owned(),
        expression: Some(match own_name {
            true => format!("coalesce(display_name, {BOTH_NAMES})"),
            false => BOTH_NAMES.to_owned(),
        }),
        ..MappingLine::default()
    };
    let mut lines: Vec<_> = direct.collect();
    lines.insert(REQUIRED.len(), display_name);
    lines
}
