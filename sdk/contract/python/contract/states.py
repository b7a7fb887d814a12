"""Cursors and checkpoints."""

from __future__ import annotations

from rollcall_sdk import AccountInfo, Context, GroupPage, Json, Membership, MembershipPage, WorkerPage

from contract.common import Least, saw, worker

# A state with whatever JSON has, and text of every kind.
MARK = [
    "mark/1",
    {
        "text": 'Zoë \U0001f388 "quoted" \\ line\nbreak',
        "number": 9_007_199_254_740_991,
        "list": [True, False, None],
    },
]


class Cursors(Least):
    """Goes out on the first page and comes back on the second, which gives it
    as the checkpoint."""

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        if cursor is None:
            # A page that is not the last loses its checkpoint.
            return WorkerPage([worker("first page")], next=MARK, checkpoint=MARK)
        id = "came back" if cursor == MARK else "came back as another"
        return WorkerPage([worker(id)], checkpoint=MARK)


class Changes(Least):
    """Reads of changes: from the checkpoint above, from none, from a damaged
    one."""

    def check(self, cx: Context) -> AccountInfo:
        since = cx.changes_since()
        if since is None:
            return saw("a full read")
        return saw("changes since the mark" if since == MARK else "changes since another mark")

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        cx.changes_since()
        return GroupPage(deleted=["g1", "g2"], total=0)

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        cx.changes_since()
        deleted = [Membership.worker("g1", "1"), Membership.group("g1", "g2")]
        return MembershipPage(deleted=deleted, checkpoint=MARK)

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        cx.changes_since()
        return WorkerPage([worker("1")], deleted=["2", "3"], checkpoint=MARK)
