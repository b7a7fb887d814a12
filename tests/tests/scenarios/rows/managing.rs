//! Setting up, and finding again what was set up.

use rollcall_tests::{Provider, Scene};
use serde_json::{Value, json};

use super::count;

/// The mapping can wait for the first data: what there is to map is told without
/// one, and so is what would happen.
#[test]
fn r145_set_up_can_wait_and_go_on_days_later() {
    let mut scene = Scene::new(Provider::Personio, 40);
    let file = scene.path("integration.toml");
    let fields = ["fields", file.to_str().expect("a plain name")];
    let listed = rollcall_tests::rollcall(fields).expect(0).stdout;
    assert!(listed.contains("work_email") && listed.contains("department"), "{listed}");
    let planned = scene.planned(&[]);
    let create = planned["plan"]["counts"]["reactions"]["create"].as_u64().expect("a count");
    assert!(create > 0 && scene.accounts().is_empty());
    // Days later, with a mapping, from where it was left.
    scene.at("2026-01-19T08:00:00Z");
    scene.integrate(super::NAMES);
    assert_eq!(count(&scene.applied(&[]), "create"), create);
    assert_eq!(super::attributes(&scene).len(), 3);
}

#[test]
fn r6_r146_a_connected_integration_is_found_in_the_list() {
    let mut scene = Scene::new(Provider::Personio, 20);
    let disjoint = "[policies]\nsources = \"disjoint\"\nschedule = { every_hours = 2 }\n";
    scene.integrate(disjoint);
    scene.sync(&[]).expect(0);
    scene.provider = Provider::Entra;
    let (key, secret) = scene.provider.secret();
    std::fs::write(scene.path(key), secret).expect("the secret is written");
    let manual = disjoint.replace("{ every_hours = 2 }", "\"manual\"");
    scene.write(&scene.integration(&["work"], &manual).replace("\"people\"", "\"directory\""));
    scene.sync(&[]).expect(0);

    let list = |arguments: &[&str]| {
        let arguments = [&["--tenant", "acme"], arguments].concat();
        scene.run(&["integration", "list"], &arguments).expect(0).lines()
    };
    let (hour, now) = (3_600_000, 1_768_464_000_000_i64);
    let people = json!({
        "integration": "people",
        "name": "Personio",
        "connector": "personio",
        "last_run_ms": now,
        "next_run_ms": now + 2 * hour,
        "disconnected_ms": null,
    });
    let directory = json!({
        "integration": "directory",
        "name": "Microsoft Entra ID",
        "connector": "entra-id",
        "last_run_ms": now,
        "next_run_ms": null,
        "disconnected_ms": null,
    });
    assert_eq!(list(&[]), [directory.clone(), people.clone()]);
    for (text, found) in [("PERSON", &people), ("microsoft", &directory), ("azure ad", &directory)] {
        assert_eq!(list(&["--search", text]), std::slice::from_ref(found), "{text}");
    }
    assert_eq!(list(&["--search", "workday"]), Vec::<Value>::new());

    let of = ["--tenant", "acme", "--integration", "people", "--now", scene.now()];
    let confirm = scene.accounts().values().filter(|one| one["owner"]["integration"] == "people").count();
    let confirm = confirm.to_string();
    scene
        .run(&["disconnect"], &[&of[..], &["--accounts", "remove", "--confirm", &confirm]].concat())
        .expect(0);
    let left = list(&["--search", "personio"]);
    assert_eq!((&left[0]["disconnected_ms"], &left[0]["next_run_ms"]), (&json!(now), &Value::Null));
}
