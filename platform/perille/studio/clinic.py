"""The item clinic on pages: what `perille packs check --items` finds, at the question and for a bank, in the author's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from perille.core.extension_state import AppSlot
from perille.core.i18n import lazy_gettext
from perille.core.lru_cache import LruCache
from perille.domain.course import UnitKind
from perille.packs.authoring.item_forms import BadQuestion, QuestionFields, item_of
from perille.packs.authoring.item_report import hardest_figures
from perille.packs.checks.guessers import PASS_BAR, Guesser, TestFigures
from perille.packs.checks.item_clinic import Flaw, ItemFlaw, item_flaws
from perille.packs.checks.item_writing import LONGEST_BAR, BankFigures, bank_figures
from perille.packs.format.items import BankItem, read_bank
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.registry import current_interactions
from perille.studio.builds import DraftBuild
from perille.studio.outline import outline_of
from perille.studio.questions import form_named, item_text

#: What is wrong and how to mend it; %(about)s is the choice, the word or the question that it is about.
FLAW_WORDS: Mapping[Flaw, str] = {
    Flaw.NUMBER_TOLD: lazy_gettext(
        "The question or its hint tells a number that is to be found out: how many answers are right, or the answer. Take the number out."
    ),
    Flaw.LONGEST: lazy_gettext(
        "The right answer is much longer than the others, and people choose the longest. Cut it, or write the others as well: “%(about)s”"
    ),
    Flaw.ASKED_TWICE: lazy_gettext(
        "Another question asks nearly the same: “%(about)s”. Ask something else, or take one of them out."
    ),
    Flaw.NO_FEEDBACK: lazy_gettext("Write why the right answer is right: who guessed learns it there."),
    Flaw.NO_REASON: lazy_gettext("This says whether the answer is right, and not why. Write the reason: “%(about)s”"),
    Flaw.TOO_SURE: lazy_gettext(
        "“%(about)s” stands in a wrong answer alone. Words that sound too sure are crossed out by who knows nothing. Write it without."
    ),
    Flaw.SHORT: lazy_gettext(
        "This wrong answer is so short that nobody takes it. Write a mistake that people make: “%(about)s”"
    ),
    Flaw.GRAMMAR: lazy_gettext(
        "This answer alone begins or ends in another way, and stands out before it is read: “%(about)s”"
    ),
    Flaw.NEGATIVE: lazy_gettext(
        "The question asks for what is not so, and many read over the “not”. Ask for what is right, or make the “not” bold."
    ),
}
GUESSER_WORDS: Mapping[Guesser, str] = {
    Guesser.BLIND: lazy_gettext("takes anything"),
    Guesser.LONGEST: lazy_gettext("takes the longest answer"),
    Guesser.SHORTEST: lazy_gettext("takes the shortest answer"),
    Guesser.MIDDLE: lazy_gettext("takes the answer of middle length"),
    Guesser.ECHO: lazy_gettext("takes the answer with most words of the question"),
    Guesser.MARKS: lazy_gettext("takes the answer with most commas and stops"),
    Guesser.HEDGED: lazy_gettext("takes the answer with most words such as “often” or “may”"),
    Guesser.KIND: lazy_gettext("takes the answer with the kindest words"),
    Guesser.FIRST: lazy_gettext("takes what stands first"),
}
#: Figures of tests that are kept: guessing takes seconds, and nothing but the draft decides what comes of it.
_tests = AppSlot[LruCache[TestFigures]]("studio_guessers", lambda: LruCache(24))


@dataclass(frozen=True, slots=True)
class BankClinic:
    """What a bank's page says."""

    figures: BankFigures
    #: Questions with their flaws, in the order of the bank; those without are left out.
    flawed: Sequence[tuple[BankItem, tuple[str, ...]]]
    #: Whether a test asks the bank, so that the bars hold.
    is_tested: bool
    is_over: bool
    tests: Sequence[tuple[str, TestFigures]]
    bar: float = LONGEST_BAR
    pass_bar: float = PASS_BAR


