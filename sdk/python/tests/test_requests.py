"""Requests, answers, and what becomes of those that failed."""

import unittest

from rollcall_sdk import (
    AccountInfo,
    Answer,
    AuthFailed,
    BadSetting,
    Connector,
    Context,
    Failure,
    FetchFailed,
    InvalidResponse,
    Json,
    PermissionMissing,
    RateLimited,
    Upstream,
    WorkerPage,
    log,
    segment,
)
from rollcall_sdk.fault import reason_at
from rollcall_sdk.log import Level
from rollcall_sdk.percent import query_parameter
from rollcall_sdk.testing import Exchange, Provider, get, head, link, post
from rollcall_sdk.transport import FetchError, FetchErrorKind, Method, Request, Response


class Plain(Connector):
    def check(self, cx: Context) -> AccountInfo:
        cx.get("api", "/x").purpose("test").send()
        return AccountInfo()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        return WorkerPage()


class Own(Plain):
    def failure(self, answer: Answer) -> Failure | None:
        return BadSetting("url", "leads nowhere") if answer.status == 404 else None

    def reason(self, answer: Answer) -> str | None:
        return reason_at(answer, "/why")


def failure_of(exchange: Exchange, connector: Connector | None = None) -> Failure:
    connector = connector or Plain()
    with Provider().on(exchange) as provider:
        try:
            connector.check(provider.context(connector))
        except Failure as failure:
            return failure
    raise AssertionError("no failure")


def answer(body: bytes, content_type: str = "application/json", status: int = 200) -> Answer:
    request = Request(Method.GET, "api", "/people", purpose="people page")
    return Answer(Response(status, [("content-type", content_type)], body), request)


class Statuses(unittest.TestCase):
    def test_a_status_says_who_has_to_act(self) -> None:
        for status, body, expected in [
            (401, b'{"error":{"message":"no such key"}}', AuthFailed("no such key")),
            (401, b"", AuthFailed("test: HTTP 401")),
            (403, b'{"errors":[{"detail":"scope x"}]}', PermissionMissing("scope x")),
            (403, b"<html>", PermissionMissing("test")),
            (429, b"", RateLimited(7)),
            (404, b"", Upstream(404)),
            (503, b"", Upstream(503)),
        ]:
            exchange = (
                get("api", "/x").answer(status, "application/json", body).with_header("Retry-After", "7")
            )
            self.assertEqual(failure_of(exchange), expected, status)

    def test_how_long_to_wait(self) -> None:
        for written, expected in [
            (" 7 ", 7),
            ("999999999", 999_999_999),
            ("9999999999", None),
            ("-1", None),
            ("soon", None),
        ]:
            exchange = get("api", "/x").answer(429, "", b"").with_header("Retry-After", written)
            self.assertEqual(failure_of(exchange), RateLimited(expected), written)

    def test_a_reason_is_one_short_line_and_logged(self) -> None:
        body = b'{"message":"a\\r\\n b' + b"c" * 300 + b'"}'
        reason = "a b" + "c" * 197
        failure = failure_of(get("api", "/x").answer(401, "application/json", body))
        self.assertEqual(failure, AuthFailed(reason))
        self.assertEqual(log.take(), [(Level.WARN, f"test: HTTP 401: {reason}")])

    def test_the_author_is_asked_first(self) -> None:
        self.assertEqual(
            failure_of(get("api", "/x").answer(404, "", b""), Own()), BadSetting("url", "leads nowhere")
        )
        body = b'{"message":"no","why":"withdrawn"}'
        self.assertEqual(failure_of(get("api", "/x").answer(401, "", body), Own()), AuthFailed("withdrawn"))

    def test_a_request_that_was_not_carried_out(self) -> None:
        for kind, expected in [
            (FetchErrorKind.DENIED, FetchFailed("denied: w")),
            (FetchErrorKind.BUDGET, FetchFailed("limit reached: w")),
            (FetchErrorKind.TIMEOUT, FetchFailed("timeout")),
            (FetchErrorKind.TRANSPORT, FetchFailed("w")),
            (FetchErrorKind.SIGN_IN, AuthFailed("w")),
        ]:
            self.assertEqual(failure_of(get("api", "/x").fails(kind, "w")), expected)

    def test_statuses_that_are_no_failure(self) -> None:
        gone = get("api", "/x").answer(410, "", b"").repeats()
        with Provider().on(gone) as provider:
            call = provider.context(Plain()).get("api", "/x").purpose("test")
            self.assertIsNone(call.send_if_found())
            self.assertIsNone(call.send_unless(410))
            self.assertEqual(call.any_status().status, 410)
            with self.assertRaises(Upstream):
                call.send_unless(404)


