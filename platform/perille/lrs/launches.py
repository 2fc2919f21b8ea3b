"""Launches of content: a one-time token in a fetch URL is exchanged for credentials that reach one registration (cmi5 8.1, 8.2)."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import delete, select

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest, NotFound
from perille.lrs.clients import Peppers, forget_clients, secret_hash
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.models import LrsLaunch
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.ifi import account_key
from perille.lrs.xapi.launch_binding import LAUNCH_HOME, is_within

#: Longest time that a launch may last.
LONGEST = timedelta(hours=24)
#: Codes of cmi5 8.2.3.2.
ALREADY_USED, NOT_VALID = "1", "2"
_HOME = LAUNCH_HOME.encode()
_actor = msgspec.json.Decoder(Actor).decode


class LaunchTicket(Struct, frozen=True):
    """What the launching page puts into the address of the content."""

    key: str
    #: Good for one exchange.
    fetch_token: str
    expires_at: datetime


class Launch(Struct, frozen=True):
    """A launch, as far as it says what its statements count for."""

    agent: str
    registration: UUID
    activity: str
    created_at: datetime

    def reaches(self, agent: str, registration: UUID, activity: str) -> bool:
        """Tell whether something is within the limits of the launch."""
        return agent == self.agent and registration == self.registration and is_within(activity, self.activity)


class FetchError(Exception):
    """A fetch URL that gives no token; *code* is one of cmi5 8.2.3.2."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def make_launch(
    session: Session,
    store_id: UUID,
    *,
    account: tuple[str, str],
    registration: UUID,
    activity: str,
    lasts: timedelta,
    peppers: Peppers,
) -> LaunchTicket:
    """Make a launch for an account (homePage, name), a registration and an activity; raise BadRequest for a time over `LONGEST`."""
    if not timedelta() < lasts <= LONGEST:
        raise BadRequest(f"A launch lasts {LONGEST.total_seconds() / 3600:.0f} hours at most.")
    key, token, now = secrets.token_hex(16), secrets.token_urlsafe(32), utcnow()
    session.add(
        LrsLaunch(
            store_id=store_number(session, store_id),
            key=key,
            fetch_hash=secret_hash(peppers[0], token),
            agent=account_key(*account),
            registration=registration,
            activity=activity,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return LaunchTicket(key, token, now + lasts)


def fetch_token(session: Session, token: str, peppers: Peppers) -> str:
    """Exchange the token of a fetch URL, once, for the `auth-token` of its launch; raise FetchError."""
    hashes = [secret_hash(pepper, token) for pepper in peppers]
    row = session.scalar(select(LrsLaunch).where(LrsLaunch.fetch_hash.in_(hashes)).with_for_update())
    if row is None:
        raise FetchError(NOT_VALID, "There is no such launch.")
    if row.secret_hash is not None:
        raise FetchError(ALREADY_USED, "The authorization token has already been returned.")
    if row.ended_at is not None or row.expires_at <= utcnow():
        raise FetchError(ALREADY_USED, "This launch has ended.")
    secret = secrets.token_urlsafe(32)
    row.secret_hash = secret_hash(peppers[0], secret)
    session.flush()
    return base64.b64encode(f"{row.key}:{secret}".encode()).decode()


def end_launch(session: Session, key: str) -> None:
    """End a launch: its credentials stop working, at once in this process. Raise NotFound."""
    row = session.scalar(select(LrsLaunch).where(LrsLaunch.key == key))
    if row is None:
        raise NotFound("There is no such launch.")
    row.ended_at = row.ended_at or utcnow()
    forget_clients(session)


def erase_launches(session: Session, registrations: set[UUID]) -> None:
    """Delete the launches of registrations whose statements are erased."""
    session.execute(delete(LrsLaunch).where(LrsLaunch.registration.in_(registrations)))
    forget_clients(session)


def launch_of_authority(session: Session, store_id: UUID, authority: bytes) -> Launch | None:
    """Return the launch that vouches as *authority* (JSON), or None."""
    if _HOME not in authority:
        return None
    account = _actor(authority).account
    if account is UNSET or account.home_page != LAUNCH_HOME:
        return None
    number = store_number(session, store_id)
    row = session.scalar(select(LrsLaunch).where(LrsLaunch.store_id == number, LrsLaunch.key == account.name))
    return Launch(row.agent, row.registration, row.activity, row.created_at) if row is not None else None
