//! What an author works with: recorded conversations, and the stages of
//! `connector test`, which play them to the shipped component.
//!
//! ```text
//! project (cassettes, golden, budgets) --play--> Played --stages--> Report
//! ```

mod cassette;
mod document;
mod dropped;
mod fault;
mod golden;
mod live;
mod overheard;
mod play;
mod player;
mod project;
mod record;
mod redact;
mod report;
mod sabotage;
mod sentinel;
mod stages;
mod tape;
mod timeless;
mod watched;
mod workbench;

pub use cassette::{Cassette, CassetteError, Head, Step};
pub use live::{Live, RecordError};
pub use redact::Redactor;
pub use report::{Exempt, Finding, Report, StageName, StageReport, Verdict};
pub use workbench::{Choice, Outputs, Recorded, Workbench};
