//! Guests that mean harm, through the shipped program: what is refused before
//! it runs, what is stopped while it runs, and that a neighbour's sync at the
//! same time notices nothing. Each is a file in `hostile/`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rollcall_grants::{FetchError, Fetching, Network, Request, Response};
use rollcall_model::Failure;
use rollcall_sandbox::{
    Call, Compile, Limits, Metering, Nesting, NoLog, PoolSize, PullMode, RunInput, Sandbox, SandboxOptions,
    Wasi, WorkerPage,
};
use rollcall_tests::guests::{self, Used, Watched};
use rollcall_tests::{Ended, Provider, SECRET, Scene, command, rollcall};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a call may compute, with the start of the program, the compiler and
/// its neighbours on a small machine.
const CPU: Duration = Duration::from_secs(5 + 5);

/// What the program may have in memory with any guest of 64 MiB: its own, the
/// guest's, and what one call may hand over.
const PEAK: u64 = 400 << 20;

// ---------------------------------------------------- stopped as it runs ----

/// A guest ends with this failure, in `connector pull` and in `sync`, within
/// its limits; nothing is stored, and the neighbour is untouched.
#[track_caller]
fn check(name: &str, code: &str, blame: &str, detail: &str) {
    let guest = Hostile::new(name);
    let (pulled, synced) = guest.run_beside_a_neighbour();
    for (how, used) in [("pull", &pulled), ("sync", &synced)] {
        let Ended { code: exit, stdout, stderr } = &used.ended;
        assert_eq!(*exit, Some(1), "{name} by {how}\nstdout: {stdout}\nstderr: {stderr}");
        let failure = used.ended.failure();
        assert_eq!(failure["error"]["code"], code, "{name} by {how}: {failure}");
        assert_eq!(failure["blame"], blame, "{name} by {how}: {failure}");
        let told = failure["error"]["detail"].as_str().expect("a failure has a detail");
        assert!(told.contains(detail), "{name} by {how}: {failure}");
        assert!(!stdout.contains("\"receipt\""), "{name} by {how} has a receipt: {stdout}");
        assert!(used.cpu < CPU, "{name} by {how} took {:?} of CPU", used.cpu);
        assert!(used.peak < PEAK, "{name} by {how} took {} MiB", used.peak >> 20);
    }
    assert_eq!(guest.accounts(), "", "{name} left accounts");
    let run = guest.audit().into_iter().rfind(|entry| entry["kind"] == "run-ended");
    let run = run.unwrap_or_else(|| panic!("{name}: the audit does not tell how it ended"));
    assert_eq!(run["detail"]["ended"], json!({"failed": code, "blame": blame}), "{name}");
}

struct Hostile {
    name: String,
    directory: TempDir,
}

impl Hostile {
    fn new(name: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        guests::write(directory.path(), name, &guests::guest(name));
        Self { name: name.to_owned(), directory }
    }

    fn file(&self, ending: &str) -> std::path::PathBuf {
        self.directory.path().join(format!("{}.{ending}", self.name))
    }

    /// Pulls and syncs at once, while somebody else syncs.
    #[track_caller]
    fn run_beside_a_neighbour(&self) -> (Used, Used) {
        let scene = Scene::new(Provider::Personio, 40);
        let (pull, sync) = (Watched::start(self.pull()), Watched::start(self.sync()));
        let neighbour = scene.sync(&["--format", "json"]);
        let used = (pull.end(), sync.end());
        assert_eq!(neighbour.code, Some(0), "the neighbour of {}: {}", self.name, neighbour.stderr);
        let due = scene.stub.people(scene.provider).iter().filter(|person| person.is_due()).count();
        let accounts = scene.accounts();
        assert_eq!(accounts.len(), due, "accounts of the neighbour of {}", self.name);
        let again = scene.sync(&["--format", "json", "--full"]).expect(0).json();
        assert_eq!(scene.accounts(), accounts, "the neighbour of {}: {again}", self.name);
        used
    }

    fn pull(&self) -> std::process::Command {
        let mut command = command();
        command.args(["connector", "pull", "--entity", "workers"]).arg(self.file("wasm"));
        command
    }

    fn sync(&self) -> std::process::Command {
        let mut command = command();
        command.arg("sync").arg(self.file("toml")).arg("--data").arg(self.data());
        command
    }

    fn data(&self) -> std::path::PathBuf {
        self.directory.path().join("data")
    }

    fn accounts(&self) -> String {
        let data = self.data();
        let list: [&std::ffi::OsStr; 6] = [
            "account".as_ref(),
            "list".as_ref(),
            "--tenant".as_ref(),
            "victim".as_ref(),
            "--data".as_ref(),
            data.as_ref(),
        ];
        rollcall(list).expect(0).stdout
    }

