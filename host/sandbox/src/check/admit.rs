//! Whether this host offers what a component imports.

use rollcall_grants::Manifest;

use super::Inspection;
use crate::error::Refusal;
use crate::options::Wasi;

/// Interfaces of package `rollcall:connector`, major version 1. `types` has no
/// functions.
const OURS: [&str; 4] = ["types", "http", "files", "log"];

/// Packages that the closed WASI answers, version 0.2.
const CLOSED_WASI: [&str; 6] = ["cli", "clocks", "filesystem", "io", "random", "sockets"];

impl Inspection {
    /// What this host does not offer, in the file's order.
    pub fn foreign_imports(&self, wasi: Wasi) -> Vec<String> {
        let offered = |name: &&String| {
            is_ours(name, &OURS) || (wasi == Wasi::Closed && cfg!(feature = "wasi") && is_closed_wasi(name))
        };
        self.imports.iter().filter(|name| !offered(name)).cloned().collect()
    }

    /// The manifest, if this host runs the component.
    pub fn admit(&self, wasi: Wasi) -> Result<Manifest, Refusal> {
        let foreign = self.foreign_imports(wasi);
        if !foreign.is_empty() {
            return Err(Refusal::Imports(foreign));
        }
        if !self.exports.iter().any(|name| is_ours(name, &["source"])) {
            return Err(Refusal::NoSource);
        }
        let manifest = self.manifest()?;
        self.one_way_out(&manifest)?;
        Ok(manifest)
    }

    /// Whoever reads files of a customer sends no requests, so that nothing in
    /// them can leave; and what is imported is what the manifest tells of.
    fn one_way_out(&self, manifest: &Manifest) -> Result<(), Refusal> {
        let imports = |interface: &str| self.imports.iter().any(|name| is_ours(name, &[interface]));
        match (imports("http"), imports("files"), &manifest.files) {
            (true, true, _) => Err(Refusal::TwoWays),
            (true, _, Some(_)) => Err(Refusal::OtherWay { imports: "http", manifest: "[files]" }),
            (_, true, None) => Err(Refusal::OtherWay { imports: "files", manifest: "hosts" }),
            _ => Ok(()),
        }
    }
}

fn is_ours(name: &str, interfaces: &[&str]) -> bool {
    name.strip_prefix("rollcall:connector/")
        .and_then(|rest| rest.split_once('@'))
        .is_some_and(|(interface, version)| interfaces.contains(&interface) && is_release(version, &["1"]))
}

fn is_closed_wasi(name: &str) -> bool {
    name.strip_prefix("wasi:").and_then(|rest| rest.split_once('@')).is_some_and(|(interface, version)| {
        interface.split_once('/').is_some_and(|(package, _)| CLOSED_WASI.contains(&package))
            && is_release(version, &["0", "2"])
    })
}

/// `MAJOR.MINOR.PATCH` that begins with `prefix`; no pre-release.
fn is_release(version: &str, prefix: &[&str]) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    parts.len() == 3
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        && parts.starts_with(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_interfaces_of_the_first_major() {
        let check = |name: &str, expected: bool| assert_eq!(is_ours(name, &OURS), expected, "{name}");
        check("rollcall:connector/http@1.0.0", true);
        check("rollcall:connector/types@1.2.3", true);
        check("rollcall:connector/http@2.0.0", false);
        check("rollcall:connector/http@1.0.0-rc.1", false);
        check("rollcall:connector/http", false);
        check("rollcall:connector/files@1.0.0", true);
        check("rollcall:connector/sockets@1.0.0", false);
        check("rollcall:connector/http/x@1.0.0", false);
        check("evil:connector/http@1.0.0", false);
    }

    #[test]
    fn wasi_of_the_second_preview() {
        let check = |name: &str, expected: bool| assert_eq!(is_closed_wasi(name), expected, "{name}");
        check("wasi:cli/stdout@0.2.6", true);
        check("wasi:io/poll@0.2.0", true);
        check("wasi:http/outgoing-handler@0.2.0", false);
        check("wasi:cli/stdout@0.3.0", false);
    }
}
