"""perille packs: list, check, new, update, review, audio, graph and export. Only listing and exporting need a database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from perille.api import did_you_mean
from perille.core.extensions import db
from perille.domain.item_files import drawing_of
from perille.packs import services
from perille.packs.authoring.check_report import summary_lines, unit_lines
from perille.packs.authoring.commands import list_known_facts, show_areas
from perille.packs.authoring.fact_list import unused_lines
from perille.packs.authoring.folders import (
    Paths,
    load_libraries,
    load_without_translations,
    pack_folders,
    print_faults,
)
from perille.packs.authoring.item_report import item_lines
from perille.packs.authoring.reviews import mark_all_reviewed, to_review
from perille.packs.authoring.scaffold import write_new_pack
from perille.packs.authoring.update import UpdateReport, update_folder
from perille.packs.checks.advice import advise
from perille.packs.checks.two_person_review import contents_hash, is_source, review_state
from perille.packs.compiler.compile import compile_loaded, libraries_beside, load_library
from perille.packs.format.audio import UNSPOKEN, RecordableParts, missing_files
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.translation import review_hash
from perille.packs.format.units import resolve_units
from perille.packs.format_commands import export_pack, import_pack
from perille.packs.source.diagnostics import Diagnostics, PackError
from perille.packs.source.discovery import discover
from perille.packs.source.files import read_folder
from perille.packs.source.registry import InteractionRegistry


@click.group()
def packs() -> None:
    """Find, check, make, translate and export packs."""


for _command in (export_pack, import_pack):
    packs.add_command(_command)


@packs.command("list")
@click.pass_obj
def list_packs(make_app: Callable[[], Flask]) -> None:
    """List the published packs, and what keeps others from being published."""
    with make_app().app_context():
        for pack in services.current_packs(db.session):
            click.echo(f"{pack.pack_id}  {pack.kind}  {pack.slug}  {pack.version}  {pack.owner}")
        for problem in services.problems(db.session):
            click.echo(str(problem), err=True)


@packs.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--all", "every", is_flag=True, help="Print every fault, also those that may follow from another.")
@click.option("--units", is_flag=True, help="Print words, minutes and weight of each unit, also for several packs.")
@click.option(
    "--items", is_flag=True, help="Print what gives answers away in each bank, and the chance to pass by guessing."
)
def check_packs(paths: Paths, *, every: bool, units: bool, items: bool) -> None:
    """Compile packs and print every fault as file:line: message; exit status 1 where one does not compile.

    Of a pack that compiles it says what is missing in each language, its weight, words and minutes; of a single one unit by unit;
    of one with facts, which of them no page of the packs here uses.
    """
    found = discover()
    registry = InteractionRegistry(found.plugins)
    folders = pack_folders(paths)
    installed = tuple(source.folder for source in found.sources)
    libraries = load_libraries(folders, registry, installed)
    wanted = _CheckOutput(every=every, units=units or (len(folders) == 1 and not items), items=items)
    broken = [folder for folder in folders if not _check(folder, libraries, registry, wanted)]
    _tell_unused_facts(folders, registry, installed)
    if broken:
        sys.exit(1)


@packs.command("update")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def update_packs(paths: Paths) -> None:
    """Bring the catalogues of packs up to date after an edit; files in which nothing changed stay as they are."""
    registry = InteractionRegistry(discover().plugins)
    failed = False
    for folder in pack_folders(paths):
        pack = load_library(folder, registry)
        try:
            for report in update_folder(folder, pack):
                click.echo(_told(report))
        except PackError as error:
            print_faults(folder, error.diagnostics)
            failed = True
        failed |= _blocks_left_out(folder, pack)
    sys.exit(1 if failed else 0)


@packs.command("new")
@click.argument("path", type=click.Path(path_type=Path))
def new_pack(path: Path) -> None:
    """Write a small pack that compiles; PATH ends in the pack's id, such as course_iceland."""
    try:
        written = write_new_pack(path)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for name in written:
        click.echo(str(path / name))


@packs.command("review")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("language", required=False)
@click.option("--by", "who", default="", help="Mark as reviewed by this person: a name of one word.")
@click.option("--context", default="", help="Only what has this msgctxt, such as lesson/welcome or item/fire.")
def review_pack(path: Path, language: str | None, who: str, context: str) -> None:
    """Show what nobody has reviewed in LANGUAGE with the hash of each, and mark it with --by; without one, the source."""
    today = datetime.now(UTC).date()
    if language is None:
        pack = load_library(path, InteractionRegistry(discover().plugins))
        contents = contents_hash(pack.manifest, pack.files)
        click.echo(
            f"The source of {path}: {review_state(pack.manifest, pack.files)}. Who has read it adds to {MANIFEST}:"
        )
        click.echo(f'[[review]]\nby = "Your name"\non = {today.isoformat()}\ncontents = "{contents}"')
        return
    if len(who.split()) > 1:
        raise click.ClickException("--by takes a name of one word: it stands in a comment of the catalogue")
    try:
        if who:
            click.echo(
                f"{mark_all_reviewed(path, language, who, today, context)} translations marked as reviewed by {who}"
            )
            return
        for entry in to_review(path, language):
            place = path / "translations" / f"{language}.po"
            click.echo(f"{place}:{entry.linenum}: {review_hash(entry.msgid, entry.msgstr)} {entry.msgctxt}")
    except PackError as error:
        print_faults(path, error.diagnostics)
        sys.exit(1)


