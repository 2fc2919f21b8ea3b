"""Makes applications quickly: a test run makes thousands, and most of what each costs is the same every time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import MethodType
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from perille import app as application
from perille import startup
from perille.core.config import Config
from perille.core.database import Base
from perille.core.extensions import db
from perille.packs.source.discovery import Discovery, discover
from support.templates import COMPILED

#: Builds an address of a rule.
Builder = Callable[..., tuple[str, str]]
_compile = Rule.compile
#: What a rule says -> what werkzeug made of it: all that it sets, and the two functions that build its addresses.
_compiled: dict[tuple[object, ...], tuple[dict[str, Any], set[str], Builder, Builder]] = {}


def keep_compiled_rules() -> None:
    """Let werkzeug compile a rule once for all applications: 90 of 100 ms of each.

    The functions hold nothing of their application: they ask the rule that they are called for. Neither do the parts, nor our converters.
    """
    Rule.compile = _kept  # type: ignore[method-assign]


def _kept(self: Rule) -> None:
    assert self.map is not None
    defaults = tuple((self.defaults or {}).items())
    key = (self.rule, self.subdomain, self.host, self.merge_slashes, defaults, *self.map.converters.values())
    if key not in _compiled:
        _compile(self)
        made = {name: getattr(self, name) for name in ("_parts", "_trace", "_converters")}
        _compiled[key] = made, set(self.arguments), self._build.__func__, self._build_unknown.__func__  # type: ignore[attr-defined]
    made, arguments, build, build_unknown = _compiled[key]
    vars(self).update(made, _build=MethodType(build, self), _build_unknown=MethodType(build_unknown, self))
    self.arguments.update(arguments)


def keep_free_memory() -> None:
    """Let a site of this process that has published packs not give memory back: in a process full of tests that takes a second or two.

    Servers in processes of their own do it.
    """
    vars(startup)["give_back_memory"] = lambda: None


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


def _of_its_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a key of compiled queries with the names of its dialect in place of the dialect itself, which an engine has for itself."""
    return (key[0].name, key[0].driver, *key[1:])


class _CompiledWrites(LRUCache[tuple[Any, ...], Any]):
    """What the rows of a mapper are written with, for all engines of a kind."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_of_its_kind(key), default)

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return super().__getitem__(_of_its_kind(key))

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__(_of_its_kind(key), value)


def keep_compiled_writes() -> None:
    """Let mappers keep for all applications what they compile to write rows: engines have dialects of their own, and so began anew."""
    for mapper in Base.registry.mappers:
        vars(mapper)["_compiled_cache"] = _CompiledWrites(100)


def keep_compiled_queries(engine: Engine) -> None:
    """Let an engine use the queries that others of its kind have compiled: an eighth of the time of a test that visits pages."""
    engine._compiled_cache = _compiled_queries(engine.dialect.name)
