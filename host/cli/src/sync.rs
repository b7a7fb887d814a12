//! `rollcall sync`: a whole integration, from a file.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use comfy_table::Table;
use jiff::Timestamp;
use rollcall_egress::Egress;
use rollcall_grants::{Manifest, Upstream};
use rollcall_model::{Act, GroupReaction, IntegrationId, Plan, PlanItem, Reaction, RunState, Value};
use rollcall_sandbox::{Metering, Sandbox, Wasi};
use rollcall_store::{Store, StoreError, TenantStore};
use rollcall_sync::{
    AuditBuffer, IntegrationFile, Job, Outcome, Progress, ReadMode, Ready, Retention, Watch, each_item,
    each_line, summary, sync,
};
use serde_json::json;

use crate::clock;
use crate::connect::{Connection, load, sandbox};
use crate::data::{DataArgs, cache};
use crate::exit::Exit;
use crate::kept_tokens::KeptTokens;
use crate::print::{self, safe, say};
use crate::progress::Shown;

/// Items of one reaction that a plan prints before it only counts them.
pub const SHOWN_ITEMS: usize = 20;

/// Changes of one person that a plan prints; JSON has all of them.
const SHOWN_CHANGES: usize = 5;

/// An integration as a file, and with what it is run.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The integration: connector, settings, filter, mapping, policies.
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Send what the grant allows for HOST to URL instead.
    #[arg(long = "upstream", value_name = "HOST=URL", value_parser = Upstream::parse)]
    upstreams: Vec<Upstream>,
    /// Where connectors named by id are, as `connector build` left them.
    #[arg(long, value_name = "DIR", env = "ROLLCALL_CONNECTORS", default_value = "target/connectors")]
    connectors: PathBuf,
    /// Take this for now (RFC 3339).
    #[arg(long, value_name = "INSTANT")]
    now: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub struct SyncArgs {
    #[command(flatten)]
    integration: FileArgs,
    /// Show what would happen, and write nothing.
    #[arg(long)]
    plan: bool,
    /// Read everybody, also where a read of changes would do.
    #[arg(long)]
    full: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print every item of the plan.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

pub async fn run(args: SyncArgs) -> Result<(), Exit> {
    let shown = Arc::new(Shown::new());
    let limit = if args.all { usize::MAX } else { SHOWN_ITEMS };
    let print = |ready: &Ready<'_>| {
        shown.clear();
        match args.format {
            // Whoever applies at once wants to know how it went, not to read
            // it all; whoever plans wants to read.
            Format::Text if args.plan => print_plan(ready, limit),
            Format::Text => print_counts(ready),
            Format::Json => print_json(ready, args.plan || args.all),
        }
    };
    let read = if args.full { ReadMode::Full } else { ReadMode::Auto };
    let asked = Asked { plan_only: args.plan, read, watch: None, act: Act::Sync };
    let outcome = args.integration.run(asked, &shown, print).await?;
    end(&outcome, args.plan, args.format)
}

#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    integration: FileArgs,
    /// The source whose accounts are taken over, by the id of its integration.
    #[arg(long)]
    from: String,
    /// Show what would happen, and write nothing.
    #[arg(long)]
    plan: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print every item of the plan.
    #[arg(long)]
    all: bool,
}

/// A run that links and does nothing else (C18).
pub async fn migrate(args: MigrateArgs) -> Result<(), Exit> {
    let shown = Arc::new(Shown::new());
    let limit = if args.all { usize::MAX } else { SHOWN_ITEMS };
    let mut stays = 0;
    let from: IntegrationId = args.from.as_str().into();
    let print = |ready: &Ready<'_>| {
        shown.clear();
        let linked = ready.plan.counts.of(Reaction::Link);
        stays = ready.tenant.count_links(&from)?.saturating_sub(linked);
        match args.format {
            Format::Text => print_plan(ready, limit),
            Format::Json => print_json(ready, true),
        }
    };
    let act = Act::Migrate { from: from.clone() };
    let asked = Asked { plan_only: args.plan, read: ReadMode::Full, watch: None, act };
    let outcome = args.integration.run(asked, &shown, print).await?;
    end(&outcome, args.plan, args.format)?;
    if args.format == Format::Text && stays > 0 {
        say!(
            "{stays} accounts have no partner here and stay with `{from}`: look at them with `rollcall link \
             list`, and let go of it with `rollcall disconnect` when you are done"
        );
    }
    Ok(())
}

/// What a run is asked to do.
pub struct Asked {
    pub plan_only: bool,
    pub read: ReadMode,
    pub watch: Option<Watch>,
    pub act: Act,
}

