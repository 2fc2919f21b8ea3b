"""Answers of a test that are kept on the device while the server cannot be reached: none is lost, none comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from support.course_walk import MAIN
from support.watching import NO_LINE, OpenPage

pytestmark = pytest.mark.worker

TEST = "/en/modules/module-1/module-test"
OFFLINE = (*NO_LINE, "Failed to load resource")


def _boxes(page: Page) -> Locator:
    return page.locator("form[data-test] .choices input[type=checkbox]")


def _steps(page: Page) -> Locator:
    return page.locator("form[data-test] [data-step] select")


def _begin(open_page: OpenPage, *, workers: bool | None = None, fields: Callable[[Page], Locator] = _boxes) -> Page:
    """Begin the test and open a question with several *fields*; not every draw has one."""
    for _draw in range(8):
        page = open_page(TEST, allowed=OFFLINE, workers=workers)
        page.locator(MAIN).click()
        page.wait_for_url("**?q=1")
        for number in range(1, 13):
            page.goto(page.url.partition("?")[0] + f"?q={number}")
            if fields(page).count() >= 3:
                return page
    raise AssertionError("the module's test has no such question")


def _ticked(page: Page) -> list[bool]:
    return [each.is_checked() for each in _boxes(page).all()][:2]


def test_what_was_pressed_while_the_line_was_cut_is_there_again(open_page: OpenPage) -> None:
    page = _begin(open_page)
    page.context.set_offline(True)
    _boxes(page).nth(1).check()
    page.locator("form[data-test] .main").click()
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device")
    address = page.url
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(address)
    # It is restored from the device, or was sent in the moment in which the line came back: both are right.
    expect(_boxes(again).nth(1)).to_be_checked()
    assert _ticked(again) == [False, True]


def test_half_of_an_order_is_there_again_and_never_called_saved(open_page: OpenPage) -> None:
    page = _begin(open_page, fields=_steps)
    with page.expect_response(lambda reply: reply.request.method == "POST") as saved:
        _steps(page).nth(1).select_option("1")
    assert saved.value.status == 202
    expect(page.locator("[data-saved]")).to_have_text("")
    page.reload()
    expect(_steps(page).nth(1)).to_have_value("1")
    for at, place in ((0, "2"), *((at, str(at + 1)) for at in range(2, _steps(page).count()))):
        _steps(page).nth(at).select_option(place)
    expect(page.locator("[data-saved]")).to_have_text("Saved")


def test_a_box_that_was_unticked_while_the_line_was_cut_stays_so(open_page: OpenPage) -> None:
    page = _begin(open_page)
    _boxes(page).nth(0).check()
    _boxes(page).nth(1).check()
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.context.set_offline(True)
    _boxes(page).nth(0).uncheck()
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device")
    address = page.url
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(address)
    # As above: what was kept is restored and then saved, or it was sent in the moment in which the line came back.
    expect(_boxes(again).nth(0)).not_to_be_checked()
    expect(_boxes(again).nth(1)).to_be_checked()
    expect(again.locator("[data-saved]")).not_to_contain_text("Kept on this device")
    again.reload()
    assert _ticked(again) == [False, True]


def test_a_kept_answer_that_the_question_no_longer_has_leaves_the_earlier_one(open_page: OpenPage) -> None:
    page = _begin(open_page)
    _boxes(page).nth(1).check()
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.context.set_offline(True)
    value = _boxes(page).nth(1).get_attribute("value") or ""
    _boxes(page).nth(1).evaluate("box => { box.value = 'gone'; }")
    _boxes(page).nth(0).check()
    expect(page.locator("[data-saved]")).to_contain_text("Kept on this device")
    page.context.set_offline(False)
    page.wait_for_load_state()
    expect(_boxes(page).nth(1)).to_have_value(value)
    assert _ticked(page) == [False, True]


TIMER = '<p hidden data-timer data-seconds="1"><bdi></bdi></p><p hidden data-timer-said data-words-one="" data-words-five=""></p>'


def _on_a_bad_line_with_a_second_left(route: Route) -> None:
    if route.request.method == "POST":
        route.abort("internetdisconnected")
    elif route.request.is_navigation_request():
        reply = route.fetch()
        route.fulfill(response=reply, body=reply.text().replace("</main>", f"{TIMER}</main>"))
    else:
        route.continue_()


def test_what_the_end_of_the_time_hands_in_is_kept_until_the_server_has_it(open_page: OpenPage) -> None:
    page = _begin(open_page, workers=False)
    address, copies = page.url, "Object.keys(localStorage).filter(name => name.startsWith('perille-test-')).length"
    page.route("**/module-test*", _on_a_bad_line_with_a_second_left)
    page.goto(address)
    _boxes(page).nth(1).check()
    with page.expect_event("requestfailed", lambda request: request.is_navigation_request()):
        pass
    page.unroute("**/module-test*")
    page.goto(address)
    expect(_boxes(page).nth(1)).to_be_checked()
    page.route(
        "**/module-test*",
        lambda route: (
            route.abort("internetdisconnected") if "do=save" in (route.request.post_data or "") else route.continue_()
        ),
    )
    _boxes(page).nth(0).check()
    assert page.evaluate(copies) == 1
    page.goto(address.partition("?")[0] + "?q=review")
    page.locator("form[data-hand-in] button").click()
    page.wait_for_url("**?q=result")
    assert page.evaluate(copies) == 0
