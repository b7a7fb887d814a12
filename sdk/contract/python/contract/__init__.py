"""The contract suite's connector in Python. Each case of
`sdk/contract/README.md` is a connector of its own; the setting `case` says
which one answers."""

from __future__ import annotations

from rollcall_sdk import (
    AccountInfo,
    Answer,
    AttributeDefinition,
    CheckpointExpired,
    Connector,
    Context,
    Failure,
    GroupPage,
    Json,
    MembershipPage,
    WorkerPage,
    fault,
)

from contract import (
    answers,
    bug,
    clock,
    dates,
    failures,
    lines,
    paging,
    records,
    requests,
    settings,
    states,
    wanted,
)
from contract.common import Least

CASES: dict[str, type[Connector]] = {
    "defaults": Least,
    "failures": failures.Failures,
    "failures-more": failures.FailuresMore,
    "fetch-errors": failures.FetchErrors,
    "statuses": failures.Statuses,
    "hooks": failures.Hooks,
    "bug": bug.Bug,
    "answers": answers.Answers,
    "settings": settings.Settings,
    "clock": clock.Clock,
    "random": clock.Random,
    "wanted": wanted.Wanted,
    "changes": states.Changes,
    "cursor": states.Cursors,
    "log": lines.Log,
    "log-long": lines.LogLong,
    "requests": requests.Requests,
    "fetch-all": requests.FetchAll,
    "next-link": paging.NextLink,
    "offset": paging.Offsets,
    "token": paging.Tokens,
    "records": records.Records,
    "dates": dates.Dates,
}


class Contract(Connector):
    """Hands each function to the case that the setting names."""

    def check(self, cx: Context) -> AccountInfo:
        return case(cx).check(cx)

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        return case(cx).discover(cx)

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        return case(cx).groups(cx, cursor)

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        return case(cx).memberships(cx, cursor)

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        return case(cx).workers(cx, cursor)

    def failure(self, answer: Answer) -> Failure | None:
        return CheckpointExpired() if answer.status == 418 else None

    def reason(self, answer: Answer) -> str | None:
        return fault.reason_at(answer, "/why") or fault.usual_reason(answer)


def case(cx: Context) -> Connector:
    """The case to play."""
    setting = cx.setting("case")
    found = CASES.get(setting.required())
    if found is None:
        raise setting.wrong("names no case of the suite")
    return found()