class Sending(unittest.TestCase):
    def test_a_request_to_the_letter(self) -> None:
        expected = (
            post("api", "/v1/a%2Fb").query("n", 7).query("yes", "true").query("e", "").header("x-y", "1")
        )
        expected.auth("token").body('{"name":"Zoë","ids":[1,null]}'.encode())
        with Provider().on(expected) as provider:
            call = (
                provider.context(Plain())
                .post("api", f"/v1/{segment('a/b')}")
                .query("n", 7)
                .query("yes", True)
            )
            call.query("e", "").query("absent", None).header("X-Y", 1).header("x-absent", None).auth("token")
            call.json_body({"name": "Zoë", "ids": [1, None]}).purpose("search").send()

    def test_several_in_the_order_asked(self) -> None:
        with Provider() as provider:
            provider.on(get("api", "/a").json(1), get("api", "/b").answer(404, "", b""))
            provider.on(get("api", "/c").fails(FetchErrorKind.TIMEOUT))
            cx = provider.context(Plain())
            one, two, three = cx.fetch_all(
                [cx.get("api", path).purpose("test") for path in ("/a", "/b", "/c")]
            )
            self.assertIsInstance(one, Answer)
            self.assertEqual((two, three), (Upstream(404), FetchFailed("timeout")))
            self.assertEqual(cx.fetch_all([]), [])

    def test_more_than_the_contract_takes_at_once(self) -> None:
        sizes: list[int] = []

        class Counting(Provider):
            def fetch_all(self, requests: list[Request]) -> list[Response | FetchError]:
                sizes.append(len(requests))
                return super().fetch_all(requests)

        with Counting().on(head("api", "/many").repeats()) as provider:
            cx = provider.context(Plain())
            answers = cx.fetch_all([cx.head("api", "/many").purpose("test") for _ in range(201)])
        self.assertEqual((len(answers), sizes), (201, [100, 100, 1]))

    def test_links(self) -> None:
        with Provider() as provider:
            provider.on(
                link("api", "https://h/p?a=1"), get("api", "/p/x y%2Fz").query("a b", "ü").query("e", "")
            )
            cx = provider.context(Plain())
            cx.follow("api", "https://h/p?a=1").purpose("page").send()
            cx.follow("api", "/p/x%20y%2Fz?a+b=%C3%BC&e=").purpose("page").send()
        self.assertEqual(query_parameter("https://h/p?x=1&cursor=a%3D#f", "cursor"), "a=")
        self.assertIsNone(query_parameter("https://h/p", "cursor"))
        self.assertEqual(segment("50%?#/%2F"), "50%25%3F%23%2F%252F")

    def test_a_provider_complains(self) -> None:
        with self.assertRaisesRegex(AssertionError, "not asked for: GET api /never"), Provider() as provider:
            provider.on(get("api", "/never"))
        with self.assertRaisesRegex(AssertionError, "unexpected: GET api /x.n=1"), Provider() as provider:
            call = provider.context(Plain()).get("api", "/x").query("n", 1).purpose("test")
            with self.assertRaises(FetchFailed):
                call.send()
        with self.assertRaisesRegex(AssertionError, "has no purpose"), Provider() as provider:
            provider.on(get("api", "/x")).context(Plain()).get("api", "/x").send()


