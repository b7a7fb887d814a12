"""What most cases need."""

from __future__ import annotations

from rollcall_sdk import AccountInfo, Call, Connector, Context, Json, Worker, WorkerPage, WorkerStatus


class Least(Connector):
    """Case 1: a connector that has nothing but what each has to have; the base
    of the others."""

    def check(self, cx: Context) -> AccountInfo:
        return AccountInfo()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        return WorkerPage()


def get(cx: Context, path: str, purpose: str) -> Call:
    """A request as most cases send it."""
    # The one that can be refused where the path says so.
    slot = "signed" if path == "/v1/sign-in" else "token"
    return cx.get("api", path).auth(slot).purpose(purpose)


def saw(*lines: str) -> AccountInfo:
    """What a case saw, for the golden file: the warnings of a `check`."""
    return AccountInfo(warnings=list(lines))


def worker(id: str) -> Worker:
    """Somebody who works here."""
    return Worker(id, WorkerStatus.ACTIVE)


def written(value: bool) -> str:
    """As the reference writes it."""
    return str(value).lower()
