"""A provider in memory, for tests that run natively."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rollcall_sdk import cursor, log
from rollcall_sdk.call import AT_ONCE
from rollcall_sdk.connector import Connector
from rollcall_sdk.context import Context
from rollcall_sdk.percent import decode_query
from rollcall_sdk.records import Json, Run
from rollcall_sdk.transport import FetchError, FetchErrorKind, Method, Request, Response


@dataclass
class Exchange:
    """A request that is expected, and its answer: 200 with `{}` at first."""

    request: Request
    response: Response | FetchError = field(
        default_factory=lambda: Response(200, [("content-type", "application/json")], b"{}")
    )
    used: int = 0
    _repeats: bool = False

    def query(self, key: str, value: str | int) -> Self:
        """Expects this parameter, in whatever order; any other is unexpected."""
        self.request.query.append((key, str(value)))
        return self

    def header(self, name: str, value: str) -> Self:
        """Expects this header, among others."""
        self.request.headers.append((name.lower(), value))
        return self

    def auth(self, slot: str) -> Self:
        """Expects this credential slot."""
        self.request.credential = slot
        return self

    def body(self, body: bytes) -> Self:
        """Expects this body."""
        self.request.body = body
        return self

    def json(self, body: Json) -> Self:
        """Answers with this JSON."""
        return self.answer(200, "application/json", json.dumps(body).encode())

    def answer(self, status: int, content_type: str, body: bytes) -> Self:
        """Answers with this."""
        self.response = Response(status, [("content-type", content_type)], body)
        return self

    def with_header(self, name: str, value: str) -> Self:
        """Adds a header to the answer."""
        if isinstance(self.response, Response):
            self.response.headers.append((name.lower(), value))
        return self

    def fails(self, kind: FetchErrorKind, why: str = "") -> Self:
        """Does not answer."""
        self.response = FetchError(kind, why)
        return self

    def repeats(self) -> Self:
        """Answers as often as it is asked, and at least once."""
        self._repeats = True
        return self

    def accepts(self, request: Request) -> bool:
        """Whether this is for that request."""
        headers = {(name.lower(), value) for name, value in request.headers}
        return (
            _plain(self.request) == _plain(request)
            and headers.issuperset(self.request.headers)
            and self.request.body in (None, request.body)
            and (self.used == 0 or self._repeats)
        )


def get(alias: str, path: str) -> Exchange:
    """Expects a `GET` of this path, without a query and a credential so far."""
    return Exchange(Request(Method.GET, alias, path))


def post(alias: str, path: str) -> Exchange:
    """Expects a `POST`."""
    return Exchange(Request(Method.POST, alias, path))


def head(alias: str, path: str) -> Exchange:
    """Expects a `HEAD`."""
    return Exchange(Request(Method.HEAD, alias, path))


def link(alias: str, url: str) -> Exchange:
    """Expects that this whole link is followed."""
    return Exchange(Request(Method.GET, alias, url, is_link=True))


class Provider:
    """A provider that answers what it was told of, and the run in which it is
    asked: a full read of everything at noon of 15 January 2026. Used with
    `with`; at the end it fails the test for every request that it did not
    expect and every one it waited for in vain."""

    def __init__(self, run: Run | None = None) -> None:
        log.take()
        self.run = run or Run(id="test", now_ms=1_768_478_400_000)
        self._exchanges: list[Exchange] = []
        self._unexpected: list[str] = []

    def on(self, *exchanges: Exchange) -> Self:
        """Expects more. Where several fit a request, they are used in this
        order."""
        self._exchanges += exchanges
        return self

    def setting(self, key: str, value: str) -> Self:
        """Enters a setting."""
        self.run.settings[key] = value
        return self

    def now(self, instant: str) -> Self:
        """The time of the run, RFC 3339."""
        at = datetime.datetime.fromisoformat(instant)
        self.run.now_ms = round(at.timestamp() * 1000)
        return self

    def wants(self, *attributes: str) -> Self:
        """Only these attributes are wanted."""
        self.run.wanted_attributes = list(attributes)
        return self

    def changes(self, checkpoint: Json) -> Self:
        """Only what changed since this checkpoint is wanted."""
        self.run.changes = cursor.encode(checkpoint)
        return self

    def page_size(self, records: int) -> Self:
        """Pages of this many records."""
        self.run.page_size = records
        return self

    def context(self, connector: Connector) -> Context:
        """What this connector gets in a call."""
        return Context(self.run, connector, self)

    def complaints(self) -> list[str]:
        """What is wrong so far."""
        unused = [one for one in self._exchanges if one.used == 0]
        return self._unexpected + [f"not asked for: {_line(one.request)}" for one in unused]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        complaints = self.complaints()
        # What the test itself found is not hidden behind this.
        if kind is None and complaints:
            raise AssertionError("the connector and its provider disagree:\n  " + "\n  ".join(complaints))

    def fetch(self, request: Request) -> Response | FetchError:
        """Answers one request."""
        if not request.purpose:
            self._unexpected.append(f"has no purpose: {_line(request)}")
        fitting = [one for one in self._exchanges if one.accepts(request)]
        if not fitting:
            self._unexpected.append(f"unexpected: {_line(request)}")
            return FetchError(FetchErrorKind.DENIED, f"the test does not expect {_line(request)}")
        chosen = next((one for one in fitting if one.used == 0), fitting[-1])
        chosen.used += 1
        return chosen.response

    def fetch_all(self, requests: list[Request]) -> list[Response | FetchError]:
        """Answers several, as many as the contract takes."""
        if len(requests) > AT_ONCE:
            self._unexpected.append(f"{len(requests)} requests at once")
        return [self.fetch(request) for request in requests]


def _plain(request: Request) -> tuple[object, ...]:
    """What two requests for the same have in common. A link's query is its own."""
    target, query = request.target, request.query
    if request.is_link:
        target, _, own = target.partition("?")
        query = decode_query(own) + query
    return (request.method, request.host, target, request.is_link, sorted(query), request.credential)


def _line(request: Request) -> str:
    query = "&".join(f"{key}={value}" for key, value in request.query)
    headers = "".join(f" {name}: {value}" for name, value in request.headers)
    target = f"{request.target}?{query}" if query else request.target
    credential = request.credential or "none"
    return f"{request.method.name} {request.host} {target} (credential {credential}){headers}"