class Answers(unittest.TestCase):
    def wrong(self, body: bytes, expected: str, content_type: str = "application/json") -> None:
        with self.assertRaises(InvalidResponse) as caught:
            answer(body, content_type).json()
        self.assertEqual(caught.exception.what, f"people page: {expected}")

    def test_what_is_not_json_is_named(self) -> None:
        html = "the answer is an HTML or XML page, not JSON"
        self.wrong(b"<html>Sign in</html>", html, "text/html")
        self.wrong(b" \n<!doctype html>", html)
        self.wrong(b"Sign in", html, "text/html")
        self.wrong(b"", "the answer is empty")
        self.wrong(b" \r\n ", "the answer is empty")
        self.wrong(b"[1,2", "the answer is not JSON: Expecting ',' delimiter at line 1 column 5")
        self.wrong(b"[1] x", "the answer is not JSON: Extra data at line 1 column 5")
        self.wrong(b'"\xff"', "the answer is not JSON: it is not in UTF-8")
        self.wrong(b'"a\\ud800"', "the answer is not JSON: a text has half a character")
        self.wrong(b"NaN", "the answer is not JSON: a number has too many digits, or is none")
        self.wrong(b"1" * 5000, "the answer is not JSON: a number has too many digits, or is none")

    def test_what_is_too_deep_is_refused(self) -> None:
        deep = "the answer is not JSON: it has more than 128 lists and objects within each other"
        self.wrong(b"[" * 100_000, deep)
        self.wrong(b'{"a":[' * 65 + b"1" + b"]}" * 65, deep)
        self.assertIsInstance(answer(b'{"a":[' * 64 + b"1" + b"]}" * 64).json(), dict)
        self.assertEqual(answer(b'["' + b"[" * 1000 + b'\\"{"]').json(), ["[" * 1000 + '"{'])
        self.assertEqual(len(answer(b"[" + b"[{}]," * 1000 + b"1]").json()), 1001)

    def test_what_is_taken_for_json(self) -> None:
        self.assertEqual(answer(b"\xef\xbb\xbf[1]").json(), [1])
        self.assertEqual(answer(b'"\\ud83c\\udf88"').json(), "🎈")

    def test_the_place_of_what_is_missing(self) -> None:
        page = answer(b'{"data":{"items":[{"id":1},"Mara"],"none":null}}')
        self.assertEqual(page.object("data").keys(), {"items", "none"})
        for keys, expected in [
            (("data", "items"), "data.items[1]: expected an object, found a text"),
            (("data", "none"), "data.none: expected a list, found null"),
            (("data", "other"), "data.other: expected a list, found nothing"),
            (("data", "items", "x"), "data.items: expected an object, found a list"),
            ((), "expected a list, found an object"),
        ]:
            with self.assertRaises(InvalidResponse) as caught:
                page.objects(*keys)
            self.assertEqual(caught.exception.what, f"people page: {expected}")
        self.assertEqual(answer(b'[{"id":1}]').objects(), [{"id": 1}])

    def test_link_headers(self) -> None:
        def next_of(header: str) -> str | None:
            return Answer(Response(200, [("link", header)], b""), Request(Method.GET, "api", "/")).next_link

        for header, expected in [
            ('<https://h/a?x=1,2>; rel="next"', "https://h/a?x=1,2"),
            ('<https://h/s>; rel="self", <https://h/n>; rel="next"', "https://h/n"),
            ('<https://h/n>; title="x"; rel=next', "https://h/n"),
            ('<https://h/n>; rel="prev next"', "https://h/n"),
            ('<https://h/s>; rel="self"', None),
            ("nonsense", None),
            ("", None),
            ("<unclosed; rel=next", None),
        ]:
            self.assertEqual(next_of(header), expected, header)
