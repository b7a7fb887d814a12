//! A recorded conversation, played to a connector, and compared with what it
//! gave before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};

use super::cassette::Cassette;
use super::contract;
use super::manifest::Manifest;
use super::output::{self, Output, Step};
use super::provider::Provider;
use crate::{Connector, Context, Cursor, Failure, Mode, Nesting, Result};

/// Environment variable: when it is set, golden files are written instead of
/// compared.
const UPDATE: &str = "ROLLCALL_UPDATE_GOLDEN";

/// Plays every `cassettes/<case>.har` below this folder and compares each with
/// `golden/<case>.json`:
/// `run_cases::<Mine>(env!("CARGO_MANIFEST_DIR"))`.
pub fn run_cases<C: Connector>(folder: &str) {
    let cassettes = Path::new(folder).join("cassettes");
    let files =
        std::fs::read_dir(&cassettes).unwrap_or_else(|error| panic!("{}: {error}", cassettes.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a folder that can be read").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "har"));
    files.sort();
    assert!(!files.is_empty(), "no cassettes");
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).expect("a name in UTF-8").to_owned();
        Case::load(folder, &name).run::<C>().assert_golden();
    }
}

/// One recorded conversation.
pub struct Case {
    folder: PathBuf,
    name: String,
    cassette: Cassette,
}

/// What a connector made of a case.
pub struct Played {
    folder: PathBuf,
    name: String,
    pub output: Output,
}

impl Case {
    /// `cassettes/<name>.har` below the crate's folder.
    pub fn load(folder: &str, name: &str) -> Self {
        let folder = PathBuf::from(folder);
        let cassette = Cassette::load(&folder.join("cassettes").join(format!("{name}.har")));
        Self { folder, name: name.to_owned(), cassette }
    }

    /// The provider of this case.
    pub fn provider(&self) -> Provider {
        let head = &self.cassette.head;
        let manifest = Manifest::load(&self.folder);
        let mut provider = Provider::new().run(|run| {
            run.now_ms = head.now_ms.unwrap_or(run.now_ms);
            run.page_size = head.page_size.unwrap_or(run.page_size);
            run.wanted_attributes.clone_from(&head.wanted_attributes);
            run.wanted_groups.clone_from(&head.wanted_groups);
            run.nesting = if head.flattened { Nesting::Flattened } else { Nesting::Direct };
            if let Some(checkpoint) = &head.checkpoint {
                run.mode = Mode::Changes(checkpoint.as_bytes().to_vec());
            }
        });
        for setting in manifest.iter().flat_map(|manifest| &manifest.settings) {
            if let Some(default) = setting.default.as_ref().filter(|_| !setting.secret) {
                provider = provider.setting(&setting.key, default);
            }
        }
        for (key, value) in &head.settings {
            let known =
                manifest.as_ref().is_none_or(|m| m.settings.iter().any(|s| s.key == *key && !s.secret));
            assert!(known, "case {}: a guest has no setting `{key}`", self.name);
            provider = provider.setting(key, value);
        }
        let provider = self.cassette.exchanges().into_iter().fold(provider, Provider::on);
        provider.guarded_by(manifest)
    }

