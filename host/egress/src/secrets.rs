//! Everything secret that a session has used, and the search for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rollcall_grants::{Secret, Settings};

use crate::audit::{AuditEvent, AuditSink};
use crate::scrub::{Scrubber, is_scrubbed};

/// Tokens of the past that are still searched for: an old one may be echoed too.
pub(crate) const REMEMBERED_TOKENS: usize = 8;

pub(crate) struct Secrets {
    fixed: Vec<Secret>,
    tokens: Mutex<VecDeque<Secret>>,
    scrubber: RwLock<Arc<Scrubber>>,
}

impl Secrets {
    /// `combined`: what credentials make of settings, such as `user:password`.
    pub fn new(settings: &Settings, combined: Vec<Secret>, audit: &dyn AuditSink) -> Self {
        for (key, _) in settings.secrets().filter(|(_, secret)| !is_scrubbed(secret)) {
            audit.record(AuditEvent::SecretTooShort { setting: key.to_owned() });
        }
        let fixed: Vec<Secret> =
            settings.secrets().map(|(_, secret)| secret.clone()).chain(combined).collect();
        let scrubber = RwLock::new(Arc::new(Scrubber::new(fixed.iter())));
        Self { fixed, tokens: Mutex::default(), scrubber }
    }

    /// A new token: searched for from now on.
    pub fn add(&self, token: Secret) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= REMEMBERED_TOKENS {
            tokens.pop_front();
        }
        tokens.push_back(token);
        let scrubber = Arc::new(Scrubber::new(self.fixed.iter().chain(tokens.iter())));
        *self.scrubber.write().unwrap_or_else(PoisonError::into_inner) = scrubber;
    }

    pub fn scrubber(&self) -> Arc<Scrubber> {
        Arc::clone(&self.scrubber.read().unwrap_or_else(PoisonError::into_inner))
    }
}
