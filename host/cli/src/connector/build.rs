//! `rollcall connector build`: from a connector's source, or from a component
//! that another toolchain made, to the one file that is shipped.

mod cargo;
mod project;
mod script;
mod shape;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rollcall_sandbox::Digest;

use self::project::{Project, Source};
pub use self::script::files;
use crate::exit::{Exit, Outcome, Sort as _};
use crate::print::say;

#[derive(clap::Args)]
pub struct Args {
    /// Directories of connectors (`connector.toml` beside `Cargo.toml`), or
    /// `.wasm` files that another toolchain made (`connector.toml` beside them).
    /// Default: the current directory, or every connector in `connectors/`.
    paths: Vec<PathBuf>,
    /// Where the components are written, as `<id>.wasm`. Default:
    /// `target/connectors` (`CARGO_TARGET_DIR` moves `target`), or `connectors`
    /// beside the `.wasm` file given.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A connector's folder and the file that is made of it.
pub struct Target {
    pub folder: PathBuf,
    pub component: PathBuf,
}

pub fn run(args: Args) -> Outcome {
    for Built { target, project, component } in all(args.paths, args.out.as_deref())? {
        say!(
            "{} {}  {}  {}  {}",
            project.manifest.id,
            project.manifest.version,
            kilobytes(component.len()),
            Digest::of(&component),
            target.component.display()
        );
    }
    Ok(())
}

/// Connectors and their components: those in `components`, or else built anew.
pub fn targets(paths: Vec<PathBuf>, components: Option<&Path>) -> Result<Vec<Target>, Exit> {
    let Some(components) = components else {
        return Ok(all(paths, None)?.into_iter().map(|built| built.target).collect());
    };
    let target = |project: Project| {
        let component = components.join(format!("{}.wasm", project.manifest.id));
        Target { folder: project.folder, component }
    };
    Ok(projects(paths)?.into_iter().map(target).collect())
}

struct Built {
    target: Target,
    project: Project,
    component: Vec<u8>,
}

/// All manifests are read before anything is built: a mistake in one shows in a
/// second, not after the compiler.
fn projects(paths: Vec<PathBuf>) -> Result<Vec<Project>, Exit> {
    let paths = if paths.is_empty() { project::find().or_usage()? } else { paths };
    let projects: Vec<Project> =
        paths.iter().map(|path| Project::read(path)).collect::<Result<_, _>>().or_usage()?;
    project::refuse_same_ids(&projects).or_usage()?;
    Ok(projects)
}

fn all(paths: Vec<PathBuf>, out: Option<&Path>) -> Result<Vec<Built>, Exit> {
    let projects = projects(paths)?;
    let built = cargo::build(&projects)?;
    projects.into_iter().map(|project| finish(project, &built, out)).collect()
}

/// Shapes one component, checks it as a host would, and writes it.
fn finish(project: Project, built: &cargo::Built, out: Option<&Path>) -> Result<Built, Exit> {
    let (module, beside) = match &project.source {
        Source::Cargo { package, .. } => {
            let package = built.package(package).or_host()?;
            (package.wasm.clone(), package.target_directory.join("connectors"))
        }
        Source::Script(language) => {
            let target = script::target_directory(&project.folder);
            (script::build(&project, *language, &target)?, target.join("connectors"))
        }
        Source::Wasm(path) => (path.clone(), path.with_file_name("connectors")),
    };
    let wasm = fs::read(&module).with_context(|| format!("read {}", module.display())).or_host()?;
    let component = shape::component(&wasm, &project.manifest)
        .with_context(|| format!("connector `{}`", project.manifest.id))
        .or_connector()?;
    let file = write(out.unwrap_or(&beside), &project.manifest.id, &component).or_host()?;
    let target = Target { folder: project.folder.clone(), component: file };
    Ok(Built { target, project, component })
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
