"""Listening mode: a lesson from screen to screen in one document, hands free, silent at once when one leaves. The voices are fakes."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from perille.core.web.look import COOKIE
from support.watching import OpenPage

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


def test_leaving_is_silent_at_once_also_without_a_line(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"), allowed=("ERR_INTERNET_DISCONNECTED",))
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
