//! Requests and what comes of them.

use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{self, Exchange, Provider, get, link, post};
use rollcall_sdk::{FetchError, fault};

/// A provider with words of its own: 409 means that a permission is missing.
struct Acme;

impl Connector for Acme {
    fn check(_: &Context) -> Result<AccountInfo> {
        Ok(AccountInfo::default())
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }

    fn failure(answer: &Answer) -> Option<Failure> {
        (answer.status() == 409).then(|| Failure::PermissionMissing("people".into()))
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/oops"])
    }
}

/// The one call that `ask` makes of a provider with this exchange.
fn asked<T>(exchange: Exchange, ask: impl Fn(&Context) -> T) -> T {
    let provider = Provider::new().on(exchange);
    ask(&provider.context::<Acme>())
}

#[test]
fn a_request_is_as_it_was_written() {
    let exchange = post("api", "/search/a%2Fb")
        .query("a", "x y")
        .query("n", 3)
        .header("X-One", "1")
        .header("content-type", "application/json")
        .auth("key")
        .body(r#"{"q":"x"}"#)
        .json(r#"[1]"#);
    let body = std::collections::BTreeMap::from([("q", "x")]);
    let answer = asked(exchange, |cx| {
        let call = cx.post("api", format!("/search/{}", segment("a/b"))).json_body(&body)?;
        let call = call.query("n", 3).query("a", "x y").query_if("none", None::<u8>);
        call.header("x-one", 1)
            .header_if("x-none", None::<u8>)
            .auth("key")
            .purpose("search")
            .json::<Vec<u32>>()
    });
    assert_eq!(answer, Ok(vec![1]));
}

#[test]
fn links_are_followed_whole_or_from_the_root() {
    let follow =
        |exchange, href: &'static str| asked(exchange, |cx| cx.follow("api", href).purpose("next").send());
    assert!(follow(link("api", "https://h/p?a=%20&b=1"), "https://h/p?a=%20&b=1").is_ok());
    assert!(follow(get("api", "/p q").query("a", " "), "/p%20q?a=%20").is_ok());
    // Without a scheme, and not of this host: for the host to refuse.
    assert!(follow(link("api", "//elsewhere/p"), "//elsewhere/p").is_ok());
}

#[test]
fn a_status_may_be_expected() {
    let with = |status: u16| get("api", "/x").answer(status, "application/json", r#"{"oops":"no"}"#);
    let call = |cx: &Context| -> Vec<_> {
        let call = || cx.get("api", "/x").purpose("test");
        let is_there = |answer: Result<Option<Answer>>| answer.map(|answer| answer.is_some());
        vec![
            is_there(call().send_if_found()),
            is_there(call().send_unless(&[409, 404])),
            is_there(call().send().map(Some)),
        ]
    };
    let gone = asked(with(404).repeats(), call);
    assert_eq!(gone, [Ok(false), Ok(false), Err(Failure::Upstream(404))]);
    let lacks = Failure::PermissionMissing("people".into());
    assert_eq!(asked(with(409).repeats(), call), [Err(lacks.clone()), Ok(false), Err(lacks)]);
    assert_eq!(asked(with(204).repeats(), call), [Ok(true), Ok(true), Ok(true)]);
    let any =
        asked(with(503), |cx| cx.get("api", "/x").purpose("test").any_status().map(|answer| answer.status()));
    assert_eq!(any, Ok(503));
}

#[test]
fn a_refusal_may_be_known() {
    let refused = |status| get("api", "/x").answer(status, "application/json", r#"{"oops":"no"}"#);
    let known = |status: u16| {
        asked(refused(status), move |cx| {
            let call = cx.get("api", "/x").purpose("test");
            call.send_accepting(|answer| answer.status() == 400).map(|answer| answer.status())
        })
    };
    assert_eq!(known(400), Ok(400));
    assert_eq!(known(200), Ok(200));
    assert_eq!(known(404), Err(Failure::Upstream(404)));
}

#[test]
fn the_reason_of_what_has_no_text_in_a_failure_is_logged() {
    let answer = get("api", "/x").answer(400, "application/json", r#"{"oops":"`limit` is too large"}"#);
    let sent = asked(answer, |cx| cx.get("api", "/x").purpose("people page").send().map(|_| ()));
    assert_eq!(sent, Err(Failure::Upstream(400)));
    let log = testing::take_log();
    assert_eq!(
        log.first().map(|(_, line)| line.as_str()),
        Some("people page: HTTP 400: `limit` is too large")
    );
}

#[test]
fn no_answer_at_all() {
    for (error, expected) in [
        (FetchError::Denied("no grant".into()), Failure::FetchFailed("denied: no grant".into())),
        (FetchError::Budget("requests".into()), Failure::FetchFailed("limit reached: requests".into())),
        (FetchError::Timeout, Failure::FetchFailed("timeout".into())),
        (FetchError::Transport("reset".into()), Failure::FetchFailed("reset".into())),
        (FetchError::SignIn("invalid_client".into()), Failure::AuthFailed("invalid_client".into())),
    ] {
        let sent =
            asked(get("api", "/x").fails(error), |cx| cx.get("api", "/x").purpose("test").send().map(|_| ()));
        assert_eq!(sent, Err(expected));
    }
}

#[test]
fn more_requests_than_fit_one_fetch_all() {
    let mut provider = Provider::new();
    for id in 0..250 {
        let exchange = get("api", &format!("/people/{id}")).json(id.to_string());
        provider = provider.on(if id == 120 { exchange.answer(404, "text/plain", "") } else { exchange });
    }
    let cx = provider.context::<Acme>();
    let calls = (0..250).map(|id| cx.get("api", format!("/people/{id}")).purpose("person")).collect();
    let answers = cx.fetch_all(calls);
    assert_eq!(answers.len(), 250);
    for (id, answer) in (0..).zip(answers) {
        let expected = if id == 120 { Err(Failure::Upstream(404)) } else { Ok(id) };
        assert_eq!(answer.and_then(|answer| answer.json::<u32>()), expected);
    }
    assert!(cx.fetch_all(Vec::new()).is_empty());
}

#[test]
fn what_is_wanted() {
    let provider = Provider::new()
        .wants(&["department_id", "team_ids", "custom.badge"])
        .wants_groups(&["g"])
        .page_size(70);
    let cx = provider.context::<Acme>();
    assert!(cx.wants("department_id") && !cx.wants("department") && cx.wants_unit("department"));
    assert!(cx.wants_unit("teams") && !cx.wants_unit("location"));
    assert!(
        cx.wants_custom("badge")
            && !cx.wants_custom("shoe")
            && cx.wants_any("custom.")
            && !cx.wants_any("work_address.")
    );
    assert!(cx.wants_group("g") && !cx.wants_group("h"));
    assert_eq!((cx.page_size(100), cx.page_size(50), cx.page_size(0)), (70, 50, 1));
    let provider = Provider::new();
    let cx = provider.context::<Acme>();
    assert!(cx.wants("anything") && cx.wants_custom("x") && cx.wants_group("h") && !cx.flattened());
    assert_eq!(cx.today().to_string(), "2026-01-15");
}

#[test]
fn fields_to_ask_for() {
    const FIELDS: [(&str, &[&str]); 5] = [
        ("root.id", &[]),
        ("work.unit", &["department", "department_id"]),
        ("work.site", &["location"]),
        ("home", &["work_address.*"]),
        ("seats", &["custom.seat*"]),
    ];
    let provider = Provider::new().setting("extra", "badge, desk, badge");
    let fields = |provider: &Provider| {
        let cx = provider.context::<Acme>();
        let own: Vec<String> = cx.custom_fields(cx.setting("extra")).into_iter().map(str::to_owned).collect();
        (cx.fields_of(&FIELDS).collect::<Vec<_>>(), own)
    };
    let (all, own) = fields(&provider);
    assert_eq!((all.len(), own), (5, vec!["badge".to_owned(), "desk".to_owned()]));
    let (some, own) = fields(&provider.wants(&["department_id", "custom.desk", "custom.seat"]));
    assert_eq!(
        (some, own),
        (vec!["root.id", "work.unit", "seats"], vec!["desk".to_owned(), "seat".to_owned()])
    );
}

#[test]
fn changes_since_a_checkpoint() {
    let mark = Offset { offset: 7, ..Offset::default() };
    let since = |provider: Provider| provider.context::<Acme>().changes_since::<Offset>();
    assert_eq!(since(Provider::new()), Ok(None));
    assert_eq!(since(Provider::new().changes(&mark)), Ok(Some(mark)));
    assert_eq!(since(Provider::new().changes(&Token::default())), Err(Failure::CheckpointExpired));
}

#[test]
fn every_page_of_a_small_list() {
    let provider = Provider::new();
    let cx = provider.context::<Acme>();
    let pages = |last: u64| {
        let mut read = 0;
        let outcome = cx.every_page(|at: PageNumber| {
            read += 1;
            Ok((at.page < last).then(|| PageNumber { page: at.page + 1, ..at }))
        });
        outcome.map(|()| read)
    };
    assert_eq!(pages(3), Ok(4));
    assert!(matches!(pages(1000), Err(Failure::InvalidResponse(_))));
    assert!(matches!(cx.every_page(|at: Token| Ok(Some(at))), Err(Failure::InvalidResponse(_))));
    assert_eq!(cx.every_page(|_: Token| Err(Failure::Upstream(500))), Err(Failure::Upstream(500)));
}
