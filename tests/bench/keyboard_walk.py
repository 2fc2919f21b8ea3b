"""Go through courses and modules by keyboard alone, without script, 320 pixels wide, in each of their languages; a line for each.

    .venv/bin/python tests/bench/keyboard_walk.py [--wide] [--script] [estonia:ar,uk sweden your-choice/LT:uk module-1]

`--wide`: on a screen of 1280 pixels; `--script`: with scripts.

Without arguments all that ship in all their languages: about 105 ways of a quarter of a minute to a minute and a half each. Of a course
that asks for the country the first one is taken, or the one that is named after a slash. Prints how many screens and questions there
were, where the way ended, and each fault: what is wider than the screen, what has the focus and is not seen, what Tab does not come to.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from playwright.sync_api import Browser, sync_playwright

from perille.domain.course import UnitKind
from support.course_walk import items_of
from support.keyboard_walk import PHONE, WIDE, KeyboardWalk
from support.places import ROOT
from support.programs import LEAN, find_browser
from support.shipped import shipped_pack
from support.site import run_site

#: Milliseconds that a page may take.
_PATIENCE = 180_000


class Asked(argparse.Namespace):
    """What the command line asks for."""

    ways: list[str]
    wide: bool
    script: bool


def read_arguments(courses: Mapping[str, object]) -> Asked:
    """Read the command line; end with what is wrong about it: a walk of all takes an hour."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", metavar="COURSE[/COUNTRY][:LANGUAGES]")
    parser.add_argument("--wide", action="store_true", help="on a screen of 1280 pixels")
    parser.add_argument("--script", action="store_true", help="with scripts")
    asked = parser.parse_args(namespace=Asked())
    for way in asked.ways:
        if (slug := way.partition(":")[0].partition("/")[0]) not in courses:
            parser.error(f"there is no course or module {slug!r}; there are: {', '.join(courses)}")
    return asked


def languages() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return slug -> (folder, languages) of the courses and modules that ship; a path of modules has no screens of its own."""
    found = {}
    for folder in sorted([*(ROOT / "courses").glob("course_*"), *(ROOT / "modules").glob("module_*")]):
        manifest = shipped_pack(folder).manifest
        if any(unit.kind is not UnitKind.MODULE for unit in manifest.units):
            found[manifest.slug] = (f"{folder.parent.name}/{folder.name}", tuple(manifest.languages))
    return found


def walk(browser: Browser, base: str, folder: str, course: str, language: str, country: str, asked: Asked) -> None:
    """Go one way and print what it was like."""
    script, size = asked.script, WIDE if asked.wide else PHONE
    context = browser.new_context(base_url=base, java_script_enabled=script, locale=language, service_workers="block")
    context.set_default_timeout(_PATIENCE)  # it runs beside other work, at the lowest priority
    page, began = context.new_page(), time.monotonic()
    items = items_of(folder, "courses/course_shared")
    way = KeyboardWalk(
        page, items, language, course, country=country, kind=folder.partition("/")[0], size=size, script=script
    )
    try:
        way.go()
    except Exception as error:  # noqa: BLE001  (whatever ends one way, the others are gone)
        way.faults.append(f"{type(error).__name__}: {error}")
    end = page.url.removeprefix(base)
    seconds = time.monotonic() - began
    print(
        course,
        country,
        language,
        len(way.screens),
        "screens",
        len(way.answered),
        "questions",
        end,
        f"{seconds:.0f} s",
        flush=True,
    )
    for fault in way.faults:
        print("   ", fault, flush=True)
    context.close()


def main() -> None:
    """Go the ways that are asked for, or all."""
    courses = languages()
    asked = read_arguments(courses)
    program = find_browser()
    assert program is not None, "make setup-test brings a browser"
    with (
        tempfile.TemporaryDirectory() as folder,
        run_site(Path(folder), settings={"PERILLE_RATE_LIMITS": "no"}) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(program.executable), args=[*program.arguments, *LEAN])
        for way in asked.ways or courses:
            named, _colon, wanted = way.partition(":")
            course, _slash, country = named.partition("/")
            home, spoken = courses[course]
            for language in wanted.split(",") if wanted else spoken:
                walk(browser, site.url, home, course, language, country, asked)
        browser.close()


if __name__ == "__main__":
    main()
