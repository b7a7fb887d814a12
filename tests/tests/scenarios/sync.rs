//! `rollcall sync`: from a first sync to the last leaver, as an admin sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rollcall_tests::{
    Needle, Needles, Person, Provider, SECRET, Scene, State, below, files, for_each_provider, reactions,
};
use serde_json::{Value, json};

const SALES: &str = r#"
[filter]
include = { attribute = "department", one_of = ["Sales"] }
"#;
const SUPPORT_ONLY: &str = r#"
[filter]
include = { attribute = "department", equals = "Support" }
"#;
const SALES_AND_SUPPORT: &str = r#"
[filter]
include = { attribute = "department", one_of = ["Sales", "Support"] }
"#;
/// For tests of something else: so many leavers wait for nobody.
const NO_THRESHOLD: &str = "hold_removals_over = { people = 100000, percent = 100 }\n";

fn in_departments<'a>(people: &'a [Person], departments: &'a [&'a str]) -> impl Iterator<Item = &'a Person> {
    people.iter().filter(|person| person.is_in(departments))
}

/// Ids of the people who have to have an account.
fn due<'a>(people: impl IntoIterator<Item = &'a Person>) -> BTreeSet<String> {
    people.into_iter().filter(|person| person.is_due()).map(|person| person.id.clone()).collect()
}

/// Source ids of the accounts with this status.
fn with_status(accounts: &State, status: &str) -> BTreeSet<String> {
    let having = accounts.iter().filter(|(_, account)| account["status"] == status);
    having.map(|(id, _)| id.clone()).collect()
}

fn count(counts: &BTreeMap<String, u64>, reaction: &str) -> usize {
    usize::try_from(counts.get(reaction).copied().unwrap_or_default()).expect("a count")
}

/// Fails unless these are all the reactions there are.
#[track_caller]
fn only(counts: &BTreeMap<String, u64>, allowed: &[&str]) {
    let others: Vec<_> = counts.keys().filter(|reaction| !allowed.contains(&reaction.as_str())).collect();
    assert!(others.is_empty(), "also {others:?}: {counts:?}");
}

/// Compares what accounts say with the source.
#[track_caller]
fn agree<'a>(accounts: &State, people: impl IntoIterator<Item = &'a Person>) {
    for person in people {
        let account = &accounts[&person.id];
        for (name, value) in [
            ("email", json!(person.email)),
            ("given_name", json!(person.given)),
            ("family_name", json!(person.family)),
            ("display_name", json!(person.display)),
            ("department", json!(person.department)),
            ("title", json!(person.title)),
        ] {
            assert_eq!(account["attributes"][name], value, "{name} of {account}");
        }
    }
}

// ------------------------------------------------------------ first syncs --

/// Acceptance 5: the plan's counts are what the run does.
fn r56_a_plan_counts_what_the_run_does(provider: Provider) {
    let scene = Scene::new(provider, 400);
    scene.integrate(SALES_AND_SUPPORT);
    let people = scene.stub.people(provider);
    let inside: Vec<_> = in_departments(&people, &["Sales", "Support"]).collect();
    let due_people = due(inside.iter().copied());

    let planned = scene.planned(&[]);
    let counts = &planned["plan"]["counts"];
    assert_eq!(counts["read"], people.len());
    assert_eq!(counts["in_scope"], inside.len());
    let planned_reactions = reactions(&planned);
    assert_eq!(count(&planned_reactions, "create"), due_people.len());
    assert_eq!(count(&planned_reactions, "wait"), inside.len() - due_people.len());
    only(&planned_reactions, &["create", "wait"]);

    let applied = scene.sync(&["--format", "json"]).expect(0).json();
    assert_eq!(applied["plan"]["counts"], *counts);
    assert_eq!(applied["hash"], planned["hash"]);
    let accounts = scene.accounts();
    assert_eq!(with_status(&accounts, "active"), due_people);
    assert_eq!(accounts.len(), due_people.len());
    agree(&accounts, inside.into_iter().filter(|person| person.is_due()));

    // A second sync finds nothing to do, whether it reads all or changes.
    for mode in [&["--full"][..], &[]] {
        let counts = scene.applied(mode);
        only(&counts, &["keep", "wait"]);
        assert_eq!(count(&counts, "keep"), due_people.len(), "{mode:?}: {counts:?}");
    }
    assert_eq!(scene.accounts(), accounts);
    assert_eq!(scene.events().len(), due_people.len(), "one event for each account");
}

