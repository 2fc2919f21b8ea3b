"""A number that a translation changes is told beside it, and no word list of ours gives a false alarm."""

from __future__ import annotations

import polib
import pytest

from perille.studio.translation_numbers import changed_numbers
from studio.author import Author, translation_forms
from support.places import ROOT


@pytest.mark.parametrize(
    ("source", "words", "lost", "added"),
    [
        ("Call 112.", "Soita 113.", ("112",), ("113",)),
        ("Call 112.", "Soita.", ("112",), ()),
        ("It costs 1,200 euros.", "Hinta on 1 200 euroa.", (), ()),
        ("Call 112, 113 or 116 117.", "Soita 116 117, 112 tai 113.", (), ()),
        ("Call 112.", "اتصلوا بالرقم ١١٢.", (), ()),
        ("You need 2 papers.", "Tarvitset kaksi paperia.", (), ()),
        ("See [it](https://example.org/2026).", "Katso [se](https://example.org/2027).", (), ()),
        ("Call {{fact:line.112}}.", "Soita.", (), ()),
        ("Call 112.", "", (), ()),
    ],
)
def test_numbers_of_three_digits_are_compared(
    source: str, words: str, lost: tuple[str, ...], added: tuple[str, ...]
) -> None:
    assert changed_numbers(source, words) == (lost, added)


def test_no_translation_that_ships_is_told_of_a_number() -> None:
    paths = [path for kind in ("courses", "modules") for path in (ROOT / kind).glob("*/translations/*.po")]
    entries = [each for path in paths for each in polib.pofile(str(path)) if each.msgstr and not each.obsolete]
    assert len(entries) > 1_000
    assert [each.msgid for each in entries if any(changed_numbers(each.msgid, each.msgstr))] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_translator_is_told_of_a_number_that_is_another_one(author: Author) -> None:
    author.begin()
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Call 112.")
    author.send("translations", {"language": "fi"})
    form = next(each for each in translation_forms(author.get("translations/fi")) if "112" in each["source"])
    page = author.send("translations/fi", form | {"words": "Soita 113."})
    told = [tag.words for tag in page.all("p") if "finding-hint" in tag.attributes.get("class", "")]
    assert "This is missing in the translation: 112" in " ".join(told)
    assert "This is in the translation, and not in its source: 113" in " ".join(told)
    form = next(each for each in translation_forms(author.get("translations/fi")) if "112" in each["source"])
    page = author.send("translations/fi", form | {"words": "Soita 112."})
    assert "finding-hint" not in page.html
