//! The test kit finds what it is there to find.

use std::path::PathBuf;

use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Case, Provider, get, run_cases};

/// Reads people by page number, or whatever `mode` says it does wrong.
struct Reader;

rollcall_sdk::shapes! {
    struct Person<'a> { id: Text<'a>, name: Text<'a>, begins: Text<'a> }
}

impl Connector for Reader {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let call = cx.get("api", "/people").query("page", 0).auth("token").purpose("connection test");
        call.send().map(|_| AccountInfo::default())
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let at: PageNumber = cursor.read()?;
        let call = cx.get("api", "/people").query("page", at.page).auth("token").purpose("people page");
        let answer = call.send()?;
        let people: Vec<Person> = answer.json()?;
        let next = at.after(people.iter().filter_map(|person| person.id.as_str()), None, 2)?;
        let next = if cx.setting("mode").or("") == "stuck" { Some(PageNumber::default()) } else { next };
        let workers = people.into_iter().map(|person| Worker {
            name: Name { display: person.name.take(), ..Name::default() },
            employment: Employment { start_date: person.begins.take(), ..Employment::default() },
            ..Worker::new(person.id.take().unwrap_or_default(), WorkerStatus::Active)
        });
        Ok(WorkerPage::of(workers.collect()).next(next))
    }
}

fn complaints(provider: &Provider, ask: impl FnOnce(&Context)) -> String {
    ask(&provider.context::<Reader>());
    provider.complaints().join("\n")
}

#[test]
fn a_request_that_differs_is_a_complaint() {
    let people = || get("api", "/people").query("page", 0).auth("token");
    fn call(cx: &Context) -> Call<'_> {
        cx.get("api", "/people").query("page", 0).auth("token").purpose("p").header("x-y", "z")
    }
    let cases = [
        (people(), true),
        (people().header("X-Y", "z"), true),
        (people().header("x-y", "other"), false),
        (people().query("more", 1), false),
        (get("api", "/people").auth("token"), false),
        (get("api", "/people").query("page", 0), false),
        (get("api", "/people").query("page", 0).auth("other"), false),
        (get("other", "/people").query("page", 0).auth("token"), false),
        (get("api", "/persons").query("page", 0).auth("token"), false),
        (people().body("x"), false),
    ];
    for (exchange, fits) in cases {
        // Leaked: dropping it would fail this test for what it is told to find.
        let provider = std::mem::ManuallyDrop::new(Provider::new().on(exchange));
        let found = complaints(&provider, |cx| drop(call(cx).send()));
        assert_eq!(found.is_empty(), fits, "{found}");
        assert!(fits || (found.contains("unexpected: ") && found.contains("not asked for: ")), "{found}");
    }
}

#[test]
fn an_exchange_is_good_once_unless_it_repeats() {
    let ask = |cx: &Context| drop(cx.get("api", "/x").purpose("p").send());
    let provider = std::mem::ManuallyDrop::new(Provider::new().on(get("api", "/x")));
    assert_eq!(complaints(&provider, ask), "");
    assert!(complaints(&provider, ask).starts_with("unexpected: "));
    let provider = Provider::new().on(get("api", "/x").repeats());
    assert_eq!(complaints(&provider, |cx| (0..3).for_each(|_| ask(cx))), "");
    let provider = std::mem::ManuallyDrop::new(Provider::new().on(get("api", "/x")));
    assert!(complaints(&provider, |cx| drop(cx.get("api", "/x").send())).starts_with("has no purpose: "));
}

#[test]
fn a_provider_complains_when_it_is_dropped() {
    let waits = std::panic::catch_unwind(|| drop(Provider::new().on(get("api", "/x"))));
    assert!(waits.is_err());
}

// ------------------------------------------------------------------- cases

/// A connector's folder of its own for each test, removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, har: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rollcall-sdk-{}-{name}", std::process::id()));
        std::fs::create_dir_all(folder.join("cassettes")).unwrap();
        std::fs::create_dir_all(folder.join("golden")).unwrap();
        std::fs::write(folder.join("cassettes/case.har"), har).unwrap();
        std::fs::write(folder.join("connector.toml"), MANIFEST).unwrap();
        Self(folder)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

const MANIFEST: &str = r#"
id = "reader"
[[settings]]
key = "mode"
default = "well"
[[settings]]
key = "secret"
secret = true
[[hosts]]
alias = "api"
url = "https://api.example.com/base"
allow = ["GET /people"]
[[slots]]
name = "token"
auth = { scheme = "bearer", token = "{secret}" }
"#;

