"""What Python takes from the system: a component has none. Time and randomness
come from the run, and whatever else would reach for the system is an exception
that says what to do. Without this it would be the end without a word (clock,
files, late imports), or the same on every run (randomness).

Imported, and `install` called, before anything else: see `rollcall_sdk.build`.
"""

from __future__ import annotations

import sys

# The accelerated `datetime` asks the system for the time; the one in Python
# asks `time`, whose functions can be replaced. `zoneinfo` goes with it.
sys.modules["_datetime"] = None  # type: ignore[assignment]
sys.modules["_zoneinfo"] = None  # type: ignore[assignment]

import _strptime  # `strptime` imports it late
import calendar
import datetime
import encodings.ascii  # codecs are imported late too
import encodings.cp1252
import encodings.idna
import encodings.latin_1
import encodings.punycode
import encodings.utf_16
import encodings.utf_8_sig
import hashlib  # `random.seed` imports it late
import linecache
import logging  # asks for the time when it is imported
import os
import posix
import random
import time
from collections.abc import Callable
from types import BuiltinFunctionType
from typing import Any, NoReturn


class NotHere(OSError):
    """Something that a component does not have."""


class LateImport(ImportError):
    """An import while the connector runs."""


_now_ms: int | None = None
_entropy = random.Random(0)
_sealed = False


def install() -> None:
    """Replaces what would ask the system. Once, while the component is built."""
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        setattr(time, name, _seconds)
        setattr(time, f"{name}_ns", _nanoseconds)
    gmtime, asctime, strftime = time.gmtime, time.asctime, time.strftime
    replaced: dict[str, Callable[..., Any]] = {
        "clock_gettime": lambda clock: _seconds(),
        "clock_gettime_ns": lambda clock: _nanoseconds(),
        "gmtime": lambda secs=None: gmtime(_seconds() if secs is None else secs),
        "localtime": lambda secs=None: gmtime(_seconds() if secs is None else secs),
        "ctime": lambda secs=None: asctime(gmtime(_seconds() if secs is None else secs)),
        "asctime": lambda when=None: asctime(gmtime(_seconds()) if when is None else when),
        "strftime": lambda form, when=None: strftime(form, gmtime(_seconds()) if when is None else when),
        "clock_getres": _not_here("time.clock_getres"),
        "get_clock_info": _not_here("time.get_clock_info"),
        "sleep": _sleep,
        "mktime": lambda when: float(calendar.timegm(when)),
    }
    for name, function in replaced.items():
        setattr(time, name, function)
    time.tzname, time.timezone, time.altzone, time.daylight = ("UTC", "UTC"), 0, 0, 0

    os.urandom = _urandom
    random._urandom = _urandom  # type: ignore[attr-defined]
    seed = random.Random.seed

    def seed_from_run(self: random.Random, a: Any = None, version: int = 2) -> None:
        seed(self, int.from_bytes(_urandom(32), "big") if a is None and _now_ms is not None else a, version)

    random.Random.seed = seed_from_run  # type: ignore[method-assign]
    random.seed = random._inst.seed

    # The builder's environment is nobody's business.
    os.environ.clear()
    # Tracebacks do without the lines of the source.
    linecache.updatecache = lambda *_: []
    linecache.checkcache = lambda *_: None
    sys.addaudithook(_audit)


def begin(run_id: str, now_ms: int) -> None:
    """Time and randomness of a call."""
    global _now_ms
    _now_ms = now_ms
    _entropy.seed(f"entropy of {run_id}")
    random.seed(f"random of {run_id}")


def seal() -> None:
    """From now on there is no system. Modules may read their files until here:
    what they keep is in the component."""
    global _sealed
    _sealed = True
    for name in dir(posix):
        asks = isinstance(getattr(posix, name), BuiltinFunctionType) and not name.startswith(_COMPUTES)
        if asks and name != "urandom":
            setattr(os, name, _not_here(f"os.{name}"))
    sys.stdin = sys.__stdin__ = None  # type: ignore[misc]


def _milliseconds() -> int:
    if _now_ms is None:
        raise NotHere(
            "there is no clock while a component is built; ask for the time within a function of the connector"
        )
    return _now_ms


def _seconds() -> float:
    return _milliseconds() / 1000


def _nanoseconds() -> int:
    return _milliseconds() * 1_000_000


def _urandom(size: int) -> bytes:
    if _now_ms is None:
        raise NotHere(
            "there is no randomness while a component is built; draw within a function of the connector"
        )
    return _entropy.randbytes(size)


def _sleep(seconds: float) -> NoReturn:
    raise NotHere("`time.sleep`: a connector does not wait; the host paces requests and repeats them")


def _not_here(what: str) -> Callable[..., NoReturn]:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NotHere(
            f"`{what}`: a component has no files, sockets, processes or threads; use the context `cx`"
        )

    return refuse


# Functions of `os` that ask nobody.
_COMPUTES = ("_path", "fspath", "strerror")

# Beginnings of the events of PEP 578 that would end in the system.
_SYSTEM = (
    "_thread.start",
    "ctypes.",
    "fcntl.",
    "glob.",
    "os.",
    "pathlib.",
    "shutil.",
    "socket.",
    "subprocess.",
    "tempfile.",
    "urllib.",
)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _sealed:
        return
    if event == "import":
        raise LateImport(
            f"module `{arguments[0]}` is imported while the connector runs, and a component has no files; "
            "import it at the top of a module"
        )
    if event == "open" or event.startswith(_SYSTEM):
        _not_here(event)()
