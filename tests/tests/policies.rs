//! Policies C1..C22, as an admin meets them on the command line. Each value of a
//! policy that decides about one person alone is tested in the pipeline.

use rollcall_tests::{Provider, Scene, reactions};
use serde_json::{Value, json};

const SALES: &str = "[filter]\ninclude = { attribute = \"department\", equals = \"Sales\" }\n";

fn count(counts: &std::collections::BTreeMap<String, u64>, reaction: &str) -> u64 {
    counts.get(reaction).copied().unwrap_or_default()
}

/// From now on the scene's file is that of another provider, in the same tenant.
fn turn_to(scene: &mut Scene, provider: Provider, tables: &str) {
    scene.provider = provider;
    let (key, secret) = provider.secret();
    std::fs::write(scene.path(key), secret).expect("the secret is written");
    scene.write(&scene.integration(&["work"], tables).replace("\"people\"", "\"second\""));
}

fn active(scene: &Scene) -> usize {
    scene.accounts().values().filter(|account| account["status"] == "active").count()
}

/// Who, by e-mail, and the id of the account.
fn some_email(scene: &Scene) -> (String, String) {
    let accounts = scene.accounts();
    let account = accounts.values().next().expect("somebody");
    let id = format!("account-{}", account["id"]);
    (account["attributes"]["email"].as_str().expect("an e-mail").to_owned(), id)
}

// ------------------------------------------------------- several sources --

#[test]
fn c1_a_single_source_allows_no_other() {
    let scene = Scene::new(Provider::Personio, 60);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    let more = scene.integration(&["work"], "").replace("\"people\"", "\"more\"");
    scene.write(&more);
    let refused = scene.sync(&[]).expect(2);
    for words in ["policies.sources", "`people` is connected", "rollcall migrate --from people"] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    // And who is second cannot talk the first into it.
    let disjoint = scene.integration(&["work"], "[policies]\nsources = \"disjoint\"\n");
    scene.write(&disjoint.replace("\"people\"", "\"more\""));
    assert!(scene.sync(&[]).expect(2).stderr.contains("`people` is connected as a `single` source"));
    assert_eq!(scene.accounts(), before);
}

/// R104, R131: an overlap is reported, and each account keeps its owner.
#[test]
fn c1_disjoint_sources_report_who_is_in_both() {
    let scene = Scene::new(Provider::Personio, 80);
    let disjoint = "[policies]\nsources = \"disjoint\"\norganisation = \"several\"\n";
    scene.integrate(&format!("{SALES}{disjoint}"));
    scene.sync(&[]).expect(0);
    let sales = scene.accounts();
    scene.write(&scene.integration(&["work"], disjoint).replace("\"people\"", "\"more\""));
    let planned = scene.planned(&[]);
    assert_eq!(planned["plan"]["overlaps"]["people"], sales.len(), "{}", planned["plan"]);
    let text = scene.sync(&["--plan"]).expect(0).stdout;
    assert!(text.contains(&format!("{} people have an account of `people` already", sales.len())), "{text}");
    scene.sync(&[]).expect(0);
    let both = scene.accounts();
    assert!(both.len() > sales.len());
    for (id, account) in &sales {
        assert_eq!(both[id], *account, "each account keeps its owner");
    }
}

