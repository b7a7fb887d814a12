//! What admins do by hand.

use rollcall_tests::{Provider, Scene};
use serde_json::{Value, json};

use super::{SALES, count};

/// Who, by e-mail, and the id of the account.
fn some_email(scene: &Scene) -> (String, String) {
    let accounts = scene.accounts();
    let account = accounts.values().next().expect("somebody");
    let id = format!("account-{}", account["id"]);
    (account["attributes"]["email"].as_str().expect("an e-mail").to_owned(), id)
}

#[test]
fn c2_accounts_by_hand_are_allowed_or_not() {
    for (policy, allowed, reaction) in
        [("allow-until-matched", true, "link"), ("allow", true, "review"), ("forbid", false, "")]
    {
        let scene = Scene::new(Provider::Personio, 40);
        scene.integrate(&format!("{SALES}[policies]\nlocal_accounts = {policy:?}\n"));
        scene.sync(&[]).expect(0);
        let inside: Vec<_> = scene.accounts().into_values().collect();
        let people = scene.stub.people(Provider::Personio);
        let person = people
            .iter()
            .find(|one| one.is_due() && one.email.is_some() && !one.is_in(&["Sales"]))
            .expect("somebody else");
        let email = person.email.as_deref().expect("an e-mail");
        let add = ["--tenant", "acme", "--given-name", "B", "--family-name", "H", "--email", email];
        let added = scene.run(&["account", "add"], &add);
        if !allowed {
            let refused = added.expect(2);
            assert!(refused.stderr.contains("Personio"), "the source is named: {}", refused.stderr);
            assert_eq!(scene.accounts().len(), inside.len());
            continue;
        }
        added.expect(0);
        scene.integrate(&format!("[policies]\nlocal_accounts = {policy:?}\n"));
        assert_eq!(count(&scene.applied(&["--full"]), reaction), 1, "{policy}");
    }
}

#[test]
fn c15_a_hand_edit_is_refused_overwritten_or_kept() {
    for (policy, code, after_sync) in
        [("lock", 2, None), ("overwrite", 0, None), ("keep-until-source-changes", 0, Some("By Hand"))]
    {
        let scene = Scene::new(Provider::Personio, 40);
        scene.integrate(&format!("{SALES}[policies]\nmanual_edit = {policy:?}\n"));
        scene.sync(&[]).expect(0);
        let before = scene.accounts();
        let (email, id) = some_email(&scene);
        let edit = |what: &str| scene.run(&["account", "edit"], &["--tenant", "acme", &id, "--set", what]);
        let edited = edit("title=By Hand").expect(code);
        let title = |scene: &Scene| {
            let accounts = scene.accounts();
            let account = accounts.values().find(|one| one["attributes"]["email"] == email.as_str());
            account.expect("is there")["attributes"]["title"].clone()
        };
        if code == 2 {
            assert!(
                edited.stderr.contains("Personio") && edited.stderr.contains("title"),
                "{}",
                edited.stderr
            );
            assert_eq!(scene.accounts(), before);
        } else {
            assert_eq!(title(&scene), "By Hand");
        }
        // What no source governs is the admin's own.
        edit("nickname=Lu").expect(0);
        scene.sync(&[]).expect(0);
        let original = before.values().find(|one| one["attributes"]["email"] == email.as_str());
        let original = original.expect("is there")["attributes"]["title"].clone();
        assert_eq!(title(&scene), after_sync.map_or(original, Value::from), "{policy}");
        assert!(scene.accounts().values().any(|one| one["attributes"]["nickname"] == "Lu"));
    }
}

#[test]
fn r95_an_edit_may_not_take_somebodys_email() {
    let scene = Scene::new(Provider::Personio, 30);
    let add = |email: &str| {
        let add = ["--tenant", "acme", "--given-name", "B", "--family-name", "H", "--email", email];
        scene.run(&["account", "add"], &add)
    };
    add("one@example.com").expect(0);
    add("two@example.com").expect(0);
    assert!(add("ONE@example.com").expect(2).stderr.contains("account-1 has the e-mail"));
    for (what, words) in [
        ("email=two@example.com", "account-2 has the e-mail"),
        ("email=nobody", "not an e-mail address"),
        ("email=", "cannot be emptied"),
        ("E Mail=x", "no attribute's name"),
    ] {
        let refused = scene.run(&["account", "edit"], &["--tenant", "acme", "account-1", "--set", what]);
        let refused = refused.expect(2);
        assert!(refused.stderr.contains(words), "{what}: {}", refused.stderr);
    }
    let unknown = ["--tenant", "acme", "account-9", "--set", "title=x"];
    assert!(scene.run(&["account", "edit"], &unknown).expect(2).stderr.contains("account-9"));
}

