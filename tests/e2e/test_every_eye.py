"""Small screens, big letters, no motion, own colours and paper: nothing hides, nothing needs a second direction."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from support.course_walk import screens_of
from support.release_tier import sampled
from support.watching import OpenPage

_COURSE = "/{}/courses/finland"
#: Every kind of page that has something to press, and a lesson's screen of every kind of question.
PATHS = (
    *("/{}/", "/{}/courses", _COURSE, "/{}/resume", "/{}/keep", "/{}/help?country=FI", "/{}/privacy"),
    *(
        f"{_COURSE}/{rest}"
        for rest in ("welcome?screen=3", "emergency?screen=3", "emergency?screen=5", "money?screen=5")
    ),
    *(f"{_COURSE}/{rest}" for rest in ("health?screen=2", "health?screen=10", "registration?screen=2", "safety-check")),
    *(f"{_COURSE}/{rest}" for rest in ("certificate", "welcome?screen=4&with=fi", "welcome/print")),
)
#: A small phone; a computer of 1280 by 800 at 200 per cent; a phone with letters of twice the size.
SIZES: dict[str, tuple[ViewportSize, str]] = {
    "narrow": ({"width": 320, "height": 568}, "112.5%"),
    "zoomed": ({"width": 640, "height": 400}, "112.5%"),
    "big-letters": ({"width": 360, "height": 740}, "225%"),
}

LANGUAGE = pytest.mark.parametrize("language", sampled(["en", "ar"], ("ar",), "the same pages from the left"))

#: What can be pressed, with its box where it stands after it was scrolled to.
_TARGETS = """() => {
    const bar = document.querySelector("#quick-exit");
    const found = [];
    for (const each of document.querySelectorAll("main :is(a, button, input:not([type=hidden]), select, summary), .foot a")) {
        if (!each.checkVisibility() || each.closest("details:not([open]) > :not(summary)")) continue;
        each.focus();
        each.scrollIntoView({ block: "nearest" });
        const [box, edge] = [each.getBoundingClientRect(), bar.getBoundingClientRect()];
        const covered = box.bottom > edge.top + 1 && box.top < edge.bottom - 1 && box.height < edge.top;
        found.push({ words: `${each.tagName} ${each.innerText ?? ""} ${each.id}`, covered });
    }
    return found;
}"""
#: What can be pressed and stands alone, not in a sentence, and is smaller than a finger.
_SMALL = """() => [...document.querySelectorAll("body :is(a, button, select, summary, .choice, input[type=text])")]
    .filter((each) => each.checkVisibility() && !each.matches(".skip, .screen p a, .draft a, main p:not([class]) > a:not([class])"))
    .map((each) => [each.outerHTML.slice(0, 100), each.getBoundingClientRect()])
    .filter(([_html, box]) => box.height < 47.5 || box.width < 47.5)
    .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


def _sideways(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{page.url} is wider than {page.viewport_size}"] if wide else []


@LANGUAGE
def test_nothing_is_cut_off_or_covered_or_smaller_than_a_finger(open_page: OpenPage, language: str) -> None:
    """Each page is opened once and looked at in every size, as on a phone that is turned; in the first also for what is too small."""
    # Its worker has no part in how a page looks.
    page = open_page(f"/{language}/", language=language, workers=False)
    whole = page.viewport_size
    assert whole is not None
    faults = []
    for path in PATHS:
        page.set_viewport_size(whole)
        page.goto(path.format(language))
        faults += [f"a finger: {page.url}: {each}" for each in page.evaluate(_SMALL)]
        for size, (viewport, letters) in SIZES.items():
            page.set_viewport_size(viewport)
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; scrollTo(0, 0); }", letters)
            faults += [f"{size}: {each}" for each in _sideways(page)]
            faults += [f"{size}: {page.url}: {each['words']}" for each in page.evaluate(_TARGETS) if each["covered"]]
    assert faults == [], "\n".join(faults)


