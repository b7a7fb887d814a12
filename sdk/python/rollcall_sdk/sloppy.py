"""What providers are sloppy about. Each function takes a value out of JSON, or
a document and the keys that lead to the value: `text(person, "manager", "id")`.
Whatever is missing, null, blank, or of no use is `None`."""

from __future__ import annotations

import datetime
import math

from rollcall_sdk.date import parse_day, parse_instant
from rollcall_sdk.records import CustomAttribute, Json, Value

_TRUE = ("true", "yes", "y", "1", "on")
_FALSE = ("false", "no", "n", "0", "off")

# Whole numbers with more digits than a number of the contract holds are ids,
# and stay exact as text.
_EXACT_DIGITS = 15


def at(value: Json, *keys: str | int) -> Json:
    """What these keys and indices lead to."""
    for key in keys:
        if isinstance(key, str):
            value = value.get(key) if isinstance(value, dict) else None
        else:
            value = value[key] if isinstance(value, list) and -len(value) <= key < len(value) else None
    return value


def items(value: Json, *keys: str | int) -> list[Json]:
    """A list, which may come as its only element, or not at all. Not for
    people: those have to be there, see `Answer.objects`."""
    value = at(value, *keys) if keys else value
    return value if isinstance(value, list) else [] if value is None else [value]


def text(value: Json, *keys: str | int) -> str | None:
    """A text; a number or a boolean is written as one."""
    value = at(value, *keys) if keys else value
    if isinstance(value, str):
        return None if not value or value.isspace() else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value) if isinstance(value, int) else None


def number(value: Json, *keys: str | int) -> float | None:
    """A number, also as text: `"40"`, `"38,5"`."""
    value = at(value, *keys) if keys else value
    if isinstance(value, str):
        if "," in value and "." not in value:
            value = value.replace(",", ".")
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def count(value: Json, *keys: str | int) -> int | None:
    """How many there are: a whole number, also as text."""
    found = number(value, *keys)
    return int(found) if found is not None and found >= 0 and found.is_integer() else None


def flag(value: Json, *keys: str | int) -> bool | None:
    """A boolean, also as text or number: `"Yes"`, `0`."""
    value = at(value, *keys) if keys else value
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def day(value: Json, *keys: str | int) -> datetime.date | None:
    """A calendar day, to compare with: see `date.parse_day`."""
    found = text(value, *keys)
    return None if found is None else parse_day(found)


def date(value: Json, *keys: str | int) -> str | None:
    """A date for a record."""
    found = day(value, *keys)
    return None if found is None else found.isoformat()


def instant(value: Json, *keys: str | int) -> str | None:
    """An instant for a record or a request: see `date.parse_instant`. Also of
    `cx.now`."""
    value = at(value, *keys) if keys else value
    found = value.isoformat() if isinstance(value, datetime.datetime) else text(value)
    return None if found is None else parse_instant(found)


def part_of(part: float | None, full: float | None) -> float | None:
    """A part of a full position out of two amounts of hours, where both are
    there and make sense; rounded to four places."""
    if part is None or full is None or full <= 0 or part < 0:
        return None
    quotient = math.floor(part / full * 10_000 + 0.5) / 10_000
    return quotient if math.isfinite(quotient) else None


def custom(name: str | None, value: Json) -> CustomAttribute | None:
    """A custom attribute out of whatever a custom field holds: a text, a
    number, a boolean, or a list of these."""
    found = custom_value(value)
    return None if name is None or found is None else CustomAttribute(name, found)


def custom_value(value: Json) -> Value | None:
    """As `custom`, without the name."""
    if isinstance(value, list):
        return [found for found in map(_joined, value) if found is not None] or None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value if isinstance(value, bool) else text(value)
    if isinstance(value, int):
        return float(value) if len(str(value)) <= _EXACT_DIGITS else str(value)
    return number(value)


def _joined(value: Json) -> str | None:
    if isinstance(value, list):
        return ", ".join(found for found in map(_joined, value) if found is not None) or None
    return text(value)
