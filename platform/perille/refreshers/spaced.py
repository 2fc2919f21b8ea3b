"""Which question waits for somebody, and noting how it was answered. No statement is recorded: what is asked here counts nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from perille.assessment.models import Attempt
from perille.core.database import Session
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import PackKind, Unit
from perille.domain.item import Item, Outcome, Recording, has_own_buttons, recording_of
from perille.domain.refresher import PREFIX, main_test
from perille.domain.selection import held_in
from perille.domain.spaced import KEPT, PastAnswer, choose_item, due_at, missed_now, next_pack
from perille.enrolment.models import Enrolment
from perille.learning.overdue_facts import asked_today
from perille.packs.published.library import current_library
from perille.packs.source.registry import current_interactions
from perille.people.models import Account
from perille.profiles.services import learners_of
from perille.refreshers.models import SpacedAnswer
from perille.refreshers.services import changed_items, missed_objectives


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedModule:
    """A module whose test somebody has passed, in its newest edition."""

    place: LearnerCourse
    #: The test, with the questions that may be asked of this person.
    unit: Unit
    #: Attempts at it and at its refreshers that were handed in, the oldest first.
    attempts: tuple[Attempt, ...]

    @property
    def pack(self) -> str:
        """Id of the pack."""
        return self.place.structure.pack

    @property
    def items(self) -> dict[str, Item]:
        """The questions by their key."""
        found = (self.place.structure.item(key) for key in self.unit.items)
        return {item.key: item for item in found if item is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a module that somebody has passed."""

    place: LearnerCourse
    unit: Unit
    item: Item
    #: Of the order of choices: the same while it waits and when its answer is shown.
    seed: str


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """What waits for somebody."""

    question: Question | None
    #: From when the next one stands; None where it stands now, or nothing can be asked.
    next_at: datetime | None


def waiting(session: Session, account_id: UUID, language: str, now: datetime) -> NextQuestion:
    """Return the question that waits for an account at *now*, or from when the next one does. It stays the same until it is answered."""
    past = past_answers(session, account_id)
    next_at = due_at(past)
    if next_at is not None and now < next_at:
        return NextQuestion(None, next_at)
    passed = {each.pack: each for each in passed_modules(session, account_id, language)}
    seed = f"{account_id}{past[-1].at.isoformat() if past else ''}"
    for pack in next_pack(passed, past, seed=seed):
        key = _chosen(passed[pack], past, now, seed)
        if key is not None:
            return NextQuestion(_question(passed[pack], key, account_id), None)
    return NextQuestion(None, None)


def answered_question(session: Session, account_id: UUID, language: str, pack: str, item: str) -> Question | None:
    """Return a question that an account has answered, to be shown with its answer; None for any other."""
    if not any((each.pack, each.item) == (pack, item) for each in past_answers(session, account_id)):
        return None
    found = (each for each in passed_modules(session, account_id, language) if each.pack == pack)
    return next((_question(each, item, account_id) for each in found if item in each.items), None)


def keep_answer(session: Session, account_id: UUID, question: Question, outcome: Outcome, now: datetime) -> bool:
    """Note that the question that waits was answered; tell whether it did wait: a second press notes nothing."""
    # Two browsers at once: the second sees what the first has noted.
    session.scalar(select(Account.id).where(Account.id == account_id).with_for_update())
    current = waiting(session, account_id, question.place.language, now).question
    if current is None or (current.place.structure.pack, current.item.key) != (
        question.place.structure.pack,
        question.item.key,
    ):
        return False
    row = SpacedAnswer(
        account_id=account_id,
        pack_id=question.place.structure.pack,
        item=question.item.key,
        answered_at=now,
        right=outcome.success,
    )
    session.add(row)
    session.flush()
    return True


def past_answers(session: Session, account_id: UUID) -> list[PastAnswer]:
    """Return what an account has answered, the oldest first."""
    query = select(SpacedAnswer).where(SpacedAnswer.account_id == account_id)
    rows = session.scalars(query.order_by(SpacedAnswer.answered_at, SpacedAnswer.id))
    return [PastAnswer(row.pack_id, row.item, row.answered_at, row.right) for row in rows]


def forget_old_answers(session: Session, now: datetime) -> None:
    """Delete what was kept long enough."""
    session.execute(delete(SpacedAnswer).where(SpacedAnswer.answered_at < now - KEPT))


def passed_modules(session: Session, account_id: UUID, language: str) -> Iterator[PassedModule]:
    """Yield the modules for professionals whose test was passed in the progress that an account keeps."""
    learners = [each.id for each in learners_of(session, account_id)]
    query = select(Enrolment.pack_id, Attempt).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    query = query.where(Enrolment.learner_id.in_(learners), Attempt.finished_at.is_not(None))
    attempts: dict[str, list[Attempt]] = {}
    for pack, attempt in session.execute(query.order_by(Attempt.finished_at, Attempt.id)):
        attempts.setdefault(pack, []).append(attempt)
    for pack, found in attempts.items():
        passed = _passed(pack, found, language)
        if passed is not None:
            yield passed


def _passed(pack: str, attempts: Sequence[Attempt], language: str) -> PassedModule | None:
    edition = current_library().newest(pack)
    test = main_test(edition.structure) if edition is not None else None
    if edition is None or test is None:
        return None
    ours = tuple(each for each in attempts if each.unit == test.key or each.unit.startswith(PREFIX))
    if not any(each.passed for each in ours):
        return None
    summary = edition.summary
    place = LearnerCourse(
        kind=PackKind.MODULE,
        slug=summary.slug,
        edition=edition,
        language=language,
        enrolment=None,
        chosen=_last_country(ours, summary.countries),
    )
    return PassedModule(place=place, unit=_asked(place, test), attempts=ours)


def _last_country(attempts: Sequence[Attempt], countries: Sequence[str]) -> str:
    """Return the country of the newest attempt that has one, where a module has several and this among them; else ""."""
    country = next((each.country for each in reversed(attempts) if each.country), "")
    return country if len(countries) > 1 and country in countries else ""


def _asked(place: LearnerCourse, test: Unit) -> Unit:
    """Return the test with those of its questions that can be asked by themselves, today and in the country of its taker."""
    unit = asked_today(place, test)
    found = (item for key in unit.items if (item := place.structure.item(key)) is not None and _stands_alone(item))
    return replace(unit, items=tuple(item.key for item in held_in(found, place.sure_country)), sections=())


def _stands_alone(item: Item) -> bool:
    interaction = current_interactions().get(item.interaction)
    return (
        interaction is not None and not has_own_buttons(interaction) and recording_of(interaction) is Recording.ALWAYS
    )


def _chosen(passed: PassedModule, past: Sequence[PastAnswer], now: datetime, seed: str) -> str | None:
    ours = [each for each in past if each.pack == passed.pack]
    last, certain = passed.attempts[-1], [each for each in passed.attempts if each.passed][-1]
    assert last.finished_at is not None, "only attempts that were handed in are among them"
    assert certain.finished_at is not None, "only attempts that were handed in are among them"
    since = last.finished_at
    items = passed.items
    missed = missed_now(missed_objectives(passed.place, [last]), [each for each in ours if each.at >= since], items)
    changed = changed_items(passed.place, certain.structure_hash, certain.finished_at.date())
    return choose_item(items.values(), ours, missed=missed, changed=changed, now=now, seed=seed)


def _question(passed: PassedModule, key: str, account_id: UUID) -> Question:
    return Question(
        place=passed.place,
        unit=replace(passed.unit, items=(key,)),
        item=passed.items[key],
        seed=f"{account_id}{key}",
    )
