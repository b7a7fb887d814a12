//! Behaviours that customers of such products expect, one by one, where no other
//! scenario is about them.

mod choosing;
mod data_protection;
mod grouping;
mod lifecycle;
mod managing;
mod mapping;
mod matching;

use std::collections::{BTreeMap, BTreeSet};

use rollcall_tests::{Person, Scene};
use serde_json::Value;

const NAMES: &str = "[[mapping]]\ntarget = \"email\"\nsource = \"work_email\"\nmatch = 1\n\
    [[mapping]]\ntarget = \"given_name\"\nsource = \"given_name\"\n\
    [[mapping]]\ntarget = \"family_name\"\nsource = \"family_name\"\n";

fn line(target: &str, source: &str) -> String {
    format!("[[mapping]]\ntarget = {target:?}\nsource = {source:?}\n")
}

fn in_scope(scene: &Scene, clause: &str) -> u64 {
    scene.integrate(&format!("[filter]\ninclude = {clause}\n"));
    scene.planned(&[])["plan"]["counts"]["in_scope"].as_u64().expect("a count")
}

fn truth(scene: &Scene, holds: impl Fn(&Person) -> bool) -> u64 {
    scene.stub.people(scene.provider).iter().filter(|person| holds(person)).count() as u64
}

fn count(counts: &BTreeMap<String, u64>, reaction: &str) -> u64 {
    counts.get(reaction).copied().unwrap_or_default()
}

fn attributes(scene: &Scene) -> BTreeSet<String> {
    let accounts = scene.accounts();
    let all = accounts.values().filter_map(|account| account["attributes"].as_object());
    all.flat_map(|attributes| attributes.keys().cloned()).collect()
}

fn rows(scene: &Scene, status: &str) -> Vec<Value> {
    let arguments = ["--tenant", "acme", "--format", "json", "--status", status];
    scene.run(&["link", "list"], &arguments).expect(0).lines()
}

/// Groups as `rollcall group list` has them.
fn groups(scene: &Scene) -> Vec<Value> {
    scene.run(&["group", "list"], &["--tenant", "acme"]).expect(0).lines()
}

/// What a command says comes in this order.
fn in_order(said: &str, words: &[&str]) {
    let at = |word: &&str| said.find(word).unwrap_or_else(|| panic!("`{word}` is not said: {said}"));
    assert!(words.iter().map(at).is_sorted(), "{words:?}: {said}");
}
