//! `rollcall connector test`: plays recorded conversations to a connector as it
//! is shipped, and looks at what it makes of them from twelve sides.

mod junit;
mod record;
mod text;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::Zoned;
use rollcall_sandbox::{Metering, Wasi};
use rollcall_workbench::{Choice, Report, StageName, Workbench};

use self::record::RecordArgs;
use super::build::{self, Target};
use crate::connect;
use crate::exit::{Exit, Outcome, Sort as _};
use crate::print::say;

#[derive(clap::Args)]
#[command(after_help = "\
Beside a connector's source lie
  cassettes/<case>.har   recorded conversations, which a browser's tools open
  golden/<case>.json     what the connector makes of each
  budgets.json           what each case may use
  connector-test.toml    made-up secrets, and exemptions with reason and end
  published/<id>.wasm    the version that was published last

Exit codes: 0 passed, 1 the connector failed, 2 wrong usage or files, 3 this host.")]
pub struct Args {
    /// Directories of connectors. Default: the current directory, or every
    /// connector in `connectors/`.
    paths: Vec<PathBuf>,
    /// Where the components are, as `<id>.wasm`. Without it they are built
    /// first, unless their source is unchanged.
    #[arg(long, value_name = "DIR")]
    components: Option<PathBuf>,
    /// Only this case; repeatable.
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<String>,
    /// Only this stage; repeatable. `list` names them.
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<String>,
    /// Write golden output and budgets instead of comparing with them.
    #[arg(long)]
    update: bool,
    /// Also run bad connectors that are made for it, to see that they are found
    /// out.
    #[arg(long)]
    self_check: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    record: RecordArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    /// XML that CI servers read.
    Junit,
}

pub async fn run(args: Args) -> Outcome {
    if args.stages.iter().any(|stage| stage == "list") {
        StageName::ALL.iter().for_each(|stage| say!("{:<14} {}", stage.as_str(), stage.about()));
        return Ok(());
    }
    let mut choice = Choice { stages: stages(&args.stages)?, cases: args.cases.clone() };
    if args.self_check {
        if choice.stages.is_empty() {
            choice.stages = StageName::ALL.to_vec();
        }
        choice.stages.push(StageName::SelfCheck);
    }
    let targets = build::targets(args.paths, args.components.as_deref())?;
    if let Some(case) = args.record.record.clone() {
        let [target] = targets.as_slice() else {
            return Err(Exit::usage("--record: one connector at a time; give its directory"));
        };
        return record::record(&open(target).await?, &case, args.record).await;
    }
    let mut reports = Vec::new();
    for target in &targets {
        let bench = open(target).await?;
        unknown_cases(&bench, &choice)?;
        if args.update {
            update(&bench, target, &choice).await?;
        } else {
            reports.push(test(&bench, &choice, args.format).await);
        }
    }
    match args.format {
        Format::Text => {}
        Format::Json => say!("{}", serde_json::to_string_pretty(&reports).or_host()?),
        Format::Junit => say!("{}", junit::xml(&reports)),
    }
    let failed: Vec<_> =
        reports.iter().filter(|report| !report.passed()).map(|report| report.connector.as_str()).collect();
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Exit::Connector(anyhow::anyhow!("{} did not pass", failed.join(", ")))),
    }
}

fn stages(names: &[String]) -> Result<Vec<StageName>, Exit> {
    let parse = |name: &String| {
        let known = || StageName::ALL.map(StageName::as_str).join(", ");
        StageName::parse(name).ok_or_else(|| Exit::usage(format!("--stage {name}: is none of {}", known())))
    };
    names.iter().map(parse).collect()
}

fn unknown_cases(bench: &Workbench, choice: &Choice) -> Outcome {
    let known = bench.case_names();
    match choice.cases.iter().find(|case| !known.contains(case)) {
        Some(case) => Err(Exit::usage(format!(
            "--case {case}: there is no such cassette; there are: {}",
            known.join(", ")
        ))),
        None => Ok(()),
    }
}

/// The component in a sandbox that counts instructions, with its folder.
pub async fn open(target: &Target) -> Result<Workbench, Exit> {
    let sandbox = connect::sandbox(&connect::user_cache(), Wasi::Closed, Metering::Fuel)?;
    let connector = connect::load(&sandbox, &target.component).await?;
    Workbench::open(connector, &target.folder).or_usage()
}

async fn test(bench: &Workbench, choice: &Choice, format: Format) -> Report {
    let today = Zoned::now().date();
    let report = bench.test(choice, today, |stage| tracing::debug!(stage = stage.as_str())).await;
    if format == Format::Text {
        say!("{}", text::text(&report));
    }
    report
}

async fn update(bench: &Workbench, target: &Target, choice: &Choice) -> Outcome {
    let changed = bench.update(choice).await.or_host()?;
    let folder = shown(&target.folder);
    match changed.as_slice() {
        [] => say!("{folder}: golden output as before"),
        changed => say!("{folder}: golden output of {} written; read what it says", changed.join(", ")),
    }
    Ok(())
}

fn shown(folder: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    folder.strip_prefix(&here).unwrap_or(folder).display().to_string()
}
