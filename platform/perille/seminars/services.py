"""Seminars: made, changed and cancelled by an organisation; signed up for by anybody, with an account or by an e-mail address alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from perille.core.database import Session, made_at, utcnow
from perille.core.errors import Conflict, NotFound
from perille.core.i18n import _
from perille.credentials.codes import make_code
from perille.people.addresses import email_key
from perille.people.audit import audit
from perille.people.double_submission import since_first_press
from perille.people.models import Account, Organisation
from perille.seminars import queue
from perille.seminars.details import SeminarWish
from perille.seminars.models import EntryState, Seminar, SeminarEntry

MANAGE = "seminars.manage"
#: Seminars of a page.
PAGE = 50
#: A sign-up whose link nobody pressed goes after this, and all sign-ups a year after the seminar.
UNCONFIRMED_KEPT = timedelta(days=2)
ENTRIES_KEPT = timedelta(days=365)
#: How long before its beginning people are reminded.
REMINDED = timedelta(hours=24)
#: Seminars of organisations that were not closed.
_OPEN = Seminar.organisation.has(Organisation.closed_at.is_(None))


def make_seminar(session: Session, organisation_id: UUID, account_id: UUID, wish: SeminarWish) -> Seminar:
    """Make a seminar; the same wish once more within a minute is answered with the seminar that it made."""
    twin = _pressed_before(session, organisation_id, account_id, wish)
    if twin is not None:
        return twin
    seminar = Seminar(organisation_id=organisation_id)
    _fill(seminar, wish)
    session.add(seminar)
    session.flush()
    audit(session, account_id, "seminars.made", organisation_id, seminar.id)
    return seminar


#: What a seminar takes over from a wish.
_WISHED = ("title", "about", "language", "place", "link", "starts_at", "ends_at", "deadline_at", "places")


def _pressed_before(session: Session, organisation_id: UUID, account_id: UUID, wish: SeminarWish) -> Seminar | None:
    query = select(Seminar).where(
        Seminar.organisation_id == organisation_id,
        Seminar.cancelled_at.is_(None),
        *(getattr(Seminar, name) == getattr(wish, name) for name in _WISHED),
    )
    since = since_first_press(session, account_id)
    return next((each for each in session.scalars(query) if made_at(each.id) > since), None)


#: What a calendar shows: a change of one of these is told, and raises the sequence.
_TOLD = ("starts_at", "ends_at", "place", "link")


def _fill(seminar: Seminar, wish: SeminarWish) -> None:
    for name in _WISHED:
        setattr(seminar, name, getattr(wish, name))


def change_seminar(session: Session, seminar: Seminar, wish: SeminarWish, told: queue.Told) -> None:
    """Change a seminar that is locked; who has a place is told when time or place change. More places are offered at once."""
    before = [getattr(seminar, name) for name in _TOLD]
    _fill(seminar, wish)
    if before != [getattr(seminar, name) for name in _TOLD]:
        seminar.sequence += 1
        seminar.changed_at = utcnow()
        for entry in entries_of(session, seminar.id, EntryState.TAKEN):
            told(seminar, entry)
    session.flush()
    queue.move_up(session, seminar, utcnow(), told)


def cancel(session: Session, seminar: Seminar, account_id: UUID | None, told: queue.Told) -> None:
    """Cancel a seminar that is locked, once; everybody in it is told."""
    if seminar.cancelled_at is not None:
        return
    seminar.cancelled_at = seminar.changed_at = utcnow()
    seminar.sequence += 1
    audit(session, account_id, "seminars.cancelled", seminar.organisation_id, seminar.id)
    session.flush()
    for entry in entries_of(session, seminar.id, EntryState.TAKEN, EntryState.OFFERED, EntryState.WAITING):
        told(seminar, entry)


def find_seminar(session: Session, seminar_id: UUID, organisation_id: UUID | None = None) -> Seminar:
    """Return a seminar, *organisation_id*: of that organisation alone; raise NotFound alike for others and for none."""
    seminar = session.get(Seminar, seminar_id)
    if seminar is None or organisation_id not in (None, seminar.organisation_id):
        raise NotFound(_("There is no such seminar."))
    return seminar


def coming_seminars(session: Session, now: datetime, page: int = 0) -> tuple[Sequence[Seminar], bool]:
    """Return a page of the seminars that have not ended, the next one first, and whether more follow."""
    query = select(Seminar).where(Seminar.ends_at > now, Seminar.cancelled_at.is_(None), _OPEN)
    return _page(session, query.order_by(Seminar.starts_at, Seminar.id), page)


def seminars_of(session: Session, organisation_id: UUID, page: int = 0) -> tuple[Sequence[Seminar], bool]:
    """Return a page of the seminars of an organisation, the last one first, and whether more follow."""
    query = select(Seminar).where(Seminar.organisation_id == organisation_id)
    return _page(session, query.order_by(Seminar.starts_at.desc(), Seminar.id), page)


def _page(session: Session, query: Select[Seminar], page: int) -> tuple[Sequence[Seminar], bool]:
    found = session.scalars(query.offset(page * PAGE).limit(PAGE + 1)).all()
    return found[:PAGE], len(found) > PAGE


def entries_of(session: Session, seminar_id: UUID, *states: EntryState) -> Sequence[SeminarEntry]:
    """Return the sign-ups of a seminar in the order of the queue; *states*: of those alone."""
    query = select(SeminarEntry).where(SeminarEntry.seminar_id == seminar_id)
    if states:
        query = query.where(SeminarEntry.state.in_([each.value for each in states]))
    return session.scalars(query.order_by(SeminarEntry.queued_at, SeminarEntry.id)).all()


def free_places(session: Session, seminar: Seminar) -> int:
    """Return how many places are neither taken nor offered."""
    return max(0, seminar.places - queue.places_taken(session, seminar))


def waiting(session: Session, seminar: Seminar) -> int:
    """Return how many wait."""
    query = select(func.count()).select_from(SeminarEntry)
    query = query.where(SeminarEntry.seminar_id == seminar.id, SeminarEntry.state == EntryState.WAITING.value)
    return session.scalar(query) or 0


def sign_up_by_address(session: Session, seminar: Seminar, email: str, name: str, locale: str) -> SeminarEntry:
    """Return the sign-up of an address, made now if there is none. It counts when the link in an e-mail is pressed, and not before.

    Whether the address has an account is not shown: one that signed up before gets the e-mail about its own sign-up, in the same mailbox.
    *email* is an address that `read_mailed_address` has read.
    """
    mine = select(Account.id).where(Account.email_key == email_key(email))
    query = select(SeminarEntry).where(SeminarEntry.seminar_id == seminar.id, SeminarEntry.account_id.in_(mine))
    return session.scalar(query) or _entry(
        session, seminar, email_key(email), {"email": email, "name": name, "locale": locale}
    )


def sign_up_account(session: Session, seminar: Seminar, account: Account, name: str, locale: str) -> SeminarEntry:
    """Return the sign-up of an account, made now if there is none. One that was made with its address before becomes the account's."""
    key = f"account:{account.id}"
    values = {"email": account.email or "", "name": name, "locale": locale, "account_id": account.id}
    before = _of_key(session, seminar, account.email_key) if account.email_key and account.address_proven else None
    if before is None or _of_key(session, seminar, key) is not None:
        return _entry(session, seminar, key, values)
    # Whose address is proven reads its mail: without this they would take two places.
    before.account_id, before.person_key = account.id, key
    if before.state == EntryState.UNCONFIRMED.value:
        # Anybody may have typed the address, with whatever name.
        before.name, before.locale = name, locale
    session.flush()
    return before


