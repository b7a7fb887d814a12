//! The report for people. What comes from the file is escaped: it is the
//! author's text on the reviewer's terminal.

use std::fmt::Write as _;

use comfy_table::Table;
use rollcall_grants::{Manifest, ManifestSetting};

use super::report::{Report, Url};
use crate::print::{safe, table};

pub fn text(report: &Report) -> String {
    let mut out = String::new();
    identity(&mut out, report);
    heading(&mut out, "Reach");
    line(&mut out, &format!("It {}.", report.reach));
    if let Some(refused) = &report.refused {
        line(&mut out, &format!("REFUSED: {refused}"));
    }
    changes(&mut out, report);
    list(&mut out, "Imports", &report.imports);
    list(&mut out, "Exports", &report.exports);
    egress(&mut out, report);
    files(&mut out, report);
    slots(&mut out, report);
    if let Some(manifest) = &report.manifest {
        permissions(&mut out, manifest);
        attributes(&mut out, manifest);
        settings(&mut out, manifest);
    }
    contents(&mut out, report);
    out
}

fn identity(out: &mut String, report: &Report) {
    if let Some(manifest) = &report.manifest {
        let license = manifest.license.as_deref().map(|license| format!(", {license}")).unwrap_or_default();
        line(out, &format!("{} {} ({}{license})", manifest.name, manifest.version, manifest.id));
    }
    line(out, &report.digest);
    line(out, &format!("{} bytes", report.bytes));
}

/// What an update widens is the page that is read.
fn changes(out: &mut String, report: &Report) {
    let Some(changes) = &report.changes else { return };
    heading(out, "Since the older version");
    if changes.is_empty() {
        line(out, "The manifest is the same: it can reach what it could.");
        return;
    }
    let mut table = table(["", "change"]);
    for change in changes {
        table.add_row([change.kind.to_owned(), safe(&change.what)]);
    }
    finish(out, table);
}

fn egress(out: &mut String, report: &Report) {
    heading(out, "Egress");
    let mut table = table(["host", "URL", "allowed", "limits"]);
    for host in &report.egress {
        let limits = match &host.rate {
            Some(rate) => format!("{rate}, {} at once", host.concurrency),
            None => format!("{} at once", host.concurrency),
        };
        table.add_row([safe(&host.alias), urls(&host.urls), safe_lines(&host.allow), limits]);
    }
    for endpoint in &report.token_endpoints {
        let alias = format!("(sign-in of `{}`)", safe(&endpoint.slot));
        table.add_row([alias, urls(&endpoint.urls), "by the host only".to_owned(), String::new()]);
    }
    finish(out, table);
}

fn files(out: &mut String, report: &Report) {
    let Some(files) = &report.files else { return };
    heading(out, "Files, read by the host");
    let mut table = table(["names", "from", "credentials"]);
    let from: Vec<_> =
        files.from.iter().map(|one| format!("{} ({})", safe(&one.place), safe(&one.when))).collect();
    table.add_row([safe_lines(&files.names), from.join("\n"), safe_lines(&files.credentials)]);
    finish(out, table);
}

fn slots(out: &mut String, report: &Report) {
    heading(out, "Credentials, applied by the host");
    let mut table = table(["slot", "when", "applied as"]);
    for slot in &report.slots {
        table.add_row([
            safe(&slot.name),
            safe(slot.when.as_deref().unwrap_or("always")),
            safe(&slot.applied),
        ]);
    }
    finish(out, table);
}

fn permissions(out: &mut String, manifest: &Manifest) {
    heading(out, "Permissions that its credential needs at the provider, and no more");
    let mut table = table(["permission", "slot", "needed", "for"]);
    for permission in &manifest.permissions {
        table.add_row([
            safe(&permission.name),
            safe(permission.slot.as_deref().unwrap_or("each")),
            if permission.required { "always" } else { "for a part" }.to_owned(),
            safe(&permission.purpose.en),
        ]);
    }
    finish(out, table);
}

fn attributes(out: &mut String, manifest: &Manifest) {
    heading(out, "Attributes it offers");
    let classes = &manifest.attributes;
    let mut table = table(["class", "attributes"]);
    for (class, names) in
        [("basic", &classes.basic), ("work", &classes.work), ("sensitive", &classes.sensitive)]
    {
        if !names.is_empty() {
            table.add_row([class.to_owned(), safe(&names.join(", "))]);
        }
    }
    finish(out, table);
}

fn settings(out: &mut String, manifest: &Manifest) {
    heading(out, "Settings");
    let mut table = table(["key", "label", "kind"]);
    for setting in &manifest.settings {
        table.add_row([safe(&setting.key), safe(&setting.label.en), kind(setting)]);
    }
    finish(out, table);
}

fn kind(setting: &ManifestSetting) -> String {
    let secret = if setting.secret { "secret" } else { "visible to the connector" };
    let required = match (setting.required, setting.when.is_some()) {
        (true, true) => ", required in some cases",
        (true, false) => ", required",
        (false, _) => "",
    };
    format!("{secret}{required}")
}

fn contents(out: &mut String, report: &Report) {
    heading(out, "Contents");
    line(
        out,
        &format!(
            "{} core modules, {} nested components, {} functions, {} tables, {} bytes of data",
            report.core_modules, report.nested_components, report.functions, report.tables, report.data_bytes
        ),
    );
    for memory in &report.memories {
        let maximum =
            memory.maximum_kib.map_or("no maximum of its own".to_owned(), |kib| format!("at most {kib} KiB"));
        line(out, &format!("memory: {} KiB from the start, {maximum}", memory.initial_kib));
    }
    for section in &report.custom_sections {
        let times = if section.count > 1 { format!(", {} times", section.count) } else { String::new() };
        line(out, &format!("custom section `{}`{times}: {} bytes", section.name, section.bytes));
    }
}

fn urls(urls: &[Url]) -> String {
    let one = |url: &Url| match &url.when {
        Some(when) => format!("{} ({})", safe(&url.url), safe(when)),
        None => safe(&url.url),
    };
    urls.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn finish(out: &mut String, table: Table) {
    if table.is_empty() {
        line(out, "none");
    } else {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{table}");
    }
}

fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn list(out: &mut String, name: &str, lines: &[String]) {
    heading(out, name);
    lines.iter().for_each(|text| line(out, text));
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "  {}", safe(text));
}

fn safe_lines(lines: &[String]) -> String {
    lines.iter().map(|text| safe(text)).collect::<Vec<_>>().join("\n")
}
