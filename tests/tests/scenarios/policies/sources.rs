//! Several sources, and which way people come.

use rollcall_tests::{Provider, Scene, reactions};

use super::{SALES, count};

/// From now on the scene's file is that of another provider, in the same tenant.
fn turn_to(scene: &mut Scene, provider: Provider, tables: &str) {
    scene.provider = provider;
    let (key, secret) = provider.secret();
    std::fs::write(scene.path(key), secret).expect("the secret is written");
    scene.write(&scene.integration(&["work"], tables).replace("\"people\"", "\"second\""));
}

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
fn c18_r103_a_source_is_changed_without_doubling_or_losing_anybody() {
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
