//! `rollcall connector new`: a project that builds and passes its tests at once,
//! with the SDK of this very version inside.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use rust_embed::Embed;

use crate::exit::{Outcome, Sort as _};
use crate::print::say;

#[derive(clap::Args)]
#[command(after_help = "\
The project has a connector for a provider that does not exist, recorded
conversations with it, and the SDK. Begin by replacing connector.toml; the
README in it says what each file is.")]
pub struct Args {
    /// The connector's id: a-z, 0-9 and -, a letter first.
    name: String,
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    language: Language,
    /// Where the project is made. Default: a folder of the connector's name.
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Rust,
    #[value(name = "javascript")]
    JavaScript,
    Python,
}

impl Language {
    fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "javascript",
            Self::Python => "python",
        }
    }
}

/// What a project is made of, as it lies in this repository.
#[derive(Embed)]
#[folder = "../.."]
#[include = "wit/v1/*.wit"]
#[include = "sdk/template/*"]
#[include = "sdk/template/cassettes/*"]
#[include = "sdk/template/golden/*"]
#[include = "sdk/template/rust/Cargo.toml"]
#[include = "sdk/template/rust/budgets.json"]
#[include = "sdk/template/rust/src/*"]
#[include = "sdk/template/javascript/package.json"]
#[include = "sdk/template/javascript/budgets.json"]
#[include = "sdk/template/javascript/src/*"]
#[include = "sdk/template/python/pyproject.toml"]
#[include = "sdk/template/python/budgets.json"]
#[include = "sdk/template/python/*.py"]
#[include = "sdk/rust/Cargo.toml"]
#[include = "sdk/rust/README.md"]
#[include = "sdk/rust/src/**"]
#[include = "sdk/javascript/package.json"]
#[include = "sdk/javascript/package-lock.json"]
#[include = "sdk/javascript/*.mjs"]
#[include = "sdk/javascript/README.md"]
#[include = "sdk/javascript/src/**"]
#[include = "sdk/python/pyproject.toml"]
#[include = "sdk/python/requirements.txt"]
#[include = "sdk/python/README.md"]
#[include = "sdk/python/rollcall_guest/**"]
#[include = "sdk/python/rollcall_sdk/**"]
#[exclude = "*.pyc"]
#[exclude = "**/*.pyc"]
#[exclude = "*/node_modules/*"]
struct Files;

pub fn run(args: &Args) -> Outcome {
    let folder = args.path.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    check(&args.name, &folder).or_usage()?;
    write(&args.name, args.language, &folder).or_host()?;
    say!("{}: a connector that builds and passes its tests", folder.display());
    say!("  cd {}", folder.display());
    say!("  rollcall connector test");
    Ok(())
}

fn check(name: &str, folder: &Path) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ensure!(
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(plain)
            && name.len() <= 64
            && !name.ends_with('-'),
        "{name}: an id has at most 64 of a-z, 0-9 and -, a letter first"
    );
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_empty, "{} is not empty; give another folder with --path", folder.display());
    Ok(())
}

fn write(name: &str, language: Language, folder: &Path) -> anyhow::Result<()> {
    let own = format!("sdk/template/{}/", language.folder());
    let sdk = format!("sdk/{}/", language.folder());
    // What tools left beside the sources when this program was built.
    let is_left = |part: &str| part.starts_with('.') || part == "__pycache__" || part == "node_modules";
    for path in Files::iter().filter(|path| !path.split('/').any(is_left)) {
        let shared = path.strip_prefix("sdk/template/").filter(|rest| is_shared(rest));
        let to = match path.strip_prefix(&own).or(shared) {
            Some(rest) => rest,
            None if path.starts_with(&sdk) || path.starts_with("wit/") => &path,
            None => continue,
        };
        let file = Files::get(&path).with_context(|| format!("{path} is not in this program"))?;
        let text = String::from_utf8(file.data.into_owned()).with_context(|| format!("{path} is no text"))?;
        let of_template = path.starts_with("sdk/template/");
        let text = if of_template { named(&text, name) } else { text };
        let text = if to == "Cargo.toml" { standalone(&text) } else { text };
        let to = folder.join(if of_template { named(to, name) } else { to.to_owned() });
        let parent = to.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&to, text))
            .with_context(|| format!("write {}", to.display()))?;
    }
    fs::write(folder.join(".gitignore"), "/target\nnode_modules/\n.venv/\n__pycache__/\n")
        .with_context(|| format!("write into {}", folder.display()))
}

/// Files of the template that are the same in each language.
fn is_shared(rest: &str) -> bool {
    !rest.contains('/') || rest.starts_with("cassettes/") || rest.starts_with("golden/")
}

/// The example's name in all its spellings becomes the connector's.
fn named(text: &str, name: &str) -> String {
    let words: Vec<String> = name.split('-').filter(|word| !word.is_empty()).map(capital).collect();
    text.replace("example-hr", name)
        .replace("example_hr", &name.replace('-', "_"))
        .replace("ExampleHr", &words.concat())
        .replace("Example HR", &words.join(" "))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// A workspace of its own, with the SDK beside it.
fn standalone(text: &str) -> String {
    text.replace("../../rust", "sdk/rust") + "\n[workspace]\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let all = "example-hr example_hr ExampleHr Example HR hr.example.com";
        assert_eq!(
            named(all, "acme-people2"),
            "acme-people2 acme_people2 AcmePeople2 Acme People2 hr.example.com"
        );
        for wrong in ["", "Acme", "2acme", "acme people", "acme-", "../acme"] {
            assert!(check(wrong, Path::new("nowhere")).is_err(), "{wrong}");
        }
        assert!(check("acme", Path::new("nowhere")).is_ok());
    }
}
