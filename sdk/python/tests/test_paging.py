"""Paging and cursors."""

import unittest

from rollcall_sdk import InvalidResponse, Offset, PageNumber, Token
from rollcall_sdk.cursor import decode, encode


class Paging(unittest.TestCase):
    def test_offset_ends_at_the_total_at_an_empty_page_or_at_a_short_one(self) -> None:
        start = Offset.of(None)
        second = Offset.of(start.after(["a", "b"], 3, 2))
        self.assertEqual(second.offset, 2)
        self.assertIsNone(second.after(["c"], 3, 2))
        self.assertIsNone(second.after([], 3, 2))
        self.assertIsNone(start.after(["a"], None, 2))
        self.assertEqual(Offset.of(start.after(["a", "b"], None, 2)).offset, 2)
        # The provider gave less than asked; its total says that there is more.
        self.assertEqual(Offset.of(start.after(["a"], 2, 2)).offset, 1)

    def test_a_page_that_repeats_is_a_failure(self) -> None:
        second = Offset.of(Offset().after(["a", "b"], 9, 2))
        third = Offset.of(second.after(["c", "d"], 9, 2))
        for state, ids in [(second, ["b", "a"]), (third, ["a", "b"]), (third, ["d", "c"])]:
            with self.assertRaisesRegex(InvalidResponse, "only records that were on an earlier one"):
                state.after(ids, 9, 2)
        self.assertIsNotNone(third.after(["e", "d"], 9, 2))

    def test_page_numbers(self) -> None:
        second = PageNumber.of(PageNumber().after(["a", "b"], None, 2))
        self.assertEqual((second.page, second.read), (1, 2))
        self.assertIsNone(second.after(["c"], None, 2))
        self.assertIsNone(second.after_of(["c"], 2))
        self.assertEqual(PageNumber.of(second.after_of(["c"], 3)).page, 2)
        with self.assertRaises(InvalidResponse):
            second.after_of(["a", "b"], 3)

    def test_tokens(self) -> None:
        start = Token.of(None)
        self.assertIsNone(start.after(None))
        self.assertIsNone(start.after(" "))
        second = Token.of(start.after("t"))
        self.assertEqual(second.token, "t")
        with self.assertRaisesRegex(InvalidResponse, "the same next page again"):
            second.after("t")

    def test_a_cursor_of_another_shape_is_a_failure(self) -> None:
        for cursor in [1, "x", [], {}, {"offset": "1"}, {"offset": -1, "first": 0, "last": 0}, {"token": 1}]:
            for kind in (Offset, PageNumber, Token):
                with self.assertRaisesRegex(InvalidResponse, "damaged, or of another version"):
                    kind.of(cursor)

    def test_a_state_comes_back(self) -> None:
        state = ["mark/1", {"text": 'Zoë 🎈\n"', "number": 9007199254740991, "list": [True, None]}]
        self.assertEqual(decode(encode(state)), state)
        self.assertEqual(encode(["ë", 1]), '["ë",1]'.encode())
        with self.assertRaises(TypeError):
            encode({1, 2})
