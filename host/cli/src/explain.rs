//! `rollcall explain`: why one person is treated as they are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use jiff::Timestamp;
use rollcall_egress::Egress;
use rollcall_grants::Upstream;
use rollcall_pipeline::{Explanation, Shown, Standing};
use rollcall_sandbox::Wasi;
use rollcall_sync::{Explained, IntegrationFile, Progress, ReadMode, Watch};

use crate::clock;
use crate::connect::sandbox;
use crate::data::{DataArgs, cache};
use crate::exit::Exit;
use crate::print::say;
use crate::progress;
use crate::sync::{Format, Request, clean, table};

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The integration: connector, settings, filter, mapping, policies.
    file: PathBuf,
    /// Who: the source's id, or the e-mail.
    person: String,
    #[command(flatten)]
    data: DataArgs,
    /// Send what the grant allows for HOST to URL instead.
    #[arg(long = "upstream", value_name = "HOST=URL", value_parser = Upstream::parse)]
    upstreams: Vec<Upstream>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where connectors named by id are, as `connector build` left them.
    #[arg(long, value_name = "DIR", env = "ROLLCALL_CONNECTORS", default_value = "target/connectors")]
    connectors: PathBuf,
    /// Take this for now (RFC 3339).
    #[arg(long, value_name = "INSTANT")]
    now: Option<Timestamp>,
}

/// A plan of everybody, of which one person is shown. Writes nothing.
pub async fn run(args: ExplainArgs) -> Result<(), Exit> {
    let file = IntegrationFile::read(&args.file)?;
    let base = args.file.parent().unwrap_or(Path::new("."));
    let component = file.connector.path(base, &args.connectors);
    let store = args.data.open()?;
    let sandbox = sandbox(&cache(&args.data.data), Wasi::Refuse)?;
    let shown = Arc::new(progress::Shown::new());
    let watch = Watch::new(&args.person);
    let request = Request {
        file: &file,
        base,
        component: &component,
        upstreams: &args.upstreams,
        plan_only: true,
        read: ReadMode::Full,
        watch: Some(watch.clone()),
        now_ms: clock::at(args.now),
    };
    let mut explained = Vec::new();
    let progress = Arc::clone(&shown) as Arc<dyn Progress>;
    let look = |ready: &rollcall_sync::Ready<'_>| {
        explained = ready.explained(&watch)?;
        Ok(())
    };
    let outcome = request.run(&store, &sandbox, &Egress::default(), progress, look).await;
    shown.clear();
    outcome?;
    if explained.is_empty() {
        return Err(Exit::usage(format!(
            "{}: nobody with this id or e-mail came from the source, and no account of this integration has it",
            args.person
        )));
    }
    for one in &explained {
        match args.format {
            Format::Text => print(one),
            Format::Json => say!("{}", serde_json::to_string(one).map_err(Exit::host)?),
        }
    }
    Ok(())
}

fn print(Explained { read, planned }: &Explained) {
    match read {
        Some(read) => print_read(read),
        None => say!("They did not come from the source."),
    }
    match (planned, read) {
        (Some(item), _) => {
            say!("\nthe next sync would: {}\n{}", item.reaction, table(std::slice::from_ref(item)));
        }
        (None, Some(read)) if read.in_scope => say!("\nthe next sync would: keep; nothing changed"),
        (None, _) => say!("\nthe next sync would do nothing: no account of this integration is theirs"),
    }
}

fn print_read(read: &Explanation) {
    say!("{} is {} at the source.\n", clean(read.source_id.as_str()), read.status.as_str());
    let mut fetched = rows(&["attribute", "value"]);
    for one in &read.fetched {
        fetched.add_row([one.attribute.clone(), words(&one.value)]);
    }
    say!("{fetched}");
    if !read.clauses.is_empty() {
        let mut clauses = rows(&["clause", "says", "holds"]);
        for clause in &read.clauses {
            let holds = if clause.holds { "yes" } else { "no" };
            clauses.add_row([clause.place.as_str(), &clean(&clause.says), holds]);
        }
        say!("\n{clauses}");
    }
    if !read.in_scope {
        say!("\nThe filter leaves them out.");
        return;
    }
    let standing = match read.standing {
        Some(Standing::Waiting) => "their first day lies ahead",
        Some(Standing::Ended) => "their employment has ended",
        Some(Standing::Due) | None => "they ought to have an account",
    };
    say!("\nThe filter takes them in, and {standing}.");
    if let Some(lacking) = &read.lacking {
        say!("Required and empty: {lacking}.");
    }
    let mut lines = rows(&["account", "from", "value"]);
    for line in &read.lines {
        lines.add_row([line.target.clone(), line.from.clone(), words(&line.value)]);
    }
    say!("\n{lines}");
}

fn rows(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}

fn words(shown: &Shown) -> String {
    match shown {
        Shown::Value(value) => clean(&value.to_string()),
        Shown::Empty => "-".to_owned(),
        Shown::Hidden => "(sensitive: not shown)".to_owned(),
    }
}
