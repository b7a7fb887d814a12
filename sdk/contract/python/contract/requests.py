"""Requests, as the provider gets them, and what is told of an answer."""

from __future__ import annotations

from rollcall_sdk import (
    AccountInfo,
    Answer,
    AuthFailed,
    Context,
    Failure,
    FetchFailed,
    PermissionMissing,
    Upstream,
    segment,
)

from contract.common import Least, get, saw

# One more than the contract takes in one `fetch-all`.
MANY = 101


class Requests(Least):
    """One request of each kind, so that a cassette can hold each to its
    letter."""

    def check(self, cx: Context) -> AccountInfo:
        seen: list[str] = []
        call = get(cx, "/v1/query", "odd query").query("filter[name]", "a b&c=d+ü/?#%\"'\U0001f388")
        call.query("tag", "x").query("tag", "y").query("empty", "").query("number", 7)
        seen.append(f"query: {call.query('there', 'yes').query('absent', None).send().status}")

        path = f"/v1/people/{segment('a/b?c#d%e f ü')}"
        seen.append(f"path: {get(cx, path, 'odd path').send().status}")

        call = get(cx, "/v1/headers", "headers").header("X-Plain", "one, two")
        answer = call.header("x-there", "yes").header("x-absent", None).send()
        seen.append(f"header: {answer.header('ETag') or 'none'}")
        seen.append(f"no header: {answer.header('x-none') or 'none'}")
        seen.append(f"retry after: {answer.retry_after or 0}")

        search = {"name": 'Zoë "Z"', "ids": [1, 2], "nested": None}
        call = cx.post("api", "/v1/search").auth("token").purpose("search").json_body(search)
        seen.append(f"JSON: {call.send().status}")

        call = cx.post("api", "/v1/text").auth("token").purpose("text")
        answer = call.body("text/plain", "Zoë\n".encode()).send()
        seen.append(f"text: {answer.body.decode()}")

        answer = cx.head("api", "/v1/people").auth("token").purpose("count").send()
        seen.append(f"HEAD: {answer.status}, {len(answer.body)} bytes")

        answer = cx.get("api", "/v1/open").purpose("no credential").send()
        seen.append(f"open: {answer.status} {answer.path} {answer.purpose}")
        return saw(*seen)


class FetchAll(Least):
    """Several at once: in the order asked, each with a result of its own, and
    more of them than the contract takes in one call."""

    def check(self, cx: Context) -> AccountInfo:
        paths = ("/v1/one", "/v1/404", "/v1/timeout", "/v1/403", "/v1/two", "/v1/sign-in")
        seen = [told(one) for one in cx.fetch_all([get(cx, path, "details") for path in paths])]
        many = cx.fetch_all([get(cx, "/v1/one", "details") for _ in range(MANY)])
        seen.append(f"{sum(isinstance(one, Answer) for one in many)} of {MANY}")
        seen.append(f"{len(cx.fetch_all([]))} of none")
        return saw(*seen)


def told(one: Answer | Failure) -> str:
    match one:
        case Answer():
            return f"{one.status} {one.body.decode()}"
        case Upstream():
            return f"upstream {one.status}"
        case FetchFailed():
            return f"fetch-failed {one.why}"
        case PermissionMissing():
            return f"permission-missing {one.permission}"
        case AuthFailed():
            return f"auth-failed {one.reason}"
        case _:
            return "another failure"
