"""Days and instants, out of what providers write."""

from __future__ import annotations

from rollcall_sdk import AccountInfo, Context, date, instant

from contract.common import Least, saw

TEXTS = (
    "2021-01-01",
    " 2021-01-31 ",
    "20210131",
    "2014-11-09 00:00:00+01:00",
    "2012-02-01T00:00:00+0100",
    "2017-05-23T23:59:59.999Z",
    "2021-01-01Z",
    "2024-02-29",
    "2023-02-29",
    "1900-02-29",
    "2000-02-29",
    "2021-04-31",
    "2021-13-01",
    "2021-1-1",
    "0000-01-01",
    "9999-12-31",
    "31.12.2025",
    "tomorrow",
    "",
    "2021-06-01T12:30",
    "2021-06-01T12:30:15.1234567-05:30",
    "2021-06-01T25:00:00Z",
)


class Dates(Least):
    def check(self, cx: Context) -> AccountInfo:
        return saw(*(f"`{text}`: {date(text) or 'none'}, {instant(text) or 'none'}" for text in TEXTS))
