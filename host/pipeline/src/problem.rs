//! What is wrong with a configuration.

use std::fmt;

use serde::Serialize;

/// Names the place, says why, and what would be right. Nothing is changed while
/// there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// As in the file: `mapping[3].source`.
    pub place: String,
    pub why: String,
    pub remedy: String,
}

impl Problem {
    pub fn new(place: impl Into<String>, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), why: why.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.why, self.remedy)
    }
}

/// What is wrong, before it is known where: the reason and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub why: String,
    pub remedy: String,
}

impl Fault {
    pub fn new(why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { why: why.into(), remedy: remedy.into() }
    }

    pub fn at(self, place: impl Into<String>) -> Problem {
        Problem::new(place, self.why, self.remedy)
    }
}
