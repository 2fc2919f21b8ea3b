"""The lesson of one's own country: asked for, read to its end and left again, with script and without, by keyboard."""

from __future__ import annotations

from playwright.sync_api import expect

from support.course_walk import MAIN
from support.markup import accessibility_faults
from support.release_tier import EACH_SCRIPT
from support.watching import OpenPage

OWN = "/en/modules/module-4/your-country"


@EACH_SCRIPT
def test_a_country_is_chosen_and_stays_in_the_address(open_page: OpenPage, script: bool) -> None:
    page = open_page(OWN, script=script)
    if script:
        assert accessibility_faults(page) == []
    sweden = page.get_by_role("navigation", name="Which country do you work in?").get_by_role("link", name="Sweden")
    sweden.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sweden: who to call")
    for screen in (2, 3, 4):
        page.locator(MAIN).click()
        page.wait_for_url(f"**{OWN}?screen={screen}&in=se")
    page.locator(MAIN).click()
    # One argument more tells whether this browser keeps cookies, where one like it has just come without any.
    page.wait_for_url("**/module-4/afterwards?in=se*")
    page.get_by_role("link", name="Back").click()
    expect(page.locator("h1")).to_have_text("Sweden: who to call")


def test_the_question_fits_a_narrow_phone_from_right_to_left(open_page: OpenPage) -> None:
    page = open_page(OWN.replace("/en/", "/ar/"))
    page.set_viewport_size({"width": 320, "height": 640})
    doors = page.locator(".doors a")
    expect(doors).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert all((box := door.bounding_box()) is not None and box["height"] >= 48 for door in doors.all())
    doors.nth(1).click()
    page.get_by_role("link", name="بلد آخر").click()
    expect(doors).to_have_count(6)
