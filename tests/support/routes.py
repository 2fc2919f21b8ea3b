"""Addresses of routes, with values that their parts take."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from werkzeug.routing import AnyConverter, Rule


def parts_of(rule: Rule, known: Mapping[str, object]) -> dict[str, object]:
    """Return a value for each part of a route: a known one, a word of its list, the number of nothing, or "x"."""
    # Werkzeug gives its converters no public name; a part with a fixed value has none.
    return {name: _part(rule, name, known) for name in rule._converters}


def _part(rule: Rule, name: str, known: Mapping[str, object]) -> object:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter) and known.get(name) not in converter.items:
        return sorted(converter.items)[0]
    return known.get(name) or (uuid4() if name.endswith("_id") else "x")
