"""The values of plugins' settings, for their code."""

from __future__ import annotations

from collections.abc import Mapping

from perille.core.slots import AppSlot

#: Package -> name -> value, of an application.
current_plugin_settings = AppSlot[Mapping[str, Mapping[str, object]]]("plugin_settings", dict)


def plugin_setting(package: str, name: str) -> object:
    """Return the value of a setting that a plugin declares; raise KeyError for one that it does not. Needs an app context."""
    return current_plugin_settings()[package][name]
