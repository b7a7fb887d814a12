"""What the admin entered."""

import unittest
from collections.abc import Callable

from rollcall_sdk import BadSetting, Setting


def setting(value: str | None) -> Setting:
    return Setting("k", value)


class Settings(unittest.TestCase):
    def test_an_empty_value_is_none(self) -> None:
        self.assertIsNone(setting("  ").optional())
        self.assertEqual(setting("").or_default("x"), "x")
        self.assertEqual(setting(" a ").or_default("x"), "a")
        self.assertEqual(setting(" a ").required(), "a")
        for missing in (" ", None):
            with self.assertRaises(BadSetting) as caught:
                setting(missing).required()
            self.assertEqual(caught.exception, BadSetting("k", "is required"))

    def test_typed_values(self) -> None:
        self.assertTrue(setting("Yes").boolean(False))
        self.assertFalse(setting("off").boolean(True))
        self.assertTrue(setting("").boolean(True))
        self.assertEqual(setting("40").parse(float, "a number"), 40.0)
        self.assertIsNone(setting("").parse(float, "a number"))
        self.assertEqual(setting("V2").one_of("v1", "v2"), "v2")
        self.assertEqual(setting("").one_of("v1", "v2"), "v1")
        self.assertEqual(setting("a, b;;c\nd").list(), ["a", "b", "c", "d"])
        self.assertEqual(setting(None).list(), [])

    def test_what_is_wrong_is_said(self) -> None:
        cases: list[tuple[Callable[[], object], str]] = [
            (lambda: setting("perhaps").boolean(True), "has to be `true` or `false`"),
            (lambda: setting("forty").parse(float, "a number"), "has to be a number"),
            (lambda: setting("v3").one_of("v1", "v2"), "has to be one of v1, v2"),
        ]
        for read, why in cases:
            with self.assertRaises(BadSetting) as caught:
                read()
            self.assertEqual(caught.exception, BadSetting("k", why))
