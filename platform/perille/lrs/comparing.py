"""When two statements are the same: all but what the store sets, and regardless of how it is written (Data 2.3.1)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from perille.lrs import formats
from perille.lrs.faults import Broken
from perille.lrs.reading import with_activity_lists

_load = msgspec.json.Decoder(float_hook=Decimal).decode
#: Set by the store, or free to differ between what was sent and what is kept (Data 2.3.1, 2.4.7 to 2.4.10).
_FREE = ("stored", "authority", "version", "id", "timestamp")


def same_statement(kept: bytes, received: bytes) -> bool:
    """Tell whether a statement repeats the one that is kept under its id."""
    return kept == received or _comparable(kept) == _comparable(received)


def _comparable(body: bytes) -> Any:
    statement = with_activity_lists(_load(body))
    moment = statement.get("timestamp")
    for name in _FREE:
        statement.pop(name, None)
    return [_norm(statement), _moment(moment) if moment else None]


def _moment(text: str) -> Any:
    try:
        return formats.timestamp(text, "timestamp", strict=False)
    except Broken:
        return text


def _norm(value: Any) -> Any:
    """Numbers by value, booleans apart from numbers, objectType Agent and Activity as if absent."""
    if isinstance(value, dict):
        return {k: _norm(v) for k, v in value.items() if not (k == "objectType" and v in ("Agent", "Activity"))}
    if isinstance(value, list):
        return [_norm(entry) for entry in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return (value,)
    try:
        return Decimal(value)
    except InvalidOperation:
        return value
