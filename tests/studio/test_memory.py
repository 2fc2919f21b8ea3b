"""What was translated before is offered to a translator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perille.domain.segments import Segment, TranslationMemory
from perille.people.models import Role
from perille.studio.translation_memory import _memories
from studio.author import Author
from support.html import Tag
from support.visitor import Page
from support.whole import Whole

RIGHT = "Yes, they know it there."
NURSE = "Ask the school nurse when your child is ill at school."


def segment(source: str, words: str, *, is_reviewed: bool = False) -> Segment:
    """Return a segment of a course."""
    return Segment(source, words, "School", is_reviewed)


def test_what_somebody_has_reviewed_comes_first() -> None:
    memory = TranslationMemory([segment("Go home.", "Mene."), segment("Go home.", "Mene kotiin.", is_reviewed=True)])
    assert [found.segment.words for found in memory.find("Go home.")] == ["Mene kotiin.", "Mene."]


def test_a_fact_is_one_word_whatever_it_names() -> None:
    memory = TranslationMemory(
        [segment("Call {fact: FI/emergency.number} for help.", "Soita {fact: FI/emergency.number}.")]
    )
    (found,) = memory.find("Call {fact: FI/nurse.line} for help.")
    assert not found.is_exact
    assert found.share == pytest.approx(0.75)


def test_the_same_words_in_other_letters_are_alike_and_not_the_same() -> None:
    (found,) = TranslationMemory([segment("Ask at the desk", "Kysy tiskiltä")]).find("ASK AT THE DESK!")
    assert not found.is_exact


@pytest.mark.parametrize("text", ["OK", "...", "", "   ", "{fact: FI/emergency.number}", "Go on"])
def test_short_texts_find_the_same_words_alone(text: str) -> None:
    memory = TranslationMemory([segment("OK then", "Selvä"), segment("Go away", "Mene pois"), segment(NURSE, "Kysy.")])
    assert memory.find(text) == []


def begun(author: Author, title: str) -> None:
    """Begin a course with one text, to be translated into Finnish."""
    author.begin(title)
    lesson = author.get().one("p", _class="unit-title")
    address = next(tag for tag in author.get().all("a") if lesson in tag.parents)["href"]
    name = address.rpartition("/")[2]
    author.add(name, "text")
    author.write(name, 0, NURSE)
    author.send("translations", {"language": "fi"})


def form_of(page: Page, source: str) -> Tag:
    """Return the form of the block with these words."""
    area = next(tag for tag in page.all("textarea", _name="source") if tag.words == source)
    return next(up for up in area.parents if up.name == "form")


def test_a_translation_of_another_course_is_offered_and_taken_by_one_press(author: Author) -> None:
    begun(author, "First school")
    context = context_of(author.get("translations/fi"), NURSE)
    author.send("translations/fi", {"context": context, "source": NURSE, "had": "", "words": "Kysy hoitajalta."})
    author.publish()
    begun(author, "Second school")
    page = author.get("translations/fi?show=missing")
    offered = next(tag for tag in page.all("button", _name="take") if form_of(page, NURSE) in tag.parents)
    assert offered["value"] == "Kysy hoitajalta."
    assert "From “First school” · the same words" in page.text
    taken = {"context": context_of(page, NURSE), "source": NURSE, "had": "", "words": "", "take": offered["value"]}
    author.send("translations/fi", taken)
    page = author.get("translations/fi")
    assert next(tag for tag in page.all("textarea", _name="words") if form_of(page, NURSE) in tag.parents).words == (
        "Kysy hoitajalta."
    )
    assert not [tag for tag in page.all("button", _name="take") if form_of(page, NURSE) in tag.parents]


def context_of(page: Page, source: str) -> str:
    """Return the place of the words in their course."""
    return next(tag for tag in page.all("input", _name="context") if form_of(page, source) in tag.parents)["value"]


def test_what_a_draft_says_nobody_else_is_offered(make_author: Callable[..., Author]) -> None:
    first = make_author()
    begun(first, "First school")
    context = context_of(first.get("translations/fi"), NURSE)
    first.send("translations/fi", {"context": context, "source": NURSE, "had": "", "words": "Salainen."})
    second = make_author("bea@example.org", Role.AUTHOR, "Another office")
    begun(second, "Second school")
    assert "Salainen." not in second.get("translations/fi").html


def ask(author: Author) -> None:
    """Add a question whose feedback says which answer is right."""
    unit = author.get().one("p", _class="unit-title")
    name = next(tag for tag in author.get().all("a") if unit in tag.parents)["href"].rpartition("/")[2]
    choices = {"choice-0-text": "At the desk", "choice-0-feedback": RIGHT, "choice-0-right": "true"}
    choices |= {"choice-1-text": "At home", "choice-1-feedback": "Then nobody knows it."}
    asked = {"interaction": "choice", "bank": "checks", "lesson": name, "screen": "1", "f-prompt": "Where do you ask?"}
    author.send("questions/new", asked | choices)


def test_of_a_course_of_another_organisation_no_question_is_offered(make_author: Callable[..., Author]) -> None:
    first = make_author()
    begun(first, "First school")
    ask(first)
    for source, words in ((NURSE, "Kysy hoitajalta."), (RIGHT, "Niin, siellä se tiedetään.")):
        context = context_of(first.get("translations/fi"), source)
        first.send("translations/fi", {"context": context, "source": source, "had": "", "words": words})
    first.publish()
    colleague = make_author("cara@example.org")
    stranger = make_author("bea@example.org", Role.AUTHOR, "Another office")
    for who in (colleague, stranger):
        begun(who, "Second school")
        ask(who)
        page = who.get("translations/fi?show=missing").html
        # What learners read, everybody may read.
        assert "Kysy hoitajalta." in page
        assert ("Niin, siellä" in page) is (who is colleague)


def test_many_languages_stay_in_memory_and_many_courses_do_not_fill_it(whole: Whole) -> None:
    with whole.app.app_context():
        kept = _memories()
        for language in ("fi", "sv", "ar", "uk", "ru", "et", "lt", "sk"):
            kept.get(language, lambda: TranslationMemory([segment("Go home.", "Mene kotiin.")]))
        assert kept.find("fi") is not None
        large = [segment(f"Sentence {number}.", "Lause.") for number in range(60_000)]
        for language in ("so", "fa"):
            kept.get(language, lambda: TranslationMemory(large))
        assert (kept.find("so"), kept.find("fa") is None) == (None, False)
