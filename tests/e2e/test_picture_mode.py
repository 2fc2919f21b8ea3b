"""Picture mode in a browser: from home to an answer by pictures alone, with and without script; an ear beside what can be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.course_walk import Journey
from support.markup import accessibility_faults
from support.pressing import follow
from support.site import run_site
from support.watching import OpenPage

#: A phone with voices of its own, which says nothing aloud and notes what it was to say.
VOICES = """
window.said = [];
const voices = ["en-US", "ar", "fi"].map((lang) => ({ lang, name: lang, localService: true, default: lang === "en-US" }));
const speech = { getVoices: () => voices, cancel() {}, speak: (each) => window.said.push(each.text), addEventListener() {} };
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


def to_the_course(page: Page) -> None:
    page.locator(".picture-switch button").click()
    expect(page.locator(".course-card .cover").first).to_be_visible()
    page.locator(".course-card[href$='/courses/finland']").click()
    expect(page.locator(".way .cover").first).to_be_visible()


@pytest.mark.parametrize(("language", "script"), [("ar", False), ("en", True)])
def test_the_way_is_found_by_pictures(open_page: OpenPage, language: str, script: bool) -> None:
    page = open_page("/", language=language, script=script)
    to_the_course(page)
    page.locator("form[data-start] button").click()
    for _screen in range(6):
        if page.locator(".item-true-false").count():
            break
        expect(page.locator(".screen, figure.picture").first).to_be_visible()
        page.locator(".ways .main").click()
    shapes = page.locator(".item-true-false .choice-words").evaluate_all(
        "(all) => all.map((each) => getComputedStyle(each, '::before')).map((each) => [each.content, each.borderRadius])"
    )
    assert shapes == [['"✓"', "50%"], ['"✗"', "4px"]], "yes and no differ in sign and shape, not in colour alone"
    page.locator(".item-true-false input[value=true]").check()
    page.locator("form.check > p > button").click()
    expect(page.locator(".result")).to_be_visible()


def test_an_ear_says_what_stands_beside_it_and_nothing_speaks_by_itself(open_page: OpenPage) -> None:
    page = open_page("/", language="en")
    page.add_init_script(VOICES)
    page.locator(".picture-switch button").click()
    page.locator(".picker .ear").nth(1).click()
    assert page.evaluate("window.said") == ["Hei"]
    card = page.locator(".courses li", has=page.locator("a[href$='/courses/finland']"))
    card.locator(".ear").click()
    assert page.evaluate("window.said.length") == 2
    assert accessibility_faults(page) == []
    page.goto(page.url + "courses/finland")
    assert page.evaluate("window.said") == []
    expect(page.locator(".way .ear").first).to_be_visible()
    assert accessibility_faults(page) == []


class Listener(Journey):
    """Somebody who reads nothing: what can be chosen is heard before it is pressed."""

    def hear(self, said: Locator) -> str:
        """Press the ear beside something and return what was said."""
        before = self.page.evaluate("window.said.length")
        said.locator("xpath=following-sibling::button[contains(@class, 'ear')]").click()
        heard: str = self.page.evaluate(f"window.said.slice({before}).join(' ')")
        return heard

    def answer(self, form: Locator, *, right: bool = True) -> None:
        """Hear the question, each thing that can be chosen and the button; then answer."""
        item = self.item_in(form)
        expect(form.locator(".voice-question")).to_be_visible()
        choices = [choice for choice in form.locator(".choice").all() if choice.is_visible()]
        heard = [self.hear(choice) for choice in choices]
        assert all(heard), (item.key, heard)
        if item.interaction not in ("matching", "grouping"):
            assert len(set(heard)) == len(heard), "what differs sounds different"
        steps = form.locator(".step .ear, .pair-source .ear")
        expected = len(item.options) if item.interaction in ("sequencing", "matching") else 0
        expect(steps).to_have_count(expected)
        expect(form.locator("> p > button:first-child .icon")).to_be_visible()
        assert self.hear(form.locator("> p > button:first-child"))
        super().answer(form, right=right)

    def listen_through(self, until: str, kinds: set[str]) -> None:
        """Go through lessons by what is seen and heard; a question of each kind that is not among *kinds* is answered, and noted there."""
        page = self.page
        while not page.url.partition("?")[0].endswith(f"/{until}"):
            expect(page.locator("[data-voice-play]").first).to_be_visible()
            expect(
                page.locator("main :is(figure.picture, .story, form.check) img, .errand, main img").first
            ).to_be_visible()
            for form in page.locator("main form.check").all():
                kind = self.item_in(form).interaction
                # A word can only be typed; no lesson asks that it is.
                if kind not in kinds and kind != "fill-in":
                    kinds.add(kind)
                    self.answer(form)
            expect(page.locator("main .main .icon")).to_be_visible()
            self.press_main()


