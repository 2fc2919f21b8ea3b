"""The phone's own voice: it reads after a press, only what it can read, and is silent when one leaves. The voices here are fakes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.watching import OpenPage

_LESSON = "/{}/courses/finland/emergency?screen=2"
#: A synthesiser whose voices come after *late* milliseconds and that says what it is given; *silent*: it fires no event at all.
_FAKE = """
((voices, late, silent) => {
  const said = [];
  let here = late ? [] : voices;
  if (late) setTimeout(() => { here = voices; }, late);
  window.said = said;
  window.cancelled = 0;
  const speech = {
    getVoices: () => here,
    cancel: () => { window.cancelled += 1; },
    speak: (each) => {
      said.push([each.text, each.lang, each.rate]);
      if (silent) return;
      setTimeout(() => { if (each.onstart) each.onstart({}); setTimeout(() => each.onend && each.onend({}), window.slowly || 20); }, 5);
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
})(%s, %s, %s)
"""
_LOCAL = {"lang": "en-GB", "localService": True, "default": True}


def with_voices(page: Page, voices: list[dict[str, Any]], *, late: int = 0, silent: bool = False) -> None:
    """Give the page's browser these voices, and load the page anew."""
    page.add_init_script(_FAKE % (json.dumps(voices), late, json.dumps(silent)))
    page.reload()


def said(page: Page) -> list[str]:
    """Return what the voice was given."""
    texts: list[str] = page.evaluate("() => window.said.map((each) => each[0])")
    return texts


def test_nothing_speaks_before_a_press_and_then_the_whole_screen_does(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL], late=400)
    play = page.get_by_role("button", name="Listen", exact=True)
    expect(play).to_be_visible()
    assert said(page) == []
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    texts = said(page)
    assert texts[0] == page.locator("h1").inner_text()
    assert len(texts) > 4
    assert all(len(text) <= 160 for text in texts)
    assert page.locator(".reading").count() == 0


def test_a_telephone_number_is_said_digit_by_digit(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL])
    play = page.get_by_role("button", name="Listen", exact=True)
    play.click()
    page.wait_for_function("() => window.said.some((each) => each[0].indexOf('1 1 2') >= 0)")
    expect(play).to_have_attribute("aria-pressed", "false")
    assert not [text for text in said(page) if re.search(r"\d{3}", text)]


def test_what_is_no_telephone_number_is_said_as_a_number(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL])
    here = "<p>It is 110 km and costs 118 euros. Children call 116 111, others 112.</p><p>والمسافة 119 كم</p><ul><li>113</li></ul>"
    page.evaluate(f"() => {{ document.querySelector('main .screen').innerHTML = '{here}'; }}")
    page.get_by_role("button", name="Listen", exact=True).click()
    page.wait_for_function("() => window.said.some((each) => each[0].indexOf('1 1 3') >= 0)")
    assert " ".join(said(page)[-4:]) == (
        "It is 110 km and costs 118 euros. Children call 1 1 6 1 1 1, others 1 1 2. والمسافة 119 كم 1 1 3"
    )


def test_a_second_press_stops_and_a_third_goes_on(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL])
    page.evaluate("() => { window.slowly = 100000; }")
    play = page.get_by_role("button", name="Listen", exact=True)
    play.click()
    expect(page.locator(".reading")).to_have_count(1)
    play.click()
    expect(page.locator(".reading")).to_have_count(0)
    play.click()
    assert said(page)[0] == said(page)[1]