def _of_key(session: Session, seminar: Seminar, key: str) -> SeminarEntry | None:
    return session.scalar(
        select(SeminarEntry).where(SeminarEntry.seminar_id == seminar.id, SeminarEntry.person_key == key)
    )


def _entry(session: Session, seminar: Seminar, key: str, values: dict[str, object]) -> SeminarEntry:
    query = select(SeminarEntry).where(SeminarEntry.seminar_id == seminar.id, SeminarEntry.person_key == key)
    found = session.scalar(query)
    if found is not None:
        return found
    made = SeminarEntry(seminar_id=seminar.id, person_key=key, **values)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return session.scalars(query).one()
    return made


def confirm(session: Session, seminar: Seminar, entry: SeminarEntry, now: datetime, told: queue.Told) -> bool:
    """Let a sign-up count that did not yet, in a seminar that is locked; return False where no place is given any more."""
    session.refresh(entry)
    again = entry.state in (EntryState.GIVEN_BACK.value, EntryState.ENDED.value)
    if entry.state != EntryState.UNCONFIRMED.value and not again:
        return True
    if not queue.is_giving(seminar, now):
        return False
    queue.enter(session, seminar, entry, now, told)
    return True


def _serializer(keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(keys)), salt="perille seminar entry")


def entry_token(entry: SeminarEntry, keys: Sequence[str]) -> str:
    """Return what stands in the link by which somebody confirms, takes or gives back."""
    return str(_serializer(keys).dumps(entry.id.hex))


def entry_of_token(session: Session, token: str, keys: Sequence[str]) -> SeminarEntry:
    """Return the sign-up of a link; raise NotFound for one that is gone or made up."""
    try:
        entry = session.get(SeminarEntry, UUID(hex=_serializer(keys).loads(token[:300])))
    except (BadSignature, ValueError, TypeError, AttributeError):
        entry = None
    if entry is None:
        raise NotFound(_("This link does not work any more."))
    return entry


