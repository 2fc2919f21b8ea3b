"""When two statements are the same: all but what the store sets, and regardless of how it is written (Data 2.3.1)."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from perille.core.type_aliases import JsonObject
from perille.lrs.xapi import validators
from perille.lrs.xapi.errors import RuleViolation
from perille.lrs.xapi.parsing import with_activity_lists

_load = msgspec.json.Decoder(float_hook=Decimal).decode
_SECONDS = re.compile(r"(\.\d\d)\d+(?=S$)")
#: Set by the store, or free to differ between what was sent and what is kept (Data 2.3.1, 2.4.7 to 2.4.10).
_FREE = ("stored", "authority", "version", "id", "timestamp")


def is_equivalent(kept: bytes, received: bytes, *, with_id: bool = False) -> bool:
    """Tell whether two statements are the same; *with_id*: also by their ids, where both have one.

    >>> is_equivalent(b'{"result": {"duration": "PT1.009S"}}', b'{"result": {"duration": "PT1.00S"}, "stored": "2026-05-01T12:00:00Z"}')
    True
    >>> is_equivalent(b'{"result": {"success": true}}', b'{"result": {"success": false}}')
    False
    """
    if kept == received:
        return True
    one, other = _load(kept), _load(received)
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return False
    if with_id and "id" in one and "id" in other and str(one["id"]).lower() != str(other["id"]).lower():
        return False
    (content, moment), (other_content, other_moment) = _comparable(one), _comparable(other)
    # Where one says no time, it was given the time it was stored, which the other cannot know.
    return bool(content == other_content) and (moment == other_moment or None in (moment, other_moment))


def _comparable(statement: JsonObject) -> tuple[object, object]:
    statement = with_activity_lists(statement)
    moment = statement.get("timestamp")
    for name in _FREE:
        statement.pop(name, None)
    return _norm(statement), _moment(moment) if moment else None


def _moment(text: str) -> object:
    try:
        return validators.timestamp(text, "timestamp", strict=False)
    except RuleViolation:
        return text


def _hundredths(duration: str) -> str:
    """Cut a duration to hundredths of a second: what lies below does not tell two statements apart (Data 4.6)."""
    return _SECONDS.sub(r"\1", duration)


def _norm(value: Any) -> object:
    """Numbers by value, booleans apart from numbers, objectType Agent and Activity as if absent."""
    if isinstance(value, dict):
        return {name: _norm_member(name, member) for name, member in value.items() if not _is_default(name, member)}
    if isinstance(value, list):
        return [_norm(entry) for entry in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return (value,)
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


def _norm_member(name: str, member: object) -> object:
    return _norm(_hundredths(member) if name == "duration" and isinstance(member, str) else member)


def _is_default(name: str, member: object) -> bool:
    return name == "objectType" and member in ("Agent", "Activity")
