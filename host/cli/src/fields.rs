//! `rollcall fields`: which attributes of people an integration stores (R140).

use std::path::{Path, PathBuf};

use clap::Args;
use rollcall_pipeline::Pipeline;
use rollcall_sandbox::inspect;
use rollcall_sync::{IntegrationFile, offer};

use crate::clock::now_ms;
use crate::component;
use crate::exit::{Exit, Sort as _};
use crate::print::{self, safe, say};
use crate::sync::Format;

#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// The integration: connector, settings, filter, mapping, policies.
    file: PathBuf,
    /// Where connectors named by id are, as `connector build` left them.
    #[arg(long, value_name = "DIR", env = "ROLLCALL_CONNECTORS", default_value = "target/connectors")]
    connectors: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Reads the file and the connector's manifest, and asks nobody.
pub fn run(args: &FieldsArgs) -> Result<(), Exit> {
    let file = IntegrationFile::read(&args.file)?;
    let connector = file.connector.path(args.file.parent().unwrap_or(Path::new(".")), &args.connectors);
    let manifest = inspect(&component::read(&connector)?).or_connector()?.manifest().or_connector()?;
    let fields = Pipeline::compile(&file.pipeline(), &offer(&manifest), now_ms())?.fields();
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