impl FileArgs {
    pub async fn run(
        &self,
        asked: Asked,
        shown: &Arc<Shown>,
        look: impl FnOnce(&Ready<'_>) -> Result<(), StoreError>,
    ) -> Result<Outcome, Exit> {
        let file = IntegrationFile::read(&self.file)?;
        let base = self.file.parent().unwrap_or(Path::new("."));
        let component = file.connector.path(base, &self.connectors);
        let store = self.data.open()?;
        let sandbox = sandbox(&cache(&self.data.data), Wasi::Refuse, Metering::Epochs)?;
        let request = Request {
            file: &file,
            base,
            component: &component,
            upstreams: &self.upstreams,
            asked,
            now_ms: clock::at(self.now),
        };
        let progress = Arc::clone(shown) as Arc<dyn Progress>;
        let outcome = request.run(&store, &sandbox, &Egress::default(), progress, look).await;
        shown.clear();
        outcome
    }
}

/// What one sync is asked to do.
pub struct Request<'a> {
    pub file: &'a IntegrationFile,
    pub base: &'a Path,
    pub component: &'a Path,
    pub upstreams: &'a [Upstream],
    pub asked: Asked,
    pub now_ms: i64,
}

impl Request<'_> {
    pub async fn run(
        &self,
        store: &Store,
        sandbox: &Sandbox,
        egress: &Egress,
        progress: Arc<dyn Progress>,
        look: impl FnOnce(&Ready<'_>) -> Result<(), StoreError>,
    ) -> Result<Outcome, Exit> {
        let retention = Retention::compile(self.file.retention)?;
        let tenant = store.tenant(&self.file.tenant)?;
        let connector = load(sandbox, self.component).await?;
        let secrets = self.secrets(&tenant, connector.manifest())?;
        let files = self.file.files.as_ref().map(|folder| self.base.join(folder));
        let audit = AuditBuffer::new(self.file.tenant.clone(), Arc::new(clock::now_ms));
        let connected = Connection {
            connector,
            settings: &self.file.settings,
            secrets: &secrets,
            upstreams: self.upstreams,
            files: files.as_deref(),
            label: format!("{}/{}", self.file.tenant, self.file.integration),
            audit: Arc::new(audit.clone()),
            keeper: Arc::new(KeptTokens {
                tenant: tenant.clone(),
                integration: self.file.integration.clone(),
            }),
            now_ms: self.now_ms,
            page_size: None,
        }
        .open(egress)?;
        if !self.asked.plan_only {
            for (name, secret) in &secrets {
                tenant.put_secret(&self.file.integration, name, secret)?;
            }
        }
        let job = Job {
            store: store.clone(),
            tenant,
            integration: self.file.integration.clone(),
            source: connected.source,
            config: self.file.pipeline(),
            act: self.asked.act.clone(),
            plan_only: self.asked.plan_only,
            read: self.asked.read,
            watch: self.asked.watch.clone(),
            now_ms: self.now_ms,
            audit,
            progress,
        };
        let outcome = sync(&job, look).await?;
        // The way to the provider has a handle of the tenant too.
        let tenant = job.tenant.clone();
        drop((job, connected.session));
        if !self.asked.plan_only {
            retention.apply(&tenant, self.now_ms)?;
            store.close(tenant)?;
        }
        Ok(outcome)
    }

    /// Those that the file refers to, and for the rest those sealed earlier.
    fn secrets(&self, tenant: &TenantStore, manifest: &Manifest) -> Result<BTreeMap<String, String>, Exit> {
        let mut secrets = self.file.secrets(self.base, |name| std::env::var(name).ok())?;
        for setting in manifest.settings.iter().filter(|setting| setting.secret) {
            if secrets.contains_key(&setting.key) {
                continue;
            }
            if let Some(sealed) = tenant.secret(&self.file.integration, &setting.key)? {
                secrets.insert(setting.key.clone(), sealed.to_string());
            }
        }
        Ok(secrets)
    }
}

/// The last lines, and the exit code.
pub fn end(outcome: &Outcome, plan_only: bool, format: Format) -> Result<(), Exit> {
    if format == Format::Text {
        let receipt = &outcome.receipt;
        say!(
            "receipt: complete, {} people on {} pages, {} groups, {} memberships, {} requests, {} bytes",
            receipt.workers.records,
            receipt.workers.pages,
            receipt.groups.records,
            receipt.memberships.records,
            receipt.requests,
            receipt.bytes,
        );
    }
    match &outcome.run.state {
        RunState::Held { reason } => Err(Exit::Held(format!(
            "{reason}; plan {}; look at it with `rollcall plan`, release it with `rollcall approve`",
            outcome.plan.hash
        ))),
        _ if format == Format::Json => Ok(()),
        _ if plan_only => {
            say!("nothing was changed: this was a plan");
            Ok(())
        }
        _ => {
            say!("done: {}", outcome.run.id);
            Ok(())
        }
    }
}

fn print_counts(ready: &Ready<'_>) -> Result<(), StoreError> {
    say!("{}", summary(ready.plan));
    Ok(())
}

/// Counts first, then who, by reaction, then why it waits.
pub fn print_plan(ready: &Ready<'_>, limit: usize) -> Result<(), StoreError> {
    print_counts(ready)?;
    print_filter(ready.plan);
    print_notes(ready.plan);
    let mut items: BTreeMap<_, (Vec<PlanItem>, usize)> = BTreeMap::new();
    each_item(ready.tenant, ready.staging, ready.plan, |item| {
        let (shown, count) = items.entry(item.reaction).or_default();
        *count += 1;
        if shown.len() < limit {
            shown.push(item);
        }
    })?;
    for (reaction, (shown, count)) in items {
        say!("\n{reaction} ({count})");
        say!("{}", table(&shown));
        if count > shown.len() {
            say!("  and {} more; --all prints them", count - shown.len());
        }
    }
    print_lines(ready, limit)?;
    say!("\nplan {}", ready.plan.hash);
    if let Some(reason) = &ready.plan.held {
        say!("would be held: {reason}");
    }
    Ok(())
}

