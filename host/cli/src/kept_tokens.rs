//! Refresh tokens that a provider changes with their use, sealed in the tenant's
//! store, each with the token that the admin entered: whoever enters a new one
//! wants that to be used.

use rollcall_egress::TokenKeeper;
use rollcall_grants::Secret;
use rollcall_model::IntegrationId;
use rollcall_store::TenantStore;

pub struct KeptTokens {
    pub tenant: TenantStore,
    pub integration: IntegrationId,
}

/// Beside the secrets of settings, whose keys have no space.
fn place(slot: &str) -> String {
    format!("refresh token of {slot}")
}

/// No token has a line break: it is sent in a form and compared as a line.
const BETWEEN: char = '\n';

impl TokenKeeper for KeptTokens {
    fn successor(&self, slot: &str, entered: &Secret) -> Result<Option<Secret>, String> {
        let kept = self.tenant.secret(&self.integration, &place(slot)).map_err(|error| error.to_string())?;
        let pair = kept.as_ref().and_then(|kept| kept.split_once(BETWEEN));
        Ok(pair.filter(|(before, _)| *before == entered.expose()).map(|(_, token)| Secret::new(token)))
    }

    fn keep(&self, slot: &str, entered: &Secret, successor: &Secret) -> Result<(), String> {
        let pair = Secret::new(format!("{}{BETWEEN}{}", entered.expose(), successor.expose()));
        self.tenant
            .put_secret(&self.integration, &place(slot), pair.expose())
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use rollcall_store::{MasterKey, Store};

    use super::*;

    #[test]
    fn the_successor_of_what_was_entered_is_kept_and_no_other() {
        let directory = tempfile::tempdir().expect("a directory");
        let keeper = || {
            let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
            KeptTokens { tenant: store.tenant(&"acme".into()).expect("opens"), integration: "hr".into() }
        };
        let token = |text: &str| Secret::new(text);
        keeper().keep("token", &token("entered"), &token("second")).expect("keeps");
        keeper().keep("token", &token("entered"), &token("third")).expect("keeps");
        let told = |slot: &str, entered: &str| keeper().successor(slot, &token(entered)).expect("reads");
        assert_eq!(told("token", "entered"), Some(token("third")));
        assert_eq!(told("token", "entered anew"), None);
        assert_eq!(told("other", "entered"), None);
    }
}