def has_begun(seminar: Seminar, now: datetime) -> bool:
    """Tell whether people may be at the door by now."""
    return seminar.cancelled_at is None and now >= seminar.starts_at - timedelta(hours=1)


def note_attendance(session: Session, seminar: Seminar, present: Iterable[UUID]) -> None:
    """Note who came, of those who had a place; each of them gets the code of a certificate, which stays.

    Raise Conflict before it begins.
    """
    if not has_begun(seminar, utcnow()):
        raise Conflict(_("Who came can be noted when the seminar has begun."))
    here = set(present)
    for entry in entries_of(session, seminar.id, EntryState.TAKEN):
        if entry.id in here:
            entry.attended_at = entry.attended_at or utcnow()
            entry.code = entry.code or make_code()
        else:
            entry.attended_at = None
    session.flush()


def attended(session: Session, code: str) -> SeminarEntry | None:
    """Return the sign-up whose certificate has this code, None where nobody came under it."""
    return session.scalar(select(SeminarEntry).where(SeminarEntry.code == code, SeminarEntry.attended_at.is_not(None)))


def due_for_reminder(session: Session, now: datetime) -> Sequence[UUID]:
    """Return the sign-ups that have a place in a seminar that begins within a day."""
    query = select(SeminarEntry.id).join(Seminar, Seminar.id == SeminarEntry.seminar_id)
    return session.scalars(query.where(*_begins_soon(now))).all()


def has_place(session: Session, entry_id: UUID, now: datetime) -> tuple[Seminar, SeminarEntry] | None:
    """Return a sign-up with its seminar, while it has a place and that begins within a day."""
    query = select(Seminar, SeminarEntry).join(SeminarEntry, SeminarEntry.seminar_id == Seminar.id)
    row = session.execute(query.where(SeminarEntry.id == entry_id, *_begins_soon(now))).first()
    return (row[0], row[1]) if row is not None else None


def _begins_soon(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Seminar.starts_at > now,
        Seminar.starts_at <= now + REMINDED,
        Seminar.cancelled_at.is_(None),
        _OPEN,
        SeminarEntry.state == EntryState.TAKEN.value,
    )


def seminars_to_move(session: Session, now: datetime) -> Sequence[Seminar]:
    """Return seminars in which somebody waits, or an offer ran out."""
    waits = SeminarEntry.state == EntryState.WAITING.value
    over = (SeminarEntry.state == EntryState.OFFERED.value) & (SeminarEntry.offered_until <= now)
    busy = select(SeminarEntry.seminar_id).where(or_(waits, over))
    return session.scalars(select(Seminar).where(Seminar.id.in_(busy), Seminar.ends_at > now)).all()


def cancel_coming(session: Session, organisation_id: UUID, by: UUID | None, told: queue.Told) -> None:
    """Cancel the seminars of an organisation that have not ended, and tell everybody in them."""
    own = Seminar.organisation_id == organisation_id, Seminar.ends_at > utcnow(), Seminar.cancelled_at.is_(None)
    for seminar in session.scalars(select(Seminar).where(*own).order_by(Seminar.id)).all():
        queue.lock(session, seminar)
        cancel(session, seminar, by, told)


def delete_seminars(session: Session, organisation_id: UUID) -> None:
    """Delete the seminars of an organisation and who signed up; those who came keep their certificates of attendance for their time."""
    own = select(Seminar.id).where(Seminar.organisation_id == organisation_id)
    came = SeminarEntry.code.is_not(None) & SeminarEntry.attended_at.is_not(None)
    session.execute(delete(SeminarEntry).where(SeminarEntry.seminar_id.in_(own), ~came))
    _delete_emptied(session, Seminar.organisation_id == organisation_id)


def forget_old(session: Session, now: datetime) -> int:
    """Delete sign-ups that nobody confirmed, and those of seminars that are long over; return how many.

    A seminar of a deleted organisation was kept for them alone, and goes with the last one.
    """
    over = select(Seminar.id).where(Seminar.ends_at < now - ENTRIES_KEPT)
    unconfirmed = (SeminarEntry.state == EntryState.UNCONFIRMED.value) & (
        SeminarEntry.created_at < now - UNCONFIRMED_KEPT
    )
    gone = delete(SeminarEntry).where(or_(unconfirmed, SeminarEntry.seminar_id.in_(over)))
    count = len(session.scalars(gone.returning(SeminarEntry.id)).all())
    deleted = select(Organisation.id).where(Organisation.deleted_at.is_not(None))
    _delete_emptied(session, Seminar.organisation_id.in_(deleted))
    return count


def _delete_emptied(session: Session, which: ColumnElement[bool]) -> None:
    signed_up = select(SeminarEntry.seminar_id)
    session.execute(delete(Seminar).where(which, Seminar.id.not_in(signed_up)))