@packs.command("audio")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("language")
def list_missing_audio(path: Path, language: str) -> None:
    """List the files of the screens and questions of the pack PATH that nobody has read aloud in LANGUAGE yet."""
    pack = load_library(path, InteractionRegistry(discover().plugins))
    if language not in pack.manifest.languages:
        raise click.ClickException(
            f"{path} has no language {language}{did_you_mean(language, pack.manifest.languages)}"
        )
    place = {unit.key: number for number, unit in enumerate(pack.manifest.units)}
    # In the order of the course: who reads aloud begins with what is met first.
    order = sorted(pack.lessons, key=lambda name: place.get(name.partition(".")[0], len(place)))
    wanted = RecordableParts(pack.manifest.languages, {name: pack.lessons[name] for name in order}, tuple(pack.items))
    missing = missing_files(pack.audio, wanted, language)
    for name in missing:
        click.echo(name)
    count = len(wanted.names())
    click.echo(f"{path}: {count - len(missing)} of {count} recordings in {language} are there", err=True)
    if missing and language in UNSPOKEN:
        click.echo(f"No phone has a voice for {language}: what is not recorded cannot be listened to.", err=True)


@packs.command("graph")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("name")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; NAME.svg otherwise.")
def draw_file(path: Path, name: str, output: Path | None) -> None:
    """Draw a file NAME.toml of the pack PATH that a question type has as a graph, as plays/NAME.toml; also one that has faults."""
    pack = load_library(path, InteractionRegistry(discover().plugins))
    files = {each.name: each for each in pack.own_files.values()}
    file = files.get(name)
    drawing = drawing_of(file.files, file.reading) if file is not None else ""
    if file is None or not drawing:
        raise click.ClickException(f"{path} has nothing to draw of the name {name}{did_you_mean(name, files)}")
    target = output or Path(f"{name}.svg")
    target.write_text(drawing, "utf-8")
    click.echo(f"{target}: {file.path}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _CheckOutput:
    """What `check` is to print beside faults."""

    every: bool
    units: bool
    items: bool


def _check(folder: Path, libraries: Iterable[LoadedPack], registry: InteractionRegistry, wanted: _CheckOutput) -> bool:
    pack = load_pack(read_folder(folder), registry, today=datetime.now(UTC).date())
    try:
        compiled = compile_loaded(pack, libraries)
    except PackError as error:
        print_faults(folder, error.diagnostics, every=wanted.every)
        return False
    plans = resolve_units(pack, libraries_beside(pack, libraries), Diagnostics())
    found = Diagnostics()
    found.extend(compiled.warnings)
    advise(pack, plans, found)
    print_faults(folder, found.all, every=wanted.every)
    lines = [*summary_lines(pack, compiled, plans)]
    lines += unit_lines(compiled, plans) if wanted.units else ()
    lines += item_lines(pack, plans, registry) if wanted.items else ()
    for line in lines:
        click.echo(f"{folder}: {line}")
    return True


def _tell_unused_facts(folders: Iterable[Path], registry: InteractionRegistry, installed: Iterable[Path]) -> None:
    with_facts = [folder for folder in folders if any((folder / "facts").glob("*.toml"))]
    if not with_facts:
        return
    packs_here = {each.files.name: each for each in load_without_translations(with_facts, registry, installed)}
    for folder in with_facts:
        for line in unused_lines(packs_here[folder.resolve().name], packs_here.values()):
            click.echo(f"{folder}: {line}")


packs.add_command(show_areas)
packs.add_command(list_known_facts)


def _blocks_left_out(folder: Path, pack: LoadedPack) -> bool:
    """Tell of faults in the source: what cannot be read has no block in the catalogues. Those of catalogues are no hindrance."""
    unread = [fault for fault in pack.diagnostics.errors if is_source(fault.path)]
    print_faults(folder, unread)
    return bool(unread)


def _told(report: UpdateReport) -> str:
    if not report.changed and not report.created:
        return f"{report.path}: unchanged, {report.missing} to translate"
    counts = f"{report.added} new, {report.outdated} outdated, {report.gone} gone, {report.missing} to translate"
    return f"{report.path}: {'created' if report.created else 'updated'}, {counts}"