/// R80: fields that the first source lacks come from the second.
#[test]
fn c1_merged_sources_complete_one_account() {
    let mut scene = Scene::new(Provider::Personio, 60);
    let order =
        "[merge]\norder = [\"people\", \"second\"]\n[merge.attributes]\ntitle = [\"second\", \"people\"]\n";
    let merged = "[policies]\nsources = \"merged\"\n";
    scene.integrate(&format!("{order}{merged}"));
    scene.sync(&[]).expect(0);
    let first = scene.accounts();
    turn_to(&mut scene, Provider::Entra, merged);
    let counts = scene.applied(&[]);
    assert_eq!(count(&counts, "create"), 0, "{counts:?}");
    assert!(count(&counts, "link") > 0, "{counts:?}");
    let both = scene.accounts();
    assert_eq!(both.len(), first.len(), "nobody is doubled");
    let added = both.values().filter(|account| account["contributions"]["second"].is_object()).count();
    assert_eq!(added as u64, count(&counts, "link"));
    let known = |accounts: &rollcall_tests::State| {
        let attributes =
            accounts.values().map(|one| one["attributes"].as_object().map_or(0, |all| all.len()));
        attributes.sum::<usize>()
    };
    assert!(known(&both) > known(&first), "what only the directory has is there now");
    for (id, account) in &first {
        assert_eq!(both[id]["owner"], account["owner"]);
        assert_eq!(both[id]["attributes"]["email"], account["attributes"]["email"]);
    }
    // Nothing is left to do, for either.
    assert_eq!(count(&scene.applied(&["--full"]), "update"), 0);
    turn_to(&mut scene, Provider::Personio, "");
    scene.integrate(&format!("{order}{merged}"));
    let again = scene.applied(&["--full"]);
    assert!(again.keys().all(|reaction| ["keep", "wait"].contains(&reaction.as_str())), "{again:?}");
}

#[test]
fn c18_a_source_is_changed_without_doubling_or_losing_anybody() {
    let mut scene = Scene::new(Provider::Personio, 80);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    turn_to(&mut scene, Provider::Entra, "");
    let migrate = |arguments: &[&str]| {
        let mut command = scene.command_of_file("migrate");
        command.args(["--from", "people"]).args(arguments);
        rollcall_tests::Ended::from(command.output().expect("starts"))
    };
    let planned = migrate(&["--plan", "--format", "json"]).expect(0).json();
    assert_eq!(scene.accounts(), before, "a dry run changes nothing");
    let counts = reactions(&planned);
    assert!(count(&counts, "link") > 0 && count(&counts, "create") == 0, "{counts:?}");
    for reaction in ["deactivate", "remove"] {
        assert_eq!(count(&counts, reaction), 0, "{counts:?}");
    }
    let told = migrate(&[]).expect(0).stdout;
    let after = scene.accounts();
    assert_eq!(after.len(), before.len(), "nobody is lost or doubled: {told}");
    let moved = after.values().filter(|account| account["owner"]["integration"] == "second").count();
    assert_eq!(moved as u64, count(&counts, "link"));
    let ids = |accounts: &rollcall_tests::State| {
        let mut ids: Vec<_> = accounts.values().map(|account| account["id"].to_string()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&after), ids(&before));
    // A source that does not exist is named.
    let mut wrong = scene.command_of_file("migrate");
    wrong.args(["--from", "nowhere"]);
    let wrong = rollcall_tests::Ended::from(wrong.output().expect("starts")).expect(2);
    assert!(wrong.stderr.contains("--from") && wrong.stderr.contains("people"), "{}", wrong.stderr);
}

