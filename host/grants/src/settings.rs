//! What the admin entered, checked against the manifest.

use std::collections::BTreeMap;

use crate::limits::MAX_SETTING_BYTES;
use crate::manifest::{Condition, Manifest, ManifestSetting};
use crate::pattern::whole_value;
use crate::secret::Secret;
use crate::template::{Template, TemplateError};

/// A tenant's settings: the public ones for the guest, the secrets for slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    public: Vec<(String, String)>,
    secrets: BTreeMap<String, Secret>,
}

/// Something is wrong with one setting. Never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting `{key}` {problem}")]
pub struct SettingError {
    pub key: String,
    pub problem: SettingProblem,
}

/// Reason and remedy. Fits after "setting `key` ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingProblem {
    #[error("is required; enter {label}{}", for_example(.example))]
    Missing { label: String, example: Option<String> },
    #[error("is not known to this connector; remove it (known: {known})")]
    Unknown { known: String },
    #[error("does not have the required form; it has to match `{pattern}`{}", for_example(.example))]
    Pattern { pattern: String, example: Option<String> },
    #[error("has none of the possible values; choose one of: {options}")]
    Option { options: String },
    #[error("is a secret; give it as a secret, not as a setting")]
    IsSecret,
    #[error("is not a secret; give it as a setting")]
    IsPublic,
    #[error("is longer than {MAX_SETTING_BYTES} bytes; shorten it")]
    TooLong,
    #[error("contains a control character; paste it as plain text")]
    ControlCharacter,
}

fn for_example(example: &Option<String>) -> String {
    example.as_ref().map(|text| format!(" (for example `{text}`)")).unwrap_or_default()
}

impl Settings {
    /// Checks `given` and `secrets` and fills in the defaults. White space
    /// around a value and an empty value count as not entered. All problems are
    /// listed, in the order of the manifest, unknown keys last.
    pub fn resolve(
        manifest: &Manifest,
        given: &BTreeMap<String, String>,
        secrets: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<SettingError>> {
        let mut errors = Vec::new();
        let mut settings = Self { public: Vec::new(), secrets: BTreeMap::new() };
        for setting in &manifest.settings {
            let (own, other, misplaced) = if setting.secret {
                (secrets, given, SettingProblem::IsSecret)
            } else {
                (given, secrets, SettingProblem::IsPublic)
            };
            if other.contains_key(&setting.key) {
                errors.push(SettingError { key: setting.key.clone(), problem: misplaced });
                continue;
            }
            let entered = own.get(&setting.key).map(|v| v.trim()).filter(|v| !v.is_empty());
            let Some(value) = entered.or(setting.default.as_deref()) else { continue };
            match setting.accepts(value) {
                Err(problem) => errors.push(SettingError { key: setting.key.clone(), problem }),
                Ok(()) if setting.secret => {
                    settings.secrets.insert(setting.key.clone(), Secret::new(value));
                }
                Ok(()) => settings.public.push((setting.key.clone(), value.to_owned())),
            }
        }
        for setting in manifest.settings.iter().filter(|s| s.required) {
            let wanted = setting.when.as_ref().is_none_or(|when| settings.holds(when));
            let known_bad = errors.iter().any(|e| e.key == setting.key);
            if wanted && !known_bad && settings.value(&setting.key).is_none() {
                let problem = SettingProblem::Missing {
                    label: format!("\"{}\"", setting.label.en),
                    example: setting.example.clone().filter(|_| !setting.secret),
                };
                errors.push(SettingError { key: setting.key.clone(), problem });
            }
        }
        let known = |key: &String| manifest.settings.iter().any(|s| s.key == *key);
        for key in given.keys().chain(secrets.keys()).filter(|key| !known(key)) {
            let known = manifest.settings.iter().map(|s| s.key.as_str()).collect::<Vec<_>>().join(", ");
            errors.push(SettingError { key: key.clone(), problem: SettingProblem::Unknown { known } });
        }
        if errors.is_empty() { Ok(settings) } else { Err(errors) }
    }

    /// What the guest gets: keys and values in the order of the manifest,
    /// defaults filled in, no secret.
    pub fn public(&self) -> &[(String, String)] {
        &self.public
    }

    /// A public setting.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.public.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The secrets that were entered, by key.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.secrets.iter().map(|(k, v)| (k.as_str(), v))
    }

    /// A template over all settings, secrets included; what was not entered is
    /// empty. For credentials only.
    pub fn fill(&self, template: &str) -> Result<Secret, TemplateError> {
        self.fill_with(template, &[])
    }

    /// As [`Settings::fill`], with values that win over settings of the same key.
    pub fn fill_with(&self, template: &str, extra: &[(&str, &str)]) -> Result<Secret, TemplateError> {
        let filled = Template::parse(template)?.fill(|key| {
            let given = extra.iter().find(|(k, _)| *k == key).map(|(_, v)| *v);
            given.or_else(|| self.value(key))
        });
        Ok(Secret::new(filled))
    }

    /// As [`Settings::fill`], what settings bring into the text escaped.
    pub fn fill_escaped(
        &self,
        template: &str,
        escape: impl Fn(&str) -> String,
    ) -> Result<Secret, TemplateError> {
        let escaped: Vec<(&str, Secret)> = self
            .public
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .chain(self.secrets.iter().map(|(key, value)| (key.as_str(), value.expose())))
            .map(|(key, value)| (key, Secret::new(escape(value))))
            .collect();
        let extra: Vec<_> = escaped.iter().map(|(key, value)| (*key, value.expose())).collect();
        self.fill_with(template, &extra)
    }

