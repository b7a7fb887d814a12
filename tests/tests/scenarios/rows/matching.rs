//! Who is who, and how each account stands.

use std::collections::BTreeSet;

use rollcall_tests::{Provider, Scene, below};
use serde_json::json;

use super::{NAMES, count, in_order, line, rows};

#[test]
fn r96_people_are_matched_by_the_attribute_that_the_admin_chooses() {
    let scene = Scene::new(Provider::Personio, 40);
    let people = scene.stub.people(Provider::Personio);
    let person = people.iter().find(|person| person.is_due()).expect("somebody");
    scene.add_by_hand("old@example.com", &[&format!("badge={}", person.id)]).expect(0);
    let mapping = NAMES.replace("match = 1\n", "");
    scene.integrate(&format!("{mapping}{}match = 1\n", line("badge", "id")));
    assert_eq!(count(&scene.applied(&[]), "link"), 1);
    let account = &scene.accounts()[&person.id];
    assert_eq!((&account["id"], &account["attributes"]["email"]), (&json!(1), &json!(person.email)));
}

#[test]
fn r98_r99_r100_r101_each_account_has_a_status_with_its_reason() {
    let mut scene = Scene::new(Provider::Personio, 60);
    let add = ["--tenant", "acme", "--given-name", "B", "--family-name", "H", "--email", "local@example.com"];
    scene.run(&["account", "add"], &add).expect(0);
    scene.sync(&[]).expect(0);
    let linked = scene.accounts().len() - 1;
    assert_eq!(rows(&scene, "synced").len(), linked);
    let nobodys = rows(&scene, "non-matching");
    assert_eq!((nobodys.len(), &nobodys[0]["reason"]), (1, &json!("no source has this person")));
    scene.change(&json!({"delete": 2, "leave": 2, "seed": 8}));
    scene.sync(&["--full"]).expect(0);
    let reasons: BTreeSet<_> = rows(&scene, "terminated")
        .iter()
        .map(|row| row["reason"].as_str().expect("a reason").to_owned())
        .collect();
    assert_eq!(reasons, BTreeSet::from(["ended".to_owned(), "missing".to_owned()]));
    assert_eq!(rows(&scene, "synced").len(), linked - 4);
}

/// R16: the application was filled by hand first.
#[test]
fn r103_an_integration_enabled_later_doubles_nobody() {
    let scene = Scene::new(Provider::Personio, 60);
    let people = scene.stub.people(Provider::Personio);
    let due: Vec<_> = people.iter().filter(|person| person.is_due()).collect();
    for person in &due[..5] {
        scene.add_by_hand(&person.email.as_deref().expect("an e-mail").to_uppercase(), &[]).expect(0);
    }
    let counts = scene.applied(&[]);
    assert_eq!((count(&counts, "link"), count(&counts, "create")), (5, due.len() as u64 - 5), "{counts:?}");
    let accounts = scene.accounts();
    assert_eq!(accounts.len(), due.len());
    for (id, person) in (1..).zip(&due[..5]) {
        assert_eq!(accounts[&person.id]["id"], json!(id), "it is the account that was there");
    }
}

/// Everything is read, then filtered; who is known by e-mail is linked by the
/// source's id, who is not is created, and who has no partner is flagged.
#[test]
fn r144_a_first_import_goes_in_this_order() {
    let scene = Scene::new(Provider::Entra, 120);
    let groups = scene.stub.groups(Provider::Entra);
    let sales = groups.iter().find(|group| group.name == "Dept Sales").expect("the group");
    let members = below(&sales.id, &scene.stub.memberships(Provider::Entra));
    let people = scene.stub.people(Provider::Entra);
    let due: Vec<_> =
        people.iter().filter(|person| person.is_due() && members.contains(&person.id)).collect();
    scene.add_by_hand(due[0].email.as_deref().expect("an e-mail"), &[]).expect(0);
    scene.add_by_hand("nobody@example.com", &[]).expect(0);
    scene.integrate("[filter]\ninclude = { group = \"Dept Sales\" }\n");
    let said = scene.sync(&[]).expect(0).stderr;
    in_order(&said, &["reading groups", "reading memberships", "reading people", "planning", "applying"]);

    let accounts = scene.accounts();
    assert_eq!(accounts[&due[0].id]["id"], json!(1), "the id of the source is on who was here before");
    let expected = due.iter().map(|person| person.id.clone()).chain(["nobody@example.com".to_owned()]);
    assert_eq!(accounts.keys().cloned().collect::<BTreeSet<_>>(), expected.collect());
    let flagged = rows(&scene, "non-matching");
    assert_eq!((flagged.len(), &flagged[0]["account"]), (1, &json!(accounts["nobody@example.com"]["id"])));
}
