//! Each preset does what its product's help pages promise (C1..C22). The tests
//! read like those pages: what an admin does, and what they then see.

use std::collections::BTreeMap;

use rollcall_tests::{Provider, Scene};
use serde_json::json;

const SALES_AND_SUPPORT: &str =
    "[filter]\ninclude = { attribute = \"department\", one_of = [\"Sales\", \"Support\"] }\n";
const SALES: &str = "[filter]\ninclude = { attribute = \"department\", equals = \"Sales\" }\n";
/// A company of a few hundred would wait for an approval each time.
const NO_THRESHOLD: &str = "[policies]\nhold_removals_over = { people = 100000, percent = 100 }\n";

fn scene(preset: &str, provider: Provider, people: u32) -> Scene {
    let scene = Scene::new(provider, people);
    integrate(&scene, preset, SALES_AND_SUPPORT);
    scene
}

/// The integration as its admin writes it: a preset, and a filter.
fn integrate(scene: &Scene, preset: &str, filter: &str) {
    let text = scene.integration(&["work"], &format!("{filter}{NO_THRESHOLD}"));
    let text = text.replace("activate = \"on-appearance\"\n", "");
    scene.write(&format!("preset = {preset:?}\n{text}"));
}

fn count(counts: &BTreeMap<String, u64>, reaction: &str) -> u64 {
    counts.get(reaction).copied().unwrap_or_default()
}

fn statuses(scene: &Scene) -> BTreeMap<String, usize> {
    let mut statuses = BTreeMap::new();
    for account in scene.accounts().values() {
        *statuses.entry(account["status"].as_str().expect("a status").to_owned()).or_default() += 1;
    }
    statuses
}

#[test]
fn safe_asks_before_it_takes_and_waits_before_it_removes() {
    let mut scene = scene("safe", Provider::Personio, 150);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    // Somebody who falls out of the filter has a week.
    integrate(&scene, "safe", SALES);
    let counts = scene.applied(&[]);
    assert!(count(&counts, "flag") > 0 && count(&counts, "deactivate") == 0, "{counts:?}");
    assert_eq!(statuses(&scene)["active"], before.len());
    scene.at("2026-01-22T09:00:00Z");
    assert!(count(&scene.applied(&["--full"]), "deactivate") > 0);
    // What the source governs is not edited by hand.
    let edit = ["--tenant", "acme", "account-1", "--set", "given_name=Other"];
    assert!(scene.run(&["account", "edit"], &edit).expect(2).stderr.contains("Personio"));
    // An account is kept for a month after its person is gone from the source.
    scene.change(&json!({"delete": 400, "seed": 1}));
    scene.stub.faults(&[]);
    assert_eq!(scene.accounts().len(), before.len());
}

/// "Users who are not shared any more are removed."
#[test]
fn sosafe_removes_who_is_not_shared_and_everybody_on_disconnect() {
    let mut scene = scene("sosafe-like", Provider::Personio, 150);
    scene.sync(&[]).expect(0);
    let before = scene.accounts().len();
    // "Manual users cannot be combined with a source."
    assert!(
        scene.add_by_hand("hand@example.com", &[]).expect(2).stderr.contains("not allowed beside Personio")
    );
    integrate(&scene, "sosafe-like", SALES);
    assert!(count(&scene.applied(&[]), "deactivate") > 0, "access goes at once");
    assert_eq!(scene.accounts().len(), before, "the account a day later: there is a way back");
    scene.at("2026-01-16T09:00:00Z");
    assert!(count(&scene.applied(&["--full"]), "remove") > 0);
    let left = scene.accounts();
    assert!(left.len() < before);
    // "One integration at a time."
    let other = scene.integration(&["work"], "").replace("\"people\"", "\"other\"");
    scene.write(&format!("preset = \"sosafe-like\"\n{other}"));
    assert!(scene.sync(&[]).expect(2).stderr.contains("allows no other source"));
    // "Disconnecting permanently removes all synchronised users" is what is
    // proposed; the admin chooses.
    let of = ["--tenant", "acme", "--integration", "people"];
    let dialog = scene.run(&["disconnect"], &of).expect(4).stdout;
    assert!(dialog.contains("remove (proposed)"), "{dialog}");
}