    /// Plays the whole conversation, each page in a context of its own.
    pub fn run<C: Connector>(self) -> Played {
        let provider = self.provider();
        let context = || provider.context::<C>();
        let mut output = Map::new();
        for step in self.steps() {
            let json = match step.as_str() {
                "check" => C::check(&context()).map_or_else(|e| failed(&e), |info| output::account(&info)),
                "discover" => C::discover(&context()).map_or_else(
                    |e| failed(&e),
                    |all| Json::Array(all.iter().map(output::attribute).collect()),
                ),
                "groups" => read(&context, C::groups, |page| Page {
                    records: page.groups.iter().map(output::group).collect(),
                    deleted: page.deleted.into_iter().map(Json::String).collect(),
                    next: page.next,
                    checkpoint: page.checkpoint,
                    total: page.total,
                })
                .to_json("groups"),
                "memberships" => read(&context, C::memberships, |page| Page {
                    records: page.memberships.iter().map(output::membership).collect(),
                    deleted: page.deleted.iter().map(output::membership).collect(),
                    next: page.next,
                    checkpoint: page.checkpoint,
                    total: page.total,
                })
                .to_json("memberships"),
                "workers" => read(&context, C::workers, |page| Page {
                    records: page.workers.iter().map(output::worker).collect(),
                    deleted: page.deleted.into_iter().map(Json::String).collect(),
                    next: page.next,
                    checkpoint: page.checkpoint,
                    total: page.total,
                })
                .to_json("workers"),
                other => panic!("case {}: no step `{other}`", self.name),
            };
            output.insert(step, json);
        }
        let log = crate::log::take();
        if !log.is_empty() {
            output.insert("log".into(), Json::Array(log.iter().map(output::log_line).collect()));
        }
        Played { folder: self.folder, name: self.name, output: Output(Json::Object(output)) }
    }

    fn steps(&self) -> Vec<String> {
        let all = ["check", "discover", "groups", "memberships", "workers"];
        self.cassette.head.steps.clone().unwrap_or_else(|| all.map(str::to_owned).to_vec())
    }
}

impl Played {
    /// Compares with `golden/<name>.json`, or writes it, where the environment
    /// variable `ROLLCALL_UPDATE_GOLDEN` is set.
    #[track_caller]
    pub fn assert_golden(&self) {
        let file = self.folder.join("golden").join(format!("{}.json", self.name));
        let text = serde_json::to_string_pretty(&self.output.0).expect("JSON") + "\n";
        if std::env::var_os(UPDATE).is_some() {
            std::fs::create_dir_all(self.folder.join("golden")).expect("a folder that can be made");
            std::fs::write(&file, text).expect("a file that can be written");
            return;
        }
        let golden = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}; {UPDATE}=1 writes it", file.display()));
        if let Some((at, (is, was))) =
            text.lines().zip(golden.lines()).enumerate().find(|(_, (is, was))| is != was)
        {
            panic!(
                "case {}, line {}:\n  golden: {was}\n  now:    {is}\n{UPDATE}=1 takes it over",
                self.name,
                at + 1
            );
        }
        assert_eq!(text.len(), golden.len(), "case {}: one is longer; {UPDATE}=1 takes it over", self.name);
    }
}

fn failed(failure: &Failure) -> Json {
    serde_json::json!({ "failure": output::failure(failure) })
}

struct Page {
    records: Vec<Json>,
    deleted: Vec<Json>,
    next: Option<Vec<u8>>,
    checkpoint: Option<Vec<u8>>,
    total: Option<u64>,
}

/// Reads to the end, as the host does, and holds the pages to the contract.
fn read<P>(
    context: &dyn Fn() -> Context,
    pull: fn(&Context, Cursor) -> Result<P>,
    take: fn(P) -> Page,
) -> Step {
    let mut step = Step::default();
    let mut seen = BTreeSet::new();
    let mut cursor = None;
    loop {
        let page = match pull(&context(), Cursor::from(cursor.clone())) {
            Ok(page) => take(page),
            Err(failure) => {
                step.failure = Some(output::failure(&failure));
                return step;
            }
        };
        assert!(page.records.len() <= 5000, "more than 5,000 records on a page");
        assert!(page.next.is_none() || page.checkpoint.is_none(), "a checkpoint is on the last page only");
        for record in &page.records {
            let breaches = contract::breaches(record);
            assert!(breaches.is_empty(), "{breaches:?} in {record}");
        }
        step.pages += 1;
        step.records.extend(page.records);
        step.deleted.extend(page.deleted);
        step.total = page.total.or(step.total);
        step.checkpoint = page.checkpoint.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let Some(next) = page.next else { return step };
        assert!(next.len() <= 64 * 1024, "a cursor of more than 64 KiB");
        assert!(seen.insert(next.clone()), "the same cursor twice");
        cursor = Some(next);
    }
}
