"""Plugins as discovery gives them, and what a site says of them."""

from __future__ import annotations

from pathlib import Path

from perille.api import (
    Plugin,
)
from perille.app import Perille
from perille.packs.source.discovery import current_discovery
from perille.packs.source.registry import OwnedPlugin


def owned(plugin: Plugin, package: str = "forum", folder: Path | None = None) -> OwnedPlugin:
    return OwnedPlugin(plugin=plugin, owner=f"{package} 1.0", package=package, folder=folder)


def problems_of(app: Perille) -> list[str]:
    return [str(each) for each in current_discovery.of(app).problems]
