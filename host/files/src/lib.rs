//! Files that customers drop or upload. The only crate that names the SSH
//! client and OpenPGP.
//!
//! A [`Session`] lists and reads for a guest: only names that the grant covers,
//! only files that are whole, opened and their signatures checked where the
//! admin asks for it. Where they lie is behind the trait [`Folder`]: a folder of
//! this machine ([`Disk`]), an SFTP server ([`Server`]), or a recorded one.
//! Nothing is ever written, renamed or removed there, and no file is kept on
//! this machine's disk.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod companions;
mod disk;
mod folder;
pub mod limits;
mod names;
mod openpgp;
mod session;
mod sftp;

pub use disk::Disk;
pub use folder::{Fetched, Folder, State};
pub use session::{Session, SessionOptions, Usage};
pub use sftp::Server;
