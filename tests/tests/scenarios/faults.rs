//! Rule 1: whatever goes wrong at a provider, a sync ends in a typed failure
//! that changes nothing, or in the right result. Each fault of the stub, for
//! each connector, on a store that holds a synced company, while the company
//! has changed meanwhile.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use rollcall_model::EventKind;
use rollcall_tests::Allowed::{self, Either, Failure, Success};
use rollcall_tests::{Provider, Scene, State, for_each_provider};
use serde_json::json;

/// People of the company: several pages at this page limit, and few enough
/// requests for the rate limit of every connector.
const PEOPLE: u32 = 110;
const STUB: &[&str] = &["--page-limit", "30"];

/// Faults that wait between tries run beside each other.
const AT_ONCE: usize = 8;

const UNREADABLE: &[&str] = &["invalid-response"];
const UNREACHABLE: &[&str] = &["transport", "timeout"];
const NOT_WHOLE: &[&str] = &["incomplete", "invalid-response"];

/// Every fault that the stub has, and what may come of it.
fn table(provider: Provider) -> Vec<(&'static str, Allowed)> {
    let stated = provider.states_total();
    let most = [
        ("429:3", Success),
        ("429-bare:3", Success),
        ("429-forever", Failure(&["rate-limited"])),
        ("quota-403:3", Success),
        ("500-page:2", Failure(&["upstream"])),
        ("500-once:2", Success),
        ("502-html", Failure(&["upstream"])),
        ("cut-body:2", Failure(UNREACHABLE)),
        ("cut-json:2", Failure(UNREADABLE)),
        ("repeated-cursor", Failure(NOT_WHOLE)),
        // Without a stated total an empty list looks like an empty company.
        ("empty-first", Failure(NOT_WHOLE)),
        ("empty-first:zero", Failure(NOT_WHOLE)),
        ("empty-first-next", if stated { Failure(NOT_WHOLE) } else { Either(NOT_WHOLE) }),
        ("changed-total:1", if stated { Failure(NOT_WHOLE) } else { Success }),
        ("slow:50", Success),
        ("expire-token:2", Success),
        ("expire-always", Failure(&["auth-failed"])),
        ("expire-delta", Success),
        ("html-200", Failure(UNREADABLE)),
        ("empty-200", Failure(UNREADABLE)),
        ("foreign-next", Success),
        ("redirect-offsite", Failure(&["invalid-response", "upstream", "transport"])),
        ("redirect-same", Success),
        ("duplicate-ids", Either(NOT_WHOLE)),
        ("missing-key", Failure(NOT_WHOLE)),
        ("null-ids", Failure(UNREADABLE)),
        ("echo-auth", Success),
    ];
    most.into_iter().map(|(fault, allowed)| (fault, provider.under(fault).unwrap_or(allowed))).collect()
}

/// Whose a failure is to mend.
fn blame(code: &str) -> &'static str {
    match code {
        "auth-failed" | "permission-missing" | "bad-setting" => "settings",
        "denied" | "budget" | "contract" | "stopped" | "crashed" => "connector",
        "host" => "host",
        _ => "provider",
    }
}

/// What accounts say about people, without titles: one fault changes those.
fn told(accounts: &State) -> BTreeMap<String, String> {
    let tell = |account: &serde_json::Value| {
        let names = ["email", "given_name", "family_name", "department"];
        let values = names.map(|name| account["attributes"][name].to_string());
        format!("{} {}", account["status"], values.join(" "))
    };
    accounts.iter().map(|(id, account)| (id.clone(), tell(account))).collect()
}

/// What they have to say.
fn truth(scene: &Scene) -> BTreeMap<String, String> {
    let due = scene.stub.people(scene.provider).into_iter().filter(rollcall_tests::Person::is_due);
    due.map(|person| {
        let department = person.department.as_ref();
        let values = [json!(person.email), json!(person.given), json!(person.family), json!(department)];
        (person.id, format!("\"active\" {}", values.map(|value| value.to_string()).join(" ")))
    })
    .collect()
}

