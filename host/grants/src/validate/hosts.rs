//! Hosts: aliases, URLs, path grants, rates.

use std::collections::HashSet;

use super::{Check, is_name};
use crate::base::check_template;
use crate::limits::{
    MAX_CHOICES, MAX_CONCURRENCY, MAX_GRANTS_PER_HOST, MAX_HOSTS, MAX_ID_BYTES, MAX_RATE_REQUESTS,
    MAX_RATE_SECONDS, MAX_STATUS_WORDS, MAX_TEXT_BYTES,
};
use crate::manifest::HostUrl;
use crate::path_grant::CompiledGrant;

pub(super) fn hosts(check: &mut Check<'_>) {
    let all = &check.manifest.hosts;
    check.at_most("hosts", all.len(), MAX_HOSTS);
    if all.is_empty() && check.manifest.files.is_none() {
        check.problem("hosts", "is empty; declare at least one host, or [files]");
    }
    let mut seen = HashSet::new();
    for host in all {
        let field = format!("hosts[{}]", host.alias);
        if !is_name(&host.alias) || host.alias.len() > MAX_ID_BYTES {
            check.problem(&field, "the alias has to be a-z, 0-9 and `-`, a letter first");
        }
        if !seen.insert(&host.alias) {
            check.problem(&field, "the alias is used twice; rename one");
        }
        host_url(check, &format!("{field}.url"), &host.url);
        if host.allow.is_empty() {
            check.problem(format!("{field}.allow"), "is empty; list what is read, such as `GET /users`");
        }
        check.at_most(&format!("{field}.allow"), host.allow.len(), MAX_GRANTS_PER_HOST);
        let mut grants = HashSet::new();
        for (i, grant) in host.allow.iter().enumerate() {
            if grant.0.len() > MAX_TEXT_BYTES {
                check
                    .problem(format!("{field}.allow[{i}]"), format!("is longer than {MAX_TEXT_BYTES} bytes"));
            } else if let Err(error) = CompiledGrant::parse(&grant.0) {
                check.problem(format!("{field}.allow[{i}]"), format!("`{}` {error}", grant.0));
            } else if !grants.insert(&grant.0) {
                check.problem(
                    format!("{field}.allow[{i}]"),
                    format!("`{}` is listed twice; remove one", grant.0),
                );
            }
        }
        if let Some(rate) = host.rate {
            if !(1..=MAX_RATE_REQUESTS).contains(&rate.requests) {
                check
                    .problem(format!("{field}.rate.requests"), format!("has to be 1 to {MAX_RATE_REQUESTS}"));
            }
            if !(1..=MAX_RATE_SECONDS).contains(&rate.seconds) {
                check.problem(format!("{field}.rate.seconds"), format!("has to be 1 to {MAX_RATE_SECONDS}"));
            }
        }
        for (name, words) in [("final_500", &host.final_500), ("limit_403", &host.limit_403)] {
            check.at_most(&format!("{field}.{name}"), words.len(), MAX_STATUS_WORDS);
            for (i, word) in words.iter().enumerate() {
                check.text(&format!("{field}.{name}[{i}]"), word, MAX_TEXT_BYTES);
            }
        }
        if !(1..=MAX_CONCURRENCY).contains(&host.concurrency) {
            check.problem(format!("{field}.concurrency"), format!("has to be 1 to {MAX_CONCURRENCY}"));
        }
    }
}

/// The URL of a host or of a token endpoint.
pub(super) fn host_url(check: &mut Check<'_>, field: &str, url: &HostUrl) {
    match url {
        HostUrl::Template(template) => one_url(check, field, template),
        HostUrl::Choice { setting, urls } => {
            if urls.is_empty() {
                check.problem(field, "`urls` is empty; give a URL for every option");
            }
            check.at_most(field, urls.len(), MAX_CHOICES);
            match check.manifest.settings.iter().find(|s| s.key == *setting) {
                None => check
                    .problem(field, format!("`{setting}` is not a setting; declare it under [[settings]]")),
                Some(s) if s.secret => {
                    check.problem(field, format!("`{setting}` is a secret; choose by a public setting"));
                }
                Some(s) if s.options.is_empty() => {
                    check.problem(
                        field,
                        format!("setting `{setting}` has no options; list those that `urls` has"),
                    );
                }
                Some(s) => {
                    for option in s.options.iter().filter(|option| !urls.contains_key(*option)) {
                        check.problem(
                            field,
                            format!("has no URL for option `{option}` of setting `{setting}`"),
                        );
                    }
                    for choice in urls.keys().filter(|choice| !s.options.contains(*choice)) {
                        check.problem(field, format!("`{choice}` is not an option of setting `{setting}`"));
                    }
                }
            }
            for (choice, template) in urls {
                one_url(check, &format!("{field}.urls.{choice}"), template);
            }
        }
    }
}

fn one_url(check: &mut Check<'_>, field: &str, template: &str) {
    if let Some(parsed) = check.public_template(field, template)
        && let Err(error) = check_template(&parsed)
    {
        check.problem(field, format!("`{template}` {error}"));
    }
}
