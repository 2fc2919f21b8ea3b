"""What is said after an answer gives a reason, in every lesson and test that ships and in every language."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from perille.packs.checks.item_clinic import bare_feedback
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
#: In the course on using a phone one touches and types: "Yes, a house." names what was touched, and there is no reason to give.
PRACTICE = {"course_online"}
ITEMS = (*ROOT.glob("modules/*/items"), *ROOT.glob("courses/*/items"))
PACKS = sorted(folder.parent for folder in ITEMS if folder.parent.name not in PRACTICE)


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_who_answers_is_told_why(folder: Path) -> None:
    pack = shipped_pack(folder)
    bare = {key: found for key, item in pack.items.items() if (found := bare_feedback(item, "en"))}
    assert bare == {}


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_who_answers_is_told_why_in_other_languages_too(folder: Path) -> None:
    bare = [
        (catalogue.name, entry.msgctxt)
        for catalogue in sorted(folder.glob("translations/*.po"))
        for entry in polib.pofile(str(catalogue))
        if entry.msgctxt and entry.msgctxt.rpartition("/")[2].startswith("feedback")
        if entry.msgstr and not entry.obsolete and len(entry.msgstr.split()) < 2
    ]
    assert bare == []
