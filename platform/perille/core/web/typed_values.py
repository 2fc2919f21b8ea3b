"""Values of forms and addresses as the application reads them: without NUL, which no keyboard types and PostgreSQL stores in no text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import ImmutableMultiDict, MultiDict, iter_multi_items

#: What a form or a query is made of.
_Values = MultiDict[str, Any] | Mapping[str, Any] | Iterable[tuple[str, Any]]


class TypedValues(ImmutableMultiDict[str, Any]):
    """Names with their values, of which NUL is left out; files stay as they are.

    >>> TypedValues([("name", "Ai" + chr(0) + "no")])["name"]
    'Aino'
    """

    def __init__(self, mapping: _Values | None = None):
        super().__init__(None if mapping is None else [(_plain(key), _plain(value)) for key, value in _pairs(mapping)])


def _pairs(mapping: _Values) -> Iterable[tuple[str, Any]]:
    return iter_multi_items(mapping)


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
