//! Groups.

use rollcall_tests::{Provider, Scene};
use serde_json::{Value, json};

fn groups(scene: &Scene) -> Vec<(String, u64)> {
    let listed = scene.run(&["group", "list"], &["--tenant", "acme"]).expect(0).lines();
    let group = |group: &Value| {
        let name = group["name"].as_str().expect("a name").to_owned();
        (name, group["members"].as_u64().expect("a number"))
    };
    listed.iter().map(group).collect()
}

/// R85, R87..R89, R91: objects with members that follow moves, splits and merges.
#[test]
fn c8_groups_come_from_an_attribute_and_follow_people() {
    let mut scene = Scene::new(Provider::Personio, 150);
    scene.integrate("[grouping]\nsource = \"attribute:department\"\n");
    scene.sync(&[]).expect(0);
    let check = |scene: &Scene| {
        let mut truth = std::collections::BTreeMap::<String, u64>::new();
        for person in scene.stub.people(scene.provider).iter().filter(|one| one.is_due()) {
            if let Some(department) = &person.department {
                *truth.entry(department.clone()).or_default() += 1;
            }
        }
        let mut found = groups(scene);
        found.sort();
        assert_eq!(found, truth.into_iter().collect::<Vec<_>>());
    };
    check(&scene);
    scene.change(&json!({"move": 30, "hire": 5, "leave": 5, "seed": 9}));
    scene.sync(&["--full"]).expect(0);
    check(&scene);
    // R87: another attribute, other groups.
    scene.integrate("[grouping]\nsource = \"attribute:location\"\n");
    let planned = scene.planned(&[]);
    let kinds: Vec<_> = planned["plan"]["groups"].as_array().expect("groups").clone();
    assert!(kinds.iter().any(|group| group["reaction"] == "remove" && group["kind"] == "department"));
    assert!(kinds.iter().any(|group| group["reaction"] == "create" && group["kind"] == "location"));
    scene.sync(&[]).expect(0);
    let counts = scene.applied(&["--full"]);
    assert!(counts.keys().all(|reaction| ["keep", "wait"].contains(&reaction.as_str())), "{counts:?}");
    // R92: and none at all.
    scene.integrate("[grouping]\nprovision = false\n");
    scene.sync(&[]).expect(0);
    assert_eq!(groups(&scene), []);
}

/// R86, C9: a directory's groups, flat or as they are.
#[test]
fn c9_a_directorys_groups_are_flattened_or_direct() {
    let members = |nested: &str| {
        let scene = Scene::new(Provider::Entra, 120);
        scene.integrate(&format!("[grouping]\nsource = \"directory\"\nnested = {nested:?}\n"));
        scene.sync(&[]).expect(0);
        let truth = scene.stub.groups(Provider::Entra);
        let found = groups(&scene);
        assert!(!found.is_empty());
        assert!(found.iter().all(|(name, _)| truth.iter().any(|group| group.name.trim() == name.trim())));
        found.into_iter().map(|(_, members)| members).sum::<u64>()
    };
    assert!(members("flatten") > members("direct"));
}

#[test]
fn r65_a_new_group_can_be_named_at_once() {
    let scene = Scene::new(Provider::Entra, 60);
    scene.integrate("[filter]\ninclude = { group = \"Dept Sales\" }\n");
    scene.sync(&[]).expect(0);
    scene.integrate("[filter]\ninclude = { group = \"No Such Group\" }\n");
    let refused = scene.sync(&[]).expect(2);
    assert!(refused.stderr.contains("No Such Group"), "{}", refused.stderr);
    // Nothing is remembered of the list that was read then.
    scene.integrate("[filter]\ninclude = { group = \"Dept Support\" }\n");
    scene.sync(&["--plan"]).expect(0);
}
