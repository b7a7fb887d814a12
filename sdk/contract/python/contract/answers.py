"""Answers that are not what the interface promises."""

from __future__ import annotations

from rollcall_sdk import (
    AccountInfo,
    AttributeDefinition,
    Context,
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
        return GroupPage(total=get(cx, "/v1/bom", "groups page").json()[0])

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        get(cx, "/v1/html-untold", "members page").send().json()
        return MembershipPage()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        raise get(cx, "/v1/people", "people page").send().invalid("a person has no `id`")
