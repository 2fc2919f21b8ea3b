"""Scores of tests: pure rules over outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from perille.domain.item import Outcome


def scaled_score(outcomes: Iterable[Outcome]) -> float:
    """Return the mean of the outcomes, 0 to 1; 0 where there is none."""
    scores = [outcome.scaled for outcome in outcomes]
    return sum(scores) / len(scores) if scores else 0.0


def passed(outcomes: Mapping[str, Outcome], *, mastery: float, critical: Iterable[str] = ()) -> bool:
    """Tell whether a test is passed: its mean reaches *mastery* and every critical item is right."""
    if not outcomes:
        return False
    if not all(key in outcomes and outcomes[key].success for key in critical):
        return False
    # Means of thirds and sevenths are not exact: 0.8 must not fail by the sixteenth digit.
    return scaled_score(outcomes.values()) >= mastery - 1e-9
