"""What checks find, said in the author's language."""

from __future__ import annotations

import pytest

from perille.domain.item_form import FieldKind, FormField
from perille.packs.authoring.item_forms import BadQuestion, field_values
from perille.packs.source.diagnostics import Diagnostic
from perille.studio.findings import findings_of, findings_of_item
from perille.studio.question_saving import no_number
from studio.author import Author
from support.html import Tag
from support.visitor import Page
from support.whole import Whole

ADVICE = {
    'The first line must be "# " and the title': "A lesson has one title",
    "The container ::: note is not closed by a line of three colons": "Take it out, and add it anew",
    'The pack is sensitive: "Violence" is not a neutral title for a page': "over a shoulder",
    "Item tea: gap 1: 'text' has no ((verb))": "Each gap needs its name",
    "The picture is never shown": "No screen shows this picture",
    'No lesson and no test asks the item "tea"': "No lesson and no test asks this question",
    "The review of FI/emergency.number was due on 2026-01-01": "Look at its source",
    "FI/kela.rate holds no longer": "does not hold today",
    'An errand begins with "# " and its title': "Say what to do",
    "Item tea: 'tolerance' must not be less than 0": "digits 0 to 9",
    "Item tea: give each of its choices a picture, or none": "Give each answer a picture",
    'The language "xx" is not known: write [Dobrý deň](lang:sk)': "no code of a language",
    "The screen has 90 words: begin another with ##, about 60 fit a phone": "This screen is long",
    "Item tea: a pair and an extra have the same key: 'gull'": "Two answers are the same",
    "Item tea: 'picture_description' stands without 'picture'": "Choose a picture",
    "Item tea: 'accepted' must be a list of answers, such as [\"kela\"]": "Fill in every field",
    "Item tea: 'feedback_right' is missing": "Fill in every field",
    "Item tea: 'answer' is missing: write answer = true or answer = false": "Say which answer is right",
}


@pytest.mark.parametrize("message", ADVICE)
def test_what_one_can_do_in_the_studio_is_said_with_the_finding(message: str) -> None:
    (found,) = findings_of([Diagnostic("lessons/x.md", 1, message)])
    assert ADVICE[message] in found.advice


def test_a_question_shows_what_is_said_of_it_in_whichever_words() -> None:
    said = [
        Diagnostic("items/a.toml", 2, '"choise" is no interaction', item_key="tea"),
        Diagnostic("items/a.toml", 9, "Item tea: of another question by its key", item_key="tea-time"),
        Diagnostic("items/b.toml", 2, "The same key in another bank", item_key="tea"),
    ]
    assert [each.line for each in findings_of_item(findings_of(said), "a", "tea")] == [2]


def test_a_number_of_a_plugins_form_is_named_by_its_label(whole: Whole) -> None:
    """Its key says nothing to an author, and the words of ours are no words for it."""
    counted = FormField(key="number", kind=FieldKind.NUMBER, label="The right number")
    with pytest.raises(BadQuestion) as wrong:
        field_values([counted], {"number": "three"})
    with whole.app.test_request_context("/en/"):
        assert no_number(wrong.value).message == "“The right number” must be a number."


def finding_of(page: Page) -> Tag:
    """Return the first finding of a page."""
    return page.all("li", _class="finding-error")[0]


def test_the_words_of_a_check_are_folded_away_from_who_reads_another_language(author: Author) -> None:
    author.begin("First steps")
    author.send("lessons/first-steps/source", {"source": "# First steps\n\n::: note\n:::\n", "revision": "0"})
    page = author.get(f"{author.draft.replace('/en/', '/fi/')}/lessons/first-steps")
    found = finding_of(page)
    assert found.words.startswith("Tämä kohta on tyhjä")
    folded = next(tag for tag in page.all("details") if found in tag.parents)
    english = next(tag for tag in page.all("small", lang="en") if folded in tag.parents)
    assert "is empty" in english.words
    assert "is empty" in finding_of(author.get("lessons/first-steps")).words


def test_who_has_just_begun_is_told_what_to_do_and_of_no_mistake(author: Author) -> None:
    author.begin("First steps")
    lesson = f"{author.draft.replace('/en/', '/fi/')}/lessons/first-steps"
    assert "1 korjattava asia" not in author.get(lesson.partition("/lessons")[0]).text
    page = author.get(lesson)
    assert not page.all("li", _class="finding-error")
    assert page.all("li", _class="finding-hint")[0].words == "Tämä oppitunti on tyhjä. Lisää kohta, jossa on tekstiä."
    author.add("first-steps", "text")
    page = author.get(lesson)
    assert not page.all("li", _class="finding-error")
    assert any(tag.words.startswith("Tämä kohta on uusi") for tag in page.all("li", _class="finding-hint"))


def test_a_finding_without_advice_says_in_the_authors_language_that_english_follows(author: Author) -> None:
    author.begin("First steps")
    author.send(
        "lessons/first-steps/source", {"source": "# First steps\n\n:::: for nobody\nWords.\n::::\n", "revision": "0"}
    )
    page = author.get(f"{author.draft.replace('/en/', '/fi/')}/lessons/first-steps")
    assert "Alla on englanniksi, mitä tarkistus sanoo." in finding_of(page).words


def test_who_edits_a_translated_course_is_not_told_to_run_a_command(author: Author) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Call the nurse.")
    author.send("translations", {"language": "fi"})
    author.send("translations", {"language": "sv"})
    author.write("first-steps", 0, "Call the doctor.")
    outline = author.get()
    assert "packs update" not in outline.html
    assert "Something is wrong here" not in outline.text
    assert "packs update" not in author.get("publish").html
