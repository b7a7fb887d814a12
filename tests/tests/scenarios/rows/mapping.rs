//! What becomes of attributes.

use std::collections::BTreeSet;

use rollcall_tests::{Provider, Scene};

use super::{NAMES, attributes, count, line};

#[test]
fn r69_r78_each_line_can_be_changed_and_only_what_is_mapped_is_stored() {
    let scene = Scene::new(Provider::Personio, 40);
    scene.integrate(&format!("{NAMES}{}", line("unit", "department")));
    scene.sync(&[]).expect(0);
    let expected = ["email", "family_name", "given_name", "unit"].map(str::to_owned);
    assert_eq!(attributes(&scene), BTreeSet::from(expected));
}

/// C7: custom attributes come with a line that names them, or not at all.
#[test]
fn r72_custom_attributes_can_be_switched_off_altogether() {
    let scene = Scene::new(Provider::Personio, 60);
    let badge = format!("{NAMES}{}", line("badge", "custom.Badge"));
    scene.integrate(&badge);
    scene.sync(&[]).expect(0);
    assert!(attributes(&scene).contains("badge"));
    scene.write(&format!("custom_attributes = \"none\"\n{}", scene.integration(&["work"], &badge)));
    let refused = scene.sync(&[]).expect(2).stderr;
    for words in ["mapping[3]", "custom.Badge", "custom attributes are switched off"] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
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
fn c12_r82_a_language_that_the_provider_says_is_not_changed_by_hand() {
    let policies = "[policies]\nmanual_edit = \"overwrite\"\n";
    let scene = Scene::new(Provider::Entra, 40);
    scene.integrate(policies);
    scene.sync(&[]).expect(0);
    let edit =
        |what: &str| scene.run(&["account", "edit"], &["--tenant", "acme", "account-1", "--set", what]);
    assert!(edit("preferred_language=fr").expect(2).stderr.contains("preferred_language"));
    edit("title=Chief").expect(0);
    // Unless the admin says otherwise.
    let language = line("preferred_language", "preferred_language");
    scene.integrate(&format!("{NAMES}{language}locked = false\n{policies}"));
    scene.sync(&[]).expect(0);
    edit("preferred_language=fr").expect(0);
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

/// What no line names any more is not kept.
#[test]
fn r140_a_line_that_is_taken_out_takes_its_values_along() {
    let scene = Scene::new(Provider::Personio, 40);
    scene.integrate(&format!("{NAMES}{}", line("unit", "department")));
    scene.sync(&[]).expect(0);
    let edit = ["--tenant", "acme", "account-1", "--set", "desk=4"];
    scene.run(&["account", "edit"], &edit).expect(0);
    scene.integrate(NAMES);
    assert!(count(&scene.applied(&["--plan"]), "update") > 20);
    scene.sync(&[]).expect(0);
    // What was never the source's stays.
    let expected = ["desk", "email", "family_name", "given_name"].map(str::to_owned);
    assert_eq!(attributes(&scene), BTreeSet::from(expected));
}

#[test]
fn r69_each_account_gets_a_candidate_that_no_other_has() {
    let scene = Scene::new(Provider::Entra, 300);
    let short = "[[mapping]]\ntarget = \"short\"\nrequired = true\n\
        expression = 'selectUniqueValue(lower(given_name), lower(join(\".\", given_name, family_name)), id)'\n";
    scene.integrate(&format!("{NAMES}{short}"));
    scene.sync(&[]).expect(0);
    let shorts = |scene: &Scene| -> Vec<String> {
        let of = |account: &serde_json::Value| account["attributes"]["short"].as_str().map(str::to_owned);
        scene.accounts().values().map(|account| of(account).expect("is required")).collect()
    };
    let before = shorts(&scene);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len());
    assert!(
        before.iter().any(|short| !short.contains('.')) && before.iter().any(|short| short.contains('.'))
    );
    scene.sync(&["--full"]).expect(0);
    assert_eq!(shorts(&scene), before);
}
