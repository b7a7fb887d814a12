"""Answers that are not what the interface promises."""

from __future__ import annotations

from rollcall_sdk import (
    AccountInfo,
    AttributeDefinition,
    Context,
    Group,
    GroupKind,
    GroupPage,
    Json,
    MembershipPage,
    WorkerPage,
)

from contract.common import Least, get


class Answers(Least):
    def check(self, cx: Context) -> AccountInfo:
        get(cx, "/v1/html", "connection test").json()
        return AccountInfo()

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        get(cx, "/v1/empty", "attributes").json()
        return []

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        # A byte order mark is no fault.
        numbers = get(cx, "/v1/bom", "groups page").json()
        return GroupPage([Group(GroupKind.TEAM, str(number), "After the mark") for number in numbers])

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        get(cx, "/v1/html-untold", "members page").send().json()
        return MembershipPage()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        raise get(cx, "/v1/people", "people page").send().invalid("a person has no `id`")
