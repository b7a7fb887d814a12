//! `rollcall fields`: which attributes of people an integration stores (R140).

use std::path::PathBuf;

use clap::Args;
use rollcall_pipeline::Pipeline;
use rollcall_sync::IntegrationFile;

use crate::clock::now_ms;
use crate::exit::Exit;
use crate::print::{self, safe, say};
use crate::sync::Format;

#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// The integration: connector, settings, filter, mapping, policies.
    file: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Reads the file, and asks nobody.
pub fn run(args: &FieldsArgs) -> Result<(), Exit> {
    let file = IntegrationFile::read(&args.file)?;
    let fields = Pipeline::compile(&file.pipeline(), now_ms())?.fields();
    if args.format == Format::Json {
        say!("{}", serde_json::to_string(&fields).map_err(Exit::host)?);
        return Ok(());
    }
    let mut table = print::table(["attribute", "class", "stored as", "looked at by"]);
    for field in &fields {
        let stored = field.stored.iter().map(|stored| match stored.key {
            true => format!("{}, and as a key to find it by", stored.what),
            false => stored.what.clone(),
        });
        let stored = stored.collect::<Vec<_>>().join("\n");
        let class = field.class.map(|class| format!("{class:?}").to_lowercase()).unwrap_or_default();
        let stored = if stored.is_empty() { "(not stored)".to_owned() } else { stored };
        table.add_row([safe(&field.attribute), class, stored, field.looked_at.join("\n")]);
    }
    say!("{table}");
    say!(
        "\nNothing else is asked for, and what a connector sends beyond it is dropped before it is looked at."
    );
    Ok(())
}
