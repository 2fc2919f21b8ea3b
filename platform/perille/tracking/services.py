"""The learner's acts go in here; progress comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest, NotFound
from perille.core.signals import statements_stored
from perille.domain.progress import UnitState
from perille.lrs.clients import Peppers
from perille.lrs.services import (
    ErasureReport,
    LaunchTicket,
    PersonRecords,
    StoredStatement,
    default_store,
    erase_everywhere,
    erase_launches,
    has_statement,
    make_launch,
    make_person,
    replay,
    store_statements,
    void_targets,
)
from perille.lrs.xapi.ifi import account_key
from perille.tracking import projection
from perille.tracking.models import CourseProgress, Installation, UnitProgress
from perille.tracking.statements import URN, Act, Origin, VerbId, activity_id, build, parse_activity_id
from perille.tracking.trust import Trust, platform_authority


def ensure_installation(session: Session, actor_home: str = "") -> Installation:
    """Return the installation's own row, made at the first start with *actor_home* or an address that nobody can own."""
    row = session.get(Installation, 1)
    if row is None:
        row = Installation(id=1, actor_home=actor_home or f"https://perille.invalid/i/{uuid4()}")
        session.add(row)
        session.flush()
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class BackdatedTime:
    """When something happened that is recorded only now."""

    at: datetime
    #: Id of the statement of an answer, made when it was given.
    answer_id: UUID
    #: What the phone's clock said (ISO 8601), where it was wrong; else "".
    phone_time: str = ""


_MOMENT = "perille moment"


@contextmanager
def happened(session: Session, moment: BackdatedTime) -> Iterator[None]:
    """Record what is recorded inside as of *moment*."""
    session.info[_MOMENT] = moment
    try:
        yield
    finally:
        del session.info[_MOMENT]


def _id_of(act: Act, moment: BackdatedTime | None) -> UUID:
    return moment.answer_id if moment is not None and act.verb is VerbId.ANSWERED else uuid4()


def is_recorded(session: Session, statement: UUID) -> bool:
    """Tell whether there is a statement of that id in the record, voided or not."""
    return has_statement(session, default_store(session), statement)


def record(
    session: Session, acts: Sequence[Act], *, actor_name: UUID, registration: UUID, language: str
) -> list[StoredStatement]:
    """Record acts of one learner, in their order; progress changes in the same transaction."""
    moment: BackdatedTime | None = session.info.get(_MOMENT)
    dated = [(act, moment) for act in acts]
    return record_dated(session, dated, actor_name=actor_name, registration=registration, language=language)


def record_dated(
    session: Session,
    dated: Sequence[tuple[Act, BackdatedTime | None]],
    *,
    actor_name: UUID,
    registration: UUID,
    language: str,
) -> list[StoredStatement]:
    """Record acts of one learner that happened at moments of their own, None for now; progress changes in the same transaction."""
    if not dated:
        return []
    # Held until the end: a session forgets a row that nobody holds, and what listens to the statements asks for it again.
    installation = ensure_installation(session)
    home, now = installation.actor_home, utcnow()
    bodies = []
    for act, moment in dated:
        origin = Origin(
            actor_home=home,
            actor_name=actor_name,
            registration=registration,
            language=language,
            at=moment.at if moment else now,
            phone_time=moment.phone_time if moment else "",
        )
        bodies.append(build(act, origin, _id_of(act, moment)))
    return store_statements(session, bodies, store_id=default_store(session), authority=platform_authority(home))


@dataclass(frozen=True, slots=True)
class LaunchTarget:
    """What a launch is about: the learner's account (homePage, name) and the IRI of the unit."""

    account: tuple[str, str]
    activity: str


@dataclass(slots=True)
class _EnrolmentLookups:
    """How registrations are looked up: enrolments live on a higher floor, which hands its look-up down."""

    registry: projection.Registry | None = None
    families: projection.Families | None = None


_door = _EnrolmentLookups()


def listen(registry: projection.Registry, families: projection.Families) -> None:
    """Let stored statements change the progress of the registrations that *registry* knows: those whose authority counts (`trust`).

    *families* tells which of them count together.
    """
    _door.registry, _door.families = registry, families
    statements_stored.connect(_on_stored)


def _projection(session: Session) -> projection.Projection:
    assert _door.registry is not None, "tracking.listen() was not called"
    return projection.Projection(session, _door.registry, actor_home, Trust(session, actor_home))


def _on_stored(store: UUID, *, session: Session, statements: Sequence[StoredStatement], **_more: object) -> None:
    # Nearly all that other programs send is about activities of theirs: they wait for no query of ours.
    statements = [each for each in statements if _may_be_ours(each)]
    # What an organisation's own programs store says nothing of anybody's progress here.
    if not statements or store != default_store(session):
        return
    voided = _voided_registrations(session, store, statements)
    _projection(session).apply(each for each in statements if each.registration not in voided)
    if voided:
        _replay(session, store, voided)


def _voided_registrations(session: Session, store: UUID, statements: Sequence[StoredStatement]) -> set[UUID]:
    """Return the registrations some of whose statements are void by these, where the word of the voided ones counted."""
    trust = Trust(session, actor_home)
    targets = [each for each in void_targets(session, store, statements) if trust.source(each) is not None]
    return {each.registration for each in targets if each.registration is not None}


