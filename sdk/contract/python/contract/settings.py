"""What the admin entered."""

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

from contract.common import Least, saw, written


class Settings(Least):
    def check(self, cx: Context) -> AccountInfo:
        setting = cx.setting
        return saw(
            f"required: {setting('text').required()}",
            f"optional: {setting('text').optional() or 'none'}",
            f"optional, blank: {setting('blank').optional() or 'none'}",
            f"or: {setting('text').or_default('default')}",
            f"or, blank: {setting('blank').or_default('default')}",
            f"or, missing: {setting('missing').or_default('default')}",
            f"boolean: {written(setting('flag').boolean(False))}",
            f"boolean, missing: {written(setting('missing').boolean(True))}",
            f"one of: {setting('choice').one_of('v1', 'v2')}",
            f"one of, missing: {setting('missing').one_of('v1', 'v2')}",
            f"list: {'|'.join(setting('several').list())}",
            f"list, missing: {len(setting('missing').list())}",
        )

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        cx.setting("missing").required()
        return []

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        cx.setting("blank").required()
        return GroupPage()

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        cx.setting("text").boolean(False)
        return MembershipPage()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        cx.setting("text").one_of("v1", "v2")
        return WorkerPage()