@LANGUAGE
def test_home_says_what_it_is_and_offers_languages_and_course_without_scrolling(
    open_page: OpenPage, language: str
) -> None:
    page = open_page("/", language=language)
    top = page.locator("#quick-exit").bounding_box()
    assert top is not None
    for part in (".picker", "h1", ".lead", ".course-card"):
        box = page.locator(f"main {part}").first.bounding_box()
        assert box is not None
        assert box["y"] >= 0, part
        assert box["y"] + box["height"] <= top["y"], part


@LANGUAGE
def test_starting_is_above_the_way_out_however_long_a_summary_is(open_page: OpenPage, language: str) -> None:
    page = open_page("/", language=language)
    faults = []
    for path in (
        "courses/finland",
        "courses/sweden",
        "courses/safe-work",
        "modules/module-1",
        "modules/module-1/module-test",
    ):
        page.goto(f"/{language}/{path}")
        start, bar = page.locator("main .main").bounding_box(), page.locator("#quick-exit").bounding_box()
        assert start is not None
        assert bar is not None
        if start["y"] + start["height"] > bar["y"]:
            faults.append(path)
    assert faults == []


@LANGUAGE
def test_all_courses_of_the_first_page_stand_within_two_windows(open_page: OpenPage, language: str) -> None:
    page = open_page("/", language=language)
    last = page.locator(".course-card").last.bounding_box()
    bar = page.locator("#quick-exit").bounding_box()
    assert last is not None
    assert bar is not None
    assert last["y"] + last["height"] <= 1.9 * bar["y"]


def test_errands_are_short_cards_on_a_phone_and_whole_on_paper(open_page: OpenPage) -> None:
    page = open_page("/en/courses/finland/errands")
    how = page.locator("details[data-short]")
    assert how.evaluate_all("(all) => all.filter((each) => each.open).length") == 0
    how.first.locator("summary").click()
    expect(how.first.locator("dl").first).to_be_visible()
    page.evaluate("() => { window.print = () => dispatchEvent(new Event('beforeprint')); }")
    page.locator("[data-print] button").click()
    assert how.evaluate_all("(all) => all.every((each) => each.open)")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert how.evaluate_all("(all) => all.filter((each) => each.open).length") == 1


def test_nothing_moves_where_motion_is_not_wanted(open_page: OpenPage) -> None:
    page = open_page("/en/courses/finland/welcome?screen=4")
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        "() => [...document.querySelectorAll('*')].filter((each) => getComputedStyle(each).transitionDuration !== '0s'"
        " || getComputedStyle(each).animationName !== 'none').length"
    )
    assert moving == 0


def test_pages_keep_their_edges_in_the_colours_of_the_reader(open_page: OpenPage) -> None:
    page = open_page("/en/courses/finland/welcome?screen=4")
    page.emulate_media(forced_colors="active")
    for part in (".main", ".choice", "#quick-exit", "form.check button"):
        style = page.locator(part).first.evaluate("(each) => getComputedStyle(each).borderTopStyle")
        assert style == "solid", part
    here, ahead = (
        page.locator(f".stations .{state}").first.evaluate(
            "(each) => getComputedStyle(each, '::before').backgroundColor"
        )
        for state in ("here", "ahead")
    )
    assert here != ahead


def test_paper_has_the_lesson_and_nothing_to_press(open_page: OpenPage) -> None:
    page = open_page("/en/courses/finland/welcome/print")
    page.emulate_media(media="print")
    for part in (".top", "#quick-exit", ".foot", "form.check button", ".crumb"):
        assert page.locator(part).filter(visible=True).count() == 0, part
    expect(page.locator("h1")).to_be_visible()
    assert page.locator(".screen-print").count() == screens_of("welcome")
    assert (
        page.locator(".picture img").first.evaluate("(each) => each.getBoundingClientRect().width") <= 8 / 2.54 * 96 + 1
    )


def test_pictures_hold_their_place_before_they_are_there(open_page: OpenPage) -> None:
    page = open_page("/en/", allowed=("ERR_FAILED",))
    page.route("**/media/*", lambda route: route.abort())
    page.goto("/en/courses/finland/welcome?screen=3")
    for picture in page.locator("main img").all():
        box = picture.bounding_box()
        assert box is not None
        assert abs(box["width"] / box["height"] - 16 / 9) < 0.05
