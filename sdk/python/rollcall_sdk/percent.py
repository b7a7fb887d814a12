"""Percent encoding, for the few places where a connector meets it: the host
encodes paths and queries itself."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote

# What the contract wants encoded in an id; `%` first.
_RESERVED = (("%", "%25"), ("/", "%2F"), ("?", "%3F"), ("#", "%23"))


def segment(id: str) -> str:
    """An id as one segment of a path."""
    for character, encoded in _RESERVED:
        id = id.replace(character, encoded)
    return id


def decode_path(path: str) -> str:
    """A path out of a link, as the contract wants it."""
    return "/".join(segment(unquote(part)) for part in path.split("/"))


def decode_query(query: str) -> list[tuple[str, str]]:
    """The pairs of a query, decoded."""
    return parse_qsl(query, keep_blank_values=True)


def query_parameter(link: str, name: str) -> str | None:
    """The value of a parameter of a link."""
    query = link.partition("?")[2].partition("#")[0]
    return next((value for key, value in decode_query(query) if key == name), None)
