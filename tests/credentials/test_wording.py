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
from perille.credentials.certificate_text import certificate_of, notice
from perille.credentials.models import Credential
from perille.domain.course import PackKind
from perille.packs.published.library import Edition, PackLibrary

SENTENCE = "No second specialist has read the contents yet."
MODULES = (*(f"module_ct{number}" for number in range(1, 9)), "module_ct_path", "module_pro1")


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


@pytest.mark.parametrize("language", ["ar", "es", "fi", "prs", "ru", "uk"])
def test_it_is_said_in_every_offered_language(app: Flask, language: str) -> None:
    with app.test_request_context("/en/"), in_language(language):
        summary = edition_of(app, "module_ct4").summary
        said = notice(credential("module_ct4"), summary)
        assert said != notice(credential("module_ct4"), replace(summary, unreviewed=False))
        assert SENTENCE not in said
