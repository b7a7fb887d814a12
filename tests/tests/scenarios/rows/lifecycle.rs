//! Joining, changing, leaving.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::EventKind;
use rollcall_tests::{Provider, Scene};
use serde_json::json;

use super::{count, rows};

/// R106: created on the first day, neither before nor never.
#[test]
fn r106_whoever_starts_later_gets_access_on_their_first_day() {
    let mut scene = Scene::new(Provider::Personio, 400);
    let people = scene.stub.people(Provider::Personio);
    let today = "2026-01-15";
    let hired = people.iter().filter(|person| person.is_due());
    let hired = hired.filter(|person| person.start_date.as_deref().is_some_and(|start| start > today));
    let hired: Vec<_> = hired.collect();
    assert!(!hired.is_empty(), "the stub has people who start later");
    scene.integrate("[policies]\nactivate = \"on-start-date\"\n");
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    assert!(hired.iter().all(|person| !accounts.contains_key(&person.id)));
    let first = hired.iter().filter_map(|person| person.start_date.clone()).min().expect("a date");
    let on_the_day = || hired.iter().filter(|person| person.start_date.as_ref() == Some(&first));
    scene.at(&format!("{first}T06:00:00Z"));
    scene.sync(&["--full"]).expect(0);
    let accounts = scene.accounts();
    assert!(on_the_day().all(|person| accounts[&person.id]["status"] == "active"));
}

#[test]
fn r108_r109_the_source_wins_over_what_was_changed_here() {
    let scene = Scene::new(Provider::Personio, 40);
    scene.integrate("[policies]\nmanual_edit = \"overwrite\"\n");
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    let edit = ["--tenant", "acme", "account-1", "--set", "department=Elsewhere"];
    scene.run(&["account", "edit"], &edit).expect(0);
    assert_ne!(scene.accounts(), before);
    scene.sync(&[]).expect(0);
    let same = |accounts: &rollcall_tests::State| {
        accounts.iter().map(|(id, one)| (id.clone(), one["attributes"].clone())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(same(&scene.accounts()), same(&before));
}

/// Two ways out, one policy each.
#[test]
fn r110_out_of_the_filter_and_inactive_both_end_access() {
    let mut scene = Scene::new(Provider::Personio, 80);
    let policies = "[policies]\non_out_of_scope = { action = \"deactivate\" }\n\
                    hold_removals_over = { people = 1000, percent = 100 }\n";
    scene.integrate(policies);
    scene.sync(&[]).expect(0);
    scene.change(&json!({"leave": 3, "seed": 5}));
    scene.integrate(&format!(
        "[filter]\nexclude = {{ attribute = \"department\", equals = \"Sales\" }}\n{policies}"
    ));
    let planned = scene.planned(&["--full"]);
    let situations: BTreeSet<_> = planned["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter(|item| item["reaction"] == "deactivate")
        .map(|item| item["situation"].as_str().expect("a situation").to_owned())
        .collect();
    assert_eq!(situations, BTreeSet::from(["ended".to_owned(), "out-of-scope".to_owned()]));
}

/// The groups of a leaver go with the access, and the plan says
/// so first.
#[test]
fn r111_r116_what_belongs_to_the_team_goes_with_the_access() {
    let mut scene = Scene::new(Provider::Personio, 60);
    scene.integrate("[grouping]\nsource = \"attribute:department\"\n");
    scene.sync(&[]).expect(0);
    scene.change(&json!({"delete": 3, "seed": 6}));
    let planned = scene.planned(&["--full"]);
    let leaves = planned["plan"]["groups"].as_array().expect("groups").iter();
    let leaves: u64 = leaves.filter_map(|group| group["leaves"].as_u64()).sum();
    assert!(leaves > 0, "{}", planned["plan"]["groups"]);
    scene.sync(&["--full"]).expect(0);
    let gone: Vec<_> =
        scene.accounts().into_values().filter(|account| account["status"] == "deactivated").collect();
    assert_eq!(gone.len(), 3);
    assert!(gone.iter().all(|account| account["groups"].is_null()), "{gone:?}");
}

/// C4: for whoever is gone from the source.
#[test]
fn r112_r113_r114_a_leaver_is_flagged_loses_access_or_is_removed_as_the_admin_chose() {
    for (policy, reaction, status) in [
        ("action = \"flag\"", "flag", Some("active")),
        ("action = \"deactivate\"", "deactivate", Some("deactivated")),
        ("action = \"remove\", remove_after_days = 1", "deactivate", None),
    ] {
        let mut scene = Scene::new(Provider::Personio, 60);
        scene.integrate(&format!("[policies]\non_source_deleted = {{ {policy} }}\n"));
        scene.sync(&[]).expect(0);
        let before = scene.accounts();
        scene.change(&json!({"delete": 2, "seed": 4}));
        assert_eq!(count(&scene.applied(&["--full"]), reaction), 2, "{policy}");
        let gone: Vec<_> = rows(&scene, "terminated");
        assert_eq!(gone.len(), 2, "{policy}: each has a red dot");
        scene.at("2026-01-20T08:00:00Z");
        scene.sync(&["--full"]).expect(0);
        let after = scene.accounts();
        for row in gone {
            let id = row["source_id"].as_str().expect("an id");
            assert!(before.contains_key(id));
            assert_eq!(after.get(id).map(|account| account["status"].as_str()), status.map(Some), "{policy}");
        }
    }
}

#[test]
fn r117_what_happens_to_people_is_told_as_events() {
    let mut scene = Scene::new(Provider::Personio, 60);
    scene.sync(&[]).expect(0);
    scene.change(&json!({"hire": 2, "leave": 2, "rename": 2, "seed": 3}));
    scene.sync(&["--full"]).expect(0);
    let kinds: BTreeMap<String, usize> = scene.events().iter().fold(BTreeMap::new(), |mut kinds, event| {
        *kinds.entry(format!("{:?}", event.kind)).or_default() += 1;
        kinds
    });
    assert!(kinds["Created"] > 2 && kinds["Updated"] >= 2 && kinds["Deactivated"] == 2, "{kinds:?}");
    let renamed = scene.events().into_iter().filter(|event| event.kind == EventKind::Updated);
    assert!(renamed.into_iter().any(|event| event.changed.contains(&"email".to_owned())));
}
