//! Going where it may not, and getting at what the host adds. What a provider
//! may try is tested beside the network: README.md says where.

use rollcall_tests::guests::Watched;
use rollcall_tests::{Provider, SECRET, Scene};

use crate::program::Crime;
use crate::{Comes, Fails, guests};

guests! {
    undeclared_host: Fails("denied", "connector", "elsewhere");
    undeclared_path: Fails("denied", "connector", "`..` segment");
    absolute_path: Fails("denied", "connector", "has to begin with `/`");
    slashes_path: Fails("denied", "connector", "empty segment");
    user_path: Fails("denied", "connector", "has to begin with `/`");
    encoded_slash_path: Fails("denied", "connector", "`..` segment");
    line_break_path: Fails("denied", "connector", "control character");
    foreign_next_link: Fails("denied", "connector", "https://evil.example.net");
    plain_next_link: Fails("denied", "connector", "http://api.example.com");
    metadata_next_link: Fails("denied", "connector", "https://169.254.169.254");
    own_credential: Fails("denied", "connector", "authorization");
    own_host: Fails("denied", "connector", "`host`");
    own_cookie: Fails("denied", "connector", "`cookie`");
    header_line_break: Fails("denied", "connector", "is not a header name");
    header_nul: Fails("denied", "connector", "is not a header name");
    header_upper_case: Fails("denied", "connector", "is not a header name");
    header_no_text: Fails("contract", "connector", "utf-8");
    swallowed_denial: Comes(0);
}

#[test]
fn what_is_denied_is_audited() {
    for name in
        ["undeclared-host", "undeclared-path", "foreign-next-link", "own-credential", "swallowed-denial"]
    {
        let crime = Crime::new(name);
        let ended = Watched::start(crime.sync()).end().ended;
        // Whoever keeps quiet about it reads on, and is written down all the same.
        ended.expect(i32::from(name != "swallowed-denial"));
        let refusals = crime.refusals();
        assert_eq!(refusals.len(), 1, "{name}: {refusals:?}");
        assert_eq!(refusals[0]["tenant"], "victim");
        assert_eq!(refusals[0]["detail"]["failed"], "denied", "{name}: {refusals:?}");
        assert_eq!(refusals[0]["detail"]["attempts"], 0, "{name} was sent: {refusals:?}");
    }
}

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
