"""What a module for professionals proves: subject, test and mark, national part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from perille.assessment.attempts import attempts_of
from perille.core.database import Session
from perille.core.dates import day_in
from perille.courses.learner_course import LearnerCourse, plain
from perille.credentials.services import CompletionProof
from perille.domain.course import PackKind, Unit
from perille.enrolment.models import Enrolment

#: Characters of a subject that stand on the paper.
_LONGEST = 320


class _PassedTest(NamedTuple):
    percent: int
    at: datetime
    unit: Unit
    country: str


def proof_of(session: Session, place: LearnerCourse, enrolment: Enrolment) -> CompletionProof | None:
    """Return what the certificate says beside title and time; None for courses, whose names are the learner's own to write."""
    if place.kind is not PackKind.MODULE:
        return None
    source = place.edition.summary.source_language
    best = max(_passed_tests(session, place, enrolment), key=lambda each: (each.percent, each.at), default=None)
    return CompletionProof(
        subject=plain(place, place.edition.words(source).summary, source)[:_LONGEST],
        local_subject=plain(place, place.words.summary, place.language)[:_LONGEST],
        test_percent=best.percent if best is not None else None,
        test_passed_on=day_in(place.country, best.at) if best is not None else None,
        test_critical=best is not None and _is_critical(place, best.unit),
        national=_national(place, best.country if best is not None else place.sure_country),
    )


def _passed_tests(session: Session, place: LearnerCourse, enrolment: Enrolment) -> Iterator[_PassedTest]:
    for unit in place.structure.tests:
        for attempt in attempts_of(session, enrolment, unit):
            if attempt.passed and attempt.finished_at is not None:
                percent = round((attempt.score or 0.0) * 100)
                yield _PassedTest(percent, attempt.finished_at, unit, attempt.country)


def _is_critical(place: LearnerCourse, unit: Unit) -> bool:
    return any(item.critical for key in unit.items if (item := place.structure.item(key)) is not None)


def _national(place: LearnerCourse, country: str) -> str | None:
    """Return the country of the national part, "" for none of those that the module has, None where it has no such part.

    *country*: that of the test that was passed, and not of another one, which may have been begun with another country.
    """
    national = _national_countries(place)
    if not national:
        return None
    return country if country in national else ""


def _national_countries(place: LearnerCourse) -> frozenset[str]:
    """Return the countries with a national part: those named by the questions of an objective that has only questions of countries.

    Such an objective is drawn from in each of these countries. One that has other questions too may ask none of them, and a
    lesson of each country is only read: neither proves anything.
    """
    asked = {key for unit in place.structure.tests for key in unit.items}
    found: dict[str, set[str]] = {}
    for item in place.structure.items:
        if item.key in asked:
            found.setdefault(item.objective, set()).add(item.country)
    return frozenset(country for countries in found.values() if "" not in countries for country in countries)
