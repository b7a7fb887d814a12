//! A long history of a company whose syncs are killed with `kill -9`, over and
//! over, beside a twin that nobody disturbs: after every chapter both have the
//! same accounts, and the same has happened to everybody.
//!
//! `make torture` kills 500 times, `ROLLCALL_KILLS` says how often,
//! `ROLLCALL_TEST_SEED` plays another history.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rollcall_model::EventKind;
use rollcall_tests::{Provider, Random, Running, Scene};
use serde_json::{Value, json};

/// Processes that are killed when nobody says how many.
const KILLS: u64 = 30;

/// Of one run, at most.
const KILLS_OF_ONE: u64 = 4;

const PEOPLE: u32 = 3_000;

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// What an admin may have written, one after the other.
const FILTERS: [&str; 4] = [
    "",
    "[filter]\nexclude = { attribute = \"department\", one_of = [\"Legal\", \"Finance\"] }\n",
    "[filter]\ninclude = { expression = \"department != 'Support' || startsWith(given_name, 'A')\" }\n",
    "[filter]\nexclude = { attribute = \"department\", equals = \"Sales\" }\n",
];

const POLICIES: &str = "[policies]\nhold_removals_over = { people = 100000, percent = 100 }\n\
    on_out_of_scope = { action = \"deactivate\", grace_days = 0 }\n\
    on_source_deleted = { action = \"remove\", grace_days = 0, remove_after_days = 1 }\n";

/// People by the source's id, as far as it does not hang on who came first.
fn state(scene: &Scene) -> BTreeMap<String, Value> {
    let tell = |account: Value| json!([account["status"], account["attributes"], account["groups"]]);
    scene.accounts().into_iter().map(|(id, account)| (id, tell(account))).collect()
}

/// How often each thing has happened. Whatever is done is done once.
fn happened(scene: &Scene) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for event in scene.events() {
        let kind = match event.kind {
            // Whether somebody was flagged or changed once more hangs on what a
            // killed run had seen of them.
            EventKind::Flagged => continue,
            kind => format!("{kind:?}"),
        };
        *counts.entry(kind).or_default() += 1;
    }
    counts
}

#[test]
fn a_history_of_kills_loses_nobody_and_doubles_nobody() {
    let kills = from_environment("ROLLCALL_KILLS").unwrap_or(KILLS);
    let seed = from_environment("ROLLCALL_TEST_SEED").unwrap_or(1);
    let mut random = Random::new(seed);
    let mut killed = 0;
    let mut chapter = 0;
    let mut calm = Scene::new(Provider::Personio, PEOPLE);
    let mut disturbed = calm.beside();
    while killed < kills {
        chapter += 1;
        let tables = format!("{}{POLICIES}", FILTERS[random.below(FILTERS.len() as u64) as usize]);
        calm.integrate(&tables);
        disturbed.integrate(&tables);
        if chapter > 1 {
            let some = |random: &mut Random, most| random.below(most);
            let change = json!({
                "hire": some(&mut random, 40),
                "leave": some(&mut random, 20),
                "delete": some(&mut random, 20),
                "rename": some(&mut random, 60),
                "move": some(&mut random, 60),
                "seed": seed * 1_000 + chapter,
            });
            let change = calm.change(&change);
            disturbed.at(&change.now);
        }
        let mode: &[&str] = if random.below(2) == 0 { &["--full"] } else { &[] };
        let begun = Instant::now();
        calm.sync(mode).expect(0);
        let time = begun.elapsed();
        let mut moments = Vec::new();
        for _ in 0..KILLS_OF_ONE {
            let after = Duration::from_micros(random.below(time.as_micros() as u64));
            moments.push(after);
            let running = Running::start(&disturbed, mode);
            running.works_for(after);
            if !running.kill(&format!("seed {seed}, chapter {chapter}, killed after {moments:?}")) {
                break;
            }
            killed += 1;
        }
        let told = format!("seed {seed}, chapter {chapter}, {mode:?}, killed after {moments:?}");
        disturbed.sync(mode).expect(0);
        // Whoever is interrupted reads everybody the next time, and sees who is gone
        // one run before a twin that reads changes.
        calm.sync(&["--full"]).expect(0);
        disturbed.sync(&["--full"]).expect(0);
        let (left, right) = (state(&disturbed), state(&calm));
        let differ: Vec<_> = left.iter().filter(|(id, one)| right.get(*id) != Some(one)).take(3).collect();
        assert!(differ.is_empty() && left.len() == right.len(), "{told}: {differ:?}");
        assert_eq!(happened(&disturbed), happened(&calm), "{told}");
        assert_eq!(disturbed.run(&["audit", "verify"], &[]).code, Some(0), "{told}");
    }
    println!("{killed} kills in {chapter} chapters");
}
