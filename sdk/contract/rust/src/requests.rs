//! Requests, as the provider gets them, and what is told of an answer.

use super::*;

/// One request of each kind, so that a cassette can hold each to its letter.
pub struct Requests;

#[derive(Serialize)]
struct Search<'a> {
    name: &'a str,
    ids: [u64; 2],
    nested: Option<bool>,
}

impl Connector for Requests {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let mut seen = Vec::new();
        let call = get(cx, "/v1/query", "odd query").query("filter[name]", "a b&c=d+ü/?#%\"'\u{1f388}");
        let call = call.query("tag", "x").query("tag", "y").query("empty", "").query("number", 7);
        let answer = call.query_if("there", Some("yes")).query_if("absent", None::<&str>).send()?;
        seen.push(format!("query: {}", answer.status()));

        let path = format!("/v1/people/{}", segment("a/b?c#d%e f ü"));
        seen.push(format!("path: {}", get(cx, &path, "odd path").send()?.status()));

        let call = get(cx, "/v1/headers", "headers").header("X-Plain", "one, two");
        let answer = call.header_if("x-there", Some("yes")).header_if("x-absent", None::<&str>).send()?;
        seen.push(format!("header: {}", answer.header("ETag").unwrap_or("none")));
        seen.push(format!("no header: {}", answer.header("x-none").unwrap_or("none")));
        seen.push(format!("retry after: {}", answer.retry_after().unwrap_or_default()));

        let search = Search { name: "Zoë \"Z\"", ids: [1, 2], nested: None };
        let call = cx.post("api", "/v1/search").auth("token").purpose("search").json_body(&search)?;
        seen.push(format!("JSON: {}", call.send()?.status()));

        let call = cx.post("api", "/v1/text").auth("token").purpose("text");
        let answer = call.body("text/plain", "Zoë\n".into()).send()?;
        seen.push(format!("text: {}", String::from_utf8_lossy(answer.body())));

        let answer = cx.head("api", "/v1/people").auth("token").purpose("count").send()?;
        seen.push(format!("HEAD: {}, {} bytes", answer.status(), answer.body().len()));

        let answer = cx.get("api", "/v1/open").purpose("no credential").send()?;
        seen.push(format!("open: {} {} {}", answer.status(), answer.path(), answer.purpose()));
        saw(seen)
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}

/// Several at once: in the order asked, each with a result of its own, and more
/// of them than the contract takes in one call.
pub struct FetchAll;

impl Connector for FetchAll {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let paths = ["/v1/one", "/v1/404", "/v1/timeout", "/v1/403", "/v1/two", "/v1/sign-in"];
        let calls = paths.map(|path| get(cx, path, "details")).into_iter().collect();
        let answers = cx.fetch_all(calls).into_iter().map(|result| match result {
            Ok(answer) => format!("{} {}", answer.status(), String::from_utf8_lossy(answer.body())),
            Err(Failure::Upstream(status)) => format!("upstream {status}"),
            Err(Failure::FetchFailed(why)) => format!("fetch-failed {why}"),
            Err(Failure::PermissionMissing(what)) => format!("permission-missing {what}"),
            Err(Failure::AuthFailed(why)) => format!("auth-failed {why}"),
            Err(_) => "another failure".to_owned(),
        });
        let mut seen: Vec<_> = answers.collect();
        let many = (0..MANY).map(|_| get(cx, "/v1/one", "details")).collect();
        let good = cx.fetch_all(many).into_iter().filter(Result::is_ok).count();
        seen.push(format!("{good} of {MANY}"));
        seen.push(format!("{} of none", cx.fetch_all(Vec::new()).len()));
        saw(seen)
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}

/// One more than the contract takes in one `fetch-all`.
const MANY: usize = 101;
