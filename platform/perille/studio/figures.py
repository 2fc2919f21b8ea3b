"""What learners did with a published course, for who writes it: where they stop, and which questions fail. Few are not shown (SE12).

Figures are those of the course that this draft published: a draft that has not published it yet could name any other one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from perille.assessment.reports import STEP
from perille.core.database import Session
from perille.core.i18n import LANGUAGES
from perille.domain.course import UnitKind
from perille.domain.statistics import ItemStatistics
from perille.enrolment.models import Enrolment
from perille.studio.builds import DraftBuild
from perille.studio.figures_cache import kept_statistics
from perille.studio.models import StudioDraft
from perille.studio.publishing import is_own
from perille.tracking.models import UnitProgress

#: Many stop where fewer than this share of those who opened a unit have finished it.
_MANY_STOP = 0.6


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """How many people opened a unit, and how many finished it, in whole steps of `STEP`."""

    began: int
    finished: int

    @property
    def many_stop(self) -> bool:
        """Whether many who opened it have not finished it; said of two steps or more, since less may be one person."""
        return self.began >= 2 * STEP and self.finished < _MANY_STOP * self.began


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """How a question of a test did in first tries."""

    key: str
    prompt: str
    count: int
    #: Whole percent of what could be reached.
    share: int
    #: Names of the languages in which it is far harder or easier than in the others.
    languages: tuple[str, ...]


def unit_figures(session: Session, draft: StudioDraft, made: DraftBuild) -> Mapping[str, UnitFigures]:
    """Return unit -> how far learners came, of units that enough people have opened."""
    pack_id = made.pack.manifest.id
    if not is_own(session, draft, pack_id):
        return {}
    # A learner who began anew has a second enrolment: what counts is the person.
    people = func.count(Enrolment.learner_id.distinct())
    query = (
        select(UnitProgress.unit, people, people.filter(UnitProgress.satisfied_at.is_not(None)))
        .join(Enrolment, Enrolment.registration == UnitProgress.registration)
        .where(Enrolment.pack_id == pack_id)
        .group_by(UnitProgress.unit)
    )
    rows = session.execute(query).all()
    return {unit: UnitFigures(began - began % STEP, done - done % STEP) for unit, began, done in rows if began >= STEP}


def answer_figures(session: Session, draft: StudioDraft, made: DraftBuild, bank: str) -> Sequence[AnswerFigures]:
    """Return how the questions of a bank did in tests, the hardest first."""
    pack_id = made.pack.manifest.id
    if not is_own(session, draft, pack_id):
        return ()
    keys = {item.item.key for item in made.pack.banks.get(bank, ())}
    tests = [plan.key for plan in made.plans if plan.kind is UnitKind.ASSESSMENT and not plan.shared]
    found = [each for test in tests for each in kept_statistics(session, pack_id, test).values() if each.item in keys]
    return sorted((_figures(made, each) for each in found), key=lambda each: each.share)


def _figures(made: DraftBuild, found: ItemStatistics) -> AnswerFigures:
    prompt = made.pack.items[found.item].words.get("prompt", found.item)
    languages = tuple(LANGUAGES[each.language].name for each in found.languages if each.out_of_line)
    return AnswerFigures(found.item, prompt, found.count, round(100 * found.facility), languages)
