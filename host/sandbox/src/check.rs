//! Reads a component without compiling or running it: what it is made of, what
//! it imports, what its manifest says, and whether this host accepts that.

mod admit;
mod embed;
mod walk;

pub use embed::embed_manifest;
use rollcall_grants::Manifest;

use crate::Digest;
use crate::error::Refusal;
use crate::limits::{ComponentLimits, Limits};

/// What a component is made of. Names and sizes come from the file: they are the
/// author's words.
#[derive(Debug, Clone)]
pub struct Inspection {
    pub digest: Digest,
    /// Of the file, in bytes.
    pub bytes: usize,
    /// Full names, as in `rollcall:connector/http@1.0.0`, in the file's order.
    pub imports: Vec<String>,
    pub exports: Vec<String>,
    pub core_modules: usize,
    pub functions: usize,
    /// Those that the core modules define.
    pub memories: Vec<Memory>,
    pub tables: usize,
    pub nested_components: usize,
    /// Bytes of all data segments.
    pub data_bytes: usize,
    /// All but the manifest, those of inner modules included.
    pub custom_sections: Vec<CustomSection>,
    /// The manifest sections, as they lie in the file.
    manifests: Vec<Vec<u8>>,
}

/// In pages of 64 KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    pub initial: u64,
    pub maximum: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomSection {
    pub name: String,
    pub bytes: usize,
}

/// Reads a component. Refuses what is not one, and what is out of proportion.
pub fn inspect(component: &[u8]) -> Result<Inspection, Refusal> {
    refuse_by_first_bytes(component)?;
    walk::walk(component)
}

fn refuse_by_first_bytes(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() > ComponentLimits::BYTES {
        return Err(Refusal::TooBig { bytes: bytes.len(), limit: ComponentLimits::BYTES });
    }
    if bytes.starts_with(b"\x7fELF") {
        return Err(Refusal::Precompiled);
    }
    if !bytes.starts_with(b"\0asm") {
        let text = bytes.trim_ascii_start();
        let is_text =
            text.starts_with(b"(component") || text.starts_with(b"(module") || text.starts_with(b";;");
        return Err(if is_text { Refusal::Text } else { Refusal::NotWasm });
    }
    match bytes.get(4..8) {
        Some([_, _, 0, 0]) => Err(Refusal::CoreModule),
        Some(_) => Ok(()),
        None => Err(Refusal::Malformed("it ends within its first eight bytes".to_owned())),
    }
}

impl Inspection {
    /// The manifest, checked. A component has exactly one.
    pub fn manifest(&self) -> Result<Manifest, Refusal> {
        match self.manifests.as_slice() {
            [] => Err(Refusal::ManifestMissing),
            [one] => Manifest::from_json(one).map_err(|error| Refusal::Manifest(error.to_string())),
            several => Err(Refusal::ManifestTwice(several.len())),
        }
    }

    /// The limits of its class: compiled ahead of time, or an interpreter.
    pub fn limits(&self) -> Limits {
        Limits::for_component(self.bytes, self.core_modules)
    }

    pub fn imports_wasi(&self) -> bool {
        self.imports.iter().any(|name| name.starts_with("wasi:"))
    }
}
