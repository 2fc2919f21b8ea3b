"""What guessing in a test is worth, on banks whose chances can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.commands import run
from packs.samples import choice, statement
from perille.packs.checks.guessers import GuessedOutcomes, Guesser, TestFigures, figures_of_test
from perille.packs.format.loading import load_pack
from perille.packs.format.units import resolve_units
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import read_folder
from perille.packs.source.registry import InteractionRegistry

MakePack = Callable[..., Path]
#: Guessers of 500 walks lie within this of the chance that was counted by hand.
NEAR = 0.06


@pytest.fixture
def figures(make_pack: MakePack, registry: InteractionRegistry) -> Callable[..., TestFigures]:
    def measure(
        *items: str, rules: str = "tries = 1", country: str = "", extra: str = "", mastery: str = ""
    ) -> TestFigures:
        folder = make_pack(items={"bank": "\n".join(items)}, assessments={"final": "bank"})
        manifest = (folder / "pack.toml").read_text("utf-8")
        manifest = manifest.replace("mastery = 1.0", f"mastery = {mastery or '1.0'}")
        if extra:
            manifest = manifest.replace('items = "bank"\n', "")
        (folder / "pack.toml").write_text(f"{manifest}\n[unit.final.rules]\n{rules}\n{extra}", "utf-8")
        pack = load_pack(read_folder(folder), registry)
        assert pack.diagnostics.errors == ()
        plan = next(plan for plan in resolve_units(pack, {}, Diagnostics()) if plan.key == "final")
        return figures_of_test(plan, GuessedOutcomes(plan, registry), country, walks=500)

    return measure


def test_what_answers_are_worth_is_found_out_once_for_readers_of_all_countries(
    make_pack: MakePack, registry: InteractionRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_pack(items={"bank": choice("a", FOUR)}, assessments={"final": "bank"})
    plan = next(
        plan
        for plan in resolve_units(load_pack(read_folder(folder), registry), {}, Diagnostics())
        if plan.key == "final"
    )
    outcomes = GuessedOutcomes(plan, registry)
    first = figures_of_test(plan, outcomes, "FI", walks=5)
    monkeypatch.setattr("perille.packs.checks.guessers.guesses", lambda *_given, **_more: pytest.fail("once more"))
    assert figures_of_test(plan, outcomes, "EE", walks=5).passes == first.passes


FOUR = {"one": True, "two": False, "six": False, "ten": False}


def test_a_blind_guess_passes_as_often_as_chance_says(figures: Callable[..., TestFigures]) -> None:
    once = figures(choice("a", FOUR), choice("b", FOUR))
    assert (once.asked, once.pool, once.tries, once.mastery) == (2, 2, 1, 1.0)
    assert once.passes[Guesser.BLIND] == pytest.approx(1 / 16, abs=NEAR)
    thrice = figures(choice("a", FOUR), choice("b", FOUR), rules="tries = 3")
    assert thrice.passes[Guesser.BLIND] == pytest.approx(1 - (15 / 16) ** 3, abs=NEAR)
    assert figures(choice("a", FOUR), choice("b", FOUR), rules="").tries == 3


def test_who_takes_the_longest_passes_where_the_right_one_is(figures: Callable[..., TestFigures]) -> None:
    long, short = {"the very longest": True, "no": False}, {"the very longest": False, "no": True}
    assert figures(choice("a", long), choice("b", long)).passes[Guesser.LONGEST] == 1.0
    assert figures(choice("a", long), choice("b", short)).passes[Guesser.LONGEST] == 0.0
    assert figures(choice("a", long), choice("b", short)).longest_share == 0.5
    assert figures(choice("a", long), choice("b", short), mastery="0.5").passes[Guesser.LONGEST] == 1.0


def test_who_takes_the_middle_passes_where_the_right_one_is_neither_longest_nor_shortest(
    figures: Callable[..., TestFigures],
) -> None:
    middle = {"no": False, "a few words": True, "many more words than these": False}
    ends = {"no": True, "a few words": False, "many more words than these": False}
    assert figures(choice("a", middle), choice("b", middle)).passes[Guesser.MIDDLE] == 1.0
    assert figures(choice("a", middle), choice("b", ends)).passes[Guesser.MIDDLE] == 0.0
    # Of several, those nearest to the middle are ticked.
    several = {"no": False, "a few words": True, "two words": True, "many more words than these": False}
    assert figures(choice("a", several, interaction="multiple-choice")).passes[Guesser.MIDDLE] == 1.0


def test_who_looks_for_words_of_the_question_or_for_commas_passes_by_them(figures: Callable[..., TestFigures]) -> None:
    echo = {"all about it": True, "something else": False, "nothing of it": False}
    marks = {"one, two; three": True, "one, two, and": False, "one two three": False}
    assert figures(choice("a", echo), choice("b", echo)).passes[Guesser.ECHO] == 1.0
    assert figures(choice("a", marks), choice("b", marks)).passes[Guesser.MARKS] == pytest.approx(1 / 4, abs=NEAR)


def test_who_reads_for_hedges_and_kindness_passes_by_them(figures: Callable[..., TestFigures]) -> None:
    soft = {"It may be": True, "It always is": False, "It is": False}
    kind = {"Ask her": True, "Call him": False, "Go": False}
    found = figures(choice("a", soft), choice("b", soft)).passes
    assert (found[Guesser.HEDGED], found[Guesser.KIND]) == (1.0, pytest.approx(1 / 9, abs=NEAR))
    found = figures(choice("a", kind), choice("b", kind)).passes
    assert (found[Guesser.KIND], found[Guesser.HEDGED]) == (1.0, pytest.approx(1 / 9, abs=NEAR))


def test_who_takes_the_first_passes_only_where_nothing_is_shuffled(figures: Callable[..., TestFigures]) -> None:
    fixed = figures(choice("a", FOUR), choice("b", FOUR), rules="tries = 1\nshuffle = false")
    assert fixed.passes[Guesser.FIRST] == 1.0
    assert figures(choice("a", FOUR), choice("b", FOUR)).passes[Guesser.FIRST] == pytest.approx(1 / 16, abs=NEAR)


def test_a_statement_that_sounds_too_sure_is_taken_for_false(figures: Callable[..., TestFigures]) -> None:
    found = figures(statement("a", "It is never so", "false"), statement("b", "It is so", "true")).passes
    assert (found[Guesser.HEDGED], found[Guesser.FIRST]) == (1.0, 0.0)
    assert found[Guesser.BLIND] == pytest.approx(1 / 4, abs=NEAR)


def test_of_several_right_ones_all_must_be_ticked(figures: Callable[..., TestFigures]) -> None:
    several = {"a rather long one": True, "another long one": True, "no": False, "yes": False}
    found = figures(choice("a", several, "multiple-choice")).passes
    assert found[Guesser.LONGEST] == 1.0
    assert found[Guesser.BLIND] == pytest.approx(1 / 15, abs=NEAR)


def test_what_must_be_written_is_never_guessed(figures: Callable[..., TestFigures]) -> None:
    number = '[[item]]\nkey = "n"\ninteraction = "numeric"\nobjective = "K: x"\nprompt = "How many?"\nanswer = 1\n'
    assert set(figures(number).passes.values()) == {0.0}


def test_a_critical_question_must_be_right_whatever_the_total(figures: Callable[..., TestFigures]) -> None:
    long, short = {"the very longest": True, "no": False}, {"the very longest": False, "no": True}
    items = choice("a", long), choice("b", long), choice("c", short)
    assert figures(*items, mastery="0.6").passes[Guesser.LONGEST] == 1.0
    critical = choice("c", short, critical="true")
    assert figures(*items[:2], critical, mastery="0.6").passes[Guesser.LONGEST] == 0.0


def test_questions_are_drawn_as_for_a_learner_of_the_country(figures: Callable[..., TestFigures]) -> None:
    section = '[[unit.final.section]]\nkey = "all"\ntitle = "All"\nbank = "bank"\ndraw = { x = 2 }\n'
    long, short = {"the very longest": True, "no": False}, {"the very longest": False, "no": True}
    items = [choice("a", long), choice("b", long), choice("c", short, country='"SE"')]
    items = [item.replace("K: x", "x") for item in items]
    extra = f'{section}\n[objectives]\nx = "K: x"\n'
    finland = figures(*items, extra=extra, country="FI")
    assert (finland.asked, finland.pool, finland.passes[Guesser.LONGEST]) == (2, 3, 1.0)
    sweden = figures(*items, extra=extra, country="SE")
    # Of three questions, two are drawn: without the Swedish one in a third of all draws.
    assert sweden.passes[Guesser.LONGEST] == pytest.approx(1 / 3, abs=NEAR)


def test_the_same_pack_gives_the_same_figures(figures: Callable[..., TestFigures]) -> None:
    items = choice("a", FOUR), choice("b", {**FOUR, "more": False})
    assert figures(*items) == figures(*items)


def test_check_prints_a_table_with_warnings_over_the_bars(make_pack: MakePack) -> None:
    long = {"the very longest": True, "no": False}
    bank = choice("a", long) + choice("b", {"the very longest": False, "no": True}) + choice("c", long)
    folder = make_pack(items={"bank": bank}, assessments={"final": "bank"})
    result = run("check", "--items", folder)
    assert result.exit_code == 0
    lines = [line.removeprefix(f"{folder}: ") for line in result.output.splitlines()]
    assert "items/bank.toml: 3 questions: 3 choice" in lines
    longest = "67 % of single choices (2 of 3)  warning: over the bar of 40 %: a, c"
    assert f"  {'right choice is the longest':<32}{longest}" in lines
    assert f"  {'right choice in the file':<32}1st 2, 2nd 1" in lines
    assert "test final: asks 3 of 3 questions; 100 % needed, 3 tries" in lines
    assert f"  {'guesser: longest':<32}passes in 0.0 %" in lines
    assert f"  {'guesser: middle length':<32}passes in" in result.output
    assert "words of the question  passes in" in result.output
    assert f"  {'right choice by length':<32}-" in lines
    assert "guesser" not in run("check", folder).output


def test_check_names_a_bank_whose_right_choices_have_one_length(make_pack: MakePack) -> None:
    texts = {"no": False, "a few words": True, "many more words than these": False}
    bank = "".join(choice(key, texts) for key in "abcdefghijkl")
    folder = make_pack(items={"bank": bank}, assessments={"final": "bank"})
    told = "shortest 0 %, middle 100 %, longest 0 %  warning: over the bar of 45 %"
    assert f"{'right choice by length':<32}{told}" in run("check", "--items", folder).output
