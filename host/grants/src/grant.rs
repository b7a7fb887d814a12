//! A manifest and a tenant's settings, made into what may be reached.

use std::collections::BTreeMap;
use std::fmt;

use url::Url;

use crate::address::Reach;
use crate::alias::{Alias, Place};
use crate::files::FileGrant;
use crate::manifest::Manifest;
use crate::parse::Problem;
use crate::path_grant::CompiledGrant;
use crate::settings::Settings;
use crate::slot::Slot;
use crate::upstream::Upstream;

/// What one integration may reach, and with which credentials.
#[derive(Debug, Clone)]
pub struct Grant {
    pub(crate) aliases: Vec<Alias>,
    pub(crate) slots: Vec<Slot>,
    files: Option<FileGrant>,
    /// Names that the manifest declares, chosen or not.
    pub(crate) declared_slots: Vec<String>,
    hosts: BTreeMap<String, Reach>,
    unused_upstreams: Vec<String>,
}

/// The settings do not make a grant. All problems are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantError(pub Vec<Problem>);

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings do not say where to connect:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for GrantError {}

/// Whoever gave it believes that a stand-in is asked, and not the provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--upstream {unused}: the connector has no grant for this host; it has: {hosts}")]
pub struct UnusedUpstream {
    unused: String,
    hosts: String,
}

impl Grant {
    /// Public addresses only, and upstreams.
    pub fn new(manifest: &Manifest, settings: &Settings, upstreams: &[Upstream]) -> Result<Self, GrantError> {
        Self::build(manifest, settings, upstreams, false)
    }

    /// As [`Grant::new`], with private networks open too: for systems on the
    /// operator's own network.
    pub fn with_private_network(
        manifest: &Manifest,
        settings: &Settings,
        upstreams: &[Upstream],
    ) -> Result<Self, GrantError> {
        Self::build(manifest, settings, upstreams, true)
    }

    fn build(
        manifest: &Manifest,
        settings: &Settings,
        upstreams: &[Upstream],
        private: bool,
    ) -> Result<Self, GrantError> {
        let mut problems = Vec::new();
        let mut problem = |field: String, message: String| problems.push(Problem { field, message });
        let mut aliases = Vec::new();
        for host in &manifest.hosts {
            let mut allow = Vec::new();
            for grant in &host.allow {
                match CompiledGrant::parse(&grant.0) {
                    Ok(grant) => allow.push(grant),
                    Err(error) => {
                        problem(format!("hosts[{}].allow", host.alias), format!("`{}` {error}", grant.0))
                    }
                }
            }
            match Place::new(&host.url, settings, upstreams, private) {
                Ok(place) => aliases.push(Alias {
                    name: host.alias.clone(),
                    place,
                    allow,
                    rate: host.rate,
                    concurrency: host.concurrency.max(1),
                    final_500: host.final_500.clone(),
                    limit_403: host.limit_403.clone(),
                }),
                Err(error) => problem(format!("hosts[{}].url", host.alias), error.to_string()),
            }
        }
        let mut slots = Vec::new();
        for slot in Slot::chosen(&manifest.slots, settings) {
            match Slot::new(slot, &manifest.permissions, settings, upstreams, private) {
                Ok(slot) => slots.push(slot),
                Err(error) => problem(format!("slots[{}].auth", slot.name), error),
            }
        }
        let granted = manifest.files.as_ref();
        let files = match granted.map(|files| FileGrant::new(files, settings, upstreams, private)).transpose()
        {
            Ok(files) => files,
            Err(more) => {
                problems.extend(more);
                None
            }
        };
        if !problems.is_empty() {
            return Err(GrantError(problems));
        }
        let mut grant = Self {
            aliases,
            slots,
            files,
            declared_slots: manifest.slots.iter().map(|s| s.name.clone()).collect(),
            hosts: BTreeMap::new(),
            unused_upstreams: Vec::new(),
        };
        let mut hosts = BTreeMap::new();
        for place in grant.places() {
            // The same name, once direct and once as an upstream: the stricter counts.
            let host = place.sent().url.host_str().unwrap_or_default().to_owned();
            hosts
                .entry(host)
                .and_modify(|reach: &mut Reach| *reach = reach.and(place.reach))
                .or_insert(place.reach);
        }
        let of_files = grant.files.iter().filter_map(FileGrant::logical);
        let logical: Vec<&Url> = grant.places().map(|place| &place.logical.url).chain(of_files).collect();
        let used = |u: &&Upstream| logical.iter().any(|url| u.is_for(url));
        let unused = upstreams.iter().filter(|u| !used(u)).map(|u| u.host().to_owned()).collect();
        grant.hosts = hosts;
        grant.unused_upstreams = unused;
        Ok(grant)
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        self.aliases.iter().map(|a| &a.place).chain(self.slots.iter().filter_map(|s| s.place.as_ref()))
    }

