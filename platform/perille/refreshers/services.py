"""Who may take a refresher, what it asks of them, and what passing it does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from perille.assessment.attempts import answers_by_item, attempts_of
from perille.assessment.models import Attempt
from perille.core.database import Session
from perille.courses.learner_course import LearnerCourse
from perille.credentials.extensions import extend
from perille.credentials.models import Credential
from perille.credentials.services import of_enrolment
from perille.domain.course import Unit
from perille.domain.refresher import (
    MINUTES,
    PREFIX,
    DrawPreferences,
    draw_refresher,
    is_open,
    refresher_key,
    refresher_of,
    test_of,
)
from perille.enrolment.models import Enrolment
from perille.learning.overdue_facts import asked_today, facts_in
from perille.packs.published.library import Edition, PackLibrary, current_library
from perille.refreshers.edition import with_refresher

#: So many of the newest attempts tell what somebody misses.
_LAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresher:
    """The refresher of one certificate, as its holder meets it."""

    place: LearnerCourse
    unit: Unit
    credential: Credential

    def place_shown(self, begun: str) -> LearnerCourse:
        """The course as its pages show it: in the country that the reader chose, or named when the try that is open was *begun*.

        Else in that of the certificate's national part.
        """
        return replace(self.place, chosen=self.place.chosen or begun or self.credential.national or "")

    def is_open(self, day: date) -> bool:
        """Tell whether it can be taken on *day*: not by a page of before the certificate was extended."""
        ends_on = self.credential.expires_on
        return ends_on is not None and self.unit.key == refresher_key(ends_on) and is_open(ends_on, day)


def refresher_for(session: Session, place: LearnerCourse, key: str = "", *, fresh: bool = True) -> Refresher | None:
    """Return the refresher of a learner's certificate: that of the day on which it ends now, or an earlier one by its *key*.

    None without a certificate that ends and counts, and for a module that has no test to draw from any more. It is of the newest edition,
    since what changed is asked; an attempt goes on with the edition in which it began. *fresh*: whether one that has ended is past, so
    that the next one is of the newest edition again; its result is shown in its own.
    """
    enrolment = place.enrolment
    credential = of_enrolment(session, enrolment) if enrolment is not None else None
    if enrolment is None or credential is None or credential.expires_on is None or credential.revoked_at is not None:
        return None
    key = key or refresher_key(credential.expires_on)
    edition = _edition(session, current_library(), enrolment, key, fresh=fresh)
    test = test_of(edition.structure) if edition is not None else None
    if edition is None or test is None:
        return None
    unit = refresher_of(test, key)
    return Refresher(place=replace(place, edition=with_refresher(edition, unit)), unit=unit, credential=credential)


def _edition(session: Session, library: PackLibrary, enrolment: Enrolment, key: str, *, fresh: bool) -> Edition | None:
    begun = select(Attempt.structure_hash).where(Attempt.enrolment_id == enrolment.id, Attempt.unit == key)
    if fresh:
        begun = begun.where(Attempt.finished_at.is_(None))
    pinned = session.scalar(begun.order_by(Attempt.number.desc()).limit(1))
    found = library.edition(enrolment.pack_id, pinned) if pinned is not None else None
    return found or library.newest(enrolment.pack_id)


def drawn(session: Session, refresher: Refresher, chosen: LearnerCourse, seed: str) -> Unit:
    """Return the unit with the questions that a new attempt asks this learner.

    *chosen*: the course with the country that the form names; without one those of the certificate's national part are asked.
    """
    country = chosen.sure_country or refresher.credential.national or ""
    place, unit = refresher.place, asked_today(refresher.place, refresher.unit)
    attempts = _attempts(session, refresher)
    items = {item.key: item for item in place.structure.items if item.key in unit.items}
    wanted = DrawPreferences(
        missed=missed_objectives(place, attempts[-_LAST:]),
        changed=_changed(refresher, attempts),
        seen={key for attempt in attempts for key in attempt.items},
    )
    keys = draw_refresher(unit.sections, items, wanted, seed=seed, country=country)
    return replace(unit, items=keys, sections=())


def _attempts(session: Session, refresher: Refresher) -> list[Attempt]:
    """Return all attempts at the module's test and at its refreshers that were handed in, the oldest first."""
    enrolment, test = refresher.place.enrolment, test_of(refresher.place.structure)
    assert enrolment is not None, "who has a certificate is enrolled"
    taken = select(Attempt).where(Attempt.enrolment_id == enrolment.id, Attempt.finished_at.is_not(None))
    ours = (Attempt.unit == (test.key if test is not None else "")) | Attempt.unit.startswith(PREFIX, autoescape=True)
    return list(session.scalars(taken.where(ours).order_by(Attempt.finished_at, Attempt.id)))


def missed_objectives(place: LearnerCourse, attempts: Collection[Attempt]) -> set[str]:
    """Return the objectives of questions that were not right in any of some attempts."""
    found = set()
    for attempt in attempts:
        answers = answers_by_item(attempt)
        for key in attempt.items:
            item = place.structure.item(key)
            if item is not None and (key not in answers or not answers[key].right):
                found.add(item.objective)
    return found


def _changed(refresher: Refresher, attempts: list[Attempt]) -> set[str]:
    """Return the items that are not what they were when the certificate was made or extended: new, other words, or other facts."""
    place, credential = refresher.place, refresher.credential
    assert place.enrolment is not None, "who has a certificate is enrolled"
    since = credential.extended_on or credential.awarded_on
    # Attempts go when progress is deleted as too old (docs/privacy.md); the enrolment stays with its certificate.
    return changed_items(place, _pinned(attempts, since) or place.enrolment.structure_hash, since)


def changed_items(place: LearnerCourse, pinned: str, since: date) -> set[str]:
    """Return the items of a course that are new since an edition, or have other words, or name a fact that changed since a day."""
    old = current_library().edition(place.structure.pack, pinned)
    if old is None:
        return set()
    source = place.edition.summary.source_language
    words, before = place.edition.words(source).items, old.words(source).items
    return {
        item.key
        for item in place.structure.items
        if old.structure.item(item.key) != item
        or _plain(words.get(item.key)) != _plain(before.get(item.key))
        or any(fact.changed_since(since) for fact in facts_in(place, item.key))
    }


def _pinned(attempts: Collection[Attempt], since: date) -> str:
    """Return the edition of what the certificate rests on: the last attempt that was passed until *since*; "" where it is not known.

    A refresher that was not passed is of the newest edition, in which nothing has changed.
    """
    # A day more: the certificate's is that of its country, the attempt's moment is in UTC.
    last = since + timedelta(days=1)
    passed = [
        each for each in attempts if each.passed and each.finished_at is not None and each.finished_at.date() <= last
    ]
    return passed[-1].structure_hash if passed else ""


def _plain(parts: object) -> dict[str, str]:
    return {name: text.plain for name, text in parts.items()} if isinstance(parts, dict) else {}


def extend_by(session: Session, refresher: Refresher, day: date) -> bool:
    """Extend the certificate where an attempt at its refresher was passed; tell whether it counts longer from now on."""
    place = refresher.place
    attempts = attempts_of(session, place.enrolment, refresher.unit)
    rule = place.structure.credential
    if rule is None or not any(each.passed for each in attempts) or not refresher.is_open(day):
        return False
    return extend(session, refresher.credential, day=day, months=rule.valid_months, minutes=MINUTES)
