//! What an admin has allowed the reader, as tokens and their answers tell.

use clap::ValueEnum;

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Consent {
    /// What was asked for.
    #[default]
    Asked,
    /// That, and one permission more.
    Wide,
    /// One permission less.
    Partial,
}

impl Consent {
    /// `more`: a permission that nobody who only reads people would ask for.
    pub fn to<'a>(self, asked: &[&'a str], more: &'a str) -> Vec<&'a str> {
        match self {
            Self::Asked => asked.to_vec(),
            Self::Wide => asked.iter().copied().chain([more]).collect(),
            Self::Partial => asked.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default(),
        }
    }
}
