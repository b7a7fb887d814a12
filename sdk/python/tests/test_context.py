"""The run, as a connector sees it."""

import datetime
import unittest

from rollcall_sdk import (
    AccountInfo,
    Address,
    CheckpointExpired,
    Connector,
    Context,
    GroupPage,
    InvalidResponse,
    Json,
    MembershipPage,
    Unit,
    WorkerPage,
)
from rollcall_sdk.testing import Provider


class Least(Connector):
    def check(self, cx: Context) -> AccountInfo:
        return AccountInfo()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        return WorkerPage()


class Run(unittest.TestCase):
    def test_what_the_author_left_out(self) -> None:
        cx = Provider().context(Least())
        self.assertEqual(Least().groups(cx, None), GroupPage())
        self.assertEqual(Least().memberships(cx, None), MembershipPage())
        self.assertEqual(Least().discover(cx), [])

    def test_time(self) -> None:
        cx = Provider().now("2026-03-01T00:15:00.250+01:00").context(Least())
        self.assertEqual(cx.now.isoformat(), "2026-02-28T23:15:00.250000+00:00")
        self.assertEqual(cx.today, datetime.date(2026, 2, 28))

    def test_what_is_wanted(self) -> None:
        everything = Provider().context(Least())
        self.assertTrue(everything.wants_all and everything.wants("x") and everything.wants_custom("y"))
        self.assertTrue(
            everything.wants_any("custom.") and everything.wants_group("g") and not everything.flattened
        )
        some = Provider().wants("department_id", "team_ids", "custom.badge", "title").context(Least())
        self.assertTrue(some.wants("title") and some.wants_unit("department") and some.wants_unit("teams"))
        self.assertTrue(some.wants_custom("badge") and some.wants_any("custom."))
        self.assertFalse(some.wants("department") or some.wants_unit("company") or some.wants_custom("shoe"))
        self.assertFalse(some.wants_any("work_address.") or some.wants_all)
        some.run.wanted_groups = ["g1"]
        self.assertTrue(some.wants_group("g1") and not some.wants_group("g2"))

    def test_page_sizes(self) -> None:
        for wanted, maximum, expected in [(100, 50, 50), (20, 50, 20), (0, 50, 1), (5, 0, 1)]:
            self.assertEqual(Provider().page_size(wanted).context(Least()).page_size(maximum), expected)

    def test_checkpoints(self) -> None:
        self.assertIsNone(Provider().context(Least()).changes_since())
        self.assertEqual(
            Provider().changes(["mark/1", "ü"]).context(Least()).changes_since(), ["mark/1", "ü"]
        )
        for damaged in (b"", b"{", b"\xff"):
            cx = Provider().context(Least())
            cx.run.changes = damaged
            with self.assertRaises(CheckpointExpired):
                cx.changes_since()

    def test_every_page(self) -> None:
        cx = Provider().context(Least())
        states: list[Json] = []

        def three(state: Json) -> Json:
            states.append(state)
            return len(states) if len(states) < 3 else None

        cx.every_page(three)
        self.assertEqual(states, [None, 1, 2])
        with self.assertRaisesRegex(InvalidResponse, "circles"):
            cx.every_page(lambda state: 1)
        with self.assertRaisesRegex(InvalidResponse, "more than 200 pages"):
            cx.every_page(lambda state: (state or 0) + 1)

    def test_an_empty_unit_or_address_is_none(self) -> None:
        self.assertIsNone(Unit.of(None, None))
        self.assertEqual(Unit.of("1", None), Unit("1"))
        self.assertIsNone(Address().if_any())
        self.assertIsNotNone(Address(country="DE").if_any())
