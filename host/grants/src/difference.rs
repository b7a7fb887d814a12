//! What changed between two versions of a connector, as those see it who have
//! approved or use the older one.

use std::collections::{BTreeMap, BTreeSet};

use crate::manifest::{Manifest, ManifestHost};
use crate::path_grant::CompiledGrant;

/// One change, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// It may reach, ask or read more than was approved.
    Wider(String),
    /// What a tenant uses is gone or asks for more.
    Narrower(String),
    Other(String),
}

/// Widening first.
pub fn differences(old: &Manifest, new: &Manifest) -> Vec<Difference> {
    let mut all = Vec::new();
    hosts(old, new, &mut all);
    files(old, new, &mut all);
    slots(old, new, &mut all);
    permissions(old, new, &mut all);
    settings(old, new, &mut all);
    attributes(old, new, &mut all);
    for kind in old.changes.iter().filter(|kind| !new.changes.contains(kind)) {
        all.push(Difference::Narrower(format!("{kind} can no longer be read by changes")));
    }
    if old.cursor_version != new.cursor_version {
        all.push(Difference::Other(
            "checkpoints of the older version are not understood; the next run reads everything".to_owned(),
        ));
    }
    all.sort();
    all
}

fn hosts(old: &Manifest, new: &Manifest, all: &mut Vec<Difference>) {
    for host in &new.hosts {
        let Some(before) = old.hosts.iter().find(|before| before.alias == host.alias) else {
            all.push(Difference::Wider(format!("host `{}` is new", host.alias)));
            continue;
        };
        if before.url != host.url {
            all.push(Difference::Wider(format!("host `{}` is at another URL", host.alias)));
        }
        for grant in host.allow.iter().filter(|grant| !is_covered(&grant.0, before)) {
            all.push(Difference::Wider(format!("host `{}` allows `{}`", host.alias, grant.0)));
        }
        let often = |host: &ManifestHost| {
            host.rate.map_or(f64::INFINITY, |rate| f64::from(rate.requests) / f64::from(rate.seconds))
        };
        if often(host) > often(before) {
            all.push(Difference::Wider(format!("host `{}` is asked more often", host.alias)));
        }
    }
    for host in old.hosts.iter().filter(|host| new.hosts.iter().all(|other| other.alias != host.alias)) {
        all.push(Difference::Other(format!("host `{}` is gone", host.alias)));
    }
}

fn files(old: &Manifest, new: &Manifest, all: &mut Vec<Difference>) {
    let (before, after) = match (&old.files, &new.files) {
        (_, None) => return,
        (None, Some(_)) => return all.push(Difference::Wider("it reads files".to_owned())),
        (Some(before), Some(after)) => (before, after),
    };
    for name in after.names.iter().filter(|name| !before.names.contains(name)) {
        all.push(Difference::Wider(format!("it reads files named `{name}`")));
    }
    if (&before.upload, &before.sftp) != (&after.upload, &after.sftp) {
        all.push(Difference::Wider("files come from elsewhere, or by another sign-in".to_owned()));
    }
    if before.openpgp != after.openpgp {
        all.push(Difference::Wider("encrypted files are opened in another way".to_owned()));
    }
}

/// Whether everything that a grant allows was allowed before. A grant that
/// cannot be read, which a checked manifest does not have, covers nothing.
fn is_covered(grant: &str, before: &ManifestHost) -> bool {
    let Ok(grant) = CompiledGrant::parse(grant) else { return false };
    before.allow.iter().filter_map(|old| CompiledGrant::parse(&old.0).ok()).any(|old| old.includes(&grant))
}

fn slots(old: &Manifest, new: &Manifest, all: &mut Vec<Difference>) {
    for slot in &new.slots {
        let before: Vec<_> = old.slots.iter().filter(|before| before.name == slot.name).collect();
        match before.is_empty() {
            true => all.push(Difference::Wider(format!("slot `{}` is new", slot.name))),
            false if before.iter().all(|before| before.auth != slot.auth) => {
                all.push(Difference::Wider(format!("slot `{}` is applied in another way", slot.name)));
            }
            false => {}
        }
    }
    let names: BTreeSet<_> = new.slots.iter().map(|slot| &slot.name).collect();
    let gone: BTreeSet<_> =
        old.slots.iter().map(|slot| &slot.name).filter(|name| !names.contains(name)).collect();
    all.extend(gone.into_iter().map(|name| Difference::Other(format!("slot `{name}` is gone"))));
}

fn permissions(old: &Manifest, new: &Manifest, all: &mut Vec<Difference>) {
    let names = |manifest: &Manifest| -> BTreeSet<String> {
        manifest.permissions.iter().map(|one| one.name.clone()).collect()
    };
    let (before, after) = (names(old), names(new));
    all.extend(
        after.difference(&before).map(|name| Difference::Wider(format!("asks for the permission `{name}`"))),
    );
    all.extend(
        before
            .difference(&after)
            .map(|name| Difference::Other(format!("no longer asks for the permission `{name}`"))),
    );
}

