"""Where somebody stands."""

import unittest

from rollcall_sdk import WorkerStatus, day, log
from rollcall_sdk.log import Level
from rollcall_sdk.status import lookup, lookup_or, of_dates, settle

TABLE = {"active": WorkerStatus.ACTIVE, "leave": WorkerStatus.ON_LEAVE}


class Status(unittest.TestCase):
    def test_words_in_any_case(self) -> None:
        log.take()
        self.assertEqual(lookup(TABLE, " LEAVE "), WorkerStatus.ON_LEAVE)
        self.assertIsNone(lookup(TABLE, "gone"))
        self.assertEqual(lookup_or(TABLE, None, WorkerStatus.INACTIVE), WorkerStatus.INACTIVE)
        self.assertEqual(log.take(), [])
        self.assertEqual(lookup_or(TABLE, "gone", WorkerStatus.ACTIVE), WorkerStatus.ACTIVE)
        self.assertEqual(log.take(), [(Level.WARN, "unknown status `gone` is taken for active")])

    def test_dates_settle_a_status(self) -> None:
        today = day("2026-01-15")
        assert today is not None
        active, inactive, leave = WorkerStatus.ACTIVE, WorkerStatus.INACTIVE, WorkerStatus.ON_LEAVE
        for status, start, end, expected in [
            (active, "2026-01-16", "", WorkerStatus.PENDING),
            (active, "2026-01-15", "", active),
            (active, "", "2026-01-14", active),
            (inactive, "", "2026-01-14", WorkerStatus.TERMINATED),
            (inactive, "", "2026-01-15", inactive),
            (leave, "2026-01-16", "2026-01-14", leave),
        ]:
            self.assertEqual(settle(status, day(start), day(end), today), expected)
        self.assertEqual(of_dates(day("2020-01-01"), None, today), active)
        self.assertEqual(of_dates(day("2027-01-01"), None, today), WorkerStatus.PENDING)
        self.assertEqual(of_dates(None, day("2026-01-14"), today), WorkerStatus.TERMINATED)
        self.assertEqual(of_dates(None, day("2026-01-15"), today), active)
