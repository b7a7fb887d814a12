//! `rollcall connector pull`: what each connector reads is what the provider
//! has, field by field.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_tests::{Person, Provider, Scene, for_each_provider};
use serde_json::{Value, json};

const PEOPLE: u32 = 2_000;

/// One person's fields by name; what is empty is left out.
type Fields = BTreeMap<&'static str, Value>;

/// The person as the connector has to read them.
fn expected(provider: Provider, person: &Person) -> Fields {
    let text = |text: &Option<String>| json!(text);
    let mut fields = BTreeMap::from([
        ("id", json!(person.id)),
        ("status", json!(person.status)),
        ("user_name", text(&person.user_name)),
        ("email", text(&person.email)),
        ("given", text(&person.given)),
        ("family", json!(person.family)),
        ("display", json!(person.display)),
        ("department", text(&person.department)),
        ("team", text(&person.team)),
        ("location", text(&person.location)),
        ("company", json!(person.company)),
        ("cost_center", text(&person.cost_center)),
        ("manager_id", text(&person.manager_id)),
        ("title", text(&person.title)),
        ("employee_number", json!(person.employee_number)),
        ("start_date", text(&person.start_date)),
        ("end_date", text(&person.end_date)),
        ("employment_type", json!(person.kind)),
    ]);
    match provider {
        Provider::Personio => {
            let internal = if person.kind == "Employee" { "internal" } else { "external" };
            fields.insert("employment_type", json!(internal));
        }
        Provider::Entra => {}
        Provider::Google => {
            // The connection names the custom attributes that have the dates.
            fields.insert("start_date", person.custom["HR.hireDate"].clone());
            fields.insert("end_date", person.custom["HR.leaveDate"].clone());
        }
        Provider::Scim => {
            fields.insert("start_date", person.custom["startDate"].clone());
            fields.insert("end_date", person.custom["endDate"].clone());
        }
    }
    fields.retain(|_, value| !value.is_null());
    fields
}

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
    let wanted: BTreeMap<_, _> =
        truth.iter().map(|person| (&person.id, expected(provider, person))).collect();
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

fn of_type<'a>(lines: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    lines.iter().filter(move |line| line["type"] == kind)
}

/// A group's id, as the connector gives it: where a provider numbers groups of
/// different kinds alike, the kind stands before the number.
fn group_id(provider: Provider, kind: &str, id: &str, seen: &BTreeSet<String>) -> String {
    let long = format!("{kind}:{id}");
    if provider == Provider::Personio || seen.contains(&long) { long } else { id.to_owned() }
}

fn pull_equals_the_source(provider: Provider) {
    let scene = Scene::new(provider, PEOPLE);
    let lines = scene.pull(&[]).expect(0).lines();

    let workers: Vec<_> = of_type(&lines, "worker").cloned().collect();
    same_people(provider, &scene.stub.people(provider), &workers);

    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let groups: BTreeSet<_> = of_type(&lines, "group")
        .map(|line| (text(&line["id"]), text(&line["name"]), text(&line["kind"])))
        .collect();
    let ids: BTreeSet<_> = groups.iter().map(|(id, ..)| id.clone()).collect();
    let wanted: BTreeSet<_> = scene
        .stub
        .groups(provider)
        .into_iter()
        .map(|group| (group_id(provider, &group.kind, &group.id, &ids), group.name, group.kind))
        .collect();
    assert_eq!(groups, wanted, "groups");

    let memberships: BTreeSet<_> = of_type(&lines, "membership")
        .map(|line| (text(&line["group_id"]), text(&line["worker_id"]), text(&line["member_group_id"])))
        .collect();
    let wanted: BTreeSet<_> = scene
        .stub
        .memberships(provider)
        .into_iter()
        .map(|one| {
            let group = group_id(provider, &one.group_kind, &one.group_id, &ids);
            if one.member == "group" {
                let inner = group_id(provider, &one.group_kind, &one.member_id, &ids);
                (group, String::new(), inner)
            } else {
                (group, one.member_id, String::new())
            }
        })
        .collect();
    let lost: Vec<_> = wanted.difference(&memberships).take(5).collect();
    let invented: Vec<_> = memberships.difference(&wanted).take(5).collect();
    assert!(lost.is_empty() && invented.is_empty(), "memberships: lost {lost:?}, invented {invented:?}");

    let receipt = lines.last().expect("a last line");
    assert_eq!(receipt["type"], "receipt");
    assert_eq!(receipt["complete"], true);
    assert_eq!(receipt["workers"], workers.len());
    assert_eq!(receipt["groups"], groups.len());
    assert_eq!(receipt["memberships"], memberships.len());
    assert_eq!(receipt["deleted"], 0);
    assert!(receipt["pages"].as_u64() >= Some(3) && receipt["requests"].as_u64() >= Some(3), "{receipt}");
}

fn a_read_of_changes_is_the_difference(provider: Provider) {
    let mut scene = Scene::new(provider, 500);
    let before = scene.pull(&["--entity", "workers"]).expect(0).lines();
    let checkpoint = before.last().and_then(|receipt| receipt["checkpoint"].as_str()).map(str::to_owned);
    let Some(checkpoint) = checkpoint else {
        assert_eq!(provider, Provider::Google, "the others offer reads of changes");
        return;
    };

    let batch = json!({"hire": 7, "leave": 5, "delete": 3, "rename": 6, "move": 4, "fields": 2.0, "seed": 3});
    let change = scene.change(&batch);
    let lines = scene.pull(&["--entity", "workers", "--since", &checkpoint]).expect(0).lines();

    // Who is still there and changed, by the word of the source.
    let truth = scene.stub.people(provider);
    let affected: BTreeSet<_> = change.affected.iter().map(|affected| affected.index).collect();
    let changed: Vec<_> = truth.iter().filter(|person| affected.contains(&person.index)).cloned().collect();
    let workers: Vec<_> = of_type(&lines, "worker").cloned().collect();
    same_people(provider, &changed, &workers);

    let gone: BTreeSet<_> = of_type(&lines, "deleted-worker").map(|line| line["id"].to_string()).collect();
    let present: BTreeSet<_> = truth.iter().map(|person| &person.id).collect();
    let left: BTreeSet<_> = of_type(&before, "worker")
        .filter(|line| !present.contains(&line["id"].as_str().expect("an id").to_owned()))
        .map(|line| line["id"].to_string())
        .collect();
    match provider {
        Provider::Entra => assert_eq!(gone, left),
        // Neither tells in a list of changes that somebody was deleted.
        _ => assert_eq!(gone, BTreeSet::new()),
    }
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