fn settings(old: &Manifest, new: &Manifest, all: &mut Vec<Difference>) {
    for setting in &old.settings {
        let key = &setting.key;
        let Some(after) = new.settings.iter().find(|after| after.key == *key) else {
            all.push(Difference::Narrower(format!("setting `{key}` is gone")));
            continue;
        };
        if setting.secret && !after.secret {
            all.push(Difference::Wider(format!(
                "setting `{key}` is no secret any more: the connector reads it"
            )));
        }
        if !setting.secret && after.secret {
            all.push(Difference::Narrower(format!(
                "setting `{key}` has become a secret, and has to be entered again"
            )));
        }
        for option in setting
            .options
            .iter()
            .filter(|option| !after.options.is_empty() && !after.options.contains(option))
        {
            all.push(Difference::Narrower(format!("setting `{key}` has no option `{option}` any more")));
        }
        if setting.pattern != after.pattern && after.pattern.is_some() {
            all.push(Difference::Narrower(format!("setting `{key}` has to have another form")));
        }
        if !setting.required && after.required && after.default.is_none() {
            all.push(Difference::Narrower(format!("setting `{key}` has become required")));
        }
    }
    for setting in
        new.settings.iter().filter(|setting| old.settings.iter().all(|before| before.key != setting.key))
    {
        let key = &setting.key;
        all.push(match setting.required && setting.default.is_none() && setting.when.is_none() {
            true => Difference::Narrower(format!("setting `{key}` is new and required")),
            false => Difference::Other(format!("setting `{key}` is new")),
        });
    }
}

fn attributes(old: &Manifest, new: &Manifest, all: &mut Vec<Difference>) {
    let classes = |manifest: &Manifest| -> BTreeMap<String, &'static str> {
        let classes = &manifest.attributes;
        let each = [("basic", &classes.basic), ("work", &classes.work), ("sensitive", &classes.sensitive)];
        each.into_iter()
            .flat_map(|(class, names)| names.iter().map(move |name| (name.clone(), class)))
            .collect()
    };
    let (before, after) = (classes(old), classes(new));
    for (name, class) in &after {
        match before.get(name) {
            None => all.push(Difference::Wider(format!("reads `{name}` ({class})"))),
            Some(was) if was != class => {
                all.push(Difference::Wider(format!("`{name}` was {was} and is {class}")))
            }
            Some(_) => {}
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        all.push(Difference::Narrower(format!("no longer reads `{name}`")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::TOML;

    fn check(from: &str, to: &str, expected: &[Difference]) {
        assert!(TOML.contains(from), "{from}");
        let old = Manifest::parse_toml(TOML).unwrap();
        let new = Manifest::parse_toml(&TOML.replacen(from, to, 1)).unwrap();
        assert_eq!(differences(&old, &new), expected, "{from} -> {to}");
    }

    fn wider(what: &str) -> Difference {
        Difference::Wider(what.to_owned())
    }

    fn narrower(what: &str) -> Difference {
        Difference::Narrower(what.to_owned())
    }

    #[test]
    fn the_same_is_no_difference() {
        check("Sample", "Another name", &[]);
    }

    #[test]
    fn paths() {
        check(
            "\"GET /users\",",
            "\"GET /users\", \"GET /salaries\",",
            &[wider("host `api` allows `GET /salaries`")],
        );
        check("\"GET /users/*\"", "\"GET /users/**\"", &[wider("host `api` allows `GET /users/**`")]);
        // Covered by what was allowed before.
        check("\"GET /groups/**\"", "\"GET /groups/*\"", &[]);
        check("requests = 10", "requests = 11", &[wider("host `api` is asked more often")]);
        check(
            "https://{tenant}.example.com",
            "https://{tenant}.example.org",
            &[wider("host `api` is at another URL")],
        );
    }

    #[test]
    fn credentials() {
        check("\"x-api-key\"", "\"x-other-key\"", &[wider("slot `key` is applied in another way")]);
        check(
            "name = \"key\"",
            "name = \"key2\"",
            &[wider("slot `key2` is new"), Difference::Other("slot `key` is gone".to_owned())],
        );
    }

    #[test]
    fn settings_of_tenants() {
        check(
            "options = [\"bearer\", \"none\"]",
            "options = [\"bearer\"]\n[[settings]]\nkey = \"x\"\nlabel = { en = \"X\" }\nrequired = true",
            &[
                narrower("setting `auth` has no option `none` any more"),
                narrower("setting `x` is new and required"),
            ],
        );
        check(
            "pattern = \"[a-z0-9-]+\"",
            "pattern = \"[a-z]+\"",
            &[narrower("setting `tenant` has to have another form")],
        );
        check(
            "changes = [\"workers\"]",
            "changes = []",
            &[narrower("workers can no longer be read by changes")],
        );
    }

    #[test]
    fn attributes_and_cursors() {
        let with = |names: &str| format!("{TOML}\n[attributes]\nwork = [{names}]\n");
        let parse = |names: &str| Manifest::parse_toml(&with(names)).unwrap();
        let (few, more) = (parse("\"title\""), parse("\"title\", \"grade\""));
        assert_eq!(differences(&few, &more), [wider("reads `grade` (work)")]);
        assert_eq!(differences(&more, &few), [narrower("no longer reads `grade`")]);
        let raised = Manifest { cursor_version: 2, ..few.clone() };
        assert!(matches!(differences(&few, &raised).as_slice(), [Difference::Other(_)]));
    }
}
