//! The power of the credential.

use rollcall_tests::{Provider, Scene};
use serde_json::{Value, json};

/// A company whose admin allowed the reader so much.
fn allowed(provider: Provider, consent: &str) -> Scene {
    Scene::with(provider, 30, &["--consent", consent])
}

fn notes(scene: &Scene) -> Vec<Value> {
    scene.planned(&[])["plan"]["notes"].as_array().cloned().unwrap_or_default()
}

/// The permissions that Rollcall's own audit names, of the last run.
fn audited(scene: &Scene) -> Value {
    let audit = scene.run(&["audit", "list"], &["--tenant", "acme"]).expect(0).lines();
    let power = audit.iter().rfind(|entry| entry["kind"] == "credential-power");
    power.map(|entry| entry["detail"].clone()).unwrap_or_default()
}

#[test]
fn c14_a_wide_credential_is_noted_by_name() {
    for (provider, more) in [
        (Provider::Entra, "Mail.ReadWrite"),
        (Provider::Google, "https://www.googleapis.com/auth/admin.directory.user"),
        (Provider::Personio, "absences:read"),
    ] {
        let scene = allowed(provider, "wide");
        let told = scene.sync(&["--plan"]).expect(0).stdout;
        let note = told.lines().find(|line| line.starts_with("note: ")).expect("a note");
        for words in ["allowed more than the connector uses", more, "at the provider"] {
            assert!(note.contains(words), "{words}: {note}");
        }
        // It stops nothing, and is written down.
        scene.integrate("[policies]\nwide_credential = \"warn\"\n");
        scene.sync(&[]).expect(0);
        assert!(!scene.accounts().is_empty());
        assert_eq!(audited(&scene), json!({"wider": [more], "missing": []}));
    }
}

#[test]
fn c14_a_wide_credential_is_refused_where_the_admin_says_so() {
    let scene = allowed(Provider::Entra, "wide");
    scene.integrate("[policies]\nwide_credential = \"refuse\"\n");
    for arguments in [&["--plan"][..], &[]] {
        let refused = scene.sync(arguments).expect(2).stderr;
        for words in ["policies.wide_credential", "Mail.ReadWrite", "take these permissions", "`warn`"] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
    // Nobody who was read with it was kept.
    let emails = scene.stub.people(Provider::Entra).into_iter().filter_map(|person| person.email);
    let needle = |text: String| rollcall_tests::Needle { what: text.clone(), text, is_number: false };
    let needles = rollcall_tests::Needles::new(emails.map(needle).collect());
    assert!(scene.accounts().is_empty() && needles.below(&scene.data()).is_empty());
    assert_eq!(audited(&scene)["wider"], json!(["Mail.ReadWrite"]));
    // One that is allowed no more than it needs passes.
    let scene = allowed(Provider::Entra, "asked");
    scene.integrate("[policies]\nwide_credential = \"refuse\"\n");
    scene.sync(&[]).expect(0);
    assert_eq!(audited(&scene), Value::Null);
}

/// Nothing is said where nothing is known: SCIM has no named permissions.
#[test]
fn c14_what_is_right_or_unknown_is_not_noted() {
    for provider in [Provider::Entra, Provider::Google, Provider::Personio, Provider::Scim] {
        let consent = if provider == Provider::Scim { "wide" } else { "asked" };
        assert_eq!(notes(&allowed(provider, consent)), Vec::<Value>::new(), "{provider:?}");
    }
}

/// Somebody who did not tick every box.
#[test]
fn c14_r24_a_partial_consent_is_noted_with_what_is_missing() {
    for (provider, missing) in [
        (Provider::Entra, "GroupMember.Read.All"),
        (Provider::Google, "https://www.googleapis.com/auth/admin.directory.customer.readonly"),
    ] {
        let scene = allowed(provider, "partial");
        scene.integrate("[policies]\nwide_credential = \"refuse\"\n");
        let notes = notes(&scene);
        let note = notes.first().and_then(Value::as_str).expect("a note");
        assert!(note.contains(&format!("lacks permissions that the connector needs: {missing};")), "{note}");
        scene.sync(&[]).expect(0);
        assert_eq!(audited(&scene), json!({"wider": [], "missing": [missing]}));
    }
}

/// What is approved is what is done to people, whatever was said beside it.
#[test]
fn c14_a_note_is_no_part_of_what_is_approved() {
    let hash = |consent| allowed(Provider::Entra, consent).planned(&[])["hash"].clone();
    let right = hash("asked");
    assert!(right.is_string());
    assert_eq!(hash("wide"), right);
}