def flaws_in_words(made: DraftBuild, item: BankItem, others: Sequence[BankItem] | None = None) -> tuple[str, ...]:
    """Return what gives a question away, in the author's language, what weighs most first.

    *others*: questions that may ask the same, where they are known; by default all that must not.
    """
    others = _others(made, item.bank) if others is None else others
    found = item_flaws(item, others, language=made.pack.manifest.source_language)
    return tuple(_told(made, each) for each in found)


def _told(made: DraftBuild, found: ItemFlaw) -> str:
    other = made.pack.items.get(found.about) if found.flaw is Flaw.ASKED_TWICE else None
    about = other.words.get("prompt", found.about) if other is not None else found.about
    # Isolated: the words of a course may run the other way than those of the page.
    return str(FLAW_WORDS[found.flaw]) % {"about": f"\u2068{about}\u2069"}


def _others(made: DraftBuild, bank: str) -> tuple[BankItem, ...]:
    """Return the questions that must not ask the same as one of a bank: those of the bank, and of a test's those of lessons too."""
    checks = _checks(made) if any(bank == item.bank for plan in _tests_of(made) for item in plan.items()) else ()
    return (*made.pack.banks.get(bank, ()), *checks)


def _checks(made: DraftBuild) -> tuple[BankItem, ...]:
    return tuple(item for plan in made.plans if plan.kind is UnitKind.LESSON for item in plan.items())


def _tests_of(made: DraftBuild) -> list[ResolvedUnit]:
    return [plan for plan in made.plans if plan.kind is UnitKind.ASSESSMENT and not plan.shared]


def titles_of_tested(made: DraftBuild) -> dict[str, str]:
    """Return bank -> title of the test that asks it, also where sections of the test name the bank."""
    units = [unit for part in outline_of(made.pack.files.files) for unit in part.units]
    titles = {unit.key: unit.title for unit in units}
    asked = {item.bank: titles.get(plan.key, plan.key) for plan in _tests_of(made) for item in plan.items()}
    return {unit.items: unit.title for unit in units if unit.items} | asked


def flaws_of_fields(made: DraftBuild, bank: str, fields: QuestionFields) -> tuple[str, ...]:
    """Return what gives a question away that is being written and not saved; nothing while it cannot be read as a question."""
    form = form_named(fields.interaction)
    try:
        text = item_text(item_of(fields, form)) if form is not None else ""
    except BadQuestion:
        return ()
    read = read_bank(f"items/{bank}.toml", bank, text, current_interactions(), Diagnostics())
    return tuple(words for item in read for words in flaws_in_words(made, item))


def bank_clinic(made: DraftBuild, bank: str, *, guess: bool) -> BankClinic:
    """Return the figures of a bank; *guess*: let people who know nothing take its tests, which takes seconds."""
    items = made.pack.banks.get(bank, ())
    tests = [plan for plan in _tests_of(made) if any(item.bank == bank for item in plan.items())]
    english = made.pack.manifest.source_language == "en"
    figures = bank_figures(items, _checks(made) if tests else (), english=english)
    near = _doubles_of(made, figures)
    found = ((item, flaws_in_words(made, item, near.get(item.item.key, ()))) for item in items)
    return BankClinic(
        figures=figures,
        flawed=[(item, words) for item, words in found if words],
        is_tested=bool(tests),
        is_over=bool(tests) and figures.longest_share > LONGEST_BAR,
        tests=[(plan.key, _figures(made, plan)) for plan in tests] if guess else [],
    )


def _doubles_of(made: DraftBuild, figures: BankFigures) -> dict[str, list[BankItem]]:
    """Return question -> those that ask nearly the same, as the figures have found them: each with each is compared once for a page."""
    found: dict[str, list[BankItem]] = {}
    for double in figures.doubles:
        for key, other in ((double.key, double.other), (double.other, double.key)):
            if other in made.pack.items:
                found.setdefault(key, []).append(made.pack.items[other])
    return found


def _figures(made: DraftBuild, plan: ResolvedUnit) -> TestFigures:
    key = (made.pack.files.digest, plan.key)
    return _tests().get(key, lambda: hardest_figures(plan, current_interactions()))
