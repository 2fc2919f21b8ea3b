"""perille packs show and facts: what an author looks up while writing."""

from __future__ import annotations

from pathlib import Path

import click

from perille.api import did_you_mean
from perille.packs.authoring.area_drawing import draw_areas
from perille.packs.authoring.fact_list import list_facts, topics_of
from perille.packs.authoring.folders import library_folders
from perille.packs.compiler.compile import load_library
from perille.packs.format.media import MediaFile
from perille.packs.source.discovery import discover
from perille.packs.source.registry import InteractionRegistry


@click.command("show")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("name")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; NAME.svg otherwise.")
def show_areas(path: Path, name: str, output: Path | None) -> None:
    """Draw the picture of the item NAME of the pack PATH with its areas and a grid of coordinates.

    NAME may be a picture too: before its areas are written, the grid tells their coordinates.
    """
    pack = load_library(path, InteractionRegistry(discover().plugins))
    item = pack.items.get(name)
    picture: MediaFile | None = pack.media.get(item.item.picture if item else name)
    if picture is None:
        if item is not None:
            raise click.ClickException(f"The item {name} has no picture")
        known = (*pack.items, *pack.media)
        raise click.ClickException(f"{path} has no item and no picture {name}{did_you_mean(name, known)}")
    target = output or Path(f"{name}.svg")
    try:
        target.write_text(draw_areas(pack, picture, item), "utf-8")
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{target}: {picture.path}, {picture.width} x {picture.height}")


@click.command("facts")
@click.argument("country")
@click.option("--topic", default="", help="Only contacts of this topic, as ::: ask names it.")
@click.option(
    "--pack",
    "path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Tell whether this pack uses them, not any installed one; its libraries beside it are looked at too.",
)
def list_known_facts(country: str, topic: str, path: Path | None) -> None:
    """List the facts of COUNTRY that lessons may name: key, label, value, grade, dates, and whether they are used.

    A sentence names one as {fact: KEY}, or {fact: COUNTRY/KEY} where the pack is of another country.
    """
    found = discover()
    registry = InteractionRegistry(found.plugins)
    installed = tuple(source.folder for source in found.sources)
    folders = library_folders(() if path is None else (path,), installed)
    libraries = [load_library(folder, registry) for folder in folders]
    # Who uses them is read only where there are some: it is in every lesson and question of the packs.
    if not list(list_facts(libraries, (), country.upper(), topic)):
        raise click.ClickException(_nothing(country.upper(), topic, topics_of(libraries, country.upper())))
    read = dict(zip(folders, libraries, strict=True))
    users = [read.get(each) or load_library(each, registry) for each in (installed if path is None else (path,))]
    for each in list_facts(libraries, users, country.upper(), topic):
        click.echo("  ".join(each.row()))


def _nothing(country: str, topic: str, topics: list[str]) -> str:
    if topics and topic:
        return f'No contact of {country} has the topic "{topic}"{did_you_mean(topic, topics)} There are: {", ".join(topics)}'
    return f"There are no facts of {country}: they stand in facts/{country}.toml of a pack of the kind library"
