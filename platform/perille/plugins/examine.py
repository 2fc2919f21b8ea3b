"""What of a plugin can be used: everything is looked at before anything of it is put in its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Table

from perille.core.database import Base
from perille.core.feature import Feature, check_features
from perille.core.plugin_settings import DeclaredSetting
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.registry import OwnedPlugin
from perille.plugins.resources import folder_of
from perille.plugins.settings import on_page, read_settings, unknown_settings, variable

#: Rows of the tables that hang on these by foreign keys that cascade go with a learner.
_LEARNER = "learner"
#: The settings of a plugin are a row whose name has 40 letters, `core.site.PLUGIN_ROW` among them.
_LONGEST_PACKAGE = 33


@dataclass(frozen=True, slots=True)
class PluginInspection:
    """The plugins that can be used, and why others cannot."""

    plugins: tuple[OwnedPlugin, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    #: Package -> name -> setting.
    settings: Mapping[str, Mapping[str, DeclaredSetting]] = field(default_factory=dict)

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features of the plugins, in their order."""
        return tuple(feature for owned in self.plugins for feature in owned.plugin.features)


def examine(
    plugins: Iterable[OwnedPlugin], ours: tuple[Feature, ...], environ: Mapping[str, str] = os.environ
) -> PluginInspection:
    """Keep the plugins whose features, tables and settings can be used beside *ours*; the others are switched off and named."""
    listed = tuple(plugins)
    kept: list[OwnedPlugin] = []
    problems: list[Diagnostic] = []
    settings: dict[str, Mapping[str, DeclaredSetting]] = {}
    features = ours
    for owned in listed:
        faults = [*_faults(owned, features), *_setting_faults(owned, listed, environ)]
        if faults:
            problems.append(Diagnostic(owned.owner, NO_LINE, f"The plugin is switched off: {'; '.join(faults)}"))
            forget_tables(owned)
            continue
        kept.append(owned)
        features = (*features, *owned.plugin.features)
        settings[owned.package] = read_settings(owned, environ)
        for table in tables_of(owned):
            table.info["plugin"] = owned.package
    return PluginInspection(tuple(kept), tuple(problems), settings)


def tables_of(owned: OwnedPlugin) -> tuple[Table, ...]:
    """Return the tables of a plugin."""
    models = (model for feature in owned.plugin.features for model in feature.models)
    return tuple(model.__table__ for model in models if isinstance(model.__table__, Table))


def forget_tables(owned: OwnedPlugin) -> None:
    """Take the tables of a plugin that is switched off out of what is searched and exported: the database may not have them."""
    for table in tables_of(owned):
        if table.key in Base.metadata.tables:
            Base.metadata.remove(table)


def _faults(owned: OwnedPlugin, others: tuple[Feature, ...]) -> Iterator[str]:
    for feature in owned.plugin.features:
        yield from _feature_faults(owned.package, feature)
    if any(feature.models for feature in owned.plugin.features) and folder_of(owned, "migrations") is None:
        yield "it has tables and no folder of migrations"
    try:
        check_features((*others, *owned.plugin.features))
    except ValueError as error:
        yield str(error)


def _is_named_after(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}_")


def _feature_faults(package: str, feature: Feature) -> Iterator[str]:
    if not _is_named_after(feature.name, package):
        yield f'the feature "{feature.name}" must be named {package}, or begin with {package}_'
    for blueprint in feature.blueprints:
        if not _is_named_after(blueprint.name, package):
            yield f'the blueprint "{blueprint.name}" must be named {package}, or begin with {package}_'
        if not (blueprint.url_prefix or "").startswith(f"/<lang:lang>/plugins/{package}"):
            yield f'the blueprint "{blueprint.name}" must have a url_prefix that begins with /<lang:lang>/plugins/{package}'
    for permission in feature.permissions:
        if not permission.name.startswith(f"{package}."):
            yield f'the permission "{permission.name}" must begin with {package}.'
    for model in feature.models:
        yield from _table_faults(package, feature, model.__table__)  # type: ignore[arg-type]  # a table, not a join


def _table_faults(package: str, feature: Feature, table: Table) -> Iterator[str]:
    if not table.name.startswith(f"plugin_{package}"):
        yield f'the table "{table.name}" must begin with plugin_{package}'
    personal = any(model.__table__ is table for model in feature.personal_data)
    if hangs_on_learner(table) and not personal:
        yield f'the table "{table.name}" hangs on learners and is not in personal_data'
    if personal and not hangs_on_learner(table):
        yield (
            f'the table "{table.name}" is personal data and must hang on a learner or an enrolment by a foreign key with'
            ' ondelete="CASCADE", so that its rows are erased with them'
        )


def hangs_on_learner(table: Table) -> bool:
    """Tell whether the rows of a table go with a learner: a chain of foreign keys that cascade leads there."""
    for key in table.foreign_keys:
        if (key.ondelete or "").upper() == "CASCADE":
            name = key.target_fullname.rpartition(".")[0]
            other = Base.metadata.tables.get(name)
            if name == _LEARNER or (other is not None and other is not table and hangs_on_learner(other)):
                return True
    return False


def _setting_faults(owned: OwnedPlugin, every: tuple[OwnedPlugin, ...], environ: Mapping[str, str]) -> Iterator[str]:
    prefix = variable(owned.package, "")
    longer = frozenset(
        other for each in every if (other := variable(each.package, "")) != prefix and other.startswith(prefix)
    )
    yield from (f"{name}: there is no such setting" for name in unknown_settings(owned, longer, environ))
    if on_page(owned.plugin) and len(owned.package) > _LONGEST_PACKAGE:
        yield f"its name is longer than {_LONGEST_PACKAGE} letters, so the page of settings cannot keep its settings"
    try:
        read_settings(owned, environ)
    except ValueError as error:
        yield str(error)
