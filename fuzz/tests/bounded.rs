//! Every target for so many cases, made from its seeds by a fixed generator:
//! the same in every run. `ROLLCALL_FUZZ=100` makes a hundred times as many,
//! from other numbers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rollcall_fuzz::{TARGETS, Target};
use rollcall_tests::Random;

/// Cases of one target.
const CASES: u64 = 20_000;

/// Bytes of a case.
const MOST: usize = 16 * 1024;

#[test]
fn joining() {
    bounded("joining");
}

#[test]
fn next_link() {
    bounded("next_link");
}

#[test]
fn address() {
    bounded("address");
}

#[test]
fn manifest() {
    bounded("manifest");
}

#[test]
fn cassette() {
    bounded("cassette");
}

#[test]
fn page() {
    bounded("page");
}

#[test]
fn no_target_is_forgotten() {
    let names = ["joining", "next_link", "address", "manifest", "cassette", "page"];
    assert_eq!(TARGETS.map(|target| target.name), names);
}

fn bounded(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("the target is there");
    let seeds = seeds(name);
    for seed in &seeds {
        run(target, seed);
    }
    let times: u64 = std::env::var("ROLLCALL_FUZZ").map_or(1, |times| times.parse().expect("a number"));
    let mut random = Random::new(times);
    for _ in 0..CASES * times {
        run(target, &mutated(&mut random, &seeds, target.words));
    }
}

/// Files of `corpus/NAME`, in the order of their names.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("seeds").map(|file| file.expect("a seed").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{name} has no seeds");
    files.iter().map(|file| std::fs::read(file).expect("a seed")).collect()
}

/// Runs a case; one that fails is told so that it can become a seed.
fn run(target: &Target, case: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (target.run)(case))) {
        let failed = std::env::temp_dir().join(format!("rollcall-fuzz-{}", target.name));
        std::fs::write(&failed, case).expect("the case is written");
        eprintln!("the case that failed is in {}", failed.display());
        std::panic::resume_unwind(panic);
    }
}

fn mutated(random: &mut Random, seeds: &[Vec<u8>], words: &[&[u8]]) -> Vec<u8> {
    let mut case = seeds[index(random, seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = index(random, case.len() + 1);
        let end = at + index(random, (case.len() - at).min(16) + 1);
        match random.below(7) {
            0 => drop(case.splice(at..at, words[index(random, words.len())].iter().copied())),
            1 => drop(case.splice(at..end, words[index(random, words.len())].iter().copied())),
            // In the place of as many bytes: what is behind stays where it is.
            2 => {
                let word = words[index(random, words.len())];
                case.iter_mut().skip(at).zip(word).for_each(|(byte, other)| *byte = *other);
            }
            3 => drop(case.drain(at..end)),
            4 => {
                let again = case[at..end].to_vec();
                drop(case.splice(at..at, again));
            }
            5 => {
                let other = &seeds[index(random, seeds.len())];
                let from = index(random, other.len() + 1);
                drop(case.splice(at..end, other[from..].iter().copied()));
            }
            _ => {
                let byte = u8::try_from(random.below(256)).unwrap_or_default();
                case.iter_mut().skip(at).take(1).for_each(|old| *old = byte);
            }
        }
    }
    case.truncate(MOST);
    case
}

fn index(random: &mut Random, end: usize) -> usize {
    usize::try_from(random.below(end as u64)).unwrap_or_default()
}
