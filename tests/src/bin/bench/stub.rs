//! The provider stub, a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::program::{Programs, SECRET};

/// People on a page where the provider allows it; Personio's first interface
/// never gives more than 100.
const PAGE: &str = "200";

pub struct Stub {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub url: String,
}

impl Stub {
    pub fn start(programs: &Programs, people: u32) -> anyhow::Result<Self> {
        let mut process = Command::new(&programs.stub)
            .args(["--people", &people.to_string(), "--page-limit", PAGE, "--client-secret", SECRET])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("start the stub")?;
        let orders = process.stdin.take().context("the stub's standard input")?;
        let answers = BufReader::new(process.stdout.take().context("the stub's standard output")?);
        let mut stub = Self { process, orders, answers, url: String::new() };
        stub.url = stub.line()?["url"].as_str().context("the stub has no URL")?.to_owned();
        Ok(stub)
    }

    /// Gives one percent of the people another title.
    pub fn change_titles(&mut self, seed: u32) -> anyhow::Result<usize> {
        writeln!(self.orders, "{}", json!({"fields": 1.0, "seed": seed}))?;
        let changed = self.line()?;
        let affected = changed["affected"].as_array().map_or(0, Vec::len);
        ensure!(affected > 0, "the stub changed nobody: {changed}");
        Ok(affected)
    }

    fn line(&mut self) -> anyhow::Result<Value> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        serde_json::from_str(&line).with_context(|| format!("the stub said `{line}`"))
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
