"""Time and randomness, which a run has of its own."""

from __future__ import annotations

import datetime
import random
import uuid

from rollcall_sdk import AccountInfo, Context, Json, WorkerPage, instant

from contract.common import Least, saw, worker


class Clock(Least):
    def check(self, cx: Context) -> AccountInfo:
        return saw(
            f"now: {instant(cx.now)}",
            f"today: {cx.today}",
            f"the language's clock: {instant(datetime.datetime.now())}",
        )


class Random(Least):
    """The first draw of two calls of one run."""

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        drawn = [random.random(), str(uuid.uuid4())]
        if cursor is None:
            return WorkerPage([worker("drawn")], next=drawn)
        return WorkerPage([worker("drawn the same" if cursor == drawn else "drawn another")])
