//! From bytes to a manifest that holds together, or everything that is wrong.

use std::fmt;

use crate::manifest::Manifest;
use crate::validate;

/// Why a manifest is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    #[error("the manifest has {0} bytes; at most {max} are read, shorten the guide", max = Manifest::MAX_BYTES)]
    TooLarge(usize),
    #[error("the manifest cannot be read: {0}")]
    Syntax(String),
    #[error("the manifest is not sound:{}", Lines(.0))]
    Invalid(Vec<Problem>),
}

/// One thing that is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `hosts[api].allow[0]`.
    pub field: String,
    /// What, and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

struct Lines<'a>(&'a [Problem]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl Manifest {
    /// `connector.toml`, as authors write it.
    pub fn parse_toml(text: &str) -> Result<Self, ManifestError> {
        cap(text.len())?;
        toml::from_str::<Self>(text).map_err(|e| ManifestError::Syntax(e.to_string()))?.checked()
    }

    /// The custom section of a component: JSON.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ManifestError> {
        cap(bytes.len())?;
        serde_json::from_slice::<Self>(bytes).map_err(|e| ManifestError::Syntax(e.to_string()))?.checked()
    }

    /// What goes into the custom section.
    pub fn to_json(&self) -> Result<Vec<u8>, ManifestError> {
        let bytes = serde_json::to_vec(self).map_err(|e| ManifestError::Syntax(e.to_string()))?;
        cap(bytes.len())?;
        Ok(bytes)
    }

    fn checked(self) -> Result<Self, ManifestError> {
        let problems = validate::problems(&self);
        if problems.is_empty() { Ok(self) } else { Err(ManifestError::Invalid(problems)) }
    }
}

fn cap(bytes: usize) -> Result<(), ManifestError> {
    if bytes > Manifest::MAX_BYTES { Err(ManifestError::TooLarge(bytes)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{TOML, manifest};

    #[test]
    fn toml_and_json_agree() {
        let json = manifest().to_json().unwrap();
        assert_eq!(Manifest::from_json(&json).unwrap(), manifest());
    }

    #[test]
    fn size_is_capped_before_parsing() {
        let long = "#".repeat(Manifest::MAX_BYTES + 1);
        assert_eq!(Manifest::parse_toml(&long), Err(ManifestError::TooLarge(Manifest::MAX_BYTES + 1)));
        assert!(matches!(Manifest::from_json(long.as_bytes()), Err(ManifestError::TooLarge(_))));
    }

    #[test]
    fn syntax_names_the_place() {
        let error = Manifest::parse_toml("id = \n").unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
        let error = Manifest::parse_toml(&format!("colour = 1\n{TOML}")).unwrap_err().to_string();
        assert!(error.contains("unknown field `colour`"), "{error}");
        assert!(Manifest::from_json(b"[1").is_err());
    }
}
