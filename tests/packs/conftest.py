"""Folders, registries and libraries for tests of packs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from packs import plays
from packs.published import LESSON, SVG, MakePack, Sync
from perille.interactions import plugin
from perille.packs.compiler.compile import compile_pack, load_library
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.format.loading import LoadedPack
from perille.packs.services import SyncReport, synchronise
from perille.packs.source.diagnostics import Diagnostic, PackError
from perille.packs.source.discovery import FolderSource
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin
from support.packs import CHOICE

Compile = Callable[..., CompiledPack]
FaultsOf = Callable[..., tuple[Diagnostic, ...]]

FACTS = """
[emergency.number]
kind = "phone"
label = "Emergency number"
value = "112"
hours = "always"
topics = ["emergency"]
help = "emergency"
source = "https://112.fi"
confidence = "A"
checked_on = 2026-11-22
review_due = 2027-05-22

[municipality.role]
kind = "text"
label = "Your municipality"
value = "Schools and day care"
topics = ["offices"]
source = "https://kotoutuminen.fi"
confidence = "B"
checked_on = 2026-11-22
review_due = 2027-05-22

[crisis.old]
kind = "phone"
label = "Crisis line"
value = "09 2525 0111"
e164 = "+358925250111"
topics = ["crisis"]
source = "a note of long ago"
confidence = "C"
checked_on = 2026-11-22
review_due = 2027-05-22
"""


@pytest.fixture(scope="session")
def registry() -> InteractionRegistry:
    return InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille 0.1.0")])


def library_folder(root: Path, pack_id: str, slug: str, files: dict[str, str], units: Sequence[str] = ()) -> Path:
    """Write a library and return its folder."""
    tables = "".join(f'[unit.{unit}]\nminutes = 4\nobjectives = ["K: what to do"]\n' for unit in units)
    manifest = (
        f'id = "{pack_id}"\nkind = "library"\nslug = "{slug}"\nversion = "1.0.0"\ntitle = "A library"\nsummary = "Words."\n'
        f'languages = ["en"]\ncountries = ["FI"]\nlicence = "CC-BY-4.0"\n{tables}'
    )
    for path, text in {"pack.toml": manifest, **files}.items():
        target = root / pack_id / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return root / pack_id


@pytest.fixture
def facts_folder(tmp_path: Path) -> Path:
    return library_folder(tmp_path / "packs", "course_facts", "facts", {"facts/FI.toml": FACTS})


@pytest.fixture
def facts_library(facts_folder: Path, registry: InteractionRegistry) -> LoadedPack:
    return load_library(facts_folder, registry)


@pytest.fixture
def compiled(registry: InteractionRegistry, facts_library: LoadedPack) -> Compile:
    """Compile a folder with the facts library, that of `support.countries` where it lies beside, and any others."""

    def compile_with(folder: Path, *others: LoadedPack) -> CompiledPack:
        numbers = [load_library(each, registry) for each in folder.parent.glob("course_numbers")]
        return compile_pack(folder, (facts_library, *numbers, *others), registry)

    return compile_with


@pytest.fixture
def faults_of(compiled: Compile) -> FaultsOf:
    """Return all faults of a folder: of one that does not compile all, of one that does its warnings."""

    def find(folder: Path, *others: LoadedPack) -> tuple[Diagnostic, ...]:
        try:
            return compiled(folder, *others).warnings
        except PackError as error:
            return error.diagnostics

    return find


def line_of(folder: Path, path: str, words: str) -> int:
    """Return the first line of a file that has *words*."""
    lines = (folder / path).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def catalogue(*entries: tuple[str, str, str], flags: str = "") -> str:
    """Return a catalogue of (msgctxt, msgid, msgstr)."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    return head + "".join(f'\n{flags}msgctxt "{c}"\nmsgid "{i}"\nmsgstr "{s}"\n' for c, i, s in entries)


@pytest.fixture
def course(make_pack: MakePack) -> Path:
    return make_pack(
        lessons={"hello": LESSON},
        items={"bank": CHOICE},
        media={"house.svg": SVG},
        translations={"ar": catalogue(("lesson/hello", "Hello", "مرحبا"))},
    )


@pytest.fixture
def sync(session: Session, facts_folder: Path, registry: InteractionRegistry) -> Sync:
    def run(*folders: Path, production: bool = False, facts: bool = True) -> SyncReport:
        every = (*([facts_folder] if facts else []), *folders)
        sources = [FolderSource(folder=folder, owner=f"owner of {folder.name} 1.0") for folder in every]
        report = synchronise(session, sources, registry, production=production, progress=lambda *_told: None)
        session.commit()
        return report

    return run


@pytest.fixture
def make_play(make_pack: MakePack) -> MakePack:
    def make(play: str = plays.PLAY, item: str = plays.ITEM, **settings: object) -> Path:
        folder = make_pack(
            lessons={"hello": plays.LESSON}, items={"bank": item}, media={"room.svg": plays.SVG}, **settings
        )
        (folder / "plays").mkdir(exist_ok=True)
        (folder / "plays" / "first-talk.toml").write_text(play, "utf-8")
        return folder

    return make
