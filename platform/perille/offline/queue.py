"""What a phone did without a line, applied once: sent twice, in any order, from two phones, weeks later, with a clock that is wrong.

Nothing here trusts the phone: an answer is marked again by the course as it is now. An act that cannot be applied is refused by itself and
stops none of the others. What an act says of progress is true whenever it comes (a lesson that is completed stays so); an answer is
recorded under the id that the phone gave it, so the second one is known.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from perille.assessment.services import Given, answers_of, latest_attempt, submit
from perille.core.database import Session
from perille.core.errors import BadRequest
from perille.core.i18n import OFFERED
from perille.domain.course import Unit, UnitKind
from perille.domain.item import Item, Recording, has_own_buttons, may_record, recording_of
from perille.enrolment.models import Enrolment, Learner, Phone
from perille.enrolment.services import lock_enrolment
from perille.learning import services as learning
from perille.learning.render_context import field_name, interaction_of
from perille.learning.services import KINDS, LearnerCourse
from perille.packs.published.library import PackLibrary
from perille.packs.source.contained import InteractionError
from perille.tracking.services import Moment, happened, is_recorded

#: Acts of one request at most.
MOST_ACTS = 500
#: A phone that was off for longer says nothing of when: its acts count as of now.
_OLDEST = timedelta(days=400)
#: A clock that is off by less is taken as right.
_TOLERATED = timedelta(minutes=2)


class QueuedAct(msgspec.Struct, kw_only=True, frozen=True):
    """Something that a learner did, as the phone kept it."""

    id: UUID
    #: Whose profile was open (`profile_token`); "" before anybody was known on the phone.
    who: str
    #: Place in the order of this phone's acts.
    count: int
    #: Milliseconds since 1970 by the phone's clock.
    at: float
    #: "start", "next", "answer" or "place".
    kind: str
    lang: str
    #: Address of the course: "courses/finland".
    course: str
    unit: str = ""
    item: str = ""
    screen: int = 1
    #: Fields of the answered form with their values.
    form: dict[str, list[str]] = {}


class QueuedBatch(msgspec.Struct, kw_only=True, frozen=True):
    """What a phone sends: its acts, and what its clock shows now."""

    now: float
    acts: list[QueuedAct]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose acts are applied: the learner of the open profile and their phone."""

    learner: Learner
    phone: Phone


def read_batch(body: bytes) -> QueuedBatch:
    """Read what a phone sent; raise BadRequest where it is not that."""
    try:
        batch = msgspec.json.decode(body, type=QueuedBatch)
    except (msgspec.DecodeError, ValueError, RecursionError) as fault:
        raise BadRequest("This is not what a phone sends.") from fault
    if len(batch.acts) > MOST_ACTS:
        raise BadRequest(f"Send {MOST_ACTS} acts at most.")
    return batch


def profile_token(learner: Learner | None, key: str) -> str:
    """Return the name by which a phone knows a profile: made from its number, leading nowhere; "" for nobody."""
    if learner is None:
        return ""
    return hmac.digest(key.encode(), b"perille queue " + learner.id.bytes, "sha256").hex()[:16]


def times_of(batch: QueuedBatch, now: datetime) -> dict[UUID, Moment]:
    """Return when each act happened by our clock: the phone's is off by what it shows now, and none is later than one that followed.

    Where that is more than two minutes the phone's own time goes along, so that nothing is lost.
    """
    offset = timedelta(milliseconds=_within(now.timestamp() * 1000 - batch.now))
    latest, found = now, {}
    for act in sorted(batch.acts, key=lambda each: each.count, reverse=True):
        said = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=_within(act.at))
        at = min(said if abs(offset) < _TOLERATED else said + offset, latest)
        at = at if at > now - _OLDEST else latest
        moved = abs(at - said) > _TOLERATED
        found[act.id] = Moment(at=at, answer_id=act.id, phone_time=said.isoformat() if moved else "")
        latest = at
    return found


def _within(milliseconds: float) -> float:
    """Return a number of milliseconds that makes a date."""
    century = 3.2e12
    return min(max(milliseconds, -century), century) if milliseconds == milliseconds else 0.0  # noqa: PLR0124  (not a number)


