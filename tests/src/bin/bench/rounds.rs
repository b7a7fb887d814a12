//! The rounds of one shape and one size of company.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::program::{Programs, SECRET, Took, run, said};
use crate::shapes::Shape;
use crate::stub::Stub;

pub struct Rounds<'a> {
    programs: &'a Programs,
    shape: Shape,
    stub: Stub,
    /// Everything lies in here; gone at the end.
    place: TempDir,
}

/// What one round took.
pub struct Round {
    pub first: Took,
    pub end: Took,
    pub unchanged: Took,
    pub diff: Took,
    pub one_percent: Took,
    pub empty_delta: Took,
    /// The provider's share of the empty delta.
    pub answer: Duration,
}

impl Round {
    /// Of all runs of the product.
    pub fn peak(&self) -> u64 {
        [self.first, self.unchanged, self.one_percent, self.empty_delta]
            .map(|took| took.peak)
            .into_iter()
            .max()
            .unwrap_or_default()
    }
}

impl<'a> Rounds<'a> {
    pub fn new(programs: &'a Programs, shape: Shape, people: u32) -> anyhow::Result<Self> {
        let place = tempfile::tempdir()?;
        std::fs::write(place.path().join("people.toml"), shape.integration())?;
        std::fs::write(place.path().join("secret"), SECRET)?;
        Ok(Self { programs, shape, stub: Stub::start(programs, people)?, place })
    }

    pub fn run(mut self, rounds: u32) -> anyhow::Result<Vec<Round>> {
        // Compiles the connector, and lets the stub prepare its pages.
        self.sync("warm", &["--full"])?;
        self.native("parse", "none")?;
        (0..rounds).map(|round| self.round(round)).collect()
    }

    /// The peak of a first and of an unchanged second sync.
    pub fn memory(self) -> anyhow::Result<u64> {
        self.sync("warm", &["--full"])?;
        self.fresh("data")?;
        let (first, _) = self.sync("data", &["--full"])?;
        let (second, _) = self.sync("data", &["--full"])?;
        Ok(first.peak.max(second.peak))
    }

    fn round(&mut self, round: u32) -> anyhow::Result<Round> {
        self.fresh("data")?;
        let db = self.at("native.redb");
        // Of an earlier round, if there was one.
        let _ = std::fs::remove_file(&db);
        let product_first = round.is_multiple_of(2);
        let ((first, read), (end, copied)) = alternate(
            product_first,
            || self.sync("data", &["--full"]),
            || self.native("end", "native.redb"),
        )?;
        ensure!(
            read == copied,
            "the product read {read} people and the reference {copied}: they did not do the same work"
        );
        let ((unchanged, again), (diff, _)) = alternate(
            !product_first,
            || self.sync("data", &["--full"]),
            || self.native("diff", "native.redb"),
        )?;
        ensure!(again == read, "the second sync read {again} people instead of {read}");
        let (empty_delta, changes) = self.sync("data", &[])?;
        ensure!(changes == 0, "a read of changes was to find nothing and found {changes} people");
        let answer = self.answer()?;
        self.stub.change_titles(round)?;
        // The stub makes its pages anew; that is not ours to pay. The first data
        // directory has everybody by now and is good for nothing else.
        self.sync("warm", &["--full"])?;
        let (one_percent, _) = self.sync("data", &["--full"])?;
        self.native("parse", "none")?;
        eprintln!(
            "  round {}: first {:.2} s against {:.2} s, unchanged {:.2} s against {:.2} s",
            round + 1,
            first.wall.as_secs_f64(),
            end.wall.as_secs_f64(),
            unchanged.wall.as_secs_f64(),
            diff.wall.as_secs_f64()
        );
        Ok(Round { first, end, unchanged, diff, one_percent, empty_delta, answer })
    }

    /// A data directory with nothing in it but the compiled connector: a host
    /// compiles once for all its tenants.
    fn fresh(&self, data: &str) -> anyhow::Result<()> {
        let data = self.at(data);
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        copy(&self.at("warm").join("compiled"), &data.join("compiled"))
    }

    /// One sync of the product, and how many people it read.
    fn sync(&self, data: &str, arguments: &[&str]) -> anyhow::Result<(Took, u64)> {
        let mut command = Command::new(&self.programs.rollcall);
        command.arg("sync").arg(self.at("people.toml")).arg("--data").arg(self.at(data));
        command.arg("--connectors").arg(&self.programs.connectors);
        for upstream in self.shape.upstreams(&self.stub.url) {
            command.args(["--upstream", &upstream]);
        }
        let (took, out) = run(command.args(["--format", "json"]).args(arguments))?;
        let people = said(&out)?["receipt"]["workers"]["records"].as_u64();
        Ok((took, people.context("the product does not say how many people it read")?))
    }

    /// One run of the reference, and how many people it read.
    fn native(&self, mode: &str, db: &str) -> anyhow::Result<(Took, u64)> {
        let (took, out) = run(self.reference(mode).arg("--db").arg(self.at(db)))?;
        Ok((took, said(&out)?["people"].as_u64().context("the reference does not say how many people")?))
    }

    fn answer(&self) -> anyhow::Result<Duration> {
        let (_, out) = run(&mut self.reference("answer"))?;
        let seconds = said(&out)?["seconds"].as_f64().context("the reference does not say how long")?;
        Ok(Duration::from_secs_f64(seconds))
    }

    fn reference(&self, mode: &str) -> Command {
        let mut command = Command::new(&self.programs.reference);
        command.args(["--mode", mode, "--url", &self.stub.url]);
        command.args(["--shape", self.shape.name()]);
        command.env("NATIVE_REFERENCE_SECRET", SECRET);
        command
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }
}

/// Runs both, the one that is `first` before the other.
fn alternate<T>(
    product_first: bool,
    product: impl FnOnce() -> anyhow::Result<T>,
    reference: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<(T, T)> {
    if product_first {
        let product = product()?;
        Ok((product, reference()?))
    } else {
        let reference = reference()?;
        Ok((product()?, reference))
    }
}

/// Copies the files of a directory that has no directories in it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for file in std::fs::read_dir(from)? {
        let file = file?;
        std::fs::copy(file.path(), to.join(file.file_name()))?;
    }
    Ok(())
}
