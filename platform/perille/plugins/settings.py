"""Settings of plugins: variables `PERILLE_PLUGIN_<PACKAGE>_<NAME>`, read once at the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perille.api import Plugin, Setting
from perille.core.config import PLUGIN_PREFIX
from perille.core.plugin_settings import DeclaredSetting
from perille.packs.source.registry import OwnedPlugin


def variable(package: str, name: str) -> str:
    """Return the variable of a plugin's setting.

    >>> variable("ranking", "url")
    'PERILLE_PLUGIN_RANKING_URL'
    """
    return f"{PLUGIN_PREFIX}{package.upper()}_{name.upper()}"


def on_page(plugin: Plugin) -> tuple[Setting, ...]:
    """Return the settings that the administrators' page has."""
    return tuple(each for each in plugin.settings if each.title)


def read_settings(owned: OwnedPlugin, environ: Mapping[str, str]) -> dict[str, DeclaredSetting]:
    """Return a plugin's settings by name; an empty variable counts as absent. Raise ValueError for a wrong one."""
    values: dict[str, DeclaredSetting] = {}
    for setting in owned.plugin.settings:
        name = variable(owned.package, setting.name)
        text = environ.get(name, "").strip()
        try:
            value = setting.convert(text) if text else setting.default
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        values[setting.name] = DeclaredSetting(
            value=value, convert=setting.convert, on_page=bool(setting.title), secret=setting.secret
        )
    return values


def unknown_settings(owned: OwnedPlugin, others: frozenset[str], environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the variables that look like a plugin's and are none of its settings. *others*: prefixes of plugins with longer names."""
    prefix = variable(owned.package, "")
    known = {variable(owned.package, setting.name) for setting in owned.plugin.settings}
    for name in sorted(environ):
        if name.startswith(prefix) and name not in known and not any(name.startswith(each) for each in others):
            yield name