    pub fn aliases(&self) -> impl Iterator<Item = &Alias> {
        self.aliases.iter()
    }

    pub fn alias(&self, name: &str) -> Option<&Alias> {
        self.aliases.iter().find(|alias| alias.name == name)
    }

    /// What may be read, where files are read.
    pub fn files(&self) -> Option<&FileGrant> {
        self.files.as_ref()
    }

    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter()
    }

    /// A slot that applies with these settings.
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name() == name)
    }

    /// Which addresses a host name, as sent, may have. `None`: it is not to be
    /// connected to at all.
    pub fn reach(&self, host: &str) -> Option<Reach> {
        self.hosts.get(host).copied()
    }

    /// Whether anything is sent over TLS.
    pub fn needs_tls(&self) -> bool {
        self.places().any(|place| place.sent().is_https())
    }

    /// Refuses an upstream that nothing is sent to: its host is misspelt, or not
    /// in use with these settings.
    pub fn uses_every_upstream(&self) -> Result<(), UnusedUpstream> {
        let Some(unused) = self.unused_upstreams.first() else { return Ok(()) };
        let of_files = self.files.iter().filter_map(FileGrant::logical).filter_map(Url::host_str);
        let hosts: Vec<_> = self.aliases.iter().map(Alias::host).chain(of_files).collect();
        Err(UnusedUpstream { unused: unused.clone(), hosts: hosts.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{grant, manifest, settings};

    #[test]
    fn one_entry_of_a_slot_is_chosen() {
        let names = |settings: &Settings| -> Vec<String> {
            let grant = Grant::new(&manifest(), settings, &[]).unwrap();
            grant.slots().map(|slot| slot.name().to_owned()).collect()
        };
        assert_eq!(names(&settings(&[])), ["api", "key", "oauth"]);
        assert_eq!(names(&settings(&[("auth", "none")])), ["key", "oauth"]);
    }

    #[test]
    fn choices_and_upstreams() {
        let grant = grant(
            &[("region", "us")],
            &["login.example.us:8443=http://localhost:9/mock", "typo.example=http://x"],
        );
        assert_eq!(grant.alias("login").unwrap().url().as_str(), "https://login.example.us:8443/");
        assert_eq!(grant.reach("localhost"), Some(Reach::UPSTREAM));
        assert_eq!(grant.reach("login.example.us"), None);
        assert_eq!(grant.reach("acme.example.com"), Some(Reach::default()));
        let unused = grant.uses_every_upstream().unwrap_err().to_string();
        assert!(unused.starts_with("--upstream typo.example: the connector has no grant"), "{unused}");
        assert!(grant.needs_tls());
    }

    #[test]
    fn token_endpoints_have_upstreams_too() {
        let grant = grant(&[], &["login.example.eu=http://127.0.0.1:9/mock"]);
        let endpoint = grant.slot("oauth").unwrap().endpoint().unwrap();
        assert_eq!(endpoint.url.as_str(), "http://127.0.0.1:9/mock/acme/token");
        assert_eq!(endpoint.logical.as_str(), "https://login.example.eu/acme/token");
        assert!(endpoint.via_upstream);
    }

    /// The value of the one setting, and what the refusal says; `None`: accepted.
    fn check(url: &str, private: bool, expected: Option<&str>) {
        let mut manifest = manifest();
        manifest.settings[0].pattern = None;
        manifest.hosts[0].url = crate::HostUrl::Template("{tenant}".to_owned());
        let settings = crate::sample::settings_of(&manifest, &[("tenant", url)]);
        let result = match private {
            true => Grant::with_private_network(&manifest, &settings, &[]),
            false => Grant::new(&manifest, &settings, &[]),
        };
        match (result, expected) {
            (Ok(_), None) => {}
            (Err(error), Some(part)) if error.to_string().contains(part) => {}
            (got, _) => panic!("{url} gave {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn addresses_instead_of_names() {
        check("https://1.1.1.1", false, None);
        for loopback in
            ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
        {
            check(&format!("https://{loopback}/x"), false, Some("a loopback address"));
            check(&format!("https://{loopback}/x"), true, Some("a loopback address"));
        }
        check("https://169.254.169.254/latest", true, Some("a metadata service"));
        check("https://10.0.0.1", false, Some("a private address"));
        check("https://10.0.0.1", true, None);
    }

    #[test]
    fn https_without_an_upstream() {
        check("http://api.example.com", false, Some("has to begin with `https://`"));
    }
}
