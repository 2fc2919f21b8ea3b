"""The main job: from the first page to a certificate that anybody can verify, on a cheap phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from support.course_walk import Journey
from support.markup import accessibility_faults, html_faults
from support.watching import OpenPage

NAMES = {"en": "Amina Warsame", "ar": "Amina أمينة"}
#: Every kind of question that the Finland course asks.
KINDS = {
    *("choice", "multiple-choice", "true-false", "picture-choice", "sequencing", "matching", "fill-in", "numeric"),
}
_WITHOUT_SCRIPT = pytest.mark.release(
    "one_button.py goes it without a browser, and test_first_steps.py a short one in it"
)


@pytest.mark.parametrize(
    ("language", "script"),
    [("ar", True), pytest.param("en", False, marks=_WITHOUT_SCRIPT)],
    ids=["ar-script", "en-no-script"],
)
def test_newcomer_goes_from_the_first_page_to_a_verified_certificate(
    open_page: OpenPage, tmp_path: Path, language: str, script: bool
) -> None:
    page = open_page("/", language=language, script=script, allowed=("400",))
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert page.context.cookies() == []
    journey = Journey(page)
    journey.start(language)
    _walk_by_kinds(journey)
    journey.pass_safety_check()
    assert set(journey.answered) == KINDS
    assert all(screen.startswith(f"{language}/courses/finland") for screen in journey.screens)
    looked = Looked(script)
    looked.look(page)
    code = _make_certificate(journey, NAMES[language])
    looked.look(page)
    assert code in _text(_download(page, tmp_path)).replace("\n", "")
    office = open_page("/verify", language=language, script=script)
    _verify(office, code, NAMES[language])
    looked.look(office)
    for path in ("", "courses/finland", "courses/finland/safety-check"):
        page.goto(f"/{language}/{path}")
        looked.look(page)
    assert looked.faults() == []


def _walk_by_kinds(journey: Journey) -> None:
    """Go through the lessons that together ask every kind of question; the others are gone unseen.

    What kinds of elements they show is seen by test_every_page, and every question is answered by tests/courses/test_one_button.py.
    """
    journey.walk_lessons("which-number")
    journey.go_unseen("money")
    journey.walk_lessons("health")
    journey.go_unseen("safety-check")


class Looked:
    """The pages at the end of the way, which no crawler reaches."""

    def __init__(self, script: bool) -> None:
        #: The rules of accessibility run in a page that allows script.
        self.script = script
        self.pages: dict[str, str] = {}
        self.found: list[str] = []

    def look(self, page: Page) -> None:
        """Look at a page as it stands."""
        self.pages[f"{len(self.pages)} {page.url}"] = page.content()
        if self.script:
            self.found += accessibility_faults(page)

    def faults(self) -> list[str]:
        """Return what is wrong with any of them."""
        return self.found + html_faults(self.pages)


def _make_certificate(journey: Journey, name: str) -> str:
    page = journey.page
    page.locator("#name").fill("x" * 300)
    journey.press_main()
    expect(page.locator("#name-error")).to_be_visible()
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
    assert code in page.url
    assert name not in page.content()
    assert page.context.cookies() == []
