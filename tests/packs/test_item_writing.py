"""What an examiner counts in a bank: what gives answers away, and questions that are asked twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.samples import choice, statement
from perille.packs.checks.item_writing import SimilarItems, bank_figures, tells_number
from perille.packs.format.items import BankItem, read_bank
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.registry import InteractionRegistry

MakePack = Callable[..., Path]
Bank = Callable[..., tuple[BankItem, ...]]


@pytest.fixture
def bank(registry: InteractionRegistry) -> Bank:
    def read(*items: str) -> tuple[BankItem, ...]:
        diagnostics = Diagnostics()
        found = read_bank("items/bank.toml", "bank", "\n".join(items), registry, diagnostics)
        assert diagnostics.all == ()
        return found

    return read


def test_the_longest_right_choices_are_counted_among_single_choices(bank: Bank) -> None:
    items = bank(
        choice("longest", {"a long right one": True, "no": False}),
        choice("shortest", {"no": True, "a long wrong one": False}),
        choice("as-long", {"yes": True, "not": False}),
        choice("fact", {"{fact: SE/emergency.number}": True, "something longer": False}),
        choice("several", {"a long right one": True, "no": False}, "multiple-choice"),
    )
    figures = bank_figures(items, (), english=True)
    assert figures.single == ("longest", "shortest", "as-long", "fact")
    assert (figures.longest, figures.longest_share) == (("longest",), 0.25)
    assert figures.kinds == {"choice": 4, "multiple-choice": 1}


def test_words_that_sound_too_sure_are_counted_in_wrong_and_right_choices(bank: Bank) -> None:
    items = bank(choice("a", {"Ask": True, "Never ask": False, "Wait": False, "Tell everybody": False}))
    figures = bank_figures(items, (), english=True)
    assert (figures.absolute_wrong, figures.absolute_right) == ((2, 3), (0, 1))
    assert bank_figures(items, (), english=False).absolute_wrong is None


def test_the_places_of_right_choices_are_counted(bank: Bank) -> None:
    first, last = {"a": True, "b": False, "c": False}, {"a": False, "b": False, "c": True}
    assert bank_figures(bank(choice("x", first), choice("y", last), choice("z", last)), (), english=True).places == (
        1,
        0,
        2,
    )
    assert bank_figures(bank(statement("t", "It is so", "true")), (), english=True).places == ()


def test_a_question_that_is_asked_twice_is_named_with_its_twin(bank: Bank) -> None:
    one = statement("one", "The employer keeps the passports of seasonal workers in a drawer", "true")
    two = statement("two", "An employer keeps passports of the seasonal workers in his drawer", "false")
    other = statement("three", "A doctor asks about sleep and about pain before anything else", "true")
    figures = bank_figures(bank(one, other, two), (), english=True)
    assert figures.doubles == (SimilarItems(key="one", other="two", check=False),)
    figures = bank_figures(bank(one, other), bank(two), english=True)
    assert figures.doubles == (SimilarItems(key="one", other="two", check=True),)
    assert bank_figures(bank(one), bank(one), english=True).doubles == ()


def test_small_words_that_end_with_s_do_not_make_two_questions_alike(bank: Bank) -> None:
    one = statement("one", "A child who comes back should explain where it was", "false")
    two = choice(
        "two", {"A number that was tried": True, "To explain what comes": True, "A child": True}, "multiple-choice"
    )
    assert bank_figures(bank(one, two), (), english=True).doubles == ()


def test_questions_of_two_countries_may_be_alike(bank: Bank) -> None:
    words = "The police of this country keeps the passports of seasonal workers"
    finland = statement("fi", words, "true") + 'country = "FI"\n'
    sweden = statement("se", words, "true") + 'country = "SE"\n'
    assert bank_figures(bank(finland, sweden), (), english=True).doubles == ()


TWO = {"a": True, "b": True, "c": False}


@pytest.mark.parametrize(
    ("item", "tells"),
    [
        (choice("a", TWO, "multiple-choice", hint='"Two of the three."'), True),
        (choice("a", TWO, "multiple-choice", hint='"Both are on the card."'), True),
        (choice("a", TWO, "multiple-choice", hint='"Think of the card."'), False),
        (choice("two", TWO, "multiple-choice"), True),
        (choice("a", {"After 30 days": True, "After 90 days": False}, hint='"About 30 days."'), True),
        (choice("a", {"After 30 days": True, "After 90 days": False}, hint='"Less than two months."'), False),
        (
            '[[item]]\nkey = "n"\ninteraction = "numeric"\nobjective = "K: x"\nprompt = "How many?"\nanswer = 14\n'
            'hint = "It is 14."\n',
            True,
        ),
    ],
)
def test_a_number_that_is_told_beforehand_is_found(bank: Bank, item: str, tells: bool) -> None:
    assert tells_number(bank(item)[0]) is tells
