"""From a word on a page, in whatever language, to the file that says it: one search in the catalogues."""

from __future__ import annotations

import subprocess

import pytest

from perille.people.models import Role
from support.interface_words import folder_of
from support.people import sign_in_as
from support.places import ROOT
from support.whole import Whole

#: Language, the page below it, words that stand there, and the file that says them.
ON_PAGES = [
    ("ar", "/sign-in", "عنوان بريدكم الإلكتروني", "people/sign_in/forms.py"),
    ("ar", "/privacy", "خذوا بياناتكم معكم", "templates/safety/privacy.html"),
    ("ar", "/help", "الدوائر حسب الحروف", "search/feature.py"),
    ("fi", "/", "Opi uudesta kotimaastasi", "templates/catalogue/home.html"),
    ("fi", "/nowhere", "Sivu on ehkä siirretty", "core/errors.py"),
]


def files_that_say(code: str, words: str) -> set[str]:
    """Return the files that stand above entries with these words in a language's catalogues, as who types `grep -B` sees them."""
    searched = ["grep", "-rhB", "25", "--include=*.po", words, folder_of(code)]
    found: set[str] = set()
    above: list[str] = []
    for line in subprocess.run(searched, capture_output=True, text=True, check=True).stdout.splitlines():
        if not line:
            above = []
        elif line.startswith("#:"):
            above += line.removeprefix("#:").split()
        elif words in line:
            found.update(above)
    return found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_words_of_pages_lead_to_their_files_in_one_search(whole: Whole) -> None:
    visitor = whole.visitor()
    for code, page, words, file in ON_PAGES:
        assert words in visitor.get(f"/{code}{page}").text, words
        assert f"platform/perille/{file}" in files_that_say(code, words), words


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_words_of_staff_do_too(whole: Whole) -> None:
    heading = sign_in_as(whole, Role.ADMINISTRATOR).get("/fi/manage").heading
    assert "platform/perille/templates/administration/overview.html" in files_that_say("fi", f'"{heading}"')


@pytest.mark.parametrize("code", ["ar", "fi"])
def test_what_an_entry_names_is_there(code: str) -> None:
    named = {
        path
        for catalogue in folder_of(code).glob("*.po")
        for line in catalogue.read_text("utf-8").splitlines()
        if line.startswith("#:")
        for path in line.removeprefix("#:").split()
    }
    assert len(named) > 400
    assert [path for path in named if not (ROOT / path).is_file()] == []
