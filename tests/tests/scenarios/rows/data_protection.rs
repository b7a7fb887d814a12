//! What is kept, and what is not.

use std::collections::BTreeSet;

use rollcall_tests::{Provider, Scene};

/// A preview is in memory, and what it saw is gone with it.
#[test]
fn c19_r141_a_preview_leaves_no_name_behind() {
    let scene = Scene::new(Provider::Personio, 60);
    scene.planned(&[]);
    let emails = scene.stub.people(Provider::Personio).into_iter().filter_map(|person| person.email);
    let needle = |text: String| rollcall_tests::Needle { what: text.clone(), text, is_number: false };
    let needles = rollcall_tests::Needles::new(emails.map(needle).collect());
    assert!(needles.below(&scene.data()).is_empty());
}

/// All of it is where the operator says, and nowhere else.
#[test]
fn r143_data_lies_in_the_directory_that_was_named() {
    let scene = Scene::new(Provider::Personio, 20);
    let before: BTreeSet<_> = rollcall_tests::files(&scene.path(".")).into_iter().collect();
    scene.sync(&[]).expect(0);
    let after: BTreeSet<_> = rollcall_tests::files(&scene.path(".")).into_iter().collect();
    let new: Vec<_> =
        after.difference(&before).filter(|file| !file.starts_with(scene.path("./data"))).collect();
    assert!(new.is_empty(), "{new:?}");
}

/// What is not good enough is told before anybody goes live with it.
#[test]
fn r148_a_plan_tells_of_missing_mails_and_of_names_that_may_be_the_same() {
    let scene = Scene::new(Provider::Personio, 300);
    let planned = scene.planned(&[]);
    let items = planned["items"].as_array().expect("items");
    let without = scene.stub.people(Provider::Personio).into_iter().filter(|person| person.email.is_none());
    for person in without {
        let item = items.iter().find(|item| item["source_id"] == person.id.as_str()).expect("is in the plan");
        assert_eq!(item["reaction"], "wait");
        let reason = item["reason"].as_str().expect("a reason");
        assert!(reason.contains("`email` is empty") || reason.contains("ended"), "{reason}");
    }
}
