//! The sandbox against guests of all kinds, through its public interface. One
//! binary: each links the whole of wasmtime.

mod cache;
mod guest;
mod hostile;
mod load;
mod requests;
mod speed;
#[cfg(feature = "wasi")]
mod wasi;
