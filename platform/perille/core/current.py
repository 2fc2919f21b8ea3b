"""The present application's settings and published packs, by type. What other parts keep for an application is an `AppSlot` of theirs."""

from __future__ import annotations

from typing import Protocol

from flask import Flask, current_app

from perille.core.config import Config
from perille.core.extension_state import AppSlot

_CONFIG = "PERILLE"


def set_config(app: Flask, config: Config) -> None:
    """Give an application its settings."""
    app.config[_CONFIG] = config


def config_of(app: Flask) -> Config:
    """Return the settings of an application."""
    config: Config = app.config[_CONFIG]
    return config


def current_config() -> Config:
    """Return the settings of the present application. Needs an app context."""
    return config_of(current_app)


class PublishedPacks(Protocol):
    """What the ground needs to know of the published packs, of whose kind it knows nothing."""

    def facts_stamp(self) -> str:
        """Return a hash that changes when a fact does."""
        ...

    def has_packs(self) -> bool:
        """Tell whether any pack is published."""
        ...


#: The published packs, for `core`; all other parts ask `perille.packs.published.library.current_library`.
published_packs = AppSlot[PublishedPacks]("published_packs")