/// One fault, in a full read or a read of changes.
fn check(provider: Provider, fault: &str, allowed: &Allowed, mode: &[&str]) {
    let mut scene = Scene::with(provider, PEOPLE, STUB);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    scene.change(&json!({"hire": 3, "rename": 3, "move": 3, "seed": 7}));
    scene.stub.faults(&[fault]);
    let ended = scene.sync(mode);
    let after = scene.accounts();
    let said = format!("{}{}", ended.stdout, ended.stderr);

    let succeeded = ended.code == Some(0);
    if succeeded {
        assert!(matches!(allowed, Success | Either(_)), "succeeded: {said}");
        assert_eq!(told(&after), truth(&scene), "the result is wrong");
    } else {
        let failure = ended.expect(1).failure();
        let code = failure["error"]["code"].as_str().expect("a code").to_owned();
        let codes = match allowed {
            Success => &[],
            Failure(codes) | Either(codes) => *codes,
        };
        assert!(codes.contains(&code.as_str()), "failed otherwise: {failure}");
        assert_eq!(failure["blame"], blame(&code), "{failure}");
        assert!(failure["next_step"].as_str().is_some_and(|step| !step.is_empty()), "{failure}");
        assert_eq!(after, before, "accounts changed: {said}");
    }
    let stats = scene.stub.stats();
    assert_eq!(stats.offsite_with_authorization, 0, "a credential went to a foreign host");
    assert_eq!(stats.offsite, 0, "a request went to a foreign host");
    let secrets = rollcall_tests::Needles::new(rollcall_tests::credentials(scene.provider));
    assert!(secrets.within(said.as_bytes()).next().is_none(), "a credential was printed: {said}");
    assert!(secrets.below(&scene.data()).is_empty(), "a credential was stored");

    // Without the fault, the next sync heals.
    scene.stub.faults(&[]);
    scene.sync(&["--full"]).expect(0);
    assert_eq!(told(&scene.accounts()), truth(&scene), "after healing");
    let takes_away = |kind: &EventKind| matches!(kind, EventKind::Deactivated | EventKind::Removed);
    assert!(!scene.events().iter().any(|event| takes_away(&event.kind)), "somebody lost access");
}

/// Runs the rows beside each other and reports all that are wrong.
fn check_all(provider: Provider, mode: &[&str], rows: Vec<(&'static str, Allowed)>) {
    let rows = Mutex::new(rows.into_iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((fault, allowed)) = rows.lock().expect("no row panics here").next() else {
                        return;
                    };
                    let checked = catch_unwind(AssertUnwindSafe(|| check(provider, fault, &allowed, mode)));
                    if let Err(panic) = checked {
                        let text =
                            panic.downcast::<String>().map_or_else(|_| "panicked".to_owned(), |text| *text);
                        wrong.lock().expect("no row panics here").push(format!("{fault}: {text}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no row panics here");
    assert!(wrong.is_empty(), "{} faults ended wrongly:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

fn rule_1_a_fault_in_a_full_read_changes_nothing(provider: Provider) {
    check_all(provider, &["--full"], table(provider));
}

/// The same where only changes are read. Whatever is read, the laws of paging
/// hold; what a fault does to a list of changes depends on its form, so that
/// most may end either way, but never in a wrong result.
fn rule_1_a_fault_in_a_read_of_changes_changes_nothing(provider: Provider) {
    const ANY: &[&str] = &[
        "rate-limited",
        "upstream",
        "transport",
        "timeout",
        "invalid-response",
        "incomplete",
        "auth-failed",
        "denied",
    ];
    // An empty list of changes says that nothing happened: nobody can tell.
    let says_nothing = |fault: &str| fault.starts_with("empty-first");
    let rows =
        table(provider).into_iter().filter(|(fault, _)| !says_nothing(fault)).map(|(fault, allowed)| {
            match allowed {
                Success => (fault, Success),
                _ => (fault, Either(ANY)),
            }
        });
    check_all(provider, &[], rows.collect());
}

for_each_provider! {
    rule_1_a_fault_in_a_full_read_changes_nothing
    rule_1_a_fault_in_a_read_of_changes_changes_nothing
}
