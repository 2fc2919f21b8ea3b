"""What the keys of authors press, and what they leave alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from support.places import ROOT

_MENU = ROOT / "platform/perille/static/studio/menu.js"
#: What studio.js and keys.js bring, noting what is asked of them; *used* is the switch for keys of one letter.
_AROUND = """
window.asked = [];
window.isUsed = true;
window.perilleStudio = { flush: function () {}, saveNow: function () { asked.push("save"); } };
window.perilleKeys = { used: function () { return window.isUsed; } };
document.addEventListener("submit", function (event) { event.preventDefault(); });
document.addEventListener("click", function (event) {
  if (event.target.closest("button, a")) { asked.push(event.target.textContent); event.preventDefault(); }
});
"""
#: As translation.html, publication.html and lesson.html have them.
_PAGE = """<main><h1 id="add">Add a block</h1>
<form><button name="take" value="Kysy.">Take</button><textarea id="translation"></textarea>
<button>Save</button><button name="do" value="review">Reviewed</button></form>
<form><textarea id="review"></textarea><button name="answer" value="approve">Approve</button>
<button name="answer" value="change">Ask for changes</button></form>
<div class="cards"><section class="block">
<form data-save data-block="1"><p class="field"><textarea id="block"></textarea></p></form></section></div>
<div class="add-block"><form><div class="kind-buttons"><button name="kind" value="text">Text</button></div></form></div></main>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with forms as the Studio has them, and its keys."""
    opened = browser.new_page()
    opened.set_content(_PAGE)
    opened.evaluate(_AROUND)
    opened.add_script_tag(path=str(_MENU))
    yield opened
    opened.close()


@pytest.mark.parametrize(("field", "pressed"), [("translation", ["Save"]), ("review", [])])
def test_who_writes_and_saves_by_keys_neither_approves_nor_takes_other_words(
    page: Page, field: str, pressed: list[str]
) -> None:
    page.locator(f"#{field}").click()
    page.keyboard.type("Ask a nurse.")
    page.keyboard.press("Control+Enter")
    assert page.evaluate("asked") == pressed


def test_the_slash_is_a_slash_once_keys_of_one_letter_are_switched_off(page: Page) -> None:
    page.evaluate("isUsed = false")
    page.locator("#block").click()
    page.keyboard.press("/")
    assert page.locator("#block").input_value() == "/"
    assert page.locator("[role=menu]").count() == 0


@pytest.mark.parametrize(("key", "code", "saves"), [("ы", "KeyS", True), ("س", "KeyS", True), ("o", "KeyS", False)])
def test_ctrl_and_s_save_on_keyboards_of_other_letters(page: Page, key: str, code: str, saves: bool) -> None:
    page.evaluate(
        "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, ctrlKey: true, bubbles: true}))",
        [key, code],
    )
    assert page.evaluate("asked") == (["save"] if saves else [])


def test_the_place_of_a_block_is_said_once(page: Page) -> None:
    page.evaluate(
        "document.querySelector('[name=kind]').addEventListener('click', function (event) {"
        " asked.push(new FormData(event.target.form).get('before')); })"
    )
    page.locator("#block").click()
    page.keyboard.press("/")
    page.keyboard.press("Enter")
    assert "1" in page.evaluate("asked")
    assert page.locator("[name=before]").count() == 0


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_tab_of_the_page_is_in_sight_on_a_phone(browser: Browser, direction: str) -> None:
    opened = browser.new_page(viewport={"width": 360, "height": 740})
    tabs = "".join(f"<a href='#{number}'>Translations {number}</a>" for number in range(9))
    opened.set_content(
        f"<body dir={direction}><nav class=tabs>{tabs.replace('<a', '<a aria-current=page', 1)}</nav></body>"
    )
    opened.evaluate("document.querySelector('nav').appendChild(document.querySelector('nav a'))")
    opened.add_style_tag(content=(ROOT / "platform/perille/static/studio/studio.css").read_text())
    opened.evaluate(_AROUND)
    opened.add_script_tag(path=str(_MENU))
    box = opened.locator("[aria-current]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    line = opened.locator("nav").bounding_box()
    assert line is not None
    assert line["height"] < 96, "one line"
    opened.close()
