"""What a keyboard comes to is seen: nothing that stays in its place on the screen lies on it (WCAG 2.4.11)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from support.release_tier import sampled
from support.watching import OpenPage

#: What lies on the element that has the focus: "" where it is seen itself, None where nothing has it any more.
_ON_IT = """() => { const here = document.activeElement;
    if (!here || here === document.body) return null;
    const box = here.getClientRects()[0];
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
    return top && (here.contains(top) || top.contains(here)) ? "" : `${here.innerText} under ${top && top.innerText}`; }"""
#: Takes away what phones of before 2022 do not understand.
_WITHOUT_HAS = """() => { for (const sheet of document.styleSheets)
    for (let at = sheet.cssRules.length - 1; at >= 0; at--)
        if (/:has\\(/.test(sheet.cssRules[at].selectorText || "")) sheet.deleteRule(at); }"""
#: More than there are things to come to on the page of a course.
_MOST = 100


def covered(page: Page) -> list[str]:
    """Go through a page by Tab; return what was under something else when it had the focus."""
    found = []
    for _stop in range(_MOST):
        page.keyboard.press("Tab")
        said = page.evaluate(_ON_IT)
        if said is None:
            return found
        found += [said] if said else []
    raise AssertionError("the page has no end")


@pytest.mark.parametrize("phone", ["new", "old"])
@pytest.mark.parametrize(
    "course", sampled(["uk/courses/slovakia", "ar/courses/finland"], ("uk/courses/slovakia",), "another course")
)
def test_the_button_that_starts_a_course_lies_on_nothing_that_has_the_focus(
    open_page: OpenPage, course: str, phone: str
) -> None:
    page = open_page("/en/safe")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/{course}")
    if phone == "old":
        page.evaluate(_WITHOUT_HAS)
    assert covered(page) == []


def test_the_way_out_does_not_lie_on_the_button_that_starts_a_course(open_page: OpenPage) -> None:
    page = open_page("/en/safe")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/uk/courses/slovakia")
    bottom = page.locator(".start .main").evaluate("element => element.getBoundingClientRect().bottom")
    assert bottom <= page.locator("#quick-exit").evaluate("element => element.getBoundingClientRect().top")
