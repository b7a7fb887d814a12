"""Lines in the log."""

from __future__ import annotations

from rollcall_sdk import AccountInfo, Context, log

from contract.common import Least


class Log(Least):
    def check(self, cx: Context) -> AccountInfo:
        log.debug("a line to debug")
        log.info("a line of information")
        log.warn("a warning")
        log.error("an error")
        print("printed: Zoë", 1, "true")
        return AccountInfo()


class LogLong(Least):
    """One line of more than the 4 KiB that the host keeps."""

    def check(self, cx: Context) -> AccountInfo:
        log.info("ä" * 3000)
        log.info("the line after it")
        return AccountInfo()
