//! Everything that is shown, as data. Field names are the JSON's.

use std::collections::BTreeMap;

use rollcall_grants::{Difference, HostUrl, Manifest, ManifestHost};
use rollcall_sandbox::{Inspection, Wasi};
use serde::Serialize;

use super::auth::{Slot, TokenEndpoint};
use super::files::FilesRead;

#[derive(Serialize)]
pub struct Report {
    pub digest: String,
    pub bytes: usize,
    /// In words: what it can reach.
    pub reach: String,
    /// Why a host refuses it; absent if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    pub imports: Vec<String>,
    /// Those of `imports` that are not the contract's.
    pub foreign_imports: Vec<String>,
    pub exports: Vec<String>,
    pub core_modules: usize,
    pub nested_components: usize,
    pub functions: usize,
    pub tables: usize,
    pub memories: Vec<Memory>,
    /// Bytes of data segments.
    pub data_bytes: usize,
    pub custom_sections: Vec<Section>,
    pub egress: Vec<Egress>,
    pub token_endpoints: Vec<TokenEndpoint>,
    pub slots: Vec<Slot>,
    /// What it reads instead of asking hosts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<FilesRead>,
    /// Since an older version; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<Change>>,
    /// Whole; absent if it is missing or not valid.
    pub manifest: Option<Manifest>,
}

/// One difference to an older version.
#[derive(Serialize)]
pub struct Change {
    /// `wider`, `narrower` or `other`.
    pub kind: &'static str,
    pub what: String,
}

impl Change {
    pub fn new(difference: &Difference) -> Self {
        let (kind, what) = match difference {
            Difference::Wider(what) => ("wider", what),
            Difference::Narrower(what) => ("narrower", what),
            Difference::Other(what) => ("other", what),
        };
        Self { kind, what: what.clone() }
    }
}

/// In KiB.
#[derive(Serialize)]
pub struct Memory {
    pub initial_kib: u64,
    pub maximum_kib: Option<u64>,
}

/// All sections of one name, those of inner modules included.
#[derive(Serialize)]
pub struct Section {
    pub name: String,
    pub count: usize,
    /// Together.
    pub bytes: usize,
}

/// One host that requests may go to.
#[derive(Serialize)]
pub struct Egress {
    pub alias: String,
    /// More than one: a setting chooses.
    pub urls: Vec<Url>,
    /// `GET /users/*`.
    pub allow: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    pub concurrency: u32,
}

#[derive(Serialize)]
pub struct Url {
    /// `region = eu`, if it depends on a setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    pub url: String,
}

impl Report {
    pub fn new(inspection: &Inspection) -> Self {
        let manifest = inspection.manifest().ok();
        let foreign_imports = inspection.foreign_imports(Wasi::Refuse);
        Self {
            digest: inspection.digest.to_string(),
            bytes: inspection.bytes,
            reach: reach(inspection, &foreign_imports, manifest.as_ref()),
            refused: inspection.admit(Wasi::Refuse).err().map(|refusal| refusal.to_string()),
            imports: inspection.imports.clone(),
            foreign_imports,
            exports: inspection.exports.clone(),
            core_modules: inspection.core_modules,
            nested_components: inspection.nested_components,
            functions: inspection.functions,
            tables: inspection.tables,
            memories: inspection
                .memories
                .iter()
                .map(|memory| Memory {
                    initial_kib: memory.initial.saturating_mul(64),
                    maximum_kib: memory.maximum.map(|pages| pages.saturating_mul(64)),
                })
                .collect(),
            data_bytes: inspection.data_bytes,
            custom_sections: sections(inspection),
            egress: manifest.iter().flat_map(|manifest| &manifest.hosts).map(egress).collect(),
            token_endpoints: manifest
                .iter()
                .flat_map(|manifest| &manifest.slots)
                .flat_map(TokenEndpoint::of)
                .collect(),
            slots: manifest.iter().flat_map(|manifest| &manifest.slots).map(Slot::of).collect(),
            files: manifest.as_ref().and_then(|manifest| manifest.files.as_ref()).map(FilesRead::of),
            changes: None,
            manifest,
        }
    }
}

fn sections(inspection: &Inspection) -> Vec<Section> {
    let mut by_name: BTreeMap<&str, Section> = BTreeMap::new();
    for section in &inspection.custom_sections {
        let empty = || Section { name: section.name.clone(), count: 0, bytes: 0 };
        let all = by_name.entry(&section.name).or_insert_with(empty);
        all.count += 1;
        all.bytes += section.bytes;
    }
    by_name.into_values().collect()
}

fn egress(host: &ManifestHost) -> Egress {
    Egress {
        alias: host.alias.clone(),
        urls: urls(&host.url),
        allow: host.allow.iter().map(|grant| grant.0.clone()).collect(),
        rate: host.rate.map(|rate| format!("{} requests in {} s", rate.requests, rate.seconds)),
        concurrency: host.concurrency,
    }
}

pub fn urls(url: &HostUrl) -> Vec<Url> {
    match url {
        HostUrl::Template(url) => vec![Url { when: None, url: url.clone() }],
        HostUrl::Choice { setting, urls } => {
            let one = |(value, url): (&String, &String)| Url {
                when: Some(format!("{setting} = {value}")),
                url: url.clone(),
            };
            urls.iter().map(one).collect()
        }
    }
}

/// The sentence a reviewer looks for. About the file, not about intentions:
/// only what is imported can be called.
fn reach(inspection: &Inspection, foreign: &[String], manifest: Option<&Manifest>) -> String {
    let imports = |interface: &str| {
        let prefix = format!("rollcall:connector/{interface}@");
        inspection.imports.iter().any(|name| name.starts_with(&prefix))
    };
    let network = match (imports("http"), manifest) {
        (false, _) => "reaches no network".to_owned(),
        (true, None) => {
            "reaches the network through the host, which carries out nothing without a manifest".to_owned()
        }
        (true, Some(manifest)) => {
            let aliases: Vec<&str> = manifest.hosts.iter().map(|host| host.alias.as_str()).collect();
            format!(
                "reaches the network only through the host, which sends to {} as listed under egress and nowhere else",
                aliases.join(", ")
            )
        }
    };
    let files = match (imports("files"), manifest.and_then(|manifest| manifest.files.as_ref())) {
        (false, _) => "",
        (true, None) => "; reads files through the host, which hands out none without a manifest",
        (true, Some(_)) => {
            "; reads files through the host, which hands out those named below and no others, and sends nothing"
        }
    };
    let rest_of_files = if imports("files") { "other files" } else { "files" };
    let log = if imports("log") { "; writes log lines" } else { "" };
    let rest = if foreign.is_empty() {
        format!("; {rest_of_files}, sockets, environment, clock and random numbers: not imported")
    } else {
        format!(
            "; also asks for {} interfaces that are not the contract's: {}",
            foreign.len(),
            foreign.join(", ")
        )
    };
    format!("{network}{files}{log}{rest}")
}