/// R131, R138: subsidiaries, each with a directory of its own at one provider.
#[test]
fn c21_one_organisation_connects_a_provider_once_and_several_do_not() {
    let scene = Scene::new(Provider::Personio, 60);
    let policies =
        |organisation: &str| format!("[policies]\nsources = \"disjoint\"\norganisation = {organisation:?}\n");
    let first = |organisation: &str| scene.integrate(&format!("{SALES}{}", policies(organisation)));
    let second = |tables: &str| {
        scene.write(&scene.integration(&["work"], tables).replace("\"people\"", "\"subsidiary\""));
    };
    first("one");
    scene.sync(&[]).expect(0);
    let sales = scene.accounts();
    // `one` is what holds where nothing is said.
    for own in ["[policies]\nsources = \"disjoint\"\n", &policies("one")] {
        second(own);
        let refused = scene.sync(&[]).expect(2).stderr;
        for words in ["policies.organisation", "`people` reads Personio already", "rollcall disconnect"] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
    // And who is second cannot talk the first into it.
    second(&policies("several"));
    let refused = scene.sync(&[]).expect(2).stderr;
    assert!(refused.contains("set `organisation` of `people` to `several`"), "{refused}");
    assert_eq!(scene.accounts(), sales);
    first("several");
    scene.sync(&[]).expect(0);
    second(&policies("several"));
    scene.sync(&[]).expect(0);
    let both = scene.accounts();
    assert!(both.len() > sales.len());
    assert!(sales.iter().all(|(id, account)| both[id] == *account), "under the rules of C1");
}

/// Another provider is another matter, and so is a source that takes over.
#[test]
fn c21_one_organisation_may_have_two_providers_and_move_within_one() {
    let mut scene = Scene::new(Provider::Personio, 30);
    scene.integrate("[policies]\nsources = \"disjoint\"\n");
    scene.sync(&[]).expect(0);
    scene.write(&scene.integration(&["work"], "").replace("\"people\"", "\"renamed\""));
    let mut command = scene.command_of_file("migrate");
    command.args(["--from", "people", "--plan"]);
    rollcall_tests::Ended::from(command.output().expect("starts")).expect(0);
    turn_to(&mut scene, Provider::Entra, "[policies]\nsources = \"disjoint\"\n");
    scene.sync(&[]).expect(0);
}

#[test]
fn c22_a_source_that_pushes_is_not_pulled() {
    let scene = Scene::new(Provider::Personio, 20);
    for (inbound, code) in [("pull", 0), ("either", 0), ("push", 2)] {
        scene.integrate(&format!("[policies]\ninbound = {inbound:?}\n"));
        scene.sync(&["--plan"]).expect(code);
    }
}

#[test]
fn c20_a_connector_writes_nothing_back() {
    let scene = Scene::new(Provider::Personio, 20);
    scene.integrate("[policies]\nwrite_back = \"none\"\n");
    scene.sync(&["--plan"]).expect(0);
    scene.integrate("[policies]\nwrite_back = \"completion-events\"\n");
    let refused = scene.sync(&["--plan"]).expect(2);
    assert!(refused.stderr.contains("write_back"), "{}", refused.stderr);
}

// ------------------------------------------------ power of the credential --

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
    assert!(scene.accounts().is_empty());
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

// ---------------------------------------------------------------- by hand --

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
    let badge = |email: &str| {
        let add = [
            "--tenant",
            "acme",
            "--given-name",
            "B",
            "--family-name",
            "H",
            "--email",
            email,
            "--set",
            &format!("employee_number={}", person.id),
        ];
        scene.run(&["account", "add"], &add).expect(0)
    };
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

// --------------------------------------------------------------- ways out --

/// Acceptance 4, to its end: approved once, and undone within grace.
#[test]
fn rule_6_what_a_run_took_away_can_be_given_back() {
    let mut scene = Scene::new(Provider::Personio, 120);
    scene.sync(&[]).expect(0);
    let before = active(&scene);
    let policies = "[policies]\non_out_of_scope = { action = \"deactivate\", grace_days = 0 }\n\
                    hold_removals_over = { people = 10, percent = 5 }\n";
    scene.integrate(&format!("{SALES}{policies}"));
    let held = scene.sync(&["--format", "json"]).expect(4);
    assert_eq!(active(&scene), before, "nothing before the approval");
    let hash = held.json()["hash"].as_str().expect("a hash").to_owned();
    let of = ["--tenant", "acme", "--integration", "people", "--now", scene.now()];
    let approve = [&of[..], &[&hash, "--by", "Ada", "--reason", "spin-off"]].concat();
    scene.run(&["approve"], &approve).expect(0);
    let told = scene.sync(&[]).expect(0).stdout;
    let left = active(&scene);
    assert!(left < before);
    let run = told.lines().rev().find_map(|line| line.strip_prefix("done: ")).expect("the run").to_owned();

    let undo = ["--tenant", "acme", run.as_str(), "--by", "Ada", "--now", scene.now()];
    let undone = scene.run(&["undo"], &undo).expect(0).stdout;
    assert!(undone.starts_with(&format!("{} accounts", before - left)), "{undone}");
    assert_eq!(active(&scene), before);
    assert!(scene.run(&["undo"], &undo).expect(0).stdout.starts_with("0 accounts"));
    // There is time to mend the filter; after that it counts again.
    assert_eq!(count(&scene.applied(&[]), "deactivate"), 0);
    scene.at("2026-01-22T08:00:00Z");
    scene.sync(&[]).expect(4);
    assert!(scene.run(&["undo"], &["--tenant", "acme", "run-999"]).expect(2).stderr.contains("run-999"));
}

/// C4, rule 6: first the access, days later the account, and not one day early.
#[test]
fn c4_an_account_is_removed_days_after_it_lost_access() {
    let mut scene = Scene::new(Provider::Personio, 60);
    scene.integrate(
        "[policies]\non_source_deleted = { action = \"remove\", grace_days = 1, remove_after_days = 3 }\n",
    );
    scene.sync(&[]).expect(0);
    let before = scene.accounts().len();
    scene.change(&json!({"delete": 2, "seed": 4}));
    for (instant, reaction, accounts) in [
        ("2026-01-15T09:00:00Z", "flag", before),
        ("2026-01-16T08:00:00Z", "keep", before),
        ("2026-01-16T09:00:00Z", "deactivate", before),
        ("2026-01-19T08:00:00Z", "keep", before),
        ("2026-01-19T09:00:00Z", "remove", before - 2),
    ] {
        scene.at(instant);
        let counts = scene.applied(&["--full"]);
        assert!(count(&counts, reaction) >= 2, "{instant}: {counts:?}");
        assert_eq!(scene.accounts().len(), accounts, "{instant}");
    }
}

/// Acceptance 11.
#[test]
fn c6_a_disconnect_says_what_it_does_and_asks_first() {
    for (choice, accounts_left, active_left) in
        [("keep", true, true), ("deactivate", true, false), ("remove", true, false)]
    {
        let mut scene = Scene::new(Provider::Personio, 50);
        scene.sync(&[]).expect(0);
        let before = scene.accounts();
        let of = ["--tenant", "acme", "--integration", "people"];
        let shown = scene.run(&["disconnect"], &of).expect(4);
        let dialog = &shown.stdout;
        let migrate = dialog.find("rollcall migrate").expect("changing the source is offered");
        assert!(migrate < dialog.find("keep").expect("the first choice"), "and offered first: {dialog}");
        for word in ["keep (proposed)", "deactivate", "remove", &format!("{} accounts", before.len())] {
            assert!(dialog.contains(word), "{word}: {dialog}");
        }
        assert_eq!(scene.accounts(), before);
        let wrong = [&of[..], &["--accounts", choice, "--confirm", "1"]].concat();
        assert!(scene.run(&["disconnect"], &wrong).expect(2).stderr.contains("look again"));
        assert_eq!(scene.accounts(), before);

        let confirm = before.len().to_string();
        let chosen = [&of[..], &["--accounts", choice, "--confirm", &confirm, "--now", scene.now()]].concat();
        let told = scene.run(&["disconnect"], &chosen).expect(0).stdout;
        assert_eq!(scene.accounts().len() == before.len(), accounts_left);
        assert_eq!(active(&scene) > 0, active_left, "{choice}: {told}");
        if choice == "remove" {
            let finish = |scene: &Scene| {
                let arguments = [&of[..], &["--finish", "--now", scene.now()]].concat();
                scene.run(&["disconnect"], &arguments).expect(0).stdout
            };
            assert!(finish(&scene).starts_with("removed 0"));
            scene.at("2026-02-14T08:00:00Z");
            assert!(finish(&scene).starts_with(&format!("removed {}", before.len())));
            assert_eq!(scene.accounts().len(), 0);
        }
    }
}

#[test]
fn r136_a_disconnect_with_deactivation_can_be_undone() {
    let scene = Scene::new(Provider::Personio, 40);
    scene.sync(&[]).expect(0);
    let before = active(&scene);
    let confirm = scene.accounts().len().to_string();
    let of =
        ["--tenant", "acme", "--integration", "people", "--accounts", "deactivate", "--confirm", &confirm];
    let told = scene.run(&["disconnect"], &of).expect(0).stdout;
    let run = told.lines().next().and_then(|line| line.rsplit(' ').next()).expect("the run").to_owned();
    assert_eq!(active(&scene), 0);
    scene.run(&["undo"], &["--tenant", "acme", &run]).expect(0);
    assert_eq!(active(&scene), before);
    // R137: and connected again, nobody is doubled.
    let counts = scene.applied(&[]);
    assert_eq!((count(&counts, "create"), count(&counts, "link")), (0, before as u64), "{counts:?}");
}

// --------------------------------------------------------------- grouping --

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