    /// The audit, whose chain holds.
    fn audit(&self) -> Vec<Value> {
        let data = self.data();
        let audit = |what: &str| {
            let words: [&std::ffi::OsStr; 4] =
                ["audit".as_ref(), what.as_ref(), "--data".as_ref(), data.as_ref()];
            rollcall(words).expect(0)
        };
        audit("verify");
        audit("list").lines()
    }

    fn refusals(&self) -> Vec<Value> {
        self.audit().into_iter().filter(|entry| entry["kind"] == "refusal").collect()
    }
}

/// One test for each guest: its name, and how it ends.
macro_rules! guests {
    ($($name:ident $code:literal $blame:literal $detail:literal;)*) => { $(
        #[test]
        fn $name() {
            check(&stringify!($name).replace('_', "-"), $code, $blame, $detail);
        }
    )* };
}

guests! {
    endless_loop "stopped" "connector" "computed for more than 5 s";
    endless_start "stopped" "connector" "computed for more than 5 s";
    endless_realloc "stopped" "connector" "computed for more than 5 s";
    endless_post_return "stopped" "connector" "computed for more than 5 s";
    endless_copying "stopped" "connector" "computed for more than 5 s";
    memory_bomb "budget" "connector" "64 MiB of memory";
    table_bomb "budget" "connector" "table elements";
    deep_recursion "crashed" "connector" "stack";
    unreachable "crashed" "connector" "unreachable";
    wild_answer "contract" "connector" "";
    wild_realloc "contract" "connector" "";
    million_workers "contract" "connector" "";
    million_deletions "contract" "connector" "1000000 records in one answer, 5000 allowed";
    million_teams "budget" "connector" "32 MiB handed over at once";
    billion_workers "contract" "connector" "";
    long_id "contract" "connector" "a worker whose id has 1000000 bytes, 1024 allowed";
    control_id "contract" "connector" "a worker whose id has a control character";
    empty_id "contract" "connector" "a worker without an id";
    invalid_utf8 "contract" "connector" "";
    deletions_in_a_full_read "contract" "connector" "a full read has no deleted records";
    long_cursor "contract" "connector" "a cursor of 1000000 bytes, 65536 allowed";
    same_cursor "contract" "connector" "leads back to a page that was read before";
    pages_without_end "contract" "connector" "more than 200 pages without a record in a row";
    invented_blame "contract" "connector" "reports a request that failed, and none did";
    fetch_flood "budget" "connector" "";
    undeclared_host "denied" "connector" "elsewhere";
    undeclared_path "denied" "connector" "";
    foreign_next_link "denied" "connector" "";
    own_credential "denied" "connector" "authorization";
}

#[test]
fn what_is_denied_is_audited() {
    for name in
        ["undeclared-host", "undeclared-path", "foreign-next-link", "own-credential", "swallowed-denial"]
    {
        let guest = Hostile::new(name);
        let ended = Watched::start(guest.sync()).end().ended;
        // Whoever keeps quiet about it reads on, and is written down all the same.
        ended.expect(i32::from(name != "swallowed-denial"));
        let refusals = guest.refusals();
        assert_eq!(refusals.len(), 1, "{name}: {refusals:?}");
        assert_eq!(refusals[0]["tenant"], "victim");
        assert_eq!(refusals[0]["detail"]["failed"], "denied", "{name}: {refusals:?}");
        assert_eq!(refusals[0]["detail"]["attempts"], 0, "{name} was sent: {refusals:?}");
    }
}

#[test]
fn requests_are_counted_before_they_are_written_down() {
    let guest = Hostile::new("fetch-flood");
    Watched::start(guest.sync()).end().ended.expect(1);
    assert_eq!(guest.refusals().len(), 200);
}

#[test]
fn a_flood_of_log_lines_is_500() {
    let guest = Hostile::new("log-flood");
    let mut pull = guest.pull();
    pull.env("RUST_LOG", "info").env("NO_COLOR", "1");
    let used = Watched::start(pull).end();
    let ended = used.ended.expect(0);
    assert_eq!(ended.lines().last().expect("a receipt")["complete"], true);
    let lines: Vec<_> = ended.stderr.lines().filter(|line| line.contains("guest=")).collect();
    assert_eq!(lines.len(), 500);
    assert!(lines.iter().all(|line| line.len() < 64 * 1024));
    assert!(!ended.stderr.contains('\0'), "control characters come through");
    assert!(used.peak < PEAK && used.cpu < CPU, "{} MiB, {:?}", used.peak >> 20, used.cpu);
}

#[test]
fn a_guest_that_does_no_harm_passes() {
    let (pulled, synced) = Hostile::new("nothing").run_beside_a_neighbour();
    let receipt = pulled.ended.expect(0).lines().pop().expect("a receipt");
    assert_eq!((&receipt["complete"], &receipt["workers"]), (&json!(true), &json!(0)));
    synced.ended.expect(0);
}

