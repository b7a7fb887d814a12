//! What a connector has to offer, as far as a configuration depends on it.

use std::collections::BTreeMap;

use rollcall_model::{Attribute, Sensitivity};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// It is a directory's: people are there when they may sign in, and in groups.
    pub is_directory: bool,
    /// By name, each with its class (R81). `custom.*` stands for whatever the
    /// customer has added. None: it is not known what is offered, and any
    /// attribute may be named.
    pub attributes: Option<BTreeMap<String, Sensitivity>>,
}

impl Offer {
    pub fn unknown() -> Self {
        Self::default()
    }

    pub fn of(attributes: impl IntoIterator<Item = (String, Sensitivity)>) -> Self {
        Self { is_directory: false, attributes: Some(attributes.into_iter().collect()) }
    }

    pub fn has(&self, attribute: &Attribute) -> bool {
        self.attributes.as_ref().is_none_or(|_| self.class(attribute).is_some())
    }

    /// As the connector classes it, which for the customer's own only it can.
    pub(crate) fn class(&self, attribute: &Attribute) -> Option<Sensitivity> {
        let offered = self.attributes.as_ref()?;
        let any = || matches!(attribute, Attribute::Custom(_)).then(|| offered.get("custom.*")).flatten();
        offered.get(&attribute.to_string()).or_else(any).copied()
    }
}
