"""What a connector reports, and what becomes of a request that failed."""

from __future__ import annotations

from rollcall_sdk import (
    AccountInfo,
    AttributeDefinition,
    AuthFailed,
    Bug,
    CheckpointExpired,
    Context,
    Failure,
    Group,
    GroupKind,
    GroupPage,
    InvalidResponse,
    Json,
    Membership,
    MembershipPage,
    PermissionMissing,
    RateLimited,
    Upstream,
    Worker,
    WorkerPage,
    WorkerStatus,
)

from contract.common import Least, get, worker


class Failures(Least):
    """Each kind of failure, made by hand."""

    def check(self, cx: Context) -> AccountInfo:
        raise AuthFailed("the key was withdrawn")

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        raise PermissionMissing("people:read")

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        raise RateLimited(30)

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        raise RateLimited()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        raise Upstream(503)


class FailuresMore(Least):
    """The other kinds, and one that comes on the second page."""

    def check(self, cx: Context) -> AccountInfo:
        raise InvalidResponse("people page: a person has no `id`")

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        raise cx.setting("choice").wrong("has to be one that this account has")

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        raise Bug("TypeError: made by hand (contract:1)")

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        raise CheckpointExpired

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        if cursor is not None:
            raise Upstream(500)
        return WorkerPage([worker("1")], next="2")


class FetchErrors(Least):
    """Why there was no answer, one reason a step."""

    def check(self, cx: Context) -> AccountInfo:
        get(cx, "/denied", "denied").send()
        return AccountInfo()

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        # One more than a call may make.
        for one in cx.fetch_all([get(cx, "/v1/many", "budget") for _ in range(201)]):
            if isinstance(one, Failure):
                raise one
        return []

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        get(cx, "/v1/timeout", "timeout").send()
        return GroupPage()

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        get(cx, "/v1/transport", "transport").send()
        return MembershipPage()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        get(cx, "/v1/sign-in", "sign-in").send()
        return WorkerPage()


class Statuses(Least):
    """The meaning of statuses."""

    def check(self, cx: Context) -> AccountInfo:
        get(cx, "/v1/401", "connection test").send()
        return AccountInfo()

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        get(cx, "/v1/403", "attributes").send()
        return []

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        get(cx, "/v1/429", "groups page").send()
        return GroupPage()

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        get(cx, "/v1/503", "members page").send()
        return MembershipPage()

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        get(cx, "/v1/401-bare", "people page").send()
        return WorkerPage()


class Hooks(Least):
    """The connector's own reading of statuses, and statuses that are no
    failure."""

    def check(self, cx: Context) -> AccountInfo:
        get(cx, "/v1/418", "connection test").send()
        return AccountInfo()

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        get(cx, "/v1/401", "attributes").send()
        return []

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        found = get(cx, "/v1/404", "groups page").send_if_found()
        return GroupPage([Group(GroupKind.TEAM, "404", "Not found")] if found is None else [])

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        found = get(cx, "/v1/409", "members page").send_unless(409)
        return MembershipPage([Membership.worker("404", "409")] if found is None else [])

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        answer = get(cx, "/v1/500", "people page").any_status()
        return WorkerPage([Worker(str(answer.status), WorkerStatus.ACTIVE)])
