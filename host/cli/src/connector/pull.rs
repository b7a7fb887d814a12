//! `rollcall connector pull`: what a connector reads, as NDJSON.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use rollcall_egress::{Egress, KeepsNothing, NoAudit};
use rollcall_grants::Upstream;
use rollcall_model::{EntityReceipt, PullMode};
use rollcall_sandbox::{GroupPage, MembershipPage, Metering, Nesting, Wasi, WorkerPage};
use rollcall_sync::{PageLaw, Reader, Source};
use serde::Serialize;

use crate::clock;
use crate::connect::{Connected, Connection, load, sandbox, user_cache};
use crate::exit::Exit;

#[derive(Debug, Args)]
pub struct PullArgs {
    /// The component to run.
    component: PathBuf,
    /// A setting; once for each.
    #[arg(long = "setting", value_name = "KEY=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,
    /// A secret; once for each. The connector never sees it. Others on this
    /// machine may see a command line: KEY=@FILE reads it from a file.
    #[arg(long = "secret", value_name = "KEY=VALUE", value_parser = pair)]
    secrets: Vec<(String, String)>,
    /// Send what the grant allows for HOST to URL instead. Plain HTTP and this
    /// machine are permitted there.
    #[arg(long = "upstream", value_name = "HOST=URL", value_parser = Upstream::parse)]
    upstreams: Vec<Upstream>,
    /// The folder of uploaded files, for connectors that read such.
    #[arg(long, value_name = "DIR")]
    files: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = EntityArg::All)]
    entity: EntityArg,
    /// Only memberships of this group, by id; repeatable. Without it: of all.
    #[arg(long = "group", value_name = "ID")]
    groups: Vec<String>,
    /// Ask for everybody below a group, not for direct members.
    #[arg(long)]
    flattened: bool,
    /// Read what changed since a checkpoint that an earlier receipt has.
    #[arg(long, value_name = "CHECKPOINT")]
    since: Option<String>,
    /// Records a page; the provider's maximum wins.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=5_000))]
    page_size: Option<u32>,
    /// What time the connector believes it is (RFC 3339).
    #[arg(long, value_name = "INSTANT")]
    now: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EntityArg {
    Workers,
    Groups,
    Memberships,
    All,
}

/// Splits at the first `=`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let split = text.split_once('=').filter(|(key, _)| !key.is_empty());
    split.map(|(key, value)| (key.to_owned(), value.to_owned())).ok_or_else(|| "is not KEY=VALUE".to_owned())
}

/// Refuses a key that is given twice: which one was meant?
pub fn once(pairs: Vec<(String, String)>, option: &str) -> Result<BTreeMap<String, String>, Exit> {
    let mut all = BTreeMap::new();
    for (key, value) in pairs {
        if all.insert(key.clone(), value).is_some() {
            return Err(Exit::usage(format!("{option} {key}: is given twice; leave one out")));
        }
    }
    Ok(all)
}

/// One line of output.
#[derive(Serialize)]
struct Line<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    record: &'a T,
}

/// The last line: nobody has to guess whether the output is whole.
#[derive(Serialize)]
struct ReceiptLine {
    complete: bool,
    workers: u64,
    groups: u64,
    memberships: u64,
    deleted: u64,
    pages: u64,
    requests: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<String>,
}

