"""A page says that its translation is a draft where it shows words that nobody has checked, and no other page says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from perille.interactions import plugin
from perille.packs.format.loading import load_pack
from perille.packs.format.translation import review_hash
from perille.packs.source.files import read_folder
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin
from perille.studio.translating import translations
from support.packs import CHOICE
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import CHECK, CREDENTIAL, write_way

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
HELLO = """# Hello there

Welcome to your course.

## Who helps

Call {fact: emergency.number} when you are in danger.

::: words help
- kotikunta · · your home town
:::

## What to do

::: check fire
:::

::: errand notice
# Tell your new address
- **What:** Send a notice of move.
:::

## The end

Well done.
"""
SECOND = """# The second lesson

One screen is enough.

::: words help
:::

::: talk
What helps you to learn?
:::
"""
MORE = '\n[objectives]\nsafe = "K: What to do in danger"\n\n[unit.check.rules]\nfeedback = "end"\n'
DRAFT = "Tämä käännös on luonnos"
COURSE = "/fi/courses/way"
LESSON = f"{COURSE}/hello"
PAGES = {
    "course": COURSE,
    "lesson": LESSON,
    "screen 2": f"{LESSON}?screen=2",
    "screen 3": f"{LESSON}?screen=3",
    "screen 4": f"{LESSON}?screen=4",
    "other lesson": f"{COURSE}/second",
    "test": f"{COURSE}/check",
    "errands": f"{COURSE}/errands",
    "words": f"{COURSE}/word-list",
    "paper": f"{LESSON}/print",
    "room": f"{LESSON}/room",
    "talk": f"{COURSE}/second/room",
}
#: Words of which nobody has checked the translation -> the pages that say so.
WAITING = {
    "": (),
    "Welcome to your course.": ("lesson", "paper", "room"),
    # The other lesson takes the list of this one.
    "your home town": ("screen 2", "words", "paper", "other lesson"),
    "Tell your new address": ("screen 3", "errands", "paper"),
    "The kitchen is on fire. What do you do first?": ("screen 3", "paper"),
    "The end": ("screen 4", "paper"),
    "One screen is enough.": ("other lesson", "talk"),
    "What helps you to learn?": ("other lesson", "talk"),
    # Said on the page of the result alone.
    "K: What to do in danger": ("test",),
    "The way course": ("course",),
}


def catalogue_without(folder: Path, waiting: Callable[[str], bool]) -> str:
    """Return a Finnish catalogue in which everything is translated, and all but what waits is reviewed."""
    pack = load_pack(read_folder(folder), InteractionRegistry((OwnedPlugin(plugin=plugin, owner="perille"),)))
    written = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n']
    for each in translations(pack, "fi"):
        words = f"{each.source} FI"
        mark = "" if waiting(each.source) else f"# reviewed {review_hash(each.source, words)} ben 2026-11-29\n"
        written.append(f'{mark}msgctxt "{each.context}"\nmsgid "{each.source}"\nmsgstr "{words}"\n')
    return "\n".join(written)


def drafts(visitor: Visitor) -> set[str]:
    """Return which pages say that they are drafts."""
    return {name for name, address in PAGES.items() if DRAFT in visitor.get(address).text}


def publish(whole: Whole, folder: Path, waiting: Callable[[str], bool]) -> None:
    check = CHECK.replace('"K: one"', '"safe"').replace('"K: two"', '"safe"')
    items = {"bank": CHOICE, "check": check}
    pack = write_way(folder, lessons={"hello": HELLO, "second": SECOND}, items=items, extra=CREDENTIAL + MORE)
    (pack / "translations/fi.po").write_text(catalogue_without(pack, waiting), "utf-8")
    whole.publish(pack)


@pytest.mark.parametrize("words", WAITING)
def test_words_that_nobody_has_checked_make_a_draft_of_the_pages_that_show_them(
    whole: Whole, visitor: Visitor, tmp_path: Path, words: str
) -> None:
    publish(whole, tmp_path / "way", lambda source: bool(words) and words in source)
    for address in PAGES.values():
        assert visitor.get(address).status == 200, address
    assert drafts(visitor) == set(WAITING[words])


def test_a_lesson_of_which_nobody_has_checked_a_word_says_so_once(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    publish(whole, tmp_path / "way", lambda _source: True)
    assert drafts(visitor) == PAGES.keys() - {"screen 2", "screen 3", "screen 4"}


def test_the_source_language_is_no_draft(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    publish(whole, tmp_path / "way", lambda _source: True)
    for address in PAGES.values():
        assert "is a draft" not in visitor.get(address.replace("/fi/", "/en/")).text
