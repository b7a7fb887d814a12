"""What a provider answered."""

from __future__ import annotations

import re
from typing import Any

from rollcall_sdk import document
from rollcall_sdk.failure import InvalidResponse
from rollcall_sdk.records import Json
from rollcall_sdk.transport import Request, Response


class Answer:
    """An HTTP answer, and what it belongs to."""

    def __init__(self, response: Response, request: Request) -> None:
        self._headers = response.headers
        self.status = response.status
        # Decompressed.
        self.body = response.body
        # What the request was for.
        self.purpose = request.purpose
        # The path, or the link, that was asked for.
        self.path = request.target

    def header(self, name: str) -> str | None:
        """A header, by its name in any case."""
        for key, value in self._headers:
            if key.lower() == name.lower():
                return value
        return None

    def json(self) -> Json:
        """The body, read. What is no JSON is a failure that says so."""
        try:
            return document.read(self.body)
        except document.Wrong as wrong:
            raise self.invalid(self._describe(str(wrong))) from None

    def object(self, *keys: str) -> dict[str, Any]:
        """The object that these keys of the body lead to; the whole body
        without any. Anything else there is a failure that names the place."""
        found = self._at(keys)
        if not isinstance(found, dict):
            raise self._unexpected(keys, "an object", found)
        return found

    def objects(self, *keys: str) -> list[dict[str, Any]]:
        """The list of objects that these keys of the body lead to. It has to
        be there: an answer without it is not an empty company."""
        found = self._at(keys)
        if not isinstance(found, list):
            raise self._unexpected(keys, "a list", found)
        for index, element in enumerate(found):
            if not isinstance(element, dict):
                raise self._unexpected((*keys, index), "an object", element)
        return found

    def invalid(self, what: str) -> InvalidResponse:
        """The failure for an answer that is not what the interface promises.
        Say where and what, never a value."""
        return InvalidResponse(f"{self.purpose or 'answer'}: {what}")

    @property
    def next_link(self) -> str | None:
        """The `next` of the `Link` header (RFC 8288)."""
        for key, value in self._headers:
            if key.lower() == "link":
                for target, parameters in _LINK.findall(value):
                    if any(
                        "next" in relations.lower().split() for relations in _RELATIONS.findall(parameters)
                    ):
                        return str(target)
        return None

    @property
    def retry_after(self) -> int | None:
        """How many seconds the provider asks to wait."""
        seconds = (self.header("retry-after") or "").strip()
        return int(seconds) if _SECONDS.fullmatch(seconds) else None

    def __str__(self) -> str:
        """`purpose: HTTP 503`."""
        return f"{self.purpose or 'answer'}: HTTP {self.status}"

    def _describe(self, wrong: str) -> str:
        """An HTML page is named as such: a login page, or that of a proxy, with
        status 200 is the most usual case."""
        body = document.trim(self.body)
        if not body:
            return "the answer is empty"
        if "html" in (self.header("content-type") or "").lower() or body.startswith(b"<"):
            return "the answer is an HTML or XML page, not JSON"
        return f"the answer is not JSON: {wrong}"

    def _at(self, keys: tuple[str, ...]) -> Json:
        value = self.json()
        for depth, key in enumerate(keys):
            if not isinstance(value, dict):
                raise self._unexpected(keys[:depth], "an object", value)
            value = value.get(key, document.MISSING)
        return value

    def _unexpected(self, keys: tuple[str | int, ...], expected: str, found: Json) -> InvalidResponse:
        place = document.place(keys)
        what = f"expected {expected}, found {document.kind(found)}"
        return self.invalid(f"{place}: {what}" if place else what)


# A target and its parameters, up to the next target: a comma inside the angle
# brackets does not part links.
_LINK = re.compile("<([^>]*)>([^<]*)")
_RELATIONS = re.compile(r';\s*rel\s*=\s*"?([^";,]*)', re.IGNORECASE)

# What the contract's number of seconds holds.
_SECONDS = re.compile("[0-9]{1,9}")
