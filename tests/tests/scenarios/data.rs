//! Data protection (R139..R143), as an admin sees it: what is held about one
//! person, that an erasure leaves no byte, and that what is old goes. That
//! nobody outside the filter is ever on disk is searched in `privacy.rs`.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rollcall_model::{IntegrationId, PullMode, Run, RunId, RunState};
use rollcall_tests::{Ended, Needle, Needles, Provider, Random, Scene, State, for_each_provider, reactions};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const NO_THRESHOLD: &str = "hold_removals_over = { people = 100000, percent = 100 }\n";
const CONSENT: [&str; 4] = ["--by", "Grace Hopper", "--reason", "letter of 3 May"];

fn export(scene: &Scene, person: &str) -> Ended {
    scene.run(&["export", person], &["--tenant", "acme"])
}

fn erase(scene: &Scene, person: &str, arguments: &[&str]) -> Ended {
    scene.run(&["erase", person], &[&["--tenant", "acme"], arguments].concat())
}

/// `account-5`.
fn name(account: &Value) -> String {
    format!("account-{}", account["id"])
}

/// Texts of an account: its values, and the id of its source.
fn texts(account: &Value) -> Vec<String> {
    let attributes = account["attributes"].as_object().expect("attributes").values();
    let texts = attributes.chain([&account["owner"]["source_id"]]).filter_map(Value::as_str);
    let name = ["given_name", "family_name"].map(|part| account["attributes"][part].as_str().unwrap_or("?"));
    texts.map(str::to_owned).chain([name.join(" ")]).collect()
}

/// Whatever tells of this person and of nobody else.
fn own(accounts: &State, id: &str) -> Needles {
    let others = accounts.iter().filter(|(other, _)| *other != id).flat_map(|(_, account)| texts(account));
    let others = others.collect::<Vec<_>>().join("\n").to_lowercase();
    let own: BTreeSet<_> = texts(&accounts[id]).into_iter().collect();
    let own = own.into_iter().filter(|text| !others.contains(&text.to_lowercase()));
    let needle = |text: String| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        Needle { what: id.to_owned(), text, is_number }
    };
    let own: Vec<_> = own.map(needle).collect();
    assert!(own.len() >= 2, "{id} has an address and an id of their own: {own:?}");
    Needles::new(own)
}

/// Somebody who is nobody's manager: a manager's id is in others' own records.
fn somebody(accounts: &State) -> Vec<String> {
    let managers: BTreeSet<_> =
        accounts.values().filter_map(|account| account["attributes"]["manager"].as_str()).collect();
    accounts.keys().filter(|id| !managers.contains(id.as_str())).cloned().collect()
}

#[track_caller]
fn nothing(scene: &Scene, needles: &Needles) {
    let found = needles.below(&scene.data());
    assert!(
        found.is_empty(),
        "{} traces, such as {:#?}",
        found.len(),
        found.iter().take(5).collect::<Vec<_>>()
    );
}

