//! Who reports to whom (R75, R88): lines between accounts, which follow the
//! source and lead to nobody outside.

use std::collections::BTreeMap;

use rollcall_tests::{Person, Provider, Scene, for_each_provider};
use serde_json::json;

const SALES: &str = "[filter]\ninclude = { attribute = \"department\", equals = \"Sales\" }\n";

/// Whom those who have an account report to, if that one has one too.
fn truth(people: &[Person], has_account: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let with = people.iter().filter(|person| has_account(&person.id));
    with.filter_map(|person| Some((person.id.clone(), person.manager_id.clone()?)))
        .filter(|(_, manager)| has_account(manager))
        .collect()
}

fn lines(scene: &Scene) -> BTreeMap<String, String> {
    let of = |one: &serde_json::Value| Some(one.get("manager")?.as_str()?.to_owned());
    scene.accounts().iter().filter_map(|(id, one)| Some((id.clone(), of(one)?))).collect()
}

for_each_provider! { r88_everybody_reports_to_whom_the_source_says }

/// The default mapping with work attributes has them.
fn r88_everybody_reports_to_whom_the_source_says(provider: Provider) {
    let mut scene = Scene::new(provider, 120);
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    let expected = truth(&scene.stub.people(provider), |id| accounts.contains_key(id));
    assert!(expected.len() > 60, "people report to somebody");
    assert_eq!(lines(&scene), expected);
    let again = scene.sync(&["--full", "--format", "json"]).expect(0).json();
    assert_eq!(again["plan"]["lines"], 0, "{}", again["summary"]);

    scene.change(&json!({"move": 8, "leave": 2, "hire": 3, "seed": 4}));
    let planned = scene.planned(&["--full"]);
    let told = planned["lines"].as_array().expect("lines").len() as u64;
    assert!(told > 0);
    assert_eq!(planned["plan"]["lines"], told);
    scene.sync(&["--full"]).expect(0);
    let accounts = scene.accounts();
    let people = scene.stub.people(provider);
    let now = lines(&scene);
    for (report, manager) in truth(&people, |id| accounts.contains_key(id)) {
        let left = people.iter().any(|person| person.id == report && !person.is_due());
        assert!(left || now.get(&report) == Some(&manager), "{report} reports to {manager}");
    }
}

/// A manager outside the filter is nobody's here, and is once they come in.
#[test]
fn r75_a_manager_outside_the_filter_is_nobodys() {
    let scene = Scene::new(Provider::Entra, 200);
    scene.integrate(SALES);
    scene.sync(&[]).expect(0);
    let people = scene.stub.people(Provider::Entra);
    let inside = scene.accounts();
    let expected = truth(&people, |id| inside.contains_key(id));
    assert_eq!(lines(&scene), expected);
    let outside = people.iter().filter(|person| inside.contains_key(&person.id));
    let outside = outside.filter_map(|person| person.manager_id.clone()).find(|id| !inside.contains_key(id));
    let outside = outside.expect("somebody's manager is outside");
    scene.integrate("");
    let text = scene.sync(&["--plan", "--all"]).expect(0).stdout;
    assert!(text.contains("reporting lines ("), "{text}");
    scene.sync(&[]).expect(0);
    assert!(lines(&scene).values().any(|manager| *manager == outside));
    assert!(lines(&scene).len() > expected.len());
}

/// Another mapping, and lines are let go of; by hand nobody says them.
#[test]
fn r75_without_a_line_of_the_mapping_nobody_reports_to_anybody() {
    let scene = Scene::new(Provider::Personio, 60);
    scene.sync(&[]).expect(0);
    assert!(!lines(&scene).is_empty());
    let refused = ["--tenant", "acme", "account-1", "--set", "manager=account-2"];
    let said = scene.run(&["account", "edit"], &refused).expect(2).stderr;
    assert!(said.contains("said by a source"), "{said}");
    let names = ["email", "given_name", "family_name"].map(|target| {
        let source = if target == "email" { "work_email" } else { target };
        format!("[[mapping]]\ntarget = {target:?}\nsource = {source:?}\n")
    });
    scene.integrate(&names.concat());
    scene.sync(&[]).expect(0);
    assert!(lines(&scene).is_empty());
}

/// What is held about somebody tells of both ends, and goes with them.
#[test]
fn r139_a_line_goes_with_either_of_the_two() {
    let scene = Scene::new(Provider::Personio, 60);
    scene.sync(&[]).expect(0);
    let (report, manager) = lines(&scene).into_iter().next().expect("a line");
    let of = |id: &str| format!("account-{}", scene.accounts()[id]["id"]);
    let (own, boss) = (of(&report), of(&manager));
    let export = |who: &str| scene.run(&["export"], &["--tenant", "acme", who]).expect(0).json();
    assert_eq!(export(&own)["manager"], json!(boss));
    let named = export(&boss)["named_in"].clone();
    assert!(named.as_array().expect("a list").contains(&json!({"account": own, "attribute": "manager"})));
    let confirmed = ["--tenant", "acme", &boss, "--confirm", &boss];
    scene.run(&["erase"], &confirmed).expect(0);
    assert_eq!(export(&own)["manager"], json!(null));
    assert!(!lines(&scene).contains_key(&report));
}
