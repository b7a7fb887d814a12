//! A read of changes comes to what a full read comes to.

use rollcall_tests::{Changes, Provider, Scene, for_each_provider};
use serde_json::json;

fn after_200_changes_a_delta_equals_a_full_read(provider: Provider) {
    if provider.changes() == Changes::None {
        return;
    }
    let mut scene = Scene::new(provider, 5_000);
    scene.sync(&[]).expect(0);
    // Whoever is gone without a trace is found by the next full read, where the
    // provider does not tell.
    let gone = if provider.changes() == Changes::ChangedAndGone { 10 } else { 0 };
    let batch = json!({"hire": 50, "leave": 20, "delete": gone, "rename": 60, "move": 60, "seed": 4});
    scene.change(&batch);
    let told = scene.applied(&[]);
    assert!(told.values().sum::<u64>() > 0, "{told:?}");
    let by_changes = scene.accounts();
    scene.applied(&["--full"]);
    assert_eq!(by_changes, scene.accounts());
}

for_each_provider! { after_200_changes_a_delta_equals_a_full_read }
