//! `rollcall connector pull`: what each connector reads is what the provider
//! has, field by field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use rollcall_tests::{Changes, Fields, Person, Provider, SECRET, Scene, for_each_provider};
use serde_json::{Value, json};

const PEOPLE: u32 = 5_000;

/// The person as the connector read them.
fn read(line: &Value) -> Fields {
    let unit = |name: &str| line["organization"][name]["name"].clone();
    let mut fields = BTreeMap::from([
        ("id", line["id"].clone()),
        ("status", line["status"].clone()),
        ("user_name", line["user_name"].clone()),
        ("email", line["contact"]["work_email"].clone()),
        ("given", line["name"]["given"].clone()),
        ("family", line["name"]["family"].clone()),
        ("display", line["name"]["display"].clone()),
        ("department", unit("department")),
        ("team", line["organization"]["teams"][0]["name"].clone()),
        ("location", unit("location")),
        ("company", unit("company")),
        ("cost_center", unit("cost_center")),
        ("manager_id", line["employment"]["manager_id"].clone()),
        ("title", line["employment"]["title"].clone()),
        ("employee_number", line["employment"]["employee_number"].clone()),
        ("start_date", line["employment"]["start_date"].clone()),
        ("end_date", line["employment"]["end_date"].clone()),
        ("employment_type", line["employment"]["employment_type"].clone()),
    ]);
    fields.retain(|_, value| !value.is_null());
    fields
}

/// Compares people, and names the first few that differ.
#[track_caller]
fn same_people(provider: Provider, truth: &[Person], lines: &[Value]) {
    let wanted: BTreeMap<_, _> = truth.iter().map(|person| (&person.id, provider.expected(person))).collect();
    let mut differences = Vec::new();
    let mut met = BTreeSet::new();
    for line in lines {
        let fields = read(line);
        let id = line["id"].as_str().expect("an id").to_owned();
        match wanted.get(&id) {
            None => differences.push(format!("{id} came and is not in the source: {line}")),
            Some(wanted) if *wanted != fields => {
                let keys: BTreeSet<_> = wanted.keys().chain(fields.keys()).collect();
                let each = keys.into_iter().filter(|key| wanted.get(*key) != fields.get(*key));
                let each =
                    each.map(|key| format!("{key}: {:?} is read as {:?}", wanted.get(key), fields.get(key)));
                differences.push(format!("{id}: {}", each.collect::<Vec<_>>().join("; ")));
            }
            Some(_) => {}
        }
        if !met.insert(id.clone()) {
            differences.push(format!("{id} came twice"));
        }
    }
    let missing = wanted.keys().filter(|id| !met.contains(**id)).map(|id| format!("{id} did not come"));
    differences.extend(missing);
    let shown = differences.iter().take(8).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} differences:\n{shown}", differences.len());
}

#[track_caller]
fn same_set<T: Ord + Debug>(what: &str, read: &BTreeSet<T>, wanted: &BTreeSet<T>) {
    let lost: Vec<_> = wanted.difference(read).take(5).collect();
    let invented: Vec<_> = read.difference(wanted).take(5).collect();
    assert!(lost.is_empty() && invented.is_empty(), "{what}: lost {lost:?}, invented {invented:?}");
}

fn of_type<'a>(lines: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    lines.iter().filter(move |line| line["type"] == kind)
}

#[track_caller]
fn same_groups(scene: &Scene, lines: &[Value]) {
    let provider = scene.provider;
    let mut groups: BTreeSet<_> = of_type(lines, "group")
        .map(|line| (text(&line["id"]), text(&line["name"]), text(&line["kind"])))
        .collect();
    // The root of Google's units, which the provider's list of units and so the
    // stub's truth leave out.
    groups.retain(|(_, name, _)| provider != Provider::Google || name != "/");
    let wanted = scene.stub.groups(provider).into_iter();
    let wanted = wanted.map(|group| (provider.group_id(&group.kind, &group.id), group.name, group.kind));
    same_set("groups", &groups, &wanted.collect());
}

