//! Custom attributes: their values, and those that stand for a field of a worker.

use rollcall_sdk::prelude::*;

rollcall_sdk::shapes! {
    /// A custom attribute of a person; in v1 the key is that of its object.
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
    }
}

impl Custom<'_> {
    /// As the host knows it, and as `discover` names it.
    pub fn name(&self) -> Option<&str> {
        [&self.stable_name, &self.label, &self.key].iter().find_map(|name| name.as_str())
    }

    fn is(&self, name: &str) -> bool {
        [&self.key, &self.stable_name, &self.label].iter().any(|known| known.as_str() == Some(name))
    }
}

/// The kind of a custom attribute by the provider's word, in any case.
pub fn kind_of(word: Option<&str>) -> AttributeKind {
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
            let parts = entry.split_once('=').ok_or_else(|| setting.wrong("needs `field=attribute`"))?;
            let (field, source) = (parts.0.trim(), parts.1.trim());
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

    /// Puts a custom attribute where it belongs: into a field, or among the
    /// worker's own custom ones if the host wants it.
    pub fn put(&self, cx: &Context, worker: &mut Worker, custom: Custom) {
        if let Some((field, _)) = self.0.iter().find(|(_, source)| custom.is(source)) {
            if let Some(text) = custom.value.clone().into_text() {
                worker.set_text(field, text);
            }
        }
        let Some(name) = custom.name().filter(|name| cx.wants_custom(name)) else { return };
        // Labels are the customer's, and may repeat; keys do not.
        let taken = worker.custom.iter().any(|other| other.name == name);
        let name = if taken { custom.key.as_str().unwrap_or(name) } else { name }.to_owned();
        let value = custom.value.into_value_of(kind_of(custom.kind.as_str()));
        worker.custom.extend(value.map(|value| CustomAttribute { name, value }));
    }
}

/// The hours of a full position, where the provider does not say.
pub fn full_time_hours(cx: &Context) -> Result<Number> {
    let hours: Option<f64> = cx.setting("full_time_hours").parse("a number of hours")?;
    Ok(hours.map(Number::from).unwrap_or_default())
}
