"""Makes applications quickly: a test run makes thousands, and most of what each costs is the same every time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

from perille import app as application
from perille import startup
from perille.core.config import Config
from perille.core.extensions import db
from perille.packs.source.discovery import Discovery, discover
from support.templates import COMPILED

_compile_builder = Rule._compile_builder
_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_parse_rule = Rule._parse_rule
_parsed: dict[tuple[object, ...], tuple[list[RulePart], list[tuple[bool, str]], dict[str, BaseConverter]]] = {}


def keep_address_builders() -> None:
    """Let werkzeug read a rule, and compile the function that builds its addresses, once for all applications: 80 of 100 ms of each.

    The function holds nothing of its application: it asks the rule that it is called for. Neither do the parts, nor our converters.
    """
    Rule._compile_builder = _kept_builder  # type: ignore[method-assign]
    Rule._parse_rule = _kept_parts  # type: ignore[method-assign]


def keep_free_memory() -> None:
    """Let a site of this process that has published packs not give memory back: in a process full of tests that takes a second or two.

    Servers in processes of their own do it.
    """
    vars(startup)["give_back_memory"] = lambda: None


def _kept_parts(self: Rule, rule: str) -> list[RulePart]:
    assert self.map is not None
    key = (rule, *self.map.converters.values())
    if key not in _parsed:
        before = len(self._trace)
        parts = list(_parse_rule(self, rule))
        _parsed[key] = parts, self._trace[before:], dict(self._converters)
        return parts
    parts, trace, converters = _parsed[key]
    self._trace.extend(trace)
    self._converters.update(converters)
    self.arguments.update(converters)
    return parts


def _kept_builder(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    key = (self.rule, tuple(self._trace), tuple((self.defaults or {}).items()), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(self, append_unknown)
    return _builders[key]


def make_app(config: Config, found: Discovery | None = None) -> application.Perille:
    """Make an application with the packs and plugins that were *found*, else with those installed, which are looked for once (20 ms)."""
    made = application.create_app(config, found or (None if config.pack_paths else _installed()))
    made.jinja_env.bytecode_cache = COMPILED
    with made.app_context():
        keep_compiled_queries(db.engine)
    return made


@cache
def _installed() -> Discovery:
    return discover()


class _CompiledQueries(LRUCache[tuple[Any, ...], Any]):
    """SQLAlchemy's memory of compiled queries, for all engines of one kind: a key begins with the engine's dialect, which is left out."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return super().__getitem__(key[1:])

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__(key[1:], value)


@cache
def _compiled_queries(_dialect: str) -> _CompiledQueries:
    return _CompiledQueries(2000)


def keep_compiled_queries(engine: Engine) -> None:
    """Let an engine use the queries that others of its kind have compiled: an eighth of the time of a test that visits pages."""
    engine._compiled_cache = _compiled_queries(engine.dialect.name)
