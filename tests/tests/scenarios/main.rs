//! The shipped program, as its users meet it. One program of tests: linking the
//! engine takes longer than most of them. What measures its own process is
//! apart, in `../hostile`.

mod bench;
mod changes;
mod cli;
mod data;
mod faults;
mod kill;
mod managers;
mod policies;
mod presets;
mod privacy;
mod pull;
mod real_servers;
mod rows;
mod saml;
mod structure;
mod sync;
mod torture;
mod trouble;
mod workbench;
mod wrong;