#[track_caller]
fn same_memberships(scene: &Scene, lines: &[Value]) {
    let provider = scene.provider;
    let mut memberships: BTreeSet<_> = of_type(lines, "membership")
        .map(|line| (text(&line["group_id"]), text(&line["worker_id"]), text(&line["member_group_id"])))
        .collect();
    if provider == Provider::Google {
        // The truth has buildings by the place of each person alone.
        let names: BTreeMap<_, _> =
            of_type(lines, "group").map(|line| (text(&line["id"]), text(&line["name"]))).collect();
        let people = scene.stub.people(provider).into_iter();
        let places: BTreeMap<_, _> = people.map(|person| (person.id, person.location)).collect();
        let buildings: Vec<_> =
            memberships.extract_if(.., |(group, ..)| group.starts_with("building:")).collect();
        assert!(buildings.len() > 2_500, "{} people are in buildings", buildings.len());
        for (group, person, _) in buildings {
            assert_eq!(places[&person].as_ref(), names.get(&group), "building of {person}");
        }
        memberships.retain(|(group, ..)| names[group] != "/");
    }
    let wanted = scene.stub.memberships(provider).into_iter().map(|one| {
        let group = provider.group_id(&one.group_kind, &one.group_id);
        if one.member == "group" {
            (group, String::new(), provider.group_id(&one.group_kind, &one.member_id))
        } else {
            (group, one.member_id, String::new())
        }
    });
    same_set("memberships", &memberships, &wanted.collect());
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn pull_equals_the_source(provider: Provider) {
    let scene = Scene::new(provider, PEOPLE);
    let lines = scene.pull(&[]).expect(0).lines();

    let workers: Vec<_> = of_type(&lines, "worker").cloned().collect();
    same_people(provider, &scene.stub.people(provider), &workers);
    same_groups(&scene, &lines);
    same_memberships(&scene, &lines);

    let receipt = lines.last().expect("a last line");
    assert_eq!(receipt["type"], "receipt");
    assert_eq!(receipt["complete"], true);
    for (counted, kind) in [("workers", "worker"), ("groups", "group"), ("memberships", "membership")] {
        // Groups that are found in the records of people come once a page.
        let distinct: BTreeSet<_> = of_type(&lines, kind).map(Value::to_string).collect();
        assert_eq!(receipt[counted], distinct.len(), "{receipt}");
    }
    assert_eq!(receipt["deleted"], 0);
    assert!(receipt["pages"].as_u64() >= Some(3) && receipt["requests"].as_u64() >= Some(3), "{receipt}");
}

/// What a customer's report of Workday has beyond the usual columns.
const REPORT_COLUMNS: &str = "columns=id=WID, manager_id=Manager_WID, team=Team, display_name=Full_Name";

/// The same people by the other interface of the provider, the other way of
/// paging, or the other way to sign in.
#[test]
fn other_interfaces_have_the_same_people() {
    let report = ["mode=raas", "report_owner=ISU_Directory", "report_name=Directory_Export", REPORT_COLUMNS]
        .map(|setting| ["--setting", setting])
        .concat();
    let token = format!("api_token={SECRET}");
    let cases: [(Provider, u32, &[&str], &[&str]); 5] = [
        // One request a person, at a limited rate.
        (Provider::Personio, 150, &[], &["--setting", "api_version=v2"]),
        (Provider::Scim, 500, &["--scim-paging", "cursor"], &[]),
        (Provider::Scim, 300, &[], &["--setting", "search=true"]),
        (Provider::Okta, 300, &[], &["--setting", "auth_method=api_token", "--secret", &token]),
        (Provider::Workday, 1_500, &[], &report),
    ];
    for (provider, people, stub, arguments) in cases {
        let scene = Scene::with(provider, people, stub);
        let lines = scene.pull(&[&["--entity", "workers"], arguments].concat()).expect(0).lines();
        let workers: Vec<_> = of_type(&lines, "worker").cloned().collect();
        same_people(provider, &scene.stub.people(provider), &workers);
    }
}

fn a_read_of_changes_is_the_difference(provider: Provider) {
    let mut scene = Scene::new(provider, 500);
    let before = scene.pull(&["--entity", "workers"]).expect(0).lines();
    let checkpoint = before.last().and_then(|receipt| receipt["checkpoint"].as_str()).map(str::to_owned);
    let Some(checkpoint) = checkpoint else {
        assert_eq!(provider.changes(), Changes::None);
        return;
    };

    let batch = json!({"hire": 7, "leave": 5, "delete": 3, "rename": 6, "move": 4, "fields": 2.0, "seed": 3});
    let change = scene.change(&batch);
    let lines = scene.pull(&["--entity", "workers", "--since", &checkpoint]).expect(0).lines();

    // Whoever changed, and is still there. A provider that counts changes by the
    // day may bring some of the day before once more.
    let truth = scene.stub.people(provider);
    let affected: BTreeSet<_> = change.affected.iter().map(|affected| affected.index).collect();
    let workers: Vec<_> = of_type(&lines, "worker").cloned().collect();
    let came: BTreeSet<_> = workers.iter().filter_map(|line| line["id"].as_str()).collect();
    let comes = |person: &&Person| affected.contains(&person.index) || came.contains(person.id.as_str());
    let changed: Vec<_> = truth.iter().filter(comes).cloned().collect();
    same_people(provider, &changed, &workers);
    assert!(workers.len() < affected.len() + truth.len() / 10, "{} is everybody", workers.len());

    let gone: BTreeSet<_> = of_type(&lines, "deleted-worker").map(|line| line["id"].to_string()).collect();
    let present: BTreeSet<_> = truth.iter().map(|person| &person.id).collect();
    let left: BTreeSet<_> = of_type(&before, "worker")
        .filter(|line| !present.contains(&line["id"].as_str().expect("an id").to_owned()))
        .map(|line| line["id"].to_string())
        .collect();
    let told = if provider.changes() == Changes::ChangedAndGone { left } else { BTreeSet::new() };
    assert_eq!(gone, told);
    let receipt = lines.last().expect("a last line");
    assert_eq!(receipt["workers"], workers.len());
    assert_eq!(receipt["deleted"], gone.len());

    // Nothing has happened since.
    let checkpoint = receipt["checkpoint"].as_str().expect("a new checkpoint").to_owned();
    let lines = scene.pull(&["--entity", "workers", "--since", &checkpoint]).expect(0).lines();
    let again = of_type(&lines, "worker").count();
    assert!(again <= workers.len(), "{again} people came again");
}

for_each_provider! { pull_equals_the_source a_read_of_changes_is_the_difference }

#[test]
fn r62_a_pull_of_one_entity_reads_that_alone() {
    let scene = Scene::new(Provider::Personio, 50);
    for (entity, kind) in [("workers", "worker"), ("groups", "group"), ("memberships", "membership")] {
        let lines = scene.pull(&["--entity", entity]).expect(0).lines();
        let kinds: BTreeSet<_> = lines.iter().map(|line| line["type"].to_string()).collect();
        assert_eq!(kinds, BTreeSet::from([format!("{kind:?}"), "\"receipt\"".to_owned()]));
    }
}

#[test]
fn a_wrong_checkpoint_is_a_usage_error() {
    let scene = Scene::new(Provider::Personio, 10);
    let ended = scene.pull(&["--since", "not base64!"]).expect(2);
    assert!(ended.stderr.contains("--since"), "{}", ended.stderr);
}