/// "Default groups": the departments of an HR system, the groups of a directory.
#[test]
fn sosafe_groups_by_department_or_security_group() {
    let kinds = |provider| {
        let scene = scene("sosafe-like", provider, 100);
        scene.sync(&[]).expect(0);
        let groups = scene.run(&["group", "list"], &["--tenant", "acme"]).expect(0).lines();
        let kind = |group: &serde_json::Value| group["kind"].as_str().expect("a kind").to_owned();
        groups.iter().map(kind).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(kinds(Provider::Personio).into_iter().collect::<Vec<_>>(), ["department"]);
    assert!(kinds(Provider::Entra).contains("security-group"));
}

/// "Employees are deactivated when they are no longer included or become
/// inactive."
#[test]
fn jigso_deactivates_and_overwrites_and_runs_beside_other_systems() {
    let mut scene = scene("jigso-like", Provider::Personio, 150);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    integrate(&scene, "jigso-like", SALES);
    let counts = scene.applied(&[]);
    assert!(count(&counts, "deactivate") > 0 && count(&counts, "remove") == 0, "{counts:?}");
    assert_eq!(scene.accounts().len(), before.len(), "nobody is removed");
    integrate(&scene, "jigso-like", SALES_AND_SUPPORT);
    assert!(count(&scene.applied(&[]), "reactivate") > 0);
    // "Change it in the source, or the next sync overwrites it."
    let edit = ["--tenant", "acme", "account-1", "--set", "title=Mine"];
    scene.run(&["account", "edit"], &edit).expect(0);
    assert_eq!(count(&scene.applied(&[]), "update"), 1);
    // "Several systems at once."
    let other = scene.integration(&["work"], SALES).replace("\"people\"", "\"subsidiary\"");
    scene.write(&format!("preset = \"jigso-like\"\n{other}"));
    let planned = scene.planned(&[]);
    assert!(planned["plan"]["overlaps"]["people"].as_u64().is_some_and(|people| people > 0));
    // Leavers go with their last day.
    integrate(&scene, "jigso-like", SALES_AND_SUPPORT);
    scene.change(&json!({"leave": 60, "seed": 3}));
    assert!(count(&scene.applied(&["--full"]), "deactivate") > 0);
}

/// "Users who are not found in the source are marked as non-matching."
#[test]
fn r113_isfox_flags_and_takes_nothing_away() {
    let mut scene = scene("isfox-like", Provider::Entra, 150);
    let people = scene.stub.people(Provider::Entra);
    let known = people.iter().find(|one| one.is_due() && one.is_in(&["Sales"])).expect("somebody");
    // "The first sync matches by e-mail and stores the source's id."
    scene.add_by_hand(known.email.as_deref().expect("an e-mail"), &[]).expect(0);
    scene.add_by_hand("nobody@example.com", &[]).expect(0);
    assert_eq!(count(&scene.applied(&[]), "link"), 1);
    let statuses_of = |scene: &Scene| {
        let mut found = BTreeMap::<String, usize>::new();
        for row in scene.run(&["link", "list"], &["--tenant", "acme", "--format", "json"]).expect(0).lines() {
            *found.entry(row["status"].as_str().expect("a status").to_owned()).or_default() += 1;
        }
        found
    };
    let first = statuses_of(&scene);
    assert_eq!(first["non-matching"], 1);
    assert!(first["synced"] > 1 && !first.contains_key("terminated"), "{first:?}");
    // "Groups do not appear in the product."
    assert_eq!(scene.run(&["group", "list"], &["--tenant", "acme"]).expect(0).stdout, "");

    scene.change(&json!({"leave": 20, "delete": 10, "seed": 2}));
    let counts = scene.applied(&["--full"]);
    for reaction in ["deactivate", "remove"] {
        assert_eq!(count(&counts, reaction), 0, "{counts:?}");
    }
    assert_eq!(statuses(&scene).get("deactivated"), None, "nobody loses access");
    let after = statuses_of(&scene);
    assert!(after["terminated"] > 0, "a red dot: {after:?}");
    // "Disconnecting keeps all users."
    let dialog =
        scene.run(&["disconnect"], &["--tenant", "acme", "--integration", "people"]).expect(4).stdout;
    assert!(dialog.contains("keep (proposed)"), "{dialog}");
}

#[test]
fn presets_are_listed_and_shown() {
    let scene = Scene::new(Provider::Personio, 1);
    let run = |arguments: &[&str]| {
        let ended = rollcall_tests::rollcall(["preset"].iter().chain(arguments));
        (ended.code, format!("{}{}", ended.stdout, ended.stderr))
    };
    let (_, list) = run(&["list"]);
    for name in ["safe", "sosafe-like", "jigso-like", "isfox-like"] {
        assert!(list.contains(name), "{list}");
        let (code, text) = run(&["show", name]);
        assert_eq!(code, Some(0));
        // What is shown can be written into a file as it is.
        let file = scene.integration(&["work"], "").replace("classes = [\"work\"]\n", "");
        let head = file.split("[settings]").next().expect("a head");
        let rest = &file[head.len()..];
        let rest = rest.split("[policies]").next().expect("the rest");
        scene.write(&format!("{head}{text}\n{rest}"));
        scene.sync(&["--plan", "--format", "json"]).expect(0);
    }
    let (code, told) = run(&["show", "lenient"]);
    assert!(code == Some(2) && told.contains("sosafe-like"), "{told}");
    // And one that is not there is no preset of a file either.
    scene.write(&format!("preset = \"lenient\"\n{}", scene.integration(&["work"], "")));
    let refused = scene.sync(&["--plan"]).expect(2);
    assert!(refused.stderr.contains("isfox-like"), "{}", refused.stderr);
}
