"""The lesson about help and emergencies is there in easy words, in every language of each country's course."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from support.places import ROOT

LESSONS = {
    "estonia": "help-lines",
    "finland": "which-number",
    "iceland": "which-help",
    "lithuania": "lines",
    "slovakia": "lines",
    "sweden": "which-number",
}


@pytest.mark.parametrize(("country", "lesson"), LESSONS.items())
def test_who_reads_little_finds_the_numbers_for_help(country: str, lesson: str) -> None:
    folder = Path(ROOT, "courses", f"course_{country}")
    assert "{fact: emergency.number}" in (folder / "lessons" / f"{lesson}.easy.md").read_text("utf-8")
    for file in (folder / "translations").glob("*.po"):
        words = [
            each for each in polib.pofile(str(file)) if each.msgctxt == f"lesson/{lesson}.easy" and not each.obsolete
        ]
        assert len(words) > 20, file.name
        assert [each.msgid for each in words if not each.msgstr or each.fuzzy] == [], file.name
