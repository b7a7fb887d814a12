"""Whatever carries out requests: the host, or a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Method(Enum):
    GET = "get"
    HEAD = "head"
    POST = "post"


@dataclass
class Request:
    method: Method
    # An alias from the manifest.
    host: str
    # A path below the alias' URL, or else a whole link of the provider's.
    target: str
    is_link: bool = False
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    credential: str | None = None
    purpose: str = ""


@dataclass
class Response:
    status: int
    # Names in lower case.
    headers: list[tuple[str, str]]
    body: bytes


class FetchErrorKind(Enum):
    DENIED = "denied"
    BUDGET = "budget"
    TIMEOUT = "timeout"
    TRANSPORT = "transport"
    SIGN_IN = "sign-in"


@dataclass
class FetchError:
    """Why there is no response."""

    kind: FetchErrorKind
    why: str = ""


class Transport(Protocol):
    def fetch(self, request: Request) -> Response | FetchError:
        """Sends one request."""

    def fetch_all(self, requests: list[Request]) -> list[Response | FetchError]:
        """Sends several, answered in the order asked."""
