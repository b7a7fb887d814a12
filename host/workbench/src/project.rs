//! A connector's folder, as its tests see it.
//!
//! ```text
//! cassettes/<case>.har    recorded conversations
//! files/<folder>/         what a customer dropped, for connectors of files
//! golden/<case>.json      what the connector makes of each
//! connector-test.toml     made-up secrets, exemptions (may be missing)
//! budgets.json            what each case may use
//! published/<id>.wasm     the last published version (may be missing)
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::cassette::Cassette;
use crate::report::StageName;

/// One connector's folder, read.
#[derive(Debug)]
pub struct Project {
    pub folder: PathBuf,
    pub cases: Vec<Case>,
    pub config: Config,
    pub budgets: BTreeMap<String, Budget>,
    /// The component that was published last.
    pub published: Option<Vec<u8>>,
}

/// One recorded conversation.
#[derive(Debug)]
pub struct Case {
    pub name: String,
    pub cassette: Cassette,
    /// By name, where it is a case of files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What the connector made of it when somebody last looked.
    pub golden: Option<String>,
}

/// `connector-test.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// By setting. None of them opens anything.
    pub secrets: BTreeMap<String, String>,
    #[serde(rename = "exempt")]
    pub exemptions: Vec<Exemption>,
}

/// A finding that is known and borne with for a while.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    pub stage: StageName,
    /// Any case unless given.
    pub case: Option<String>,
    /// A part of the finding's text.
    pub finding: String,
    pub reason: String,
    /// The last day on which it counts.
    pub until: Date,
}

/// What one case may use, and ten percent more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Instructions, all calls together.
    pub fuel: u64,
    /// Instructions for each further thousand workers on a page. 0: the case
    /// reads none.
    pub fuel_per_1000_workers: u64,
    /// Bytes, of the largest call.
    pub memory: u64,
    pub requests: u64,
    /// Bytes of answers.
    pub bytes: u64,
    pub pages: u64,
}

const CONFIG: &str = "connector-test.toml";
const BUDGETS: &str = "budgets.json";

impl Project {
    /// `id`: of the connector, for the published file.
    pub fn read(folder: &Path, id: &str) -> anyhow::Result<Self> {
        let config = match read_if_there(&folder.join(CONFIG))? {
            Some(bytes) => {
                toml::from_str(&String::from_utf8_lossy(&bytes)).with_context(|| in_file(folder, CONFIG))?
            }
            None => Config::default(),
        };
        let budgets = match read_if_there(&folder.join(BUDGETS))? {
            Some(bytes) => serde_json::from_slice(&bytes).with_context(|| in_file(folder, BUDGETS))?,
            None => BTreeMap::new(),
        };
        let published = read_if_there(&folder.join("published").join(format!("{id}.wasm")))?;
        Ok(Self { folder: folder.to_owned(), cases: cases(folder)?, config, budgets, published })
    }

    pub fn golden_file(&self, case: &str) -> PathBuf {
        self.folder.join("golden").join(format!("{case}.json"))
    }

    pub fn write_cassette(&self, case: &str, cassette: &Cassette) -> anyhow::Result<()> {
        let folder = self.folder.join("cassettes");
        let file = folder.join(format!("{case}.har"));
        let text = cassette.to_text().context("a cassette as JSON")?;
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, text))
            .with_context(|| format!("write {}", file.display()))
    }

    pub fn write_golden(&self, case: &str, text: &str) -> anyhow::Result<()> {
        let file = self.golden_file(case);
        fs::create_dir_all(self.folder.join("golden"))
            .with_context(|| format!("write {}", file.display()))?;
        fs::write(&file, text).with_context(|| format!("write {}", file.display()))
    }

    pub fn write_budgets(&self, budgets: &BTreeMap<String, Budget>) -> anyhow::Result<()> {
        let file = self.folder.join(BUDGETS);
        let text = serde_json::to_string_pretty(budgets).context("budgets as JSON")? + "\n";
        fs::write(&file, text).with_context(|| format!("write {}", file.display()))
    }

    /// The first case of a kind, or nothing of it.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.name == name)
    }
}

fn cases(folder: &Path) -> anyhow::Result<Vec<Case>> {
    let cassettes = folder.join("cassettes");
    let mut files = Vec::new();
    if cassettes.is_dir() {
        for entry in fs::read_dir(&cassettes).with_context(|| format!("read {}", cassettes.display()))? {
            let path = entry.with_context(|| format!("read {}", cassettes.display()))?.path();
            if path.extension().is_some_and(|extension| extension == "har") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|file| case(folder, file)).collect()
}

fn case(folder: &Path, file: &Path) -> anyhow::Result<Case> {
    let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    ensure!(!name.is_empty(), "{}: the name of a cassette has to be UTF-8", file.display());
    let bytes = fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let cassette = Cassette::parse(&bytes).with_context(|| format!("{} cannot be played", file.display()))?;
    let files = match &cassette.head.files {
        Some(name) => dropped(&folder.join("files").join(name))
            .with_context(|| format!("{} names files that cannot be read", file.display()))?,
        None => BTreeMap::new(),
    };
    let golden = read_if_there(&folder.join("golden").join(format!("{name}.json")))?;
    let golden = golden.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Case { name, cassette, files, golden })
}

/// What a customer dropped.
fn dropped(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let path = entry.with_context(|| format!("read {}", folder.display()))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        ensure!(!name.is_empty(), "{}: the name of a file has to be UTF-8", path.display());
        files.insert(name, fs::read(&path).with_context(|| format!("read {}", path.display()))?);
    }
    Ok(files)
}

fn read_if_there(file: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {}", file.display())),
    }
}

fn in_file(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}