fn har(settings: &str, pages: &[&str]) -> String {
    let entries: Vec<String> = (0..).zip(pages).map(|(page, body)| {
        let text = body.replace('"', "\\\"");
        format!(
            r#"{{"_rollcall":{{"host":"api","credential":"token","purpose":"people page","base":"/base"}},
            "request":{{"method":"GET","url":"https://api.example.com/base/people?page={page}","headers":[{{"name":"Authorization","value":"x"}}]}},
            "response":{{"status":200,"headers":[],"content":{{"mimeType":"application/json","text":"{text}"}}}}}}"#
        )
    }).collect();
    let head = format!(r#"{{"settings":{settings},"nowMs":1768478400000,"steps":["workers"]}}"#);
    format!(r#"{{"_rollcall":{head},"log":{{"version":"1.2","entries":[{}]}}}}"#, entries.join(","))
}

type Panic = Box<dyn std::any::Any + Send>;

fn text_of(panic: Panic) -> String {
    let fixed = panic.downcast_ref::<&str>().map(ToString::to_string);
    panic.downcast_ref::<String>().cloned().or(fixed).unwrap_or_default()
}

const PAGES: [&str; 2] = [r#"[{"id":1,"name":"Mara"},{"id":2}]"#, r#"[{"id":3,"begins":"2026-01-01"}]"#];

fn plays(name: &str, har: &str) -> Result<String, String> {
    let folder = Folder::new(name, har);
    let played =
        std::panic::catch_unwind(|| Case::load(folder.path(), "case").run::<Reader>().output.0.to_string());
    played.map_err(text_of)
}

#[test]
fn a_case_is_played_to_its_end() {
    let output = plays("whole", &har("{}", &PAGES)).unwrap();
    let expected = r#"{"workers":{"pages":2,"workers":[{"id":"1","name":{"display":"Mara"},"status":"active","type":"worker"},{"id":"2","status":"active","type":"worker"},{"employment":{"start_date":"2026-01-01"},"id":"3","status":"active","type":"worker"}]}}"#;
    assert_eq!(output, expected);
}

#[test]
fn a_case_fails_for_what_breaks_the_contract() {
    let wrong = |name: &str, har: &str, expected: &str| {
        let found = plays(name, har).unwrap_err();
        assert!(found.contains(expected), "{found} should contain {expected}");
    };
    wrong("date", &har("{}", &[r#"[{"id":1,"begins":"1.1.2026"}]"#]), "start_date is not a date");
    wrong("id", &har("{}", &[r#"[{"id":" "}]"#]), "id is empty");
    wrong("stuck", &har(r#"{"mode":"stuck"}"#, &PAGES[..1]), "the same cursor twice");
    wrong("secret", &har(r#"{"secret":"x"}"#, &PAGES), "a guest has no setting `secret`");
    wrong("unknown", &har(r#"{"no":"x"}"#, &PAGES), "a guest has no setting `no`");
    wrong("unused", &har("{}", &[PAGES[1], PAGES[0]]), "not asked for: ");
    wrong("json", "{", "case.har");
}

#[test]
fn a_request_that_the_manifest_does_not_allow() {
    let folder = Folder::new("grant", &har("{}", &PAGES));
    std::fs::write(folder.0.join("connector.toml"), MANIFEST.replace("GET /people", "GET /persons")).unwrap();
    let played = std::panic::catch_unwind(|| Case::load(folder.path(), "case").run::<Reader>().output);
    let found = text_of(played.unwrap_err());
    assert!(found.contains("connector.toml does not allow (no grant for GET /people)"), "{found}");
}

#[test]
fn a_case_is_compared_with_what_it_gave_before() {
    if std::env::var_os("ROLLCALL_UPDATE_GOLDEN").is_some() {
        return; // Nothing is compared now.
    }
    let folder = Folder::new("golden", &har("{}", &PAGES));
    let run = || std::panic::catch_unwind(|| run_cases::<Reader>(folder.path()));
    let message = |outcome: Result<(), Panic>| outcome.map_err(text_of);
    assert!(message(run()).unwrap_err().contains("ROLLCALL_UPDATE_GOLDEN=1 writes it"));
    let output = Case::load(folder.path(), "case").run::<Reader>().output;
    let golden = serde_json::to_string_pretty(&output.0).unwrap() + "\n";
    std::fs::write(folder.0.join("golden/case.json"), &golden).unwrap();
    assert_eq!(message(run()), Ok(()));
    std::fs::write(folder.0.join("golden/case.json"), golden.replace("Mara", "Tom")).unwrap();
    assert!(message(run()).unwrap_err().contains("\"display\": \"Tom\"\n"));
}
