"""The contract's records, under their own names and with defaults.

What a field means is said in `wit/v1/types.wit`. An absent value is `None`,
never an empty string. Dates are `YYYY-MM-DD` and instants RFC 3339, as `date`
and `instant` give them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

# What a cursor or a checkpoint is made of: whatever the standard library's
# `json` writes and reads back as it was.
Json = Any

# The value of a custom attribute, by its type: a text, a number, a boolean, a
# day, or several texts.
Value = str | int | float | bool | datetime.date | list[str]


class WorkerStatus(Enum):
    """Where somebody stands."""

    ACTIVE = "active"
    PENDING = "pending"
    ON_LEAVE = "on-leave"
    INACTIVE = "inactive"
    TERMINATED = "terminated"


class GroupKind(Enum):
    """What a group is a group of."""

    SECURITY_GROUP = "security-group"
    TEAM = "team"
    DEPARTMENT = "department"
    DIVISION = "division"
    BUSINESS_UNIT = "business-unit"
    LEGAL_ENTITY = "legal-entity"
    COST_CENTER = "cost-center"
    LOCATION = "location"
    ORG_UNIT = "org-unit"


class AttributeKind(Enum):
    """The kind of a custom attribute's values."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TEXTS = "texts"


@dataclass(slots=True)
class Name:
    given: str | None = None
    middle: str | None = None
    family: str | None = None
    display: str | None = None
    preferred: str | None = None
    honorific_prefix: str | None = None
    honorific_suffix: str | None = None


@dataclass(slots=True)
class Contact:
    work_email: str | None = None
    personal_email: str | None = None
    work_phone: str | None = None
    mobile_phone: str | None = None
    preferred_language: str | None = None
    locale: str | None = None
    timezone: str | None = None


@dataclass(slots=True)
class Employment:
    employee_number: str | None = None
    title: str | None = None
    employment_type: str | None = None
    worker_type: str | None = None
    grade: str | None = None
    fte: float | None = None
    start_date: str | None = None
    end_date: str | None = None
    manager_id: str | None = None
    is_manager: bool | None = None


@dataclass(slots=True)
class Unit:
    """A unit of the company; `Unit.of` is none where both are."""

    id: str | None = None
    name: str | None = None

    @classmethod
    def of(cls, id: str | None, name: str | None) -> Unit | None:
        """A unit, where at least one of the two is there."""
        return None if id is None and name is None else cls(id, name)


@dataclass(slots=True)
class Organization:
    company: Unit | None = None
    business_unit: Unit | None = None
    division: Unit | None = None
    department: Unit | None = None
    cost_center: Unit | None = None
    location: Unit | None = None
    org_unit: Unit | None = None
    teams: list[Unit] = field(default_factory=list)


@dataclass(slots=True)
class Address:
    street: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def if_any(self) -> Address | None:
        """This address, unless nothing is in it."""
        return None if self == Address() else self


@dataclass(slots=True)
class CustomAttribute:
    """What has no field of its own. `custom` makes it out of sloppy JSON."""

    name: str
    value: Value


@dataclass(slots=True)
class Worker:
    """One person as the provider has them."""

    id: str
    status: WorkerStatus
    user_name: str | None = None
    name: Name = field(default_factory=Name)
    contact: Contact = field(default_factory=Contact)
    employment: Employment = field(default_factory=Employment)
    organization: Organization = field(default_factory=Organization)
    address: Address | None = None
    custom: list[CustomAttribute] = field(default_factory=list)
    created_at: str | None = None
    updated_at: str | None = None


@dataclass(slots=True)
class Group:
    """A set of people, or a unit of the company."""

    kind: GroupKind
    id: str
    name: str
    parent_id: str | None = None
    description: str | None = None


@dataclass(slots=True)
class Membership:
    """That a worker, or a whole group, belongs to a group."""

    group_id: str
    member_id: str
    member_is_group: bool = False

    @classmethod
    def worker(cls, group_id: str, worker_id: str) -> Membership:
        """That a worker belongs to a group."""
        return cls(group_id, worker_id)

    @classmethod
    def group(cls, group_id: str, member_id: str) -> Membership:
        """That a group belongs to a group."""
        return cls(group_id, member_id, member_is_group=True)


# `next` is where the next page begins, for the connector alone; `None`: this is
# the last. `checkpoint` is where a later read of changes begins, and is left
# out unless the page is the last. `total` is how many the provider says there
# are.


@dataclass(slots=True)
class WorkerPage:
    """One page of the people."""

    workers: list[Worker] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    next: Json = None
    checkpoint: Json = None
    total: int | None = None


@dataclass(slots=True)
class GroupPage:
    """One page of the groups."""

    groups: list[Group] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    next: Json = None
    checkpoint: Json = None
    total: int | None = None


@dataclass(slots=True)
class MembershipPage:
    """One page of who belongs to the wanted groups."""

    memberships: list[Membership] = field(default_factory=list)
    deleted: list[Membership] = field(default_factory=list)
    next: Json = None
    checkpoint: Json = None
    total: int | None = None


@dataclass(slots=True)
class AccountInfo:
    """Who the credential belongs to."""

    name: str | None = None
    id: str | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class AttributeDefinition:
    """An attribute that this account offers beyond the fields of a worker."""

    name: str
    label: str
    kind: AttributeKind
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """What the host tells about the read that is under way."""

    id: str
    now_ms: int
    # The checkpoint of a read of changes; `None`: everything is read.
    changes: bytes | None = None
    settings: dict[str, str] = field(default_factory=dict)
    wanted_attributes: list[str] = field(default_factory=list)
    wanted_groups: list[str] = field(default_factory=list)
    flattened: bool = False
    page_size: int = 100