/// Who reports to somebody else from now on.
fn print_lines(ready: &Ready<'_>, limit: usize) -> Result<(), StoreError> {
    let mut table = print::table(["who", "reports to", "and not to"]);
    let mut count = 0_usize;
    each_line(ready.tenant, ready.staging, ready.plan, |line| {
        count += 1;
        if count <= limit {
            let shown = |label: Option<String>| label.map_or_else(|| "-".to_owned(), |label| safe(&label));
            table.add_row([safe(&line.label), shown(line.after), shown(line.before)]);
        }
    })?;
    if count > 0 {
        say!("\nreporting lines ({count})\n{table}");
    }
    if let more @ 1.. = count.saturating_sub(limit) {
        say!("  and {more} more; --all prints them");
    }
    Ok(())
}

/// What becomes of groups, and what the admin ought to know besides.
fn print_notes(plan: &Plan) {
    let changes = plan.groups.iter().filter(|group| group.reaction != GroupReaction::Members);
    let mut table = print::table(["group", "kind", "what becomes of it", "people"]);
    for group in changes.clone().take(SHOWN_ITEMS) {
        let what = match &group.was {
            Some(was) => format!("is called so from now on; it was {was}"),
            None => group.reaction.as_str().to_owned(),
        };
        let people = match (group.joins, group.leaves) {
            (0, 0) => "-".to_owned(),
            (joins, leaves) => format!("{joins} join, {leaves} leave"),
        };
        table.add_row([safe(&group.name), safe(&group.kind), safe(&what), people]);
    }
    if table.row_count() > 0 {
        say!("\n{table}");
    }
    if let more @ 1.. = changes.count().saturating_sub(SHOWN_ITEMS) {
        say!("  and {more} groups more; --format json has them");
    }
    for (integration, people) in &plan.overlaps {
        say!("\n{people} people have an account of `{integration}` already: each belongs to one source");
    }
    if !plan.alike.is_empty() {
        let pairs: Vec<_> = plan.alike.iter().map(|(a, b)| format!("{a} / {b}")).collect();
        say!("\ngroups that may mean the same: {}", safe(&pairs.join(", ")));
    }
    for circle in &plan.circles {
        say!(
            "\nnobody of these gets a manager, because they lead each other in a circle; mend it at the source: {}",
            safe(&circle.join(", "))
        );
    }
    for note in &plan.notes {
        say!("\nnote: {}", safe(note));
    }
}

/// How many people each clause of the filter keeps of those that were read.
fn print_filter(plan: &Plan) {
    if plan.filter.is_empty() {
        return;
    }
    let mut table = print::table(["clause", "says", &format!("keeps, of {}", plan.counts.read)]);
    for clause in &plan.filter {
        table.add_row([clause.place.clone(), safe(&clause.says), clause.kept.to_string()]);
    }
    say!("\n{table}");
}

pub fn table(items: &[PlanItem]) -> Table {
    let mut table = print::table(["who", "situation", "what changes", "why"]);
    let value = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    for item in items {
        let change = |change: &rollcall_model::Change| match &change.before {
            None => format!("{}: {}", change.attribute, value(&change.after)),
            before => format!("{}: {} → {}", change.attribute, value(before), value(&change.after)),
        };
        let candidates = item.candidates.iter().map(|one| format!("{}: {}", one.account, one.label));
        let mut changes: Vec<_> = item.changes.iter().take(SHOWN_CHANGES).map(change).collect();
        if let more @ 1.. = item.changes.len().saturating_sub(SHOWN_CHANGES) {
            changes.push(format!("and {more} more"));
        }
        changes.extend(candidates);
        table.add_row([
            safe(&item.label),
            item.situation.to_string(),
            changes.iter().map(|change| safe(change)).collect::<Vec<_>>().join("\n"),
            safe(&item.reason),
        ]);
    }
    table
}

pub fn print_json(ready: &Ready<'_>, with_items: bool) -> Result<(), StoreError> {
    let (mut items, mut lines) = (Vec::new(), Vec::new());
    if with_items {
        each_item(ready.tenant, ready.staging, ready.plan, |item| items.push(item))?;
        each_line(ready.tenant, ready.staging, ready.plan, |line| lines.push(line))?;
    }
    let told = json!({
        "summary": summary(ready.plan),
        "plan": ready.plan,
        "hash": ready.plan.hash.to_string(),
        "receipt": ready.receipt,
        "items": with_items.then_some(items),
        "lines": with_items.then_some(lines),
    });
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &told)
        .map_err(Into::into)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(|source| StoreError::Io { path: "standard output".into(), source })
}
