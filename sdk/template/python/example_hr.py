"""Example HR, a provider that does not exist: what a connector has to do, once
each. Replace it piece by piece with yours."""

from __future__ import annotations

from typing import Any

from rollcall_sdk import (
    AccountInfo,
    Answer,
    CheckpointExpired,
    Connector,
    Contact,
    Context,
    Employment,
    Group,
    GroupKind,
    GroupPage,
    Json,
    Membership,
    MembershipPage,
    Name,
    Offset,
    Organization,
    Token,
    Unit,
    Worker,
    WorkerPage,
    WorkerStatus,
    at,
    count,
    custom,
    date,
    day,
    instant,
    items,
    number,
    part_of,
    status,
    text,
)

# What the provider calls the states of a person. A word that is not here is
# logged and taken for the fallback.
STATES = {
    "employed": WorkerStatus.ACTIVE,
    "parental_leave": WorkerStatus.ON_LEAVE,
    "left": WorkerStatus.INACTIVE,
}

# Records that the provider gives at most on a page.
PAGE = 200

# Hours of a full position.
FULL_TIME = 40

# The form of a checkpoint. Raise the number when it changes: older ones are
# then expired.
MARK = "example-hr-people/1"


class ExampleHr(Connector):
    def check(self, cx: Context) -> AccountInfo:
        """The least that shows that the connection works, and whose it is."""
        company = cx.get("api", "/company").auth("key").purpose("company").send().object()
        # That people may be read is another right than to read the company.
        call = cx.get("api", "/people").query("limit", 1).query("offset", 0)
        call.auth("key").purpose("connection test").json()
        return AccountInfo(name=text(company, "name"), id=text(company, "id"))

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        since = changes_since(cx)
        # All that the next call knows of this one.
        reading = cursor if isinstance(cursor, dict) else {}
        where = Offset.of(reading.get("at"))
        # What changes while this read is under way is for the next one.
        begun = reading.get("begun") or instant(cx.now)
        answer = people_page(cx, where, since)
        people = answer.objects("people")
        total = count(answer.object(), "total")
        # Fails where the provider repeats a page instead of going on.
        next = where.after(
            [known for person in people if (known := text(person, "id"))], total, cx.page_size(PAGE)
        )
        gone = [person for person in people if since is not None and person.get("deleted") is True]
        return WorkerPage(
            [worker(cx, answer, person) for person in people if person not in gone],
            deleted=[record_id(answer, person) for person in gone],
            next=next and {"at": next, "begun": begun},
            total=total if since is None else None,
            # The SDK keeps the one of the last page alone.
            checkpoint=[MARK, {"since": begun}],
        )

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        where = Token.of(cursor)
        call = (
            cx.get("api", "/departments").query("cursor", where.token).auth("key").purpose("departments page")
        )
        answer = call.send()
        groups = []
        for department in answer.objects("departments"):
            known = record_id(answer, department)
            groups.append(Group(GroupKind.DEPARTMENT, known, text(department, "name") or known))
        return GroupPage(groups, next=where.after(text(answer.object(), "next_cursor")))

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        """Example HR has no list of members: each person names their department."""
        where = Offset.of(cursor)
        answer = people_page(cx, where, None)
        people = answer.objects("people")
        ids = [record_id(answer, person) for person in people]
        memberships = []
        for known, person in zip(ids, people, strict=True):
            group = text(person, "department", "id")
            if group and cx.wants_group(group):
                memberships.append(Membership.worker(group, known))
        next = where.after(ids, count(answer.object(), "total"), cx.page_size(PAGE))
        return MembershipPage(memberships, next=next)


def changes_since(cx: Context) -> str | None:
    """Where the last read ended. None: a full read."""
    match cx.changes_since():
        case None:
            return None
        case [name, {"since": str(since)}] if name == MARK:
            return since
        case _:
            raise CheckpointExpired()


def people_page(cx: Context, where: Offset, since: str | None) -> Answer:
    call = cx.get("api", "/people").query("limit", cx.page_size(PAGE)).query("offset", where.offset)
    # The purpose is what a reviewer reads in the audit.
    purpose = "people page" if since is None else "changes page"
    return call.query("changed_since", since).auth("key").purpose(purpose).send()


def record_id(answer: Answer, record: dict[str, Any]) -> str:
    """Dropping a record without an id would look as if somebody had left."""
    known = text(record, "id")
    if known is None:
        raise answer.invalid("a record has no `id`")
    return known


def worker(cx: Context, answer: Answer, person: dict[str, Any]) -> Worker:
    standing = status.lookup_or(STATES, text(person, "state"), WorkerStatus.ACTIVE)
    extra = [field for field in items(person, "extra_fields") if cx.wants_custom(text(field, "name") or "")]
    return Worker(
        record_id(answer, person),
        status.settle(standing, day(person, "hired_on"), day(person, "left_on"), cx.today),
        user_name=text(person, "email"),
        name=Name(given=text(person, "first_name"), family=text(person, "last_name")),
        contact=Contact(work_email=text(person, "email")),
        employment=Employment(
            title=text(person, "job_title"),
            fte=part_of(number(person, "weekly_hours"), FULL_TIME),
            start_date=date(person, "hired_on"),
            end_date=date(person, "left_on"),
            manager_id=text(person, "manager_id"),
        ),
        organization=Organization(
            department=Unit.of(text(person, "department", "id"), text(person, "department", "name")),
        ),
        custom=[made for field in extra if (made := custom(text(field, "name"), at(field, "value")))],
        updated_at=instant(person, "changed_at"),
    )
