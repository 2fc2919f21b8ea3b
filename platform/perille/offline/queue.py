"""What a phone did without a line, applied once: sent twice, in any order, from two phones, weeks later, with a clock that is wrong.

Nothing here trusts the phone: an answer is marked again by the course as it is now. An act that cannot be applied is refused by itself and
stops none of the others. What an act says of progress is true whenever it comes (a lesson that is completed stays so); an answer is
recorded under the id that the phone gave it, so the second one is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from perille.assessment.services import SubmittedAnswer, answers_of, latest_attempt, submit
from perille.core.database import Session, utcnow
from perille.core.i18n import OFFERED
from perille.courses.acts import answer_act, ensure_enrolment, initialized_acts
from perille.courses.learner_course import KINDS, LearnerCourse, find_course
from perille.domain.course import Unit, UnitKind
from perille.domain.item import Item, Recording, has_own_buttons, may_record, recording_of
from perille.enrolment.models import Enrolment, Learner, Phone
from perille.enrolment.services import lock_enrolment
from perille.errands.services import may_be_ticked, set_tick
from perille.learning import services as learning
from perille.learning.questions import field_name, interaction_of
from perille.offline.queued_batch import AFTER_LEAVING, QueuedAct
from perille.packs.published.library import PackLibrary
from perille.packs.source.interaction_proxy import InteractionError
from perille.tracking.services import BackdatedTime, happened, is_recorded, record_dated, unit_states
from perille.tracking.statements import Act

#: So long an act waits on the phone for a course that is not there: a pack that broke, or was taken back for a while, is mended by then.
_COURSE_MAY_RETURN = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose acts are applied: the learner of the open profile and their phone."""

    learner: Learner
    phone: Phone


@dataclass(slots=True)
class _Course:
    """A course to which acts of one request belong."""

    place: LearnerCourse
    enrolment: Enrolment
    #: Answers given in lessons, with when: stored together, since each would cost ten queries by itself.
    waiting: list[tuple[Act, BackdatedTime | None]] = field(default_factory=list)
    #: Units that were opened, as far as that is known.
    opened: set[str] = field(default_factory=set)


@dataclass(slots=True)
class QueuedActApplier:
    """Applies the acts of one phone to the courses of one learner, in the phone's order."""

    session: Session
    shelf: PackLibrary
    sender: Sender
    times: Mapping[UUID, BackdatedTime]
    _courses: dict[tuple[str, str], _Course | None] = field(default_factory=dict)

    def apply(self, acts: Iterable[QueuedAct]) -> dict[str, str]:
        """Apply acts; return id -> "stored", "known", or why it was refused. One that is to be sent again later has no entry."""
        once = {act.id: act for act in acts}.values()
        told = {str(act.id): self._apply(act) for act in sorted(once, key=lambda each: each.count)}
        self._store_waiting()
        return {number: said for number, said in told.items() if said}

    def _apply(self, act: QueuedAct) -> str:
        course = self._course(act)
        if course is None:
            return self._without_course(act)
        if not course.place.tracked:
            return "stored"
        unit = course.place.structure.unit_on_way(act.unit)
        if act.kind not in _DO:
            return "no such act"
        if act.kind not in _OF_THE_COURSE and unit is None:
            return "no such lesson"
        if not (act.kind == "answer" and unit is not None and unit.kind is UnitKind.LESSON):
            # What follows reads what was done before it.
            self._store_waiting()
        return _DO[act.kind](self, course, unit, act)

    def _without_course(self, act: QueuedAct) -> str:
        """Return what is said of an act whose course is not there: "" while it may come back."""
        late = utcnow() - self.times[act.id].at > _COURSE_MAY_RETURN
        return "no such course" if late or not _may_be_course(act) else ""

    def _course(self, act: QueuedAct) -> _Course | None:
        key = (act.course, act.lang)
        if key not in self._courses:
            self._courses[key] = self._find(*key)
        return self._courses[key]

    def _find(self, address: str, lang: str) -> _Course | None:
        kind, _sep, slug = address.partition("/")
        if kind not in KINDS or lang not in OFFERED:
            return None
        place = find_course(
            self.session, self.shelf, kind=KINDS[kind], slug=slug, language=lang, phone_id=self.sender.phone.id
        )
        if place is None:
            return None
        enrolment = place.enrolment
        if enrolment is None and place.tracked:
            enrolment = ensure_enrolment(self.session, place, self.sender.learner)
        if enrolment is not None:
            lock_enrolment(self.session, enrolment)
            place = replace(place, enrolment=enrolment)
        return _Course(place, enrolment) if enrolment is not None or not place.tracked else None  # type: ignore[arg-type]

    def _store_waiting(self) -> None:
        for course in self._courses.values():
            if course is None or not course.waiting:
                continue
            record_dated(
                self.session,
                course.waiting,
                actor_name=course.enrolment.learner.actor_name,
                registration=course.enrolment.registration,
                language=course.place.language,
            )
            course.waiting.clear()

    def keep_answer(self, course: _Course, unit: Unit, act: Act, moment: BackdatedTime) -> None:
        """Let an answer wait until it is stored with others, after the opening of its lesson where that is new."""
        if unit.key not in course.opened:
            states = unit_states(self.session, course.enrolment.registration)
            opening = initialized_acts(course.place, unit.key, states)
            course.waiting += [(each, moment) for each in opening]
            course.opened.add(unit.key)
        course.waiting.append((act, moment))


def _may_be_course(act: QueuedAct) -> bool:
    return act.course.partition("/")[0] in KINDS and act.lang in OFFERED


