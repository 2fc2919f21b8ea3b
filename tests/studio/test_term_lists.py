"""A translator sees the terms of the word lists, what learners will see, what is wrong in their own language, and that work waits."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from perille.people.models import Role
from studio.author import Author, translation_forms
from support.visitor import Page

SOURCE = """# Harbour

The municipality helps you. Call {fact: emergency.number}.

## Second

::: words
- kunta · KUN-ta · municipality
:::

"""


@pytest.fixture
def course(author: Author) -> Author:
    """An author of a course with a word list, translated into Finnish and Arabic."""
    author.begin("Harbour", country="FI")
    author.send("lessons/harbour/source", {"source": SOURCE, "revision": "0"})
    for language in ("fi", "ar"):
        author.send("translations", {"language": language})
    return author


def translate(course: Author, language: str, begins: str, words: str) -> Page:
    forms = translation_forms(course.get(f"translations/{language}"))
    form = next(each for each in forms if each["source"].strip().startswith(begins))
    return course.send(f"translations/{language}", form | {"words": words})


def test_the_terms_of_a_word_list_stand_beside_the_field_and_another_word_is_told(course: Author) -> None:
    translate(course, "fi", "kunta", "kunta · KUN-ta · kotikunta")
    page = course.get("translations/fi")
    assert "In the word lists: municipality = kotikunta" in page.text
    page = translate(course, "fi", "The municipality", "Kaupunki auttaa. Soita {fact: emergency.number}.")
    assert "The word lists say “kotikunta” for “municipality”." in page.text
    page = translate(course, "fi", "The municipality", "Kotikunnassa autetaan. Soita {fact: emergency.number}.")
    assert "The word lists say" not in page.text


def test_what_a_translation_lacks_is_told_in_the_translators_language(course: Author) -> None:
    translate(course, "ar", "The municipality", "البلدية تساعد.")
    page = course.get(f"{course.draft.replace('/en/', '/ar/')}/translations/ar")
    assert "هذا ناقص في الترجمة: emergency.number" in page.text
    page = course.get("translations/ar")
    assert "This is missing in the translation: emergency.number" in page.text
    assert "texts in this language, and the others as they were written." in page.text


def test_the_screen_of_the_learner_is_one_press_away_in_the_language_of_the_translation(course: Author) -> None:
    page = course.get("translations/ar")
    links = {tag["href"] for tag in page.all("a") if tag.words.startswith("What the learner sees")}
    assert {each.partition("?")[2] for each in links} == {"", "screen=2"}
    for each in links:
        assert each.startswith("/ar/courses/draft-")
        assert course.get(each).status == 200


def test_a_translator_is_never_told_that_nothing_waits(course: Author, make_author: Callable[..., Author]) -> None:
    translator = make_author("tia@example.org", Role.TRANSLATOR)
    page = translator.get("/en/account/drafts")
    assert "Nothing waits for you now." not in page.text
    assert f"{course.draft}/translations" in {tag["href"] for tag in page.all("a")}
    assert "Nothing waits for you now." in course.get("/en/account/drafts").text


def test_a_translator_reads_what_learners_see_now_and_after_publishing(course: Author) -> None:
    translate(course, "fi", "Harbour", "Satama")
    assert "Draft: only staff can see it." in course.get("translations/fi").text
    course.publish()
    page = translate(course, "fi", "Second", "Toinen")
    now, then = (
        re.search(f"{words} (\\d+) of", page.text) for words in ("Now learners see", "published, learners see")
    )
    assert now
    assert then
    assert int(then[1]) == int(now[1]) + 1


def test_an_outdated_translation_that_no_longer_fits_counts_for_none(course: Author) -> None:
    translate(course, "fi", "The municipality", "Kunta auttaa. Soita {fact: emergency.number}.")
    before = re.search(r"published, learners see (\d+) of", course.get("translations/fi").text)
    # The number is gone from the source: learners get the source.
    changed = SOURCE.replace(" Call {fact: emergency.number}.", "")
    course.send("lessons/harbour/source", {"source": changed, "revision": "9"})
    page = course.get("translations/fi")
    after = re.search(r"published, learners see (\d+) of", page.text)
    assert before
    assert after
    assert "outdated (1)" in page.text
    assert int(after[1]) == int(before[1]) - 1
