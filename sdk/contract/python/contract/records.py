"""Every record, with every field there and with none."""

from __future__ import annotations

import datetime

from rollcall_sdk import (
    AccountInfo,
    Address,
    AttributeDefinition,
    AttributeKind,
    Contact,
    Context,
    CustomAttribute,
    Employment,
    Group,
    GroupKind,
    GroupPage,
    Json,
    Membership,
    MembershipPage,
    Name,
    Organization,
    Unit,
    Worker,
    WorkerPage,
    WorkerStatus,
)

from contract.common import Least

ATTRIBUTES = {
    "badge": AttributeKind.TEXT,
    "hours": AttributeKind.NUMBER,
    "remote": AttributeKind.BOOLEAN,
    "probation": AttributeKind.DATE,
    "skills": AttributeKind.TEXTS,
}


class Records(Least):
    def check(self, cx: Context) -> AccountInfo:
        return AccountInfo("Exämple GmbH", "4711", ["The field `grade` is not readable."])

    def discover(self, cx: Context) -> list[AttributeDefinition]:
        options = {"skills": ["Rust", "Schweißen"]}
        return [
            AttributeDefinition(name, f"The {name}", kind, options.get(name, []))
            for name, kind in ATTRIBUTES.items()
        ]

    def groups(self, cx: Context, cursor: Json) -> GroupPage:
        groups = [Group(kind, f"g{at}", f"Group {at}") for at, kind in enumerate(GroupKind, 1)]
        groups.append(Group(GroupKind.DEPARTMENT, "g10", "Größe", "g3", "Within the third"))
        return GroupPage(groups, total=10)

    def memberships(self, cx: Context, cursor: Json) -> MembershipPage:
        return MembershipPage([Membership.worker("g1", "full"), Membership.group("g1", "g2")], total=2)

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        workers = [full(), *(Worker(f"bare {status.value}", status) for status in WorkerStatus)]
        return WorkerPage(workers, total=len(workers))


def full() -> Worker:
    return Worker(
        id="full",
        status=WorkerStatus.ACTIVE,
        user_name="zoe@example.com",
        name=Name(
            given="Zoë",
            middle="Maria",
            family="Müller",
            display="Zoë Müller",
            preferred="Zo",
            honorific_prefix="Dr.",
            honorific_suffix="MSc",
        ),
        contact=Contact(
            work_email="zoe@example.com",
            personal_email="zoe@example.org",
            work_phone="+49 30 1",
            mobile_phone="+49 170 1",
            preferred_language="de",
            locale="de_DE",
            timezone="Europe/Berlin",
        ),
        employment=Employment(
            employee_number="0042",
            title="Engineer",
            employment_type="permanent",
            worker_type="employee",
            grade="E5",
            fte=0.8,
            start_date="2020-02-29",
            end_date="2030-12-31",
            manager_id="bare active",
            is_manager=False,
        ),
        organization=Organization(
            company=Unit("c1", "Example GmbH"),
            business_unit=Unit("b1", "Cloud"),
            division=Unit("v1", "Products"),
            department=Unit("d1", "Engineering"),
            cost_center=Unit("k1", "4711"),
            location=Unit.of("l1", None),
            org_unit=Unit.of(None, "/Engineering"),
            teams=[Unit("t1", "Blue"), Unit(name="Grün")],
        ),
        address=Address(
            street="Hauptstraße 1", locality="Berlin", region="BE", postal_code="10115", country="DE"
        ),
        custom=[
            CustomAttribute("badge", "B-1"),
            CustomAttribute("hours", 38.5),
            CustomAttribute("remote", False),
            CustomAttribute("probation", datetime.date(2020, 8, 31)),
            CustomAttribute("skills", ["Rust", "Schweißen"]),
        ],
        created_at="2020-01-15T09:00:00Z",
        updated_at="2026-02-28T23:59:59.500+01:00",
    )
