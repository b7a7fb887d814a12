"""Calendar days and instants, out of the many ways in which providers write
them. No time zones: a provider's local date is meant as it stands."""

from __future__ import annotations

import datetime
import re

# `2021-01-01`, `20210101`, and either in front of a time or an offset.
_DAY = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})(?=$|[Tt Zz+])", re.ASCII)

_TIME = re.compile(
    r"""(?:[Tt\ ](\d{2})                        # hours
           (?: :(\d{2}) (?: :(\d{2}) )?         # with colons
             | (\d{2}) (\d{2})? )               # or without
           (?:[.,](\d+))?\ ?)?
        (?:[Zz] | ([+-])(\d{2}):?(\d{2})?)?$""",
    re.ASCII | re.VERBOSE,
)

_SPACE = " \t\n\x0c\r"


def parse_day(text: str) -> datetime.date | None:
    """The calendar day at the beginning of an ISO 8601 date or date-time. The
    day as written is meant, whatever the offset."""
    found = _DAY.match(text.strip(_SPACE))
    return None if found is None else _day(found[1], found[3], found[4])


def parse_day_as(text: str, order: str) -> datetime.date | None:
    """A date in another order: `parse_day_as("31.12.2025", "dmy")`. What stands
    between the numbers does not matter; a year has four digits."""
    parts = re.split("[^0-9]", text.strip())
    found = {"y": "", "m": "", "d": ""}
    for place, part in zip(order, parts):
        if len(part) not in ((4,) if place == "y" else (1, 2)):
            return None
        found[place] = part
    return _day(found["y"], found["m"], found["d"]) if all(found.values()) else None


def parse_instant(text: str) -> str | None:
    """An ISO 8601 date-time as RFC 3339, in the offset in which it is written:
    with `T` or a space, with or without seconds and fractions, with `Z`,
    `+01:00`, `+0100` or `+01`. Without an offset it is taken for UTC, and a
    bare date for its midnight. Digits beyond milliseconds are cut."""
    text = text.strip(_SPACE)
    start = _DAY.match(text)
    found = _TIME.match(text, start.end()) if start else None
    if start is None or found is None:
        return None
    day = _day(start[1], start[3], start[4])
    hour, minute, second = (int(n or 0) for n in (found[1], found[2] or found[4], found[3] or found[5]))
    ahead, behind = int(found[8] or 0), int(found[9] or 0)
    if day is None or hour > 23 or minute > 59 or second > 60 or ahead > 23 or behind > 59:
        return None
    # A leap second is taken for the one before it.
    written = f"{day.isoformat()}T{hour:02}:{minute:02}:{min(second, 59):02}"
    millis = (found[6] or "")[:3].ljust(3, "0")
    if millis != "000":
        written += f".{millis}"
    return written + (f"{found[7]}{ahead:02}:{behind:02}" if ahead or behind else "Z")


def _day(year: str, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
