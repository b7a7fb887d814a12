//! Looking for people in files.

use std::fs;
use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, MatchKind};

/// Something that may not be found, and what it is.
#[derive(Debug, Clone)]
pub struct Needle {
    pub text: String,
    /// For a person to read: whose it is.
    pub what: String,
    /// A number, such as an id: within a longer one it says nothing.
    pub is_number: bool,
}

/// So many hexadecimal digits in a row are a digest. There are thousands of them
/// in a database, and every short number is in some.
const DIGEST: usize = 32;

pub struct Needles {
    needles: Vec<Needle>,
    search: AhoCorasick,
}

impl Needles {
    pub fn new(needles: Vec<Needle>) -> Self {
        assert!(!needles.is_empty(), "a search for nothing finds nothing");
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(needles.iter().map(|needle| &needle.text))
            .expect("an automaton");
        Self { needles, search }
    }

    /// What is found in bytes.
    pub fn within<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = &'a Needle> {
        self.search.find_overlapping_iter(bytes).filter_map(|found| {
            let needle = &self.needles[found.pattern().as_usize()];
            let (before, after) = (&bytes[..found.start()], &bytes[found.end()..]);
            let run = |is: fn(&u8) -> bool| {
                before.iter().rev().take_while(|byte| is(byte)).count()
                    + after.iter().take_while(|byte| is(byte)).count()
            };
            let longer =
                run(u8::is_ascii_digit) > 0 || needle.text.len() + run(u8::is_ascii_hexdigit) >= DIGEST;
            (!needle.is_number || !longer).then_some(needle)
        })
    }

    /// What is found in the files below a directory. Not in compiled components:
    /// these are made before anybody is read, and a number may stand in code.
    pub fn below(&self, directory: &Path) -> Vec<(PathBuf, Needle)> {
        let mut found = Vec::new();
        for file in
            files(directory).into_iter().filter(|file| file.extension().is_none_or(|of| of != "cwasm"))
        {
            let bytes = fs::read(&file).expect("the file is read");
            found.extend(self.within(&bytes).map(|needle| (file.clone(), needle.clone())));
        }
        found
    }
}

/// All files below a directory.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).expect("the directory is read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { waiting.push(path) } else { all.push(path) }
        }
    }
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_not_found_within_a_longer_one() {
        let needle = |text: &str, is_number| Needle { text: text.into(), what: text.into(), is_number };
        let needles = Needles::new(vec![needle("1234", true), needle("Ada Lovelace", false)]);
        assert_eq!(needles.within(b"x1234y").count(), 1);
        assert_eq!(needles.within(b"51234").count(), 0);
        assert_eq!(needles.within(b"12345").count(), 0);
        let digest = "0123456789abcdef0123456789ABCDEF";
        let (start, end) = digest.split_at(13);
        assert_eq!(needles.within(format!("{start}c1234c{end}").as_bytes()).count(), 0);
        assert_eq!(needles.within(format!("x{start}c1234-{end}").as_bytes()).count(), 1);
        assert_eq!(needles.within(b"..ada lovelace1234").count(), 2);
    }
}
