//! Somebody's values, as a search has them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

/// A field is flat (`/work/department` with a `value`), or nested by category,
/// or both; what people call it stands beside the values.
#[derive(Deserialize)]
#[serde(from = "Leaves<'a>", bound(deserialize = "'de: 'a"))]
pub struct Employee<'a>(BTreeMap<Cow<'a, str>, Scalar<'a>>);

impl<'a> From<Leaves<'a>> for Employee<'a> {
    fn from(values: Leaves<'a>) -> Self {
        Self(values.into_iter().collect())
    }
}

/// A field of the category `root` stands above the categories.
fn nested(field: &str) -> &str {
    field.strip_prefix("root.").unwrap_or(field)
}

impl<'a> Employee<'a> {
    /// Whether the field is there, be it null: what may not be seen is left out.
    pub fn has(&self, field: &str) -> bool {
        let flat = format!("/{}", field.replace('.', "/"));
        let below = |path: &str, above: &str| {
            path.strip_prefix(above).is_some_and(|rest| matches!(rest.as_bytes(), [] | [b'.', ..]))
        };
        self.0.keys().any(|path| below(path, &flat) || below(path, nested(field)))
    }

    /// Moves out the value.
    pub fn take(&mut self, field: &str) -> Scalar<'a> {
        match self.at(&format!("/{}.value", field.replace('.', "/"))) {
            Scalar::None => self.at(nested(field)),
            flat => flat,
        }
    }

    fn at(&mut self, path: &str) -> Scalar<'a> {
        self.0.remove(path).unwrap_or_default()
    }

    pub fn text(&mut self, field: &str) -> Option<String> {
        self.take(field).into_text().map(Cow::into_owned)
    }

    /// The first of these that has a value.
    pub fn first(&mut self, fields: &[&str]) -> Option<String> {
        fields.iter().find_map(|field| self.text(field))
    }

    /// What people call it; the value itself where that is missing.
    pub fn label(&mut self, field: &str) -> Scalar<'a> {
        match self.at(&format!("humanReadable.{}", nested(field))) {
            Scalar::None => self.take(field),
            label => label,
        }
    }

    /// As text.
    pub fn name(&mut self, field: &str) -> Option<String> {
        self.label(field).into_text().map(Cow::into_owned)
    }

    /// The first of these that people have a name for.
    pub fn first_name(&mut self, fields: &[&str]) -> Option<String> {
        fields.iter().find_map(|field| self.name(field))
    }

    /// The item of a list that is chosen, and what it is called.
    pub fn unit(&mut self, field: &str) -> Option<Unit> {
        Unit::of(self.text(field), self.name(field))
    }

    /// Each of several.
    pub fn texts(&mut self, field: &str) -> Vec<String> {
        match self.take(field) {
            Scalar::Texts(all) => all.into_iter().map(Cow::into_owned).collect(),
            one => one.into_text().map(Cow::into_owned).into_iter().collect(),
        }
    }

    /// The id of whom somebody reports to, which is in an object, or on its own.
    pub fn manager(&mut self) -> Option<String> {
        let object = ["/work/reportsTo.value.id", "work.reportsTo.id"];
        let id = object.iter().find_map(|path| self.at(path).into_text());
        id.map(Cow::into_owned).or_else(|| self.text("work.manager"))
    }

    pub fn flag(&mut self, field: &str) -> Option<bool> {
        match self.take(field) {
            Scalar::Boolean(is) => Some(is),
            _ => None,
        }
    }
}
