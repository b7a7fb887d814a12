//! Stage 1: the file and what lies beside it, without running anything.

use rollcall_sandbox::{ComponentLimits, Limits, Wasi};

use super::Tested;
use crate::report::Notebook;

/// Bytes of a compiled connector at most: more is a library that reads more
/// than a provider.
const COMPILED_BYTES: usize = 400_000;

/// Bytes of one that reads files. It brings what reads them: CSV, Excel, zip,
/// character sets and the tables of Unicode, where others have JSON.
const FILES_BYTES: usize = 900_000;

pub fn run(tested: &Tested<'_>, book: &mut Notebook) {
    let inspection = tested.connector.inspection();
    let foreign = inspection.foreign_imports(Wasi::Refuse);
    let what = || format!("imports {}, which hosts refuse in production", foreign.join(", "));
    book.holds(
        None,
        foreign.is_empty(),
        what,
        "build it with `rollcall connector build`, which brings no WASI along",
    );
    let interpreted = tested.connector.limits() == Limits::INTERPRETED;
    let reads_files = tested.connector.manifest().files.is_some();
    let limit = match (interpreted, reads_files) {
        (true, _) => ComponentLimits::BYTES,
        (false, true) => FILES_BYTES,
        (false, false) => COMPILED_BYTES,
    };
    let bytes = inspection.bytes;
    let what = || format!("has {bytes} bytes, {limit} are sensible");
    book.holds(None, bytes <= limit, what, "leave out libraries; look at what `twiggy top` says is large");
    manifest(tested, book);
    cassettes(tested, book);
}

fn manifest(tested: &Tested<'_>, book: &mut Notebook) {
    let manifest = tested.connector.manifest();
    let classes = &manifest.attributes;
    let offers = [&classes.basic, &classes.work, &classes.sensitive].iter().any(|names| !names.is_empty());
    book.holds(
        None,
        offers,
        || "connector.toml: [attributes] is empty, so admins cannot see what the connector reads".to_owned(),
        "list what it offers under basic, work and sensitive",
    );
    book.holds(
        None,
        manifest.license.is_some(),
        || "connector.toml: `license` is missing".to_owned(),
        "name the licence by its SPDX identifier, such as license = \"Apache-2.0\"",
    );
    book.holds(
        None,
        !manifest.prerequisites.is_empty(),
        || "connector.toml: [[prerequisites]] is missing".to_owned(),
        "say what an admin needs before starting: a plan, a role, a right",
    );
    if manifest.guide.de.is_none() {
        book.note("the guide is in English only");
    }
}

fn cassettes(tested: &Tested<'_>, book: &mut Notebook) {
    let project = tested.project;
    book.holds(
        None,
        !project.cases.is_empty(),
        || format!("no cassettes in {}", project.folder.join("cassettes").display()),
        "record one with `rollcall connector test --record NAME`",
    );
    for (case, why) in &tested.broken {
        book.holds(
            Some(case),
            false,
            || format!("its settings do not fit the manifest: {why}"),
            "correct `_rollcall.settings` in the cassette",
        );
    }
    for case in &project.cases {
        book.holds(
            Some(&case.name),
            case.golden.is_some(),
            || "has no golden output".to_owned(),
            "write it with `rollcall connector test --update`, and read what it says",
        );
        for (at, entry) in case.cassette.log.entries.iter().enumerate() {
            let named = entry.request.headers.iter().chain(&entry.response.headers);
            let secret = named.map(|pair| pair.name.to_ascii_lowercase()).find(|name| is_credential(name));
            let what =
                || format!("log.entries[{at}] has the header `{}`", secret.as_deref().unwrap_or_default());
            book.holds(
                Some(&case.name),
                secret.is_none(),
                what,
                "take it out: the player adds made-up credentials by itself",
            );
        }
    }
    let golden = project.folder.join("golden");
    for entry in std::fs::read_dir(&golden).into_iter().flatten().flatten() {
        let name =
            entry.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        book.holds(
            Some(&name),
            project.case(&name).is_some(),
            || "has golden output and no cassette".to_owned(),
            "remove the file in golden/",
        );
    }
}

fn is_credential(header: &str) -> bool {
    ["authorization", "proxy-authorization", "cookie", "set-cookie"].contains(&header)
}
