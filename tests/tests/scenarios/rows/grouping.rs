//! Groups: where they come from, and what they are for.

use std::collections::BTreeSet;

use rollcall_tests::{Person, Provider, Scene, below};
use serde_json::{Value, json};

use super::{NAMES, groups, line, truth};

fn kinds(scene: &Scene) -> BTreeSet<String> {
    groups(scene).iter().map(|group| group["kind"].as_str().expect("a kind").to_owned()).collect()
}

#[test]
fn r87_an_hr_system_is_grouped_by_department_unless_told_otherwise() {
    let scene = Scene::new(Provider::Personio, 60);
    scene.sync(&[]).expect(0);
    assert_eq!(kinds(&scene), BTreeSet::from(["department".to_owned()]));
    scene.integrate("[grouping]\nsource = \"attribute:location\"\n");
    scene.sync(&[]).expect(0);
    assert_eq!(kinds(&scene), BTreeSet::from(["location".to_owned()]));
    let scene = Scene::new(Provider::Entra, 60);
    scene.sync(&[]).expect(0);
    assert!(kinds(&scene).contains("security-group") && !kinds(&scene).contains("department"));
}

#[test]
fn r88_team_and_location_are_those_of_the_source_and_follow_it() {
    let mut scene = Scene::new(Provider::Personio, 80);
    scene.integrate(&format!("{NAMES}{}{}", line("team", "teams"), line("place", "location")));
    let check = |scene: &Scene| {
        scene.sync(&["--full"]).expect(0);
        let accounts = scene.accounts();
        let people = scene.stub.people(Provider::Personio);
        let due: Vec<&Person> = people.iter().filter(|person| person.is_due()).collect();
        assert!(due.iter().any(|person| person.team.is_some()));
        for person in due {
            let attributes = &accounts[&person.id]["attributes"];
            let team = person.team.as_ref().map_or(Value::Null, |team| json!([team]));
            assert_eq!((&attributes["team"], &attributes["place"]), (&team, &json!(person.location)));
        }
        accounts
    };
    let before = check(&scene);
    scene.change(&json!({"move": 30, "seed": 7}));
    assert_ne!(check(&scene), before, "somebody has moved");
}

/// C8: a group that chooses people, and that the product never sees.
#[test]
fn r92_groups_may_serve_the_filter_alone() {
    let mut scene = Scene::new(Provider::Entra, 120);
    scene.integrate("[filter]\ninclude = { group = \"Dept Sales\" }\n[grouping]\nprovision = false\n");
    let check = |scene: &Scene| {
        scene.sync(&[]).expect(0);
        let named = scene.stub.groups(Provider::Entra);
        let sales = named.iter().find(|group| group.name == "Dept Sales").expect("the group");
        let members = below(&sales.id, &scene.stub.memberships(Provider::Entra));
        let accounts = scene.accounts();
        let due = truth(scene, |person| person.is_due() && members.contains(&person.id));
        let active = accounts.values().filter(|account| account["status"] == "active");
        assert_eq!(active.count() as u64, due);
        assert!(due > 0 && accounts.values().all(|account| account["groups"].is_null()));
        assert_eq!(groups(scene), Vec::<Value>::new());
    };
    check(&scene);
    scene.change(&json!({"hire": 20, "seed": 2}));
    check(&scene);
}

/// Whatever hangs on groups hangs on this choice: the plan shows what becomes of
/// each group, and of the people in it.
#[test]
fn r116_r150_a_wrong_grouping_shows_its_consequences_before_they_happen() {
    let scene = Scene::new(Provider::Personio, 100);
    scene.sync(&[]).expect(0);
    let before = groups(&scene);
    scene.integrate("[grouping]\nsource = \"attribute:company\"\n");
    let planned = scene.planned(&[]);
    let changes = planned["plan"]["groups"].as_array().expect("what becomes of groups");
    for group in &before {
        let change =
            changes.iter().find(|change| change["key"] == group["key"] && change["kind"] == group["kind"]);
        let change = change.unwrap_or_else(|| panic!("nothing is said of {group}"));
        assert_eq!((&change["reaction"], &change["leaves"]), (&json!("remove"), &group["members"]));
    }
    let told = scene.sync(&["--plan"]).expect(0).stdout;
    let name = before[0]["name"].as_str().expect("a name");
    let row =
        told.lines().find(|row| row.contains(name) && row.contains("department")).expect("a row for it");
    assert!(row.contains("remove") && row.contains(&format!("{} leave", before[0]["members"])), "{row}");
    assert_eq!(groups(&scene), before);
}