    /// The key that a template of the manifest is about, for a message that
    /// blames the setting.
    pub fn key_of(template: &str) -> String {
        let parsed = Template::parse(template).ok();
        let key = parsed.as_ref().and_then(|template| template.keys().next());
        key.unwrap_or(template).to_owned()
    }

    /// Whether a condition of the manifest holds. One over a setting without a
    /// value does not.
    pub fn holds(&self, condition: &Condition) -> bool {
        self.get(&condition.setting).is_some_and(|value| condition.is.iter().any(|v| v == value))
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.get(key).or_else(|| self.secrets.get(key).map(Secret::expose))
    }
}

impl ManifestSetting {
    /// Whether it may have this value, whatever the other settings are.
    pub fn accepts(&self, value: &str) -> Result<(), SettingProblem> {
        if value.len() > MAX_SETTING_BYTES {
            return Err(SettingProblem::TooLong);
        }
        // Line breaks occur in keys and certificates.
        if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(SettingProblem::ControlCharacter);
        }
        if !self.options.is_empty() && !self.options.iter().any(|o| o == value) {
            return Err(SettingProblem::Option { options: self.options.join(", ") });
        }
        if let Some(pattern) = &self.pattern {
            // A pattern that does not compile was refused with the manifest; should
            // one get here all the same, nothing matches it.
            if !whole_value(pattern).is_ok_and(|regex| regex.is_match(value)) {
                return Err(SettingProblem::Pattern {
                    pattern: pattern.clone(),
                    example: self.example.clone().filter(|_| !self.secret),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::manifest;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    /// Errors as `key reason`, or the public settings as `key=value`.
    fn check(given: &[(&str, &str)], secrets: &[(&str, &str)], expected: &[&str]) {
        let lines = match Settings::resolve(&manifest(), &map(given), &map(secrets)) {
            Ok(settings) => settings.public().iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(lines.len(), expected.len(), "{lines:?}");
        for (line, part) in lines.iter().zip(expected) {
            assert!(line.contains(part), "{line} should contain {part}");
            for (_, secret) in secrets {
                assert!(!line.contains(secret), "{line} shows a secret");
            }
        }
    }

    const TENANT: (&str, &str) = ("tenant", "acme");
    const TOKEN: (&str, &str) = ("token", "s3cr3t-t0ken");

    #[test]
    fn resolves_with_defaults_in_order() {
        check(&[TENANT], &[TOKEN], &["tenant=acme", "region=eu", "auth=bearer"]);
        check(
            &[("tenant", " acme\n"), ("region", "")],
            &[TOKEN],
            &["tenant=acme", "region=eu", "auth=bearer"],
        );
    }

    #[test]
    fn required() {
        check(&[], &[TOKEN], &["`tenant` is required; enter \"Tenant\" (for example `acme`)"]);
        check(&[("tenant", "  ")], &[TOKEN], &["`tenant` is required"]);
    }

    #[test]
    fn required_only_when_the_condition_holds() {
        check(&[TENANT], &[], &["`token` is required"]);
        check(&[TENANT, ("auth", "none")], &[], &["tenant=acme", "region=eu", "auth=none"]);
    }

    #[test]
    fn pattern_is_for_the_whole_value() {
        check(&[("tenant", "acme.evil")], &[TOKEN], &["`tenant` does not have the required form"]);
        check(&[("tenant", "acme\nx")], &[TOKEN], &["`tenant` does not have the required form"]);
        check(&[TENANT], &[("token", "has space inside")], &["`token` does not have the required form"]);
    }

    #[test]
    fn options_and_unknown_keys() {
        check(
            &[TENANT, ("region", "mars")],
            &[TOKEN],
            &["`region` has none of the possible values; choose one of: eu, us"],
        );
        check(&[TENANT, ("colour", "red")], &[TOKEN], &["`colour` is not known to this connector"]);
        check(&[TENANT], &[TOKEN, ("other", "sec-ret-value")], &["`other` is not known"]);
    }

    #[test]
    fn secrets_and_settings_are_not_mixed_up() {
        check(&[TENANT, TOKEN], &[], &["`token` is a secret"]);
        check(&[], &[TENANT, TOKEN], &["`tenant` is not a secret"]);
    }

    #[test]
    fn length_and_control_characters() {
        let long = "a".repeat(MAX_SETTING_BYTES + 1);
        check(&[TENANT], &[("token", &long)], &["`token` is longer than"]);
        check(&[TENANT], &[("token", "a\u{0}bcdefg")], &["`token` contains a control character"]);
    }

    #[test]
    fn all_problems_at_once() {
        check(
            &[("region", "mars"), ("x", "y")],
            &[],
            &["`region` has none", "`tenant` is required", "`token` is required", "`x` is not known"],
        );
    }

    #[test]
    fn debug_has_no_secret() {
        let settings = Settings::resolve(&manifest(), &map(&[TENANT]), &map(&[TOKEN])).unwrap();
        assert!(!format!("{settings:?}").contains(TOKEN.1));
        assert_eq!(settings.fill("Bearer {token}").unwrap().expose(), "Bearer s3cr3t-t0ken");
        assert_eq!(settings.fill_with("{tenant} {token}", &[("token", "x")]).unwrap().expose(), "acme x");
    }
}
