//! The goals, measured: the product against a program that anyone could write
//! by hand, in one run, with process start included. Absolute times tell about
//! the machine; the ratios tell about the product. Runs alternate in rounds,
//! and a ratio is the median of those of the rounds.

#[allow(dead_code, reason = "the reference uses the rest")]
#[path = "../native_reference/http.rs"]
mod http;
mod program;
mod report;
mod rounds;
mod sandbox;
mod scenario;
#[allow(dead_code, reason = "the reference uses the rest")]
#[path = "../native_reference/shapes.rs"]
mod shapes;
mod stub;
mod tenants;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use crate::program::Programs;
use crate::report::Report;
use crate::rounds::Rounds;
use crate::shapes::Shape;

/// People at which memory is measured once more, for its growth.
const FURTHER: u32 = 200_000;

/// Prints how far the product is from its goals.
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    /// How often everything is run.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Sizes of the company; 10,000 and 100,000 if none is named.
    #[arg(long, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    people: Vec<u32>,
    /// Only the small company, and no growth of memory.
    #[arg(long)]
    quick: bool,
    /// Only one way of paging.
    #[arg(long, value_enum)]
    shape: Option<Shape>,
    /// Exit with 1 when a goal is missed.
    #[arg(long)]
    check: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The product; else the one that cargo built for release.
    #[arg(long, env = "ROLLCALL_BIN")]
    rollcall: Option<PathBuf>,
    /// Where the connectors' components are.
    #[arg(long, value_name = "DIR", env = "ROLLCALL_CONNECTORS", default_value = "target/connectors")]
    connectors: PathBuf,
    /// What the bench calls itself with: sync so many tenants, then end.
    #[arg(long, hide = true, requires_all = ["place", "url", "shape"])]
    host_of: Option<u32>,
    #[arg(long, hide = true)]
    place: Option<PathBuf>,
    #[arg(long, hide = true)]
    url: Option<String>,
}

/// As the program has it: with another one the many tenants would be another
/// measurement.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Companies of 500 people.
const TENANTS: u32 = 2_000;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let programs = Programs::find(arguments.rollcall, &arguments.connectors)?;
    if let (Some(tenants), Some(place), Some(url), Some(shape)) =
        (arguments.host_of, arguments.place, arguments.url, arguments.shape)
    {
        let people = tenants::host(&programs, shape, &url, &place, tenants)?;
        println!("{}", serde_json::json!({"people": people}));
        return Ok(ExitCode::SUCCESS);
    }
    let sizes: &[u32] = match (&arguments.people[..], arguments.quick) {
        ([], true) => &[10_000],
        ([], false) => &[10_000, 100_000],
        (named, _) => named,
    };
    let shapes = match &arguments.shape {
        Some(shape) => std::slice::from_ref(shape),
        None => &[Shape::Graph, Shape::Personio],
    };
    let mut report = Report::default();
    for shape in shapes {
        for people in sizes {
            eprintln!("{shape:?}, {people} people");
            let rounds = Rounds::new(&programs, *shape, *people)?.run(arguments.rounds)?;
            report.rounds(*shape, *people, &rounds);
            if *people == sizes.iter().copied().max().unwrap_or_default() && !arguments.quick {
                eprintln!("{shape:?}, {FURTHER} people, memory only");
                let further = Rounds::new(&programs, *shape, FURTHER)?.memory()?;
                report.growth(*shape, (*people, &rounds), (FURTHER, further));
            }
        }
    }
    for shape in shapes.iter().filter(|_| !arguments.quick) {
        eprintln!("{shape:?}, {TENANTS} tenants");
        let rounds = (0..arguments.rounds).map(|_| tenants::measure(&programs, *shape, TENANTS));
        report.tenants(*shape, &rounds.collect::<anyhow::Result<Vec<_>>>()?);
    }
    // Last: what this process holds in memory counts as its children's until
    // they have become another program.
    for shape in shapes {
        eprintln!("{shape:?}, sandbox");
        report.sandbox(*shape, &sandbox::measure(&programs, *shape)?);
    }
    match arguments.format {
        Format::Text => report.print_text(),
        Format::Json => report.print_json()?,
    }
    let missed = arguments.check && report.missed();
    Ok(if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
