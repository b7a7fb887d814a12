"""The command."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rollcall_sdk.build import component
from rollcall_sdk.build.project import Project, Refused, read

SDK = Path(__file__).resolve().parents[2]
WIT = SDK.parents[1] / "wit" / "v1"
WORLD = "connector"

# All that a host offers.
OFFERED = tuple(f"rollcall:connector/{interface}@1." for interface in ("types", "http", "log"))

# The module that the component begins with. `system` is first: it has to be
# there before anything takes the clock.
APP = """\
from rollcall_guest import system
system.install()
from rollcall_guest import output
output.install()
from rollcall_guest.source import Source, serve
from {module} import {connector}
serve({connector})
system.seal()
"""
APP_NAME = "rollcall_app"


def main() -> int:
    """Builds. 0: done; 1: the project is wrong; 2: the command is."""
    parser = argparse.ArgumentParser(prog="python -m rollcall_sdk.build", description="Build a component.")
    parser.add_argument("project", type=Path, help="the folder with pyproject.toml")
    parser.add_argument("out", type=Path, help="the component to write")
    arguments = parser.parse_args()
    try:
        build(read(arguments.project), arguments.out)
    except Refused as refused:
        print(f"error: {refused}", file=sys.stderr)
        return 1
    return 0


def build(project: Project, out: Path) -> None:
    """Writes the component, whole or not at all."""
    if importlib.util.find_spec("componentize_py") is None:
        raise Refused(f"componentize-py is not installed; pip install -r {SDK / 'requirements.txt'}")
    if not WIT.is_dir():
        raise Refused(f"{WIT} is not there; the SDK lies as sdk/python beside wit/")
    with tempfile.TemporaryDirectory() as work:
        made = _componentize(project, Path(work))
        check(made)
        out.parent.mkdir(parents=True, exist_ok=True)
        unfinished = out.with_name(f".{out.name}.new")
        unfinished.write_bytes(made)
        unfinished.replace(out)


def _componentize(project: Project, work: Path) -> bytes:
    app = work / "app"
    # Without a folder of its own here the tool would bring along whatever is
    # installed on this machine.
    (work / "nothing" / "lib" / "site-packages").mkdir(parents=True)
    app.mkdir()
    (app / f"{APP_NAME}.py").write_text(APP.format(module=project.module, connector=project.connector))
    made = work / "made.wasm"
    command = [sys.executable, "-c", "import sys, componentize_py; sys.exit(componentize_py.script())"]
    command += ["--quiet", "--wit-path", str(WIT), "--world", WORLD, "componentize", "--stub-wasi"]
    for path in (app, SDK, *project.paths):
        command += ["--python-path", str(path)]
    command += ["--output", str(made), APP_NAME]
    environment = {**os.environ, "VIRTUAL_ENV": str(work / "nothing")}
    done = subprocess.run(command, check=False, env=environment, cwd=work, text=True, capture_output=True)
    if done.returncode != 0:
        # After this come the tool's own lines, which say nothing about the project.
        why = (done.stderr or done.stdout).partition("\n\nCaused by:")[0]
        raise Refused(f"the component cannot be made:\n{why.strip()}")
    return made.read_bytes()


def check(made: bytes) -> None:
    """Refuses a component that asks for more than a host offers."""
    try:
        names = component.imports(made)
    except ValueError as error:
        raise Refused(f"the component is not usable: {error}") from None
    foreign = [name for name in names if not name.startswith(OFFERED)]
    if foreign:
        raise Refused(f"the component imports what no host offers: {', '.join(foreign)}")


if __name__ == "__main__":
    sys.exit(main())
