"""What a connector's author writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from rollcall_sdk import fault
from rollcall_sdk.failure import Failure
from rollcall_sdk.records import AccountInfo, AttributeDefinition, GroupPage, Json, MembershipPage, WorkerPage

if TYPE_CHECKING:
    from rollcall_sdk.answer import Answer
    from rollcall_sdk.context import Context


class Connector(ABC):
    """A provider, read. Each call runs in a fresh instance: whatever a later
    call needs goes into the page's `next` or `checkpoint`. `cursor` is the
    `next` of the page before, and `None` for the first."""

    @abstractmethod
    def check(self, cx: Context) -> AccountInfo:
        """Tries the connection with the least that shows it works, and names
        what is missing without stopping a read as a warning."""

    @abstractmethod
    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        """One page of the people."""

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        """One page of the groups. Without it: the provider has none."""
        return GroupPage()

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        """One page of who belongs to the wanted groups. Without it: nobody."""
        return MembershipPage()

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        """The attributes of this account beyond the fields of a worker.
        Without it: none."""
        return []

    def failure(self, answer: Answer) -> Failure | None:
        """What an answer that is no success means, where the provider departs
        from the meaning of HTTP statuses. `None`: see `fault.of_status`."""
        return None

    def reason(self, answer: Answer) -> str | None:
        """The provider's own words for what went wrong, out of an answer that
        is no success. Without it: the usual places are tried."""
        return fault.usual_reason(answer)
