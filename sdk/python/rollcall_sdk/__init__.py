"""Write a Rollcall connector in Python.

A connector is a class that extends `Connector`, named in `pyproject.toml`. It
fills the contract's records, sends requests through `Context`, and is tested
with `rollcall_sdk.testing`. `README.md` has a whole one.
"""

from rollcall_sdk import fault, log, status
from rollcall_sdk.answer import Answer
from rollcall_sdk.call import Call
from rollcall_sdk.connector import Connector
from rollcall_sdk.context import Context
from rollcall_sdk.date import parse_day_as
from rollcall_sdk.failure import (
    AuthFailed,
    BadSetting,
    Bug,
    CheckpointExpired,
    Failure,
    FetchFailed,
    InvalidResponse,
    PermissionMissing,
    RateLimited,
    Upstream,
)
from rollcall_sdk.paging import Offset, PageNumber, Token
from rollcall_sdk.percent import query_parameter, segment
from rollcall_sdk.records import (
    AccountInfo,
    Address,
    AttributeDefinition,
    AttributeKind,
    Contact,
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
    Run,
    Unit,
    Value,
    Worker,
    WorkerPage,
    WorkerStatus,
)
from rollcall_sdk.setting import Setting
from rollcall_sdk.sloppy import (
    at,
    count,
    custom,
    custom_value,
    date,
    day,
    flag,
    instant,
    items,
    number,
    part_of,
    text,
)
from rollcall_sdk.status import StatusTable

__all__ = [
    "AccountInfo",
    "Address",
    "Answer",
    "AttributeDefinition",
    "AttributeKind",
    "AuthFailed",
    "BadSetting",
    "Bug",
    "Call",
    "CheckpointExpired",
    "Connector",
    "Contact",
    "Context",
    "CustomAttribute",
    "Employment",
    "Failure",
    "FetchFailed",
    "Group",
    "GroupKind",
    "GroupPage",
    "InvalidResponse",
    "Json",
    "Membership",
    "MembershipPage",
    "Name",
    "Offset",
    "Organization",
    "PageNumber",
    "PermissionMissing",
    "RateLimited",
    "Run",
    "Setting",
    "StatusTable",
    "Token",
    "Unit",
    "Upstream",
    "Value",
    "Worker",
    "WorkerPage",
    "WorkerStatus",
    "at",
    "count",
    "custom",
    "custom_value",
    "date",
    "day",
    "fault",
    "flag",
    "instant",
    "items",
    "log",
    "number",
    "parse_day_as",
    "part_of",
    "query_parameter",
    "segment",
    "status",
    "text",
]
