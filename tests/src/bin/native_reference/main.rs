//! What anyone would write by hand to copy a company's people into a file:
//! reqwest, typed serde structs that borrow from the page, redb. It matches
//! nobody, plans nothing and protects nobody; what it costs is the least that
//! the work can cost, and the bench measures the product against it.
//!
//! The definition is that of the goals' reference: `end` is one durable commit
//! at the end, `commit-per-page` one for each page, `parse` stores nothing, and
//! `diff` is a second sync that compares by hash and writes what differs.

mod http;
mod provider;
mod shapes;
mod table;
mod tenants;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{Parser, ValueEnum};
use serde_json::json;

use crate::provider::Provider;
use crate::shapes::Shape;
use crate::table::{People, Storing};

/// Copies the people of the provider stub into a database.
#[derive(Parser)]
#[command(name = "native-reference")]
struct Arguments {
    #[arg(long, value_enum)]
    mode: Mode,
    #[arg(long, value_enum)]
    shape: Shape,
    /// Where the stub listens.
    #[arg(long)]
    url: String,
    /// The secret that the stub takes.
    #[arg(long, env = "NATIVE_REFERENCE_SECRET", hide_env_values = true)]
    secret: String,
    /// The database; not used by `parse` and `answer`.
    #[arg(long)]
    db: Option<PathBuf>,
    /// How many companies `tenants` copies.
    #[arg(long, default_value_t = 2_000)]
    tenants: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// One durable commit at the end.
    End,
    /// A durable commit for each page.
    CommitPerPage,
    /// Fetch and parse, store nothing.
    Parse,
    /// A second sync: compare by hash, write what differs.
    Diff,
    /// Many companies, several at a time, into one file.
    Tenants,
    /// Only ask what a read of changes asks, and tell how long that takes.
    Answer,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(arguments))
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let db = || arguments.db.as_ref().context("--db is needed to store anything");
    if arguments.mode == Mode::Tenants {
        let (url, secret) = (&arguments.url, &arguments.secret);
        let people = tenants::copy(arguments.shape, url, secret, db()?, arguments.tenants).await?;
        println!("{}", json!({"people": people}));
        return Ok(());
    }
    let begun = Instant::now();
    let mut provider = Provider::sign_in(arguments.shape, &arguments.url, &arguments.secret).await?;
    let signed_in = begun.elapsed();
    if arguments.mode == Mode::Answer {
        return answer(&provider, signed_in).await;
    }
    let storing = match arguments.mode {
        Mode::CommitPerPage => Storing::PerPage,
        _ => Storing::AtTheEnd,
    };
    let mut table = match arguments.mode {
        Mode::Parse | Mode::Answer | Mode::Tenants => None,
        Mode::End | Mode::CommitPerPage => Some(People::create(db()?, storing)?),
        Mode::Diff => Some(People::open(db()?)?),
    };
    let (mut people, mut pages, mut bytes, mut changed) = (0, 0_u64, 0, 0);
    let mut row = Vec::new();
    while let Some(body) = provider.next_page().await? {
        bytes += body.len();
        pages += 1;
        let page = arguments.shape.parse(&body)?;
        let count = page.len();
        people += count;
        if let Some(table) = &mut table {
            let mut at = table.page()?;
            page.each(&mut row, |id, row| {
                changed += u64::from(at.put(id, row)?);
                Ok(())
            })?;
            drop(at);
            table.turn()?;
        }
        provider.goes_on(page.next(), count);
    }
    if let Some(table) = table {
        table.end(changed > 0)?;
    }
    println!("{}", json!({"people": people, "pages": pages, "bytes": bytes, "changed": changed}));
    Ok(())
}

/// The provider's share of a read of changes that finds nothing: signing in and
/// one answer.
async fn answer(provider: &Provider, signed_in: Duration) -> anyhow::Result<()> {
    let asked = provider.changes().await?;
    println!("{}", json!({"seconds": (signed_in + asked).as_secs_f64()}));
    Ok(())
}
