"""How long packs take: compiling 12 lessons in 8 languages (aim: 1 s), starting with 1,000 packs that have not changed.

    python tests/bench/compile_packs.py

Prints the best and the middle of several runs. Nothing here is asserted: machines are noisy.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import perille.features  # noqa: F401  (every table)
from perille.core.database import Base
from perille.packs.authoring.update import update_folder
from perille.packs.compiler.compile import compile_pack, load_library
from perille.packs.published.library import PackLibrary
from perille.packs.services import synchronise
from perille.packs.source.discovery import FolderSource, discover
from perille.packs.source.markdown import inline
from perille.packs.source.registry import InteractionRegistry

LANGUAGES = ("en", "fi", "sv", "ar", "uk", "ru", "so", "prs")
LESSONS, SCREENS, ITEMS = 12, 7, 5


def write_course(folder: Path, languages: tuple[str, ...], lessons: int = LESSONS) -> None:
    """Write a course of the size of a real one."""
    for name in ("lessons", "items", "translations"):
        (folder / name).mkdir(parents=True)
    units = [f"lesson-{number}" for number in range(lessons)]
    head = (
        f'id = "{folder.name}"\nkind = "course"\nslug = "{folder.name.replace("_", "-")}"\nversion = "1.0.0"\ntitle = "A course"\n'
        f'summary = "Words."\nlanguages = {list(languages)!r}\nlicence = "CC-BY-4.0"\n'
        f'[[block]]\nkey = "all"\ntitle = "All"\nunits = {units!r}\n'
    )
    tables = "".join(f'[unit.{unit}]\nminutes = 8\nobjectives = ["K: know {unit}", "S: do {unit}"]\n' for unit in units)
    (folder / "pack.toml").write_text((head + tables).replace("'", '"'))
    for unit in units:
        (folder / "lessons" / f"{unit}.md").write_text(_lesson(unit))
        (folder / "items" / f"{unit}.toml").write_text("".join(_item(unit, number) for number in range(ITEMS)))


def _lesson(unit: str) -> str:
    screens = [f"# The lesson {unit}\n\nYou learn **one** thing here. It is number {unit}.\n"]
    for number in range(SCREENS):
        check = f"::: check {unit}-{number}\n:::\n" if number < ITEMS else ""
        screens.append(
            f"## Screen {number} of {unit}\n\nThe first sentence of screen {number} in {unit} tells *who* helps. "
            f"The second one tells where. See [the office](https://office.example/{unit}/{number}).\n\n"
            f"- Take paper {number} of {unit} with you.\n- Ask for a **free** interpreter on day {number}, {unit}.\n\n"
            f"::: note\nYou may ask again in {unit}, {number}.\n:::\n\n{check}"
        )
    return "\n".join(screens)


def _item(unit: str, number: int) -> str:
    choices = "".join(
        f'[[item.choice]]\nkey = "c{n}"\ntext = "Answer {n} to {number} of {unit}"\nfeedback = "Because of {n}, {number}, {unit}."\n'
        + ("right = true\n" if n == 0 else "")
        for n in range(3)
    )
    head = f'[[item]]\nkey = "{unit}-{number}"\ninteraction = "choice"\n'
    return f'{head}prompt = "What first in {unit}, {number}?"\nhint = "Look up."\n{choices}\n'


def translate(folder: Path, registry: InteractionRegistry) -> None:
    """Make and fill the catalogues of a course."""
    pack = load_library(folder, registry)
    for report in update_folder(folder, pack):
        lines = report.path.read_text("utf-8").split("\n")
        head = lines.index("")
        done = [_filled(lines, place) if place > head else line for place, line in enumerate(lines)]
        report.path.write_text("\n".join(done), "utf-8")


def _filled(lines: list[str], place: int) -> str:
    before = lines[place - 1]
    if lines[place] == 'msgstr ""' and before.startswith('msgid "') and before != 'msgid ""':
        return f'msgstr "{before[7:]}'
    return lines[place]


def measure(name: str, work: Callable[[], object], runs: int = 7) -> None:
    """Print how long *work* takes."""
    times = []
    for _run in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    sys.stdout.write(f"{name:55} best {min(times) * 1000:8.1f} ms   middle {statistics.median(times) * 1000:8.1f} ms\n")


def bench_start(root: Path, registry: InteractionRegistry, count: int) -> None:
    """Publish many small packs, then start again with nothing changed."""
    for number in range(count):
        write_course(root / f"course_s{number}", ("en",), lessons=1)
    sources = [FolderSource(folder=root / f"course_s{number}", owner="bench") for number in range(count)]
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:

        def start() -> None:
            synchronise(session, sources, registry, production=True, progress=lambda *_told: None)
            session.commit()
            session.expunge_all()

        measure(f"publish {count} packs", start, runs=1)
        measure(f"start with {count} packs, none changed", start, runs=3)
        measure(f"read the shelf of {count} packs", lambda: PackLibrary(session).reload(session), runs=3)


def main() -> None:
    """Run all."""
    registry = InteractionRegistry(discover().plugins)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "course_bench"
        write_course(folder, LANGUAGES)
        translate(folder, registry)
        result = compile_pack(folder, (), registry)
        sys.stdout.write(f"states in Arabic: {dict(result.words['ar'].states)}; {len(result.structure.items)} items\n")
        size = f"compile {LESSONS} lessons in {len(LANGUAGES)} languages"
        measure(f"{size}, as a fresh process", lambda: (inline.cache_clear(), compile_pack(folder, (), registry)))
        measure(f"{size}, again", lambda: compile_pack(folder, (), registry))
        pack = load_library(folder, registry)
        measure("update 7 catalogues, nothing changed", lambda: update_folder(folder, pack), runs=3)
        bench_start(Path(name), registry, 1000)


if __name__ == "__main__":
    main()