fn r139_one_person_is_exported_and_erased(provider: Provider) {
    let mut scene = Scene::new(provider, 200);
    scene.sync(&[]).expect(0);
    // Somebody of whom earlier values lie in pages that are free by now.
    scene.change(&json!({"rename": 20, "move": 20, "seed": 1}));
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    let changed = |id: &String| accounts[id]["created_ms"] != accounts[id]["updated_ms"];
    let leads = |id: &String| accounts.values().any(|one| one.get("manager") == Some(&json!(id)));
    let id = somebody(&accounts).into_iter().find(|id| changed(id) && !leads(id));
    let id = id.expect("somebody who was changed");
    let account = &accounts[&id];
    let mut record = account.clone();
    record.as_object_mut().expect("an account").remove("manager");
    let email = account["attributes"]["email"].as_str().expect("an e-mail");
    let needles = own(&accounts, &id);
    assert!(!needles.below(&scene.data()).is_empty(), "the search finds whoever is there");

    // Whichever way they are named, it is the same document.
    let document = export(&scene, &name(account)).expect(0).stdout;
    assert_eq!(export(&scene, &email.to_uppercase()).expect(0).stdout, document);
    assert_eq!(export(&scene, &format!("people:{id}")).expect(0).stdout, document);
    let told: Value = serde_json::from_str(&document).expect("JSON");
    assert_eq!(told["accounts"], json!([record]));
    assert_eq!(told["keys"][0]["value"], json!(email.to_lowercase()));
    assert_eq!(told["links"][0]["source_id"], json!(id));
    let kinds: Vec<_> =
        told["events"].as_array().expect("events").iter().map(|event| &event["kind"]).collect();
    let (first, later) = kinds.split_first().expect("events");
    assert_eq!(*first, "created");
    assert!(!later.is_empty() && later.iter().all(|kind| *kind == "updated"), "{later:?}");
    assert_eq!(told["runs"].as_array().map(Vec::len), Some(2));
    for empty in ["staged", "approvals", "named_in", "audit"] {
        assert_eq!(told[empty], json!([]), "{empty}");
    }

    // Asked once, nothing is done.
    let asked = erase(&scene, email, &CONSENT).expect(4);
    assert!(asked.stderr.contains(&format!("--confirm {}", name(account))), "{}", asked.stderr);
    assert_eq!(export(&scene, email).expect(0).stdout, document);

    let done = erase(&scene, email, &[&CONSENT[..], &["--confirm", &name(account)]].concat()).expect(0);
    assert!(done.stdout.contains("will bring them again"), "{}", done.stdout);
    nothing(&scene, &needles);
    let mut others = accounts.clone();
    others.remove(&id);
    assert_eq!(scene.accounts(), others);
    export(&scene, email).expect(2);

    // The audit tells who and why, of which document, and not of whom.
    let audit = scene.run(&["audit", "list"], &["--tenant", "acme"]).expect(0);
    assert_eq!(needles.within(audit.stdout.as_bytes()).count(), 0);
    let entries = audit.lines();
    let entry = entries.iter().find(|entry| entry["kind"] == "erasure").expect("an entry");
    let digest: String = Sha256::digest(&document).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(entry["detail"]["digest"], json!(digest));
    assert_eq!(entry["detail"]["by"], "Grace Hopper");
    scene.run(&["audit", "verify"], &[]).expect(0);

    // They come back, and nobody else is touched; unless the filter keeps them out.
    let left = reactions(&scene.planned(&["--full"]));
    assert_eq!(left.get("create"), Some(&1), "{left:?}");
    let kept = |reaction: &String| ["create", "keep", "wait"].contains(&reaction.as_str());
    assert!(left.keys().all(kept), "{left:?}");
    scene.integrate(&format!("[filter]\nexclude = {{ attribute = \"work_email\", equals = {email:?} }}\n"));
    let left = reactions(&scene.planned(&["--full"]));
    assert!(left.keys().all(|reaction| kept(reaction) && reaction != "create"), "{left:?}");
    // That filter names them itself, and is the admin's own words.
    scene.sync(&["--full"]).expect(0);
    assert_eq!(scene.accounts(), others);
}

for_each_provider! { r139_one_person_is_exported_and_erased }

