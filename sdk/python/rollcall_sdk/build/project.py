"""What is to be built: a folder with a `pyproject.toml` that names the
connector."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path


class Refused(Exception):
    """Why there is no component: what is wrong, and what to do."""


# Code for a processor, which a component cannot run.
NATIVE = (".so", ".pyd", ".dylib", ".dll")

_CONNECTOR = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*):([^\W\d]\w*)")


@dataclass(frozen=True)
class Project:
    module: str
    connector: str
    # Where Python looks for modules.
    paths: tuple[Path, ...]


def read(directory: Path) -> Project:
    """The project in this folder. Modules lie in `src`, where there is one, and
    what they depend on in `vendor`."""
    file = directory / "pyproject.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(f"{file} is not there; give the folder of a connector") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{file} is not valid: {error}") from None
    tool = table.get("tool")
    rollcall = tool.get("rollcall") if isinstance(tool, dict) else None
    name = rollcall.get("connector") if isinstance(rollcall, dict) else None
    found = _CONNECTOR.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        raise Refused(f'{file} has to say [tool.rollcall] connector = "module:Class"')
    source = directory / "src"
    vendor = directory / "vendor"
    _refuse_native(vendor)
    paths = (source if source.is_dir() else directory, *([vendor] if vendor.is_dir() else []))
    return Project(found[1], found[2], tuple(path.resolve() for path in paths))


def _refuse_native(vendor: Path) -> None:
    for file in sorted(vendor.rglob("*")):
        if file.suffix in NATIVE:
            raise Refused(
                f"{file} is code for a processor, which a component cannot run; "
                "use a version of the library that is Python alone"
            )
