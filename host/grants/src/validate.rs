//! Everything that can be wrong with a manifest that parses.

mod files;
mod hosts;
mod permissions;
mod settings;
mod slots;

use std::collections::HashSet;

use crate::limits::{MAX_ATTRIBUTES, MAX_ID_BYTES, MAX_PROSE_BYTES, MAX_TEXT_BYTES};
use crate::manifest::{Condition, Localized, Manifest};
use crate::parse::Problem;
use crate::template::Template;

/// Kinds of record that a connector can read by changes.
const CHANGES: [&str; 3] = ["workers", "groups", "memberships"];

/// All problems, in the order of the file. None: the manifest is sound.
pub(crate) fn problems(manifest: &Manifest) -> Vec<Problem> {
    let mut check = Check { manifest, problems: Vec::new() };
    identity(&mut check);
    settings::settings(&mut check);
    hosts::hosts(&mut check);
    files::files(&mut check);
    slots::slots(&mut check);
    permissions::permissions(&mut check);
    attributes(&mut check);
    check.problems
}

/// The manifest and what was found so far.
struct Check<'m> {
    manifest: &'m Manifest,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem { field: field.into(), message: message.into() });
    }

    fn at_most(&mut self, field: &str, count: usize, max: usize) {
        if count > max {
            self.problem(field, format!("has {count} entries; at most {max} are allowed"));
        }
    }

    fn text(&mut self, field: &str, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.problem(field, "is empty; write a text");
        } else if text.len() > max {
            self.problem(field, format!("has {} bytes; at most {max} are allowed", text.len()));
        }
    }

    fn localized(&mut self, field: &str, text: &Localized, max: usize) {
        self.text(&format!("{field}.en"), &text.en, max);
        if let Some(de) = &text.de {
            self.text(&format!("{field}.de"), de, max);
        }
    }

    /// A template whose keys all exist. `None` when it is not one.
    fn template(&mut self, field: &str, text: &str, extra: &[&str]) -> Option<Template> {
        if text.len() > MAX_TEXT_BYTES {
            self.problem(field, format!("has {} bytes; at most {MAX_TEXT_BYTES} are allowed", text.len()));
            return None;
        }
        let template = match Template::parse(text) {
            Ok(template) => template,
            Err(error) => {
                self.problem(field, error.to_string());
                return None;
            }
        };
        for key in template.keys().filter(|key| !extra.contains(key)) {
            if !self.manifest.settings.iter().any(|s| s.key == key) {
                self.problem(field, format!("`{{{key}}}` is not a setting; declare it under [[settings]]"));
            }
        }
        Some(template)
    }

    /// A template over public settings only.
    fn public_template(&mut self, field: &str, text: &str) -> Option<Template> {
        let template = self.template(field, text, &[])?;
        for key in template.keys() {
            if self.manifest.settings.iter().any(|s| s.key == key && s.secret) {
                self.problem(
                    field,
                    format!("`{{{key}}}` is a secret; secrets may be used in credentials only"),
                );
            }
        }
        Some(template)
    }

    fn condition(&mut self, field: &str, condition: &Condition) {
        let Some(setting) = self.manifest.settings.iter().find(|s| s.key == condition.setting) else {
            self.problem(
                field,
                format!("`{}` is not a setting; declare it under [[settings]]", condition.setting),
            );
            return;
        };
        if setting.secret {
            self.problem(
                field,
                format!("`{}` is a secret; conditions are over public settings", setting.key),
            );
        }
        if condition.is.is_empty() {
            self.problem(field, "`is` is empty; list the values for which the condition holds");
        }
        for value in &condition.is {
            if !setting.options.is_empty() && !setting.options.contains(value) {
                self.problem(field, format!("`{value}` is not an option of setting `{}`", setting.key));
            }
        }
    }
}

fn identity(check: &mut Check<'_>) {
    let m = check.manifest;
    if !is_name(&m.id) || m.id.len() > MAX_ID_BYTES {
        check.problem(
            "id",
            format!("has to be 1 to {MAX_ID_BYTES} characters of a-z, 0-9 and `-`, a letter first"),
        );
    }
    if let Err(error) = semver::Version::parse(&m.version) {
        check.problem("version", format!("is not a semantic version such as `1.0.0`: {error}"));
    }
    check.text("name", &m.name, MAX_TEXT_BYTES);
    for (i, alias) in m.aliases.iter().enumerate() {
        check.text(&format!("aliases[{i}]"), alias, MAX_TEXT_BYTES);
    }
    if let Some(license) = &m.license {
        check.text("license", license, MAX_TEXT_BYTES);
    }
    if m.cursor_version == 0 {
        check.problem("cursor_version", "has to be 1 or more");
    }
    let mut seen = HashSet::new();
    for change in &m.changes {
        if !CHANGES.contains(&change.as_str()) {
            check.problem("changes", format!("`{change}` is not one of {}", CHANGES.join(", ")));
        } else if !seen.insert(change) {
            check.problem("changes", format!("`{change}` is listed twice; remove one"));
        }
    }
    for (i, text) in m.prerequisites.iter().enumerate() {
        check.localized(&format!("prerequisites[{i}]"), text, MAX_PROSE_BYTES);
    }
    check.localized("guide", &m.guide, MAX_PROSE_BYTES);
}

fn attributes(check: &mut Check<'_>) {
    let m = check.manifest;
    let classes = [
        ("attributes.basic", &m.attributes.basic),
        ("attributes.work", &m.attributes.work),
        ("attributes.sensitive", &m.attributes.sensitive),
    ];
    check.at_most("attributes", classes.iter().map(|(_, names)| names.len()).sum(), MAX_ATTRIBUTES);
    let mut seen = HashSet::new();
    for (field, names) in classes {
        for name in names {
            let known = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '*'));
            if name.is_empty() || name.len() > MAX_TEXT_BYTES || !known {
                check.problem(field, format!("`{name}` is not the name of an attribute"));
            } else if !seen.insert(name) {
                check.problem(field, format!("`{name}` is listed twice; give each attribute one class"));
            }
        }
    }
}

/// Ids and names: `a-z0-9-`, a letter first.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests;
