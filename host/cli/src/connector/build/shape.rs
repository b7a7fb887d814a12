//! From a module to a connector: a component with its manifest inside, checked
//! as a host checks it.

use anyhow::Context as _;
use rollcall_grants::Manifest;
use rollcall_sandbox::{Refusal, Wasi, embed_manifest, inspect};
use wit_component::ComponentEncoder;

pub fn component(wasm: &[u8], manifest: &Manifest) -> anyhow::Result<Vec<u8>> {
    let component = match inspect(wasm) {
        Ok(_) => wasm.to_vec(),
        Err(Refusal::CoreModule) => componentize(wasm)?,
        Err(other) => return Err(other.into()),
    };
    // Compact, and the same bytes for the same manifest.
    let json = serde_json::to_vec(manifest).context("write the manifest as JSON")?;
    let component = embed_manifest(&component, &json)?;
    // A connector that a strict host refuses is not finished.
    inspect(&component)?.admit(Wasi::Refuse)?;
    Ok(component)
}

fn componentize(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .context("make a component of the module; does it export the world `connector` (rollcall-sdk)?")
}
