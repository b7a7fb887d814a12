"""The host's functions, and what it hands in."""

from __future__ import annotations

from typing import Any

from componentize_py_types import Err, Ok
from wit_world.imports import http, types
from wit_world.imports import log as host_log

from rollcall_guest.lower import text
from rollcall_sdk.log import Level
from rollcall_sdk.records import Run
from rollcall_sdk.transport import FetchError, FetchErrorKind, Request, Response

_LEVELS = {level: host_log.Level[level.name] for level in Level}

_KINDS = {
    http.FetchError_Denied: FetchErrorKind.DENIED,
    http.FetchError_Budget: FetchErrorKind.BUDGET,
    http.FetchError_Timeout: FetchErrorKind.TIMEOUT,
    http.FetchError_Transport: FetchErrorKind.TRANSPORT,
    http.FetchError_SignIn: FetchErrorKind.SIGN_IN,
}


def emit(level: Level, message: str) -> None:
    """A line of the log. Half a character is no reason to lose it."""
    host_log.emit(_LEVELS[level], str(message).encode("utf-8", "replace").decode())


class Host:
    """The host's HTTP."""

    def fetch(self, request: Request) -> Response | FetchError:
        """Sends one request."""
        try:
            return _response(http.fetch(_request(request)))
        except Err as error:
            return _error(error.value)

    def fetch_all(self, requests: list[Request]) -> list[Response | FetchError]:
        """Sends several, answered in the order asked."""
        results = http.fetch_all([_request(request) for request in requests])
        return [_response(one.value) if isinstance(one, Ok) else _error(one.value) for one in results]


def run(run: Any) -> Run:
    """The run, in this SDK's words."""
    changes = run.mode.value if isinstance(run.mode, types.Mode_Changes) else None
    return Run(
        id=run.id,
        now_ms=run.now_ms,
        changes=changes,
        settings=dict(run.settings),
        wanted_attributes=run.wanted_attributes,
        wanted_groups=run.wanted_groups,
        flattened=run.nesting == types.Nesting.FLATTENED,
        page_size=run.page_size,
    )


def _request(request: Request) -> Any:
    target = http.Target_NextLink if request.is_link else http.Target_Path
    return http.Request(
        method=http.Method[request.method.name],
        host=text(request.host),
        target=target(text(request.target)),
        query=[(text(key), text(value)) for key, value in request.query],
        headers=[(text(name), text(value)) for name, value in request.headers],
        body=None if request.body is None else bytes(request.body),
        credential=None if request.credential is None else text(request.credential),
        purpose=text(request.purpose),
    )


def _response(response: Any) -> Response:
    return Response(response.status, response.headers, bytes(response.body))


def _error(error: Any) -> FetchError:
    return FetchError(_KINDS[type(error)], getattr(error, "value", ""))
