"""How sure somebody was, and how often rightly: what is worth reading again first is what one was sure of and had wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perille.assessment.attempts import answers_by_item, rules_of
from perille.assessment.grading import Grade
from perille.assessment.models import Attempt
from perille.core.i18n import _
from perille.courses.addresses import unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.assessment import FeedbackTime
from perille.domain.course import Unit
from perille.domain.scoring import Certainty, CertaintyCount, certainty_counts, certainty_points, certainty_score
from perille.learning.render_context import LessonRenderer, RenderedText

#: Where a test tells no answers: how many at least are told of together.
TOGETHER = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: how sure, how many answers, how many right."""

    words: str
    count: CertaintyCount


@dataclass(frozen=True, slots=True)
class ReviewSuggestion:
    """Something to look at first: a question, and the lesson that tells of it."""

    question: RenderedText
    lesson: RenderedText | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertaintySummary:
    """What a result says of certainty."""

    rows: tuple[Row, ...]
    #: Whole percent of the points that one could have by certainty-based marking; None where it would tell single answers.
    percent: int | None
    #: How many answers one was sure of that were not right; None where the test does not tell of single answers.
    wrong: int | None
    again: tuple[ReviewSuggestion, ...]


def words_of(certainty: Certainty) -> str:
    """Return the words for a degree of certainty, as the question has them."""
    return {Certainty.SURE: _("Sure"), Certainty.FAIRLY: _("Fairly sure"), Certainty.GUESS: _("I guess")}[certainty]


def certainties_of(attempt: Attempt, found: Grade) -> Mapping[str, Certainty]:
    """Return item -> certainty of each marked answer that came with one."""
    answers = answers_by_item(attempt)
    kept = ((key, answers[key].certainty) for key in found.outcomes if key in answers)
    return {key: Certainty(certainty) for key, certainty in kept if certainty}


def how_sure(
    place: LearnerCourse, unit: Unit, renderer: LessonRenderer, attempt: Attempt, found: Grade
) -> CertaintySummary | None:
    """Return what the result says of certainty, or None where nobody was asked, nothing was said, or nothing may be told."""
    given = {key: (sure, found.outcomes[key]) for key, sure in certainties_of(attempt, found).items()}
    if not rules_of(unit).certainty or not given:
        return None
    counts = certainty_counts(given.values())
    points = (certainty_points(outcome, certainty) for certainty, outcome in given.values())
    percent = round(100 * certainty_score(points))
    if rules_of(unit).feedback is FeedbackTime.NEVER:
        return _of_many(counts, len(answers_by_item(attempt).keys() & found.outcomes.keys()), percent)
    wrong = [key for key, (certainty, each) in given.items() if certainty is Certainty.SURE and not each.success]
    return CertaintySummary(
        rows=_rows(counts),
        percent=percent,
        wrong=len(wrong),
        again=tuple(_again(place, renderer, key) for key in wrong),
    )


def _of_many(counts: Mapping[Certainty, CertaintyCount], answers: int, percent: int) -> CertaintySummary | None:
    """Return what tells of no single answer, neither itself nor by what is left of the test's score."""
    told = fold_small_counts(counts, answers)
    complete = all(sure in told for sure, count in counts.items() if count.answers)
    return (
        CertaintySummary(rows=_rows(told), percent=percent if complete else None, wrong=None, again=())
        if told
        else None
    )


def fold_small_counts(counts: Mapping[Certainty, CertaintyCount], answers: int) -> dict[Certainty, CertaintyCount]:
    """Return the counts of `TOGETHER` answers and more, of *answers* in all, so that as many, or none, are left untold.

    The score of the whole test is known: with it, whoever knows all but one answer knows that one.
    """
    told = sorted(
        (sure for sure, count in counts.items() if count.answers >= TOGETHER), key=lambda s: counts[s].answers
    )
    while told and 0 < answers - sum(counts[sure].answers for sure in told) < TOGETHER:
        del told[0]
    return {sure: count for sure, count in counts.items() if sure in told}


def _rows(counts: Mapping[Certainty, CertaintyCount]) -> tuple[Row, ...]:
    return tuple(Row(words_of(certainty), count) for certainty, count in counts.items())


def _again(place: LearnerCourse, renderer: LessonRenderer, key: str) -> ReviewSuggestion:
    item = place.structure.item(key)
    lesson = place.structure.lesson_about(item.objective) if item is not None else None
    question = renderer.rendered(place.words.items[key]["prompt"])
    if lesson is None:
        return ReviewSuggestion(question, None, "")
    title = renderer.rendered(place.words.units[lesson.key].title)
    return ReviewSuggestion(question, title, with_country(unit_url(place, lesson.key), place))
