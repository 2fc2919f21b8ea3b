"""Chromium 69 and 83, on which many cheap phones stay for ever: the way out, help, answers and the place are there for them too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from support.old_engine import EngineEndedError, OldEngine, run_old_engine
from support.release_tier import EACH_ENGINE
from support.site import Site
from support.style_sheets import HARMLESS, HARMLESS_VALUES, declarations, rules, style_sheets

#: Old browsers hold what is fetched ahead against another rule of the page's policy: the next screen is then only loaded later.
_EXPECTED = "Refused to prefetch"
_COURSE = "/en/courses/finland"
_LESSON = "/{}/courses/finland/emergency?screen=2"
#: A card with an e-mail address that is longer than a small window is wide.
_LONG = "/{}/courses/safe-work/ask?screen=7&in=fi"
_PAGES = ("/{}/", "/{}/courses/finland", _LESSON, "/{}/help", "/{}/courses/finland/safety-check", "/{}/nothing", _LONG)
_TEST = "/en/modules/module-1/module-test"
#: Left, top, right and bottom of an element, and whether a finger in its middle meets it.
_BOX = """(function () {
    var box = document.querySelector('%s').getBoundingClientRect();
    var met = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return [box.left, box.top, box.right, box.bottom, Boolean(met && met.closest('%s'))];
})()"""

each_width = pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 568)])
each_direction = pytest.mark.parametrize("language", ["en", "ar"])


@pytest.fixture(scope="module", params=EACH_ENGINE)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldEngine]:
    """Each old browser."""
    with ExitStack() as stack:
        yield stack.enter_context(run_old_engine(request.param, tmp_path_factory.mktemp("old") / "engine.log"))


@pytest.fixture
def phone(engine: OldEngine) -> Iterator[Callable[..., OldEngine]]:
    """`phone(width=320)` is a phone that was never here. Its console may neither warn nor complain."""

    def unpack(**more: object) -> OldEngine:
        assert f"Chrome/{engine.version}." in engine.new(**more)  # type: ignore[arg-type]
        return engine

    yield unpack
    assert [line for line in engine.complaints if not line.startswith("0 ") and _EXPECTED not in line] == []


def _box(phone: OldEngine, selector: str) -> tuple[float, float, float, float, bool]:
    left, top, right, bottom, met = phone.run(_BOX % (selector, selector))
    return left, top, right, bottom, met


def _click(phone: OldEngine, selector: str) -> None:
    phone.wait(f"document.readyState === 'complete' && document.querySelector({json.dumps(selector)}) !== null")
    phone.run(f"document.querySelector({json.dumps(selector)}).click()")


@each_width
@each_direction
def test_the_way_out_lies_whole_at_the_bottom_of_the_window(
    phone: Callable[..., OldEngine], site: Site, width: int, height: int, language: str
) -> None:
    old = phone(width=width, height=height, language=language)
    for path in _PAGES:
        old.open(site.url + path.format(language))
        wide = old.run("document.documentElement.clientWidth")
        left, top, right, bottom, met = _box(old, "#quick-exit")
        assert (left, right, bottom) == (0, wide, height), path
        assert top > height * 0.75, path
        assert met, path
        assert old.run("document.documentElement.scrollWidth") <= wide, path


@each_direction
def test_the_help_box_is_inside_a_small_window(phone: Callable[..., OldEngine], site: Site, language: str) -> None:
    old = phone(width=320, height=568, language=language)
    old.open(site.url + _LESSON.format(language))
    _click(old, "#help summary")
    left, top, right, _bottom, _met = _box(old, ".help-body")
    wide = old.run("document.documentElement.clientWidth")
    assert left == pytest.approx(8)
    assert right == pytest.approx(wide - 8)
    assert top >= _box(old, "#help summary")[1]
    assert _box(old, ".help-body a[href^=tel]")[4]


@each_direction
def test_the_way_is_drawn_at_the_side_where_reading_starts(
    phone: Callable[..., OldEngine], site: Site, language: str
) -> None:
    old = phone(language=language)
    old.open(f"{site.url}/{language}/courses/finland")
    dot, title = _box(old, ".way .dot"), _box(old, ".way .station-title")
    line = old.run("getComputedStyle(document.querySelector('.way li'), '::before').position")
    assert line == "absolute"
    assert dot[2] < title[0] if language == "en" else title[2] < dot[0]


def test_shift_three_times_leaves(phone: Callable[..., OldEngine], site: Site) -> None:
    old = phone()
    old.open(site.url + _LESSON.format("en"))
    old.press("Shift", 2)
    old.press("Tab")
    old.press("Shift", 2)
    assert old.run("document.querySelector('main h1').offsetHeight") > 0
    old.press("Shift")
    old.wait(
        "location.href.indexOf('/courses/') < 0 || document.documentElement.classList.contains('leaving')"
        " && document.querySelector('main').offsetHeight === 0"
    )


@pytest.mark.parametrize("engine", [69], indirect=True)
def test_without_script_back_after_leaving_shows_no_page_of_a_course(
    phone: Callable[..., OldEngine], site: Site
) -> None:
    browser = phone(script=False)
    browser.open(site.url + _COURSE)
    _click(browser, "main .main")
    browser.wait("location.pathname.slice(-8) === '/welcome'")
    _click(browser, "#quick-exit")
    browser.wait("location.href.indexOf('/courses/') < 0")
    for _step in range(2):
        browser.back()
        assert "/courses/" not in browser.run("location.href")


def test_the_place_is_remembered(phone: Callable[..., OldEngine], site: Site) -> None:
    old = phone()
    old.open(site.url + _COURSE)
    _click(old, "main .main")
    old.wait("location.pathname.slice(-8) === '/welcome'")
    for screen in (2, 3):
        _click(old, "main .main")
        old.wait(f"location.search === '?screen={screen}' && document.readyState === 'complete'")
    old.open(f"{site.url}/en/")
    _click(old, "main .main")
    assert old.wait("location.pathname.slice(-8) === '/welcome' && location.search") == "?screen=3"


def test_an_answer_is_marked_without_loading_the_page_anew(phone: Callable[..., OldEngine], site: Site) -> None:
    old = phone()
    old.open(f"{site.url}/en/courses/finland/emergency?screen=2")
    old.run("window.here = true")
    _click(old, "form.check input[type=radio]")
    _click(old, "form.check > p > button")
    assert old.wait("document.querySelector('form.check .result') !== null")
    assert old.run("window.here") is True


def test_an_answer_of_a_test_is_kept_as_it_is_given(phone: Callable[..., OldEngine], site: Site) -> None:
    old = phone()
    old.open(site.url + _TEST)
    _click(old, "main .main")
    old.wait("document.querySelector('form[data-test]') !== null && document.readyState === 'complete'")
    field = "form[data-test] input[type=radio], form[data-test] input[type=checkbox], form[data-test] select"
    name = old.run(f"document.querySelector({json.dumps(field)}).id")
    assert name
    # An order is an answer when all of its steps have a number.
    old.run(
        f"""(function () {{
            var fields = Array.from(document.querySelectorAll({json.dumps(field)}));
            fields.forEach(function (each, at) {{ if (each.tagName === 'SELECT') each.selectedIndex = at + 1; }});
            if (fields[0].tagName !== 'SELECT') {{ fields[0].checked = true; }}
            fields[0].dispatchEvent(new Event('change', {{ bubbles: true }}));
        }})()"""
    )
    assert old.wait("document.querySelector('[data-saved]').textContent") == "Saved"
    old.open(f"{site.url}{_TEST}?q=1")
    first = f"document.getElementById({json.dumps(name)})"
    assert old.run(f"{first}.checked || {first}.selectedIndex === 1")


def test_steps_are_moved_by_their_buttons(phone: Callable[..., OldEngine], site: Site) -> None:
    old = phone()
    old.open(f"{site.url}/en/courses/finland/emergency?screen=3")
    names = "Array.from(document.querySelectorAll('[data-step]')).map(function (each) { return each.dataset.step; })"
    old.wait("document.querySelector('[data-move=down]') !== null")
    first, second, *_more = old.run(names)
    _click(old, "[data-step] [data-move=down]")
    assert old.run(names)[:2] == [second, first]


def test_every_rule_of_the_style_sheets_is_known_or_has_another_before_it(
    phone: Callable[..., OldEngine], site: Site
) -> None:
    old = phone()
    old.open(f"{site.url}/en/")
    known = "(function (pairs) { return pairs.map(function (pair) { return CSS.supports(pair[0], pair[1]); }); })(%s)"
    unknown = []
    for name, text in style_sheets().items():
        for rule in rules(text):
            found = declarations(rule.body)
            supported = old.run(known % json.dumps(found))
            for at, (prop, value) in enumerate(found):
                older = (prop, f"-webkit-{prop}")
                before = any(other[0] in older and supported[place] for place, other in enumerate(found[:at]))
                harmless = prop in HARMLESS or value in HARMLESS_VALUES or prop.startswith("--")
                if not (supported[at] or before or harmless):
                    unknown.append(f"{name}: {rule.selector} {{ {prop}: {value} }}")
    assert unknown == []


def test_an_engine_that_ended_costs_no_other_test(phone: Callable[..., OldEngine], site: Site) -> None:
    ended = phone()
    with pytest.raises(EngineEndedError, match="ended with status"):
        ended.end_at_once()
    again = phone()
    again.open(f"{site.url}/en/")
    assert again.wait("document.readyState === 'complete'")


@each_direction
def test_the_largest_letters_leave_the_window_to_the_words(
    phone: Callable[..., OldEngine], site: Site, language: str
) -> None:
    old = phone(width=320, height=568, language=language)
    old.open(f"{site.url}/{language}/look")
    _click(old, "input[value=largest]")
    _click(old, "input[value=strong]")
    old.wait("document.cookie.indexOf('perille_look=largest.strong') >= 0")
    for path in (_LESSON, "/{}/help?country=FI"):
        old.open(site.url + path.format(language))
        assert old.run("getComputedStyle(document.body).fontSize") == "27px"
        _left, top, _right, bottom, met = _box(old, "#quick-exit")
        assert (bottom, met) == (568, True), path
        assert top >= 568 * 0.75, path
        assert old.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