def _may_be_ours(statement: StoredStatement) -> bool:
    activity = statement.activity
    return activity.startswith(URN) if activity is not None else statement.voids is not None


def _replay(session: Session, store: UUID, registrations: set[UUID]) -> None:
    """Make the progress of some registrations again: what a voided statement said may have been said by another one too."""
    session.flush()
    assert _door.families is not None, "tracking.listen() was not called"
    together = _door.families(session, registrations)
    projection.clear(session, {each for family in together for each in family})
    rows = _projection(session)
    for family in sorted(together, key=min):
        # In the order in which they were stored, as a replay of the whole record has them.
        parts = [replay(session, store, registration=each) for each in sorted(family)]
        rows.apply(merge(*parts, key=lambda statement: statement.seq))
    session.flush()


def replay_progress(session: Session, registrations: set[UUID]) -> None:
    """Make the progress of some registrations again from the record."""
    _replay(session, default_store(session), registrations)


def rebuild(session: Session) -> int:
    """Drop the projections and replay the record; return the number of statements replayed."""
    session.flush()
    projection.clear(session)
    rows = _projection(session)
    count = 0
    batch: list[StoredStatement] = []
    for statement in replay(session, default_store(session)):
        batch.append(statement)
        count += 1
        if len(batch) == 500:
            rows.apply(batch)
            batch.clear()
    rows.apply(batch)
    session.flush()
    return count


#: What `state_of` reads of a unit's progress: its key, and what has been recorded, not when.
STATE_COLUMNS = (
    UnitProgress.unit.label("unit"),
    UnitProgress.initialized_at.is_not(None).label("initialized"),
    UnitProgress.completed_at.is_not(None).label("completed"),
    UnitProgress.passed_at.is_not(None).label("passed"),
    UnitProgress.waived_at.is_not(None).label("waived"),
    UnitProgress.launch_completed_at.is_not(None).label("launch_completed"),
    UnitProgress.launch_passed_at.is_not(None).label("launch_passed"),
)
_STATES = select(*STATE_COLUMNS).where(UnitProgress.registration == bindparam("registration"))


def unit_states(session: Session, registration: UUID) -> dict[str, UnitState]:
    """Return what has been recorded of each unit of a registration."""
    rows = session.execute(_STATES, {"registration": registration})
    return {row.unit: state_of(row) for row in rows}


def state_of(row: Any) -> UnitState:
    """Return the state of a unit from a row with `STATE_COLUMNS`."""
    return UnitState(
        initialized=row.initialized,
        completed=row.completed,
        passed=row.passed,
        waived=row.waived,
        launch_completed=row.launch_completed,
        launch_passed=row.launch_passed,
    )


def launch(
    session: Session, registration: UUID, unit: str, *, lasts: timedelta, peppers: Peppers
) -> tuple[LaunchTicket, LaunchTarget]:
    """Make credentials with which content may report on one unit of a registration.

    Raise NotFound for an unknown registration, BadRequest for what cannot be a unit. What the content reports completes and passes a
    lesson or a session; a test of the platform is passed by the platform's own attempts alone.
    """
    assert _door.registry is not None, "tracking.listen() was not called"
    belongs = _door.registry(session, {registration}).get(registration)
    if belongs is None:
        raise NotFound("There is no such registration.")
    account = (actor_home(session), belongs.actor_name)
    activity = activity_id(belongs.pack, unit)
    if unit in ("", "certificate") or parse_activity_id(activity) != (belongs.pack, unit, ""):
        raise BadRequest("A launch is for one unit: name it as its pack does.")
    ticket = make_launch(
        session,
        default_store(session),
        account=account,
        registration=registration,
        activity=activity,
        lasts=lasts,
        peppers=peppers,
    )
    return ticket, LaunchTarget(account, activity)


def satisfied_packs(session: Session, registrations: Sequence[UUID]) -> set[str]:
    """Return the packs that are satisfied in any of these registrations."""
    if not registrations:
        return set()
    query = select(CourseProgress.pack_id).where(
        CourseProgress.registration.in_(registrations), CourseProgress.satisfied_at.is_not(None)
    )
    return set(session.scalars(query))


def course_progress(session: Session, registration: UUID) -> CourseProgress | None:
    """Return the progress of a whole registration, None before its first statement."""
    return session.scalar(select(CourseProgress).where(CourseProgress.registration == registration))


def actor_home(session: Session) -> str:
    """Return the home page of this installation's learners."""
    return ensure_installation(session).actor_home


def erase_record(
    session: Session,
    actor_names: Iterable[UUID],
    registrations: set[UUID],
    words: Iterable[str] = (),
    aside: PersonRecords | None = None,
) -> ErasureReport:
    """Erase one learner from every record store, with all that stands under their registrations, and the progress of these.

    *actor_names*: the learner's own, and those of who was merged into them.
    *words*: further words that lead to this learner alone, looked for in IRIs. *aside* takes a copy of what goes.
    """
    home = actor_home(session)
    person = make_person([account_key(home, str(each)) for each in actor_names], sorted(registrations), words)
    report = erase_everywhere(session, person, aside=aside)
    erase_launches(session, registrations)
    projection.clear(session, registrations)
    return report
