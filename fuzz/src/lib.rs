//! Fuzz targets: what comes from outside, as any bytes. Each target is a
//! function that panics when something does not hold, so that libFuzzer
//! (`libfuzzer/`) and a bounded run of `cargo test` (`tests/bounded.rs`) can
//! drive the same. What holds is worked out in another way than the host does
//! it: by a table, by a second reading, by the reverse.

pub mod address;
pub mod cassette;
pub mod joining;
pub mod manifest;
pub mod next_link;
pub mod page;
mod provider;
mod sent;

/// A target, its seeds in `corpus/NAME`, and words that mean something to it.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub words: &'static [&'static [u8]],
}

pub const TARGETS: [Target; 6] = [
    Target { name: "joining", run: joining::target, words: sent::WORDS },
    Target { name: "next_link", run: next_link::target, words: sent::WORDS },
    Target { name: "address", run: address::target, words: address::WORDS },
    Target { name: "manifest", run: manifest::target, words: manifest::WORDS },
    Target { name: "cassette", run: cassette::target, words: cassette::WORDS },
    Target { name: "page", run: page::target, words: page::WORDS },
];
