//! What a credential has to be allowed at the provider, and the comparison with
//! what it is allowed (C14).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::manifest::Localized;

/// A permission of the provider's that the connector uses. All of them together
/// are the least with which it can do everything that it offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// As the provider spells it.
    pub name: String,
    pub purpose: Localized,
    /// Nothing can be read without it. One that is not required is for what a
    /// customer may do without.
    #[serde(default)]
    pub required: bool,
    /// The slot whose sign-in has it; none: that of every slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// Permissions of the provider's that include this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
}

impl Permission {
    pub(crate) fn is_of(&self, slot: &str) -> bool {
        self.slot.as_deref().is_none_or(|own| own == slot)
    }

    fn is_within(&self, granted: &BTreeSet<String>) -> bool {
        granted.contains(&self.name) || self.within.iter().any(|wider| granted.contains(wider))
    }
}

/// How what a credential is allowed differs from what the connector uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Power {
    /// Allowed, and not used.
    pub wider: BTreeSet<String>,
    /// Required, and not allowed.
    pub missing: BTreeSet<String>,
}

impl Power {
    /// Of a connector that names no permissions nothing is known.
    pub(crate) fn of(declared: &[Permission], granted: &BTreeSet<String>) -> Self {
        if declared.is_empty() {
            return Self::default();
        }
        let is_used = |name: &&String| declared.iter().any(|permission| permission.name == **name);
        let lacks = |permission: &&Permission| permission.required && !permission.is_within(granted);
        Self {
            wider: granted.iter().filter(|name| !is_used(name)).cloned().collect(),
            missing: declared.iter().filter(lacks).map(|permission| permission.name.clone()).collect(),
        }
    }

    /// Of two credentials together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.wider.extend(other.wider);
        self.missing.extend(other.missing);
        self
    }

    pub fn is_right(&self) -> bool {
        self.wider.is_empty() && self.missing.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permission(name: &str, required: bool, within: &[&str]) -> Permission {
        Permission {
            name: name.to_owned(),
            purpose: Localized { en: "people".to_owned(), de: None },
            required,
            slot: None,
            within: within.iter().map(ToString::to_string).collect(),
        }
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn check(granted: &[&str], wider: &[&str], missing: &[&str]) {
        let declared =
            [permission("people:read", true, &["people:write"]), permission("units:read", false, &[])];
        let power = Power::of(&declared, &names(granted));
        assert_eq!(power, Power { wider: names(wider), missing: names(missing) }, "{granted:?}");
        assert_eq!(power.is_right(), wider.is_empty() && missing.is_empty());
    }

    #[test]
    fn c14_what_is_granted_is_compared_with_what_is_used() {
        check(&["people:read"], &[], &[]);
        check(&["people:read", "units:read"], &[], &[]);
        check(&["people:read", "pay:read"], &["pay:read"], &[]);
        check(&["units:read"], &[], &["people:read"]);
        // The wider one includes what is required, and is too wide all the same.
        check(&["people:write"], &["people:write"], &[]);
    }

    #[test]
    fn c14_a_connector_that_names_none_has_nothing_to_compare() {
        assert!(Power::of(&[], &names(&["everything"])).is_right());
    }

    #[test]
    fn c14_two_credentials_add_up() {
        let wide = Power { wider: names(&["a"]), missing: names(&[]) };
        let both = wide.and(Power { wider: names(&["b"]), missing: names(&["c"]) });
        assert_eq!(both, Power { wider: names(&["a", "b"]), missing: names(&["c"]) });
    }
}
