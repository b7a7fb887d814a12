"""The shapes in which providers hand out lists. Each is the state of a read:
`Offset.of(cursor)` begins or goes on, and `after` gives the page's `next`, which
is `None` at the end, or a failure where the provider's paging does not move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rollcall_sdk.failure import InvalidResponse
from rollcall_sdk.records import Json


@dataclass(frozen=True)
class Seen:
    """What the guard remembers between pages: fingerprints of the first page
    and of the last. A provider that ignores its paging parameter repeats one of
    the two; a whole set of ids would not fit a cursor."""

    first: int = 0
    last: int = 0

    def after(self, ids: Iterable[str]) -> tuple[Seen, int]:
        """With one page more, and its number of ids. A page that was there
        before is a failure."""
        page = count = 0
        for id in ids:
            # A sum, so that the same people in another order are the same page.
            page = (page + _fnv1a(id)) & _64_BITS
            count += 1
        if count > 0 and page in (self.first, self.last):
            raise _stuck("a page has only records that were on an earlier one")
        return Seen(self.first or page, page), count


@dataclass(frozen=True)
class Offset:
    """`?offset=200&limit=100`: how many items were read."""

    offset: int = 0
    seen: Seen = field(default_factory=Seen)

    @classmethod
    def of(cls, cursor: Json) -> Offset:
        """The state; a new one on the first page."""
        if cursor is None:
            return cls()
        offset, first, last = _read(cursor, "offset", "first", "last")
        return cls(offset, Seen(first, last))

    def after(self, ids: Iterable[str], total: int | None, limit: int) -> Json:
        """After a page with these ids. The list ends with an empty page, when
        the `total` is reached, or, where the provider states none, with a page
        of fewer than `limit` items."""
        seen, count = self.seen.after(ids)
        offset = self.offset + count
        if not _goes_on(count, offset, total, limit):
            return None
        return {"offset": offset, "first": seen.first, "last": seen.last}


@dataclass(frozen=True)
class PageNumber:
    """`?page=3&per_page=100`. `page` counts from 0; add the provider's first
    number to it."""

    page: int = 0
    read: int = 0
    seen: Seen = field(default_factory=Seen)

    @classmethod
    def of(cls, cursor: Json) -> PageNumber:
        """The state; a new one on the first page."""
        if cursor is None:
            return cls()
        page, read, first, last = _read(cursor, "page", "read", "first", "last")
        return cls(page, read, Seen(first, last))

    def after(self, ids: Iterable[str], total: int | None, limit: int) -> Json:
        """After a page with these ids; ends as `Offset.after` does."""
        seen, count = self.seen.after(ids)
        read = self.read + count
        return self._next(read, seen) if _goes_on(count, read, total, limit) else None

    def after_of(self, ids: Iterable[str], pages: int) -> Json:
        """After one of `pages` pages with these ids."""
        seen, count = self.seen.after(ids)
        return self._next(self.read + count, seen) if self.page + 1 < pages else None

    def _next(self, read: int, seen: Seen) -> Json:
        return {"page": self.page + 1, "read": read, "first": seen.first, "last": seen.last}


@dataclass(frozen=True)
class Token:
    """A token, or a whole link, that the provider gives for its next page.
    `None` on the first page."""

    token: str | None = None

    @classmethod
    def of(cls, cursor: Json) -> Token:
        """The state; a new one on the first page."""
        if cursor is None:
            return cls()
        token = cursor.get("token") if isinstance(cursor, dict) else None
        if not isinstance(token, str):
            raise damaged()
        return cls(token)

    def after(self, next: str | None) -> Json:
        """After a page that gave this token. None, or an empty one, is the end;
        the one that led here is a failure, as it would never end."""
        token = (next or "").strip()
        if not token:
            return None
        if token == self.token:
            raise _stuck("the provider gave the same next page again")
        return {"token": token}


def damaged() -> InvalidResponse:
    """The failure for a cursor that cannot be read."""
    return InvalidResponse("the cursor is damaged, or of another version")


def _read(cursor: Json, *names: str) -> list[int]:
    values: list[Any] = [cursor.get(name) if isinstance(cursor, dict) else None for name in names]
    if not all(type(value) is int and value >= 0 for value in values):
        raise damaged()
    return values


def _goes_on(count: int, read: int, total: int | None, limit: int) -> bool:
    return count > 0 and (count >= limit if total is None else read < total)


_64_BITS = (1 << 64) - 1


def _fnv1a(text: str) -> int:
    hash = 0xCBF2_9CE4_8422_2325
    for byte in text.encode("utf-8", "surrogatepass"):
        hash = (hash ^ byte) * 0x100_0000_01B3 & _64_BITS
    return hash


def _stuck(why: str) -> InvalidResponse:
    return InvalidResponse(f"the paging does not move: {why}")
