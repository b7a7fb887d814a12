//! Admission: which attributes a configuration may name. Lines, clauses and
//! expressions all come through here, and nowhere else into the membrane.

use std::collections::HashSet;

use rollcall_model::{Attribute, Sensitivity, ValueKind};

use crate::config::{CustomAttributes, CustomRule, PipelineConfig};
use crate::membrane::{Membrane, Slot};
use crate::offer::Offer;
use crate::problem::Fault;

/// Names that are not alike enough to be a slip of the pen are not suggested.
const LIKENESS: f64 = 0.8;

/// Who names an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Mapping,
    Filter,
}

#[derive(Debug)]
pub(crate) struct Admission<'a> {
    pub membrane: Membrane,
    classes: HashSet<Sensitivity>,
    custom: &'a CustomAttributes,
    offer: &'a Offer,
    /// Of the customer's own, those that a line names.
    mapped: HashSet<String>,
}

impl<'a> Admission<'a> {
    pub fn new(config: &'a PipelineConfig, offer: &'a Offer) -> Self {
        Self {
            membrane: Membrane::default(),
            classes: config.classes.iter().copied().chain([Sensitivity::Basic]).collect(),
            custom: &config.custom_attributes,
            offer,
            mapped: HashSet::new(),
        }
    }

    /// Lets an attribute through from now on, if it may be named.
    pub fn admit(&mut self, name: &str, by: Use) -> Result<(Slot, ValueKind), Fault> {
        let attribute = Attribute::parse(name).ok_or_else(|| unknown(name))?;
        self.check(&attribute)?;
        if let Attribute::Custom(custom) = &attribute {
            self.check_custom(custom, by)?;
        }
        let kind = attribute.kind();
        Ok((self.membrane.admit(attribute), kind))
    }

    /// Whether a default line may name it: granted and offered.
    pub fn allows(&self, attribute: &Attribute) -> bool {
        self.check(attribute).is_ok()
    }

    fn check(&self, attribute: &Attribute) -> Result<(), Fault> {
        if !self.offer.has(attribute) {
            return Err(Fault::new(
                format!("the connector does not offer `{attribute}`"),
                "use one that `connector inspect` lists, or leave it out",
            ));
        }
        let own = attribute.class();
        let class = self.offer.class(attribute).map_or(own, |offered| offered.max(own));
        if !self.classes.contains(&class) {
            let class = format!("{class:?}").to_lowercase();
            return Err(Fault::new(
                format!("`{attribute}` is of class `{class}`, which is not granted"),
                format!("add \"{class}\" to `classes`, or leave it out"),
            ));
        }
        Ok(())
    }

    /// C7.
    fn check_custom(&mut self, name: &str, by: Use) -> Result<(), Fault> {
        let why = match self.custom {
            CustomAttributes::Rule(CustomRule::Mapped) => {
                if by == Use::Mapping {
                    self.mapped.insert(name.to_owned());
                }
                if self.mapped.contains(name) {
                    return Ok(());
                }
                "no line of the mapping names it"
            }
            CustomAttributes::Rule(CustomRule::None) => "custom attributes are switched off",
            CustomAttributes::Named(names) => {
                if names.iter().any(|known| known == name) {
                    return Ok(());
                }
                "`custom_attributes` does not list it"
            }
        };
        Err(Fault::new(
            format!("`custom.{name}` is not allowed: {why}"),
            format!("list it, as in `custom_attributes = [\"{name}\"]`, or leave it out"),
        ))
    }
}

fn unknown(name: &str) -> Fault {
    let fields: Vec<_> = Attribute::FIELDS.iter().map(ToString::to_string).collect();
    let near = nearest(name, fields.iter().map(String::as_str));
    let meant = near.map(|near| format!("write `{near}` if that is meant, or ")).unwrap_or_default();
    Fault::new(
        format!("there is no attribute `{name}`"),
        format!("{meant}use one that `connector inspect` lists, or `custom.NAME`"),
    )
}

/// The known name that was probably meant.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    known
        .map(|known| (strsim::jaro_winkler(&name, &known.to_lowercase()), known))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(config: &PipelineConfig, offer: &Offer, name: &str, by: Use) -> Result<(), String> {
        Admission::new(config, offer).admit(name, by).map(|_| ()).map_err(|fault| fault.why)
    }

    #[test]
    fn c7_custom_attributes_are_those_that_a_line_names_or_those_listed_or_none() {
        let config = |custom_attributes| PipelineConfig {
            custom_attributes,
            classes: vec![Sensitivity::Work],
            ..PipelineConfig::default()
        };
        let named = config(CustomAttributes::Named(vec!["badge".into()]));
        let offer = Offer::unknown();
        assert_eq!(admit(&named, &offer, "custom.badge", Use::Filter), Ok(()));
        assert!(admit(&named, &offer, "custom.shoe", Use::Mapping).is_err());
        let none = config(CustomAttributes::Rule(CustomRule::None));
        assert!(admit(&none, &offer, "custom.badge", Use::Mapping).is_err());
        let mapped = config(CustomAttributes::default());
        assert!(admit(&mapped, &offer, "custom.badge", Use::Filter).is_err());
        let mut admission = Admission::new(&mapped, &offer);
        assert!(admission.admit("custom.badge", Use::Mapping).is_ok());
        assert!(admission.admit("custom.badge", Use::Filter).is_ok());
    }

    #[test]
    fn c13_the_stricter_of_two_classes_counts() {
        let work = PipelineConfig { classes: vec![Sensitivity::Work], ..PipelineConfig::default() };
        let offer = Offer::of([
            ("custom.*".to_owned(), Sensitivity::Work),
            ("custom.pronouns".to_owned(), Sensitivity::Sensitive),
            ("grade".to_owned(), Sensitivity::Basic),
        ]);
        assert_eq!(admit(&work, &offer, "custom.badge", Use::Mapping), Ok(()));
        assert!(admit(&work, &offer, "custom.pronouns", Use::Mapping).is_err());
        assert!(admit(&work, &offer, "grade", Use::Mapping).is_err());
    }

    #[test]
    fn r81_what_the_connector_does_not_offer_is_refused() {
        let work = PipelineConfig { classes: vec![Sensitivity::Work], ..PipelineConfig::default() };
        let offer = Offer::of([("title".to_owned(), Sensitivity::Work)]);
        assert_eq!(admit(&work, &offer, "title", Use::Mapping), Ok(()));
        assert!(admit(&work, &offer, "teams", Use::Mapping).is_err());
        assert!(admit(&work, &offer, "custom.badge", Use::Mapping).is_err());
        assert_eq!(admit(&work, &Offer::unknown(), "teams", Use::Mapping), Ok(()));
    }

    #[test]
    fn the_nearest_known_name_is_suggested() {
        assert!(unknown("e_mail").remedy.starts_with("use one"));
        assert!(unknown("departement").remedy.contains("`department`"));
        assert!(unknown("workEmail").remedy.contains("`work_email`"));
    }
}