/// A plan that waits names who leaves, and who is new and has no account yet.
#[test]
fn r139_a_plan_that_waits_is_given_up_with_whom_it_names() {
    let mut scene = Scene::new(Provider::Personio, 200);
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    scene.change(&json!({"leave": 60, "hire": 3, "seed": 1}));
    scene.sync(&[]).expect(4);
    let items = scene.run(&["plan"], &["--tenant", "acme", "--integration", "people", "--format", "json"]);
    let items = items.expect(0).json()["items"].take();
    let of = |reaction: &str| {
        let items = items.as_array().expect("items").iter();
        items.filter(|item| item["reaction"] == reaction).cloned().collect::<Vec<_>>()
    };
    let new = &of("create")[0];
    let email = new["changes"].as_array().expect("changes").iter();
    let email = email.filter(|change| change["attribute"] == "email").map(|change| &change["after"]).next();
    let email = email.and_then(Value::as_str).expect("an e-mail");
    let source = new["source_id"].as_str().expect("an id");
    let told = export(&scene, email).expect(0).json();
    assert_eq!(told["person"], json!(format!("people:{source}")));
    assert_eq!(told["accounts"], json!([]));
    assert_eq!(told["staged"][0]["values"]["email"], json!(email));
    assert_eq!(told["staged"][0]["decision"]["reaction"], "create");

    let person = format!("people:{source}");
    let done = erase(&scene, &person, &["--confirm", &person]).expect(0);
    assert!(done.stdout.contains("given up"), "{}", done.stdout);
    let text = |text: &str| Needle { what: person.clone(), text: text.to_owned(), is_number: false };
    nothing(&scene, &Needles::new(vec![text(email), text(source)]));
    let waits = scene.run(&["plan"], &["--tenant", "acme", "--integration", "people"]).expect(2);
    assert!(waits.stderr.contains("no plan"), "{}", waits.stderr);
    assert_eq!(scene.accounts(), accounts);

    // The next sync makes the plan anew, and this time a leaver is erased.
    scene.sync(&["--full"]).expect(4);
    let managers = somebody(&accounts);
    let leaver =
        of("deactivate").into_iter().filter_map(|item| item["source_id"].as_str().map(str::to_owned));
    let leaver = leaver.into_iter().find(|id| managers.contains(id)).expect("somebody");
    let told = export(&scene, &format!("people:{leaver}")).expect(0).json();
    assert_eq!(told["staged"][0]["decision"]["reaction"], "deactivate", "{told}");

    // Somebody else is named in the words of whoever approves it.
    let other = accounts.keys().find(|id| **id != leaver).expect("somebody else");
    let other = accounts[other]["attributes"]["email"].as_str().expect("an e-mail");
    let waits = scene.run(&["plan"], &["--tenant", "acme", "--integration", "people", "--format", "json"]);
    let hash = waits.expect(0).json()["hash"].take();
    let consent = ["--integration", "people", "--by", "Ada", "--reason", &format!("<{other}> said so")];
    let consent = [&["--tenant", "acme", "--now", scene.now()][..], &consent].concat();
    scene.run(&["approve", hash.as_str().expect("a hash")], &consent).expect(0);
    let told = export(&scene, other).expect(0).json();
    assert_eq!(told["approvals"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told["audit"].as_array().map(Vec::len), Some(1), "{told}");
    let asked = erase(&scene, other, &[]).expect(4);
    assert!(asked.stdout.contains("and stay: 1."), "{}", asked.stdout);

    erase(&scene, &format!("people:{leaver}"), &["--confirm", &name(&accounts[&leaver])]).expect(0);
    nothing(&scene, &own(&accounts, &leaver));
    assert_eq!(export(&scene, other).expect(0).json()["approvals"], json!([]));
}

/// What a run removes is gone from the disk at its end, as what is erased is.
#[test]
fn rule_6_whoever_a_run_removes_leaves_no_byte() {
    let mut scene = Scene::new(Provider::Personio, 100);
    let remove = "on_source_deleted = { action = \"remove\", remove_after_days = 3 }\n";
    scene.integrate(&format!("[policies]\n{remove}{NO_THRESHOLD}"));
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    scene.change(&json!({"delete": 5, "seed": 1}));
    scene.sync(&["--full"]).expect(0);
    scene.at("2026-03-01T08:00:00Z");
    assert_eq!(scene.applied(&["--full"]).get("remove"), Some(&5));
    let left = scene.accounts();
    let nobodys = somebody(&accounts);
    let gone: Vec<_> = nobodys.iter().filter(|id| !left.contains_key(*id)).collect();
    assert!(!gone.is_empty());
    for id in &gone {
        nothing(&scene, &own(&accounts, id));
    }
    // What is left of them are events, without a word about who it was.
    let account = name(&accounts[gone[0]]);
    let told = export(&scene, &account).expect(0).json();
    assert_eq!(told["accounts"], json!([]));
    assert_eq!(
        told["events"].as_array().and_then(|all| all.last()).map(|last| &last["kind"]),
        Some(&json!("removed"))
    );
    erase(&scene, &account, &["--confirm", &account]).expect(0);
    export(&scene, &account).expect(2);
}

#[test]
fn r139_runs_and_events_go_when_they_are_old_and_nothing_else() {
    let mut scene = Scene::new(Provider::Personio, 60);
    scene.integrate("[retention]\nruns_days = 30\nevents_days = 60\n");
    let runs = |scene: &Scene| {
        let runs = scene.stored(|tenant| tenant.runs().expect("runs"));
        runs.into_iter().map(|run| run.id.0).collect::<Vec<_>>()
    };
    scene.sync(&[]).expect(0);
    scene.sync(&[]).expect(0);
    let first = scene.events().len();
    scene.at("2026-02-20T08:00:00Z");
    scene.sync(&["--full"]).expect(0);
    assert_eq!((runs(&scene), scene.events().len()), (vec![3], first), "36 days on");
    let accounts = scene.accounts();
    scene.at("2026-03-20T08:00:00Z");
    // A plan deletes nothing, nor does a sync that fails.
    scene.planned(&["--full"]);
    scene.stub.faults(&["null-ids"]);
    scene.sync(&["--full"]).expect(1);
    scene.stub.faults(&[]);
    assert_eq!((runs(&scene), scene.events().len()), (vec![3, 4], first));
    scene.sync(&["--full"]).expect(0);
    assert_eq!((runs(&scene), scene.events().len()), (vec![3, 4, 5], 0), "28 and 64 days on");
    assert_eq!(scene.accounts(), accounts);

    for (days, place) in
        [("runs_days = 0", "retention.runs_days"), ("events_days = 4000", "retention.events_days")]
    {
        scene.integrate(&format!("[retention]\n{days}\n"));
        let wrong = scene.sync(&[]).expect(2);
        assert!(wrong.stderr.contains(place) && wrong.stderr.contains("1 to 3650"), "{}", wrong.stderr);
    }
}

#[test]
fn r139_a_tenant_is_erased_and_its_neighbour_is_not() {
    let scene = Scene::new(Provider::Personio, 80).alone();
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    let everybody = |text: String| Needle { what: text.clone(), text, is_number: false };
    let everybody: Vec<_> =
        accounts.values().flat_map(texts).filter(|text| text.contains('@')).map(everybody).collect();
    let everybody = Needles::new(everybody);
    let neighbour = [
        "--tenant",
        "neighbour",
        "--email",
        "a@neighbour.example",
        "--given-name",
        "A",
        "--family-name",
        "B",
    ];
    scene.run(&["account", "add"], &neighbour).expect(0);
    let erase = |arguments: &[&str]| scene.run(&["erase", "--everything", "--tenant", "acme"], arguments);
    let asked = erase(&[]).expect(4);
    assert!(asked.stdout.contains(&accounts.len().to_string()), "{}", asked.stdout);
    erase(&["--confirm", "neighbour"]).expect(2);
    assert_eq!(scene.accounts(), accounts);

    erase(&["--confirm", "acme"]).expect(0);
    nothing(&scene, &everybody);
    let files = rollcall_tests::files(&scene.data().join("tenants"));
    assert_eq!(files, [scene.data().join("tenants/neighbour.redb")]);
    let gone = scene.run(&["account", "list"], &["--tenant", "acme"]).expect(2);
    assert!(gone.stderr.contains("no such tenant"), "{}", gone.stderr);
    let kept = scene.run(&["account", "list"], &["--tenant", "neighbour"]).expect(0);
    assert!(kept.stdout.contains("a@neighbour.example"), "{}", kept.stdout);
    scene.run(&["audit", "verify"], &[]).expect(0);
    // A tenant of the same name begins anew.
    scene.sync(&[]).expect(0);
    assert_eq!(scene.accounts().len(), accounts.len());
}

#[test]
fn wrong_arguments_are_refused_and_change_nothing() {
    let scene = Scene::new(Provider::Personio, 40);
    // Found by family name, so that two accounts may have one e-mail.
    let line = |target: &str, source: &str, tail: &str| {
        format!("[[mapping]]\ntarget = {target:?}\nsource = {source:?}\n{tail}\n")
    };
    let mapping = [
        line("email", "work_email", ""),
        line("given_name", "given_name", ""),
        line("family_name", "family_name", "match = 1"),
    ];
    scene.integrate(&mapping.concat());
    let planned = scene.planned(&[]);
    let items = planned["items"].as_array().expect("items");
    let new = items.iter().find(|item| item["reaction"] == "create").expect("somebody new");
    let changes = new["changes"].as_array().expect("changes");
    let email = changes.iter().find(|change| change["attribute"] == "email").expect("an e-mail");
    let email = email["after"].as_str().expect("an e-mail").to_owned();
    let by_hand = ["--tenant", "acme", "--given-name", "By", "--family-name", "Hand", "--email", &email];
    let by_hand = scene.run(&["account", "add"], &by_hand).expect(0).stdout;
    scene.sync(&[]).expect(0);
    let account = name(&scene.accounts()[new["source_id"].as_str().expect("an id")]);
    let state = || {
        let accounts = scene.run(&["account", "list"], &["--tenant", "acme"]).expect(0).stdout;
        (accounts, scene.run(&["audit", "list"], &[]).expect(0).stdout)
    };
    let before = state();

    let confirm = ["--confirm", account.as_str()];
    let cases: [(&str, &[&str], &str); 10] = [
        (&email, &confirm, by_hand.trim()),
        ("account-999999", &["--confirm", "account-999999"], "nothing is held"),
        ("nobody@example.com", &[], "account list"),
        ("people:nobody", &["--confirm", "people:nobody"], "nothing is held"),
        ("Ada", &confirm, "INTEGRATION:SOURCE_ID"),
        (&account, &["--confirm", "account-999999"], &account),
        (&account, &["--confirm", &account, "--by", "Ada"], "--reason"),
        (&account, &["--confirm", &account, "--by", "Ada", "--reason", " "], "the reason"),
        (&account, &["--confirm", &account, "--by", "Ada", "--reason", &email], "names the person"),
        (&account, &["--everything", "--confirm", "acme"], "--everything"),
    ];
    for (person, arguments, said) in cases {
        let ended = erase(&scene, person, arguments).expect(2);
        assert!(ended.stderr.contains(said), "{person} {arguments:?}: {}", ended.stderr);
        assert_eq!(state(), before, "{person} {arguments:?}");
    }
    let long = "x".repeat(1_001);
    erase(&scene, &account, &["--confirm", &account, "--by", &long, "--reason", "a letter"]).expect(2);
    scene.run(&["erase"], &["--tenant", "acme"]).expect(2);
    scene.run(&["erase", &account], &["--tenant", "nobody", "--confirm", &account]).expect(2);
    scene.run(&["export", &account], &["--tenant", "nobody"]).expect(2);
    export(&scene, &email).expect(2);

    // What is being applied may name anybody.
    let open = |id: RunId| Run {
        act: rollcall_model::Act::Sync,
        id,
        integration: IntegrationId::from("more"),
        state: RunState::Applying { applied: 0 },
        mode: PullMode::Full,
        started_ms: 0,
        connector: String::new(),
        configuration: String::new(),
        receipt: None,
    };
    scene.stored(|tenant| tenant.open_run(open).expect("a run"));
    let refused = erase(&scene, &account, &confirm).expect(2);
    assert!(refused.stderr.contains("rollcall sync"), "{}", refused.stderr);
    assert_eq!(state(), before);
}

/// `kill -9` at any moment of an erasure: afterwards all of the person is there,
/// or nothing, which the next command sees to.
#[test]
fn r139_a_killed_erasure_leaves_everything_or_nothing() {
    const KILLS: u64 = 25;
    const TRIES: u64 = 80;
    let scene = Scene::new(Provider::Personio, 3_000);
    scene.sync(&[]).expect(0);
    let mut accounts = scene.accounts();
    let mut people = somebody(&accounts);
    let first = people.pop().expect("somebody");
    let begun = Instant::now();
    erase(&scene, &name(&accounts[&first]), &["--confirm", &name(&accounts[&first])]).expect(0);
    let undisturbed = begun.elapsed();
    accounts.remove(&first);

    let (mut killed, mut stayed) = (0, 0);
    for seed in 0..TRIES {
        if killed >= KILLS {
            break;
        }
        let id = people.pop().expect("enough people");
        let account = name(&accounts[&id]);
        let needles = own(&accounts, &id);
        let document = export(&scene, &account).expect(0).stdout;
        let mut command = rollcall_tests::command();
        command
            .args(["erase", &account, "--tenant", "acme", "--confirm", &account, "--data"])
            .arg(scene.data());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let after = Duration::from_micros(Random::new(seed).below(undisturbed.as_micros() as u64));
        // There is nothing to wait for but the time: the moment is the test.
        thread::park_timeout(after);
        child.kill().expect("it is ours");
        let status = child.wait().expect("it ends");
        assert!(
            status.success() || status.signal() == Some(9),
            "seed {seed}: it failed on its own: {status}"
        );
        killed += u64::from(!status.success());

        let left = scene.accounts();
        let told = format!("seed {seed}, killed after {after:?}");
        if left.contains_key(&id) {
            stayed += 1;
            assert!(!status.success(), "{told}");
            let again = export(&scene, &account).expect(0).json();
            let before: Value = serde_json::from_str(&document).expect("JSON");
            assert_eq!(again, before, "{told}: something of them is gone");
        } else {
            nothing(&scene, &needles);
            accounts.remove(&id);
        }
        assert_eq!(left, accounts, "{told}");
    }
    assert!(killed >= KILLS, "only {killed} processes were killed before they were done");
    assert!(stayed < killed, "none of {killed} was killed late enough to have erased anybody");
    scene.run(&["audit", "verify"], &[]).expect(0);
    let left = reactions(&scene.planned(&["--full"]));
    assert!(left.keys().all(|reaction| ["create", "keep", "wait"].contains(&reaction.as_str())), "{left:?}");
}

/// Whatever an account has, the list of fields has said before.
#[test]
fn r140_what_is_stored_was_listed() {
    let scene = Scene::new(Provider::Personio, 60);
    let filter = "[filter]\ninclude = { attribute = \"fte\", at_least = 0 }\n";
    scene.write(&scene.integration(&["work", "sensitive"], filter));
    let fields = |format: &str| {
        let file = scene.path("integration.toml");
        rollcall_tests::rollcall(["fields", file.to_str().expect("a plain name"), "--format", format])
            .expect(0)
    };
    let listed = fields("json").json();
    let listed = listed.as_array().expect("fields");
    let stored: BTreeSet<_> = listed
        .iter()
        .flat_map(|field| field["stored"].as_array().expect("a list"))
        .filter_map(|stored| stored["what"].as_str()?.strip_suffix(" of the account"))
        .collect();
    let looked_at: Vec<_> =
        listed.iter().filter(|field| field["attribute"] == "fte").map(|field| &field["looked_at"]).collect();
    assert_eq!(looked_at, [&json!(["filter.include"])]);
    let text = fields("text").stdout;
    assert!(text.contains("(not stored)") && text.contains("filter.include"), "{text}");
    scene.integrate("");
    scene.sync(&[]).expect(0);
    let accounts = scene.accounts();
    let attributes: BTreeSet<_> = accounts
        .values()
        .flat_map(|account| account["attributes"].as_object().expect("attributes").keys())
        .collect();
    assert!(!attributes.is_empty());
    for attribute in attributes {
        assert!(stored.contains(attribute.as_str()), "{attribute} is stored, and was not listed");
    }
}
