"""Where a read is, as bytes: a JSON value."""

from __future__ import annotations

import json

from rollcall_sdk.records import Json


def encode(state: Json) -> bytes:
    """A state as bytes. One that JSON cannot express is an exception."""
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def decode(data: bytes) -> Json:
    """A state out of bytes; a `ValueError` where they are damaged."""
    return json.loads(data.decode())