def _start(applying: QueuedActApplier, course: _Course, _unit: Unit | None, act: QueuedAct) -> str:
    with happened(applying.session, applying.times[act.id]):
        learning.start(applying.session, course.place, applying.sender.learner)
    return "stored"


def _advance(applying: QueuedActApplier, course: _Course, unit: Unit | None, act: QueuedAct) -> str:
    assert unit is not None
    moment = applying.times[act.id]
    with happened(applying.session, moment), _place_as_of(applying.session, course.enrolment, moment):
        learning.advance(applying.session, course.place, course.enrolment, unit.key)
    return "stored"


@contextmanager
def _place_as_of(session: Session, enrolment: Enrolment, moment: BackdatedTime) -> Iterator[None]:
    """Keep where the learner was at *moment*, unless they were elsewhere since, as on another phone."""
    before = learning.bookmark(session, enrolment)
    kept = (before.unit, before.screen, before.at) if before is not None else None
    yield
    row = learning.bookmark(session, enrolment)
    if row is None:
        return
    if kept is not None and kept[2] > moment.at:
        row.unit, row.screen, row.at = kept
    else:
        row.at = moment.at
    session.flush()


def _note_screen(applying: QueuedActApplier, course: _Course, unit: Unit | None, act: QueuedAct) -> str:
    assert unit is not None
    with _place_as_of(applying.session, course.enrolment, applying.times[act.id]):
        screen = min(max(act.screen, 1), unit.screens)
        learning.note_place(applying.session, course.enrolment, unit.key, screen)
    return "stored"


def _answer(applying: QueuedActApplier, course: _Course, unit: Unit | None, act: QueuedAct) -> str:
    assert unit is not None
    if is_recorded(applying.session, act.id):
        return "known"
    item = course.place.structure.item(act.item)
    if item is None or item.key not in unit.items:
        return "no such question"
    try:
        return _mark(applying, course, unit, item, act)
    except InteractionError:
        return "no such question"


def _mark(applying: QueuedActApplier, course: _Course, unit: Unit, item: Item, act: QueuedAct) -> str:
    interaction, place = interaction_of(item), course.place
    response = interaction.parse(item, act.form, field_name(item))
    if response is None:
        return "no answer to this question"
    outcome = interaction.score(item, response)
    # As on the page of a lesson: what is counted or sensitive, and what would tell a country, is kept with nobody.
    allowed = may_record(interaction, sensitive=place.edition.summary.sensitive) and not unit.variants
    if not allowed or recording_of(interaction) is Recording.COUNTED or has_own_buttons(interaction):
        return "stored"
    moment = applying.times[act.id]
    if unit.kind is UnitKind.LESSON:
        given_act = answer_act(place, unit, item, interaction, response, outcome)
        applying.keep_answer(course, unit, given_act, moment)
        return "stored"
    if unit.kind is not UnitKind.ASSESSMENT or unit.rules is not None:
        return "this test needs a line"
    known = answers_of(latest_attempt(applying.session, course.enrolment, unit)).get(item.key)
    tries = known.tries if known is not None else 0
    given = SubmittedAnswer(item=item, interaction=interaction, response=response, outcome=outcome, try_number=tries)
    with happened(applying.session, moment), _place_as_of(applying.session, course.enrolment, moment):
        submit(applying.session, place, course.enrolment, unit, given)
        learning.note_place(applying.session, course.enrolment, unit.key, 1)
    return "stored"


def _tick_errand(applying: QueuedActApplier, course: _Course, _unit: Unit | None, act: QueuedAct) -> str:
    if not may_be_ticked(course.place, act.item):
        return "no such errand"
    set_tick(applying.session, course.enrolment, act.item, done=act.form.get("done") == ["yes"])
    return "stored"


_Do = Callable[[QueuedActApplier, _Course, Unit | None, QueuedAct], str]
_DO: Mapping[str, _Do] = {
    "start": _start,
    "next": _advance,
    "place": _note_screen,
    "answer": _answer,
    "errand": _tick_errand,
}
#: Acts that are of no lesson.
_OF_THE_COURSE = frozenset({"start", "errand"})


def owned(
    acts: Iterable[QueuedAct], tokens: frozenset[str], *, or_nobodys: bool = True
) -> tuple[list[QueuedAct], list[QueuedAct]]:
    """Return the acts of a profile and those of other ones. *or_nobodys*: the first with those from before anybody was known here."""
    mine: list[QueuedAct] = []
    others: list[QueuedAct] = []
    for act in acts:
        (mine if act.who in tokens or (or_nobodys and act.who == "") else others).append(act)
    return mine, others


def given_to_newcomer(
    acts: Iterable[QueuedAct], times: Mapping[UUID, BackdatedTime], here: Iterable[Phone]
) -> list[QueuedAct]:
    """Let what was done on a phone that somebody had left be of nobody, where all who are *here* came after it: it is theirs then.

    Where one of them was here before it they have come back since, and nothing tells whether it was they who did it.
    """
    began = min(_here_since(each) for each in here)

    def given(act: QueuedAct) -> QueuedAct:
        is_newcomers = act.who == AFTER_LEAVING and times[act.id].at < began
        return msgspec.structs.replace(act, who="") if is_newcomers else act

    return [given(each) for each in acts]


def _here_since(phone: Phone) -> datetime:
    """Return since when a learner is on a phone. Signing in makes a new row each time: who signs in may have been there before."""
    return phone.joined_at if phone.session_id is None else phone.learner.created_at
