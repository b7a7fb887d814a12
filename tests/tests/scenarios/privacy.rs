//! Rule 5 (R61, R62, R142): people outside the filter are in no file, in no
//! form. Acceptance test 5: this searches the data directory, with its own
//! compiled components and all that databases keep of pages no longer used.

use std::collections::BTreeSet;
use std::process::Stdio;

use rollcall_tests::{
    Needle, Needles, Person, Provider, Scene, below, credentials, files, for_each_provider,
};
use serde_json::json;

const PEOPLE: u32 = 400;

/// The manager of an insider may be an outsider, whose id is nowhere then.
const MAPPING: &str = r#"
[[mapping]]
target = "email"
source = "work_email"
match = 1
[[mapping]]
target = "given_name"
source = "given_name"
[[mapping]]
target = "family_name"
source = "family_name"
[[mapping]]
target = "department"
source = "department"
[[mapping]]
target = "manager"
source = "manager_id"
"#;

const SALES: &str = r#"
[filter]
include = { attribute = "department", one_of = ["Sales"] }
"#;

/// Whatever tells of somebody outside and of nobody inside.
fn outsiders(people: &[Person], is_inside: impl Fn(&Person) -> bool) -> Needles {
    let texts = |person: &Person| {
        let mut texts = vec![person.id.clone(), person.display.clone()];
        texts.extend(person.email.clone());
        texts.extend(person.user_name.clone());
        texts.extend(person.given.as_ref().map(|given| format!("{given} {}", person.family)));
        texts
    };
    let inside: Vec<String> = people
        .iter()
        .filter(|person| is_inside(person))
        .flat_map(texts)
        .map(|text| text.to_lowercase())
        .collect();
    let outside: Vec<_> = people.iter().filter(|person| !is_inside(person)).collect();
    assert!(!inside.is_empty() && outside.len() > inside.len(), "the filter filters");
    let each = outside.into_iter().flat_map(|person| {
        let what = format!("person {}", person.index);
        texts(person).into_iter().map(move |text| (text, what.clone()))
    });
    // Two people may have one name, and one address may end another.
    let own = each.filter(|(text, _)| !inside.iter().any(|known| known.contains(&text.to_lowercase())));
    let needle = |(text, what): (String, String)| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        Needle { text, what, is_number }
    };
    Needles::new(own.map(needle).collect())
}

/// Fails with what was found where.
#[track_caller]
fn nothing(scene: &Scene, needles: &Needles) {
    let found = needles.below(&scene.data());
    let shown: Vec<_> = found.iter().take(5).collect();
    assert!(found.is_empty(), "{} traces, such as {shown:#?}", found.len());
}

/// Ends a process with `kill -9` when some pages of people have come.
fn killed_while_reading(scene: &Scene) {
    let answered = |scene: &Scene| scene.stub.stats().requests.values().sum::<u64>();
    scene.stub.faults(&[]);
    let before = answered(scene);
    scene.sync(&["--full"]).expect(0);
    let whole = answered(scene) - before;
    scene.stub.faults(&["slow:100"]);
    let before = answered(scene);
    let mut process = scene.sync_command(&["--full"]).stderr(Stdio::null()).spawn().expect("starts");
    // A sign-in, and three of the four pages at least. Where there are no pages,
    // the last request: it is counted when it comes, and answered later.
    while answered(scene) < before + whole.min(4) {
        assert!(process.try_wait().expect("is ours").is_none(), "it ended before it could be killed");
    }
    process.kill().and_then(|()| process.wait()).expect("it ends");
}

fn r61_r142_nobody_outside_the_filter_is_on_disk(provider: Provider) {
    let mut scene = Scene::with(provider, PEOPLE, &["--page-limit", "100"]).alone();
    let inside = |person: &Person| person.is_in(&["Sales"]);
    scene.integrate(&format!("{SALES}{MAPPING}"));

    let planned = scene.planned(&[]);
    let needles = outsiders(&scene.stub.people(provider), inside);
    nothing(&scene, &needles);
    let applied = scene.applied(&[]);
    assert_eq!(planned["plan"]["counts"]["reactions"]["create"], json!(applied["create"]));
    nothing(&scene, &needles);

    // Nor is anybody after changes, after a read that failed, or after a
    // process that was killed while it read.
    scene.change(&json!({"hire": 10, "rename": 10, "seed": 1}));
    let needles = outsiders(&scene.stub.people(provider), inside);
    scene.sync(&[]).expect(0);
    nothing(&scene, &needles);
    scene.stub.faults(&["null-ids"]);
    scene.sync(&["--full"]).expect(1);
    nothing(&scene, &needles);
    killed_while_reading(&scene);
    nothing(&scene, &needles);

    // The search does find who is inside.
    let people = scene.stub.people(provider);
    let due: Vec<_> = people.iter().filter(|person| inside(person) && person.is_due()).collect();
    let own = due.iter().filter_map(|person| person.email.clone());
    let own = own.map(|text| Needle { text, what: String::new(), is_number: false });
    let found = Needles::new(own.collect()).below(&scene.data());
    let found: BTreeSet<_> = found.into_iter().map(|(_, needle)| needle.text).collect();
    assert_eq!(found.len(), due.len(), "people inside the filter are stored");
}

fn rule_7_no_credential_is_on_disk_or_printed(provider: Provider) {
    let scene = Scene::new(provider, 60).alone();
    let needles = Needles::new(credentials(provider));
    let mut said = Vec::new();
    for arguments in [&["--plan", "--all"][..], &[], &["--full", "--format", "json"]] {
        let mut command = scene.sync_command(arguments);
        let output = command.env("RUST_LOG", "trace").output().expect("the program starts");
        assert!(output.status.success());
        said.extend(output.stdout);
        said.extend(output.stderr);
    }
    said.extend(scene.run(&["audit", "list"], &[]).expect(0).stdout.into_bytes());
    let printed: Vec<_> = needles.within(&said).map(|needle| &needle.what).collect();
    assert!(printed.is_empty(), "printed: {printed:?}");
    nothing(&scene, &needles);
    // The master key seals the secrets, and is readable for its owner alone.
    let key =
        files(&scene.data()).into_iter().find(|file| file.ends_with("master.key")).expect("a master key");
    let mode = std::os::unix::fs::PermissionsExt::mode(&key.metadata().expect("its metadata").permissions());
    assert_eq!(mode & 0o077, 0, "the master key is readable for others");
}

for_each_provider! {
    r61_r142_nobody_outside_the_filter_is_on_disk
    rule_7_no_credential_is_on_disk_or_printed
}

/// A filter by group reads who is in it, which names people outside.
#[test]
fn r62_who_is_in_other_groups_is_not_on_disk() {
    for (provider, group) in [(Provider::Entra, "Dept Operations"), (Provider::Google, "Dept Operations")] {
        let scene = Scene::new(provider, PEOPLE).alone();
        scene.integrate(&format!("[filter]\ninclude = {{ group = {group:?} }}\n{MAPPING}"));
        scene.sync(&[]).expect(0);
        let groups = scene.stub.groups(provider);
        let id = &groups.iter().find(|known| known.name == group).expect("the group").id;
        let members = below(id, &scene.stub.memberships(provider));
        nothing(&scene, &outsiders(&scene.stub.people(provider), |person| members.contains(&person.id)));
    }
}