@pytest.mark.release("the same by pictures to a badge: test_first_steps.py")
def test_from_home_to_a_certificate_without_a_word_being_read(open_page: OpenPage) -> None:
    page = open_page("/", language="ar", workers=False)
    page.add_init_script(VOICES)
    page.locator(".picture-switch button").click()
    expect(page.locator("html")).to_have_attribute("data-look", "pictures")
    journey = Listener(page)
    card = page.locator(".course-card[href$='/courses/finland']")
    assert "فنلندا" in journey.hear(card)
    follow(card)
    assert journey.hear(page.locator("main .main"))
    journey.press_main()
    kinds = set[str]()
    # The lessons that together ask every kind of question; the others show nothing that these do not.
    journey.listen_through("which-number", kinds)
    journey.go_unseen("money")
    journey.listen_through("health", kinds)
    journey.go_unseen("safety-check")
    assert kinds == {"choice", "multiple-choice", "true-false", "picture-choice", "sequencing", "matching", "numeric"}
    journey.pass_safety_check(wrong_first=1)
    assert journey.hear(page.locator("main .main"))
    journey.press_main()
    expect(page.locator("[data-voice-play]")).to_be_visible()
    assert accessibility_faults(page) == []
    page.locator("#name").fill("Amina")
    assert journey.hear(page.locator("main .main"))
    journey.press_main()
    assert journey.hear(page.locator("main .main"))
    with page.expect_download():
        page.locator("main .main").click()


def test_a_pressed_choice_and_a_typed_number_say_themselves(open_page: OpenPage) -> None:
    page = open_page("/en/courses/finland/safety-check")
    page.add_init_script(VOICES)
    page.context.add_cookies([{"name": "perille_look", "value": "pictures", "url": page.url}])
    page.reload()
    expect(page.locator("form.check .choice + .ear").first).to_be_visible()
    page.locator("form.check .choice input").nth(1).check()
    expected = page.locator("form.check .choice-words").nth(1).inner_text()
    assert page.evaluate("window.said") == [expected]
    page.goto("/en/courses/finland/safety-check?item=sc-number")
    page.locator("form.check input[type=text]").press_sequentially("112")
    assert page.evaluate("window.said.slice(-1)") == ["1 1 2"]


def test_who_reads_gets_ears_beside_choices_after_listening_to_a_question(open_page: OpenPage) -> None:
    page = open_page("/en/courses/finland/safety-check?item=sc-passport")
    page.add_init_script(VOICES)
    page.reload()
    expect(page.locator(".voice-question")).to_be_visible()
    expect(page.locator("form.check .ear")).to_have_count(0)
    page.locator(".voice-question").click()
    expect(page.locator("form.check .ear")).to_have_count(3)
    page.locator("form.check .ear").first.click()
    assert page.evaluate("window.said.slice(-1)") == [page.locator("form.check .choice-words").first.inner_text()]


#: A phone that takes a while to find the questions of a kept page.
SLOW = """
const match = CacheStorage.prototype.match;
CacheStorage.prototype.match = function (path, how) {
  const late = new Promise((done) => setTimeout(done, /items/.test(path) ? 2000 : 0));
  return late.then(() => match.call(this, path, how));
};
"""


@contextmanager
def stopped(tmp_path: Path, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A course that somebody took along who finds their way by pictures; the server is gone."""
    settings = {"PERILLE_RATE_LIMITS": "no"}
    with run_site(tmp_path, settings=settings) as site:
        page = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}).new_page()
        page.add_init_script(VOICES)
        page.goto("/ar/")
        page.locator(".picture-switch button").click()
        expect(page.locator("html")).to_have_attribute("data-look", "pictures")
        page.goto("/ar/courses/finland")
        page.locator("details.take summary").click()
        page.locator("[data-take-start]").click()
        expect(page.locator("[data-take-remove]")).to_be_visible()
        expect(page.locator("[data-take-said]")).to_contain_text("الدورة كلها على هذا الهاتف")
        site.process.terminate()
        site.process.wait(15)
        yield page, site.url


@pytest.mark.release("kept pages are those that were served")
def test_without_a_line_the_way_is_the_same(browser: Browser, tmp_path: Path) -> None:
    with stopped(tmp_path, browser) as (page, _url):
        journey = Listener(page)
        page.goto("/ar/courses/finland")
        expect(page.locator(".way .cover").first).to_be_visible()
        journey.press_main()
        page.wait_for_url("**/welcome")
        expect(page.locator("html")).to_have_attribute("data-look", "pictures")
        page.goto("/ar/courses/finland/safety-check?item=sc-lines")
        form = page.locator("main form.check")
        journey.answer(form, right=False)
        expect(form.locator("> p > button:first-child .icon")).to_be_visible()
        journey.answer(form)
        assert page.url.endswith("sc-lines")
        page.add_init_script(SLOW)
        page.goto("/ar/courses/finland/safety-check?item=sc-language")
        page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
        page.locator("form.check input[value=false]").check()
        page.locator("form.check > p > button:first-child").click()
        expect(page.locator("form.check .result-right")).to_be_attached()
        page.context.close()


def test_the_picture_of_a_question_stands_apart_from_its_first_answer(open_page: OpenPage) -> None:
    page = open_page("/", language="ar")
    page.goto("/ar/courses/online/choose?screen=1")
    asked, answer = (
        page.locator(f"main form.check {each}").first.bounding_box() for each in (".item-picture", ".choice-picture")
    )
    assert asked
    assert answer
    assert answer["y"] - (asked["y"] + asked["height"]) >= 8
