"""Words as a search compares them."""

from __future__ import annotations

import doctest

import pytest

from perille.search import excerpt, terms
from perille.search.terms import MOST_TERMS, search_terms, stem


@pytest.mark.parametrize("module", [terms, excerpt])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hammaslääkäri", "hammaslaakari"),
        ("Jäätmejaam", "JAATMEJAAM"),
        ("tannlæknir", "tannlaeknir"),
        ("žmogus", "zmogus"),
        ("мовний", "Мовний"),
        ("ещё", "еще"),
        ("п’ять", "п'ять"),
        ("مدرسة", "المدرسه"),
        ("إقامة", "اقامه"),
        ("۱۱۲", "112"),
        ("گواهی", "گواهي"),
        ("می\u200cزند", "میزند"),
        ("نمی توانم", "نمیتوانم"),
        ("خانه\u200cها", "خانهها"),
    ],
)
def test_the_same_word_typed_in_another_way_is_the_same(one: str, other: str) -> None:
    assert search_terms(one) == search_terms(other)


def test_an_inflected_word_keeps_the_beginning_of_the_word() -> None:
    for base, inflected in (("kotikunta", "kotikunnassa"), ("школа", "школы"), ("barnehage", "barnehagen")):
        assert stem(inflected)[:4] == base[:4]
        assert base.startswith(stem(base))


def test_a_search_of_a_thousand_words_costs_as_much_as_one_of_few() -> None:
    assert len(search_terms(" ".join(f"w{number}" for number in range(1000)))) <= MOST_TERMS
