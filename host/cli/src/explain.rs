//! `rollcall explain`: why one person is treated as they are.

use std::sync::Arc;

use clap::Args;
use rollcall_model::Act;
use rollcall_pipeline::{Explanation, Shown, Standing};
use rollcall_sync::{Explained, ReadMode, Ready, Watch};

use crate::exit::Exit;
use crate::plan::instant;
use crate::print::{self, safe, say};
use crate::progress::Shown as Progress;
use crate::sync::{Asked, FileArgs, Format, table};

#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    integration: FileArgs,
    /// Who: the source's id, or the e-mail.
    person: String,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A plan of everybody, of which one person is shown. Writes nothing.
pub async fn run(args: ExplainArgs) -> Result<(), Exit> {
    let watch = Watch::new(&args.person);
    let mut explained = Vec::new();
    let look = |ready: &Ready<'_>| {
        explained = ready.explained(&watch)?;
        Ok(())
    };
    let progress = Arc::new(Progress::new());
    let (read, watch) = (ReadMode::Full, Some(watch.clone()));
    args.integration.run(Asked { plan_only: true, read, watch, act: Act::Sync }, &progress, look).await?;
    if explained.is_empty() {
        return Err(Exit::usage(format!(
            "{}: nobody with this id or e-mail came from the source, and no account of this integration has it",
            args.person
        )));
    }
    for one in &explained {
        match args.format {
            Format::Text => tell(one),
            Format::Json => say!("{}", serde_json::to_string(one).map_err(Exit::host)?),
        }
    }
    Ok(())
}

fn tell(Explained { read, planned, times }: &Explained) {
    match read {
        Some(read) => tell_read(read),
        None => say!("They did not come from the source."),
    }
    match (planned, read) {
        (Some(item), _) => {
            say!("\nthe next sync would: {}\n{}", item.reaction, table(std::slice::from_ref(item)));
        }
        (None, Some(read)) if read.in_scope => say!("\nthe next sync would: keep; nothing changed"),
        (None, _) => say!("\nthe next sync would do nothing: no account of this integration is theirs"),
    }
    let last = times.last_run_ms.map_or_else(|| "never".to_owned(), instant);
    let next = times.next_run_ms.map_or_else(|| "when somebody asks for it".to_owned(), instant);
    say!("\nthe last sync: {last}; the next: {next}");
}

fn tell_read(read: &Explanation) {
    say!("{} is {} at the source.\n", safe(read.source_id.as_str()), read.status.as_str());
    let mut fetched = print::table(["attribute", "value"]);
    for one in &read.fetched {
        fetched.add_row([one.attribute.clone(), words(&one.value)]);
    }
    say!("{fetched}");
    if !read.clauses.is_empty() {
        let mut clauses = print::table(["clause", "says", "holds"]);
        for clause in &read.clauses {
            let holds = if clause.holds { "yes" } else { "no" };
            clauses.add_row([clause.place.as_str(), &safe(&clause.says), holds]);
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
        Some(Standing::OnLeave) => "they are on leave, which ends access here",
        Some(Standing::Due) | None => "they ought to have an account",
    };
    say!("\nThe filter takes them in, and {standing}.");
    if let Some(lacking) = &read.lacking {
        say!("Required and empty: {lacking}.");
    }
    let mut lines = print::table(["account", "from", "value"]);
    for line in &read.lines {
        lines.add_row([line.target.clone(), line.from.clone(), words(&line.value)]);
    }
    say!("\n{lines}");
}

fn words(shown: &Shown) -> String {
    match shown {
        Shown::Value(value) => safe(&value.to_string()),
        Shown::Empty => "-".to_owned(),
        Shown::Hidden => "(sensitive: not shown)".to_owned(),
    }
}
