"""Listening mode: a lesson from screen to screen in one document, hands free, silent at once when one leaves. The voices are fakes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from perille.core.web.display_preferences import COOKIE
from support.programs import LEAN, find_browser
from support.release_tier import sampled
from support.site import Site
from support.watching import NO_LINE, OpenPage

_LESSON = "/{}/courses/finland/emergency"
#: A synthesiser that says each sentence in no time, a wait for thinking that takes none, and the keys of a headset.
_FAKE = """
((lang) => {
  window.said = [];
  window.keys = {};
  const wait = window.setTimeout;
  window.setTimeout = (work, time, ...more) => wait(work, time === 8000 || time === 800 ? 5 : time, ...more);
  const speech = {
    getVoices: () => [{ lang, localService: true, default: true }],
    cancel: () => { window.ended = (window.ended || 0) + 1; },
    speak: (each) => {
      window.said.push(each.text);
      wait(() => { each.onstart({}); wait(() => each.onend({}), window.slowly || 1); }, 1);
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  const media = { metadata: null, playbackState: "none", setActionHandler: (name, work) => { window.keys[name] = work; } };
  Object.defineProperty(navigator, "mediaSession", { value: media });
})(%s)
"""
_PRESS = "Listen to the whole lesson"


def begin(page: Page, language: str = "en", *, slowly: int = 1) -> None:
    """Give the browser a voice and begin to listen; *slowly*: how long a sentence takes, in milliseconds."""
    page.add_init_script(_FAKE % json.dumps(language) + f"window.slowly = {slowly};")
    page.reload()
    page.locator("[data-listen]").click()
    expect(page.locator("[data-listening]")).to_be_visible()


def test_a_lesson_goes_by_from_screen_to_screen_in_one_document_with_its_questions(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    entries = page.evaluate("() => history.length")
    begin(page)
    page.evaluate("() => { window.same = true; }")
    page.locator("main form button.main").wait_for()
    expect(page.locator("[data-listening-note]")).to_have_text("The lesson is at its end.")
    said = " ".join(page.evaluate("() => window.said"))
    assert page.evaluate("() => window.same"), "a phone refuses sound in the next document"
    assert page.evaluate("() => history.length") <= entries + 1, "Back leads out of the lesson"
    assert "screen=" in page.url
    assert page.locator("h1").inner_text() in said
    assert "1 1 2" in said
    expect(page.locator("[data-listening]")).to_be_hidden()
    # A question that was put into the page is answered as ever.
    check = page.locator("form[data-check]").first
    if check.count():
        check.locator("input").first.check()


def test_it_is_held_and_goes_on_by_big_buttons_and_by_the_keys_of_a_headset(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("ar"), language="ar")
    begin(page, "ar", slowly=100_000)
    bar = page.locator("[data-listening]")
    for button in bar.locator("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 48
    exit_box, bar_box = page.locator("#quick-exit").bounding_box(), bar.bounding_box()
    assert exit_box is not None
    assert bar_box is not None
    assert page.evaluate("() => Boolean(document.elementFromPoint(180, innerHeight - 10).closest('#quick-exit'))")
    said = page.evaluate("() => window.said.length")
    bar.locator("[data-listening-pause]").click()
    expect(page.locator(".reading")).to_have_count(0)
    assert page.evaluate("() => navigator.mediaSession.playbackState") == "paused"
    page.evaluate("() => window.keys.play()")
    page.wait_for_function("(before) => window.said.length > before", arg=said)
    # The lock screen shows a title that tells nothing.
    assert page.evaluate("() => navigator.mediaSession.metadata.title") == "صوت"
    page.evaluate("() => window.keys.nexttrack()")
    page.wait_for_function("() => location.search === '?screen=2'")
    bar.locator("[data-listening-next]").click()
    page.wait_for_function("() => location.search === '?screen=3'")
    bar.locator("[data-listening-stop]").click()
    expect(bar).to_be_hidden()
    assert page.evaluate("() => [window.keys.play, navigator.mediaSession.metadata]") == [None, None]


@pytest.mark.worker
def test_leaving_is_silent_at_once_also_without_a_line(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"), allowed=NO_LINE)
    begin(page, slowly=60)
    page.wait_for_function("() => window.said.length > 1")
    page.context.set_offline(True)
    said, ended = page.evaluate(
        """() => {
            document.querySelector("#quick-exit").click();
            return [window.said.length, window.ended];
        }"""
    )
    assert ended > 0
    page.wait_for_url("**/today")
    # Longer than the sentence that was cut off, and the next one, would take.
    page.evaluate(
        "() => new Promise((done) => { let at = 0; const tick = () => (++at > 30 ? done() : requestAnimationFrame(tick)); tick(); })"
    )
    assert page.evaluate("() => window.said.length") == said
    assert page.evaluate("() => navigator.mediaSession.metadata") is None


@pytest.fixture
def large_letters(browser: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """Open a lesson in a small browser of which the letters are set to 200 %."""
    found = find_browser()
    assert found is not None
    arguments = [*found.arguments, *LEAN, "--blink-settings=defaultFontSize=32"]
    large = browser.browser_type.launch(executable_path=str(found.executable), args=arguments)

    def open_it(language: str) -> Page:
        page = large.new_page(base_url=site.url, viewport={"width": 320, "height": 640})
        page.goto(_LESSON.format(language))
        return page

    yield open_it
    large.close()


@pytest.mark.parametrize("language", sampled(["ar", "en", "uk"], ("ar", "uk"), "the same page with other words"))
def test_its_bar_and_the_way_out_leave_three_quarters_of_a_small_window_to_large_words(
    large_letters: Callable[[str], Page], language: str
) -> None:
    page = large_letters(language)
    begin(page, language, slowly=100_000)
    bar, leave = page.locator("[data-listening]").bounding_box(), page.locator("#quick-exit").bounding_box()
    assert bar is not None
    assert leave is not None
    assert bar["height"] + leave["height"] <= 0.25 * 640
    assert abs(bar["y"] + bar["height"] - leave["y"]) <= 1, "nothing is between them, nor covered"
    for button in page.locator("[data-listening] button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 48


#: Words of headings that stand on more than one line.
_BROKEN = """
() => {
  const broken = [];
  for (const heading of document.querySelectorAll("main h1, main h2")) {
    const text = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
    while (text.nextNode()) {
      for (const word of text.currentNode.data.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(text.currentNode, word.index);
        range.setEnd(text.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}
"""


@pytest.mark.parametrize("language", ["en", "uk"])
def test_words_of_a_heading_stay_whole_in_large_letters(large_letters: Callable[[str], Page], language: str) -> None:
    page = large_letters(language)
    assert page.locator("main h1").is_visible()
    assert page.evaluate(_BROKEN) == []


_WITH_CHOICES = ("journey?screen=3", "welcome?screen=3", "which-number?screen=3", "remind")


@pytest.mark.parametrize("address", sampled(_WITH_CHOICES, _WITH_CHOICES[:1], "choices of another page"))
def test_choices_in_large_letters_stay_in_a_small_window(large_letters: Callable[[str], Page], address: str) -> None:
    page = large_letters("fi")
    page.goto(f"/fi/courses/finland/{address}")
    assert page.locator(".choice").first.is_visible()
    assert page.evaluate("() => document.scrollingElement.scrollWidth") == 320


def test_its_bar_stands_at_the_edge_of_a_wide_window(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"), screen="wide")
    begin(page, slowly=100_000)
    bar = page.locator("[data-listening]").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == 800


def test_a_screen_that_is_older_than_the_choice_of_easy_words_does_not_end_the_listening(open_page: OpenPage) -> None:
    page = open_page("/en/courses/finland/health?easy=1", workers=False)
    older = page.request.get("/en/courses/finland/health?screen=2").text()
    assert 'name="easy"' in older
    page.context.add_cookies([{"name": COOKIE, "value": "easy", "url": page.url}])
    page.route("**/health?screen=2&easy=1", lambda route: route.fulfill(body=older, content_type="text/html"))
    begin(page)
    page.evaluate("() => { window.same = true; }")
    expect(page.locator("[data-listening-note]")).to_have_text("The lesson is at its end.")
    assert page.evaluate("() => window.same"), "a phone refuses sound in the next document"


def test_a_sensitive_course_without_recordings_cannot_be_listened_to(open_page: OpenPage) -> None:
    page = open_page("/en/courses/safe-work/offer")
    assert page.locator("[data-listening], [data-listen]").count() == 0


#: What the page of somebody who is told by a picture has in its form, and what it sends in the background.
_OF_SOMEBODY = """
window.sent = 0;
navigator.sendBeacon = () => { window.sent += 1; return true; };
Object.defineProperty(window, "speechSynthesis", { value: { speaking: false, getVoices: () => [], cancel: () => 0 } });
addEventListener("DOMContentLoaded", () => {
  const field = '<input type="hidden" name="profile" value="1">';
  const form = document.querySelector("form[data-place]");
  const own = window.alone ? "" : field;
  if (form) form.insertAdjacentHTML("beforeend", own);
  else document.querySelector("main").insertAdjacentHTML("beforeend", `<form hidden action="/x" data-place>${own}</form>`);
});
"""


#: Somebody whose progress asks for its pictures after five minutes uses the phone now.
_LOCKED = "() => { document.cookie = `perille_profile=1.0123456789abcdef.5.${Math.floor(Date.now() / 1000)}; path=/`; }"
#: Whether a page that is looked at again has closed it.
_CLOSED = """() => {
    dispatchEvent(new Event("focus"));
    return /perille_profile=0/.test(document.cookie);
}"""


def minutes_of(page: Page, number: int) -> int:
    """Let minutes pass; return how often the page told the server meanwhile that it is used."""
    before = page.evaluate("() => window.sent")
    page.clock.run_for(number * 60_000)
    return int(page.evaluate("() => window.sent")) - before


def test_playing_sound_counts_as_use_for_the_lock_and_a_silent_page_does_not(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    page.clock.install()
    page.add_init_script(_OF_SOMEBODY)
    page.evaluate(_LOCKED)
    page.reload()
    assert minutes_of(page, 20) == 0
    page.evaluate(_LOCKED)
    page.evaluate("() => { window.speechSynthesis.speaking = true; }")
    assert minutes_of(page, 20) == 20
    page.evaluate(
        """() => {
            window.speechSynthesis.speaking = false;
            const audio = document.body.appendChild(document.createElement("audio"));
            Object.defineProperty(audio, "paused", { value: false, writable: true });
        }"""
    )
    assert minutes_of(page, 5) == 5
    assert page.evaluate(_CLOSED) is False, "the page does not close the lock either"
    page.evaluate("() => { Object.defineProperty(document.querySelector('body > audio'), 'paused', { value: true }); }")
    assert minutes_of(page, 20) == 0
    assert page.evaluate(_CLOSED) is True


def test_where_nobody_else_learns_a_page_that_sounds_sends_nothing(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    page.clock.install()
    page.add_init_script("window.alone = true;" + _OF_SOMEBODY)
    page.reload()
    page.evaluate("() => { window.speechSynthesis.speaking = true; }")
    assert minutes_of(page, 10) == 0
