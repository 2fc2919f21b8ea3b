"""What stands on a certificate about the course: what it is not, and whether a second specialist has read it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from pypdf import PdfReader

from perille.core.i18n import in_language
from perille.credentials.certificate import render
from perille.credentials.certificate_text import certificate_of, details_of, notice
from perille.credentials.models import Credential
from perille.domain.certificate import CertificateSide
from perille.domain.course import PackKind, UnitKind
from perille.packs.published.library import Edition, PackLibrary

SENTENCE = "No second specialist has read the contents yet."
MODULES = (
    *(f"module_ct{number}" for number in range(1, 9)),
    "module_ct_path",
    "module_pro1",
    "module_pro2",
    "module_author",
)
COURSES = tuple(f"course_{name}" for name in ("finland", "sweden", "iceland", "estonia", "lithuania", "slovakia"))


def credential(pack_id: str, language: str = "en") -> Credential:
    return Credential(
        code="ABCDEFGHJKMNPQRS",
        kind="completion",
        pack_id=pack_id,
        title="What it is",
        local_title="What it is",
        language=language,
        minutes=45,
        issuer="Perille",
        printed_name="Amina",
        awarded_on=date(2026, 11, 26),
    )


def edition_of(app: Flask, pack_id: str) -> Edition:
    shelf: PackLibrary = app.extensions["perille_shelf"]
    summary = shelf.summary(pack_id)
    assert summary is not None
    found = shelf.edition(pack_id, summary.structure_hash)
    assert found is not None
    return found


@pytest.mark.parametrize("pack_id", MODULES)
def test_a_module_that_nobody_else_has_read_says_so(app: Flask, pack_id: str) -> None:
    with app.test_request_context("/en/"):
        summary = edition_of(app, pack_id).summary
        assert summary.kind is PackKind.MODULE
        assert notice(credential(pack_id), summary).endswith(f" {SENTENCE}")
        assert SENTENCE not in notice(credential(pack_id), replace(summary, unreviewed=False))
        assert SENTENCE not in notice(credential(pack_id), replace(summary, sensitive=False, kind=PackKind.COURSE))
        assert SENTENCE not in notice(credential(pack_id), None)


def test_the_paper_says_it_in_both_of_its_languages_on_one_page(app: Flask) -> None:
    with app.test_request_context("/en/"):
        edition = edition_of(app, "module_ct4")
        made = certificate_of(credential("module_ct4"), edition, second="fi", verify_address="https://a.example/verify")
        pages = PdfReader(io.BytesIO(render(made))).pages
    words = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1
    assert SENTENCE in words
    assert "Toinen asiantuntija ei ole vielä lukenut sisältöä." in words


def paper_side(app: Flask, pack_id: str, language: str) -> CertificateSide:
    with app.test_request_context("/en/"):
        edition = edition_of(app, pack_id)
        found = credential(pack_id, language)
        return certificate_of(found, edition, second=None, verify_address="https://a.example/verify").first


@pytest.mark.parametrize("pack_id", COURSES)
def test_a_course_says_self_study_and_what_was_checked(app: Flask, pack_id: str) -> None:
    side = paper_side(app, pack_id, "en")
    assert side.labels.time == "Self-study time"
    assert side.details == (("Test", "Safety check: 8 questions, all answered right."),)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", "8 أسئلة أجيب عنها كلها إجابة صحيحة."),
        ("fi", "8 kysymystä, kaikki vastaukset oikein."),
        ("uk", "8 запитань, на всі відповіді правильні."),
    ],
)
def test_what_was_checked_is_said_in_the_language_of_the_paper(app: Flask, language: str, said: str) -> None:
    ((_label, words),) = paper_side(app, "course_finland", language).details
    name, _, rest = words.partition(": ")
    assert rest == said
    assert name != "Safety check"


def test_a_certificate_without_a_test_says_so(app: Flask) -> None:
    with app.test_request_context("/en/"):
        edition = edition_of(app, "course_finland")
        lessons = tuple(unit for unit in edition.structure.units if unit.kind is UnitKind.LESSON)
        bare = replace(edition, structure=replace(edition.structure, units=lessons))
        assert list(details_of(credential("course_finland"), bare, "en")) == [("Test", "Without a test")]
        assert list(details_of(credential("module_ct_path"), edition_of(app, "module_ct_path"), "en")) == []
        assert list(details_of(credential("course_finland"), None, "en")) == []


def test_a_test_that_need_not_be_all_right_says_what_was_enough(app: Flask) -> None:
    with app.test_request_context("/en/"):
        edition = edition_of(app, "course_finland")
        units = tuple(replace(unit, mastery=0.8) if unit.mastery else unit for unit in edition.structure.units)
        eased = replace(edition, structure=replace(edition.structure, units=units))
        ((_label, words),) = details_of(credential("course_finland"), eased, "en")
    assert words == "Safety check: Passed with at least 80 of 100 points."


@pytest.mark.parametrize("language", ["ar", "en", "fi", "prs", "so", "uk"])
def test_no_paper_says_that_every_lesson_was_read(app: Flask, language: str) -> None:
    """Whoever goes from a lesson's first screen to its last has completed it: no more is known, and no more is said."""
    gone_through = ("went through", "käynyt läpi", "مر بكل", "را خوانده", "maray cashar", "пройшла всі")
    said = paper_side(app, "course_finland", language).notice
    assert not [words for words in gone_through if words in said]


@pytest.mark.parametrize("language", ["ar", "es", "fi", "prs", "ru", "uk"])
def test_it_is_said_in_every_offered_language(app: Flask, language: str) -> None:
    with app.test_request_context("/en/"), in_language(language):
        summary = edition_of(app, "module_ct4").summary
        said = notice(credential("module_ct4"), summary)
        assert said != notice(credential("module_ct4"), replace(summary, unreviewed=False))
        assert SENTENCE not in said
