//! `rollcall connector build`: from a connector's source, or from a component
//! that another toolchain made, to the one file that is shipped.

mod cargo;
mod project;
mod shape;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rollcall_sandbox::Digest;

use self::project::{Project, Source};
use crate::exit::{Outcome, Sort as _};
use crate::print::say;

#[derive(clap::Args)]
pub struct Args {
    /// Directories of connectors (`connector.toml` beside `Cargo.toml`), or
    /// `.wasm` files that another toolchain made (`connector.toml` beside them).
    /// Default: the current directory, or every connector in `connectors/`.
    paths: Vec<PathBuf>,
    /// Where the components are written, as `<id>.wasm`. Default: `connectors`
    /// in cargo's target directory, or beside the `.wasm` file given.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(args: Args) -> Outcome {
    let paths = if args.paths.is_empty() { project::find().or_usage()? } else { args.paths };
    // All manifests are read before anything is built: a mistake in one shows in
    // a second, not after the compiler.
    let projects: Vec<Project> =
        paths.iter().map(|path| Project::read(path)).collect::<Result<_, _>>().or_usage()?;
    project::refuse_same_ids(&projects).or_usage()?;
    let built = cargo::build(&projects)?;
    for project in &projects {
        finish(project, &built, args.out.as_deref())?;
    }
    Ok(())
}

/// Shapes one component, checks it as a host would, and writes it.
fn finish(project: &Project, built: &cargo::Built, out: Option<&Path>) -> Outcome {
    let (module, beside) = match &project.source {
        Source::Cargo { package, .. } => {
            let package = built.package(package).or_host()?;
            (package.wasm.clone(), package.target_directory.join("connectors"))
        }
        Source::Wasm(path) => (path.clone(), path.with_file_name("connectors")),
    };
    let wasm = fs::read(&module).with_context(|| format!("read {}", module.display())).or_host()?;
    let component = shape::component(&wasm, &project.manifest)
        .with_context(|| format!("connector `{}`", project.manifest.id))
        .or_connector()?;
    let directory = out.unwrap_or(&beside);
    let file = write(directory, &project.manifest.id, &component).or_host()?;
    say!(
        "{} {}  {}  {}  {}",
        project.manifest.id,
        project.manifest.version,
        kilobytes(component.len()),
        Digest::of(&component),
        file.display()
    );
    Ok(())
}

/// Whole or not at all: a host may be watching the directory.
fn write(directory: &Path, id: &str, component: &[u8]) -> anyhow::Result<PathBuf> {
    let file = directory.join(format!("{id}.wasm"));
    let unfinished = directory.join(format!(".{id}.wasm.new"));
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(&unfinished, component))
        .and_then(|()| fs::rename(&unfinished, &file))
        .with_context(|| format!("write {}", file.display()))?;
    Ok(file)
}

fn kilobytes(bytes: usize) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}
