"""Flaws of single questions: each has a question that has it, and one beside it that has not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from packs.samples import choice, statement
from perille.packs.checks import item_writing
from perille.packs.checks.item_clinic import Flaw, ItemFlaw, item_flaws
from perille.packs.checks.item_writing import bank_figures, words_of
from perille.packs.format.items import BankItem, read_bank
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.registry import InteractionRegistry

Flaws = Callable[..., list[tuple[Flaw, str]]]
LONG = "You write down what she said, in her own words"


@pytest.fixture
def bank(registry: InteractionRegistry) -> Callable[..., tuple[BankItem, ...]]:
    def read(*items: str) -> tuple[BankItem, ...]:
        diagnostics = Diagnostics()
        found = read_bank("items/bank.toml", "bank", "\n".join(items), registry, diagnostics)
        assert diagnostics.all == ()
        return found

    return read


@pytest.fixture
def flaws(bank: Callable[..., tuple[BankItem, ...]]) -> Flaws:
    """Return the flaws of the first of some questions, without "no feedback", which the samples have none of."""

    def find(*items: str, language: str = "en") -> list[tuple[Flaw, str]]:
        read = bank(*items)
        found = item_flaws(read[0], read, language=language)
        return [(each.flaw, each.about) for each in found if each.flaw is not Flaw.NO_FEEDBACK]

    return find


def test_a_right_answer_is_longer_by_a_ratio_and_by_a_distance(flaws: Flaws) -> None:
    assert flaws(choice("a", {LONG: True, "You call a friend of hers": False})) == [(Flaw.LONGEST, LONG)]
    assert flaws(choice("a", {"Ask at the desk": True, "Go home now": False})) == [], (
        "four letters more tell nobody anything"
    )
    assert flaws(choice("a", {LONG: True, "You write what you think she meant to say": False})) == [], (
        "by a few letters of many"
    )


def test_of_words_in_another_language_what_is_read_counts_and_not_its_mark(flaws: Flaws) -> None:
    assert flaws(choice("a", {"[Prosím vás](lang:sk)": True, "Good day, sir": False})) == []
    found = flaws(choice("a", {"[Ask.](lang:sk)": True, "Wait": False, "Go home": False}))
    assert found == [(Flaw.GRAMMAR, "Ask.")]
    assert words_of("Say [Dobrý deň](lang:sk)") == ["say", "dobrý", "deň"]


def test_a_wrong_answer_that_nobody_takes_is_named(flaws: Flaws) -> None:
    assert flaws(choice("a", {LONG: True, LONG.replace("she", "he"): False, "Nothing": False})) == [
        (Flaw.SHORT, "Nothing")
    ]
    assert flaws(choice("a", {"Call": True, "Wait": False, "Go": False})) == []


def test_words_that_sound_too_sure_count_in_wrong_answers_alone_and_in_known_languages(flaws: Flaws) -> None:
    assert flaws(choice("a", {"Ask her": True, "Never ask": False})) == [(Flaw.TOO_SURE, "never")]
    assert flaws(choice("a", {"Always ask": True, "Never ask": False})) == []
    assert flaws(choice("a", {"Kysy": True, "Älä kysy koskaan": False}), language="fi") == [(Flaw.TOO_SURE, "koskaan")]
    assert flaws(choice("a", {"Ask her": True, "Never ask": False}), language="uk") == []


def test_an_answer_that_alone_ends_or_begins_otherwise_is_named(flaws: Flaws) -> None:
    assert flaws(choice("a", {"Ask her.": True, "Wait": False, "Go home": False})) == [(Flaw.GRAMMAR, "Ask her.")]
    assert flaws(choice("a", {"Ask her": True, "wait": False, "Go home": False})) == [(Flaw.GRAMMAR, "wait")]
    assert flaws(choice("a", {"a form": True, "Kela": False, "a bank": False})) == [], "a name has a capital"
    assert flaws(choice("a", {"اسأل": True, "انتظر.": False, "اذهب": False}), language="ar") == [
        (Flaw.GRAMMAR, "انتظر.")
    ]


@pytest.mark.parametrize(
    ("prompt", "language", "told"),
    [
        ("Which of these is not a duty?", "en", True),
        ("Which of these is **not** a duty?", "en", False),
        ("What do you do next? What not yet?", "en", False),
        ("All of these are duties except one.", "en", True),
        ("Not so. Which of these is a duty? It is not easy.", "en", False),
        # An expression that looks on from each "which" takes minutes.
        ("which " * 30_000, "en", False),
        ("which " * 30_000 + "not", "en", True),
        ("Mikä näistä ei ole velvollisuus?", "fi", True),
        ("Mikä on velvollisuus? Et tiedä.", "fi", False),
    ],
)
def test_a_question_for_what_is_not_so_is_told_unless_the_not_stands_out(
    flaws: Flaws, prompt: str, language: str, told: bool
) -> None:
    item = choice("a", {"Ask her": True, "Go home": False}).replace("What about a?", prompt)
    assert [flaw for flaw, _about in flaws(item, language=language)] == ([Flaw.NEGATIVE] if told else [])


def test_a_twin_in_the_bank_is_named(flaws: Flaws) -> None:
    one = statement("one", "The employer keeps the passports of seasonal workers in a drawer", "true")
    two = statement("two", "An employer keeps passports of the seasonal workers in his drawer", "false")
    assert flaws(one, two) == [(Flaw.ASKED_TWICE, "two")]


def test_who_answers_rightly_is_to_be_told_why(bank: Callable[..., tuple[BankItem, ...]]) -> None:
    silent = bank(statement("one", "It is so", "true"))[0]
    assert ItemFlaw(Flaw.NO_FEEDBACK) in item_flaws(silent, (), language="en")
    told = bank(statement("one", "It is so", "true") + 'feedback_true = "Yes, the law says so."\n')[0]
    assert item_flaws(told, (), language="en") == ()


@pytest.mark.parametrize(
    ("feedback", "language", "told"),
    [
        ("Yes.", "en", True),
        ("Right. Her words.", "en", True),
        ("Much less.", "en", True),
        ("Right. Use her words.", "en", False),
        ("It is {fact: child.age}.", "en", False),
        ("Kyllä. Ei, oikein.", "fi", True),
        ("Kyllä. Hän päättää itse.", "fi", False),
        ("نعم.", "ar", True),
        ("Так, звісно.", "uk", True),
    ],
)
def test_what_is_said_after_an_answer_gives_a_reason(flaws: Flaws, feedback: str, language: str, told: bool) -> None:
    item = choice("a", {"Ask her": True, "Go home": False}).replace("It is so here.", feedback, 1)
    assert flaws(item, language=language) == ([(Flaw.NO_REASON, feedback)] if told else [])


def test_the_words_of_a_question_are_read_a_few_times_and_not_once_for_each_pair(
    bank: Callable[..., tuple[BankItem, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    items = bank(*(choice(f"q{number}", {f"Ask {number}": True, "Go home": False}) for number in range(50)))
    read: list[str] = []

    def note(text: str) -> list[str]:
        read.append(text)
        return words_of(text)

    monkeypatch.setattr(item_writing, "words_of", note)
    bank_figures(items, (), english=True)
    for each in items:
        item_flaws(each, items, language="en")
    assert len(read) < 50 * 30, "there are 1,225 pairs, each of two questions"


def test_a_hint_of_very_many_digits_is_no_fault_of_the_program(flaws: Flaws) -> None:
    assert flaws(choice("a", {"Call": True, "Wait": False}, hint=f'"{"9" * 5000}"')) == []
