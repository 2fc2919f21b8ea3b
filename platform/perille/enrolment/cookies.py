"""The learner's cookie: signed random numbers of phones, made when a course is started and not before.

The first number is the phone row whose progress is open; others, where two learners share one phone, wait behind it. What was open when the
browser was left stands after an empty number: it is asleep, and no page shows it to whoever comes next. Progress with three pictures
before it is open only while it stands first and they were pressed (`browser_phones`). Cookies that were made before phones had rows hold
the learner's number, and a migration gave each learner a phone of the same number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from uuid import UUID

from flask import Response, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from perille.core.config import Config
from perille.core.current import current_config
from perille.core.database import utcnow
from perille.core.dates import today
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.ratelimit import rate_limit
from perille.core.web.cookies import HOST, set_cookie
from perille.core.web.leaving import reopen
from perille.enrolment.accounts import account_keeping
from perille.enrolment.browser_phones import (
    HeldPhones,
    keep_unlocked,
    lock_again,
    read_held,
    with_first,
    write_held,
)
from perille.enrolment.models import Enrolment, Learner, Phone
from perille.enrolment.opened_cookie import (
    drop_opened,
    name_nobody,
    name_opened,
)
from perille.enrolment.phones import add_phone, find_phone, find_phones, pictures_on
from perille.enrolment.services import make_learner, resume_code

COOKIE = "perille_learner"
_IN_HEADER = re.compile(rf"(?:^|[;\s])(?:{HOST})?{COOKIE}=\"?([A-Za-z0-9._-]+)")
#: Learners who share one phone, at most.
MOST_PROFILES = 6
#: Numbers in a cookie, awake or asleep: those who began anew on a phone that was left take nothing from who is asleep there.
_MOST_NUMBERS = 2 * MOST_PROFILES
_YEAR = 365 * 24 * 3600
#: Called with the phone of a learner who was just made: whoever is signed in keeps their progress in their account.
learner_made = AppSlot[Callable[[Phone], None]]("learner_made", lambda: lambda _phone: None)
#: Where a request keeps what its cookie holds. Not in `g`, which two requests of one application context share.
_HELD = "perille.held_phones"


class ProfileWaits(Exception):  # noqa: N818  (nothing went wrong)
    """What was sent needs a learner, and three pictures stand before the progress that was open here: it waits until they were pressed."""


def _serializer() -> URLSafeSerializer:
    return _serializer_of(current_config())


def _serializer_of(config: Config) -> URLSafeSerializer:
    # itsdangerous signs with the last key and takes all of them.
    return URLSafeSerializer(list(reversed(config.secret_keys)), salt="perille learner")


def reader_of_cookies(config: Config, header: str) -> str:
    """Return from a Cookie header which phone asks, "" where it holds no cookie that we signed; asks no database."""
    found = _IN_HEADER.search(header)
    if found is None:
        return ""
    try:
        return str(_serializer_of(config).loads(found[1]))
    except BadSignature:
        return ""


def held_phones() -> HeldPhones:
    """Return what this request's cookie holds; nothing where it is missing, forged or broken. Its signature is checked once a request."""
    held: HeldPhones | None = request.environ.get(_HELD)
    if held is None:
        held = request.environ[_HELD] = _read_cookie()
    return held


def open_here(phone_id: UUID) -> None:
    """Let this request be one of a phone without a lock that a press opens here, before anything asks for it."""
    request.environ[_HELD] = with_first(held_phones(), phone_id)


def _read_cookie() -> HeldPhones:
    try:
        value = _serializer().loads(request.cookies.get(COOKIE, ""))
        return read_held(value if isinstance(value, list) else [value])
    except (BadSignature, ValueError, TypeError, AttributeError):
        return HeldPhones()


def cookie_phone_ids() -> list[UUID]:
    """Return the numbers of the phones whose progress a press opens here, the open one first; none once the browser was left."""
    return list(held_phones().awake)


def sleeping_phones() -> list[Phone]:
    """Return the phone rows that were open when this browser was left, and still exist."""
    return find_phones(db.session, held_phones().asleep)


def phones_to_wake() -> list[Phone]:
    """Return those asleep that a press brings back: of learners who have no way of their own, and those that then ask for their pictures.

    Of others the way back is their code, or signing in to the account that keeps their progress.
    """
    return [each for each in sleeping_phones() if each.session_id is None and _may_wake(each)]


def _may_wake(phone: Phone) -> bool:
    if phone.id in held_phones().locks:
        return True
    if resume_code(db.session, phone.learner) is not None:
        return False
    # Signing in is the way back to progress that an account keeps.
    return account_keeping()(db.session, phone.learner_id) is None


def can_reopen() -> bool:
    """Whether this browser was left and still holds what a press may open."""
    return bool(phones_to_wake())


def current_phone() -> Phone | None:
    """Return the phone of this request, None where nobody started on it, or it was left or shut out; asks the database once."""
    if "phone" not in g:
        g.phone = find_phone(db.session, cookie_phone_id())
    phone: Phone | None = g.phone
    return phone


def current_learner() -> Learner | None:
    """Return the learner of this request, or None."""
    phone = current_phone()
    return phone.learner if phone is not None else None


def cookie_phone_id() -> UUID | None:
    """Return the number of the phone whose progress is open in this request, None for none; whether its row still exists is not asked."""
    return held_phones().open


def enrolments_here() -> list[Enrolment]:
    """Return the open enrolments of this request's learner, the newest first, and remember the phone: one query for both."""
    phone_id = cookie_phone_id()
    if phone_id is None:
        return []
    query = select(Enrolment, Phone).join(Phone, Phone.learner_id == Enrolment.learner_id)
    query = query.where(Phone.id == phone_id, Enrolment.ended_at.is_(None))
    query = query.where(Phone.open_until.is_(None) | (Phone.open_until > utcnow()))
    rows = db.session.execute(query.order_by(Enrolment.id.desc())).all()
    if rows:
        g.phone = rows[0][1]
    return [row[0] for row in rows]


