"""The style checklist: what an author is asked to look at once more, at the block, and never keeps a course from being published."""

from __future__ import annotations

import pytest

from perille.domain.course import PackKind
from perille.studio.style import PronounCounts, Readership, StyleFlaw, people_in, style_notes
from studio.author import Author

LONG = "The nurse who works at the centre near the harbour answers your questions every day from eight to four."


def flaws(text: str, language: str = "en", kind: PackKind = PackKind.COURSE, *, sensitive: bool = False) -> list[str]:
    """Return the flaws and the words that they are about."""
    return [f"{note.flaw}: {note.about}" for note in style_notes(text, Readership(language, kind, sensitive))]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("It is a piece of cake.", "en", ["idioms: piece of cake"]),
        ("A piece of bread.", "en", []),
        ("Ask a policeman.", "en", ["gendered: policeman"]),
        ("Ask the police officer.", "en", []),
        ("The door was opened at nine.", "en", ["passive: was opened"]),
        ("The shop is closed and you are allowed in.", "en", []),
        ("Illegal\nimmigrants wait.", "en", ["shame: Illegal immigrants"]),
        ("We give them a voice.", "en", ["saviour: give them a voice"]),
        ("The man beside her was tortured.", "en", ["graphic: tortured", "passive: was tortured"]),
        ("Well done \U0001f44d", "en", ["sign: \U0001f44d"]),
        ("At home \U0001f1eb\U0001f1ee", "en", ["sign: \U0001f1eb\U0001f1ee"]),
        ("Kysy lakimieheltä, lakimies auttaa.", "fi", ["gendered: lakimies"]),
        ("Sinulle helposti helppo nakki.", "fi", ["idioms: helppo nakki"]),
        ("Du blev kallad till ett möte.", "sv", ["passive: blev kallad"]),
        ("Tööd makstakse pangas.", "et", ["passive: makstakse"]),
        ("Не називай людей: нелегали.", "uk", ["shame: нелегали"]),
        ("Нелегальна праця", "uk", []),
        ("ساعدهم بنفسك.", "ar", []),
        ("Piece of cake and was opened.", "ti", []),
    ],
)
def test_words_of_the_list_of_a_language_are_found_and_others_are_not(
    text: str, language: str, found: list[str]
) -> None:
    assert flaws(text, language) == found


@pytest.mark.parametrize(
    ("text", "language", "kind", "found"),
    [
        (LONG, "en", PackKind.COURSE, 1),
        (LONG, "en", PackKind.MODULE, 0),
        # Where too few texts are here to know what is long, nothing is said.
        (LONG, "ti", PackKind.COURSE, 0),
        (LONG.replace(" every day", ". Every day"), "en", PackKind.COURSE, 0),
        # Entries of a list and cells of a table are sentences of their own, a line that is wrapped is not.
        ("\n".join(f"- one two three four five {n}" for n in range(5)), "en", PackKind.COURSE, 0),
        (LONG.replace("harbour ", "harbour\n"), "en", PackKind.COURSE, 1),
        (
            "::: note\n" + LONG.replace("harbour", "[harbour](https://example.org/a?b=c)") + "\n:::",
            "en",
            PackKind.COURSE,
            1,
        ),
        ("هل تعرف الرقم؟ " * 6, "ar", PackKind.COURSE, 0),
        ("تعرف الرقم " * 8, "ar", PackKind.COURSE, 1),
    ],
)
def test_a_sentence_is_long_by_what_its_language_and_its_readers_have(
    text: str, language: str, kind: PackKind, found: int
) -> None:
    assert len([each for each in style_notes(text, Readership(language, kind)) if each.flaw is StyleFlaw.LONG]) == found


def test_the_easy_version_has_shorter_sentences() -> None:
    text = "The nurse at the centre answers all your questions from eight to four."
    assert not style_notes(text, Readership("en", PackKind.COURSE))
    (note,) = style_notes(text, Readership("en", PackKind.COURSE, is_easy=True))
    assert (note.count, note.most) == (13, 12)


def test_bold_words_of_a_sensitive_course_tell_nothing_over_a_shoulder() -> None:
    assert flaws("**Violence at home** is a crime.", sensitive=True) == ["telling: Violence at home"]
    assert flaws("Violence at home is a **crime**.", sensitive=True) == []
    assert flaws("**Violence at home** is a crime.") == []
    assert flaws("**Violence at home** is a crime.", kind=PackKind.MODULE, sensitive=True) == []


def test_people_are_counted_where_the_language_has_words_for_people_alone() -> None:
    assert people_in(["He asks. She helps him.", "His papers."], "en") == PronounCounts(3, 1)
    assert people_in(["Hän kysyy."], "fi") is None
    assert [PronounCounts(*each).is_one_sided for each in ((6, 2), (5, 2), (5, 0), (0, 6))] == [
        True,
        False,
        False,
        True,
    ]


def test_it_stands_at_the_block_and_keeps_nothing_from_being_published(author: Author) -> None:
    author.begin()
    author.add("first-steps", "text")
    page = author.write("first-steps", 0, "He asks a policeman. He waits. He calls. He goes. He eats. He sleeps.")
    notes = [tag for tag in page.all("ul") if "style-notes" in (tag.attributes.get("class") or "")]
    assert [tag.words for tag in notes] == [
        "This names everybody by one gender. Write a word that means all: “\u2068policeman\u2069”"
    ]
    # Below the field, which they would push out of sight on a phone.
    assert page.html.index('name="f-words"') < page.html.index("style-notes")
    listed = next(tag for tag in page.all("details") if "checklist" in (tag.attributes.get("class") or ""))
    assert "In this course “he” stands 6 times and “she” 0 times." in listed.words
    assert "Before a hard topic" not in listed.words
    assert "Published as version 1." in author.publish().text
    page = author.write("first-steps", 0, "She asks the police officer.")
    assert "style-notes" not in page.html