pub async fn run(args: PullArgs) -> Result<(), Exit> {
    let secrets = args.secrets.iter().map(secret).collect::<Result<_, _>>()?;
    let secrets = once(secrets, "--secret")?;
    let mode = match &args.since {
        None => PullMode::Full,
        Some(checkpoint) => {
            let bytes = BASE64_STANDARD.decode(checkpoint);
            PullMode::Changes(bytes.map_err(|_| Exit::usage("--since: is not a checkpoint of a receipt"))?)
        }
    };
    let sandbox = sandbox(&user_cache(), Wasi::Closed, Metering::Epochs)?;
    let connected = Connection {
        connector: load(&sandbox, &args.component).await?,
        settings: &once(args.settings, "--setting")?,
        secrets: &secrets,
        upstreams: &args.upstreams,
        files: args.files.as_deref(),
        label: String::new(),
        audit: Arc::new(NoAudit),
        keeper: Arc::new(KeepsNothing),
        now_ms: clock::at(args.now),
        page_size: args.page_size,
    }
    .open(&Egress::default())?;
    let Connected { mut source, session } = connected;
    source.run.mode = mode;
    source.run.wanted_groups = args.groups.into();
    source.run.nesting = if args.flattened { Nesting::Flattened } else { Nesting::Direct };

    let mut pull = Pull { source, out: BufWriter::new(std::io::stdout()), checkpoint: None };
    let wanted = |entity| args.entity == EntityArg::All || args.entity == entity;
    let mut groups = EntityReceipt::default();
    let mut memberships = EntityReceipt::default();
    let mut workers = EntityReceipt::default();
    if wanted(EntityArg::Groups) {
        groups = pull.groups().await?;
    }
    if wanted(EntityArg::Memberships) {
        memberships = pull.memberships().await?;
    }
    if wanted(EntityArg::Workers) {
        workers = pull.workers().await?;
    }
    let (requests, bytes) = session.traffic().await;
    let receipt = ReceiptLine {
        complete: true,
        workers: workers.records,
        groups: groups.records,
        memberships: memberships.records,
        deleted: workers.deleted + groups.deleted + memberships.deleted,
        pages: workers.pages + groups.pages + memberships.pages,
        requests,
        bytes,
        checkpoint: pull.checkpoint.take().map(|checkpoint| BASE64_STANDARD.encode(checkpoint)),
    };
    pull.line("receipt", &receipt)?;
    pull.out.flush().map_err(written)
}

struct Pull<W> {
    source: Source,
    out: W,
    checkpoint: Option<Vec<u8>>,
}

/// A line about somebody who is gone.
#[derive(Serialize)]
struct Gone<'a> {
    id: &'a str,
}

impl<W: Write> Pull<W> {
    async fn workers(&mut self) -> Result<EntityReceipt, Exit> {
        let source = self.source.clone();
        let mut law = PageLaw::default();
        let mut pages = Reader::<WorkerPage>::new(&source, &mut law, None);
        while let Some((page, _)) = pages.next().await? {
            page.workers.iter().try_for_each(|worker| self.line("worker", worker))?;
            page.deleted.iter().try_for_each(|id| self.line("deleted-worker", &Gone { id }))?;
            self.checkpoint = page.checkpoint;
        }
        Ok(law.finish(&source.run.mode)?)
    }

    async fn groups(&mut self) -> Result<EntityReceipt, Exit> {
        let source = self.in_full();
        let mut law = PageLaw::default();
        // Where a provider has groups on its people only, each page of people
        // brings them again.
        let mut told = HashSet::new();
        let mut pages = Reader::<GroupPage>::new(&source, &mut law, None);
        while let Some((page, _)) = pages.next().await? {
            let mut news = page.groups.iter().filter(|group| told.insert(group.id.clone()));
            news.try_for_each(|group| self.line("group", group))?;
        }
        Ok(law.finish(&source.run.mode)?)
    }

    async fn memberships(&mut self) -> Result<EntityReceipt, Exit> {
        let source = self.in_full();
        let mut law = PageLaw::default();
        let mut pages = Reader::<MembershipPage>::new(&source, &mut law, None);
        while let Some((page, _)) = pages.next().await? {
            page.memberships.iter().try_for_each(|membership| self.line("membership", membership))?;
        }
        Ok(law.finish(&source.run.mode)?)
    }

    /// Only people are read by changes.
    fn in_full(&self) -> Source {
        let mut source = self.source.clone();
        source.run.mode = PullMode::Full;
        source
    }

    fn line<T: Serialize>(&mut self, kind: &'static str, record: &T) -> Result<(), Exit> {
        serde_json::to_writer(&mut self.out, &Line { kind, record })
            .map_err(|error| written(error.into()))?;
        self.out.write_all(b"\n").map_err(written)
    }
}

fn written(error: std::io::Error) -> Exit {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        crate::print::gone(&error);
    }
    Exit::host(format!("write the output: {error}"))
}

/// `KEY=@FILE` is read from the file.
pub fn secret((key, value): &(String, String)) -> Result<(String, String), Exit> {
    let Some(path) = value.strip_prefix('@') else { return Ok((key.clone(), value.clone())) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Exit::usage(format!("--secret {key}=@{path}: {error}")))?;
    Ok((key.clone(), text.strip_suffix('\n').map_or(text.clone(), str::to_owned)))
}
