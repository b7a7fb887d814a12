//! Custom attributes: their values, and those that stand for a field of a worker.

use rollcall_sdk::prelude::*;

rollcall_sdk::shapes! {
    /// A custom attribute of a person, where in v1 the key is that of its object;
    /// also the definition of one.
    pub struct Custom<'a> {
        #[serde(rename = "id")]
        pub key: Text<'a>,
        #[serde(rename = "global_id")]
        #[serde(alias = "universal_id")]
        pub stable_name: Text<'a>,
        pub label: Text<'a>,
        #[serde(rename = "type")]
        pub kind: Text<'a>,
        pub value: Scalar<'a>,
        pub options: Scalar<'a>,
    }
}

impl Custom<'_> {
    /// As the host knows it, and as `discover` names it, among `all` that there
    /// are. Labels are the customer's and may repeat, keys do not: the name goes
    /// to the lowest key, empty or not, so that it is the same one everywhere.
    fn name<'c>(&'c self, all: &'c [Self]) -> Option<&'c str> {
        let own = self.own_name()?;
        let taken = all.iter().any(|other| other.own_name() == Some(own) && other.key < self.key);
        if taken { self.key.as_str() } else { Some(own) }
    }

    fn own_name(&self) -> Option<&str> {
        [&self.stable_name, &self.label, &self.key].iter().find_map(|name| name.as_str())
    }

    fn is(&self, name: &str) -> bool {
        [&self.key, &self.stable_name, &self.label].iter().any(|known| known.as_str() == Some(name))
    }
}

/// The kind of a custom attribute by the provider's word, in any case.
fn kind_of(word: Option<&str>) -> AttributeKind {
    match word.unwrap_or_default().to_ascii_lowercase().as_str() {
        "date" => AttributeKind::Date,
        "integer" | "decimal" | "int" | "double" | "float" | "number" | "currency" => AttributeKind::Number,
        "boolean" => AttributeKind::Boolean,
        "tags" | "string_list" | "list_string" => AttributeKind::Texts,
        _ => AttributeKind::Text,
    }
}

/// The fields that a worker has and Personio has not.
const FIELDS: [&str; 15] = [
    "employee_number",
    "grade",
    "honorific_prefix",
    "honorific_suffix",
    "personal_email",
    "work_phone",
    "mobile_phone",
    "preferred_language",
    "locale",
    "timezone",
    "work_address.street",
    "work_address.locality",
    "work_address.region",
    "work_address.postal_code",
    "work_address.country",
];

/// The setting `fields`: `employee_number=Personalnummer, locale=dynamic_7`.
pub struct FieldMap<'a>(Vec<(&'a str, &'a str)>);

impl<'a> FieldMap<'a> {
    pub fn read(cx: &'a Context) -> Result<Self> {
        let setting = cx.setting("fields");
        let one = |entry: &'a str| {
            let parts = entry.split_once('=').map(|(field, source)| (field.trim(), source.trim()));
            let parts = parts.filter(|(_, source)| !source.is_empty());
            let (field, source) = parts.ok_or_else(|| setting.wrong("needs `field=attribute`"))?;
            if !FIELDS.contains(&field) {
                return Err(setting.wrong(&format!("has no field `{field}`")));
            }
            Ok((field, source))
        };
        setting.list().map(one).collect::<Result<_>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts custom attributes where they belong: into fields, and among the
    /// worker's own custom ones if the host wants them.
    pub fn put(&self, cx: &Context, worker: &mut Worker, all: &[Custom]) {
        for (field, source) in &self.0 {
            if let Some(text) = find(all, source).and_then(|custom| custom.value.clone().into_text()) {
                worker.set_text(field, text);
            }
        }
        // Before the names are compared with one another, which takes longest.
        let perhaps = |custom: &&Custom| {
            let names = [custom.own_name(), custom.key.as_str()];
            names.into_iter().flatten().any(|name| cx.wants_custom(name))
        };
        for custom in all.iter().filter(perhaps) {
            let Some(name) = custom.name(all).filter(|name| cx.wants_custom(name)) else { continue };
            let value = custom.value.clone().into_value_of(kind_of(custom.kind.as_str()));
            worker.custom.extend(value.map(|value| CustomAttribute::new(name, value)));
        }
    }

    /// Warnings for what stands for a field and is none of these.
    pub fn unknown(&self, all: &[Custom]) -> impl Iterator<Item = String> {
        let unknown = self.0.iter().filter(|(_, source)| find(all, source).is_none());
        unknown.map(|(field, source)| {
            format!(
                "`{source}`, which stands for `{field}`, is the name of no custom attribute that can be read."
            )
        })
    }
}

/// The attribute of this key, universal id or label; of several the lowest key.
fn find<'c, 'a>(all: &'c [Custom<'a>], name: &str) -> Option<&'c Custom<'a>> {
    all.iter().filter(|custom| custom.is(name)).min_by(|a, b| a.key.cmp(&b.key))
}

/// What the host is told of these.
pub fn definitions(all: &[Custom]) -> Vec<AttributeDefinition> {
    let definition = |custom: &Custom| {
        let name = custom.name(all)?;
        let label = custom.label.as_str().unwrap_or(name);
        let options = match &custom.options {
            Scalar::Texts(all) => all.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        let kind = kind_of(custom.kind.as_str());
        Some(AttributeDefinition { options, ..AttributeDefinition::new(name, label, kind) })
    };
    all.iter().filter_map(definition).collect()
}

/// The hours of a full position, where the provider does not say.
pub fn full_time_hours(cx: &Context) -> Result<Number> {
    let hours: Option<f64> = cx.setting("full_time_hours").parse("a number of hours")?;
    Ok(hours.map(Number::from).unwrap_or_default())
}
