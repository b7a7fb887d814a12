//! Data protection (R139..R143): what is held about one person, erasing it, and
//! how long anything is kept.

mod erase;
mod export;
mod retention;
mod staged;
mod subject;

pub use erase::{EraseError, Wish, erase, refusal};
pub use export::{Export, export};
pub use retention::{Retention, RetentionConfig};
pub use subject::{Subject, SubjectError, Who};
