"""What the host will use."""

from __future__ import annotations

from rollcall_sdk import AccountInfo, Context

from contract.common import Least, saw, written


class Wanted(Least):
    def check(self, cx: Context) -> AccountInfo:
        return saw(
            f"department: {written(cx.wants('department'))}",
            f"title: {written(cx.wants('title'))}",
            f"unit department: {written(cx.wants_unit('department'))}",
            f"unit cost_center, by id: {written(cx.wants_unit('cost_center'))}",
            f"unit teams, by id: {written(cx.wants_unit('teams'))}",
            f"unit company: {written(cx.wants_unit('company'))}",
            f"custom badge: {written(cx.wants_custom('badge'))}",
            f"custom shoe size: {written(cx.wants_custom('shoe size'))}",
            f"any custom: {written(cx.wants_any('custom.'))}",
            f"any of work_address: {written(cx.wants_any('work_address.'))}",
            f"all: {written(cx.wants_all)}",
            f"group g1: {written(cx.wants_group('g1'))}",
            f"group g2: {written(cx.wants_group('g2'))}",
            f"groups: {'|'.join(cx.wanted_groups)}",
            f"flattened: {written(cx.flattened)}",
            f"page of at most 100: {cx.page_size(100)}",
            f"page of at most 5: {cx.page_size(5)}",
        )
