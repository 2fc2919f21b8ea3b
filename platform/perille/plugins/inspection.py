"""All that can be told of an installed plugin without a site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from jinja2 import TemplateError
from sqlalchemy import Engine, create_engine

from perille.core.database import Base, prepare_engine
from perille.core.paths import TEMPLATES
from perille.core.schema import upgrade, upgrade_plugin
from perille.core.traceback_places import describe_error
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.discovery import discover
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin
from perille.plugins.examine import examine, tables_of
from perille.plugins.install import migrations_of
from perille.plugins.resources import add_static_files, add_templates, folder_of, folder_problems, refuse_incomplete
from perille.plugins.themes import theme_faults


def plugin_problems(package: str, folder: Path) -> Iterator[str]:
    """Yield what is wrong with an installed plugin; its migrations are tried on a database in *folder*."""
    found = discover()
    listed = tuple(owned for owned in found.plugins if owned.package == package)
    unloaded = [each for each in found.problems if _is_of(each, package)]
    yield from map(str, unloaded)
    if not listed and not unloaded:
        yield f'No installed distribution brings a plugin "{package}"'
    examined = examine(listed, ())
    app = _application(found.plugins)
    registry = InteractionRegistry(listed)
    refuse_incomplete(app, registry)
    yield from map(str, (*examined.problems, *folder_problems(listed), *registry.problems))
    for owned in examined.plugins:
        yield from map(str, _file_problems(app, owned))
        yield from map(str, _migration_problems(owned, folder))


def _is_of(problem: Diagnostic, package: str) -> bool:
    """Tell whether a problem is a package's: its distribution may have another name, and the message begins with the entry point."""
    distribution, module = problem.path.split(" ")[0], re.split(r"[.:\s]", problem.message)[0]
    return package in (distribution.replace("-", "_"), module)


def _application(plugins: Iterable[OwnedPlugin]) -> Flask:
    app = Flask("perille", template_folder=str(TEMPLATES))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    add_templates(app, plugins)
    add_static_files(app, plugins)
    return app


def _file_problems(app: Flask, owned: OwnedPlugin) -> Iterator[Diagnostic]:
    """Yield templates that cannot be compiled, and themes that cannot be used."""
    templates = folder_of(owned, "templates")
    for path in sorted(templates.rglob("*.html")) if templates is not None else ():
        name = f"{owned.package}/{path.relative_to(templates or path).as_posix()}"
        try:
            app.jinja_env.get_template(name)
        except TemplateError as error:
            yield Diagnostic(str(path), getattr(error, "lineno", None) or 1, str(error))
    for theme in owned.plugin.themes:
        yield from (
            Diagnostic(owned.owner, NO_LINE, f'The theme "{theme.name}": {each}') for each in theme_faults(app, theme)
        )


def _migration_problems(owned: OwnedPlugin, folder: Path) -> Iterator[Diagnostic]:
    """Yield what the migrations do not do, or do otherwise than the models say."""
    wanted = migrations_of(owned)
    if wanted is None:
        return
    engine = create_engine(f"sqlite:///{folder / owned.package}.sqlite3")
    prepare_engine(engine)
    try:
        upgrade(engine)
        upgrade_plugin(engine, wanted)
        differences = _differences(engine, owned)
    except Exception as error:
        yield Diagnostic(str(wanted.folder), NO_LINE, f"The migrations fail: {describe_error(error)}")
        return
    finally:
        engine.dispose()
    yield from (Diagnostic(str(wanted.folder), NO_LINE, f"The models say otherwise: {each}") for each in differences)


def _differences(engine: Engine, owned: OwnedPlugin) -> list[str]:
    names = {table.name for table in tables_of(owned)}

    def is_theirs(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or name in names

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_theirs, "compare_type": True})
        found = compare_metadata(context, Base.metadata)
    return [str(each) for each in found]
