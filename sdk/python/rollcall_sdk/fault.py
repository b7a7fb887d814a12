"""From an answer that is no success to a failure that says who has to act."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rollcall_sdk.failure import AuthFailed, Failure, PermissionMissing, RateLimited, Upstream

if TYPE_CHECKING:
    from rollcall_sdk.answer import Answer

# Where providers usually put their reason, the most telling first.
PLACES = (
    "/error_description",
    "/error/message",
    "/error/detail",
    "/errors/0/detail",
    "/errors/0/message",
    "/errors/0/title",
    "/message",
    "/detail",
    "/title",
    "/error",
    "/errors/0",
    "/reason",
)

# Characters of a reason that fit a line.
LONGEST_REASON = 200

CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f]+")


def of_status(answer: Answer, reason: str | None) -> Failure:
    """The meaning of HTTP statuses, for providers that keep to it."""
    return of_code(answer.status, reason, answer)


def of_code(status: int, reason: str | None, answer: Answer) -> Failure:
    """As `of_status`, where the status stands in the body of an answer that
    claims to be a success."""
    match status:
        case 401:
            return AuthFailed(str(answer) if reason is None else reason)
        case 403:
            return PermissionMissing(answer.purpose if reason is None else reason)
        case 429:
            return RateLimited(answer.retry_after)
        case _:
            return Upstream(status)


def usual_reason(answer: Answer) -> str | None:
    """The provider's reason from the usual places of a JSON body."""
    return reason_at(answer, *PLACES)


def reason_at(answer: Answer, *pointers: str) -> str | None:
    """The first text at one of these JSON pointers, shortened to a line."""
    try:
        document = answer.json()
    except Failure:
        return None
    for pointer in pointers:
        text = _text_at(document, pointer.split("/")[1:])
        if text is not None:
            parts = (part.strip() for part in CONTROL.split(text))
            return " ".join(part for part in parts if part)[:LONGEST_REASON]
    return None


def _text_at(value: object, path: list[str]) -> str | None:
    for key in path:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value if isinstance(value, str) and value.strip() else None
