"""What the admin entered, typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from rollcall_sdk.failure import BadSetting

T = TypeVar("T")


class Setting:
    """The value of one setting, without the space around it. An empty one
    counts as not entered."""

    def __init__(self, key: str, value: str | None) -> None:
        self._key = key
        self._value = (value or "").strip() or None

    def optional(self) -> str | None:
        """As entered; `None` where nothing was."""
        return self._value

    def required(self) -> str:
        """As entered; nothing entered is a failure."""
        if self._value is None:
            raise self.wrong("is required")
        return self._value

    def or_default(self, default: str) -> str:
        """As entered, or else this."""
        return default if self._value is None else self._value

    def boolean(self, default: bool) -> bool:
        """`true`, `yes`, `on`, `1` or their opposites; nothing entered is
        `default`."""
        match (self._value or "").lower():
            case "":
                return default
            case "true" | "yes" | "on" | "1":
                return True
            case "false" | "no" | "off" | "0":
                return False
            case _:
                raise self.wrong("has to be `true` or `false`")

    def parse(self, read: Callable[[str], T], what: str) -> T | None:
        """`parse(float, "a number")`: whatever a function reads from text and
        refuses by a `ValueError`."""
        if self._value is None:
            return None
        try:
            return read(self._value)
        except ValueError:
            raise self.wrong(f"has to be {what}") from None

    def one_of(self, *options: str) -> str:
        """One of these, in any case; nothing entered is the first."""
        if self._value is None:
            return options[0]
        for option in options:
            if option.lower() == self._value.lower():
                return option
        raise self.wrong(f"has to be one of {', '.join(options)}")

    def list(self) -> list[str]:
        """Several, separated by commas, semicolons or line breaks."""
        parts = (part.strip() for part in re.split("[,;\n]", self._value or ""))
        return [part for part in parts if part]

    def wrong(self, why: str) -> BadSetting:
        """The failure that says what is wrong with it: a fragment that fits
        after the key."""
        return BadSetting(self._key, why)
