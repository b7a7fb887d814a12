//! Ways out, and ways back.

use rollcall_tests::{Provider, Scene};
use serde_json::json;

use super::{SALES, active, count};

/// Acceptance 4, to its end: approved once, and undone within grace.
#[test]
fn rule_6_what_a_run_took_away_can_be_given_back() {
    let mut scene = Scene::new(Provider::Personio, 120);
    scene.sync(&[]).expect(0);
    let before = active(&scene);
    let policies = "[policies]\non_out_of_scope = { action = \"deactivate\", grace_days = 0 }\n\
                    hold_removals_over = { people = 10, percent = 5 }\n";
    scene.integrate(&format!("{SALES}{policies}"));
    let held = scene.sync(&["--format", "json"]).expect(4);
    assert_eq!(active(&scene), before, "nothing before the approval");
    let hash = held.json()["hash"].as_str().expect("a hash").to_owned();
    let of = ["--tenant", "acme", "--integration", "people", "--now", scene.now()];
    let approve = [&of[..], &[&hash, "--by", "Ada", "--reason", "spin-off"]].concat();
    scene.run(&["approve"], &approve).expect(0);
    let told = scene.sync(&[]).expect(0).stdout;
    let left = active(&scene);
    assert!(left < before);
    let run = told.lines().rev().find_map(|line| line.strip_prefix("done: ")).expect("the run").to_owned();

    let undo = ["--tenant", "acme", run.as_str(), "--by", "Ada", "--now", scene.now()];
    let undone = scene.run(&["undo"], &undo).expect(0).stdout;
    assert!(undone.starts_with(&format!("{} accounts", before - left)), "{undone}");
    assert_eq!(active(&scene), before);
    assert!(scene.run(&["undo"], &undo).expect(0).stdout.starts_with("0 accounts"));
    // There is time to mend the filter; after that it counts again.
    assert_eq!(count(&scene.applied(&[]), "deactivate"), 0);
    scene.at("2026-01-22T08:00:00Z");
    scene.sync(&[]).expect(4);
    assert!(scene.run(&["undo"], &["--tenant", "acme", "run-999"]).expect(2).stderr.contains("run-999"));
}

/// C4, rule 6: first the access, days later the account, and not one day early.
#[test]
fn c4_an_account_is_removed_days_after_it_lost_access() {
    let mut scene = Scene::new(Provider::Personio, 60);
    scene.integrate(
        "[policies]\non_source_deleted = { action = \"remove\", grace_days = 1, remove_after_days = 3 }\n",
    );
    scene.sync(&[]).expect(0);
    let before = scene.accounts().len();
    scene.change(&json!({"delete": 2, "seed": 4}));
    for (instant, reaction, accounts) in [
        ("2026-01-15T09:00:00Z", "flag", before),
        ("2026-01-16T08:00:00Z", "keep", before),
        ("2026-01-16T09:00:00Z", "deactivate", before),
        ("2026-01-19T08:00:00Z", "keep", before),
        ("2026-01-19T09:00:00Z", "remove", before - 2),
    ] {
        scene.at(instant);
        let counts = scene.applied(&["--full"]);
        assert!(count(&counts, reaction) >= 2, "{instant}: {counts:?}");
        assert_eq!(scene.accounts().len(), accounts, "{instant}");
    }
}

/// Acceptance 11.
#[test]
fn c6_a_disconnect_says_what_it_does_and_asks_first() {
    for (choice, accounts_left, active_left) in
        [("keep", true, true), ("deactivate", true, false), ("remove", true, false)]
    {
        let mut scene = Scene::new(Provider::Personio, 50);
        scene.sync(&[]).expect(0);
        let before = scene.accounts();
        let of = ["--tenant", "acme", "--integration", "people"];
        let shown = scene.run(&["disconnect"], &of).expect(4);
        let dialog = &shown.stdout;
        let migrate = dialog.find("rollcall migrate").expect("changing the source is offered");
        assert!(migrate < dialog.find("keep").expect("the first choice"), "and offered first: {dialog}");
        for word in ["keep (proposed)", "deactivate", "remove", &format!("{} accounts", before.len())] {
            assert!(dialog.contains(word), "{word}: {dialog}");
        }
        assert_eq!(scene.accounts(), before);
        let wrong = [&of[..], &["--accounts", choice, "--confirm", "1"]].concat();
        assert!(scene.run(&["disconnect"], &wrong).expect(2).stderr.contains("look again"));
        assert_eq!(scene.accounts(), before);

        let confirm = before.len().to_string();
        let chosen = [&of[..], &["--accounts", choice, "--confirm", &confirm, "--now", scene.now()]].concat();
        let told = scene.run(&["disconnect"], &chosen).expect(0).stdout;
        assert_eq!(scene.accounts().len() == before.len(), accounts_left);
        assert_eq!(active(&scene) > 0, active_left, "{choice}: {told}");
        if choice == "remove" {
            let finish = |scene: &Scene| {
                let arguments = [&of[..], &["--finish", "--now", scene.now()]].concat();
                scene.run(&["disconnect"], &arguments).expect(0).stdout
            };
            assert!(finish(&scene).starts_with("removed 0"));
            scene.at("2026-02-14T08:00:00Z");
            assert!(finish(&scene).starts_with(&format!("removed {}", before.len())));
            assert_eq!(scene.accounts().len(), 0);
        }
    }
}

#[test]
fn r136_a_disconnect_with_deactivation_can_be_undone() {
    let scene = Scene::new(Provider::Personio, 40);
    scene.sync(&[]).expect(0);
    let before = active(&scene);
    let confirm = scene.accounts().len().to_string();
    let of =
        ["--tenant", "acme", "--integration", "people", "--accounts", "deactivate", "--confirm", &confirm];
    let told = scene.run(&["disconnect"], &of).expect(0).stdout;
    let run = told.lines().next().and_then(|line| line.rsplit(' ').next()).expect("the run").to_owned();
    assert_eq!(active(&scene), 0);
    scene.run(&["undo"], &["--tenant", "acme", &run]).expect(0);
    assert_eq!(active(&scene), before);
    // R137: and connected again, nobody is doubled.
    let counts = scene.applied(&[]);
    assert_eq!((count(&counts, "create"), count(&counts, "link")), (0, before as u64), "{counts:?}");
}