// ---------------------------------------------------- refused at loading ----

/// A file is refused by `pull`, `sync` and `inspect`, with this text.
#[track_caller]
fn refused(name: &str, bytes: &[u8], why: &[&str]) {
    let guest = Hostile { name: name.to_owned(), directory: tempfile::tempdir().expect("a directory") };
    guests::write(guest.directory.path(), name, bytes);
    let mut inspect = command();
    inspect.args(["connector", "inspect"]).arg(guest.file("wasm"));
    for (how, command) in [("pull", guest.pull()), ("sync", guest.sync()), ("inspect", inspect)] {
        refused_by(name, how, command, why);
    }
}

#[track_caller]
fn refused_by(name: &str, how: &str, command: std::process::Command, why: &[&str]) {
    let used = Watched::start(command).end();
    assert_eq!(used.ended.code, Some(1), "{name} by {how}: {}", used.ended.stderr);
    for part in why {
        assert!(used.ended.stderr.contains(part), "{name} by {how}: {}", used.ended.stderr);
    }
    assert!(!used.ended.stderr.contains("panicked"), "{name} by {how}: {}", used.ended.stderr);
    // Of the program itself, with a file of 64 MiB in it.
    assert!(used.peak < PEAK && used.wall < Duration::from_secs(30), "{name} by {how}");
}

