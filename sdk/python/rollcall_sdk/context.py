"""What a connector's call gets: the run, its settings, and the way out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from rollcall_sdk import call, cursor
from rollcall_sdk.answer import Answer
from rollcall_sdk.call import Call
from rollcall_sdk.connector import Connector
from rollcall_sdk.failure import CheckpointExpired, Failure, InvalidResponse
from rollcall_sdk.percent import decode_path, decode_query
from rollcall_sdk.records import Json, Run
from rollcall_sdk.setting import Setting
from rollcall_sdk.transport import Method, Request, Transport

# Pages of a list that is small by its nature.
MOST_PAGES = 200

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Context:
    """One call of the host, as the connector sees it."""

    def __init__(self, run: Run, connector: Connector, transport: Transport) -> None:
        self.run = run
        self._connector = connector
        self._transport = transport

    def setting(self, key: str) -> Setting:
        """What the admin entered under `key`."""
        return Setting(key, self.run.settings.get(key))

    # ----------------------------------------------------------- time ----

    @property
    def now(self) -> datetime.datetime:
        """The time of this call, in UTC."""
        return _EPOCH + datetime.timedelta(milliseconds=self.run.now_ms)

    @property
    def today(self) -> datetime.date:
        """The calendar day of this call, in UTC."""
        return self.now.date()

    # --------------------------------------------------- what is wanted ----

    def wants(self, attribute: str) -> bool:
        """Whether the host will use this attribute: `department`,
        `work_address.street`, `custom.badge`."""
        return self.wants_all or attribute in self.run.wanted_attributes

    def wants_unit(self, unit: str) -> bool:
        """Whether the host will use a unit's name or id: `department` stands
        for `department` and `department_id`, `teams` for `teams` and
        `team_ids`."""
        return self.wants(unit) or self.wants(f"{unit}_id") or self.wants(f"{unit.rstrip('s')}_ids")

    def wants_custom(self, name: str) -> bool:
        """Whether the host will use the custom attribute of this name."""
        return self.wants(f"custom.{name}")

    def wants_any(self, prefix: str) -> bool:
        """Whether the host will use any attribute that begins so: `custom.`,
        `work_address.`."""
        return self.wants_all or any(wanted.startswith(prefix) for wanted in self.run.wanted_attributes)

    @property
    def wants_all(self) -> bool:
        """Whether the host named no attributes, and so takes all of them."""
        return not self.run.wanted_attributes

    def wants_group(self, id: str) -> bool:
        """Whether the host will use the memberships of this group."""
        return not self.run.wanted_groups or id in self.run.wanted_groups

    @property
    def wanted_groups(self) -> list[str]:
        """The groups whose memberships the host will use. Empty: all."""
        return self.run.wanted_groups

    @property
    def flattened(self) -> bool:
        """Whether members of groups within groups are to be listed as workers
        where the provider can do that."""
        return self.run.flattened

    def page_size(self, maximum: int) -> int:
        """How many records to ask for at a time, where the provider takes at
        most `maximum`."""
        return max(1, min(self.run.page_size, maximum))

    def changes_since(self) -> Json:
        """The checkpoint to begin at; `None` in a full read. One that cannot
        be read makes the host read everything."""
        if self.run.changes is None:
            return None
        try:
            return cursor.decode(self.run.changes)
        except ValueError:
            raise CheckpointExpired from None

    # ----------------------------------------------------------- HTTP ----

    def get(self, alias: str, path: str) -> Call:
        """`GET` of a path below the URL of the host alias. An id inside is
        written with `segment`."""
        return self._call(Request(Method.GET, alias, path))

    def post(self, alias: str, path: str) -> Call:
        """`POST`, with `Call.json_body` or `Call.body`."""
        return self._call(Request(Method.POST, alias, path))

    def head(self, alias: str, path: str) -> Call:
        """`HEAD`."""
        return self._call(Request(Method.HEAD, alias, path))

    def follow(self, alias: str, link: str) -> Call:
        """`GET` of a link that the provider gave, whole or relative to the
        alias' URL. The host refuses one that leads to another host."""
        if not link.startswith("/") or link.startswith("//"):
            return self._call(Request(Method.GET, alias, link, is_link=True))
        path, _, query = link.partition("?")
        return self._call(Request(Method.GET, alias, decode_path(path), query=decode_query(query)))

    def fetch_all(self, calls: Sequence[Call]) -> list[Answer | Failure]:
        """Sends all of them, at once as far as the rate limit allows, and
        answers in the order asked. Each takes only a success for an answer; a
        failure is in the list, not raised."""
        return call.fetch_all(self._transport, list(calls))

    def every_page(self, page: Callable[[Json], Json]) -> None:
        """Reads all pages of a list within one call, for one that is small by
        its nature: `page` gets a state, at first `None`, until it gives none
        back. One that goes in circles, or has too many pages, is a failure."""
        seen: set[bytes] = set()
        state: Json = None
        for _ in range(MOST_PAGES):
            state = page(state)
            if state is None:
                return
            note = cursor.encode(state)
            if note in seen:
                raise InvalidResponse("the paging of a list goes in circles")
            seen.add(note)
        raise InvalidResponse(f"a list has more than {MOST_PAGES} pages")

    def _call(self, request: Request) -> Call:
        return Call(self._transport, self._connector, request)
