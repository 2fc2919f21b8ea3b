"""A second language beside the first: in questions, in what is said after an answer, in the safety check, under each picture of a story."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.packs import CHOICE
from support.question_types import PICTURE
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import CHECK, catalogue, write_way

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
STORY = """# Hello there

:::: story
::: picture one
A street.
:::

First sentence.

::: picture two
A house.
:::

Second sentence.
::::

::: check fire
:::
"""
_CREDITS = "".join(f'[{name}]\nauthor = "Nobody"\nlicence = "CC0-1.0"\nsource = "drawn"\n\n' for name in ("one", "two"))
FINNISH = {
    ("lesson/hello", "First sentence."): "Ensimmäinen lause.",
    ("lesson/hello", "Second sentence."): "Toinen lause.",
    ("item/fire/prompt", "The kitchen is on fire. What do you do first?"): "Keittiö palaa. Mitä teet ensin?",
    ("item/fire/choice/leave/text", "Get out"): "Mene ulos",
    ("item/fire/choice/leave/feedback", "Yes. First be safe."): "Kyllä. Ensin turvaan.",
    ("item/one/prompt", "Question one?"): "Kysymys yksi?",
    ("item/one/choice/b/feedback", "Look again at the first lesson."): "Katso ensimmäistä oppituntia.",
}
HELLO, TEST = "/en/courses/way/hello", "/en/courses/way/check"


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody in a course with a story and a question, both in Finnish too."""
    media = {"one.svg": PICTURE, "two.svg": PICTURE, "credits.toml": _CREDITS}
    folder = write_way(
        tmp_path,
        lessons={"hello": STORY, "second": "# Second\n\nWords.\n"},
        items={"bank": CHOICE, "check": CHECK},
        translations={"fi": catalogue(FINNISH)},
        media=media,
    )
    assert whole.publish(folder).published == ("course_way",)
    visitor.start()
    return visitor


def beside(page: Page) -> list[str]:
    """Return what stands in the second language, marked as such."""
    return [tag.words for tag in page.tags if tag.attributes.get("class") == "beside" and tag["lang"] == "fi"]


def test_a_question_and_its_answers_stand_in_both_languages(learner: Visitor) -> None:
    page = learner.get(f"{HELLO}?with=fi")
    assert {"Keittiö palaa. Mitä teet ensin?", "Mene ulos"} < set(beside(page))
    assert "Throw water on it" in page.text, "what is not translated stands once"
    assert page.text.count("Throw water on it") == 1
    assert page.one("form", id="check-fire")


def test_what_is_said_after_an_answer_stands_in_both_languages(learner: Visitor) -> None:
    form = {**learner.get(f"{HELLO}?with=fi").fields("check-fire"), "a-fire": "leave"}
    page = learner.post(f"{HELLO}?with=fi", form)
    if page.status == 303:
        page = learner.get(page.location)
    assert "Kyllä. Ensin turvaan." in beside(page)
    assert "Oikein" in beside(page)
    assert "Yes. First be safe." in page.text


def test_each_picture_of_a_story_stands_once_with_both_sentences_under_it(learner: Visitor) -> None:
    page = learner.get(f"{HELLO}?with=fi")
    assert (
        len([tag for tag in page.all("img") if any(up.attributes.get("class") == "story" for up in tag.parents)]) == 2
    )
    panels = [tag.words for tag in page.all("li") if any(up.attributes.get("class") == "story" for up in tag.parents)]
    assert panels == ["First sentence. Ensimmäinen lause.", "Second sentence. Toinen lause."]


def test_the_safety_check_can_be_read_in_two_languages(learner: Visitor) -> None:
    other = learner.get(TEST).one("a", href=f"{TEST}?item=one&with=fi")
    page = learner.get(other["href"])
    assert "Kysymys yksi?" in beside(page)
    form = page.one("form", id="check-one")
    answered = learner.post(form["action"].partition("#")[0], {**page.fields("check-one"), "a-one": "b"})
    if answered.status == 303:
        answered = learner.get(answered.location)
    assert "Katso ensimmäistä oppituntia." in beside(answered)
    assert answered.one("a", href=f"{TEST}?item=one")


def test_one_language_alone_has_nothing_beside_it(learner: Visitor) -> None:
    for path in (HELLO, TEST, f"{HELLO}?with=en", f"{TEST}?with=xx"):
        assert "beside" not in learner.get(path).html
