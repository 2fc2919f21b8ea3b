"""The picture library where packs do not agree: of licences, of names, and in words that look like marks of a lesson."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studio.author import Author
from studio.test_picture_library import HARBOUR, LESSON, NURSE, card, files, form, names, put, use
from support.whole import Whole

MakeAuthor = Callable[..., Author]


def credit(licence: str) -> bytes:
    return f'[quay]\nauthor = "Mirja Koski"\nlicence = "{licence}"\n'.encode()


@pytest.mark.parametrize("order", [("CC-BY-NC-4.0", "CC-BY-4.0"), ("CC-BY-4.0", "CC-BY-NC-4.0")])
def test_of_two_drafts_the_licence_that_forbids_counts(
    whole: Whole, make_author: MakeAuthor, order: tuple[str, str]
) -> None:
    """An upload has an open licence unless somebody says otherwise: a second one frees no picture."""
    anna, colleague = make_author(), make_author("ben@example.org")
    for licence in order:
        anna.begin(licence)
        put(whole, anna, {"media/quay.svg": HARBOUR, "media/credits.toml": credit(licence)})
    colleague.begin("Mine")
    (only,) = colleague.get("pictures/library").all("li", _class="card")
    assert "CC-BY-NC-4.0" in only.words
    assert "forbids" in only.words


@pytest.mark.parametrize("words", ["quay,", "(quay)", "QUAY!", "quay ,", "« quay »"])
def test_marks_around_a_word_of_a_search_do_not_count(whole: Whole, make_author: MakeAuthor, words: str) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    anna.begin("First")
    put(whole, anna, {"media/quay.svg": HARBOUR, "media/nurse.svg": NURSE})
    colleague.begin("Mine")
    assert names(colleague.get(f"pictures/library?words={words}")) == {"quay"}


def test_of_two_files_of_one_name_the_first_is_the_picture_as_in_the_draft_itself(
    whole: Whole, make_author: MakeAuthor
) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    anna.begin("First")
    put(whole, anna, {"media/quay.SVG": HARBOUR, "media/quay.svg": NURSE, "media/credits.toml": credit("CC0-1.0")})
    own = anna.get("pictures").all("img")
    colleague.begin("Mine")
    page = colleague.get("pictures/library")
    assert own
    assert form(page, "quay")["picture"][:16] in own[0]["src"]
    assert "draft" in card(page, "quay").words


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (":::", "…"),
        ("::: note", "note"),
        ("# A quay", "A quay"),
        ("- A quay", "A quay"),
        ("1. A quay", "A quay"),
        ("> # A quay", "A quay"),
        ("112 ships", "112 ships"),
        ("A quay: #1", "A quay: #1"),
        ("*Quay* at night", "*Quay* at night"),
        ("- - -", "…"),
        ("-5 degrees", "-5 degrees"),
    ],
)
def test_what_a_question_says_of_its_picture_breaks_no_lesson(
    whole: Whole, make_author: MakeAuthor, said: str, shown: str
) -> None:
    anna, colleague = make_author(), make_author("ben@example.org")
    anna.begin("First")
    bank = f'[[item]]\nkey = "who"\ninteraction = "choice"\npicture = "quay"\npicture_description = "{said}"\n'
    licensed = {"media/quay.svg": HARBOUR, "media/credits.toml": credit("CC0-1.0")}
    put(whole, anna, {**licensed, "items/bank.toml": bank.encode()})
    colleague.begin()
    before = files(colleague)[f"lessons/{LESSON}.md"].decode()
    use(colleague, "quay", f"?lesson={LESSON}&screen=1")
    after = files(colleague)[f"lessons/{LESSON}.md"].decode()
    assert after.replace(before.rstrip("\n"), "").strip() == f"::: picture quay\n{shown}\n:::"


def test_words_of_an_upload_that_look_like_marks_break_no_lesson(author: Author) -> None:
    author.begin()
    author.upload(body=HARBOUR, description="::: A quay", lesson=LESSON)
    assert "\nA quay\n:::" in files(author)[f"lessons/{LESSON}.md"].decode()
