"""Listening: one button where a voice was recorded in the language of the words, and nothing of it loaded before."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.exam import TEST, begin, write_exam
from support.sounds import mp3, opus
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import write_way

HELLO = "/courses/way/hello"
FIRST, SECOND, FIRE = "lessons/hello/hello-there", "lessons/hello/who-helps", "items/fire"
#: Recording below media/audio/ -> its bytes; each has another size, by which it is known again.
VOICES = {
    f"en/{FIRST}.mp3": mp3(3),
    f"en/{SECOND}.mp3": mp3(4),
    f"en/{FIRE}.opus": opus(),
    f"fi/{FIRST}.mp3": mp3(5),
    f"fi/{FIRE}.mp3": mp3(6),
    "en/items/one.mp3": mp3(7),
}


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody on a site whose course speaks English, and Finnish on the first screen."""
    folder = write_way(tmp_path / "new", media={f"audio/{name}": body for name, body in VOICES.items()})
    assert whole.publish(folder).published == ("course_way",)
    return visitor


def voices(visitor: Visitor, page: Page) -> dict[str, str]:
    """Return label -> recording of each voice of a page; each is a control of the browser's own that loads nothing by itself."""
    found = {}
    for voice in page.all("audio"):
        assert voice.attributes.keys() == {"controls", "preload", "src", "aria-labelledby"}
        assert voice["preload"] == "none"
        label = page.one("figcaption", id=voice["aria-labelledby"]).words
        body = visitor.get(voice["src"]).response.get_data()
        found[label] = next(name for name, known in VOICES.items() if known == body)
    return found


def test_a_screen_and_its_question_can_be_listened_to(learner: Visitor) -> None:
    page = learner.get(f"/en{HELLO}")
    assert voices(learner, page) == {"Listen": f"en/{FIRST}.mp3", "Listen to the question": f"en/{FIRE}.opus"}
    assert "autoplay" not in page.html
    page = learner.get(f"/fi{HELLO}")
    assert voices(learner, page) == {"Kuuntele": f"fi/{FIRST}.mp3", "Kuuntele kysymys": f"fi/{FIRE}.mp3"}
    (figure, _other) = page.all("figure", class_="listen")
    assert (figure["lang"], figure["dir"]) == ("fi", "ltr")


def test_a_screen_without_a_recording_has_no_button(learner: Visitor) -> None:
    assert learner.get("/en/courses/way/second").all("audio") == []
    assert "listen" not in learner.get("/en/courses/quiet/hello").html


def test_a_sensitive_lesson_is_listened_to_only_where_it_was_recorded(whole: Whole, tmp_path: Path) -> None:
    visitor = whole.visitor()
    assert visitor.get(f"/en{HELLO}").one("div", class_="listening-bar")["data-listening"] == "open"
    silent = visitor.get("/en/courses/quiet/hello")
    assert silent.all("div", class_="listening-bar") == []
    assert "data-listen" not in silent.html
    assert "data-listen=" in visitor.get(f"/en{HELLO}").html


def test_words_in_another_language_are_read_in_theirs_and_say_which(learner: Visitor) -> None:
    page = learner.get(f"/fi{HELLO}?screen=2")
    assert voices(learner, page) == {"Kuuntele: English": f"en/{SECOND}.mp3"}
    # The page is Arabic and so are some words of its first screen, which nobody has read aloud; its question is English.
    page = learner.get(f"/ar{HELLO}")
    (voice,) = voices(learner, page).items()
    assert voice[0].endswith(": English")
    assert voice[1] == f"en/{FIRE}.opus"
    # A reader of Russian gets the whole course in English.
    assert list(voices(learner, learner.get(f"/ru{HELLO}")).values()) == [f"en/{FIRST}.mp3", f"en/{FIRE}.opus"]


def test_beside_each_other_each_language_has_its_voice(learner: Visitor) -> None:
    page = learner.get(f"/en{HELLO}?with=fi")
    assert voices(learner, page) == {
        "Listen: English": f"en/{FIRST}.mp3",
        "Listen: Suomi": f"fi/{FIRST}.mp3",
        "Listen to the question": f"en/{FIRE}.opus",
    }
    # Both sides show English words here: one voice is enough.
    page = learner.get(f"/en{HELLO}?screen=2&with=fi")
    assert voices(learner, page) == {"Listen: English": f"en/{SECOND}.mp3"}


def test_after_an_answer_the_question_can_still_be_listened_to(learner: Visitor) -> None:
    page = learner.answer(f"/en{HELLO}", "fire", "water")
    assert "Listen to the question" in voices(learner, page)


def test_a_question_of_the_safety_check_can_be_listened_to(learner: Visitor) -> None:
    assert voices(learner, learner.get("/en/courses/way/check")) == {"Listen to the question": "en/items/one.mp3"}


def test_questions_of_a_test_can_be_listened_to(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    folder = write_exam(tmp_path)
    (folder / "media/audio/en/items").mkdir(parents=True)
    for number in range(1, 11):
        (folder / f"media/audio/en/items/q{number}.mp3").write_bytes(VOICES["en/items/one.mp3"])
    whole.publish(folder)
    begin(visitor)
    for number in range(1, 5):
        assert voices(visitor, visitor.get(f"{TEST}?q={number}")) == {"Listen to the question": "en/items/one.mp3"}


def test_paper_does_not_speak(learner: Visitor) -> None:
    page = learner.get(f"/en{HELLO}/print")
    assert "The kitchen is on fire" in page.text
    assert "listen" not in page.html


def test_the_course_says_what_listening_costs(learner: Visitor) -> None:
    def meta(language: str) -> str:
        return learner.get(f"/{language}/courses/way").one("p", class_="course-meta").words

    assert "· audio: 0.1 MB, only when you press “Listen”" in meta("en")
    assert "· ääni: 0,1 Mt, vain kun painat ”Kuuntele”" in meta("fi")
    assert "audio" not in learner.get("/en/courses/quiet").one("p", class_="course-meta").words
