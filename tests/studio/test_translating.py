"""Translating in the Studio: one block changes its own lines of the catalogue, and reviewed is what a person has pressed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from perille.domain.content import TranslationState
from perille.interactions import plugin
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.source.files import in_memory, read_folder
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin
from perille.people.models import Role
from perille.studio.translating import (
    UnreadableCatalogue,
    catalogue_file,
    path_of,
    review,
    take_words,
    translate,
    translations,
)
from perille.studio.word_files import read_words, write_xliff
from studio.author import Author, translation_forms
from support.places import ROOT
from support.translate_toolkit import saved_again
from support.visitor import Page

REGISTRY = InteractionRegistry((OwnedPlugin(plugin=plugin, owner="perille"),))
DAY = date(2026, 11, 26)


def loaded(files: dict[str, bytes]) -> LoadedPack:
    return load_pack(in_memory("course_estonia", files), REGISTRY)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(read_folder(Path(ROOT / "courses" / "course_estonia")).files)


def changed(before: bytes, after: bytes | None) -> tuple[list[str], list[str]]:
    """Return the lines that went and those that came."""
    old, new = before.decode().split("\n"), (after or b"").decode().split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_one_translation_changes_its_own_lines(files: dict[str, bytes]) -> None:
    pack = loaded(files)
    path = path_of("uk")
    entry = next(
        each for each in translations(pack, "uk") if each.words and "{" not in each.source and "*" not in each.source
    )
    body = translate(pack, "uk", entry.context, entry.source, "Aivan uudet sanat.")
    gone, came = changed(files[path], body)
    assert any("Aivan uudet sanat." in line for line in came)
    assert all(line.startswith(("msgstr", '"')) for line in (*gone, *came))
    again = {
        each.source: each
        for each in translations(loaded({**files, path: body or b""}), "uk")
        if each.context == entry.context
    }
    assert again[entry.source].words == "Aivan uudet sanat."
    assert translate(pack, "uk", entry.context, entry.source, entry.words) == files[path], (
        "what is the same changes nothing"
    )


def test_reviewed_is_pressed_and_ends_with_the_next_change(files: dict[str, bytes]) -> None:
    pack, path = loaded(files), path_of("uk")
    entry = next(
        each for each in translations(pack, "uk") if each.state is TranslationState.DRAFT and not each.problems
    )
    key = entry.context, entry.source
    body = review(pack, "uk", *key, entry.words, "Ben", DAY)
    assert body is not None

    def state(body: bytes) -> TranslationState:
        found = translations(loaded({**files, path: body}), "uk")
        return next(each.state for each in found if (each.context, each.source) == key)

    assert state(body) is TranslationState.REVIEWED
    other = translate(loaded({**files, path: body}), "uk", *key, f"{entry.words} ja")
    assert state(other or b"") is TranslationState.DRAFT
    assert review(pack, "uk", *key, "other words", "Ben", DAY) is None, "only what was seen is reviewed"


def test_a_catalogue_that_cannot_be_read_is_never_written(files: dict[str, bytes]) -> None:
    broken = loaded({**files, path_of("uk"): b'msgid "a\nmsgstr ""\n'})
    with pytest.raises(UnreadableCatalogue):
        translate(broken, "uk", "pack/title", "x", "y")


@pytest.mark.parametrize("language", ["uk", "ar"])
def test_a_shipped_catalogue_goes_out_and_comes_back_and_not_a_byte_changes(
    files: dict[str, bytes], language: str
) -> None:
    pack = loaded(files)
    xliff = write_xliff("course_estonia", "en", language, translations(pack, language))
    for body in (catalogue_file(pack, language), xliff):
        sent = read_words(body)
        written, taken = take_words(pack, language, sent.words)
        assert (written, taken.changed, taken.unknown) == (None, 0, 0)
        assert taken.same == sum(bool(each.words) for each in translations(pack, language)) > 100


@pytest.mark.parametrize("form", ["po", "xlf"])
@pytest.mark.parametrize("language", ["uk", "ar"])
def test_what_another_program_opens_and_saves_is_the_same_here(
    files: dict[str, bytes], language: str, form: str
) -> None:
    pack = loaded(files)
    found = translations(pack, language)
    sent = catalogue_file(pack, language) if form == "po" else write_xliff("course_estonia", "en", language, found)
    back = read_words(saved_again(sent, form))
    assert (back.pack, back.language) == ("course_estonia", language)
    assert back.words == read_words(sent).words
    written, taken = take_words(pack, language, back.words)
    assert (written, taken.changed, taken.unknown) == (None, 0, 0)
    assert taken.same == sum(bool(each.words) for each in found) > 100


@pytest.mark.parametrize("form", ["po", "xlf"])
def test_what_is_translated_in_another_program_is_taken_and_nothing_else(files: dict[str, bytes], form: str) -> None:
    pack = loaded(files)
    found = translations(pack, "uk")
    sent = catalogue_file(pack, "uk") if form == "po" else write_xliff("course_estonia", "en", "uk", found)
    wanted = next(each for each in found if each.words and sum(each.source == other.source for other in found) == 1)
    back = read_words(saved_again(sent, form, wanted.source, "Інші слова & <знак>\u200f"))
    written, taken = take_words(pack, "uk", back.words)
    assert (taken.changed, taken.unknown) == (1, 0)
    after = {each.context: each.words for each in translations(loaded({**files, path_of("uk"): written or b""}), "uk")}
    assert after == {each.context: each.words for each in found} | {wanted.context: "Інші слова & <знак>\u200f"}


def test_a_course_is_translated_in_the_browser(author: Author, make_author: Callable[..., Author]) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "The harbour is safe.")
    author.send("translations", {"language": "fi"})
    page = author.get("translations/fi?show=missing")
    assert "The harbour is safe." in page.text
    form = {
        "context": "lesson/first-steps",
        "source": "The harbour is safe.",
        "words": "Satama on turvallinen.",
        "show": "missing",
    }
    author.send("translations/fi", form)
    draft = f"draft-{author.draft.rpartition('/')[2].replace('-', '')}"
    assert "Satama on turvallinen." in author.visitor.get(f"/fi/courses/{draft}/first-steps").text
    reviewer = make_author("ben@example.org", Role.REVIEWER)
    reviewer.draft = author.draft
    reviewer.send("translations/fi", form | {"do": "review"})
    assert "Satama on turvallinen." in author.get("translations/fi?show=reviewed").text
    author.write("first-steps", 0, "The harbour is safe at night.")
    page = author.get("translations/fi?show=outdated")
    assert "The harbour is safe at night." in page.text
    assert "What it was" in page.text


def test_words_are_translated_whose_source_has_signs_that_nobody_types(author: Author) -> None:
    author.begin()
    author.add("first-steps", "text")
    page = author.write("first-steps", 0, "Come at nine.")
    source = next(tag for tag in page.all("textarea", _name="source")).words
    author.send("lessons/first-steps/source", {"source": source.replace("at nine", "at\u00a0 nine"), "screen": "1"})
    author.send("translations", {"language": "fi"})
    form = next(each for each in translation_forms(author.get("translations/fi")) if "nine" in each["source"])
    page = author.send("translations/fi", form | {"words": "Tule yhdeksältä."})
    assert "Tule yhdeksältä." in page.text


def test_words_that_are_taken_out_while_somebody_translates_them_are_not_lost(author: Author) -> None:
    author.begin()
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Come at nine.")
    author.send("translations", {"language": "fi"})
    page = author.get("translations/fi?show=missing")
    form = next(each for each in translation_forms(page) if "nine" in each["source"])
    author.send("lessons/first-steps/source", {"source": "# First steps\n\nBring a form.\n", "screen": "1"})
    answer = author.visitor.client.post(f"{author.draft}/translations/fi", data=form | {"words": "Tule yhdeksältä."})
    page = Page(answer)
    assert page.status == 409
    assert "These words are not in the course any more" in page.text
    assert [tag.words for tag in page.all("textarea") if tag.words == "Tule yhdeksältä."]
    assert page.one("a", class_="main")["href"] == f"{author.draft}/translations/fi?show=missing"
