//! The harness of the scenario tests: the shipped `rollcall` program, run
//! against stand-ins for the providers. Nothing of the product is linked but
//! its store, which is opened after the program has ended.

mod company;
pub mod guests;
mod host;
mod privacy;
mod provider;
mod random;
mod running;
mod scene;
mod stub;

pub use company::{Membership, Person, below};
pub use host::{Ended, binary, command, compiled, component, components, examples, rollcall, servers};
pub use privacy::{Needle, Needles, files};
pub use provider::{Allowed, Changes, Elsewhere, Fields, Provider, SECRET, credentials};
pub use random::Random;
pub use running::Running;
pub use scene::{Scene, State, reactions};
pub use stub::{Affected, Change, Stub};
