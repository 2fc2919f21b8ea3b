"""Cards for a counter fill the screen and leave the way out alone, with and without script."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from support.release_tier import EACH_SCRIPT
from support.watching import OpenPage

#: What lies under a finger at the top, in the middle, and on the bar of the way out.
_UNDER = """() => [10, 300, innerHeight - 10].map((at) => {
    const found = document.elementFromPoint(180, at);
    return found.closest(".counter-card") ? "card" : found.closest("#quick-exit") ? "exit" : found.tagName;
})"""


@EACH_SCRIPT
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_pressed_sentence_fills_the_screen_above_the_way_out(
    open_page: OpenPage, language: str, script: bool
) -> None:
    page = open_page(f"/{language}/say?country=FI&speaks=prs", language=language, script=script)
    page.locator(".sentences a").nth(1).click()
    theirs = page.locator(".counter-card:target .theirs")
    expect(theirs).to_have_text("Tarvitsen tulkin. Puhun tätä kieltä: dari (دری)")
    if script:
        assert page.evaluate(_UNDER) == ["card", "card", "exit"]
        assert page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('.theirs')).fontSize)") >= 36
    page.locator(".counter-card:target a.second").click()
    expect(page.locator(".counter-card:target")).to_have_count(0)
    expect(page.locator(".sentences")).to_be_visible()


def test_a_card_is_saved_as_a_picture_with_what_was_written_on_it(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/ar/say?country=FI", language="ar")
    heights = []
    for written in ("", "Kalasatama 12, huone 305"):
        page.locator(".sentences a[href='#c5']").click()
        card = page.locator(".counter-card:target")
        card.locator("input").fill(written)
        with page.expect_download() as waiting:
            card.locator("[data-picture]").click()
        assert waiting.value.suggested_filename == "sentence.png"
        waiting.value.save_as(tmp_path / "card.png")
        with Image.open(tmp_path / "card.png") as picture:
            heights.append(picture.height)
            assert (picture.format, picture.width) == ("PNG", 1080)
            assert sum(picture.convert("L").histogram()[:96]) > 5000, "letters are drawn"
        card.locator("a.second").click()
    assert heights[1] > heights[0], "what was written stands in the picture"


_SHEET = """
window.shared = [];
navigator.canShare = () => true;
navigator.share = (given) => { window.shared.push(given); return Promise.resolve(); };
"""


def test_a_course_is_shared_with_a_picture_of_its_title(open_phone: Callable[..., Page]) -> None:
    page = open_phone(_SHEET, "/ar/courses/finland")
    page.locator("[data-share]").click()
    page.wait_for_function("() => window.shared.length === 1")
    title, text, kind, size = page.evaluate(
        "() => { const [{ title, text, files: [file] }] = window.shared; return [title, text, file.type, file.size]; }"
    )
    assert text == f"{title}\n{page.url}"
    assert kind == "image/png"
    assert size > 5000


@pytest.mark.parametrize(("width", "letters"), [(200, "15.75px"), (320, "15.75px"), (223, "18px")])
def test_the_way_out_is_44_pixels_high_in_any_window(open_page: OpenPage, width: int, letters: str) -> None:
    page = open_page("/ar/help?country=FI", language="ar")
    page.set_viewport_size({"width": width, "height": 400})
    page.evaluate("(size) => document.documentElement.style.setProperty('font-size', size)", letters)
    assert page.evaluate("() => document.querySelector('#quick-exit').getBoundingClientRect().height") >= 44


def test_nothing_keeps_the_site_from_the_home_screen(open_phone: Callable[..., Page]) -> None:
    page = open_phone("", "/ar/courses/finland")
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    faults = {each["errorId"] for each in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    # Windows of tests are private ones, as far as a headless browser is concerned.
    assert faults <= {"in-incognito"}, faults
    manifest = json.loads(found["data"])
    assert (manifest["name"], manifest["short_name"], manifest["dir"]) == ("دروس", "دروس", "rtl")
    assert "Perille" not in found["data"]


def test_all_sentences_are_on_paper(open_page: OpenPage) -> None:
    page = open_page("/en/say?country=IS")
    page.emulate_media(media="print")
    expect(page.locator(".theirs").last).to_be_visible()
    expect(page.locator(".sentences")).to_be_hidden()
