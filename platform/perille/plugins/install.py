"""Plugins in an application: their pages are mounted, their tables migrated; one that fails is switched off and named."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from flask import Flask, got_request_exception, request
from werkzeug.routing import BuildError

from perille.core.errors import Unavailable
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.feature import Feature, add_feature, drop_features
from perille.core.i18n import _
from perille.core.plugin_settings import current_plugin_settings
from perille.core.schema import PluginMigrations, plugin_is_migrated, upgrade_plugin
from perille.core.traceback_places import describe_error
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.registry import OwnedPlugin
from perille.plugins.examine import PluginInspection, forget_tables
from perille.plugins.resources import folder_of

log = logging.getLogger(__name__)


@dataclass(slots=True)
class InstalledPlugins:
    """The plugins of an application."""

    examined: PluginInspection = field(default_factory=PluginInspection)
    #: Package -> why it was switched off after it was examined.
    off: dict[str, str] = field(default_factory=dict)
    #: Packages whose tables are known to be as they should.
    migrated: set[str] = field(default_factory=set)
    #: Endpoint of a page that raised an exception since this process began -> what is told of it.
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def active(self) -> tuple[OwnedPlugin, ...]:
        """The plugins that are not switched off."""
        return tuple(each for each in self.examined.plugins if each.package not in self.off)

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """Why plugins were switched off after they were examined."""
        owners = {each.package: each.owner for each in self.examined.plugins}
        return tuple(
            Diagnostic(owners[package], NO_LINE, f"The plugin is switched off: {why}")
            for package, why in self.off.items()
        )

    def owner_of_page(self) -> OwnedPlugin | None:
        """Return the plugin that the page of this request belongs to; None for a page of Perille."""
        for owned in self.examined.plugins:
            if request.blueprint in {blueprint.name for each in owned.plugin.features for blueprint in each.blueprints}:
                return owned
        return None


current_plugins = AppSlot("plugins", InstalledPlugins)


def switch_off(app: Flask, owned: OwnedPlugin, why: str) -> None:
    """Switch a plugin off for as long as this process lives."""
    log.error("the plugin %s of %s is switched off: %s", owned.package, owned.owner, why)
    current_plugins.of(app).off[owned.package] = why
    drop_features(app, owned.plugin.features)
    forget_tables(owned)


def install_plugins(app: Flask, examined: PluginInspection) -> None:
    """Put what plugins bring in its place."""
    installed = InstalledPlugins(examined)
    current_plugins.set(app, installed)
    current_plugin_settings.set(app, examined.settings)
    app.before_request(refuse_switched_off)
    got_request_exception.connect(note_failure, app)
    for owned in examined.plugins:
        try:
            for feature in owned.plugin.features:
                add_feature(app, feature)
                _refuse_dead_links(app, owned, feature)
        except Exception as error:
            # A stranger's code may fail in any way; the site must start without it.
            log.exception("%s", owned.owner)
            switch_off(app, owned, f"its pages cannot be mounted ({describe_error(error)})")


def _refuse_dead_links(app: Flask, owned: OwnedPlugin, feature: Feature) -> None:
    """Raise ValueError for a link that leads nowhere, or asks for a permission of others: every page with links would fail with it."""
    permissions = {each.name for one in owned.plugin.features for each in one.permissions}
    for item in feature.navigation:
        if item.permission and item.permission not in permissions:
            raise ValueError(
                f'the link "{item.endpoint}" asks for "{item.permission}", a permission that the plugin does not bring'
            )
        try:
            app.url_map.bind("localhost").build(item.endpoint, {"lang": "en", **item.values})
        except BuildError:
            raise ValueError(f'the link "{item.endpoint}" leads to no page') from None


def refuse_switched_off() -> None:
    """Raise Unavailable for a page of a plugin that is switched off, or whose tables were not made yet."""
    installed = current_plugins()
    owned = installed.owner_of_page()
    if owned is not None and (owned.package in installed.off or not _has_tables(installed, owned)):
        raise Unavailable(_("This part of the site is switched off at the moment. Please come back later."))


def note_failure(app: Flask, exception: Exception) -> None:
    """Note, for administrators, that a page of a plugin raised an exception: its kind, since its words may quote an answer."""
    installed = current_plugins.of(app)
    owned = installed.owner_of_page()
    if owned is not None and request.endpoint is not None:
        what = f"{owned.owner}: {request.endpoint} failed with {type(exception).__name__}"
        installed.failures[request.endpoint] = what


def _has_tables(installed: InstalledPlugins, owned: OwnedPlugin) -> bool:
    wanted = migrations_of(owned)
    if wanted is not None and owned.package not in installed.migrated:
        if not plugin_is_migrated(db.engine, wanted):
            return False
        installed.migrated.add(owned.package)
    return True


def migrations_of(owned: OwnedPlugin) -> PluginMigrations | None:
    """Return where the migrations of a plugin lie; None where it has none."""
    folder = folder_of(owned, "migrations")
    return None if folder is None else PluginMigrations(owned.package, folder)


def migrate_plugins(app: Flask) -> None:
    """Bring the tables of plugins to their newest revision; one whose migration fails is switched off. Needs an app context."""
    installed = current_plugins.of(app)
    for owned in installed.active:
        wanted = migrations_of(owned)
        if wanted is None:
            continue
        try:
            upgrade_plugin(db.engine, wanted)
        except Exception as error:
            log.exception("%s", owned.owner)
            switch_off(app, owned, f"its tables cannot be migrated ({type(error).__name__})")
