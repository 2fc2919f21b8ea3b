"""Professionals: a test that is failed and then passed, and a role-play to its end, with script and without."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache

import polib
import pytest
from playwright.sync_api import Page, expect

from perille.domain.item import Item
from support.course_walk import MAIN, fill, items_of
from support.markup import accessibility_faults
from support.places import ROOT
from support.pressing import follow
from support.release_tier import EACH_SCRIPT
from support.watching import NO_LINE, OpenPage, Screen

TEST = "/en/modules/module-1/module-test"
#: Language, module, folder of its pack, screen, script: each of them both ways, once. Each test of a module is failed and
#: passed without a browser in tests/courses/test_module_walks.py. `TESTS_EVERY_PAGE=1` looks at more of them together.
SAMPLE = [
    ("en", "module-1", "module_ct1", "phone", True),
    pytest.param(
        *("so", "before-your-assignment", "module_pro2", "wide", False),
        marks=pytest.mark.release(
            "test_module_walks.py fails and passes it without a browser, which has no script either"
        ),
    ),
]
if "TESTS_EVERY_PAGE" in os.environ:
    SAMPLE += [("en", "module-1", "module_ct1", "phone", False), ("fi", "module-7", "module_ct7", "wide", True)]
_QUESTIONS = 20
#: Who fails answers so many wrongly and hands the rest in without an answer: what is said of them is seen as well.
_BEFORE_GIVING_UP = 5
PLAY = "/en/modules/module-3/notes?screen=4"
SCRIPT = EACH_SCRIPT


@cache
def _words(language: str) -> Mapping[str, str]:
    folder = ROOT / "platform" / "perille" / "translations" / language / "LC_MESSAGES"
    entries = polib.pofile(str(folder / "learner.po"))
    return {entry.msgid_plural or entry.msgid: entry.msgstr_plural.get(1) or entry.msgstr for entry in entries}


def _said(language: str, words: str, **values: int) -> str:
    """Return what a page says in a language; of what is counted, the words of a number that is not one."""
    said = words if language == "en" else _words(language)[words]
    return said % values if values else said


@pytest.mark.parametrize(("language", "module", "folder", "screen", "script"), SAMPLE)
def test_a_test_is_failed_and_then_passed(
    open_page: OpenPage, language: str, module: str, folder: str, screen: Screen, script: bool
) -> None:
    page = open_page(f"/{language}/modules/{module}/module-test", language=language, screen=screen, script=script)
    items = items_of(f"modules/{folder}")
    page.locator(MAIN).click()
    _take(page, items, language, right=False, script=script, answered=_BEFORE_GIVING_UP)
    expect(page.locator("h1")).to_have_text(_said(language, "Not passed yet"))
    expect(page.locator("main")).to_contain_text(_said(language, "You have %(num)s tries left.", num=2))
    if script:
        assert accessibility_faults(page) == []
    page.locator(MAIN).click()
    _take(page, items, language, right=True, script=script)
    expect(page.locator("h1")).to_have_text(_said(language, "You passed"))
    expect(page.locator("main")).to_contain_text(_said(language, "%(percent)s %% right.", percent=100))
    assert page.locator("html").get_attribute("lang") == language


def _take(
    page: Page, items: Mapping[str, Item], language: str, *, right: bool, script: bool, answered: int = _QUESTIONS
) -> None:
    """Answer so many questions, and hand the test in."""
    for _question in range(answered):
        form = page.locator("form[data-test]")
        key = form.locator("input[name=item]").input_value()
        fill(form, items[key], right=right)
        if script:
            expect(form.locator("[data-saved]")).to_have_text(_said(language, "Saved"))
        form.locator(".main").click()
        # What waits on the device is saved before the form goes: the press alone does not say that the page has changed.
        expect(page.locator(f"form[data-test] input[name=item][value='{key}']")).to_have_count(0)
    if answered < _QUESTIONS:
        page.goto(f"{page.url.partition('?')[0]}?q=review")
        expect(page.locator("main .notice")).to_be_visible()
    else:
        expect(page.locator("main")).to_contain_text(_said(language, "You have answered every question."))
    page.locator(MAIN).click()


@pytest.mark.parametrize("screen", ["phone", "wide"])
def test_the_ways_from_a_question_stand_in_one_line_and_apart(open_page: OpenPage, screen: Screen) -> None:
    page = open_page(TEST, screen=screen)
    page.locator(MAIN).click()
    expect(page.locator("form[data-test]")).to_be_visible()
    page.goto(f"{page.url.partition('?')[0]}?q=2")
    back, every = (link.bounding_box() for link in page.locator(".ways .quiet").all())
    assert back is not None
    assert every is not None
    assert back["y"] == every["y"]
    assert every["x"] - (back["x"] + back["width"]) >= 16  # noqa: PLR2004  (a finger tells them apart)


@SCRIPT
def test_answers_are_there_again_after_the_page_was_closed(open_page: OpenPage, script: bool) -> None:
    page = open_page(TEST, script=script)
    page.locator(MAIN).click()
    form = page.locator("form[data-test]")
    item = items_of("modules/module_ct1")[form.locator("input[name=item]").input_value()]
    fill(form, item)
    if script:
        expect(form.locator("[data-saved]")).to_have_text("Saved")
    else:
        follow(form.locator(".main"))
    again = page.context.new_page()
    again.goto(page.url.partition("?")[0])
    again.locator(MAIN).click()
    expect(again.locator("form[data-test] :is(input:checked, option:checked:not([value='']))").first).to_be_attached()


@pytest.mark.worker
def test_answers_wait_on_the_device_while_there_is_no_line(open_page: OpenPage) -> None:
    page = open_page(TEST, allowed=(*NO_LINE, "Failed to load resource"))
    page.locator(MAIN).click()
    form = page.locator("form[data-test]")
    item = items_of("modules/module_ct1")[form.locator("input[name=item]").input_value()]
    page.context.set_offline(True)
    fill(form, item)
    expect(form.locator("[data-saved]")).to_contain_text("Kept on this device")
    page.context.set_offline(False)
    expect(form.locator("[data-saved]")).to_have_text("Saved")


@SCRIPT
def test_a_role_play_ends_in_a_talk_about_it(open_page: OpenPage, script: bool) -> None:
    page = open_page(PLAY, script=script)
    play = page.locator(".item-role-play")
    expect(play).to_contain_text("Mira is made up.")
    for _scene in range(20):
        choices = play.locator(".choices button")
        if not choices.count():
            break
        before = play.locator(".scene-words").inner_text()
        choices.first.click()
        expect(play.locator(".scene-words")).not_to_have_text(before)
    expect(play.locator(".debrief")).to_contain_text("The way you took")
    expect(play.locator(".debrief")).to_contain_text("experienced colleague")
    assert page.locator(MAIN).count() == 1, "the way on is there all the time"
    if script:
        assert accessibility_faults(page) == []


#: Choices on the best way through the play.
BEST = ("b", "a", "a", "a", "a")


@SCRIPT
def test_a_role_play_that_is_loaded_again_goes_on_where_one_was(open_page: OpenPage, script: bool) -> None:
    page = open_page(PLAY, script=script)
    entries = page.evaluate("history.length")
    _choose(page, BEST[:2])
    words, buttons = _scene(page)
    page.reload()
    assert _scene(page) == (words, buttons)
    if script:
        assert page.evaluate("history.length") == entries, "Back leaves the play, as before"
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    _choose(page, BEST[2:3], before=BEST[:2])
    assert _scene(page)[0] != words


@SCRIPT
def test_a_second_walk_has_an_order_of_buttons_of_its_own(open_page: OpenPage, script: bool) -> None:
    page = open_page(PLAY, script=script)
    # Which order a seed gives is told by tests/interactions/test_role_play.py.
    seed = page.locator(".item-role-play input[name$='.seed']")
    expect(seed).to_have_value("")
    _choose(page, BEST)
    first = seed.input_value()
    page.get_by_role("button", name="Begin the role-play again").click()
    expect(page.locator(".debrief")).to_have_count(0)
    page.wait_for_load_state()
    second = seed.input_value()
    assert "" not in {first, second}
    assert first != second
    _choose(page, BEST[:2])
    expect(seed).to_have_value(second)


def _choose(page: Page, keys: tuple[str, ...], *, before: tuple[str, ...] = ()) -> None:
    """Press the choices of these keys, after those before."""
    for count, key in enumerate(keys, 1):
        page.locator(f".choices button[value='{key}']").click()
        expect(page.locator(".item-role-play > input").first).to_have_value(" ".join((*before, *keys[:count])))
        page.wait_for_load_state()


def _scene(page: Page) -> tuple[str, list[tuple[str | None, str]]]:
    """Return the words of the scene, and the key and words of each button in their order."""
    buttons = page.locator(".choices button").all()
    return page.locator(".scene-words").inner_text(), [
        (each.get_attribute("value"), each.inner_text()) for each in buttons
    ]


ROOM = "/modules/module-3/space"


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_place_is_pressed_in_the_picture_or_chosen_in_the_list(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}{ROOM}", script=True)
    room = page.locator(".item-hotspot")
    while not room.count():
        follow(page.locator("a[rel=next]").first)
    phone = room.locator("input[value=d]")
    spot = room.locator(".spot").filter(has=page.locator("[x='220.0']"))
    expect(page.locator("html.presses")).to_be_attached()
    spot.locator("text").click()
    expect(phone).to_be_checked()
    expect(spot).to_have_class("spot chosen")
    phone.uncheck()
    expect(spot).to_have_class("spot")
    spot.locator("rect").click(position={"x": 4, "y": 30})
    expect(phone).to_be_checked()
    room.locator("input[value=b]").check()
    room.locator("xpath=ancestor::form").locator("button").first.click()
    expect(room.locator(".result")).to_be_visible()
    expect(room.locator(".spot.chosen")).to_have_count(2)


def test_places_are_numbered_without_script(open_page: OpenPage) -> None:
    page = open_page(f"/en{ROOM}", script=False)
    room = page.locator(".item-hotspot")
    while not room.count():
        follow(page.locator("a[rel=next]").first)
    assert sorted(room.locator("svg text").all_text_contents()) == ["1", "2", "3", "4", "5"]
    assert room.locator(".spot-number").all_inner_texts() == ["1", "2", "3", "4", "5"]