def apply_acts(
    session: Session, shelf: PackLibrary, sender: Sender, acts: Sequence[QueuedAct], times: Mapping[UUID, Moment]
) -> dict[str, str]:
    """Apply acts in the phone's order; return id -> "stored", "known", or why it was refused."""
    return {
        str(act.id): _apply(session, shelf, sender, act, times[act.id])
        for act in sorted(acts, key=lambda each: each.count)
    }


def _apply(session: Session, shelf: PackLibrary, sender: Sender, act: QueuedAct, moment: Moment) -> str:
    kind, _sep, slug = act.course.partition("/")
    if kind not in KINDS or act.lang not in OFFERED:
        return "no such course"
    place = learning.find_course(
        session, shelf, kind=KINDS[kind], slug=slug, language=act.lang, phone_id=sender.phone.id
    )
    if place is None:
        return "no such course"
    if not place.tracked:
        return "stored"
    enrolment = place.enrolment or learning.ensure_enrolment(session, place, sender.learner)
    place = replace(place, enrolment=enrolment)
    if act.kind == "start":
        with happened(session, moment):
            learning.start(session, place, sender.learner)
        return "stored"
    unit = place.structure.unit(act.unit)
    if unit is None:
        return "no such lesson"
    lock_enrolment(session, enrolment)
    with happened(session, moment):
        return _DO[act.kind](session, place, enrolment, unit, act, moment) if act.kind in _DO else "no such act"


def _advance(
    session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, _act: QueuedAct, moment: Moment
) -> str:
    with _place_as_of(session, enrolment, moment):
        learning.advance(session, place, enrolment, unit.key)
    return "stored"


@contextmanager
def _place_as_of(session: Session, enrolment: Enrolment, moment: Moment) -> Iterator[None]:
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


def _note_screen(
    session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, act: QueuedAct, moment: Moment
) -> str:
    with _place_as_of(session, enrolment, moment):
        learning.note_place(session, enrolment, unit.key, min(max(act.screen, 1), unit.screens))
    return "stored"


def _answer(
    session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, act: QueuedAct, _moment: Moment
) -> str:
    if is_recorded(session, act.id):
        return "known"
    item = place.structure.item(act.item)
    if item is None or item.key not in unit.items:
        return "no such question"
    try:
        return _mark(session, place, enrolment, unit, item, act)
    except InteractionError:
        return "no such question"


def _mark(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, item: Item, act: QueuedAct) -> str:
    interaction = interaction_of(item)
    response = interaction.parse(item, act.form, field_name(item))
    if response is None:
        return "no answer to this question"
    outcome = interaction.score(item, response)
    # As on the page of a lesson: what is counted or sensitive, and what would tell a country, is kept with nobody.
    allowed = may_record(interaction, sensitive=place.edition.summary.sensitive) and not unit.variants
    if not allowed or recording_of(interaction) is Recording.COUNTED or has_own_buttons(interaction):
        return "stored"
    if unit.kind is UnitKind.LESSON:
        learning.answer(session, place, enrolment, unit, item, interaction, response, outcome)
        return "stored"
    if unit.kind is not UnitKind.ASSESSMENT or unit.rules is not None:
        return "this test needs a line"
    known = answers_of(latest_attempt(session, enrolment, unit)).get(item.key)
    tries = known.tries if known is not None else 0
    given = Given(item=item, interaction=interaction, response=response, outcome=outcome, try_number=tries)
    submit(session, place, enrolment, unit, given)
    return "stored"


_DO = {"next": _advance, "place": _note_screen, "answer": _answer}


def owned(acts: Iterable[QueuedAct], tokens: frozenset[str]) -> tuple[list[QueuedAct], list[QueuedAct]]:
    """Return the acts of the open profile, with those that were made before anybody was known here, and those of other profiles."""
    mine: list[QueuedAct] = []
    others: list[QueuedAct] = []
    for act in acts:
        (mine if act.who == "" or act.who in tokens else others).append(act)
    return mine, others