/// Acceptance 7, and what an admin does about it.
#[test]
fn c11_two_candidates_are_a_review_that_an_admin_decides() {
    let scene = Scene::new(Provider::Personio, 60);
    let people = scene.stub.people(Provider::Personio);
    let person = people.iter().find(|one| one.is_due() && one.email.is_some()).expect("somebody");
    let number = format!("employee_number={}", person.id);
    let badge = |email: &str| scene.add_by_hand(email, &[&number]).expect(0);
    badge("one@example.com");
    badge("two@example.com");
    let line = |target: &str, source: &str, tail: &str| {
        format!("[[mapping]]\ntarget = {target:?}\nsource = {source:?}\n{tail}\n")
    };
    let mapping = [
        line("email", "work_email", ""),
        line("given_name", "given_name", ""),
        line("family_name", "family_name", ""),
        line("employee_number", "id", "match = 1"),
    ];
    scene.integrate(&mapping.concat());
    scene.sync(&[]).expect(0);
    let list = |status: &str| {
        let arguments = ["--tenant", "acme", "--format", "json", "--status", status];
        scene.run(&["link", "list"], &arguments).expect(0).lines()
    };
    let reviews = list("review");
    assert_eq!(reviews.len(), 1, "{reviews:?}");
    assert_eq!(reviews[0]["source_id"], person.id.as_str());
    assert_eq!(list("non-matching").len(), 2);
    let planned = scene.planned(&["--full"]);
    let item = planned["items"].as_array().expect("items").iter().find(|item| item["reaction"] == "review");
    assert_eq!(item.expect("the case")["candidates"].as_array().map(Vec::len), Some(2));

    let of = ["--tenant", "acme", "--integration", "people", &person.id];
    let repair = [&of[..], &["--account", "account-2", "--by", "Ada", "--reason", "asked them"]].concat();
    scene.run(&["link", "repair"], &repair).expect(0);
    assert_eq!(list("review").len(), 0);
    let counts = scene.applied(&[]);
    assert_eq!(count(&counts, "update"), 1, "{counts:?}");
    let linked = scene.accounts()[&person.id].clone();
    assert_eq!((&linked["id"], &linked["attributes"]["email"]), (&json!(2), &json!(person.email)));

    // And back: the two are told apart, for good.
    scene.run(&["link", "break"], &of).expect(0);
    assert!(scene.run(&["link", "break"], &of).expect(2).stderr.contains("has no link"));
    let counts = scene.applied(&[]);
    assert_eq!((count(&counts, "link"), count(&counts, "review")), (0, 1), "{counts:?}");
}

#[test]
fn r101_whoever_an_admin_keeps_out_is_out_whatever_the_filter_says() {
    let scene = Scene::new(Provider::Personio, 40);
    scene.integrate("[policies]\non_out_of_scope = { action = \"deactivate\", grace_days = 0 }\n");
    scene.sync(&[]).expect(0);
    let id = scene.accounts().into_keys().next().expect("somebody");
    let of = ["--tenant", "acme", "--integration", "people", &id];
    scene.run(&["link", "exclude"], &of).expect(0);
    let planned = scene.planned(&[]);
    let items = planned["items"].as_array().expect("items");
    let out = items.iter().find(|item| item["reaction"] == "deactivate").expect("one leaves");
    assert_eq!((&out["source_id"], &out["reason"]), (&json!(id), &json!("kept out by an admin")));
    scene.sync(&[]).expect(0);
    assert_eq!(scene.accounts()[&id]["status"], "deactivated");
    assert_eq!(count(&scene.applied(&["--full"]), "deactivate"), 0);
    scene.run(&["link", "include"], &of).expect(0);
    assert!(scene.run(&["link", "include"], &of).expect(2).stderr.contains("is not kept out"));
    assert_eq!(count(&scene.applied(&[]), "reactivate"), 1);
}

#[test]
fn rule_4_a_protected_account_keeps_its_access() {
    let mut scene = Scene::new(Provider::Personio, 40);
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    for account in accounts.values() {
        let id = format!("account-{}", account["id"]);
        scene.run(&["account", "protect"], &["--tenant", "acme", &id]).expect(0);
    }
    scene.change(&json!({"leave": 5, "delete": 3, "rename": 4, "seed": 3}));
    let counts = scene.applied(&["--full"]);
    assert!(count(&counts, "review") >= 8, "{counts:?}");
    for (id, account) in scene.accounts() {
        if let Some(before) = accounts.get(&id) {
            assert_eq!(account["attributes"], before["attributes"]);
            assert_eq!(account["status"], before["status"]);
        }
    }
}
