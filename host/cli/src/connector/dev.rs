//! `rollcall connector dev`: builds and plays again after each change, and shows
//! what became different.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rollcall_workbench::{Choice, Outputs};
use similar::TextDiff;

use super::build;
use super::test::open;
use crate::exit::{Exit, Outcome, Sort as _};
use crate::print::{safe, say};

#[derive(clap::Args)]
pub struct Args {
    /// The connector's directory. Default: the current one.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only this case; repeatable.
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<String>,
}

/// How often the files are looked at.
const GLANCE: Duration = Duration::from_millis(300);

/// Lines of one case's difference that are shown.
const SHOWN: usize = 60;

/// Runs until it is interrupted. Differences are to the golden output at first,
/// then to the last time.
pub async fn run(args: Args) -> Outcome {
    let choice = Choice { cases: args.cases, ..Choice::default() };
    let mut before: Option<Outputs> = None;
    loop {
        let seen = stamps(&args.path).or_usage()?;
        match play(&args.path, &choice, before.as_ref()).await {
            Ok(outputs) => before = Some(outputs),
            // The author goes on typing.
            Err(Exit::Connector(error)) => say!("{error:#}"),
            Err(Exit::Usage(error)) if before.is_some() => say!("{error:#}"),
            Err(other) => return Err(other),
        }
        say!("watching {}; end with Ctrl-C", args.path.display());
        while stamps(&args.path).or_usage()? == seen {
            tokio::time::sleep(GLANCE).await;
        }
    }
}

async fn play(folder: &Path, choice: &Choice, before: Option<&Outputs>) -> Result<Outputs, Exit> {
    let targets = build::targets(vec![folder.to_owned()], None)?;
    let mut all = Outputs::new();
    for target in &targets {
        let bench = open(target).await?;
        let golden = bench.golden();
        let outputs = bench.outputs(choice).await;
        let before = before.unwrap_or(&golden);
        let mut same = 0;
        for (case, now) in &outputs {
            match before.get(case) {
                Some(was) if was == now => same += 1,
                Some(was) => difference(case, was, now),
                None => say!("{case}: new; `rollcall connector test --update` keeps it"),
            }
        }
        say!("{same} of {} cases as before", outputs.len());
        all.extend(outputs);
    }
    Ok(all)
}

fn difference(case: &str, was: &str, now: &str) {
    let diff = TextDiff::from_lines(was, now);
    let text = diff
        .unified_diff()
        .context_radius(2)
        .header(&format!("{case} before"), &format!("{case} now"))
        .to_string();
    let lines: Vec<_> = text.lines().collect();
    lines.iter().take(SHOWN).for_each(|line| say!("{}", safe(line)));
    if lines.len() > SHOWN {
        say!("... and {} lines more", lines.len() - SHOWN);
    }
}

/// Every file with its size and its last change.
fn stamps(folder: &Path) -> anyhow::Result<Vec<(PathBuf, u64, SystemTime)>> {
    let mut all = build::files(folder)?;
    for more in ["cassettes", "golden", "connector-test.toml"] {
        let path = folder.join(more);
        match path.is_dir() {
            true => all.extend(build::files(&path)?),
            false => all.push(path),
        }
    }
    // A file that is just being replaced is one that changed.
    let stamp = |path: PathBuf| {
        let data = std::fs::metadata(&path).ok()?;
        Some((path, data.len(), data.modified().ok()?))
    };
    Ok(all.into_iter().filter_map(stamp).collect())
}