def ensure_learner() -> Learner:
    """Return the learner of this request, made now if there is none; only a POST may.

    Raise ProfileWaits while their progress is locked: nobody becomes somebody new by what they send then.
    """
    phone = current_phone()
    if phone is None:
        refuse_while_locked()
        # A class behind one line starts within a minute and does not feel this; a program that makes rows does.
        rate_limit("start", burst=600, per_minute=120)
        phone = g.phone = add_phone(
            db.session, make_learner(db.session, today()), pictures_on([*profiles(), *locked_phones()])
        )
        learner_made()(phone)
    return phone.learner


def acting_learner() -> Learner | None:
    """Return the learner for whom something is done, None where there is none; raise ProfileWaits while their progress is locked."""
    learner = current_learner()
    if learner is None:
        refuse_while_locked()
    return learner


def refuse_while_locked() -> None:
    """Raise ProfileWaits while pictures stand before the progress that was open here last. A profile that is gone waits for nobody."""
    number = held_phones().waits
    if number is not None and find_phone(db.session, number) is not None:
        raise ProfileWaits


def several_here() -> bool:
    """Whether pages say whose progress is open: several learn on this phone, or there is a lock, as far as the cookie knows.

    Asks no database.
    """
    held = held_phones()
    return len(held.awake) + len(held.locked) > 1 or bool(held.locks)


def profiles() -> list[Phone]:
    """Return the phone rows that a press opens here and that still exist, the open one first: one for each learner who uses this phone."""
    return find_phones(db.session, cookie_phone_ids())


def open_phone_ids() -> list[UUID]:
    """Return the numbers of `profiles`: one whose session is over or whose learner is gone is nobody, and stays in no new cookie.

    Else somebody who signs in again, alone on their phone, would be asked on each page whether they are somebody else.
    """
    return [each.id for each in profiles()]


def locked_phones() -> list[Phone]:
    """Return the phone rows that ask for their pictures, and still exist."""
    return find_phones(db.session, held_phones().locked)


def remember(response: Response, learner: Learner) -> Response:
    """Keep the phone of this request on it, for a year from now, in front of the others of its cookie."""
    phone = current_phone()
    assert phone is not None
    assert phone.learner_id == learner.id
    return keep_phones(response, [phone.id, *open_phone_ids()])


def keep_phones(
    response: Response,
    phone_ids: Iterable[UUID],
    *,
    locks: Mapping[UUID, int | None] | None = None,
    unlocked: UUID | None = None,
    may_change: bool = False,
    gone: Container[UUID] = (),
) -> Response:
    """Set the cookie, signed with the newest key; the first number is the one that is open. A browser that was left is reopened.

    What asks for its pictures or was asleep, and is not among the numbers, stays so. *locks*: minutes of locks that change, None for
    no lock any more. *unlocked*: whose pictures were pressed, or whose code was typed, in this request; with *may_change* they may then
    set others. A lock closes when another number stands first. *gone*: numbers that stay in no case.
    """
    held = held_phones()
    named = list(dict.fromkeys(phone_ids))
    awake = [*named, *_others(held.locked, named, gone)]
    asleep = _others(held.asleep, named, gone)
    kept = _changed_locks(held, locks or {})
    ids = write_held(awake, asleep, kept, _MOST_NUMBERS)
    set_cookie(response, COOKIE, str(_serializer().dumps(ids[0] if len(ids) == 1 else ids)), seconds=_YEAR)
    reopen(response)
    first = awake[0] if awake else None
    if unlocked is not None and unlocked == first:
        keep_unlocked(response, unlocked, may_change=may_change)
    elif first != held.open:
        lock_again(response)
    opened = first in (held.open, unlocked)
    _tell_scripts(
        response,
        first,
        # Who begins where somebody left is told from them by pages without a line, which do not ask whose progress is open.
        several=len(awake) > 1 or bool(kept or asleep),
        closed=first in kept and not opened,
        locks=kept,
    )
    return response


def _others(numbers: Iterable[UUID], named: Container[UUID], gone: Container[UUID]) -> list[UUID]:
    return [each for each in numbers if each not in named and each not in gone]


def _changed_locks(held: HeldPhones, changes: Mapping[UUID, int | None]) -> dict[UUID, int]:
    """Return the locks of a browser with their changes; a lock of None minutes is none any more."""
    changed = {**held.locks, **changes}
    return {each: minutes for each, minutes in changed.items() if minutes is not None}


def tell_scripts(response: Response) -> None:
    """Let pages that are open already notice whose progress is open in this request."""
    held = held_phones()
    several = several_here() or bool(held.asleep)
    _tell_scripts(response, held.open, several=several, closed=held.waits is not None, locks=held.locks)


def _tell_scripts(
    response: Response, first: UUID | None, *, several: bool, closed: bool, locks: Mapping[UUID, int]
) -> None:
    """Let pages that are open already notice that somebody else's progress was opened, or that it was locked."""
    phone = current_phone() if several and first is not None and not closed else None
    if phone is not None:
        name_opened(response, phone, locks.get(phone.id, 0))
    elif closed:
        name_nobody(response)
    else:
        drop_opened(response)


def sets_cookie(response: Response) -> bool:
    """Whether an answer gives the browser another cookie, or takes it away."""
    return any(f"{COOKIE}=" in header for header in response.headers.getlist("Set-Cookie"))
