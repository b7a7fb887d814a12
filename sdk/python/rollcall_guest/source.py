"""What the component exports: each function of the contract, answered by the
author's connector."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType
from typing import Any

from componentize_py_types import Err

from rollcall_guest import host, lower, output, system
from rollcall_sdk import cursor, log, paging
from rollcall_sdk.connector import Connector
from rollcall_sdk.context import Context
from rollcall_sdk.failure import Bug, Failure
from rollcall_sdk.records import Json

_connector: type[Connector]


def serve(connector: type[Connector]) -> None:
    """Says whose connector the component is. Once, while it is built."""
    global _connector
    if not (isinstance(connector, type) and issubclass(connector, Connector)):
        raise TypeError(f"`{connector!r}` has to be a class that extends rollcall_sdk.Connector")
    if connector.__abstractmethods__:
        raise TypeError(f"`{connector.__name__}` lacks {', '.join(sorted(connector.__abstractmethods__))}")
    _connector = connector
    log.send_to(host.emit)


class Source:
    """The contract's interface `source`."""

    def check(self, run: Any) -> Any:
        return _answer(run, lambda author, cx: lower.account_info(author.check(cx)))

    def discover(self, run: Any) -> Any:
        return _answer(run, lambda author, cx: lower.definitions(author.discover(cx)))

    def pull_groups(self, run: Any, cursor: bytes | None) -> Any:
        return _answer(run, lambda author, cx: lower.group_page(author.groups(cx, _state(cursor))))

    def pull_memberships(self, run: Any, cursor: bytes | None) -> Any:
        return _answer(run, lambda author, cx: lower.membership_page(author.memberships(cx, _state(cursor))))

    def pull_workers(self, run: Any, cursor: bytes | None) -> Any:
        return _answer(run, lambda author, cx: lower.worker_page(author.workers(cx, _state(cursor))))


def _answer(their_run: Any, work: Callable[[Connector, Context], Any]) -> Any:
    """What `work` comes to. Whatever it raises becomes a failure: an exception
    that leaves a component ends it without a word."""
    try:
        run = host.run(their_run)
        system.begin(run.id, run.now_ms)
        author = _connector()
        answer = work(author, Context(run, author, host.Host()))
        output.finish()
        return answer
    except BaseException as error:  # noqa: BLE001
        output.finish()
        raise Err(_failure(error)) from None


def _state(data: bytes | None) -> Json:
    try:
        return None if data is None else cursor.decode(data)
    except ValueError:
        raise paging.damaged() from None


def _failure(error: BaseException) -> Any:
    try:
        if isinstance(error, Failure):
            return lower.failure(error)
    except lower.WrongValue as wrong:
        error = wrong
    return lower.failure(_bug(error))


def _bug(error: BaseException) -> Failure:
    """A bug of the connector's."""
    kind, place = type(error).__name__, _place(error.__traceback__)
    # The message may hold somebody's data, and lines of the log are kept.
    log.error(f"exception at {place}: {kind}")
    message = str(error).encode("utf-8", "replace").decode()
    return Bug(f"{kind}: {message} ({place})" if message else f"{kind} ({place})")


# Where modules lie in a component: Python's own, and all others by number.
_LIBRARY = "/python/"
_MOUNT = re.compile("^/[0-9]+/")


def _place(trace: TracebackType | None) -> str:
    """The innermost line of the author's, or else the innermost of all."""
    places: list[str] = []
    authors: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{_MOUNT.sub('', code.co_filename)}:{trace.tb_lineno}"
        places.append(place)
        package = trace.tb_frame.f_globals.get("__name__", "").partition(".")[0]
        if package not in ("rollcall_sdk", "rollcall_guest") and not code.co_filename.startswith(_LIBRARY):
            authors.append(place)
        trace = trace.tb_next
    return (authors or places or ["nowhere"])[-1]
