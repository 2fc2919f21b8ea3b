"""What a phone sends of what was done without a line: its acts as they are read, and when each of them happened by our clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from perille.core.decoding import read_json
from perille.core.errors import BadRequest
from perille.tracking.services import BackdatedTime

#: Of whom an act is that was done on a phone which somebody had left: of who began after it, and of nobody of before.
AFTER_LEAVING = "-"
#: Acts of one request at most.
MOST_ACTS = 500
#: A phone that was off for longer says nothing of when: its acts count as of now.
_OLDEST = timedelta(days=400)
#: A clock that is off by less is taken as right.
_TOLERATED = timedelta(minutes=2)


class QueuedAct(msgspec.Struct, kw_only=True, frozen=True):
    """Something that a learner did, as the phone kept it."""

    id: UUID
    #: Whose profile was open (`profile_token`); "" before anybody was known on the phone, "-" while it was left.
    who: str
    #: Place in the order of this phone's acts.
    count: int
    #: Milliseconds since 1970 by the phone's clock.
    at: float
    #: "start", "next", "answer", "place" or "errand".
    kind: str
    lang: str
    #: Address of the course: "courses/finland".
    course: str
    unit: str = ""
    #: Key of the question, or of the errand.
    item: str = ""
    screen: int = 1
    #: Fields of the answered form with their values.
    form: dict[str, list[str]] = {}


class _ReceivedBatch(msgspec.Struct, kw_only=True, frozen=True):
    """What a phone sends, with its acts as they came: one that nobody can read stops none of the others."""

    now: float
    acts: list[msgspec.Raw]


class _ActWithId(msgspec.Struct, kw_only=True, frozen=True):
    """An act of which nothing but its id can be read."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedBatch:
    """What a phone sent: its acts, and what its clock shows now."""

    now: float
    acts: list[QueuedAct]
    #: Ids of acts of another make, as of a version that was taken back: sent again they would be no better.
    unreadable: list[str]


def read_batch(body: bytes) -> QueuedBatch:
    """Read what a phone sent; raise BadRequest where it is not that."""
    try:
        sent = read_json(body, _ReceivedBatch)
        if len(sent.acts) > MOST_ACTS:
            raise BadRequest(f"Send {MOST_ACTS} acts at most.")
        acts = [_read_act(each) for each in sent.acts]
    except (msgspec.DecodeError, ValueError, RecursionError) as fault:
        raise BadRequest("This is not what a phone sends.") from fault
    read = [each for each in acts if isinstance(each, QueuedAct)]
    return QueuedBatch(now=sent.now, acts=read, unreadable=[each.id for each in acts if isinstance(each, _ActWithId)])


def _read_act(raw: msgspec.Raw) -> QueuedAct | _ActWithId:
    try:
        return read_json(memoryview(raw), QueuedAct)
    except (msgspec.ValidationError, ValueError):
        return read_json(memoryview(raw), _ActWithId)


def times_of(batch: QueuedBatch, now: datetime) -> dict[UUID, BackdatedTime]:
    """Return when each act happened by our clock: the phone's is off by what it shows now, and none is later than one that followed.

    Where that is more than two minutes the phone's own time goes along, so that nothing is lost.
    """
    offset = timedelta(milliseconds=_within(now.timestamp() * 1000 - batch.now))
    latest, found = now, {}
    for act in sorted(batch.acts, key=lambda each: each.count, reverse=True):
        said = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=_within(act.at))
        at = min(said if abs(offset) < _TOLERATED else said + offset, latest)
        if act.who == AFTER_LEAVING:
            # Whose it is hangs on whether they began after it: a clock that is a minute ahead would take it from them for good.
            at = min(at, said + offset)
        at = at if at > now - _OLDEST else latest
        moved = abs(at - said) > _TOLERATED
        found[act.id] = BackdatedTime(at=at, answer_id=act.id, phone_time=said.isoformat() if moved else "")
        latest = at
    return found


def _within(milliseconds: float) -> float:
    """Return a number of milliseconds that makes a date."""
    century = 3.2e12
    return min(max(milliseconds, -century), century) if milliseconds == milliseconds else 0.0  # noqa: PLR0124  (not a number)
