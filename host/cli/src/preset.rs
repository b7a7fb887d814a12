//! `rollcall preset`: whole sets of policies by name.

use clap::Subcommand;
use rollcall_sync::Preset;

use crate::exit::Exit;
use crate::print::{self, say};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Name the presets, and say what each is like.
    List,
    /// Print a preset: a file to read, or to copy from.
    Show {
        /// As `rollcall preset list` has it.
        name: String,
    },
}

pub fn run(command: &Command) -> Result<(), Exit> {
    match command {
        Command::List => {
            let mut table = print::table(["preset", "what it is like"]);
            for preset in Preset::ALL {
                table.add_row([preset.as_str(), preset.title()]);
            }
            say!("{table}");
        }
        Command::Show { name } => {
            let all: Vec<_> = Preset::ALL.iter().map(|preset| preset.as_str()).collect();
            let preset = Preset::parse(name).ok_or_else(|| {
                Exit::usage(format!("there is no preset `{name}`; use one of {}", all.join(", ")))
            })?;
            say!("{}", preset.text().trim_end());
        }
    }
    Ok(())
}
