//! A process that is killed, at any moment, leaves what the next one goes on
//! with: nobody twice, nobody missing, nothing applied twice.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rollcall_model::EventKind;
use rollcall_tests::{Person, Provider, Random, Running, Scene, reactions};

const PEOPLE: u32 = 20_000;
/// Processes that are killed in all.
const KILLS: u64 = 30;
/// And at most of one directory.
const KILLS_OF_ONE: u64 = 6;
/// Directories at most: a process may be done before its moment has come.
const DIRECTORIES: u64 = 30;

const SALES_AND_MORE: &str = r#"
[filter]
include = { attribute = "department", one_of = ["Sales", "Engineering", "Operations", "Support", "Product"] }
[policies]
hold_removals_over = { people = 100000, percent = 100 }
"#;

/// What the process says it does, in this order.
const PHASES: [&str; 3] = ["reading people", "planning", "applying"];

/// How long each phase takes when nobody disturbs it.
fn undisturbed(scene: &Scene) -> BTreeMap<&'static str, Duration> {
    let running = Running::start(scene, &[]);
    let mut times = BTreeMap::new();
    let mut begun = Instant::now();
    let mut last = "start";
    for phase in PHASES {
        assert!(running.reaches(phase), "the undisturbed sync never says `{phase}`");
        times.insert(last, begun.elapsed());
        (begun, last) = (Instant::now(), phase);
    }
    running.ends();
    times.insert(last, begun.elapsed());
    times
}

#[test]
fn a_killed_sync_goes_on_and_does_nothing_twice() {
    let reference = Scene::new(Provider::Personio, PEOPLE);
    reference.integrate(SALES_AND_MORE);
    let times = undisturbed(&reference);
    let truth: BTreeMap<_, _> = reference
        .stub
        .people(Provider::Personio)
        .into_iter()
        .filter(|person| person.is_in(&["Sales", "Engineering", "Operations", "Support", "Product"]))
        .filter(Person::is_due)
        .map(|person| (person.id.clone(), person))
        .collect();
    assert_eq!(reference.accounts().len(), truth.len());

    let mut killed = 0;
    // Other moments, for whoever looks for more.
    let first = std::env::var("ROLLCALL_TEST_SEED").map_or(0, |seed| seed.parse().expect("a number"));
    for seed in first..first + DIRECTORIES {
        if killed >= KILLS {
            break;
        }
        // The stub of the reference serves all of them.
        let scene = reference.beside();
        scene.integrate(SALES_AND_MORE);
        let mut random = Random::new(seed);
        let mut moments = Vec::new();
        for _ in 0..KILLS_OF_ONE {
            let phase = ["start", PHASES[0], PHASES[0], PHASES[1], PHASES[2]][random.below(5) as usize];
            let after = Duration::from_micros(random.below(times[phase].as_micros() as u64 + 1));
            moments.push((phase, after));
            let running = Running::start(&scene, &[]);
            if phase == "start" || running.reaches(phase) {
                running.works_for(after);
            }
            if !running.kill(&format!("seed {seed}, killed at {moments:?}")) {
                break;
            }
            killed += 1;
        }
        let told = format!("seed {seed}, killed at {moments:?}");
        scene.sync(&[]).expect(0);
        let left = reactions(&scene.planned(&["--full"]));
        assert!(left.keys().all(|reaction| reaction == "keep" || reaction == "wait"), "{told}: {left:?}");

        let accounts = scene.accounts();
        assert!(
            accounts.keys().eq(truth.keys()),
            "{told}: {} accounts for {} people",
            accounts.len(),
            truth.len()
        );
        for (id, account) in &accounts {
            let person = &truth[id];
            assert_eq!(account["status"], "active", "{told}: {account}");
            assert_eq!(account["attributes"]["email"].as_str(), person.email.as_deref(), "{told}: {account}");
            assert_eq!(account["attributes"]["department"].as_str(), person.department.as_deref(), "{told}");
        }
        let events = scene.events();
        assert_eq!(events.len(), truth.len(), "{told}: an event for each account");
        assert!(events.iter().all(|event| event.kind == EventKind::Created), "{told}");
        let mut ids: Vec<_> = events.iter().filter_map(|event| event.account).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), truth.len(), "{told}: an account was made twice");
        let verified = scene.run(&["audit", "verify"], &[]);
        assert_eq!(verified.code, Some(0), "{told}: {}", verified.stderr);
    }
    assert!(killed >= KILLS, "only {killed} processes were killed before they were done");
}

/// The databases and the master key are made by the first process: whatever it
/// has of them when it is killed, the second one can work with.
#[test]
fn a_process_killed_while_it_makes_its_data_leaves_a_directory_that_works() {
    const TRIES: u64 = 100;
    let reference = Scene::new(Provider::Personio, 20);
    let running = Running::start(&reference, &[]);
    let begun = Instant::now();
    assert!(running.reaches(PHASES[0]));
    let until_reading = begun.elapsed();
    running.ends();
    let accounts = reference.accounts().len();
    let mut wrong = Vec::new();
    for seed in 0..TRIES {
        let scene = reference.beside();
        let after = Duration::from_micros(Random::new(seed).below(until_reading.as_micros() as u64));
        let running = Running::start(&scene, &[]);
        running.works_for(after);
        running.kill(&format!("seed {seed}, killed after {after:?}"));
        let ended = scene.sync(&[]);
        if ended.code != Some(0) {
            wrong.push(format!("killed after {after:?}: {}", ended.stderr));
        } else if scene.accounts().len() != accounts {
            wrong.push(format!("killed after {after:?}: not everybody has an account"));
        }
    }
    assert!(wrong.is_empty(), "{} of {TRIES} directories: {wrong:#?}", wrong.len());
}
