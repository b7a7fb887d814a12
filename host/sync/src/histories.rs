//! Durability, by histories that chance makes up: companies change, admins change
//! their minds, providers fail, power is lost at any write, and after every run
//! the store has to say what a simple model says.
//!
//! `ROLLCALL_SEED=7` plays one history again, `ROLLCALL_HISTORIES=100000` more of
//! them. Batches and transactions are small here, so that a company of a dozen
//! has several.

mod calendar;
mod changes;
mod checks;
mod company;
mod model;
mod provider;
mod random;
mod rules;
mod story;
mod world;

use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use story::Story;
use tokio::runtime::{Builder, Runtime};
use world::{Played, World};

/// Histories that are played when nobody says how many.
const HISTORIES: u64 = 10_000;

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")))
}

#[test]
fn every_history_comes_to_what_the_model_says() {
    let seeds = match from_environment("ROLLCALL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..from_environment("ROLLCALL_HISTORIES").unwrap_or(HISTORIES),
    };
    if seeds.end - seeds.start == 1 {
        println!("{:#?}", Story::by_chance(seeds.start));
    }
    let begun = std::time::Instant::now();
    let all = play_all(seeds.clone());
    println!("{} histories in {:?}: {all:?}", seeds.end - seeds.start, begun.elapsed());
}

/// On all cores. The first that fails says how to play it again.
fn play_all(seeds: Range<u64>) -> Played {
    let next = AtomicU64::new(seeds.start);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let work = || {
            let runtime = Builder::new_current_thread().build().expect("a runtime");
            let mut all = Played::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds.end {
                    return all;
                }
                let played = catch_unwind(AssertUnwindSafe(|| play(&runtime, &Story::by_chance(seed))));
                all += played.unwrap_or_else(|_| {
                    next.store(seeds.end, Ordering::Relaxed);
                    panic!("history {seed} failed; play it again with ROLLCALL_SEED={seed}");
                });
            }
        };
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut all = Played::default();
        for worker in workers {
            all +=
                worker.join().unwrap_or_else(|panic: Box<dyn Any + Send>| std::panic::resume_unwind(panic));
        }
        all
    })
}

/// As it is told, and calmly: everything read each time and no power lost. Both
/// come to the same, unless somebody was disputed, everybody was gone, the last run
/// was undone, a manager was not known, or dates decide: changes do not show that a
/// day has passed.
fn play(runtime: &Runtime, story: &Story) -> Played {
    let mut world = World::new(runtime);
    world.play(story);
    let by_date = story.dates && world.played.changes_read > 0;
    if by_date || world.disputes || world.unlike_full {
        return world.played;
    }
    let mut calm = World::new(runtime);
    calm.play(&story.calm());
    if !calm.disputes && !calm.emptied && !world.undone && !calm.undone {
        let (told, calm) = (world.model.state(), calm.model.state());
        assert_eq!(told, calm, "read or interrupted otherwise, it comes to another end");
        world.played.compared += 1;
    }
    world.played
}

#[test]
fn a_seed_plays_the_same_history_again() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    for seed in 0..20 {
        let again = [(); 2].map(|()| {
            let mut world = World::new(&runtime);
            world.play(&Story::by_chance(seed));
            (world.played, world.operations(), world.model)
        });
        assert_eq!(again[0], again[1], "history {seed}");
    }
}

/// So that none of what is promised goes unplayed.
#[test]
fn chance_brings_everything_about() {
    let played = play_all(0..600);
    let Played { runs, previews, losses, resumed, faults, changes_read, held, .. } = played;
    let Played { approved, by_hand, compared, .. } = played;
    for count in [runs, previews, losses, resumed, faults, changes_read, held, approved, by_hand, compared] {
        assert!(count > 0, "{played:?}");
    }
}