def test_slower_is_kept_for_the_next_page(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL])
    page.get_by_role("button", name="Slower").click()
    page.reload()
    expect(page.get_by_role("button", name="Slower")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Listen", exact=True).click()
    assert page.evaluate("() => window.said[0][2]") < 1


@pytest.mark.parametrize(
    "voices",
    [[], [{"lang": "de-DE", "localService": True}], [{"lang": "en-US", "localService": False}]],
    ids=["none", "another language", "only the network's"],
)
def test_without_a_voice_of_this_language_the_page_says_so(open_page: OpenPage, voices: list[dict[str, Any]]) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, voices)
    expect(page.get_by_text("This phone has no voice for this language.")).to_be_visible()
    expect(page.get_by_text("Whose voice is it?")).to_be_hidden()
    expect(page.get_by_role("button", name="Listen", exact=True)).to_have_count(0)


def test_a_voice_that_stays_silent_is_told_and_ends(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL], silent=True)
    page.get_by_role("button", name="Listen", exact=True).click()
    expect(page.get_by_text("This phone has no voice for this language.")).to_be_visible()
    expect(page.locator(".reading")).to_have_count(0)


def test_who_does_not_understand_the_voice_is_left_in_peace(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL])
    page.get_by_role("button", name="Listen", exact=True).click()
    page.get_by_role("group", name="Do you understand the voice?").get_by_role("button", name="No").click()
    expect(page.get_by_role("button", name="Listen", exact=True)).to_have_count(0)
    page.reload()
    again = page.get_by_role("button", name="Try the voice of this phone again")
    again.click()
    expect(page.get_by_role("button", name="Listen", exact=True)).to_be_visible()


def test_a_question_is_read_with_its_choices_also_after_an_answer(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL])
    check = page.locator("form[data-check]").first
    button = check.get_by_role("button", name="Listen to the question")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    choices = check.locator(".choice-words").all_inner_texts()
    assert len(choices) > 1
    assert all(choices)
    spoken = " ".join(said(page))
    assert all(choice.rstrip(".") in spoken for choice in choices)
    check.locator("input[type=radio]").first.check()
    check.get_by_role("button", name="See if it is right").click()
    expect(page.locator("form[data-check]").first.get_by_role("button", name="Listen to the question")).to_be_visible()


def test_leaving_ends_the_voice(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL])
    page.evaluate("() => { window.slowly = 100000; }")
    page.get_by_role("button", name="Listen", exact=True).click()
    expect(page.locator(".reading")).to_have_count(1)
    page.evaluate("() => dispatchEvent(new Event('pagehide'))")
    expect(page.locator(".reading")).to_have_count(0)


def test_no_phone_reads_a_page_of_a_sensitive_course(open_page: OpenPage) -> None:
    page = open_page("/en/courses/safe-work/offer")
    assert page.locator("[data-voice]").count() == 0
    assert "voice.js" not in page.content()


def test_arabic_is_read_by_an_arabic_voice(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("ar"), language="ar")
    with_voices(page, [_LOCAL, {"lang": "ar_EG", "localService": True}])
    page.locator("[data-voice-play]").first.click()
    page.wait_for_function("() => window.said.length > 3")
    assert {lang for _text, lang, _rate in page.evaluate("() => window.said")} <= {"ar_EG", "en-GB"}


def test_words_that_stand_in_another_language_alone_are_said_by_its_voice(open_page: OpenPage) -> None:
    page = open_page(_LESSON.format("en"))
    with_voices(page, [_LOCAL, {"lang": "sk-SK", "localService": True}])
    slovak = '<bdi lang="sk" dir="ltr">Dobrý deň</bdi>'
    here = f'<p><span class="choice-words">{slovak}</span></p><ul><li> {slovak} </li><li>Say: {slovak}</li></ul>'
    page.evaluate("here => { document.querySelector('main .screen').innerHTML = here; }", here)
    page.get_by_role("button", name="Listen", exact=True).click()
    page.wait_for_function("() => window.said.some((each) => each[0].startsWith('Say:'))")
    spoken = page.evaluate("() => window.said.map((each) => [each[0], each[1]])")
    assert spoken[-3:] == [["Dobrý deň", "sk-SK"], ["Dobrý deň", "sk-SK"], ["Say: Dobrý deň", "en-GB"]]