#[test]
fn what_is_no_component_is_refused() {
    let whole = guests::guest("nothing");
    refused("empty", b"", &["not WebAssembly"]);
    refused("script", b"#!/bin/sh\nexit 0\n", &["not WebAssembly"]);
    refused("text", b"(component)", &["WebAssembly text"]);
    refused("machine-code", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", &["compiled machine code"]);
    refused("core-module", &guests::core("nothing"), &["core module"]);
    refused("truncated", &whole[..whole.len() / 2], &["damaged"]);
    refused("truncated-by-one", &whole[..whole.len() - 1], &["damaged"]);
    refused("huge", &[&whole[..], &vec![0; 64 << 20]].concat(), &["67108864"]);
}

#[test]
fn what_has_not_one_manifest_is_refused() {
    let bare = guests::bare("nothing");
    let other = |text: &str| rollcall_sandbox::embed_manifest(&bare, text.as_bytes()).expect("fits in");
    refused("no-manifest", &bare, &["has no manifest"]);
    refused("two-manifests", &guests::with_manifest(&guests::guest("nothing")), &["has 2 manifests"]);
    refused("no-json", &other("{"), &["manifest is not valid"]);
    refused(
        "unknown-key",
        &other(&guests::MANIFEST.replace("\"id\"", "\"identity\"")),
        &["manifest is not valid"],
    );
    let plain = guests::MANIFEST.replace("https:", "http:");
    refused("plain-http", &other(&plain), &["manifest is not valid"]);
}

#[test]
fn what_imports_more_than_the_contract_is_refused_with_a_list() {
    let import = |name: &str| format!("(import \"{name}\" (instance))");
    let text = |names: &[&str]| {
        let imports: String = names.iter().map(|name| import(name)).collect();
        guests::component_text(&format!("(component {imports})"))
    };
    refused(
        "unknown",
        &text(&["evil:backdoor/shell@1.0.0"]),
        &["does not offer", "evil:backdoor/shell@1.0.0"],
    );
    refused("later", &text(&["rollcall:connector/http@2.0.0"]), &["rollcall:connector/http@2.0.0"]);
    refused("outgoing", &text(&["wasi:http/outgoing-handler@0.2.0"]), &["wasi:http/outgoing-handler@0.2.0"]);
    refused("no-source", &text(&["rollcall:connector/log@1.0.0"]), &["does not export"]);
}

#[test]
fn sockets_are_refused_with_a_list() {
    let sockets =
        ["wasi:sockets/network@0.2.0", "wasi:sockets/tcp@0.2.0", "wasi:sockets/tcp-create-socket@0.2.0"];
    let imports: String = sockets.map(|name| format!("(import \"{name}\" (instance))")).concat();
    let guest = Hostile { name: "sockets".to_owned(), directory: tempfile::tempdir().expect("a directory") };
    guests::write(
        guest.directory.path(),
        "sockets",
        &guests::component_text(&format!("(component {imports})")),
    );
    let why = [&sockets[..], &["does not offer", "--stub-wasi"]].concat();
    refused_by("sockets", "sync", guest.sync(), &why);
    let mut inspect = command();
    inspect.args(["connector", "inspect"]).arg(guest.file("wasm"));
    refused_by("sockets", "inspect", inspect, &why);
    // An author who tries a component gets sockets with nothing behind them:
    // it is for another reason that this one does not run.
    refused_by("sockets", "pull", guest.pull(), &["does not export"]);
}

#[test]
fn a_file_that_is_not_there_is_the_callers_mistake() {
    for command in ["pull", "inspect"] {
        rollcall(["connector", command, "/nonexistent/x.wasm"]).expect(2);
    }
}

// ------------------------------------------------------ credentials back ----

#[test]
fn a_credential_that_an_endpoint_echoes_never_reaches_the_guest() {
    let scene = Scene::with(Provider::Personio, 40, &["--fault", "echo-auth"]);
    let pulled = scene.pull(&[]).expect(0);
    // The stub puts the header into the title of the first person on a page.
    let echoes: Vec<_> = pulled.stdout.lines().filter(|line| line.contains("Seen: ")).collect();
    assert!(!echoes.is_empty(), "the stub echoes nothing");
    for echo in echoes {
        assert!(echo.contains("[redacted]"), "{echo}");
    }
    let synced = scene.sync(&["--format", "json", "--all"]).expect(0);
    for text in [&pulled.stdout, &pulled.stderr, &synced.stdout, &synced.stderr] {
        // Tokens of the stub are unknown here; nothing that looks like one.
        assert!(!text.contains(SECRET), "the secret is in the output");
        assert_eq!(bearer(text), None);
    }
    let audit = scene.run(&["audit", "list"], &[]).expect(0);
    let echoed: Vec<_> = audit.lines().into_iter().filter(|entry| entry["kind"] == "secret-echoed").collect();
    assert!(!echoed.is_empty(), "{}", audit.stdout);
    assert!(!audit.stdout.contains(SECRET) && bearer(&audit.stdout).is_none());
}

/// What stands behind `Bearer`, if it is not what the host puts there.
fn bearer(text: &str) -> Option<&str> {
    text.split("Bearer ").skip(1).find(|rest| !rest.starts_with("[redacted]"))
}

// ------------------------------------------------------ within one process ----

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_calls_succeed_while_hostile_ones_compute() {
    let cache = tempfile::tempdir().expect("a directory");
    let sandbox = sandbox(cache.path());
    let good = sandbox.load(&guests::guest("nothing")).await.expect("loads");
    let mut hostile = Vec::new();
    // As many as the machine has cores here, and one more.
    for name in ["endless-loop", "endless-copying", "endless-start"] {
        let connector = sandbox.load(&guests::guest(name)).await.expect("loads");
        hostile.push(tokio::spawn(async move { connector.pull_workers(call()).await }));
    }
    for _ in 0..20 {
        let called = good.pull_workers(call()).await;
        assert_eq!(called.result, Ok(WorkerPage::default()));
        assert!(called.usage.cpu_ticks < 100, "{:?}", called.usage);
    }
    // They did compute all the while.
    assert!(hostile.iter().all(|call| !call.is_finished()));
    for call in hostile {
        let called = call.await.expect("a call ends as a value");
        assert!(matches!(called.result, Err(Failure::Stopped { .. })), "{called:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_guest_leaves_the_sandbox_as_it_was() {
    let cache = tempfile::tempdir().expect("a directory");
    let sandbox = sandbox(cache.path());
    let good = sandbox.load(&guests::guest("nothing")).await.expect("loads");
    for name in ["memory-bomb", "table-bomb", "deep-recursion", "unreachable", "wild-answer", "wild-realloc"]
    {
        let hostile = sandbox.load(&guests::guest(name)).await.expect("loads");
        for _ in 0..5 {
            assert!(hostile.pull_workers(call()).await.result.is_err(), "{name}");
            assert_eq!(good.pull_workers(call()).await.result, Ok(WorkerPage::default()), "after {name}");
        }
    }
}

fn sandbox(cache: &Path) -> Sandbox {
    let options = SandboxOptions {
        cache_dir: cache.join("cache"),
        wasi: Wasi::Refuse,
        metering: Metering::Epochs,
        compile: Compile::InProcess,
        pool: PoolSize::SMALL,
    };
    Sandbox::new(options).expect("a sandbox")
}

fn call() -> Call {
    Call {
        run: RunInput {
            id: "run-1".into(),
            mode: PullMode::Full,
            now_ms: 1_700_000_000_000,
            settings: Arc::new([]),
            wanted_attributes: Arc::new([]),
            wanted_groups: Arc::new([]),
            nesting: Nesting::Direct,
            page_size: 100,
        },
        cursor: None,
        network: Arc::new(NoNetwork),
        log: Arc::new(NoLog),
        limits: Limits { cpu: Duration::from_secs(2), ..Limits::COMPILED },
    }
}

struct NoNetwork;

impl Network for NoNetwork {
    fn fetch(&self, _: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(async { Err(FetchError::Timeout) })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move { requests.iter().map(|_| Err(FetchError::Timeout)).collect() })
    }
}
