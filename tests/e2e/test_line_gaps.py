"""A text with gaps that is answered without a line: which gaps are right is said in words, as by the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.site import run_site
from support.whole_packs import CHECK, write_facts, write_way

_GAPS = """
[[item]]
key = "fire"
interaction = "gap-fill"
objective = "K: one"
prompt = "Fill the gaps."
text = "First ((one)), then ((two)), at last ((three))."
feedback_right = "Yes."
feedback_wrong = "Not yet."
""" + "".join(f'\n[[item.gap]]\nkey = "{key}"\n' for key in ("one", "two", "three"))
_WORDS = "".join(
    f'\n[[item.word]]\nkey = "{key}"\ntext = "{text}"\ngap = "{gap}"\n'
    for key, text, gap in (("a", "leave", "one"), ("b", "call", "two"), ("c", "wait", "three"))
)
#: What a page says after an answer, by element.
_SAID = """() => [...document.querySelectorAll("form.check .result > *")].map((each) =>
    [each.localName, each.className, each.textContent.replace(/\\s+/g, " ").trim()])"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    packs = [write_way(tmp_path / "packs", items={"bank": _GAPS + _WORDS, "check": CHECK})]
    packs.append(write_facts(tmp_path / "packs"))
    settings = {"PERILLE_RATE_LIMITS": "no", "PERILLE_PACK_PATHS": ":".join(map(str, packs))}
    with run_site(tmp_path, settings=settings) as site:
        context = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740})
        yield context.new_page()
        context.close()


def _answer(page: Page) -> list[list[str]]:
    page.goto("/en/courses/way/hello")
    form = page.locator("form.check")
    for name, word in (("one", "a"), ("two", "c")):
        form.locator(f"select[name='a-fire.{name}']").select_option(word)
    form.locator(":scope > p > button").first.click()
    expect(page.locator("form.check .result")).to_be_visible()
    said: list[list[str]] = page.evaluate(_SAID)
    return said


def test_which_gaps_are_right_is_said_without_a_line_as_with_one(page: Page) -> None:
    page.goto("/en/courses/way")
    page.locator("form[data-start] button").click()
    online = _answer(page)
    page.goto("/en/courses/way")
    page.locator("details.take:not([hidden])").evaluate("(box) => { box.open = true; }")
    page.locator("[data-take-start]").click()
    expect(page.locator("[data-take-said]")).to_contain_text("The whole course is on this phone")
    page.context.set_offline(True)
    kept = _answer(page)
    (marks,) = [text for _name, style, text in kept if style == "gap-marks"]
    assert marks == "Gap 1: Correct Gap 2: Not correct Gap 3: There is no answer yet."
    assert kept == online
