"""Go through courses and modules by keyboard alone, without script, 320 pixels wide, in each of their languages; a line for each.

    .venv/bin/python tests/bench/keyboard_walk.py [--wide] [--script] [estonia:ar,uk sweden your-choice/LT:uk module-1]

`--wide`: on a screen of 1280 pixels; `--script`: with scripts.

Without arguments all that ship in all their languages: about 105 ways of a quarter of a minute to a minute and a half each. Of a course
that asks for the country the first one is taken, or the one that is named after a slash. Prints how many screens and questions there
were, where the way ended, and each fault: what is wider than the screen, what has the focus and is not seen, what Tab does not come to.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from playwright.sync_api import Browser, sync_playwright

from perille.domain.course import UnitKind
from support.course_walk import items_of
from support.keyboard_walk import PHONE, WIDE, KeyboardWalk
from support.places import ROOT
from support.programs import find_browser
from support.shipped import shipped_pack
from support.site import run_site


def languages() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return slug -> (folder, languages) of the courses and modules that ship; a path of modules has no screens of its own."""
    found = {}
    for folder in sorted([*(ROOT / "courses").glob("course_*"), *(ROOT / "modules").glob("module_*")]):
        manifest = shipped_pack(folder).manifest
        if any(unit.kind is not UnitKind.MODULE for unit in manifest.units):
            found[manifest.slug] = (f"{folder.parent.name}/{folder.name}", tuple(manifest.languages))
    return found


def walk(browser: Browser, base: str, folder: str, course: str, language: str, country: str) -> None:
    """Go one way and print what it was like."""
    script, size = "--script" in sys.argv, WIDE if "--wide" in sys.argv else PHONE
    context = browser.new_context(base_url=base, java_script_enabled=script, locale=language, service_workers="block")
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
    named_ways = [each for each in sys.argv[1:] if not each.startswith("--")]
    asked = [each.partition(":") for each in named_ways] or [(course, "", "") for course in courses]
    program = find_browser()
    assert program is not None, "make setup-test brings a browser"
    with (
        tempfile.TemporaryDirectory() as folder,
        run_site(Path(folder), settings={"PERILLE_RATE_LIMITS": "no"}) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(program.executable), args=[*program.arguments])
        for named, _colon, wanted in asked:
            course, _slash, country = named.partition("/")
            home, spoken = courses[course]
            for language in wanted.split(",") if wanted else spoken:
                walk(browser, site.url, home, course, language, country)
        browser.close()


if __name__ == "__main__":
    main()
