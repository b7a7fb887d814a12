"""A request under construction, and sending it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

from rollcall_sdk import fault, log
from rollcall_sdk.answer import Answer
from rollcall_sdk.failure import AuthFailed, Failure, FetchFailed
from rollcall_sdk.records import Json
from rollcall_sdk.transport import FetchError, FetchErrorKind, Request, Response, Transport

if TYPE_CHECKING:
    from rollcall_sdk.connector import Connector

# What a parameter or a header may be: `None` leaves it out.
Plain = str | int | float | bool | None


class Call:
    """A request, to be completed and sent."""

    def __init__(self, transport: Transport, connector: Connector, request: Request) -> None:
        self._transport = transport
        self._connector = connector
        self.request = request

    def query(self, key: str, value: Plain) -> Self:
        """Adds a parameter to the query; the host encodes it."""
        if value is not None:
            self.request.query.append((key, _written(value)))
        return self

    def header(self, name: str, value: Plain) -> Self:
        """Adds a header. The host takes lower-case names alone; however
        references write them, they mean the same."""
        if value is not None:
            self.request.headers.append((name.lower(), _written(value)))
        return self

    def auth(self, slot: str) -> Self:
        """The slot of the manifest whose credential the host adds."""
        self.request.credential = slot
        return self

    def purpose(self, purpose: str) -> Self:
        """What this is for, in a few words: in the audit, and in front of what
        is wrong with the answer."""
        self.request.purpose = purpose
        return self

    def json_body(self, body: Json) -> Self:
        """A body that is JSON, with its content type."""
        written = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return self.body("application/json", written.encode())

    def body(self, content_type: str, body: bytes) -> Self:
        """A body of any kind."""
        self.request.body = body
        return self.header("content-type", content_type)

    # -------------------------------------------------------- sending ----

    def send(self) -> Answer:
        """Sends, and takes only a success (2xx) for an answer."""
        return self.successful(self.any_status())

    def send_if_found(self) -> Answer | None:
        """As `send`, but what is not there (404, 410) is `None`."""
        return self.send_unless(404, 410)

    def send_unless(self, *absent: int) -> Answer | None:
        """As `send`, but each of these statuses is `None`."""
        answer = self.any_status()
        return None if answer.status in absent else self.successful(answer)

    def any_status(self) -> Answer:
        """Sends, and takes an answer of any status."""
        return self.received(self._transport.fetch(self.request))

    def json(self) -> Json:
        """Sends, and reads the answer."""
        return self.send().json()

    def received(self, result: Response | FetchError) -> Answer:
        """What came, or the failure for what did not."""
        if isinstance(result, Response):
            return Answer(result, self.request)
        match result.kind:
            case FetchErrorKind.DENIED:
                raise FetchFailed(f"denied: {result.why}")
            case FetchErrorKind.BUDGET:
                raise FetchFailed(f"limit reached: {result.why}")
            case FetchErrorKind.TIMEOUT:
                raise FetchFailed("timeout")
            case FetchErrorKind.TRANSPORT:
                raise FetchFailed(result.why)
            case FetchErrorKind.SIGN_IN:
                raise AuthFailed(result.why)

    def successful(self, answer: Answer) -> Answer:
        """The answer, or the failure for one that is no success."""
        if 200 <= answer.status < 300:
            return answer
        reason = self._connector.reason(answer)
        # The contract carries no text for most statuses: the log has it.
        log.warn(str(answer) if reason is None else f"{answer}: {reason}")
        raise self._connector.failure(answer) or fault.of_status(answer, reason)


# The most requests that the contract takes in one `fetch-all`.
AT_ONCE = 100


def fetch_all(transport: Transport, calls: list[Call]) -> list[Answer | Failure]:
    """Sends all of them; see `Context.fetch_all`."""
    results: list[Response | FetchError] = []
    for first in range(0, len(calls), AT_ONCE):
        results += transport.fetch_all([call.request for call in calls[first : first + AT_ONCE]])
    return [_outcome(call, result) for call, result in zip(calls, results, strict=True)]


def _outcome(call: Call, result: Response | FetchError) -> Answer | Failure:
    try:
        return call.successful(call.received(result))
    except Failure as failure:
        return failure


def _written(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
