//! Behaviours that customers of such products expect, one by one, where no other
//! scenario is about them: choosing, mapping, status, lifecycle, data protection.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::EventKind;
use rollcall_tests::{Person, Provider, Scene};
use serde_json::{Value, json};

const NAMES: &str = "[[mapping]]\ntarget = \"email\"\nsource = \"work_email\"\nmatch = 1\n\
    [[mapping]]\ntarget = \"given_name\"\nsource = \"given_name\"\n\
    [[mapping]]\ntarget = \"family_name\"\nsource = \"family_name\"\n";

fn line(target: &str, source: &str) -> String {
    format!("[[mapping]]\ntarget = {target:?}\nsource = {source:?}\n")
}

fn in_scope(scene: &Scene, clause: &str) -> u64 {
    scene.integrate(&format!("[filter]\ninclude = {clause}\n"));
    scene.planned(&[])["plan"]["counts"]["in_scope"].as_u64().expect("a count")
}

fn truth(scene: &Scene, holds: impl Fn(&Person) -> bool) -> u64 {
    scene.stub.people(scene.provider).iter().filter(|person| holds(person)).count() as u64
}

fn count(counts: &BTreeMap<String, u64>, reaction: &str) -> u64 {
    counts.get(reaction).copied().unwrap_or_default()
}

fn attributes(scene: &Scene) -> BTreeSet<String> {
    let accounts = scene.accounts();
    let all = accounts.values().filter_map(|account| account["attributes"].as_object());
    all.flat_map(|attributes| attributes.keys().cloned()).collect()
}

fn rows(scene: &Scene, status: &str) -> Vec<Value> {
    let arguments = ["--tenant", "acme", "--format", "json", "--status", status];
    scene.run(&["link", "list"], &arguments).expect(0).lines()
}

// ---------------------------------------------------------------- choosing --

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
    let at = |words: &str| said.find(words).unwrap_or_else(|| panic!("`{words}` is not said: {said}"));
    assert!(
        at("reading groups") < at("reading memberships") && at("reading memberships") < at("reading people")
    );
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

// ----------------------------------------------------------------- mapping --

#[test]
fn r69_r78_each_line_can_be_changed_and_only_what_is_mapped_is_stored() {
    let scene = Scene::new(Provider::Personio, 40);
    scene.integrate(&format!("{NAMES}{}", line("unit", "department")));
    scene.sync(&[]).expect(0);
    let expected = ["email", "family_name", "given_name", "unit"].map(str::to_owned);
    assert_eq!(attributes(&scene), BTreeSet::from(expected));
}

#[test]
fn r74_without_a_class_an_account_has_names_mail_and_language_alone() {
    let scene = Scene::new(Provider::Entra, 60);
    scene.write(&scene.integration(&[], "[grouping]\nprovision = false\n"));
    scene.sync(&[]).expect(0);
    let basic = [
        "email",
        "given_name",
        "family_name",
        "display_name",
        "user_name",
        "preferred_language",
        "locale",
        "timezone",
        "country",
    ];
    let stored = attributes(&scene);
    assert!(stored.iter().all(|name| basic.contains(&name.as_str())), "{stored:?}");
}

#[test]
fn r75_r76_work_attributes_come_with_their_class() {
    let scene = Scene::new(Provider::Personio, 60);
    scene.sync(&[]).expect(0);
    let stored = attributes(&scene);
    for name in ["title", "department", "location", "start_date"] {
        assert!(stored.contains(name), "{name}: {stored:?}");
    }
    let accounts = scene.accounts();
    for person in scene.stub.people(Provider::Personio).iter().filter(|person| person.is_due()) {
        assert_eq!(accounts[&person.id]["attributes"]["start_date"].as_str(), person.start_date.as_deref());
    }
}

#[test]
fn r77_r79_what_is_sensitive_is_off_until_it_is_asked_for() {
    let scene = Scene::new(Provider::Entra, 40);
    scene.integrate(&format!("{NAMES}{}", line("mobile", "mobile_phone")));
    assert!(scene.sync(&[]).expect(2).stderr.contains("sensitive"));
    scene.write(
        &scene.integration(&["work", "sensitive"], &format!("{NAMES}{}", line("mobile", "mobile_phone"))),
    );
    scene.sync(&[]).expect(0);
    assert!(attributes(&scene).contains("mobile"));
}

#[test]
fn r82_a_language_that_the_provider_says_is_not_changed_by_hand() {
    let scene = Scene::new(Provider::Entra, 40);
    scene.integrate("[policies]\nmanual_edit = \"overwrite\"\n");
    scene.sync(&[]).expect(0);
    let edit =
        |what: &str| scene.run(&["account", "edit"], &["--tenant", "acme", "account-1", "--set", what]);
    assert!(edit("preferred_language=fr").expect(2).stderr.contains("preferred_language"));
    edit("title=Chief").expect(0);
}

#[test]
fn r149_an_attribute_is_added_later_without_a_new_connection() {
    let scene = Scene::new(Provider::Personio, 40);
    scene.integrate(NAMES);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    scene.integrate(&format!("{NAMES}{}", line("department", "department")));
    let counts = scene.applied(&[]);
    assert!(count(&counts, "update") > 0 && count(&counts, "create") == 0, "{counts:?}");
    let after = scene.accounts();
    assert!(before.iter().all(|(id, account)| after[id]["id"] == account["id"]));
    assert!(attributes(&scene).contains("department"));
}

// ---------------------------------------------------- matching and status --

#[test]
fn r96_people_are_matched_by_the_attribute_that_the_admin_chooses() {
    let scene = Scene::new(Provider::Personio, 40);
    let people = scene.stub.people(Provider::Personio);
    let person = people.iter().find(|person| person.is_due()).expect("somebody");
    let badge = format!("badge={}", person.id);
    let add = [
        "--tenant",
        "acme",
        "--given-name",
        "B",
        "--family-name",
        "H",
        "--email",
        "old@example.com",
        "--set",
        &badge,
    ];
    scene.run(&["account", "add"], &add).expect(0);
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

/// R106, R144: created on the first day, neither before nor never.
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

/// R110, R114: two ways out, one policy each.
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

/// R111, R116, R150: the groups of a leaver go with the access, and the plan says
/// so first.
#[test]
fn r111_what_belongs_to_the_team_goes_with_the_access() {
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

// -------------------------------------------------------- data protection --

/// R141: a preview is in memory, and what it saw is gone with it.
#[test]
fn r141_r142_a_preview_leaves_no_name_behind() {
    let scene = Scene::new(Provider::Personio, 60);
    scene.planned(&[]);
    let emails = scene.stub.people(Provider::Personio).into_iter().filter_map(|person| person.email);
    let needle = |text: String| rollcall_tests::Needle { what: text.clone(), text, is_number: false };
    let needles = rollcall_tests::Needles::new(emails.map(needle).collect());
    assert!(needles.below(&scene.data()).is_empty());
}

/// R143: all of it is where the operator says, and nowhere else.
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

/// R148: what is not good enough is told before anybody goes live with it.
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
