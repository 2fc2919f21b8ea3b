"""Folders that plugins bring: templates, static files and catalogues, each under the name of its package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, TemplateError

from perille.core.web.static_files import add_static_folder, has_static_file
from perille.domain.item import Interaction, files_of, offline_script
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin

_KINDS = ("templates", "static", "catalogues", "migrations")


def folder_of(owned: OwnedPlugin, kind: str) -> Path | None:
    """Return the folder that a plugin names for a kind; None where it names none, or one that is not inside its package."""
    name: str = getattr(owned.plugin, kind)
    if not name or owned.folder is None:
        return None
    folder = (owned.folder / name).resolve()
    return folder if folder.is_dir() and folder.is_relative_to(owned.folder) else None


def folder_problems(plugins: Iterable[OwnedPlugin]) -> Iterator[Diagnostic]:
    """Yield a problem for each folder that a plugin names and that is not there."""
    for owned in plugins:
        for kind in _KINDS:
            if getattr(owned.plugin, kind) and folder_of(owned, kind) is None:
                text = f'{kind} = "{getattr(owned.plugin, kind)}" is no folder inside the package {owned.package}'
                yield Diagnostic(owned.owner, NO_LINE, text)


def catalogue_folders(plugins: Iterable[OwnedPlugin]) -> list[str]:
    """Return the folders of plugins' catalogues, for Flask-Babel: of a message that two have, the later one's words are used."""
    return [str(folder) for owned in plugins if (folder := folder_of(owned, "catalogues")) is not None]


def add_templates(app: Flask, plugins: Iterable[OwnedPlugin]) -> None:
    """Let templates of plugins be found as `<package>/<file>`."""
    found = {owned.package: folder for owned in plugins if (folder := folder_of(owned, "templates")) is not None}
    if found:
        loaders: dict[str, BaseLoader] = {name: FileSystemLoader(folder) for name, folder in found.items()}
        ours = [app.jinja_loader] if app.jinja_loader is not None else []
        app.jinja_loader = ChoiceLoader([*ours, PrefixLoader(loaders)])


def add_static_files(app: Flask, plugins: Iterable[OwnedPlugin]) -> None:
    """Let static files of plugins be served as `<package>/<file>`."""
    for owned in plugins:
        folder = folder_of(owned, "static")
        if folder is not None:
            add_static_folder(app, owned.package, folder)


def refuse_incomplete(app: Flask, registry: InteractionRegistry) -> None:
    """Take out of the registry each question type that lacks its template or one of its static files, by name."""
    for name in registry.names:
        interaction = registry.get(name)
        if interaction is not None and (lacks := _lacking(app, interaction)):
            registry.refuse(name, lacks)


def _lacking(app: Flask, interaction: Interaction) -> str:
    assert app.jinja_env.loader is not None
    try:
        app.jinja_env.loader.get_source(app.jinja_env, interaction.template)
    except TemplateError:
        return f'there is no template "{interaction.template}"'
    for name in (*files_of(interaction), offline_script(interaction)):
        if name and not has_static_file(app, name):
            return f'there is no static file "{name}"'
    return ""
