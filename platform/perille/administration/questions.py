"""How the questions of a test work, for the administrators' pages: figures with the words that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from perille.assessment.reports import statistics_of, tests_taken
from perille.core.database import Session
from perille.core.errors import NotFound
from perille.core.i18n import LANGUAGES, SOURCE_LANGUAGE, _, in_language, offered_for
from perille.domain.content import Text
from perille.domain.item import Interaction, Item
from perille.domain.refresher import ALL, test_or_refreshers
from perille.domain.statistics import ItemStatistics
from perille.packs.published.library import Edition, PackLibrary
from perille.packs.source.interaction_proxy import InteractionError

#: A question tells apart well where even the lower end of its interval reaches this.
_WELL = 0.2


@dataclass(frozen=True, slots=True)
class TakenTest:
    """A test that somebody has handed in."""

    pack_id: str
    unit: str
    title: str
    unit_title: str
    #: Language of both titles.
    language: str
    #: How many people handed it in, in steps; None where they are too few to say.
    count: int | None


@dataclass(frozen=True, slots=True)
class ChoiceUse:
    """A choice, and how many chose it."""

    words: str
    #: Share of the answers, 0 to 1.
    share: float
    right: bool


@dataclass(frozen=True, slots=True)
class LanguageResult:
    """How a question did in a language."""

    name: str
    count: int
    percent: int
    out_of_line: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its figures."""

    key: str
    #: In the pack's own language; "" where the newest version has the question no more.
    prompt: str
    #: How many people were asked it.
    count: int
    #: Mean score.
    percent: int
    #: Correlation with the rest of the test, and its 95 % interval; None before enough people were asked.
    discrimination: float | None
    interval: tuple[float, float] | None
    tells: str
    choices: tuple[ChoiceUse, ...]
    languages: tuple[LanguageResult, ...]


def taken_tests(session: Session, shelf: PackLibrary) -> list[TakenTest]:
    """Return the tests that were handed in and that the newest versions of published packs still have, by title."""
    found = []
    for pack_id, unit, count in tests_taken(session):
        edition = _edition(shelf, pack_id, unit)
        if edition is not None:
            source = edition.summary.source_language
            words = edition.words(source)
            title = words.title.plain
            found.append(TakenTest(pack_id, unit, title, unit_title(edition, unit), source, count or None))
    return sorted(found, key=lambda test: (test.title, test.unit))


def edition_of(shelf: PackLibrary, pack_id: str, unit: str) -> Edition:
    """Return the newest edition of a pack that has this unit, or refreshers where those are asked for; raise NotFound."""
    edition = _edition(shelf, pack_id, unit)
    if edition is None:
        raise NotFound(_("There is no such test."))
    return edition


def _edition(shelf: PackLibrary, pack_id: str, unit: str) -> Edition | None:
    edition = shelf.newest(pack_id)
    return edition if edition is not None and test_or_refreshers(edition.structure, unit) is not None else None


def unit_title(edition: Edition, unit: str) -> str:
    """Return the title of a test, or of all refreshers of a module, in the source language of the pack."""
    source = edition.summary.source_language
    if unit != ALL:
        return edition.words(source).units[unit].title.plain
    with in_language(offered_for(source) or SOURCE_LANGUAGE):
        return str(_("Refresher"))


def questions_of(
    session: Session, edition: Edition, unit: str, interaction_of: Callable[[Item], Interaction]
) -> list[Question]:
    """Return the questions that enough people were asked, the hardest first."""
    found = statistics_of(session, edition.pack_id, unit)
    asked = [_question(edition, each, interaction_of) for each in found.values()]
    return sorted(asked, key=lambda question: (question.percent, question.key))


def _question(edition: Edition, each: ItemStatistics, interaction_of: Callable[[Item], Interaction]) -> Question:
    item = edition.structure.item(each.item)
    words = edition.words(edition.summary.source_language).items.get(each.item, {})
    return Question(
        key=each.item,
        prompt=_plain(edition, words["prompt"]) if "prompt" in words else "",
        count=each.count,
        percent=round(100 * each.facility),
        discrimination=each.discrimination,
        interval=each.interval,
        tells=_tells(each.interval),
        choices=_choices(edition, each, item, words, interaction_of) if item is not None else (),
        languages=tuple(
            LanguageResult(
                LANGUAGES[one.language].name if one.language in LANGUAGES else one.language,
                one.count,
                round(100 * one.facility),
                one.out_of_line,
            )
            for one in each.languages
        ),
    )


def _choices(
    edition: Edition,
    each: ItemStatistics,
    item: Item,
    words: Mapping[str, Text],
    interaction_of: Callable[[Item], Interaction],
) -> tuple[ChoiceUse, ...]:
    """Return how often each choice was chosen; nothing where answers are no choices."""
    right = {option.key for option in item.options if option.right}
    try:
        parts = interaction_of(item).describe(item).components.get("choices", ())
    except InteractionError:
        return ()
    return tuple(
        ChoiceUse(_plain(edition, words[part]), each.chosen.get(key, 0.0), key in right)
        for key, part in parts
        if part in words and right
    )


def _plain(edition: Edition, text: Text) -> str:
    countries = edition.summary.countries
    language = edition.summary.source_language
    return edition.plain(text, language=language, country=countries[0] if countries else "")


def _tells(interval: tuple[float, float] | None) -> str:
    """Say in words whether those who know more answer a question better, as far as chance does not explain it."""
    if interval is None:
        return _("cannot be said yet")
    low, high = interval
    if high < 0:
        return _("the wrong way round")
    if low <= 0:
        return _("hardly")
    return _("well") if low >= _WELL else _("a little")
