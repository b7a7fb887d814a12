//! Presets: whole sets of policies by name. A file begins with one and changes
//! what it names itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    #[default]
    Safe,
    SosafeLike,
    JigsoLike,
    IsfoxLike,
}

impl Preset {
    pub const ALL: [Self; 4] = [Self::Safe, Self::SosafeLike, Self::JigsoLike, Self::IsfoxLike];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::SosafeLike => "sosafe-like",
            Self::JigsoLike => "jigso-like",
            Self::IsfoxLike => "isfox-like",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }

    /// As its file has it, with what each line is for.
    pub fn text(self) -> &'static str {
        match self {
            Self::Safe => include_str!("../presets/safe.toml"),
            Self::SosafeLike => include_str!("../presets/sosafe-like.toml"),
            Self::JigsoLike => include_str!("../presets/jigso-like.toml"),
            Self::IsfoxLike => include_str!("../presets/isfox-like.toml"),
        }
    }

    /// The first comment: what it is like.
    pub fn title(self) -> &'static str {
        self.text().lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// Puts the preset below what a file says.
    pub(crate) fn under(self, file: Table) -> Result<Table, toml::de::Error> {
        let mut table: Table = toml::from_str(self.text())?;
        lay_over(&mut table, file, 0);
        Ok(table)
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Sections are merged; what is within a policy or a line is one thing.
const SECTIONS: usize = 1;

fn lay_over(below: &mut Table, above: Table, depth: usize) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) if depth < SECTIONS => {
                lay_over(below, above, depth + 1);
            }
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rollcall_pipeline::{LeaveAction, LeaveConfig, LocalAccounts, OnDisconnect, PoliciesConfig, Sources};

    use super::*;
    use crate::IntegrationFile;

    fn file(lines: &str) -> IntegrationFile {
        let text = format!("tenant = \"a\"\nintegration = \"hr\"\nconnector = \"personio\"\n{lines}");
        IntegrationFile::parse(&text).expect("parses")
    }

    #[test]
    fn a_file_without_a_preset_is_safe() {
        assert_eq!(file("").pipeline(), file("preset = \"safe\"").pipeline());
        assert_eq!(file("").policies, PoliciesConfig::default());
    }

    #[test]
    fn c1_to_c22_each_preset_is_a_file_that_a_policy_can_be_changed_in() {
        for preset in Preset::ALL {
            assert_eq!(Preset::parse(preset.as_str()), Some(preset));
            let of = file(&format!("preset = \"{preset}\"\n"));
            let changed =
                file(&format!("preset = \"{preset}\"\n[policies]\non_disconnect = \"deactivate\"\n"));
            let policies = PoliciesConfig { on_disconnect: OnDisconnect::Deactivate, ..of.policies.clone() };
            assert_eq!(changed.policies, policies);
        }
        let sosafe = file("preset = \"sosafe-like\"").policies;
        assert_eq!((sosafe.sources, sosafe.local_accounts), (Sources::Single, LocalAccounts::Forbid));
        let isfox = file("preset = \"isfox-like\"").policies;
        assert_eq!(isfox.on_source_deleted, LeaveConfig::flag());
        let jigso = file("preset = \"jigso-like\"").policies;
        assert_eq!(jigso.on_out_of_scope.action, LeaveAction::Deactivate);
    }

    #[test]
    fn a_policy_is_replaced_as_a_whole() {
        let lines = "preset = \"sosafe-like\"\n[policies]\non_out_of_scope = { action = \"flag\" }\n";
        assert_eq!(file(lines).policies.on_out_of_scope, LeaveConfig::flag());
    }
}
