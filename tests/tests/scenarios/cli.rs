//! The command line: it teaches, it says what is wrong, and it goes quietly.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rollcall_tests::{Provider, Scene, command, for_each_provider, rollcall};
use serde_json::Value;

/// The commands below a command, from its help.
fn commands_of(help: &str) -> Vec<String> {
    let list = help.split_once("\nCommands:\n").map_or("", |(_, list)| list);
    let names =
        list.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Every command, from the help itself, so that a new one is not forgotten.
fn all_commands() -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut at = 0;
    while let Some(words) = all.get(at).cloned() {
        let help = rollcall(words.iter().map(String::as_str).chain(["--help"])).expect(0).stdout;
        all.extend(commands_of(&help).into_iter().map(|name| [words.clone(), vec![name]].concat()));
        at += 1;
    }
    all
}

#[test]
fn the_help_of_every_command_teaches() {
    let commands = all_commands();
    for known in
        ["sync", "connector pull", "connector inspect", "connector build", "account add", "audit verify"]
    {
        assert!(commands.iter().any(|words| words.join(" ") == known), "`{known}` is in no help");
    }
    let mut untold = Vec::new();
    for words in commands {
        let name = words.join(" ");
        let help = rollcall(words.iter().map(String::as_str).chain(["--help"])).expect(0).stdout;
        let first = help.lines().next().unwrap_or_default();
        assert!(first.len() > 15 && !first.starts_with("Usage"), "`{name}` begins with `{first}`");
        assert!(help.contains("Usage: rollcall"), "{help}");
        // What an option is for stands beside it or on the next line.
        let lines: Vec<_> = help.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("--")) {
            let beside = line.split_once("  ").is_some_and(|(_, text)| text.trim().len() > 5);
            let below = lines.get(at + 1).is_some_and(|next| !next.is_empty() && !next.starts_with('-'));
            if !beside && !below {
                untold.push(format!("{name} {line}"));
            }
        }
    }
    assert!(untold.is_empty(), "nobody says what these are for: {untold:#?}");
}

#[test]
fn wrong_usage_ends_with_2_and_a_remedy() {
    let data = tempfile::tempdir().expect("a directory");
    let data = data.path().to_str().expect("a plain name");
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &["Usage"]),
        (&["synch"], &["sync"]),
        (&["sync"], &["--data", "<FILE>"]),
        (&["sync", "nothing.toml", "--data", data], &["nothing.toml"]),
        (&["sync", "x.toml", "--data", data, "--upstream", "nonsense"], &["--upstream", "HOST=URL"]),
        (&["sync", "x.toml", "--data", data, "--now", "soon"], &["--now", "soon"]),
        (&["sync", "x.toml", "--data", data, "--format", "yaml"], &["text", "json"]),
        (&["account", "list", "--data", data, "--tenant", "acme"], &["no data here", "rollcall sync"]),
        (&["audit", "verify", "--data", data], &["no data here"]),
        (&["connector", "inspect", "nothing.wasm"], &["nothing.wasm"]),
        (&["connector", "pull", "nothing.wasm"], &["nothing.wasm", "connector build"]),
        (&["connector", "pull", "x.wasm", "--setting", "novalue"], &["--setting", "KEY=VALUE"]),
        (&["connector", "pull", "x.wasm", "--page-size", "0"], &["--page-size", "1"]),
        (&["connector", "pull", "x.wasm", "--secret", "token=@nothing"], &["token", "nothing"]),
    ];
    for (arguments, named) in cases {
        let ended = rollcall(*arguments).expect(2);
        for text in *named {
            assert!(ended.stderr.contains(text), "{arguments:?} ends without `{text}`: {}", ended.stderr);
        }
        assert_eq!(ended.stdout, "", "{arguments:?}");
    }
}

#[test]
fn an_error_is_told_once() {
    let ended = rollcall(["sync", "nothing.toml", "--data", "nowhere"]).expect(2);
    let reason = "No such file or directory";
    assert_eq!(ended.stderr.matches(reason).count(), 1, "{}", ended.stderr);
}

