"""A bug in the connector's own code. No cassette has it: what is told of a bug
differs by language."""

from __future__ import annotations

from rollcall_sdk import AccountInfo, Context

from contract.common import Least, saw


class Bug(Least):
    def check(self, cx: Context) -> AccountInfo:
        return saw(cx.setting("missing").list()[0])
