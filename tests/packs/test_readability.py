"""How easily a lesson is read: sentences counted by the bars of its language, in any script."""

from __future__ import annotations

import pytest

from perille.domain.course import PackKind
from perille.packs.checks.readability import Ease, Readability, readability, sentence_bars
from perille.packs.checks.sentences import counted_sentences
from perille.packs.format.lesson_model import Block


def read(*texts: str, language: str = "en", kind: PackKind = PackKind.COURSE, easy: bool = False) -> Readability:
    """Count blocks, one on each line from line 1."""
    blocks = [Block(text, line) for line, text in enumerate(texts, 1)]
    found = readability(blocks, sentence_bars(kind, language, is_easy=easy))
    assert found is not None
    return found


def sentence(words: int) -> str:
    """Return a sentence of so many words."""
    return " ".join(["word"] * words) + "."


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("One two. Three? Four!", [2, 1, 1]),
        # A fact is a word of its sentence, wherever it stands, and its colon ends nothing.
        ("Call {fact: FI/emergency.number} now.", [3]),
        ("{fact: a.b}", [1]),
        ("The number {fact:a.b} is free", [5]),
        ("هل تعرف الرقم؟ نعم.", [3, 1]),
        ("آیا نمبر را می‌دانید؟ بلی!", [4, 1]),
        ("Ma taqaan lambarka? Haa.", [3, 1]),
        # Joiners, vowel signs and accents written apart, and a soft hyphen part no word.
        ("می\u200cدانید.", [1]),
        ("مُدَرِّسة الرّقم.", [2]),
        ("Cafe\u0301s sosiaali\u00adtoimisto.", [2]),
        # A line that is wrapped is one sentence, an entry of a list is its own.
        ("one two\nthree", [3]),
        ("- one two\n- three", [2, 1]),
        ("He says: “Go.” Then he goes.", [2, 1, 3]),
        ("---", []),
    ],
)
def test_sentences_end_where_their_script_ends_them(text: str, counts: list[int]) -> None:
    assert [count for count, _sentence in counted_sentences(text)] == counts


@pytest.mark.parametrize(
    ("language", "kind", "easy", "long"),
    [
        ("en", PackKind.COURSE, False, 14),
        ("en", PackKind.MODULE, False, 14),
        ("fi", PackKind.COURSE, False, 11),
        ("ar", PackKind.COURSE, False, 12),
        ("so", PackKind.COURSE, False, 15),
        ("prs", PackKind.COURSE, False, 15),
        # One of which no texts are here has the bars of English.
        ("ti", PackKind.COURSE, False, 14),
        ("en", PackKind.COURSE, True, 12),
        ("fi", PackKind.COURSE, True, 11),
    ],
)
def test_what_is_long_depends_on_the_language_and_its_readers(
    language: str, kind: PackKind, easy: bool, long: int
) -> None:
    within, beyond = (read(sentence(words), language=language, kind=kind, easy=easy).long for words in (long, long + 1))
    assert (within, beyond) == (0, 1)


@pytest.mark.parametrize(
    ("counts", "kind", "ease"),
    [
        ([9] * 10, PackKind.COURSE, Ease.EASY),
        ([9] * 9 + [10], PackKind.COURSE, Ease.LONG),
        ([12] * 10, PackKind.COURSE, Ease.LONG),
        ([12] * 9 + [13], PackKind.COURSE, Ease.TOO_LONG),
        ([12] * 10, PackKind.MODULE, Ease.EASY),
        ([13] * 10, PackKind.MODULE, Ease.LONG),
        # One long sentence is allowed, then 3 in 100; a second is no reason to stop, then 1 in 10.
        ([5] * 9 + [15], PackKind.COURSE, Ease.EASY),
        ([5] * 8 + [15] * 2, PackKind.COURSE, Ease.LONG),
        ([5] * 7 + [15] * 3, PackKind.COURSE, Ease.TOO_LONG),
        ([5] * 97 + [15] * 3, PackKind.COURSE, Ease.EASY),
        ([5] * 96 + [15] * 4, PackKind.COURSE, Ease.LONG),
        ([5] * 96 + [15] * 4, PackKind.MODULE, Ease.EASY),
        # A single one may be too long whatever stands around it.
        ([5] * 99 + [24], PackKind.COURSE, Ease.EASY),
        ([5] * 99 + [25], PackKind.COURSE, Ease.TOO_LONG),
        ([5] * 99 + [21], PackKind.MODULE, Ease.TOO_LONG),
    ],
)
def test_a_lesson_is_long_by_its_mean_its_share_and_its_longest_sentence(
    counts: list[int], kind: PackKind, ease: Ease
) -> None:
    assert read(*map(sentence, counts), kind=kind).ease is ease


def test_the_longest_sentence_is_named_with_its_line_and_the_first_of_two() -> None:
    found = read("Go in. Ask the nurse there.", "She knows it well. You may wait inside.", "Sit.")
    assert (found.sentences, found.longest, found.sentence, found.line) == (5, 4, "Ask the nurse there.", 1)
    assert found.mean == pytest.approx(15 / 5)


def test_what_has_no_sentence_has_no_figure() -> None:
    assert readability([Block("---", 1)], sentence_bars(PackKind.COURSE, "en")) is None
