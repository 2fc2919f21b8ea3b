"""A browser reads the same rules out of a style sheet as it is sent and out of the one in the repository."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from perille.core.paths import STATIC
from perille.core.web.style_sheets import minified_style

SHEETS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.css"))
#: Some values a browser keeps as they are written, with spaces after commas and colons that mean nothing.
_RULES = """(text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return [...sheet.cssRules].map((rule) => rule.cssText.replace(/([,:])\\s+/g, "$1"));
}"""


@pytest.mark.parametrize("name", SHEETS)
def test_a_sent_style_sheet_has_the_rules_of_the_one_in_the_repository(browser: Browser, name: str) -> None:
    style = (STATIC / name).read_text("utf-8")
    page = browser.new_page()
    before, after = page.evaluate(_RULES, style), page.evaluate(_RULES, minified_style(style))
    page.close()
    assert len(before) > 10
    assert after == before
