"""What a component runs, run natively: the bindings are the real ones, the
host's functions are played. In a process of its own, because it takes over the
clock and whatever else is the system's."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

SDK = Path(__file__).resolve().parents[1]
WIT = SDK.parents[1] / "wit" / "v1"

PLAY = """
import sys
sys.path[:0] = {paths!r}
from rollcall_guest import system
system.install()
from rollcall_guest import output
output.install()
from componentize_py_types import Err, Ok
from rollcall_guest.source import Source, serve
from wit_world.imports import http, log, types
import dataclasses, enum, json, os
write, leave = os.write, os._exit

lines = []
log.emit = lambda level, message: lines.append([level.name.lower(), message])

def plain(value):
    if dataclasses.is_dataclass(value):
        fields = {{name: plain(inner) for name, inner in vars(value).items()}}
        return {{type(value).__name__: fields}} if "_" in type(value).__name__ else fields
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value.decode() if isinstance(value, bytes) else value

def ask(function, *cursor):
    mode = types.Mode_Full() if {changes!r} is None else types.Mode_Changes({changes!r})
    run = types.Run({run!r}, mode, 1772356500250, [("key", "value")], [], [], types.Nesting.FLATTENED, 50)
    try:
        return plain(getattr(source, function)(run, *cursor))
    except Err as error:
        return plain(error.value)

{code}
serve(Author)
system.seal()
source = Source()
result = {ask}
write(1, json.dumps([result, lines]).encode())
leave(0)
"""


class Component(unittest.TestCase):
    """Tests that play components."""

    bindings: tempfile.TemporaryDirectory[str]

    @classmethod
    def setUpClass(cls) -> None:
        """Makes the bindings, as the build does."""
        cls.bindings = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.bindings.cleanup)
        make = [sys.executable, "-c", "import sys, componentize_py; sys.exit(componentize_py.script())", "-q"]
        make += ["-d", str(WIT), "-w", "connector", "bindings", cls.bindings.name]
        subprocess.run(make, check=True, capture_output=True)

    def play(
        self, code: str, ask: str = "ask('check')", changes: bytes | None = None, run: str = "run-7"
    ) -> tuple[Any, list[Any]]:
        """What a component with this `Author` answers, and the lines it logs."""
        paths = [str(SDK), self.bindings.name]
        script = PLAY.format(paths=paths, code=code, ask=ask, changes=changes, run=run)
        done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        result, lines = json.loads(done.stdout)
        return result, lines

    def check(self, body: str, before: str = "") -> tuple[Any, list[Any]]:
        """As `play`, for an author whose `check` has this body."""
        indented = "\n".join(f"        {line}" for line in body.splitlines())
        return self.play(
            f"{before}\nfrom rollcall_sdk import *\n"
            "class Author(Connector):\n"
            f"    def check(self, cx):\n{indented}\n"
            "    def workers(self, cx, cursor): return WorkerPage()\n"
        )
