"""`perille packs export` and `perille packs import`: packs in other formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click
from flask import Flask

from perille.api import Exporter, Importer, PublishedPack
from perille.core.extensions import db
from perille.core.traceback_places import describe_error
from perille.packs import services
from perille.packs.authoring.formats import write_files
from perille.packs.source.discovery import discover
from perille.packs.source.first_of_name import Choices, N, choices


@click.command("export")
@click.argument("pack_id")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "name", default="folder", show_default=True, help="`perille plugins list` names the formats.")
@click.pass_obj
def export_pack(make_app: Callable[[], Flask], pack_id: str, path: Path, name: str) -> None:
    """Write a published pack to PATH, which must be empty or not there: its folder, byte for byte, or another format."""
    _require_empty(path)
    found: Choices[Exporter] = choices("exporter", discover().plugins, "exporters")
    exporter, owner = _chosen(found, name)
    with make_app().app_context():
        files = services.source_files(db.session, pack_id)
        versions = {each.pack_id: each.version for each in services.current_packs(db.session)}
    if files is None:
        raise click.ClickException(f"No pack {pack_id} is published")
    pack = PublishedPack(id=pack_id, version=versions[pack_id], files=files)
    written = _write(f"The exporter {name} of {owner}", lambda: exporter.write(pack), path)
    click.echo(f"{len(written)} files written to {path}")


@click.command("import")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "name", required=True, help="`perille plugins list` names the formats.")
def import_pack(source: Path, path: Path, name: str) -> None:
    """Make a pack at PATH of the file SOURCE; PATH ends in the pack's id. Look at it with `perille packs check`."""
    _require_empty(path)
    found: Choices[Importer] = choices("importer", discover().plugins, "importers")
    importer, owner = _chosen(found, name)
    content, pack_id = source.read_bytes(), path.resolve().name
    written = _write(f"The importer {name} of {owner}", lambda: importer.read(source.name, content, pack_id), path)
    click.echo(f"{len(written)} files written to {path}. Next: perille packs check {path}")


def _require_empty(path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise click.ClickException(f"{path} is there already and not empty")


def _chosen(found: Choices[N], name: str) -> tuple[N, str]:
    try:
        return found.find(name)
    except LookupError as error:
        raise click.ClickException(str(error)) from error


def _write(who: str, make: Callable[[], Mapping[str, bytes]], path: Path) -> Mapping[str, bytes]:
    """Write the files that a format makes; what goes wrong in it is named, and nothing is written."""
    try:
        files = make()
        write_files(path, files)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    except Exception as error:
        raise click.ClickException(f"{who} failed ({describe_error(error)})") from error
    return files