/// Hires, leavers, renames and moves, in a read of changes where the provider
/// offers one, and in a full read.
fn r107_accounts_follow_the_source(provider: Provider) {
    for mode in [&[][..], &["--full"]] {
        let mut scene = Scene::new(provider, 300);
        scene.sync(&[]).expect(0);
        let first = scene.accounts();
        scene.change(&json!({"hire": 6, "leave": 4, "rename": 5, "move": 5, "fields": 2.0, "seed": 2}));
        let counts = scene.applied(mode);
        let people = scene.stub.people(provider);
        let due_people = due(&people);

        // SCIM tells of nobody who is gone but by a full read; a group that somebody
        // left leads to one.
        let accounts = scene.accounts();
        let left: BTreeSet<_> = first.keys().filter(|id| !due_people.contains(*id)).cloned().collect();
        assert_eq!(left.len(), 4);
        assert_eq!(count(&counts, "create"), 6, "{counts:?}");
        assert_eq!(count(&counts, "deactivate"), 4, "{counts:?}");
        assert!(count(&counts, "update") >= 10, "{counts:?}");
        let deactivated = with_status(&accounts, "deactivated");
        assert_eq!(deactivated, left);
        agree(&accounts, people.iter().filter(|person| person.is_due()));
        // Nobody got another account for being called otherwise.
        for (id, account) in &first {
            assert_eq!(accounts[id]["id"], account["id"]);
        }
        only(&scene.applied(&["--full"]), &["keep", "wait", "deactivate"]);
        assert_eq!(with_status(&scene.accounts(), "active"), due_people);
    }
}

for_each_provider! { r56_a_plan_counts_what_the_run_does r107_accounts_follow_the_source }

/// R57, R67, C9: several groups, with everybody in groups below them.
#[test]
fn r57_a_filter_by_two_groups_takes_in_both_flattened() {
    let scene = Scene::new(Provider::Entra, 500);
    scene.integrate(
        "[filter]\ninclude = { any = [{ group = \"Dept Sales\" }, { group = \"dept operations\" }] }\n",
    );
    let groups = scene.stub.groups(Provider::Entra);
    let memberships = scene.stub.memberships(Provider::Entra);
    let members = |name: &str| {
        let group = groups.iter().find(|group| group.name == name).expect("the group");
        below(&group.id, &memberships)
    };
    let inside: BTreeSet<_> = members("Dept Sales").union(&members("Dept Operations")).cloned().collect();
    assert!(members("Team Operations North").iter().all(|id| inside.contains(id)), "teams are below");
    let people = scene.stub.people(Provider::Entra);
    let due_people = due(people.iter().filter(|person| inside.contains(&person.id)));

    let planned = scene.planned(&[]);
    assert_eq!(planned["plan"]["counts"]["in_scope"], inside.len());
    assert_eq!(count(&reactions(&planned), "create"), due_people.len());
    scene.sync(&[]).expect(0);
    assert_eq!(with_status(&scene.accounts(), "active"), due_people);
    only(&scene.applied(&[]), &["keep", "wait"]);
}

/// A plan leaves nothing behind but the databases it opened, with nobody in
/// them.
#[test]
fn rule_2_a_plan_changes_nothing() {
    let mut scene = Scene::new(Provider::Personio, 200);
    scene.integrate(SALES);
    scene.planned(&[]);
    let opened = ["control.redb", "master.key", "tenants/acme.redb"].map(|name| scene.data().join(name));
    let left =
        files(&scene.data()).into_iter().filter(|file| !file.starts_with(scene.data().join("compiled")));
    assert_eq!(left.collect::<Vec<_>>(), opened);
    let emails = scene.stub.people(Provider::Personio).into_iter().filter_map(|person| person.email);
    let emails = emails.map(|text| Needle { what: text.clone(), text, is_number: false });
    assert!(Needles::new(emails.collect()).below(&scene.data()).is_empty(), "a plan names nobody on disk");
    assert_eq!(scene.accounts(), State::new());
    assert_eq!(scene.events(), []);
    let entries = scene.run(&["audit", "list"], &[]).expect(0).lines();
    assert!(entries.iter().all(|entry| entry["kind"] != "run"), "no run was opened: {entries:?}");

    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    scene.change(&json!({"leave": 3, "rename": 5, "hire": 5, "seed": 1}));
    scene.integrate(SALES_AND_SUPPORT);
    let first = scene.planned(&[]);
    assert!(count(&reactions(&first), "create") > 5);
    assert_eq!(scene.accounts(), accounts);
    // The same question has the same answer.
    assert_eq!(scene.planned(&[])["hash"], first["hash"]);
}

