"""How sure somebody was, and how often rightly: what is worth reading again first is what one was sure of and had wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from perille.assessment.attempts import answers_by_item, rules_of
from perille.assessment.grading import Mark
from perille.assessment.models import Attempt
from perille.domain.assessment import FeedbackTime
from perille.domain.course import Unit
from perille.domain.scoring import Certainty, CertaintyCount, certainty_counts, certainty_points, certainty_score
from perille.i18n import _
from perille.learning.course_page import unit_url
from perille.learning.filler import Filler, Said
from perille.learning.services import Place, in_country


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: how sure, how many answers, how many right."""

    words: str
    count: CertaintyCount


@dataclass(frozen=True, slots=True)
class Again:
    """Something to look at first: a question, and the lesson that tells of it, as far as they may be told."""

    question: Said | None
    lesson: Said | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HowSure:
    """What a result says of certainty."""

    rows: tuple[Row, ...]
    #: Whole percent of the points that one could have by certainty-based marking.
    percent: int
    #: How many answers one was sure of that were not right.
    wrong: int
    again: tuple[Again, ...]


def words_of(certainty: Certainty) -> str:
    """Return the words for a degree of certainty, as the question has them."""
    return {Certainty.SURE: _("Sure"), Certainty.FAIRLY: _("Fairly sure"), Certainty.GUESS: _("I guess")}[certainty]


def certainties_of(attempt: Attempt, found: Mark) -> Mapping[str, Certainty]:
    """Return item -> certainty of each marked answer that came with one."""
    answers = answers_by_item(attempt)
    kept = ((key, answers[key].certainty) for key in found.outcomes if key in answers)
    return {key: Certainty(certainty) for key, certainty in kept if certainty}


def how_sure(place: Place, unit: Unit, filler: Filler, attempt: Attempt, found: Mark) -> HowSure | None:
    """Return what the result says of certainty, or None where nobody was asked or nothing was said."""
    given = {key: (sure, found.outcomes[key]) for key, sure in certainties_of(attempt, found).items()}
    if not rules_of(unit).certainty or not given:
        return None
    counts = certainty_counts(given.values())
    points = (certainty_points(outcome, certainty) for certainty, outcome in given.values())
    wrong = [key for key, (certainty, each) in given.items() if certainty is Certainty.SURE and not each.success]
    return HowSure(
        rows=tuple(Row(words_of(certainty), count) for certainty, count in counts.items()),
        percent=round(100 * certainty_score(points)),
        wrong=len(wrong),
        again=tuple(_again(place, unit, filler, wrong)),
    )


def _again(place: Place, unit: Unit, filler: Filler, keys: list[str]) -> Iterator[Again]:
    # Where nothing is said of single answers, the lessons stand for them, each once.
    told = rules_of(unit).feedback is not FeedbackTime.NEVER
    seen: set[str] = set()
    for key in keys:
        item = place.structure.item(key)
        lesson = place.structure.lesson_about(item.objective) if item is not None else None
        name = lesson.key if lesson is not None else ""
        if told or (name and name not in seen):
            seen.add(name)
            yield Again(
                filler.said(place.words.items[key]["prompt"]) if told else None,
                filler.said(place.words.units[name].title) if name else None,
                in_country(unit_url(place, name), place) if name else "",
            )
