"""Scores of tests: pure rules over outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from perille.domain.item import Outcome


def scaled_score(outcomes: Iterable[Outcome]) -> float:
    """Return the mean of the outcomes, 0 to 1; 0 where there is none.

    >>> scaled_score([Outcome(scaled=1.0, success=True), Outcome(scaled=0.5, success=False)])
    0.75
    """
    scores = [outcome.scaled for outcome in outcomes]
    return sum(scores) / len(scores) if scores else 0.0


def passed(outcomes: Mapping[str, Outcome], *, mastery: float, critical: Iterable[str] = ()) -> bool:
    """Tell whether a test is passed: its mean reaches *mastery* and every critical item is right.

    >>> answers = {"fire": Outcome(scaled=0.0, success=False), "tea": Outcome(scaled=1.0, success=True)}
    >>> passed(answers, mastery=0.5), passed(answers, mastery=0.5, critical=["fire"])
    (True, False)
    """
    if not outcomes:
        return False
    if not all(key in outcomes and outcomes[key].success for key in critical):
        return False
    # Means of thirds and sevenths are not exact: 0.8 must not fail by the sixteenth digit.
    return scaled_score(outcomes.values()) >= mastery - 1e-9


class Certainty(StrEnum):
    """How sure somebody says to be of an answer."""

    SURE = "sure"
    FAIRLY = "fairly"
    GUESS = "guess"


#: Points of a right and of a wrong answer (certainty-based marking as A. R. Gardner-Medwin gave it). They are chosen so that
#: it pays best to say what one really thinks: "fairly" from two thirds on, "sure" from four fifths on.
CERTAINTY_POINTS: Mapping[Certainty, tuple[int, int]] = {
    Certainty.SURE: (3, -6),
    Certainty.FAIRLY: (2, -2),
    Certainty.GUESS: (1, 0),
}
_MOST_POINTS = 3


def certainty_points(outcome: Outcome, certainty: Certainty) -> float:
    """Return the points of an answer, -6 to 3; an answer that is right in part lies between wrong and right.

    >>> right, wrong = Outcome(scaled=1.0, success=True), Outcome(scaled=0.0, success=False)
    >>> [certainty_points(each, Certainty.SURE) for each in (right, wrong)]
    [3.0, -6.0]
    """
    right, wrong = CERTAINTY_POINTS[certainty]
    return wrong + (right - wrong) * outcome.scaled


def certainty_score(points: Iterable[float]) -> float:
    """Return the mean of points of answers as a share of the most that one can have, 0 to 1.

    Beside the score and never in its place: whoever is unsure and right has passed. Under 0 it is 0: to be told that one's
    certainty was worth less than nothing teaches nobody.

    >>> certainty_score([3.0, -6.0]), certainty_score([3.0, 0.0])
    (0.0, 0.5)
    """
    all_points = list(points)
    mean = sum(all_points) / len(all_points) if all_points else 0.0
    return min(1.0, max(0.0, mean / _MOST_POINTS))


@dataclass(frozen=True, slots=True)
class CertaintyCount:
    """Answers that somebody was equally sure of, and how many of them were right."""

    answers: int
    right: int


def certainty_counts(given: Iterable[tuple[Certainty, Outcome]]) -> dict[Certainty, CertaintyCount]:
    """Count answers by how sure one was, each degree in its order; an answer that is right in part is not right.

    >>> certainty_counts([(Certainty.SURE, Outcome(scaled=0.5, success=False))])[Certainty.SURE]
    CertaintyCount(answers=1, right=0)
    """
    marked = list(given)
    counts = {}
    for certainty in Certainty:
        outcomes = [outcome for each, outcome in marked if each is certainty]
        counts[certainty] = CertaintyCount(len(outcomes), sum(outcome.success for outcome in outcomes))
    return counts


def gain(before: float, after: float) -> float | None:
    """Return what was gained between two scaled scores, -1 to 1, as a share of what was left to gain; None where that was nothing.

    R. R. Hake's normalised gain. A loss is a share of what one had (J. D. Marx and K. Cummings, normalised change): else one who
    falls from nearly all to nothing would have lost many times more than there is.

    >>> gain(0.5, 0.75), gain(0.5, 0.25), gain(1.0, 1.0)
    (0.5, -0.5, None)
    """
    if after < before:
        return (after - before) / before
    return (after - before) / (1 - before) if before < 1 else None
