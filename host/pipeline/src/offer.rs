//! What a connector has to offer, as far as a configuration depends on it.

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// It is an identity provider's: people are there when they may sign in, and
    /// in groups.
    pub is_directory: bool,
}
