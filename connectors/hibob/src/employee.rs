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

/// Each of several.
fn texts(value: Scalar) -> Vec<String> {
    match value {
        Scalar::Texts(all) => all.into_iter().map(Cow::into_owned).collect(),
        one => one.into_text().map(Cow::into_owned).into_iter().collect(),
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

    /// A copy: a field may be wanted for an attribute of its own and for a custom one.
    pub fn value(&self, field: &str) -> Scalar<'a> {
        match self.at(&format!("/{}.value", field.replace('.', "/"))) {
            Scalar::None => self.at(nested(field)),
            flat => flat,
        }
    }

    fn at(&self, path: &str) -> Scalar<'a> {
        self.0.get(path).cloned().unwrap_or_default()
    }

    pub fn text(&self, field: &str) -> Option<String> {
        self.value(field).into_text().map(Cow::into_owned)
    }

    /// The first of these that has a value.
    pub fn first(&self, fields: &[&str]) -> Option<String> {
        fields.iter().find_map(|field| self.text(field))
    }

    /// What people call it; the value itself where that is missing.
    pub fn label(&self, field: &str) -> Scalar<'a> {
        match self.shown(field) {
            Scalar::None => self.value(field),
            label => label,
        }
    }

    fn shown(&self, field: &str) -> Scalar<'a> {
        self.at(&format!("humanReadable.{}", nested(field)))
    }

    /// As text.
    pub fn name(&self, field: &str) -> Option<String> {
        self.label(field).into_text().map(Cow::into_owned)
    }

    /// The first of these that people have a name for.
    pub fn first_name(&self, fields: &[&str]) -> Option<String> {
        fields.iter().find_map(|field| self.name(field))
    }

    /// The item of a list that is chosen, the first of several, and what it is called.
    pub fn unit(&self, field: &str) -> Option<Unit> {
        self.units(field).into_iter().next()
    }

    /// Each of several. Without as many names nobody knows whose they are.
    pub fn units(&self, field: &str) -> Vec<Unit> {
        let (ids, names) = (self.texts(field), texts(self.shown(field)));
        let mut names = Some(names).filter(|names| names.len() == ids.len()).into_iter().flatten();
        ids.into_iter().filter_map(|id| Unit::of(Some(id), names.next())).collect()
    }

    pub fn texts(&self, field: &str) -> Vec<String> {
        texts(self.value(field))
    }

    /// The id of whom somebody reports to, which is in an object, or on its own.
    pub fn manager(&self) -> Option<String> {
        let object = ["/work/reportsTo.value.id", "work.reportsTo.id"];
        let id = object.iter().find_map(|path| self.at(path).into_text());
        id.map(Cow::into_owned).or_else(|| self.text("work.manager"))
    }

    pub fn flag(&self, field: &str) -> Option<bool> {
        match self.value(field) {
            Scalar::Boolean(is) => Some(is),
            _ => None,
        }
    }
}
