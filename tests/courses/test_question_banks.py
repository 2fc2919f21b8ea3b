"""Shipped tests cannot be passed by who knows how tests are made: the bars of docs/writing-questions.md, bank by bank."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from perille.domain.selection import critical_bounds, draw
from perille.packs.checks.assessments import section_of
from perille.packs.checks.guessers import PASS_BAR, GuessedOutcomes, figures_of_test
from perille.packs.checks.item_clinic import Flaw, item_flaws
from perille.packs.checks.item_writing import LONGEST_BAR, bank_figures
from perille.packs.format.items import BankItem
from perille.packs.format.loading import LoadedPack
from perille.packs.format.units import ResolvedUnit, resolve_units
from perille.packs.source.diagnostics import Diagnostics
from support.shipped import shipped_pack, shipped_registry

MODULES = Path(__file__).resolve().parents[2] / "modules"
#: Pack -> objectives with the critical points of the module (DOMAIN 3.2): each test asks at least one question of each.
HELD = {
    "module_ct1": ("child",),
    "module_ct2": ("read-together",),
    "module_ct3": ("prepare", "space-interpreter"),
    "module_ct4": ("danger",),
    "module_ct5": ("not-conditional",),
    "module_ct6": ("guardian",),
    "module_ct7": ("talk",),
    "module_ct8": ("risk",),
    "module_pro1": ("interpreting",),
    "module_author": ("words",),
    "module_pro2": ("results",),
}
#: Guessers of 500 walks lie within half a percent of the figures of `perille packs check --items`.
WALKS, NEAR = 500, 0.005
#: Readers of one country get a question or two of their own: fewer walks show whether those are easy to guess.
WALKS_OF_A_COUNTRY = 150

#: Question types that ask for an order, groups or pairs.
ARRANGED = {"sequencing", "grouping", "matching", "gap-fill"}
#: Words of the longest sentence.
LONGEST_SENTENCE = 20
#: The end of a sentence, with the quotation mark that may follow; a fact, which reads as one word.
END, SLOT = re.compile(r"[.!?]\"?\s+"), re.compile(r"\{fact:[^}]*\}")


def _pack(name: str) -> LoadedPack:
    return shipped_pack(MODULES / name)


@cache
def _test(name: str) -> ResolvedUnit:
    plans = resolve_units(_pack(name), {}, Diagnostics())
    return next(plan for plan in plans if plan.spec.sections and plan.spec.mastery is not None)


def _readers(name: str) -> tuple[str, ...]:
    countries = sorted({item.item.country for item in _test(name).items()} - {""})
    return ("", *countries)


@pytest.fixture(params=HELD)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_nothing_in_a_bank_gives_an_answer_away(name: str) -> None:
    items = list(_test(name).items())
    asked = {item.item.key for item in items}
    checks = [item for bank in _pack(name).banks.values() for item in bank if item.item.key not in asked]
    figures = bank_figures(items, checks, english=True)
    assert figures.longest_share <= LONGEST_BAR
    assert figures.doubles == ()
    assert figures.telling_hints == ()


@pytest.mark.parametrize("module", sorted(HELD))
def test_checks_of_lessons_are_not_answered_by_taking_the_longest_choice(module: str) -> None:
    asked = {item.item.key for item in _test(module).items()}
    checks = [item for bank in _pack(module).banks.values() for item in bank if item.item.key not in asked]
    assert bank_figures(checks, [], english=True).longest_share <= LONGEST_BAR


@pytest.mark.parametrize("module", sorted(HELD))
def test_no_right_choice_is_much_longer_and_no_check_is_asked_twice(module: str) -> None:
    banks = _pack(module).banks.values()
    longer = [item.item.key for bank in banks for item in bank if Flaw.LONGEST in _flaws(item)]
    doubles = [double for bank in banks for double in bank_figures(bank, [], english=True).doubles]
    assert (longer, doubles) == ([], [])


def _flaws(item: BankItem) -> set[Flaw]:
    return {found.flaw for found in item_flaws(item, (), language="en")}


def test_no_guesser_passes_for_any_reader(name: str) -> None:
    outcomes = GuessedOutcomes(_test(name), shipped_registry())
    for country in _readers(name):
        figures = figures_of_test(_test(name), outcomes, country, walks=WALKS_OF_A_COUNTRY if country else WALKS)
        assert figures.longest_share <= LONGEST_BAR + NEAR
        passed = {guesser: share for guesser, share in figures.passes.items() if share > PASS_BAR + NEAR}
        assert passed == {}, country


def test_the_critical_point_is_in_every_test(name: str) -> None:
    test = _test(name)
    items = {item.item.key: item.item for item in test.items()}
    sections = [section_of(test, spec) for spec in test.spec.sections]
    for objective in HELD[name]:
        (section,) = [each for each in sections if objective in each.draw]
        least, _most = critical_bounds(section, items, "")
        assert set(section.draw) == {objective}
        assert max(least, section.critical or 0) >= 1
        assert sum(item.critical for item in items.values() if item.objective == objective) >= 3


def test_every_objective_has_a_hard_question_and_every_choice_says_why(name: str) -> None:
    items = list(_test(name).items())
    drawn = {objective for spec in _test(name).spec.sections for objective in spec.draw}
    assert drawn - {item.item.objective for item in items if item.item.difficulty == 3} == set()
    mute = [
        f"{item.item.key}: {part}"
        for item in items
        for part in item.words
        if part.startswith("choice/") and part.endswith("/text")
        if len(item.words.get(part.replace("/text", "/feedback"), "").split()) < 4
    ]
    assert mute == []


def test_how_many_are_right_varies_in_questions_with_several(name: str) -> None:
    several = [item.item for item in _test(name).items() if item.item.interaction == "multiple-choice"]
    counts = {sum(option.right for option in item.options) for item in several}
    assert len(counts) >= 3
    assert any(all(option.right for option in item.options) for item in several)


@pytest.mark.parametrize("module", sorted(HELD))
def test_a_quarter_of_the_questions_ask_for_an_order_groups_or_pairs(module: str) -> None:
    kinds = [item.item.interaction for item in _test(module).items()]
    assert sum(kind in ARRANGED for kind in kinds) >= len(kinds) / 4


def test_no_sentence_of_a_question_is_long_and_no_feedback_is_bare(name: str) -> None:
    words = [(item.item.key, part, text) for item in _test(name).items() for part, text in item.words.items()]
    long = [
        (key, sentence)
        for key, _part, text in words
        for sentence in END.split(SLOT.sub("fact", text))
        if len(sentence.split()) > LONGEST_SENTENCE
    ]
    bare = [(key, part, text) for key, part, text in words if "feedback" in part and len(text.split()) < 4]
    assert (long, bare) == ([], [])


def test_module_four_asks_two_questions_on_the_reader_s_country_and_none_of_who_names_no_country() -> None:
    test = _test("module_ct4")
    items = {item.item.key: item.item for item in test.items()}
    sections = [section_of(test, spec) for spec in test.spec.sections]
    for country in ("", *_pack("module_ct4").manifest.countries):
        drawn = [items[key] for key in draw(sections, items, seed="1", country=country)]
        assert [item.country for item in drawn if item.country] == [country] * (2 if country else 0)
        assert {item.difficulty for item in items.values() if item.country == country} >= {1, 2, 3}
