"""Lines in the log of the run. Never a person's data: ids, keys and counts.

In a component `print` and `logging` arrive here too."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Level(Enum):
    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


_lines: list[tuple[Level, str]] = []


def _keep(level: Level, message: str) -> None:
    _lines.append((level, message))


# Outside the sandbox the lines are kept for the test that runs.
_sink: Callable[[Level, str], None] = _keep


def send_to(sink: Callable[[Level, str], None]) -> None:
    """Where lines go from now on."""
    global _sink
    _sink = sink


def emit(level: Level, message: str) -> None:
    """Writes one line."""
    _sink(level, message)


def debug(message: str) -> None:
    """What only the connector's author wants to know."""
    emit(Level.DEBUG, message)


def info(message: str) -> None:
    """What is worth knowing when somebody looks."""
    emit(Level.INFO, message)


def warn(message: str) -> None:
    """What somebody ought to look at and that does not stop the read."""
    emit(Level.WARN, message)


def error(message: str) -> None:
    """What went wrong."""
    emit(Level.ERROR, message)


def take() -> list[tuple[Level, str]]:
    """The lines that were kept since the last call."""
    lines = _lines[:]
    _lines.clear()
    return lines
