//! `rollcall connector test --record`: from a live account to a case.

use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use rollcall_egress::NoAudit;
use rollcall_grants::Upstream;
use rollcall_workbench::{Head, Live, RecordError, Redactor, Step, Workbench};

use crate::clock;
use crate::connector::pull::{once, pair, secret};
use crate::exit::{Exit, Outcome, Sort as _};
use crate::print::{safe, say};

#[derive(clap::Args)]
#[command(next_help_heading = "Recording")]
pub struct RecordArgs {
    /// Read a live account and keep the conversation as a case of this name.
    /// Names, e-mail addresses, phone numbers and ids become others of the same
    /// form; nothing is kept that does not play.
    #[arg(long, value_name = "CASE")]
    pub record: Option<String>,
    /// A setting; once for each.
    #[arg(long = "setting", value_name = "KEY=VALUE", value_parser = pair, requires = "record")]
    settings: Vec<(String, String)>,
    /// A secret; once for each. KEY=@FILE reads it from a file. It is not kept.
    #[arg(long = "secret", value_name = "KEY=VALUE", value_parser = pair, requires = "record")]
    secrets: Vec<(String, String)>,
    /// Send what the grant allows for HOST to URL instead: to a stand-in.
    #[arg(long = "upstream", value_name = "HOST=URL", value_parser = Upstream::parse, requires = "record")]
    upstreams: Vec<Upstream>,
    /// Only these steps: check, discover, groups, memberships, workers.
    #[arg(long = "step", value_name = "STEP", value_parser = step, requires = "record")]
    steps: Vec<Step>,
    /// Read what changed since this checkpoint, as golden output has it.
    #[arg(long, value_name = "CHECKPOINT", requires = "record")]
    since: Option<String>,
    /// Only memberships of this group, by id; repeatable.
    #[arg(long = "group", value_name = "ID", requires = "record")]
    groups: Vec<String>,
    /// Ask for everybody below a group, not for direct members.
    #[arg(long, requires = "record")]
    flattened: bool,
    /// Records a page.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=5_000), requires = "record")]
    page_size: Option<u32>,
    /// What time the connector believes it is (RFC 3339).
    #[arg(long, value_name = "INSTANT", requires = "record")]
    now: Option<Timestamp>,
    /// The case has the same records as this one, in pages of another size.
    #[arg(long, value_name = "CASE", requires = "record")]
    same_records_as: Option<String>,
    /// Leave the values of this field as they are: `data.[].state`; repeatable.
    #[arg(long, value_name = "PATH", requires = "record")]
    keep: Vec<String>,
    /// Recordings with the same key have the same made-up people.
    #[arg(long, value_name = "TEXT", requires = "record")]
    redaction_key: Option<String>,
    /// Keep everything as the provider sent it. For made-up accounts only.
    #[arg(long, requires = "record", conflicts_with_all = ["keep", "redaction_key"])]
    no_redaction: bool,
}

fn step(text: &str) -> Result<Step, String> {
    let known = || Step::ALL.map(Step::as_str).join(", ");
    Step::ALL.into_iter().find(|step| step.as_str() == text).ok_or_else(|| format!("is none of {}", known()))
}

/// `name`: of the case.
pub async fn record(bench: &Workbench, name: &str, args: RecordArgs) -> Outcome {
    let is_plain =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !is_plain {
        return Err(Exit::usage(format!("--record {name}: the name of a case has letters, digits, - and _")));
    }
    let secrets = args.secrets.iter().map(secret).collect::<Result<_, _>>()?;
    let (settings, secrets) = (once(args.settings, "--setting")?, once(secrets, "--secret")?);
    let mut redactor = None;
    if !args.no_redaction {
        let key = match args.redaction_key {
            Some(key) => key.into_bytes(),
            None => random_key().or_host()?,
        };
        redactor = Some(Redactor::new(&key, &args.keep));
    }
    let live = Live {
        settings: &settings,
        secrets: &secrets,
        upstreams: &args.upstreams,
        head: Head {
            page_size: args.page_size,
            wanted_groups: args.groups,
            flattened: args.flattened,
            checkpoint: args.since,
            steps: (!args.steps.is_empty()).then_some(args.steps),
            same_records_as: args.same_records_as,
            ..Head::default()
        },
        now_ms: u64::try_from(clock::at(args.now)).unwrap_or_default(),
        audit: Arc::new(NoAudit),
    };
    let recorded = bench.record(name, live, redactor).await.map_err(|error| match error {
        RecordError::Settings(_) => Exit::usage(error),
        RecordError::Host(_) => Exit::host(error),
        RecordError::Unlike(_) => Exit::Connector(error.into()),
    })?;
    say!("cassettes/{name}.har and golden/{name}.json written; read what they say before you commit them:");
    recorded.steps.iter().for_each(|step| say!("  {}", safe(step)));
    if !recorded.kept.is_empty() {
        let words: Vec<_> = recorded.kept.iter().map(|word| safe(word)).collect();
        say!("left as they are, because they look like the provider's own words: {}", words.join(", "));
    }
    say!("`rollcall connector test --update` writes the budget");
    Ok(())
}

fn random_key() -> anyhow::Result<Vec<u8>> {
    let mut key = vec![0; 32];
    getrandom::fill(&mut key)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("ask the system for randomness")?;
    Ok(key)
}
