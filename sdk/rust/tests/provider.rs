//! The test kit finds what it is there to find.

use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Provider, get};

/// Whoever asks.
struct Reader;

impl Connector for Reader {
    fn check(_: &Context) -> Result<AccountInfo> {
        Ok(AccountInfo::default())
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
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
