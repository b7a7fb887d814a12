"""`print`, `logging` and `warnings`, to the log of the run: stock ones end the
component without a word."""

from __future__ import annotations

import io
import logging
import sys
import warnings
from typing import Any

from rollcall_sdk import log
from rollcall_sdk.log import Level


class _Lines(io.TextIOBase):
    """A stream whose lines are lines of the log."""

    def __init__(self, level: Level) -> None:
        self._level = level
        self._begun = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            log.emit(self._level, line)
        return len(text)

    def finish(self) -> None:
        """Writes a line that was begun."""
        if self._begun:
            self.write("\n")


class _Records(logging.Handler):
    """What libraries log."""

    def emit(self, record: logging.LogRecord) -> None:
        log.emit(_level(record.levelno), self.format(record))


_out = _Lines(Level.INFO)
_err = _Lines(Level.WARN)


def install() -> None:
    """Takes over. Once, while the component is built, before the author's
    modules get hold of the stock streams. What they print goes to the build's
    until there is a host."""
    stock = sys.stderr
    log.send_to(lambda _, message: print(message, file=stock))
    sys.stdout = sys.__stdout__ = _out  # type: ignore[misc, assignment]
    sys.stderr = sys.__stderr__ = _err  # type: ignore[misc, assignment]
    # These would ask the system who is logging.
    logging.logProcesses = logging.logMultiprocessing = logging.logThreads = False
    logging.logAsyncioTasks = False  # type: ignore[attr-defined]
    logging.basicConfig(handlers=[_Records()], level=logging.DEBUG, format="%(name)s: %(message)s")
    warnings.showwarning = _warning  # type: ignore[assignment]


def finish() -> None:
    """Writes what a call has begun and not ended."""
    _out.finish()
    _err.finish()


def _level(number: int) -> Level:
    if number >= logging.ERROR:
        return Level.ERROR
    if number >= logging.WARNING:
        return Level.WARN
    return Level.INFO if number >= logging.INFO else Level.DEBUG


def _warning(message: object, category: type[Warning], filename: str, lineno: int, *_: Any) -> None:
    log.warn(f"{filename}:{lineno}: {category.__name__}: {message}")
