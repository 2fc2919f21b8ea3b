"""Cards for a counter fill the screen and leave the way out alone, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from support.watching import OpenPage

#: What lies under a finger at the top, in the middle, and on the bar of the way out.
_UNDER = """() => [10, 300, innerHeight - 10].map((at) => {
    const found = document.elementFromPoint(180, at);
    return found.closest(".counter-card") ? "card" : found.closest("#quick-exit") ? "exit" : found.tagName;
})"""


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
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


def test_all_sentences_are_on_paper(open_page: OpenPage) -> None:
    page = open_page("/en/say?country=IS")
    page.emulate_media(media="print")
    expect(page.locator(".theirs").last).to_be_visible()
    expect(page.locator(".sentences")).to_be_hidden()
