//! What the connector makes of files in memory.

mod archives;
mod books;
mod changes;
mod folder;
mod groups;
mod manifests;
mod people;
mod refused;
