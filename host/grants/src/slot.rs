//! Credential slots as the settings choose them.

use std::collections::BTreeSet;

use url::Url;

use crate::alias::Place;
use crate::headers::is_injectable;
use crate::manifest::{AuthScheme, Condition, ManifestSlot};
use crate::permission::{Permission, Power};
use crate::settings::Settings;
use crate::upstream::Upstream;

/// A slot that applies.
#[derive(Debug, Clone)]
pub struct Slot {
    name: String,
    auth: AuthScheme,
    permissions: Vec<Permission>,
    pub(crate) place: Option<Place>,
    pub(crate) injected_headers: Vec<String>,
    pub(crate) injected_query: Option<String>,
}

/// Where a slot signs in. No guest can ask it for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// As sent.
    pub url: Url,
    /// As granted: what goes into `aud`, errors and the audit.
    pub logical: Url,
    pub via_upstream: bool,
}

impl Slot {
    /// The first entry of each name whose condition holds.
    pub(crate) fn chosen<'m>(slots: &'m [ManifestSlot], settings: &Settings) -> Vec<&'m ManifestSlot> {
        let mut chosen: Vec<&ManifestSlot> = Vec::new();
        for slot in slots {
            let holds = slot.when.as_ref().is_none_or(|when: &Condition| settings.holds(when));
            if holds && !chosen.iter().any(|other| other.name == slot.name) {
                chosen.push(slot);
            }
        }
        chosen
    }

    /// Fills in what is not secret: names and token endpoints.
    pub(crate) fn new(
        slot: &ManifestSlot,
        permissions: &[Permission],
        settings: &Settings,
        upstreams: &[Upstream],
        private: bool,
    ) -> Result<Self, String> {
        let mut auth = slot.auth.clone();
        let mut injected_headers = Vec::new();
        let mut injected_query = None;
        let public = |template: &str| {
            settings.fill(template).map(|text| text.expose().to_owned()).map_err(|e| e.to_string())
        };
        match &mut auth {
            AuthScheme::Header { name, .. } | AuthScheme::TokenExchange { header: name, .. } => {
                *name = public(name)?.to_ascii_lowercase();
                if !is_injectable(name) {
                    return Err(format!("`{name}` is not the name of a header that a credential may use"));
                }
                injected_headers.push(name.clone());
            }
            AuthScheme::Query { name, .. } => {
                *name = public(name)?;
                injected_query = Some(name.clone());
            }
            AuthScheme::Body { .. } => {}
            _ => injected_headers.push("authorization".to_owned()),
        }
        let place = match auth.token_url() {
            Some(url) => Some(
                Place::new(url, settings, upstreams, private).map_err(|e| format!("token endpoint {e}"))?,
            ),
            None => None,
        };
        let permissions = permissions.iter().filter(|one| one.is_of(&slot.name)).cloned().collect();
        Ok(Self { name: slot.name.clone(), auth, permissions, place, injected_headers, injected_query })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands in a request's body where this slot's credential goes.
    pub fn mark(&self) -> String {
        format!("{{{{{}}}}}", self.name)
    }

    /// The scheme, its header and query names filled in, values still templates
    /// for [`Settings::fill`].
    pub fn auth(&self) -> &AuthScheme {
        &self.auth
    }

    /// What its credential has to be allowed at the provider.
    pub fn permissions(&self) -> &[Permission] {
        &self.permissions
    }

    /// What its credential is allowed, against what it has to be.
    pub fn power(&self, granted: &BTreeSet<String>) -> Power {
        Power::of(&self.permissions, granted)
    }

    /// Where it signs in, for schemes that do.
    pub fn endpoint(&self) -> Option<Endpoint> {
        let place = self.place.as_ref()?;
        let mut url = place.sent().url.clone();
        if place.upstream.is_some() {
            url.set_path(&format!("{}{}", place.prefix(), place.logical.url.path()));
        }
        Some(Endpoint { url, logical: place.logical.url.clone(), via_upstream: place.upstream.is_some() })
    }
}
