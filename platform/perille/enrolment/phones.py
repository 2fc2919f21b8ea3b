"""The phones that hold a learner's progress: how one joins, how the others hear of it, how one is shut out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from perille.core.database import Session, utcnow
from perille.core.tokens import token_hash
from perille.enrolment.models import Enrolment, JoinToken, Learner, Phone
from perille.enrolment.pictures import free_picture
from perille.enrolment.services import end_resume_code

#: How long the token in a picture works.
TOKEN_LIFE = timedelta(minutes=10)
#: Before any phone joined: the owner of the phone has news to read.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def find_phone(session: Session, phone_id: UUID | None) -> Phone | None:
    """Return the phone of a cookie with its learner; None for one that was shut out, or whose learner is gone."""
    found = session.get(Phone, phone_id) if phone_id is not None else None
    return found if found is not None and is_open(found) else None


def find_phones(session: Session, phone_ids: Sequence[UUID]) -> list[Phone]:
    """Return those of the phones of a cookie that still exist, in the order of the cookie; asks nothing where it names none."""
    if not phone_ids:
        return []
    found = {each.id: each for each in session.scalars(select(Phone).where(Phone.id.in_(phone_ids))) if is_open(each)}
    return [found[each] for each in phone_ids if each in found]


def is_open(phone: Phone) -> bool:
    """Tell whether a phone still holds its learner's progress: of an account only while its session lasts."""
    return phone.open_until is None or phone.open_until > utcnow()


def add_phone(session: Session, learner: Learner, taken: Collection[int] = (), *, number: UUID | None = None) -> Phone:
    """Let another phone hold a learner's progress; *taken*: the pictures of others who learn on that phone; *number*: of its row."""
    now = utcnow()
    # Read with the phone's own row: a page that says so asks nothing more.
    session.execute(update(Phone).where(Phone.learner_id == learner.id).values(told_at=_NEVER))
    number = number or uuid4()
    phone = Phone(id=number, learner=learner, joined_at=now, told_at=now, picture=free_picture(number, taken))
    session.add(phone)
    session.flush()
    return phone


def pictures_on(phones: Iterable[Phone]) -> set[int]:
    """Return the numbers of the pictures of those who share a phone."""
    return {each.shown_picture.number for each in phones}


def tell_apart(phones: Iterable[Phone]) -> None:
    """Give each who shares a phone a picture of their own; who was there first keeps theirs."""
    taken: set[int] = set()
    for phone in sorted(phones, key=lambda each: (each.joined_at, each.id)):
        if phone.shown_picture.number in taken:
            phone.picture = free_picture(phone.id, taken)
        taken.add(phone.shown_picture.number)


def has_progress(session: Session, learner: Learner) -> bool:
    """Tell whether a learner has ever begun a course: what they ended, and its certificate, is progress too."""
    return session.scalar(select(Enrolment.id).where(Enrolment.learner_id == learner.id).limit(1)) is not None


def phones_of(session: Session, learner_id: UUID) -> list[Phone]:
    """Return all phones of a learner, the first one first."""
    return list(session.scalars(select(Phone).where(Phone.learner_id == learner_id).order_by(Phone.joined_at)))


def has_news(phone: Phone) -> bool:
    """Tell whether another phone joined that was not announced on this one yet."""
    return phone.told_at < phone.joined_at


def successor_id(phone_id: UUID, key: str) -> UUID:
    """Return the number that a phone row has once pictures stand before it; *key*: one of the installation's secret keys."""
    digest = hmac.digest(key.encode(), b"perille locked phone " + phone_id.bytes, "sha256")
    return UUID(bytes=digest[:16], version=4)


def find_successor(session: Session, phone_id: UUID, keys: Sequence[str]) -> Phone | None:
    """Return the locked row that took the place of a phone row which is gone, None for none."""
    found = find_phones(session, [successor_id(phone_id, key) for key in keys])
    return next((each for each in found if each.lock_hash is not None), None)


def acknowledge(phone: Phone) -> None:
    """Note that this phone's owner has read which phones joined."""
    phone.told_at = utcnow()


def shut_out(session: Session, phone: Phone, other_id: UUID) -> bool:
    """Shut another phone of the same learner out; return False where there is no such phone.

    The code on paper and open pictures end too: whoever was shut out may know them.
    """
    other = session.get(Phone, other_id)
    if other is None or other.learner_id != phone.learner_id or other.id == phone.id:
        return False
    session.delete(other)
    end_resume_code(session, phone.learner)
    session.execute(delete(JoinToken).where(JoinToken.learner_id == phone.learner_id))
    return True


def make_join_token(session: Session, learner: Learner) -> str:
    """Make a token that lets one phone join within ten minutes; an earlier one of the learner ends."""
    now = utcnow()
    ended = (JoinToken.learner_id == learner.id) | (JoinToken.expires_at <= now)
    session.execute(delete(JoinToken).where(ended))
    token = secrets.token_urlsafe(18)
    session.add(JoinToken(token_hash=token_hash(token), learner_id=learner.id, expires_at=now + TOKEN_LIFE))
    session.flush()
    return token


def token_works(session: Session, token: str) -> bool:
    """Tell whether a token can still be used, and use nothing up: programs follow links, too."""
    return _open_token(session, token) is not None


def use_join_token(session: Session, token: str) -> Learner | None:
    """Use a token up and return the learner whom it opens; None for one that was used, is too old or was made up."""
    row = _open_token(session, token, to_use=True)
    if row is None:
        return None
    session.delete(row)
    return session.get(Learner, row.learner_id)


def _open_token(session: Session, token: str, *, to_use: bool = False) -> JoinToken | None:
    row = session.get(JoinToken, token_hash(token), with_for_update=to_use)
    return row if row is not None and row.expires_at > utcnow() else None
