"""What a component asks its host for, read from its bytes (the component
model's `Binary.md`)."""

from __future__ import annotations

from collections.abc import Iterator

_PREAMBLE = b"\0asm\x0d\0\x01\0"
_IMPORTS = 10
_INSTANCE = 5


def imports(component: bytes) -> list[str]:
    """The names of the imports, in the file's order. What is no component, or
    imports anything but interfaces, is a `ValueError`."""
    if not component.startswith(_PREAMBLE):
        raise ValueError("this is no component")
    names: list[str] = []
    for kind, section in _sections(component):
        if kind == _IMPORTS:
            names += _names(section)
    return names


def _sections(component: bytes) -> Iterator[tuple[int, bytes]]:
    at = len(_PREAMBLE)
    while at < len(component):
        kind = component[at]
        size, at = _number(component, at + 1)
        if at + size > len(component):
            raise ValueError("the component ends in the middle of a section")
        yield kind, component[at : at + size]
        at += size


def _names(section: bytes) -> Iterator[str]:
    count, at = _number(section, 0)
    for _ in range(count):
        # A byte that says how the name is written; names of versions have more
        # after them, and are not used by any toolchain yet.
        if section[at] not in (0, 1):
            raise ValueError("an import's name is of an unknown kind")
        size, at = _number(section, at + 1)
        name = section[at : at + size].decode()
        at += size
        if section[at] != _INSTANCE:
            raise ValueError(f"the import `{name}` is not an interface")
        _, at = _number(section, at + 1)
        yield name


def _number(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128, and where it ends."""
    value = shift = 0
    while True:
        if at >= len(data):
            raise ValueError("the component ends in the middle of a number")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        shift += 7
        at += 1
        if byte < 0x80:
            return value, at
