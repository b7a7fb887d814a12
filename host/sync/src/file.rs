//! An integration as a file: what `rollcall sync FILE.toml` reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rollcall_model::{IntegrationId, Sensitivity, TenantId};
use rollcall_pipeline::{
    CustomAttributes, FilterConfig, GroupingConfig, MappingLine, MergeConfig, PipelineConfig, PoliciesConfig,
};
use serde::Deserialize;

use crate::RetentionConfig;
use crate::preset::Preset;

/// As written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegrationFile {
    pub tenant: TenantId,
    pub integration: IntegrationId,
    pub connector: ConnectorRef,
    /// What holds where the file says nothing.
    #[serde(default)]
    pub preset: Preset,
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretRef>,
    /// The folder of uploaded files, relative to this file, for connectors that
    /// read such.
    #[serde(default)]
    pub files: Option<PathBuf>,
    #[serde(default)]
    pub filter: FilterConfig,
    #[serde(default)]
    pub classes: Vec<Sensitivity>,
    #[serde(default)]
    pub custom_attributes: CustomAttributes,
    #[serde(default)]
    pub mapping: Vec<MappingLine>,
    #[serde(default)]
    pub grouping: GroupingConfig,
    #[serde(default)]
    pub merge: MergeConfig,
    #[serde(default)]
    pub policies: PoliciesConfig,
    #[serde(default)]
    pub retention: RetentionConfig,
}

/// A component: its file, relative to this one, or its id among those built.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ConnectorRef(String);

/// Where a secret is taken from. Never the secret itself: this file is kept
/// where others can read it. Left out, the one sealed in the store is used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum SecretRef {
    /// An environment variable.
    Env(String),
    /// A file, relative to this one; a line break at its end is not part of it.
    File(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("read {path}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("understand {path}")]
    Parse { path: PathBuf, source: Box<toml::de::Error> },
    #[error("secret `{key}`: the environment variable {variable} is not set; set it, or leave the line out")]
    NoVariable { key: String, variable: String },
}

impl IntegrationFile {
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| FileError::Read { path: path.to_owned(), source })?;
        Self::parse(&text)
            .map_err(|source| FileError::Parse { path: path.to_owned(), source: Box::new(source) })
    }

    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        // By itself first, so that what is wrong is told with its line.
        let alone: Self = toml::from_str(text)?;
        alone.preset.under(toml::from_str(text)?)?.try_into()
    }

    pub fn pipeline(&self) -> PipelineConfig {
        PipelineConfig {
            filter: self.filter.clone(),
            classes: self.classes.clone(),
            custom_attributes: self.custom_attributes.clone(),
            mapping: self.mapping.clone(),
            grouping: self.grouping.clone(),
            merge: self.merge.clone(),
            policies: self.policies.clone(),
        }
    }

    /// The secrets that the file refers to. `variable` looks up the environment.
    pub fn secrets(
        &self,
        base: &Path,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<BTreeMap<String, String>, FileError> {
        let each = self.secrets.iter().map(|(key, reference)| {
            let secret = match reference {
                SecretRef::Env(name) => variable(name)
                    .ok_or_else(|| FileError::NoVariable { key: key.clone(), variable: name.clone() })?,
                SecretRef::File(path) => {
                    let path = base.join(path);
                    let text =
                        std::fs::read_to_string(&path).map_err(|source| FileError::Read { path, source })?;
                    text.strip_suffix('\n').map_or(text.clone(), str::to_owned)
                }
            };
            Ok((key.clone(), secret))
        });
        each.collect()
    }
}

impl ConnectorRef {
    /// The component's file: as named, or `<id>.wasm` among the built ones.
    pub fn path(&self, base: &Path, built: &Path) -> PathBuf {
        let named = Path::new(&self.0);
        if named.extension().is_some() || named.components().count() > 1 {
            base.join(named)
        } else {
            built.join(format!("{}.wasm", self.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        tenant = "acme"
        integration = "people"
        connector = "entra-id"
        classes = ["work"]
        [settings]
        tenant_id = "contoso.example"
        [secrets]
        client_secret = { env = "SECRET" }
        [filter]
        include = { any = [{ group = "Sales" }, { attribute = "department", equals = "HR" }] }
        [[mapping]]
        target = "email"
        source = "work_email"
        match = 1
        [policies]
        on_out_of_scope = { action = "deactivate", grace_days = 3 }
    "#;

    #[test]
    fn r61_a_whole_integration_is_one_file() {
        let file = IntegrationFile::parse(FILE).expect("parses");
        assert_eq!(file.pipeline().mapping.len(), 1);
        let secrets = file.secrets(Path::new("."), |name| (name == "SECRET").then(|| "s".to_owned()));
        assert_eq!(secrets.expect("found")["client_secret"], "s");
        let missing = file.secrets(Path::new("."), |_| None).expect_err("is not set");
        assert!(missing.to_string().contains("SECRET"));
    }

    #[test]
    fn an_unknown_line_is_refused_and_named() {
        let wrong = FILE.replace("classes", "clases");
        let error = IntegrationFile::parse(&wrong).expect_err("is wrong");
        assert!(error.to_string().contains("clases"));
        let secret = FILE.replace("{ env = \"SECRET\" }", "\"hunter2\"");
        assert!(IntegrationFile::parse(&secret).is_err());
    }

    #[test]
    fn a_connector_is_named_by_file_or_by_id() {
        let path = |name: &str| ConnectorRef(name.into()).path(Path::new("base"), Path::new("built"));
        assert_eq!(path("scim"), Path::new("built/scim.wasm"));
        assert_eq!(path("scim.wasm"), Path::new("base/scim.wasm"));
        assert_eq!(path("../x/scim.wasm"), Path::new("base/../x/scim.wasm"));
    }
}
