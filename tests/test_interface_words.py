"""`make words`: each word into its catalogue, with the translation that it has."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from perille.core.i18n import LANGUAGES
from perille.core.paths import TRANSLATIONS
from support import interface_words
from support.interface_words import DOMAINS, LEARNER, STAFF, files_of_words, main, read_catalogue, words_of
from support.places import ROOT


@pytest.fixture
def finnish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that has catalogues in Finnish alone."""
    monkeypatch.setattr(interface_words, "TRANSLATIONS", tmp_path)
    folder = tmp_path / "fi" / "LC_MESSAGES"
    shutil.copytree(TRANSLATIONS / "fi" / "LC_MESSAGES", folder, ignore=shutil.ignore_patterns("*.mo"))
    return folder


def change(path: Path, how: Callable[[str], str]) -> None:
    path.write_text(how(path.read_text("utf-8")), "utf-8")


def test_what_is_up_to_date_stays_as_it_is(finnish: Path) -> None:
    main([])
    once = {path.name: path.read_bytes() for path in finnish.iterdir()}
    main([])
    assert {path.name: path.read_bytes() for path in finnish.iterdir()} == once
    assert set(once) == {f"{domain}.po" for domain in DOMAINS}


def test_a_word_in_the_wrong_catalogue_moves_with_its_translation(finnish: Path) -> None:
    assert (None, "Go on") in words_of(LEARNER)
    moved = re.search(r'msgid "Go on"\nmsgstr "[^"]+"\n', (finnish / "learner.po").read_text("utf-8"))
    assert moved is not None
    change(finnish / "learner.po", lambda text: text.replace(moved[0], ""))
    change(finnish / "staff.po", lambda text: f"{text}\n{moved[0]}")
    main([])
    assert moved[0] in (finnish / "learner.po").read_text("utf-8")
    assert moved[0] not in (finnish / "staff.po").read_text("utf-8")


def test_a_word_has_the_files_that_say_it_and_no_numbers_of_lines(finnish: Path) -> None:
    change(finnish / "learner.po", lambda text: re.sub(r"#: .*\n", "", text))
    main([])
    found = re.search(r'((?:#: .*\n)+)msgid "Go on"', (finnish / "learner.po").read_text("utf-8"))
    assert found is not None
    assert found[1].split()[1::2] == list(files_of_words()[None, "Go on"])


def test_a_new_word_is_added_empty_and_one_that_nothing_says_goes(finnish: Path) -> None:
    change(finnish / "staff.po", lambda text: f'{text}\nmsgid "Gone"\nmsgstr "Poissa"\n')
    change(finnish / "learner.po", lambda text: re.sub(r'msgid "Go on"\nmsgstr "[^"]+"\n', "", text))
    main([])
    words = {each.id: each.string for each in read_catalogue(finnish / "learner.po")}
    assert words["Go on"] == ""
    assert "Gone" not in {each.id for each in read_catalogue(finnish / "staff.po")}


def test_a_language_is_begun_with_every_word_and_its_forms_of_numbers(finnish: Path) -> None:
    main(["prs", LEARNER])
    path = finnish.parents[1] / "fa_AF" / "LC_MESSAGES" / "learner.po"
    begun = read_catalogue(path)
    assert {(each.context, each.id) for each in begun if each.id} == words_of(LEARNER)
    assert not any(each.string and any(each.string) for each in begun if each.id)
    assert begun.plural_forms.replace(" ", "") == LANGUAGES["prs"].plural.replace(" ", "")
    assert not path.with_name(f"{STAFF}.po").exists()


def test_what_the_page_says_is_what_make_does() -> None:
    text = (ROOT / "docs" / "translating.md").read_text("utf-8")
    assert "make words" in text
    assert "support.interface_words $(ADD)" in (ROOT / "Makefile").read_text("utf-8")
