//! Which attributes of a person an integration asks for, which of them it
//! stores, and why (R140): read off the membrane, through which alone anything
//! comes.

use rollcall_model::{Attribute, Sensitivity};
use serde::Serialize;

use crate::membrane::Slot;
use crate::pipeline::Pipeline;

/// One attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// By its name in settings, or `constant`.
    pub attribute: String,
    /// None for what does not come from the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Sensitivity>,
    /// What is stored of it. Empty: it is looked at, and let go.
    pub stored: Vec<Stored>,
    /// What looks at it without storing it: clauses of the filter by their
    /// place, and the days on which access begins and ends.
    pub looked_at: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stored {
    /// `email of the account`
    pub what: String,
    /// Whether existing accounts are found by it: then it is stored once more,
    /// in small letters.
    pub key: bool,
}

impl Pipeline {
    /// Every attribute that gets past the membrane, and what becomes of it.
    pub fn fields(&self) -> Vec<Field> {
        let always = [
            (Attribute::Id, "id of the link between person and account"),
            (Attribute::Status, "status of the account"),
        ];
        let always = always.into_iter().map(|(attribute, what)| Field {
            attribute: attribute.to_string(),
            class: Some(attribute.class()),
            stored: vec![Stored { what: what.to_owned(), key: false }],
            looked_at: Vec::new(),
        });
        let mapped = self.membrane.slots().map(|(attribute, slot)| Field {
            attribute: attribute.to_string(),
            class: Some(attribute.class()),
            stored: self.stored(slot),
            looked_at: self.looks_at(slot),
        });
        let made = self.lines(|at| !self.membrane.slots().any(|(_, slot)| self.mapping.uses(at, slot)));
        let constant =
            Field { attribute: "constant".to_owned(), class: None, stored: made, looked_at: Vec::new() };
        let is_there = |field: &Field| !field.stored.is_empty();
        always.chain(mapped).chain(Some(constant).filter(is_there)).collect()
    }

    fn stored(&self, slot: Slot) -> Vec<Stored> {
        let group =
            self.grouping.uses(slot).then(|| Stored { what: "the account's groups".to_owned(), key: false });
        self.lines(|at| self.mapping.uses(at, slot)).into_iter().chain(group).collect()
    }

    /// Lines of the mapping at such positions.
    fn lines(&self, is_one: impl Fn(usize) -> bool) -> Vec<Stored> {
        let keys: Vec<_> = self.key_targets().collect();
        let each = self.targets().iter().enumerate().filter(|(at, _)| is_one(*at));
        each.map(|(_, target)| Stored {
            what: format!("{target} of the account"),
            key: keys.contains(&target.as_str()),
        })
        .collect()
    }

    fn looks_at(&self, slot: Slot) -> Vec<String> {
        let clauses = self.scope.looking_at(slot).into_iter().map(|clause| clause.place.clone());
        let days = [(self.start, "the day on which access begins"), (self.end, "the day on which it ends")];
        let days = days.into_iter().filter(|(day, _)| *day == slot).map(|(_, why)| why.to_owned());
        clauses.chain(days).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClauseConfig, FilterConfig, MappingLine, PipelineConfig};

    fn line(target: &str, source: &str, match_rank: Option<u8>) -> MappingLine {
        let (target, source) = (target.to_owned(), Some(source.to_owned()));
        MappingLine { target, source, match_rank, ..MappingLine::default() }
    }

    #[test]
    fn r140_each_attribute_says_what_is_stored_of_it_and_why() {
        let department = ClauseConfig {
            attribute: Some("department".into()),
            is_empty: Some(false),
            ..ClauseConfig::default()
        };
        let group = ClauseConfig { group: Some("Sales".into()), ..ClauseConfig::default() };
        let all = Some(vec![group, department]);
        let include = Some(ClauseConfig { all, ..ClauseConfig::default() });
        let constant = MappingLine {
            constant: Some(rollcall_model::Value::Boolean(true)),
            ..line("is_employee", "", None)
        };
        let config = PipelineConfig {
            filter: FilterConfig { include, exclude: None },
            mapping: vec![
                line("email", "work_email", Some(1)),
                line("login", "work_email", None),
                line("given_name", "given_name", None),
                line("family_name", "family_name", None),
                MappingLine { source: None, ..constant },
            ],
            classes: vec![Sensitivity::Work],
            grouping: crate::GroupingConfig {
                source: crate::GroupSource::Attribute("location".into()),
                ..crate::GroupingConfig::default()
            },
            ..PipelineConfig::default()
        };
        let pipeline = Pipeline::compile(&config, &crate::Offer::unknown(), 0).unwrap();
        let fields = pipeline.fields();
        let field = |name: &str| fields.iter().find(|field| field.attribute == name).unwrap();
        let stored = |name: &str| {
            let all = field(name).stored.iter();
            all.map(|stored| (stored.what.as_str(), stored.key)).collect::<Vec<_>>()
        };
        assert_eq!(stored("work_email"), [("email of the account", true), ("login of the account", false)]);
        assert_eq!(stored("constant"), [("is_employee of the account", false)]);
        assert_eq!(stored("department"), []);
        assert_eq!(stored("location"), [("the account's groups", false)]);
        assert_eq!(field("department").looked_at, ["filter.include.all[1]"]);
        assert_eq!(field("start_date").looked_at, ["the day on which access begins"]);
        // Nothing else is asked for, and nothing is asked for without a reason.
        let asked: Vec<_> = pipeline.wanted().iter().map(ToString::to_string).collect();
        for field in &fields {
            assert!(!(field.stored.is_empty() && field.looked_at.is_empty()), "{field:?}");
            let is_asked = asked.contains(&field.attribute);
            assert!(
                is_asked || ["id", "status", "constant"].contains(&field.attribute.as_str()),
                "{field:?}"
            );
        }
        assert_eq!(fields.len(), asked.len() + 3);
    }
}
