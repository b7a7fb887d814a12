"""From a provider's word for where somebody stands to ours."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from rollcall_sdk import log
from rollcall_sdk.records import WorkerStatus

# The words of a provider, in lower case.
StatusTable = Mapping[str, WorkerStatus]


def lookup(table: StatusTable, word: str) -> WorkerStatus | None:
    """The status of this word, in any case; `None` where the table does not
    have it."""
    return table.get(word.strip().lower())


def lookup_or(table: StatusTable, word: str | None, fallback: WorkerStatus) -> WorkerStatus:
    """The status of this word. One that is missing or that the table does not
    have is logged and becomes `fallback`: choose one that removes nobody."""
    if word is None:
        return fallback
    found = lookup(table, word)
    if found is None:
        # A status is a word of the provider's, never a person's data.
        log.warn(f"unknown status `{word.strip()}` is taken for {fallback.value}")
        return fallback
    return found


def settle(
    status: WorkerStatus, start: datetime.date | None, end: datetime.date | None, today: datetime.date
) -> WorkerStatus:
    """What the dates make of a status: who is active and begins later is
    pending, whose account is inactive and whose last day is past has left. The
    last day itself still counts as work."""
    if status is WorkerStatus.ACTIVE and start is not None and start > today:
        return WorkerStatus.PENDING
    if status is WorkerStatus.INACTIVE and end is not None and end < today:
        return WorkerStatus.TERMINATED
    return status


def of_dates(start: datetime.date | None, end: datetime.date | None, today: datetime.date) -> WorkerStatus:
    """The status where a provider has nothing but dates."""
    if end is not None and end < today:
        return WorkerStatus.TERMINATED
    return WorkerStatus.PENDING if start is not None and start > today else WorkerStatus.ACTIVE
