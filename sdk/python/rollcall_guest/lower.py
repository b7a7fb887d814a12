"""From the author's records to the contract's. Everything is looked at: a value
of a wrong type would end the component without a word."""

from __future__ import annotations

import datetime
import types as python
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from wit_world.imports import types

from rollcall_sdk import cursor, document, records
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

Lower = Callable[[Any], Any]

_TEXT_OR_NONE = frozenset((str, type(None)))


class WrongValue(TypeError):
    """A field of a record is not of the type that the contract says. Names the
    field and the kind, and never the value."""

    def within(self, place: str) -> WrongValue:
        """The same, seen from one level up."""
        path, what = self.args
        return WrongValue(f"{place}{path if path.startswith('[') or not path else f'.{path}'}", what)

    def __str__(self) -> str:
        return ": ".join(part for part in self.args if part)


def wrong(expected: str, found: object) -> WrongValue:
    """What a value is instead of what it has to be."""
    kind = document.kind(found)
    return WrongValue("", f"expected {expected}, found {type(found).__name__ if kind == 'nothing' else kind}")


def text(value: Any) -> str:
    """A text that the contract can carry."""
    if not isinstance(value, str):
        raise wrong("a text", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise WrongValue("", "a text has half a character") from None
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong("a number", value)
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise wrong("a boolean", value)
    return value


def whole(value: Any, most: int) -> int:
    """A whole number that the contract can carry."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("a whole number", value)
    if not 0 <= value <= most:
        raise WrongValue("", f"expected a number from 0 to {most}")
    return value


def optional(lower: Lower) -> Lower:
    """What may be missing."""
    return lambda value: None if value is None else lower(value)


def several(lower: Lower) -> Lower:
    """A list."""

    def lowered(values: Any) -> list[Any]:
        if not isinstance(values, (list, tuple)):
            raise wrong("a list", values)
        done: list[Any] = []
        try:
            for value in values:
                done.append(lower(value))
        except WrongValue as error:
            raise error.within(f"[{len(done)}]") from None
        return done

    return lowered


def _one_of(kinds: type[Enum], theirs: Any) -> Lower:
    """A word of the contract: the names are the same on both sides."""
    words = {kind: theirs[kind.name] for kind in kinds}

    def lowered(value: Any) -> Any:
        if not isinstance(value, kinds):
            raise wrong(f"a {kinds.__name__}", value)
        return words[value]

    return lowered


def _record(ours: type, **special: Lower) -> Lower:
    """A record: by its field's types, but where `special` says otherwise."""
    theirs = getattr(types, ours.__name__)
    hints = get_type_hints(ours)
    names = [field.name for field in fields(theirs)]
    lowers = {name: special.get(name) or _by_type(hints[name]) for name in names}
    steps = [
        (name, lower) for name, lower in lowers.items() if hints.get(name) != str | None or name in special
    ]
    # Most fields are texts that may be missing: they are looked at together.
    texts = [name for name in names if name not in dict(steps)]
    get_texts = _getter(texts)

    def lowered(value: Any) -> Any:
        if value.__class__ is not ours and not isinstance(value, ours):
            raise wrong(f"a {ours.__name__}", value)
        found = get_texts(value)
        name = ""
        try:
            if not _TEXT_OR_NONE.issuperset(map(type, found)) or not _is_unicode(found):
                for name in texts:
                    lowers[name](getattr(value, name))
            made = dict(zip(texts, found))
            for name, lower in steps:
                made[name] = lower(getattr(value, name))
        except WrongValue as error:
            raise error.within(name) from None
        return theirs(**made)

    return lowered


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if not names:
        return lambda value: ()
    # With one name it would give the value alone.
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


def _is_unicode(texts: tuple[str | None, ...]) -> bool:
    try:
        "".join(filter(None, texts)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _by_type(hint: Any) -> Lower:
    """What a type asks for. All types of `records` are known."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is list:
        return several(_by_type(arguments[0]))
    if origin in (Union, python.UnionType):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return optional(_by_type(inner))
    return _PLAIN[hint]


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return types.Value_Text(text(value))
    if isinstance(value, bool):
        return types.Value_Boolean(value)
    if isinstance(value, (int, float)):
        return types.Value_Number(float(value))
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return types.Value_Date(value.isoformat())
    if isinstance(value, (list, tuple)):
        return types.Value_Texts(several(text)(value))
    raise wrong("a text, a number, a boolean, a date or a list of texts", value)


def _membership(value: Any) -> Any:
    if not isinstance(value, records.Membership):
        raise wrong("a Membership", value)
    member = types.Member_Group if value.member_is_group else types.Member_Worker
    return types.Membership(group_id=text(value.group_id), member=member(text(value.member_id)))


_PLAIN: dict[Any, Lower] = {str: text, float: _number, bool: _boolean, records.Membership: _membership}
for _words in (records.WorkerStatus, records.GroupKind, records.AttributeKind):
    _PLAIN[_words] = _one_of(_words, getattr(types, _words.__name__))
for _one in (
    records.Name,
    records.Contact,
    records.Employment,
    records.Unit,
    records.Organization,
    records.Address,
):
    _PLAIN[_one] = _record(_one)
_PLAIN[records.CustomAttribute] = _record(records.CustomAttribute, value=_value)
_PLAIN[records.Worker] = _record(records.Worker)
_PLAIN[records.Group] = _record(records.Group)


def _page(ours: type) -> Lower:
    state = optional(cursor.encode)
    total = optional(lambda value: whole(value, (1 << 64) - 1))
    record = _record(ours, next=state, checkpoint=state, total=total)

    def lowered(page: Any) -> Any:
        made = record(page)
        # Reads of changes begin where the whole read ended.
        made.checkpoint = None if made.next is not None else made.checkpoint
        return made

    return lowered


worker_page = _page(records.WorkerPage)
group_page = _page(records.GroupPage)
membership_page = _page(records.MembershipPage)
account_info = _record(records.AccountInfo)
definitions = several(_record(records.AttributeDefinition))


def failure(failure: Failure) -> Any:
    """What was raised, as the contract has it."""
    match failure:
        case AuthFailed():
            return types.Failure_AuthFailed(text(failure.reason))
        case PermissionMissing():
            return types.Failure_PermissionMissing(text(failure.permission))
        case RateLimited():
            return types.Failure_RateLimited(optional(lambda n: whole(n, (1 << 32) - 1))(failure.seconds))
        case Upstream():
            return types.Failure_Upstream(whole(failure.status, (1 << 16) - 1))
        case InvalidResponse():
            return types.Failure_InvalidResponse(text(failure.what))
        case BadSetting():
            return types.Failure_BadSetting(types.SettingError(key=text(failure.key), why=text(failure.why)))
        case FetchFailed():
            return types.Failure_FetchFailed(text(failure.why))
        case Bug():
            return types.Failure_Bug(text(failure.what))
        case CheckpointExpired():
            return types.Failure_CheckpointExpired()
    raise wrong("a kind of failure that the contract has", failure)
