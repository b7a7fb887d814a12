"""What providers are sloppy about."""

import datetime
import unittest

from rollcall_sdk import (
    Json,
    at,
    count,
    custom,
    custom_value,
    date,
    day,
    flag,
    instant,
    items,
    number,
    parse_day_as,
    part_of,
    text,
)


class Values(unittest.TestCase):
    def test_whatever_is_text(self) -> None:
        cases: list[tuple[Json, str | None]] = [
            ("Mära", "Mära"),
            (" ", None),
            ("", None),
            (None, None),
            (1001, "1001"),
            (18446744073709551615, "18446744073709551615"),
            (-1, "-1"),
            (1.5, "1.5"),
            (2.0, "2"),
            (True, "true"),
            ({}, None),
            ([1], None),
        ]
        for value, expected in cases:
            self.assertEqual(text(value), expected, value)

    def test_whatever_is_a_number(self) -> None:
        for value, expected in [
            (40, 40.0),
            (38.5, 38.5),
            ("40", 40.0),
            (" 38,5 ", 38.5),
            ("n/a", None),
            ("NaN", None),
            ("", None),
            (None, None),
            (True, None),
            (float("inf"), None),
            (10**400, None),
            ([], None),
        ]:
            self.assertEqual(number(value), expected, value)

    def test_whatever_is_a_boolean(self) -> None:
        for value, expected in [
            (True, True),
            (0, False),
            (1, True),
            (2, None),
            (0.5, None),
            ("Yes", True),
            ("FALSE ", False),
            ("perhaps", None),
            ("", None),
            (None, None),
        ]:
            self.assertEqual(flag(value), expected, value)

    def test_whatever_a_custom_field_holds(self) -> None:
        for value, expected in [
            ("x", "x"),
            ("\t", None),
            (None, None),
            (5, 5.0),
            (-5, -5.0),
            (1.5, 1.5),
            (float("inf"), None),
            (999_999_999_999_999, 999_999_999_999_999.0),
            (1_000_000_000_000_000, "1000000000000000"),
            (False, False),
            (["a", 1, None, "", ["b", "c"], {"x": 1}], ["a", "1", "b, c"]),
            ([], None),
            ({"a": 1}, None),
        ]:
            self.assertEqual(custom_value(value), expected, value)
        self.assertIsNone(custom(None, "x"))
        self.assertIsNone(custom("badge", None))

    def test_a_list_of_one_or_none(self) -> None:
        for value, expected in [([1], [1]), ([], []), (None, []), ("x", ["x"]), ({"a": 1}, [{"a": 1}])]:
            self.assertEqual(items({"k": value}, "k"), expected)

    def test_how_many_there_are(self) -> None:
        for value, expected in [
            (7, 7),
            ("7", 7),
            (0, 0),
            (-1, None),
            (1.5, None),
            (None, None),
            (True, None),
        ]:
            self.assertEqual(count(value), expected, value)

    def test_keys_lead_to_a_value(self) -> None:
        person = {"manager": {"id": 7}, "phones": [{"number": "1"}], "left": "2026-01-31T00:00:00Z"}
        self.assertEqual(text(person, "manager", "id"), "7")
        self.assertEqual(text(person, "phones", 0, "number"), "1")
        self.assertEqual(text(person, "phones", -1, "number"), "1")
        self.assertEqual(date(person, "left"), "2026-01-31")
        self.assertIsNone(at(person, "phones", 1, "number"))
        self.assertIsNone(at(person, "manager", "id", "x"))
        self.assertIsNone(at(person, "manager", 0))

    def test_parts_of_a_full_position(self) -> None:
        for part, full, expected in [
            (20, 40, 0.5),
            (20, 60, 0.3333),
            (20, 0, None),
            (-1, 40, None),
            (None, 40, None),
            (40, None, None),
        ]:
            self.assertEqual(part_of(part, full), expected)


class Dates(unittest.TestCase):
    """The same tables as in `sdk/rust/src/date.rs`."""

    def test_dates_in_the_forms_that_providers_use(self) -> None:
        for written, expected in [
            ("2021-01-01", "2021-01-01"),
            (" 2021-01-01 ", "2021-01-01"),
            ("2014-11-09 00:00:00+01:00", "2014-11-09"),
            ("2012-02-01T00:00:00+0100", "2012-02-01"),
            ("2017-05-23T23:59:59.999Z", "2017-05-23"),
            ("20210131", "2021-01-31"),
            ("2021-01-01Z", "2021-01-01"),
            ("2024-02-29", "2024-02-29"),
            ("2023-02-29", None),
            ("1900-02-29", None),
            ("2021-04-31", None),
            ("2021-13-01", None),
            ("0000-01-01", None),
            ("2021-01", None),
            ("2021-01-0", None),
            ("2021-01-011", None),
            ("2021-0101", None),
            ("202101-01", None),
            ("01.02.2021", None),
            ("+021-01-01", None),
            ("２０２１-01-01", None),
            ("", None),
        ]:
            self.assertEqual(date(written), expected, written)

    def test_dates_in_another_order(self) -> None:
        self.assertEqual(parse_day_as("31.12.2025", "dmy"), day("2025-12-31"))
        self.assertEqual(parse_day_as("1.2.2025 00:00", "dmy"), day("2025-02-01"))
        self.assertEqual(parse_day_as("12/31/2025", "mdy"), day("2025-12-31"))
        for written, order in [("31/12/2025", "mdy"), ("1.2.25", "dmy"), ("1.2", "dmy"), ("", "dmy")]:
            self.assertIsNone(parse_day_as(written, order), written)

    def test_instants_in_the_forms_that_providers_use(self) -> None:
        for written, expected in [
            ("2017-05-23T09:49:03+02:00", "2017-05-23T09:49:03+02:00"),
            ("2012-02-01T00:00:00+0100", "2012-02-01T00:00:00+01:00"),
            ("2014-11-09 00:00:00 +01", "2014-11-09T00:00:00+01:00"),
            ("2014-11-09T00:00:00-03:30", "2014-11-09T00:00:00-03:30"),
            ("2014-11-09T00:00:00-00:00", "2014-11-09T00:00:00Z"),
            ("2026-01-10T09:00Z", "2026-01-10T09:00:00Z"),
            ("20260110T090000Z", "2026-01-10T09:00:00Z"),
            ("2026-01-10T0900Z", "2026-01-10T09:00:00Z"),
            ("2026-01-10T09:00:00", "2026-01-10T09:00:00Z"),
            ("2026-01-10", "2026-01-10T00:00:00Z"),
            ("2026-01-10T09:00:00.1Z", "2026-01-10T09:00:00.100Z"),
            ("2026-01-10T09:00:00.1239999Z", "2026-01-10T09:00:00.123Z"),
            ("2026-01-10T09:00:60Z", "2026-01-10T09:00:59Z"),
            ("2026-01-10T24:00:00Z", None),
            ("2026-01-10T09:60:00Z", None),
            ("2026-01-10T09:00:00.Z", None),
            ("2026-01-10T09:00:00Zulu", None),
            ("2026-01-10T09:00:00+25:00", None),
            ("2026-01-10T09", None),
            ("2026-01-10 +01:00", None),
            ("2026-02-30T09:00:00Z", None),
            ("", None),
        ]:
            self.assertEqual(instant(written), expected, written)
        now = datetime.datetime(2026, 1, 10, 9, 0, 0, 250_999, datetime.UTC)
        self.assertEqual(instant(now), "2026-01-10T09:00:00.250Z")
