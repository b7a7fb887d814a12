"""Reading JSON that a stranger wrote, with messages that hold no value of it."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from rollcall_sdk.records import Json

# Lists and objects within each other. A component's stack ends at some 1,500,
# and running out of it is not an exception but the end.
DEEPEST = 128

# As the content of a key that is not there.
MISSING = object()

_BOM = b"\xef\xbb\xbf"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Wrong(ValueError):
    """Why bytes could not be read."""


def read(body: bytes) -> Json:
    """A whole document. A byte order mark is skipped."""
    if _is_deep(body):
        raise Wrong(f"it has more than {DEEPEST} lists and objects within each other")
    try:
        value = json.loads(body.removeprefix(_BOM).decode(), parse_constant=_refuse)
        if _SURROGATE.search(body):
            # Half a character, which `json` takes for a whole one.
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        raise Wrong("it is not in UTF-8") from None
    except UnicodeEncodeError:
        raise Wrong("a text has half a character") from None
    except json.JSONDecodeError as error:
        raise Wrong(f"{error.msg} at line {error.lineno} column {error.colno}") from None
    except ValueError:
        raise Wrong("a number has too many digits, or is none") from None
    return value


def trim(body: bytes) -> bytes:
    """Without a byte order mark and the white space at the beginning."""
    return body.removeprefix(_BOM).lstrip()


def kind(value: object) -> str:
    """What a value is, without the value."""
    if value is None:
        return "null"
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "nothing"


def place(keys: tuple[str | int, ...]) -> str:
    """`data.items[3]`."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return "".join(parts).removeprefix(".")


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a boolean"),
    ((int, float), "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "an object"),
)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _is_deep(body: bytes) -> bool:
    """Whether brackets are open within each other deeper than allowed. Takes
    away what is closed at once, level by level, which is fast for documents
    that are flat; brackets within texts only cost a second, exact look."""
    return _levels(body) > DEEPEST and _levels(_STRING.sub(b"", body)) > DEEPEST


def _levels(text: bytes) -> int:
    brackets = text.translate(_ONE_KIND, _NOT_BRACKETS)
    for level in range(DEEPEST + 1):
        if len(brackets) + level <= DEEPEST:
            return level
        fewer = brackets.replace(b"[]", b"")
        if len(fewer) == len(brackets):
            break
        brackets = fewer
    return DEEPEST + 1 if b"[" in brackets else 0
