//! Settings: keys, labels, patterns, options, defaults.

use std::collections::HashSet;

use super::Check;
use crate::limits::{MAX_CHOICES, MAX_PROSE_BYTES, MAX_SETTINGS, MAX_TEXT_BYTES};
use crate::manifest::ManifestSetting;
use crate::pattern::whole_value;
use crate::template::is_key;

pub(super) fn settings(check: &mut Check<'_>) {
    let all = &check.manifest.settings;
    check.at_most("settings", all.len(), MAX_SETTINGS);
    let mut seen = HashSet::new();
    for setting in all {
        let field = format!("settings[{}]", setting.key);
        if !is_key(&setting.key) || setting.key.len() > MAX_TEXT_BYTES {
            check.problem(&field, "the key has to be a-z, 0-9 and _, a letter first");
        }
        if !seen.insert(&setting.key) {
            check.problem(&field, "the key is used twice; rename one");
        }
        check.localized(&format!("{field}.label"), &setting.label, MAX_TEXT_BYTES);
        if let Some(help) = &setting.help {
            check.localized(&format!("{field}.help"), help, MAX_PROSE_BYTES);
        }
        if let Some(when) = &setting.when {
            check.condition(&format!("{field}.when"), when);
            if when.setting == setting.key {
                check.problem(format!("{field}.when"), "depends on itself; name another setting");
            }
        }
        value_rules(check, &field, setting);
    }
}

fn value_rules(check: &mut Check<'_>, field: &str, setting: &ManifestSetting) {
    check.at_most(&format!("{field}.options"), setting.options.len(), MAX_CHOICES);
    if let Some(pattern) = &setting.pattern {
        if pattern.len() > MAX_TEXT_BYTES {
            check.problem(
                format!("{field}.pattern"),
                format!("is longer than {MAX_TEXT_BYTES} bytes; simplify it"),
            );
            return;
        }
        if let Err(error) = whole_value(pattern) {
            // The last line of a regex error says what is wrong; those before show where.
            let what = error.to_string();
            let what = what.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            check.problem(
                format!("{field}.pattern"),
                format!("`{pattern}` is not a regular expression: {what}"),
            );
            return;
        }
    }
    if setting.secret && setting.default.is_some() {
        check.problem(format!("{field}.default"), "a secret has no default; remove it");
    }
    if setting.secret && !setting.options.is_empty() {
        check.problem(format!("{field}.options"), "a secret has no options; remove them");
    }
    let mut seen = HashSet::new();
    for option in &setting.options {
        if option.trim().is_empty() || option.trim() != option {
            check.problem(
                format!("{field}.options"),
                format!("`{option}` is empty or has white space around it"),
            );
        }
        if !seen.insert(option) {
            check.problem(format!("{field}.options"), format!("`{option}` is listed twice; remove one"));
        }
    }
    for (name, value) in [("default", &setting.default), ("example", &setting.example)] {
        let Some(value) = value else { continue };
        if value.is_empty() {
            check.problem(format!("{field}.{name}"), "is empty; leave it out instead");
        } else if let Err(problem) = setting.accepts(value) {
            check.problem(format!("{field}.{name}"), format!("`{value}` {problem}"));
        }
    }
}
