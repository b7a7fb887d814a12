//! Choosing who comes in.

use std::collections::BTreeSet;

use rollcall_tests::{Provider, Scene};

use super::{in_order, in_scope, truth};

#[test]
fn r54_r59_people_are_chosen_by_department_role_or_group() {
    let scene = Scene::new(Provider::Entra, 150);
    let sales = truth(&scene, |person| person.is_in(&["Sales"]));
    assert_eq!(in_scope(&scene, "{ attribute = \"department\", equals = \"Sales\" }"), sales);
    let title = scene.stub.people(Provider::Entra).into_iter().find_map(|person| person.title);
    let title = title.expect("somebody has a title");
    let role = truth(&scene, |person| person.title.as_ref() == Some(&title));
    assert_eq!(in_scope(&scene, &format!("{{ attribute = \"title\", equals = {title:?} }}")), role);
    let group = in_scope(&scene, "{ group = \"Dept Sales\" }");
    assert!(group > 0 && group < 150);
}

/// Groups are read first, so that a filter can name one that is new.
#[test]
fn r55_what_can_be_filtered_by_is_read_before_the_people() {
    let scene = Scene::new(Provider::Entra, 40);
    scene.integrate("[filter]\ninclude = { group = \"Dept Sales\" }\n");
    let said = scene.sync(&["--plan"]).expect(0).stderr;
    in_order(&said, &["reading groups", "reading memberships", "reading people"]);
}

#[test]
fn r63_r64_an_edited_filter_shows_who_would_leave_before_anybody_does() {
    let scene = Scene::new(Provider::Personio, 80);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    scene.integrate("[filter]\nexclude = { attribute = \"department\", equals = \"Sales\" }\n");
    let planned = scene.planned(&[]);
    let leaving: BTreeSet<_> = planned["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter(|item| item["situation"] == "out-of-scope")
        .map(|item| item["source_id"].as_str().expect("an id").to_owned())
        .collect();
    let sales: BTreeSet<_> = before
        .iter()
        .filter(|(_, account)| account["attributes"]["department"] == "Sales")
        .map(|(id, _)| id.clone())
        .collect();
    assert_eq!(leaving, sales);
    assert_eq!(scene.accounts(), before);
}

#[test]
fn r68_contractors_come_in_unless_they_are_left_out() {
    let scene = Scene::new(Provider::Personio, 200);
    let all = truth(&scene, |_| true);
    assert_eq!(in_scope(&scene, "{ attribute = \"id\", is_empty = false }"), all);
    let external = in_scope(&scene, "{ attribute = \"employment_type\", equals = \"external\" }");
    assert!(external > 0 && external < all, "{external} of {all}");
    let without = in_scope(&scene, "{ not = { attribute = \"employment_type\", equals = \"external\" } }");
    assert_eq!(without, all - external);
}
