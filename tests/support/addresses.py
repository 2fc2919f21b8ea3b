"""Lets applications that have the same addresses share the map of them: to make it is half of what an application costs.

A rule and its map know nothing of the application: what is called for an address is kept beside them, by the endpoint's name.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

from werkzeug.routing import Map

from perille.app import Perille

View = Callable[..., Any]
#: How many maps are kept: applications of tests differ by their plugins, and each has one or two on the way to its last one.
_MOST = 64
_add = Perille.add_url_rule
#: What was added, in order, and how the map was made -> the map.
_maps: dict[tuple[Hashable, ...], Map] = {}
#: How maps are made -> what was added once without an error.
_good: dict[Hashable, set[Hashable]] = {}


class _Addresses:
    """Those of one application: what was added, and the map of it, made when somebody asks for it."""

    def __init__(self, plain: Map) -> None:
        #: The application's own map, to which nothing is added: it says how the others are made.
        self.plain = plain
        #: What was added: as a key, and as it was given.
        self.added: list[tuple[Hashable, tuple[Any, ...], dict[str, Any]]] = []
        self.map = plain
        self.is_made = True

    def manner(self) -> tuple[Hashable, ...]:
        """Return what one map differs in from another that has the same addresses."""
        return (self.plain.host_matching, *self.plain.converters.items())

    @cached_property
    def good(self) -> set[Hashable]:
        """What was added without an error to maps of the manner that this one had when the first was added."""
        return _good.setdefault(self.manner(), set())

    def new_map(self) -> Map:
        """Return an empty map of the application's manner."""
        made = type(self.plain)(host_matching=self.plain.host_matching)
        made.converters.update(self.plain.converters)
        return made


def keep_addresses() -> None:
    """Let applications share them."""
    setattr(Perille, "url_map", property(_find, _begin))  # noqa: B010  (mypy takes it for the attribute that Flask sets)
    setattr(Perille, "add_url_rule", _note)  # noqa: B010


def _begin(app: Perille, plain: Map) -> None:
    vars(app)["_addresses"] = _Addresses(plain)


def _find(app: Perille) -> Map:
    addresses: _Addresses = vars(app)["_addresses"]
    if not addresses.is_made:
        addresses.is_made = True
        key = (*addresses.manner(), *(each for each, _given, _options in addresses.added))
        if key not in _maps:
            _keep(key, _make(app, addresses))
        addresses.map = _maps[key]
    return addresses.map


def _keep(key: tuple[Hashable, ...], made: Map) -> None:
    while len(_maps) >= _MOST:
        del _maps[next(iter(_maps))]
    _maps[key] = made


def _make(app: Perille, addresses: _Addresses) -> Map:
    """Return a map of what was added so far, made as Flask makes it."""
    addresses.map = addresses.new_map()
    for _key, given, options in addresses.added:
        _add(app, *given, **options)
    return addresses.map


def _note(app: Perille, rule: str, endpoint: str | None = None, view_func: View | None = None, **options: Any) -> None:
    """Do what Flask does for an address, but for the map."""
    addresses: _Addresses = vars(app)["_addresses"]
    name = endpoint or str(getattr(view_func, "__name__", ""))
    key = (rule, name, *_said_of(view_func), *_flat(options))
    good = addresses.good
    if key in good and app.view_functions.get(name) in (None, view_func):
        app._check_setup_finished("add_url_rule")
        if view_func is not None:
            app.view_functions[name] = view_func
    else:
        _try_out(app, addresses, rule, endpoint, view_func, **options)
        good.add(key)
    addresses.added.append((key, (rule, endpoint, view_func), options))
    addresses.is_made = False


def _try_out(app: Perille, addresses: _Addresses, *given: Any, **options: Any) -> None:
    """Add an address to a map of its own, so that what is wrong with it is said at once, as Flask says it."""
    before = addresses.map, addresses.is_made
    addresses.map, addresses.is_made = addresses.new_map(), True
    try:
        _add(app, *given, **options)
    finally:
        addresses.map, addresses.is_made = before


def _said_of(view: View | None) -> tuple[Hashable, ...]:
    """Return what Flask asks of a view when it makes a rule of it."""
    methods, required = getattr(view, "methods", None), getattr(view, "required_methods", ())
    return (methods and frozenset(methods), frozenset(required), getattr(view, "provide_automatic_options", None))


def _flat(options: dict[str, Any]) -> list[Hashable]:
    """Return the options of a rule as what a dictionary can be asked for, without those that say nothing."""
    return [(name, _hashable(value)) for name, value in options.items() if value or value is False]


def _hashable(value: Any) -> Hashable:
    if isinstance(value, dict):
        return tuple(value.items())
    found: Hashable = tuple(value) if isinstance(value, list | set) else value
    return found