/// Settings and upstreams that the connector does not have.
#[test]
fn a_setting_that_is_wrong_is_named_before_anything_is_sent() {
    let scene = Scene::new(Provider::Personio, 10);
    let cases: &[(&[&str], &str)] = &[
        (&["--setting", "colour=blue"], "colour"),
        (&["--setting", "api_version=v3"], "v1"),
        (&["--secret", "passphrase=hidden-passphrase"], "passphrase"),
        (&["--upstream", "elsewhere.example.com=http://127.0.0.1:1"], "api.personio.de"),
    ];
    for (arguments, named) in cases {
        let ended = scene.pull(arguments).expect(2);
        assert!(ended.stderr.contains(named), "{arguments:?}: {}", ended.stderr);
        assert!(!ended.stderr.contains("hidden-passphrase"), "{}", ended.stderr);
    }
    assert!(scene.stub.stats().requests.is_empty());
}

/// Of Workday's web service the path says the version alone; what its user may
/// do beyond reading is for Workday to refuse.
const POSTS_THAT_READ: [&str; 5] = [
    "POST /*",
    "POST /*/.search",
    "POST /api/v1/reports/custom",
    "POST /v1/people/search",
    "POST /v1.0/directoryObjects/getAvailableExtensionProperties",
];

/// Goal 3: what a connector can reach is read from its binary.
fn goal_3_inspect_tells_what_a_connector_can_reach(provider: Provider) {
    let file = provider.component();
    let file = file.to_str().expect("a plain name");
    let told: Value = rollcall(["connector", "inspect", file, "--format", "json"]).expect(0).json();
    let digest = told["digest"].as_str().and_then(|digest| digest.strip_prefix("sha256:"));
    assert!(digest.is_some_and(|digest| digest.len() == 64), "{}", told["digest"]);
    let imports = told["imports"].as_array().expect("imports");
    assert!(!imports.is_empty());
    for import in imports {
        assert!(import.as_str().is_some_and(|name| name.starts_with("rollcall:connector/")), "{import}");
    }
    assert_eq!(told["foreign_imports"], serde_json::json!([]));
    let egress = told["egress"].as_array().expect("egress");
    assert!(!egress.is_empty());
    for host in egress {
        for allowed in host["allow"].as_array().expect("what is allowed") {
            let allowed = allowed.as_str().expect("a text");
            // A POST that reads, and nothing that writes.
            let reads = allowed.starts_with("GET ") || POSTS_THAT_READ.contains(&allowed);
            assert!(reads, "{allowed}");
        }
    }
    assert_eq!(told["manifest"]["id"], provider.connector());
    let text = rollcall(["connector", "inspect", file]).expect(0).stdout;
    assert!(text.contains(digest.expect("a digest")), "{text}");
}

for_each_provider! { goal_3_inspect_tells_what_a_connector_can_reach }

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let scene = Scene::new(Provider::Personio, 3_000);
    scene.sync(&[]).expect(0);
    let data = scene.data();
    let data = data.to_str().expect("a plain name");
    let mut list = command();
    list.args(["account", "list", "--tenant", "acme", "--data", data]);
    let plan = scene.sync_command(&["--plan", "--full", "--format", "json"]);
    let audit = {
        let mut audit = command();
        audit.args(["audit", "list", "--data", data]);
        audit
    };
    for mut command in [list, plan, audit, scene.pull_command(&["--page-size", "50"])] {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let mut first = String::new();
        let mut out = BufReader::with_capacity(64, child.stdout.take().expect("is piped"));
        out.read_line(&mut first).expect("a first line");
        drop(out);
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(first.starts_with('{'), "{command:?}: {first}");
        assert_eq!(ended.status.code(), Some(0), "{command:?}: {said}");
        assert!(!said.contains("panicked"), "{command:?}: {said}");
    }
}

/// A new key would be of no use, and would look as if the data were broken.
#[test]
fn data_without_its_master_key_asks_for_the_key() {
    let scene = rollcall_tests::Scene::new(rollcall_tests::Provider::Personio, 5);
    scene.sync(&[]).expect(0);
    let (key, elsewhere) = (scene.data().join("master.key"), scene.path("key"));
    std::fs::rename(&key, &elsewhere).expect("the key goes");
    let refused = scene.run(&["account", "list"], &["--tenant", "acme"]).expect(2);
    assert!(refused.stderr.contains("--master-key"), "{}", refused.stderr);
    assert!(!key.exists(), "and none is made");
    let named = elsewhere.to_str().expect("a plain name");
    scene.run(&["account", "list"], &["--tenant", "acme", "--master-key", named]).expect(0);
}