/// A plan names who, what, and why.
#[test]
fn rule_2_a_plan_has_names_and_reasons() {
    let scene = Scene::new(Provider::Personio, 200);
    scene.integrate(SALES);
    let planned = scene.planned(&[]);
    let items = planned["items"].as_array().expect("items");
    let people = scene.stub.people(Provider::Personio);
    assert_eq!(items.len(), in_departments(&people, &["Sales"]).count());
    for item in items {
        let person = people.iter().find(|person| item["source_id"] == json!(person.id)).expect("the person");
        assert!(item["label"].as_str().is_some_and(|label| label.contains(&person.family)), "{item}");
        assert!(item["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{item}");
    }
    let text = scene.sync(&["--plan", "--all"]).expect(0).stdout;
    let shown = in_departments(&people, &["Sales"]).filter(|person| person.is_due());
    for person in shown {
        assert!(text.contains(&person.family), "{} is not in the plan", person.family);
    }
    assert!(text.contains("receipt: complete") && text.contains("nothing was changed"), "{text}");
}

// --------------------------------------------------------------- matching --

/// Acceptance 6 (R93, R94, R97): e-mail at first, the id ever after.
#[test]
fn r97_an_email_that_changes_at_the_source_keeps_the_account() {
    let mut scene = Scene::new(Provider::Personio, 100);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    scene.change(&json!({"rename": 10, "seed": 5}));
    let counts = scene.applied(&[]);
    let after = scene.accounts();
    assert_eq!(before.len(), after.len());
    let renamed: Vec<_> = before
        .iter()
        .filter(|(id, account)| after[*id]["attributes"]["email"] != account["attributes"]["email"])
        .collect();
    assert_eq!(renamed.len(), 10);
    assert_eq!(count(&counts, "create"), 0);
    assert!(renamed.iter().all(|(id, account)| after[*id]["id"] == account["id"]));
}

#[test]
fn r102_an_account_made_by_hand_is_linked_once_by_email() {
    let mut scene = Scene::new(Provider::Personio, 100);
    scene.integrate(SALES);
    let people = scene.stub.people(Provider::Personio);
    let inside = in_departments(&people, &["Sales"]).find(|person| person.is_due()).expect("somebody");
    let outside = in_departments(&people, &["Legal"]).find(|person| person.is_due()).expect("somebody");
    let add = |email: &str| {
        let arguments = ["--tenant", "acme", "--given-name", "By", "--family-name", "Hand", "--email", email];
        scene.run(&["account", "add"], &arguments).expect(0)
    };
    let email = |person: &Person| person.email.clone().expect("an e-mail");
    // Case counts for nothing.
    add(&email(inside).to_uppercase());
    add(&email(outside));
    add("nobody@example.com");
    let by_hand = scene.accounts();

    let counts = scene.applied(&[]);
    assert_eq!(count(&counts, "link"), 1, "{counts:?}");
    let accounts = scene.accounts();
    assert_eq!(accounts[&inside.id]["id"], by_hand[&email(inside).to_uppercase()]["id"]);
    agree(&accounts, [inside]);
    // Rule 4, R98: whoever the source did not bring is nobody's, and is shown so.
    let flagged = |email: &str| {
        let mut account = by_hand[email].clone();
        account["non_matching"] = json!(true);
        account
    };
    assert_eq!(accounts[&email(outside)], flagged(&email(outside)));
    assert_eq!(accounts["nobody@example.com"], flagged("nobody@example.com"));
    assert_eq!(accounts.len(), due(in_departments(&people, &["Sales"])).len() + 2);
    only(&scene.applied(&["--full"]), &["keep", "wait"]);

    // Everybody leaves the source, and those made by hand stay.
    scene.integrate(&format!("{SALES}[policies]\n{NO_THRESHOLD}"));
    scene.change(&json!({"delete": 1000, "seed": 1}));
    scene.sync(&["--full"]).expect(0);
    assert_eq!(scene.accounts()["nobody@example.com"], flagged("nobody@example.com"));
    assert_eq!(scene.accounts()[&email(outside)], flagged(&email(outside)));
}

/// R104: one person in two systems.
#[test]
fn r104_an_account_of_another_integration_is_disputed() {
    let scene = Scene::new(Provider::Personio, 100);
    let disjoint = "[policies]\nsources = \"disjoint\"\norganisation = \"several\"\n";
    scene.integrate(disjoint);
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    let people = due(&scene.stub.people(Provider::Personio));
    let second = scene.integration(&["work"], disjoint).replace("\"people\"", "\"more\"");
    scene.write(&second);
    let counts = scene.applied(&[]);
    assert_eq!(count(&counts, "review"), people.len(), "{counts:?}");
    only(&counts, &["review", "wait"]);
    assert_eq!(scene.accounts(), accounts);
    let planned = scene.planned(&["--full"]);
    let item = &planned["items"][0];
    assert_eq!(item["situation"], "disputed", "{item}");
    assert!(
        item["reason"].as_str().is_some_and(|reason| reason.contains("belongs to the source `people`")),
        "{item}"
    );
}

/// Acceptance 7: two people for one key, and nobody is linked by chance.
#[test]
fn c11_people_who_share_the_match_key_are_disputed() {
    let scene = Scene::new(Provider::Personio, 200);
    let line = |target: &str, source: &str, tail: &str| {
        format!("[[mapping]]\ntarget = {target:?}\nsource = {source:?}\n{tail}\n")
    };
    scene.integrate(
        &[
            line("email", "work_email", ""),
            line("given_name", "given_name", ""),
            line("family_name", "family_name", "match = 1"),
        ]
        .concat(),
    );
    let people = scene.stub.people(Provider::Personio);
    let due_people: Vec<_> = people.iter().filter(|person| person.is_due()).collect();
    let families: BTreeSet<_> = due_people.iter().map(|person| person.family.to_lowercase()).collect();
    let counts = scene.applied(&[]);
    assert_eq!(count(&counts, "create"), families.len(), "{counts:?}");
    assert_eq!(count(&counts, "review"), due_people.len() - families.len());
    assert_eq!(scene.accounts().len(), families.len());
    let accounts = scene.accounts();
    scene.sync(&["--full"]).expect(0);
    assert_eq!(scene.accounts(), accounts);
}

// ------------------------------------------------------------ ways out ----

/// R66: in with the group, and on the way out without it.
#[test]
fn r66_changes_of_group_membership_are_picked_up() {
    let mut scene = Scene::new(Provider::Entra, 400);
    scene.integrate("[filter]\ninclude = { group = \"Dept Sales\" }\n");
    let members = |scene: &Scene| {
        let groups = scene.stub.groups(Provider::Entra);
        let sales = groups.iter().find(|group| group.name == "Dept Sales").expect("the group");
        let inside = below(&sales.id, &scene.stub.memberships(Provider::Entra));
        let people = scene.stub.people(Provider::Entra);
        due(people.iter().filter(|person| inside.contains(&person.id)))
    };
    scene.sync(&[]).expect(0);
    let before = members(&scene);
    assert_eq!(with_status(&scene.accounts(), "active"), before);
    scene.change(&json!({"move": 80, "seed": 4}));
    let after = members(&scene);
    let (came, went) = (after.difference(&before).count(), before.difference(&after).count());
    assert!(came > 0 && went > 0, "the change moves people");
    let counts = scene.applied(&[]);
    assert_eq!(count(&counts, "create"), came, "{counts:?}");
    assert_eq!(count(&counts, "flag"), went, "{counts:?}");
    // Grace: whoever is out is still active.
    assert_eq!(with_status(&scene.accounts(), "active"), before.union(&after).cloned().collect());
}

/// Rule 6, C3: days of grace, in which a step back costs nothing.
#[test]
fn c3_whoever_falls_out_of_the_filter_has_days_of_grace() {
    let mut scene = Scene::new(Provider::Personio, 300);
    let people = scene.stub.people(Provider::Personio);
    let sales = due(in_departments(&people, &["Sales"]));
    let both = due(in_departments(&people, &["Sales", "Support"]));
    let policies = format!("[policies]\n{NO_THRESHOLD}");
    scene.integrate(&format!("{SALES_AND_SUPPORT}{policies}"));
    scene.sync(&[]).expect(0);

    scene.integrate(&format!("{SALES}{policies}"));
    assert_eq!(count(&scene.applied(&[]), "flag"), both.len() - sales.len());
    assert_eq!(with_status(&scene.accounts(), "active"), both);
    // Back before anything happened.
    scene.integrate(&format!("{SALES_AND_SUPPORT}{policies}"));
    scene.sync(&[]).expect(0);
    scene.at("2026-01-20T08:00:00Z");
    scene.integrate(&format!("{SALES}{policies}"));
    assert_eq!(count(&scene.applied(&[]), "flag"), both.len() - sales.len());
    // Seven days from the second time, not from the first.
    scene.at("2026-01-27T07:59:00Z");
    only(&scene.applied(&[]), &["keep", "wait"]);
    assert_eq!(with_status(&scene.accounts(), "active"), both);
    scene.at("2026-01-27T08:00:00Z");
    assert_eq!(count(&scene.applied(&[]), "deactivate"), both.len() - sales.len());
    assert_eq!(with_status(&scene.accounts(), "active"), sales);
    // And an undo after that gives access back.
    scene.integrate(&format!("{SALES_AND_SUPPORT}{policies}"));
    assert_eq!(count(&scene.applied(&[]), "reactivate"), both.len() - sales.len());
    assert_eq!(with_status(&scene.accounts(), "active"), both);
}

/// C3: a read of changes brings nobody who is on the way out, and grace ends all
/// the same.
#[test]
fn c3_grace_ends_in_a_read_of_changes() {
    let mut scene = Scene::new(Provider::Entra, 200);
    scene.integrate(SALES_AND_SUPPORT);
    scene.sync(&[]).expect(0);
    let people = scene.stub.people(Provider::Entra);
    let support = due(in_departments(&people, &["Support"]));
    scene.integrate(&format!(
        "{SALES}[policies]\n{NO_THRESHOLD}on_out_of_scope = {{ action = \"deactivate\", grace_days = 1 }}\n"
    ));
    assert_eq!(count(&scene.applied(&[]), "flag"), support.len());
    scene.at("2026-01-16T07:00:00Z");
    only(&scene.applied(&["--full"]), &["keep", "wait"]);
    scene.at("2026-01-16T09:00:00Z");
    let plan = scene.planned(&[]);
    assert_eq!(plan["plan"]["counts"]["full"], false, "{plan}");
    assert_eq!(count(&scene.applied(&[]), "deactivate"), support.len());
    assert_eq!(with_status(&scene.accounts(), "deactivated"), support);
    // Once is enough.
    only(&scene.applied(&[]), &["keep", "wait"]);
}

/// C3, each value.
#[test]
fn c3_out_of_scope_can_be_flagged_deactivated_or_removed() {
    for (policy, days, reaction, left) in [
        ("action = \"flag\"", 0, "flag", "active"),
        ("action = \"deactivate\", grace_days = 0", 0, "deactivate", "deactivated"),
        ("action = \"remove\", remove_after_days = 3", 3, "remove", ""),
    ] {
        let mut scene = Scene::new(Provider::Personio, 150);
        scene.integrate(SALES_AND_SUPPORT);
        scene.sync(&[]).expect(0);
        let people = scene.stub.people(Provider::Personio);
        let support = due(in_departments(&people, &["Support"]));
        scene.integrate(&format!("{SALES}[policies]\n{NO_THRESHOLD}on_out_of_scope = {{ {policy} }}\n"));
        let mut counts = scene.applied(&[]);
        if days > 0 {
            // Rule 6: access first, the account days later.
            assert_eq!(count(&counts, "deactivate"), support.len(), "{policy}: {counts:?}");
            scene.at("2026-01-18T08:00:00Z");
            counts = scene.applied(&[]);
        }
        assert_eq!(count(&counts, reaction), support.len(), "{policy}: {counts:?}");
        let accounts = scene.accounts();
        for id in &support {
            let status = accounts.get(id).map_or("", |account| account["status"].as_str().expect("a status"));
            assert_eq!(status, left, "{policy}");
        }
    }
}

/// Rule 3, acceptance 4: held, with the plan's hash, and nothing changed.
#[test]
fn rule_3_too_many_leavers_wait_for_a_person() {
    let scene = Scene::new(Provider::Personio, 300);
    scene.integrate(SALES_AND_SUPPORT);
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    let events = scene.events();
    scene.integrate(&format!("{SALES}[policies]\non_out_of_scope = {{ action = \"deactivate\" }}\n"));
    let planned = scene.planned(&[]);
    let hash = planned["hash"].as_str().expect("a hash").to_owned();
    let held = scene.sync(&[]).expect(4);
    assert!(held.stderr.contains("held for approval"), "{}", held.stderr);
    assert!(held.stderr.contains(&format!("plan {hash}")), "{} lacks {hash}", held.stderr);
    assert!(held.stderr.contains("percent"), "{}", held.stderr);
    assert_eq!(scene.accounts(), accounts);
    assert_eq!(scene.events(), events);
    // Asking again does not wear the limit down.
    scene.sync(&["--full"]).expect(4);
    assert_eq!(scene.accounts(), accounts);
}

/// Whom 40 leavers leave behind, held, and the hash of the plan that waits.
fn held() -> (Scene, String) {
    let mut scene = Scene::new(Provider::Entra, 200);
    scene.integrate("[policies]\nhold_removals_over = { people = 5, percent = 100 }\n");
    scene.sync(&[]).expect(0);
    scene.change(&json!({"leave": 40, "seed": 1}));
    scene.sync(&[]).expect(4);
    let plan = scene.run(&["plan"], &["--tenant", "acme", "--integration", "people", "--format", "json"]);
    let hash = plan.expect(0).json()["hash"].as_str().expect("a hash").to_owned();
    (scene, hash)
}

fn approve(scene: &Scene, hash: &str, arguments: &[&str]) -> rollcall_tests::Ended {
    let of = ["--tenant", "acme", "--integration", "people", "--by", "Ada Lovelace", "--reason", "spin-off"];
    scene.run(&["approve", hash], &[&of[..], &["--now", scene.now()], arguments].concat())
}

/// Rule 3, R64: an approval is for one plan, once, by name and with a reason.
#[test]
fn rule_3_an_approved_plan_is_applied_once() {
    let (mut scene, hash) = held();
    let of = ["--tenant", "acme", "--integration", "people"];
    let shown = scene.run(&["plan"], &[&of[..], &["--all"]].concat()).expect(0).stdout;
    assert!(shown.contains(&hash) && shown.contains("deactivate (40)"), "{shown}");
    let wrong = approve(&scene, &"0".repeat(64), &[]).expect(2);
    assert!(wrong.stderr.contains(&hash), "{}", wrong.stderr);
    approve(&scene, &hash, &[]).expect(0);
    // The same people, read in another way and another order: the same plan.
    assert_eq!(count(&scene.applied(&["--full"]), "deactivate"), 40);
    assert_eq!(with_status(&scene.accounts(), "deactivated").len(), 40);
    let audit = scene.run(&["audit", "list"], &[]).expect(0).lines();
    let kinds = |kind: &str| audit.iter().filter(|entry| entry["kind"] == kind).count();
    assert_eq!((kinds("plan-approved"), kinds("approval-used")), (1, 1));
    let approved = audit.iter().find(|entry| entry["kind"] == "plan-approved").expect("an entry");
    assert_eq!(approved["detail"]["by"], "Ada Lovelace");
    assert_eq!(approved["detail"]["reason"], "spin-off");
    // Nothing waits any more, and the limit is what it was.
    let nothing = approve(&scene, &hash, &[]).expect(2);
    assert!(nothing.stderr.contains("no plan"), "{}", nothing.stderr);
    scene.change(&json!({"leave": 10, "seed": 2}));
    scene.sync(&[]).expect(4);
}

/// Rule 3: what changed since is not what was approved.
#[test]
fn rule_3_a_stale_or_late_approval_holds() {
    let (mut scene, hash) = held();
    approve(&scene, &hash, &["--hours", "2"]).expect(0);
    let accounts = scene.accounts();
    scene.change(&json!({"leave": 1, "seed": 3}));
    let stale = scene.sync(&[]).expect(4);
    assert!(stale.stderr.contains("changed since"), "{}", stale.stderr);
    assert_eq!(scene.accounts(), accounts);

    let plan = scene.run(&["plan"], &["--tenant", "acme", "--integration", "people", "--format", "json"]);
    let hash = plan.expect(0).json()["hash"].as_str().expect("a hash").to_owned();
    approve(&scene, &hash, &["--hours", "2"]).expect(0);
    let later: jiff::Timestamp = scene.now().parse().expect("an instant");
    let later = later.checked_add(jiff::SignedDuration::from_hours(2)).expect("an instant");
    scene.at(&later.to_string());
    let late = scene.sync(&[]).expect(4);
    assert!(late.stderr.contains("expired"), "{}", late.stderr);
    assert_eq!(scene.accounts(), accounts);
    for wrong in ["0", "100000"] {
        approve(&scene, &hash, &["--hours", wrong]).expect(2);
    }
    let of = ["--tenant", "acme", "--integration", "people", "--by", "Ada Lovelace", "--reason", " "];
    let empty = scene.run(&["approve", &hash], &of).expect(2);
    assert!(empty.stderr.contains("the reason"), "{}", empty.stderr);
}

fn explain(scene: &Scene, who: &str, arguments: &[&str]) -> rollcall_tests::Ended {
    let mut command = scene.command_of_file("explain");
    command.arg(who).args(arguments);
    command.output().expect("the program starts").into()
}

/// R101: every step of one person's way, by the code of the run, writing nothing.
#[test]
fn r101_one_person_is_explained() {
    let scene = Scene::new(Provider::Entra, 200);
    scene.integrate(SALES);
    let people = scene.stub.people(Provider::Entra);
    let sales = in_departments(&people, &["Sales"]).find(|person| person.is_due()).expect("somebody");
    let other = in_departments(&people, &["Support"]).find(|person| person.is_due()).expect("somebody");
    let told = |who: &str| explain(&scene, who, &["--format", "json"]).expect(0).json();

    let inside = told(&sales.id);
    assert_eq!(inside["read"]["in_scope"], true, "{inside}");
    assert_eq!(inside["read"]["clauses"][0]["holds"], true, "{inside}");
    assert_eq!(inside["planned"]["reaction"], "create", "{inside}");
    let outside = told(&other.id);
    assert_eq!(outside["read"]["in_scope"], false, "{outside}");
    assert_eq!(outside["read"]["clauses"][0]["holds"], false, "{outside}");
    assert_eq!(outside["planned"], Value::Null, "{outside}");
    let nobody = explain(&scene, "nobody@example.com", &[]).expect(2);
    assert!(nobody.stderr.contains("nobody@example.com"), "{}", nobody.stderr);

    scene.sync(&[]).expect(0);
    let kept = told(&sales.id);
    assert_eq!(kept["planned"], Value::Null, "{kept}");
    let words = explain(&scene, &sales.id, &[]).expect(0).stdout;
    assert!(words.contains("The filter takes them in") && words.contains("nothing changed"), "{words}");
    // Whoever is gone from the source is known by what the account says.
    scene.integrate(SUPPORT_ONLY);
    let leaving = explain(&scene, &sales.id, &["--format", "json"]).expect(0).json();
    assert_eq!(leaving["planned"]["situation"], "out-of-scope", "{leaving}");
}

/// Rule 3 counts people as well as percent, and every way out.
#[test]
fn rule_3_leavers_of_the_source_count_too() {
    for (limit, code) in [("people = 5, percent = 100", 4), ("people = 6, percent = 100", 0)] {
        let mut scene = Scene::new(Provider::Entra, 200);
        scene.integrate(&format!("[policies]\nhold_removals_over = {{ {limit} }}\n"));
        scene.sync(&[]).expect(0);
        scene.change(&json!({"leave": 6, "seed": 1}));
        scene.sync(&[]).expect(code);
        let gone = with_status(&scene.accounts(), "deactivated").len();
        assert_eq!(gone, if code == 0 { 6 } else { 0 });
    }
}

/// C16: access from the first day on.
#[test]
fn c16_access_begins_on_the_start_date() {
    let mut scene = Scene::new(Provider::Personio, 300);
    scene.integrate("[policies]\nactivate = \"on-start-date\"\n");
    let people = scene.stub.people(Provider::Personio);
    let (later, now): (Vec<_>, Vec<_>) =
        people.iter().filter(|person| person.is_due()).partition(|person| person.status == "pending");
    assert!(!later.is_empty(), "somebody starts later");
    let counts = scene.applied(&[]);
    assert_eq!(count(&counts, "create"), now.len(), "{counts:?}");
    scene.at("2035-01-01T08:00:00Z");
    let counts = scene.applied(&[]);
    assert_eq!(count(&counts, "create"), later.len(), "{counts:?}");
}

// ---------------------------------------------------------------- mistakes --

/// Rule 1: nobody at all is an error, and never "everybody left".
#[test]
fn rule_1_a_source_without_people_is_refused() {
    let scene = Scene::new(Provider::Personio, 100);
    // Everything else would be allowed to happen.
    scene.integrate(&format!("[policies]\n{NO_THRESHOLD}"));
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    scene.stub.faults(&["empty-first:zero"]);
    let failure = scene.sync(&["--full"]).expect(1).failure();
    assert_eq!(failure["error"]["code"], "incomplete", "{failure}");
    assert_eq!(failure["blame"], "provider", "{failure}");
    assert_eq!(scene.accounts(), accounts);
}

#[test]
fn r65_a_group_that_is_not_there_is_named() {
    let scene = Scene::new(Provider::Entra, 30);
    scene.integrate("[filter]\ninclude = { group = \"Nobody's\" }\n");
    for arguments in [&["--plan"][..], &[]] {
        let ended = scene.sync(arguments).expect(2);
        assert!(ended.stderr.contains("no group `Nobody's`"), "{}", ended.stderr);
        let groups = scene.stub.groups(Provider::Entra).len();
        assert!(ended.stderr.contains(&format!("{groups} groups")), "{}", ended.stderr);
    }
    assert_eq!(scene.accounts(), State::new());
}

#[test]
fn a_wrong_integration_names_its_place_and_a_remedy() {
    let scene = Scene::new(Provider::Personio, 10);
    let threshold = |people: u32, percent: u32| {
        format!("[policies]\nhold_removals_over = {{ people = {people}, percent = {percent} }}\n")
    };
    let filter = |clause: &str| format!("[filter]\ninclude = {{ {clause} }}\n");
    let cases = [
        ("[policy]\n".to_owned(), "policy"),
        ("[policies]\ntime_zon = \"UTC\"\n".to_owned(), "time_zon"),
        ("[policies]\ntime_zone = \"Europe/Berin\"\n".to_owned(), "policies.time_zone"),
        (threshold(0, 10), "policies.hold_removals_over.people"),
        (threshold(10, 0), "policies.hold_removals_over.percent"),
        (threshold(10, 200), "policies.hold_removals_over.percent"),
        (threshold(10, 300), "hold_removals_over"),
        (filter("attribute = \"salary\", equals = 1"), "filter.include.attribute"),
        (filter("attribute = \"department\""), "filter.include"),
        (filter("attribute = \"department\", matches = \"(\""), "filter.include.matches"),
        (filter("grup = \"Sales\""), "grup"),
        ("[[mapping]]\ntarget = \"email\"\nsource = \"e_mail\"\n".to_owned(), "mapping[0].source"),
        ("[[mapping]]\ntarget = \"email\"\nsource = \"work_email\"\n".to_owned(), "given_name"),
        (
            "[policies]\non_source_deleted = { action = \"remove\" }\n".to_owned(),
            "policies.on_source_deleted",
        ),
    ];
    for (tables, place) in cases {
        scene.integrate(&tables);
        let ended = scene.sync(&[]).expect(2);
        assert!(ended.stderr.contains(place), "{tables} is refused without `{place}`: {}", ended.stderr);
    }
    // A class that was not approved (C13).
    scene.write(&scene.integration(&["work"], "[[mapping]]\ntarget = \"grade\"\nsource = \"grade\"\n"));
    let ended = scene.sync(&[]).expect(2);
    assert!(ended.stderr.contains("sensitive"), "{}", ended.stderr);
    // A setting.
    let good = scene.integration(&["work"], "");
    for (from, to, named) in [
        ("papi-12345678", "short", "client_id"),
        ("client_id = ", "client_idd = ", "client_idd"),
        ("\"personio\"", "\"personia\"", "personia"),
        ("\"acme\"", "\"../acme\"", "acme"),
    ] {
        scene.write(&good.replacen(from, to, 1));
        let ended = scene.sync(&[]).expect(2);
        assert!(ended.stderr.contains(named), "{to}: {}", ended.stderr);
    }
    let seen = scene.stub.stats().requests;
    assert!(seen.is_empty(), "the provider was asked before the configuration was right: {seen:?}");
}

fn r35_a_wrong_secret_is_the_settings_to_blame(provider: Provider) {
    let scene = Scene::new(provider, 50);
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    let (key, right) = provider.secret();
    std::fs::write(scene.path(key), provider.wrong_secret()).expect("is written");
    let failure = scene.sync(&[]).expect(1).failure();
    assert_eq!(failure["blame"], "settings", "{failure}");
    assert_eq!(failure["error"]["code"], "auth-failed", "{failure}");
    assert!(failure["next_step"].as_str().is_some_and(|step| step.contains("credential")), "{failure}");
    assert_eq!(scene.accounts(), accounts);
    // R35: the right one again, and nothing else was lost.
    std::fs::write(scene.path(key), right).expect("is written");
    only(&scene.applied(&[]), &["keep", "wait"]);
}

for_each_provider! { r35_a_wrong_secret_is_the_settings_to_blame }

/// A secret comes from a file, from the environment, or from the store.
#[test]
fn r147_a_secret_is_sealed_once_and_may_be_left_out() {
    let scene = Scene::new(Provider::Personio, 20);
    let (key, secret) = Provider::Personio.secret();
    let file = format!("{key} = {{ file = {key:?} }}");
    let with_file = scene.integration(&["work"], "");
    let with_variable = with_file.replace(&file, &format!("{key} = {{ env = \"THE_SECRET\" }}"));
    let without = with_file.replace(&file, "");

    scene.write(&without);
    let ended = scene.sync(&[]).expect(2);
    assert!(ended.stderr.contains(key), "{}", ended.stderr);
    scene.write(&with_variable);
    let ended = scene.sync(&[]).expect(2);
    assert!(ended.stderr.contains("THE_SECRET"), "{}", ended.stderr);
    let mut command = scene.sync_command(&[]);
    let output = command.env("THE_SECRET", secret).output().expect("the program starts");
    assert!(output.status.success());
    scene.write(&without);
    scene.sync(&[]).expect(0);
}

/// One writer: the second process is told, and does no harm.
#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let scene = Scene::new(Provider::Personio, 100);
    scene.stub.faults(&["slow:5000"]);
    let mut first =
        scene.sync_command(&[]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("starts");
    let said = BufReader::new(first.stderr.take().expect("is piped"));
    let reading = said.lines().map_while(Result::ok).any(|line| line == "reading people");
    assert!(reading, "the first process gets to reading");
    for ended in [scene.sync(&[]), scene.sync(&["--plan"]), scene.run(&["audit", "verify"], &[])] {
        let ended = ended.expect(3);
        assert!(ended.stderr.contains("another process"), "{}", ended.stderr);
    }
    first.kill().and_then(|()| first.wait()).expect("it ends");
    scene.stub.faults(&[]);
    scene.sync(&[]).expect(0);
}

/// The audit tells each request, and that it went to an upstream; a change in
/// it is found.
#[test]
fn goal_10_the_audit_tells_what_was_asked_of_whom() {
    let scene = Scene::new(Provider::Personio, 50);
    scene.sync(&[]).expect(0);
    let entries = scene.run(&["audit", "list"], &["--tenant", "acme"]).expect(0).lines();
    let exchanges: Vec<&Value> = entries.iter().filter(|entry| entry["kind"] == "exchange").collect();
    assert!(!exchanges.is_empty());
    for exchange in exchanges {
        assert_eq!(exchange["detail"]["host"], "api.personio.de");
        assert_eq!(exchange["detail"]["upstream"], true);
    }
    let verified = scene.run(&["audit", "verify"], &[]).expect(0);
    assert!(verified.stdout.starts_with(&format!("{} entries", entries.len())), "{}", verified.stdout);
}

/// A provider takes each refresh token once: what came in its place is kept from
/// one run to the next, and entering one anew puts it aside.
#[test]
fn a_refresh_token_that_changes_is_kept() {
    let ways = [
        (
            Provider::Workday,
            "username = 'ISU_Directory'",
            "auth_method = 'oauth_refresh_token'\nclient_id = 'rollcall'",
            "password = { file = \"password\" }",
            "client_secret = { file = \"password\" }\nrefresh_token = { file = \"refresh\" }",
        ),
        (
            Provider::Factorial,
            "leaves = 'true'",
            "leaves = 'true'\nauth_method = 'oauth_refresh_token'\noauth_client_id = 'rollcall'",
            "api_key = { file = \"api_key\" }",
            "oauth_client_secret = { file = \"api_key\" }\noauth_refresh_token = { file = \"refresh\" }",
        ),
    ];
    for (provider, setting, settings, secret, secrets) in ways {
        let scene = Scene::new(provider, 20);
        let enter = |token: &str| {
            std::fs::write(scene.path("refresh"), token).expect("the token is written");
        };
        let integration = scene.integration(&["work"], "");
        assert!(integration.contains(setting) && integration.contains(secret), "{integration}");
        scene.write(&integration.replace(setting, settings).replace(secret, secrets));
        enter(&format!("first-{SECRET}"));
        for _ in 0..3 {
            scene.sync(&["--full"]).expect(0);
        }
        enter("another");
        let refused = scene.sync(&["--full", "--format", "json"]).expect(1).failure();
        assert_eq!(refused["error"]["code"], "auth-failed", "{provider:?}");
        enter(&format!("first-{SECRET}"));
        scene.sync(&["--full"]).expect(0);
    }
}
