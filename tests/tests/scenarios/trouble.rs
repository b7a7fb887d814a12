//! What an admin meets while connecting a provider: each ends in words that say
//! what to do, and changes nothing. A wrong credential is in `sync.rs`, a token
//! that expires in `faults.rs`.

use rollcall_tests::{Provider, Scene, for_each_provider};

fn r35_a_missing_permission_says_which(provider: Provider) {
    let scene = Scene::new(provider, 20);
    scene.stub.faults(&["403"]);
    let failure = scene.sync(&[]).expect(1).failure();
    assert_eq!(failure["error"]["code"], "permission-missing", "{failure}");
    assert_eq!(failure["blame"], "settings", "{failure}");
    assert!(failure["next_step"].as_str().is_some_and(|step| !step.is_empty()), "{failure}");
    assert!(scene.accounts().is_empty());
}

fn r35_a_wrong_tenant_is_told(provider: Provider) {
    let Some(elsewhere) = provider.elsewhere() else { return };
    let scene = Scene::new(provider, 20);
    let failure = scene.pull_elsewhere(elsewhere).expect(1).failure();
    assert_eq!(failure["blame"], "settings", "{failure}");
    let said = failure["message"].as_str().expect("a message");
    assert!(said.contains(elsewhere.says), "{said}");
}

fn r35_a_company_of_nobody_is_said_to_be_one(provider: Provider) {
    let scene = Scene::new(provider, 0);
    let notes = scene.planned(&[])["plan"]["notes"].to_string();
    assert!(notes.contains("named nobody") && notes.contains("permissions"), "{notes}");
    let scene = Scene::new(provider, 20);
    assert!(!scene.planned(&[])["plan"]["notes"].to_string().contains("nobody"));
}

for_each_provider! {
    r35_a_missing_permission_says_which
    r35_a_wrong_tenant_is_told
    r35_a_company_of_nobody_is_said_to_be_one
}
