"""Who knows nothing finds no right answer by its place, its length or its words; and the figures on the page for authors are of today."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from perille.packs.checks.item_clinic import Flaw, item_flaws
from perille.packs.checks.item_writing import choices, is_single, words_of
from perille.packs.checks.length_ranks import length_ranks
from perille.packs.format.items import BankItem
from perille.packs.format.loading import LoadedPack
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted(path.parent for folder in ("courses", "modules") for path in (ROOT / folder).glob("*/pack.toml"))
MODULES = [folder for folder in PACKS if folder.parent.name == "modules"]
#: A choice that speaks of the other ones.
OF_THE_OTHERS = re.compile(
    r"\b(?:all|none|both|neither) of (?:the above|these answers)\b|\ball (?:three|four) are\b", re.IGNORECASE
)
#: The words that say what a choice means, a fact among them; choices with fewer of them may share them all.
LONGER = re.compile(r"\{fact:[^}]+\}|\w{4,}")
FEW = 3
#: How many right answers a clue may find beyond those of chance, of all single choices that ship.
BEYOND_CHANCE = 0.15
#: Clue -> how much of it a choice has; who guesses takes the choice that has most.
CLUES: dict[str, Callable[[str, str], float]] = {
    "longest": lambda text, _prompt: len(text),
    "shortest": lambda text, _prompt: -len(text),
    "words of the question": lambda text, prompt: len(set(words_of(text)) & set(words_of(prompt))),
    "commas": lambda text, _prompt: text.count(","),
    "two things": lambda text, _prompt: words_of(text).count("and"),
    "no refusal": lambda text, _prompt: -sum(word in {"no", "not", "never", "nobody"} for word in words_of(text)),
    "hedged": lambda text, _prompt: sum(word in {"can", "could", "may", "often", "perhaps"} for word in words_of(text)),
    "kind": lambda text, _prompt: sum(
        word in {"advice", "ask", "explain", "listen", "together"} for word in words_of(text)
    ),
    "quoted": lambda text, _prompt: text.count('"'),
}


@cache
def _items(folder: Path) -> tuple[BankItem, ...]:
    return tuple(item for bank in shipped_pack(folder).banks.values() for item in bank)


def _single(folder: Path) -> Iterator[tuple[BankItem, tuple[tuple[str, bool], ...]]]:
    for item in _items(folder):
        if is_single(item) and len(found := choices(item)) > 2:  # noqa: PLR2004  (of two, one is right by a coin)
            yield item, found


@pytest.mark.parametrize("clue", CLUES)
def test_a_clue_finds_hardly_more_right_answers_than_chance(clue: str) -> None:
    gained = [
        _found_by(CLUES[clue], item, found) - 1 / len(found) for folder in PACKS for item, found in _single(folder)
    ]
    assert len(gained) > 400
    assert sum(gained) / len(gained) <= BEYOND_CHANCE


def _found_by(clue: Callable[[str, str], float], item: BankItem, found: tuple[tuple[str, bool], ...]) -> float:
    """Return how surely the clue leads to the right choice: choices that have equally much of it are taken by lot."""
    has = [clue(text, item.words["prompt"]) for text, _right in found]
    taken = [right for (_text, right), much in zip(found, has, strict=True) if much == max(has)]
    return sum(taken) / len(taken)


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: folder.name)
def test_right_choices_of_lessons_do_not_stand_in_one_place(folder: Path) -> None:
    for name, bank in shipped_pack(folder).banks.items():
        if not name.endswith("-lessons"):
            continue
        places = Counter(
            next(place for place, (_text, right) in enumerate(choices(item)) if right)
            for item in bank
            if is_single(item)
        )
        # Lessons show choices as they are written. One above the half is what chance gives a small bank.
        assert max(places.values()) <= places.total() / 2 + 1, places


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: folder.name)
def test_the_length_of_a_choice_tells_nothing_in_any_language(folder: Path) -> None:
    pack = shipped_pack(folder)
    found = {
        (name, language): length_ranks(_in_language(pack, bank, language))
        for name, bank in pack.banks.items()
        for language in pack.manifest.languages
    }
    assert {place: ranks for place, ranks in found.items() if ranks.is_over} == {}


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_no_wrong_choice_says_what_the_right_one_says(folder: Path) -> None:
    assert [item.item.key for item in _items(folder) if _says_the_same(item)] == []


def _says_the_same(item: BankItem) -> bool:
    """Tell whether the longer words of a right choice and of a wrong one are the same, but for what one of them adds."""
    told = [(frozenset(LONGER.findall(text.casefold())), right) for text, right in choices(item)]
    pairs = [(one, other) for one, right in told if right for other, also in told if not also]
    return any(len(one & other) >= FEW and (one <= other or other <= one) for one, other in pairs)


def _in_language(pack: LoadedPack, bank: tuple[BankItem, ...], language: str) -> Iterator[BankItem]:
    """Yield the questions of a bank as they are read in a language of the pack."""
    entries = pack.catalogues[language].entries if language in pack.catalogues else {}
    for item in bank:
        keys = {part: (f"item/{item.item.key}/{part}", text) for part, text in item.words.items()}
        words = {part: entries[key].msgstr if key in entries else key[1] for part, key in keys.items()}
        yield replace(item, words=words)


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_no_choice_speaks_of_the_others(folder: Path) -> None:
    texts = [text for item in _items(folder) for part, text in item.words.items() if part.startswith("choice/")]
    assert [text for text in texts if OF_THE_OTHERS.search(text)] == []


def test_the_page_for_authors_has_the_figures_of_today() -> None:
    told = (ROOT / "docs" / "writing-questions.md").read_text("utf-8")
    counts = Counter(
        found.flaw
        for folder in PACKS
        for item in _items(folder)
        for found in item_flaws(item, (), language=shipped_pack(folder).manifest.source_language)
    )
    assert counts[Flaw.LONGEST] == 0
    expected = (
        f"none much longer, {counts[Flaw.TOO_SURE]} too sure, {counts[Flaw.SHORT]} absurdly short,"
        f" {counts[Flaw.NEGATIVE]} *not*, {counts[Flaw.NO_REASON]} without a reason"
    )
    assert expected in told
