//! One pass over the sections of a component and of everything within it.

use wasmparser::{Parser, Payload};

use super::{CustomSection, Inspection, Memory};
use crate::Digest;
use crate::error::Refusal;
use crate::limits::ComponentLimits;

const PAGE: u64 = 64 * 1024;

/// Custom sections that toolchains write and that may be as big as the code is:
/// names of functions, and what debuggers read. Nothing here ever reads them.
fn is_well_known(name: &str) -> bool {
    matches!(name, "name" | "component-name" | "producers" | "target_features") || name.starts_with(".debug_")
}

pub(super) fn walk(bytes: &[u8]) -> Result<Inspection, Refusal> {
    let mut found = Inspection {
        digest: Digest::of(bytes),
        bytes: bytes.len(),
        imports: Vec::new(),
        exports: Vec::new(),
        core_modules: 0,
        functions: 0,
        memories: Vec::new(),
        tables: 0,
        nested_components: 0,
        data_bytes: 0,
        custom_sections: Vec::new(),
        manifests: Vec::new(),
    };
    // How deep the payload lies: 0 is the component itself.
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(malformed)?;
        match payload {
            Payload::ModuleSection { .. } => depth += 1,
            Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        read(&payload, depth, &mut found)?;
    }
    Ok(found)
}

fn read(payload: &Payload<'_>, depth: usize, found: &mut Inspection) -> Result<(), Refusal> {
    match payload {
        Payload::ModuleSection { .. } => {
            found.core_modules += 1;
            at_most("core modules", found.core_modules, ComponentLimits::CORE_MODULES)
        }
        Payload::ComponentSection { .. } => {
            found.nested_components += 1;
            at_most("nested components", found.nested_components, ComponentLimits::NESTED_COMPONENTS)
        }
        Payload::ComponentImportSection(section) if depth == 0 => {
            for import in section.clone() {
                found.imports.push(import.map_err(malformed)?.name.name.to_owned());
                at_most("imports", found.imports.len(), ComponentLimits::NAMES)?;
            }
            Ok(())
        }
        Payload::ComponentExportSection(section) if depth == 0 => {
            for export in section.clone() {
                found.exports.push(export.map_err(malformed)?.name.name.to_owned());
                at_most("exports", found.exports.len(), ComponentLimits::NAMES)?;
            }
            Ok(())
        }
        Payload::FunctionSection(section) => {
            found.functions = found.functions.saturating_add(section.count() as usize);
            at_most("functions", found.functions, ComponentLimits::FUNCTIONS)
        }
        Payload::CodeSectionEntry(body) => {
            at_most("bytes in one function", body.range().len(), ComponentLimits::FUNCTION_BYTES)
        }
        Payload::MemorySection(section) => section.clone().into_iter().try_for_each(|memory| {
            let memory = memory.map_err(malformed)?;
            refuse_if(memory.memory64, "64-bit memories")?;
            refuse_if(memory.shared, "shared memories")?;
            refuse_if(memory.page_size_log2.is_some(), "pages of another size than 64 KiB")?;
            let (initial, limit) = (memory.initial.saturating_mul(PAGE), ComponentLimits::MEMORY);
            if initial > limit {
                return Err(Refusal::TooMany {
                    what: "bytes of memory from the start",
                    found: initial,
                    limit,
                });
            }
            found.memories.push(Memory { initial: memory.initial, maximum: memory.maximum });
            at_most("memories", found.memories.len(), ComponentLimits::MEMORIES)
        }),
        Payload::TableSection(section) => section.clone().into_iter().try_for_each(|table| {
            let table = table.map_err(malformed)?.ty;
            refuse_if(table.table64, "64-bit tables")?;
            refuse_if(table.shared, "shared tables")?;
            let limit = ComponentLimits::TABLE_ELEMENTS;
            if table.initial > limit {
                return Err(Refusal::TooMany {
                    what: "table elements from the start",
                    found: table.initial,
                    limit,
                });
            }
            found.tables += 1;
            at_most("tables", found.tables, ComponentLimits::TABLES)
        }),
        Payload::TagSection(_) => Err(Refusal::Feature("exceptions")),
        Payload::DataSection(section) => {
            found.data_bytes = found.data_bytes.saturating_add(section.range().len());
            Ok(())
        }
        Payload::CustomSection(section) => custom(section.name(), section.data(), depth, found),
        _ => Ok(()),
    }
}

/// A section of the manifest's name within an inner module is no manifest: only
/// the component's own counts, and a reviewer's tool finds the same one.
fn custom(name: &str, data: &[u8], depth: usize, found: &mut Inspection) -> Result<(), Refusal> {
    use rollcall_grants::Manifest;
    let limit = match name == Manifest::SECTION {
        true => Manifest::MAX_BYTES,
        false if is_well_known(name) => ComponentLimits::BYTES,
        false => ComponentLimits::CUSTOM_SECTION,
    };
    if data.len() > limit {
        return Err(Refusal::CustomSection { name: name.to_owned(), bytes: data.len(), limit });
    }
    if name == Manifest::SECTION && depth == 0 {
        found.manifests.push(data.to_vec());
        return Ok(());
    }
    found.custom_sections.push(CustomSection { name: name.to_owned(), bytes: data.len() });
    at_most("custom sections", found.custom_sections.len(), ComponentLimits::CUSTOM_SECTIONS)
}

fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), Refusal> {
    if found > limit {
        return Err(Refusal::TooMany { what, found: found as u64, limit: limit as u64 });
    }
    Ok(())
}

fn refuse_if(used: bool, feature: &'static str) -> Result<(), Refusal> {
    if used { Err(Refusal::Feature(feature)) } else { Ok(()) }
}

fn malformed(error: wasmparser::BinaryReaderError) -> Refusal {
    Refusal::Malformed(format!("{} at byte {}", error.message(), error.offset()))
}
