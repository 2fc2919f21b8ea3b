"""The main job: from the first page to a certificate that anybody can verify, on a cheap phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from support.journey import Journey
from support.watching import OpenPage

NAMES = {"en": "Amina Warsame", "ar": "Amina أمينة"}
#: Every kind of question that the Finland course asks.
KINDS = {
    *("choice", "multiple-choice", "true-false", "picture-choice", "sequencing", "matching", "fill-in", "numeric"),
}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_newcomer_goes_from_the_first_page_to_a_verified_certificate(
    open_page: OpenPage, tmp_path: Path, language: str, script: bool
) -> None:
    page = open_page("/", language=language, script=script)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert page.context.cookies() == []
    journey = Journey(page)
    journey.start(language)
    journey.walk_lessons()
    journey.pass_safety_check()
    assert set(journey.answered) == KINDS
    assert all(screen.startswith(f"{language}/courses/finland") for screen in journey.screens)
    code = _make_certificate(journey, NAMES[language])
    assert code in _text(_download(page, tmp_path)).replace("\n", "")
    _verify(open_page("/verify", language=language, script=script), code, NAMES[language])


def _make_certificate(journey: Journey, name: str) -> str:
    page = journey.page
    page.locator("#name").fill(name)
    journey.press_main()
    expect(page.locator("bdi", has_text=name)).to_be_visible()
    code = page.locator(".code").inner_text()
    assert len(code.replace("-", "")) == 16
    return code


def _download(page: Page, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.locator("main .main").click()
    assert waiting.value.suggested_filename == "certificate.pdf"
    saved = folder / "paper.pdf"
    waiting.value.save_as(saved)
    return saved


def _text(paper: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(paper).pages)


def _verify(page: Page, code: str, name: str) -> None:
    page.locator("#code").fill(code.lower())
    page.locator("main .main").click()
    expect(page.locator("main .done-line")).to_be_visible()
    assert page.url.endswith(code)
    assert name not in page.content()
    assert page.context.cookies() == []
