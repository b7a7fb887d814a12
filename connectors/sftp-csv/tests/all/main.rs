//! What the connector makes of files in memory.

mod changes;
mod folder;
mod groups;
mod people;
mod refused;
