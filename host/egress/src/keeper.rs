//! Tokens that outlive a session: a provider may give a new refresh token in the
//! place of the one that was used, and take the old one no more.

use rollcall_grants::Secret;

/// Whoever keeps such tokens between sessions.
pub trait TokenKeeper: Send + Sync {
    /// What came last in the place of the token that the admin entered.
    fn successor(&self, slot: &str, entered: &Secret) -> Result<Option<Secret>, String>;

    /// Keeps it, durably before this returns: what was kept before is worth
    /// nothing any more.
    fn keep(&self, slot: &str, entered: &Secret, successor: &Secret) -> Result<(), String>;
}

/// Keeps nothing: for a session that is the only one, and says so if it matters.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeepsNothing;

impl TokenKeeper for KeepsNothing {
    fn successor(&self, _: &str, _: &Secret) -> Result<Option<Secret>, String> {
        Ok(None)
    }

    fn keep(&self, slot: &str, _: &Secret, _: &Secret) -> Result<(), String> {
        tracing::warn!(
            slot,
            "the provider gave a new refresh token, which is lost with this run; enter one anew"
        );
        Ok(())
    }
}
