"""The learner's cookie: signed random numbers of phones, made when a course is started and not before.

The first number is the phone row whose progress is open; others, where two learners share one phone, wait behind it. What was open when the
browser was left stands after an empty number: it is asleep, and no page shows it to whoever comes next. Cookies that were made before
phones had rows hold the learner's number, and a migration gave each learner a phone of the same number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from uuid import UUID

from flask import Response, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from perille.core.config import Config
from perille.core.current import current_config
from perille.core.database import utcnow
from perille.core.dates import today
from perille.core.extensions import db
from perille.core.ratelimit import rate_limit
from perille.core.slots import AppSlot
from perille.core.web.cookies import HOST, delete_cookie, set_cookie
from perille.core.web.leaving import is_left, reopen
from perille.enrolment.models import Enrolment, Learner, Phone
from perille.enrolment.phones import add_phone, find_phone, find_phones, pictures_on
from perille.enrolment.services import make_learner, resume_code

COOKIE = "perille_learner"
_IN_HEADER = re.compile(rf"(?:^|[;\s])(?:{HOST})?{COOKIE}=\"?([A-Za-z0-9._-]+)")
#: For scripts of our pages, where several learn on a phone: the number of the picture whose progress is open. It opens nothing.
OPEN_COOKIE = "perille_profile"
#: Learners who share one phone, at most.
MOST_PROFILES = 6
#: Numbers in a cookie, awake or asleep: those who began anew on a phone that was left take nothing from who is asleep there.
_MOST_NUMBERS = 2 * MOST_PROFILES
_YEAR = 365 * 24 * 3600
#: Called with the phone of a learner who was just made: whoever is signed in keeps their progress in their account.
learner_made = AppSlot[Callable[[Phone], None]]("learner_made", lambda: lambda _phone: None)
#: Stands in the cookie before the numbers that are asleep.
_ASLEEP = ""


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


def _numbers() -> tuple[list[UUID], list[UUID]]:
    """Return the numbers in this request's cookie that are awake, and those asleep; none where it is missing, forged or broken."""
    try:
        value = _serializer().loads(request.cookies.get(COOKIE, ""))
        texts = value if isinstance(value, list) else [value]
        at = texts.index(_ASLEEP) if _ASLEEP in texts else len(texts)
        awake, asleep = [UUID(hex=each) for each in texts[:at]], [UUID(hex=each) for each in texts[at + 1 :]]
    except (BadSignature, ValueError, TypeError, AttributeError):
        return [], []
    return ([], [*awake, *asleep]) if is_left() else (awake, asleep)


def cookie_phone_ids() -> list[UUID]:
    """Return the numbers of the phones whose progress this browser may open, the open one first; none once it was left."""
    return _numbers()[0]


def sleeping_phones() -> list[Phone]:
    """Return the phone rows that were open when this browser was left, and still exist."""
    return find_phones(db.session, _numbers()[1])


def phones_to_wake() -> list[Phone]:
    """Return those asleep that a press opens again: of learners who have no code. With a code the way back is the code alone."""
    return [each for each in sleeping_phones() if resume_code(db.session, each.learner) is None]


def can_reopen() -> bool:
    """Whether this browser was left and still holds what a press may open."""
    return (is_left() and "perille_account" in request.cookies) or bool(phones_to_wake())


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
    ids = cookie_phone_ids()
    return ids[0] if ids else None


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
    """Return the learner of this request, made now if there is none; only a POST may."""
    phone = current_phone()
    if phone is None:
        # A class behind one line starts within a minute and does not feel this; a program that makes rows does.
        rate_limit("start", burst=600, per_minute=120)
        phone = g.phone = add_phone(db.session, make_learner(db.session, today()), pictures_on(profiles()))
        learner_made()(phone)
    return phone.learner


def several_here() -> bool:
    """Whether several learn on this phone, as far as its cookie knows: asks no database."""
    return len(cookie_phone_ids()) > 1


def profiles() -> list[Phone]:
    """Return the phone rows in the cookie that still exist, the open one first: one for each learner who uses this phone."""
    return find_phones(db.session, cookie_phone_ids())


def remember(response: Response, learner: Learner) -> Response:
    """Keep the phone of this request on it, for a year from now, in front of the others of its cookie."""
    phone = current_phone()
    assert phone is not None
    assert phone.learner_id == learner.id
    return keep_phones(response, [phone.id, *cookie_phone_ids()])


def keep_phones(response: Response, phone_ids: Iterable[UUID]) -> Response:
    """Set the cookie, signed with the newest key; the first number is the one that is open. A browser that was left is reopened.

    What was asleep and is not among the numbers stays asleep.
    """
    awake = list(dict.fromkeys(phone_ids))
    asleep = [each.hex for each in _numbers()[1] if each not in awake]
    ids = [each.hex for each in awake][:_MOST_NUMBERS]
    ids += [_ASLEEP, *asleep[:_MOST_NUMBERS]] if asleep else []
    set_cookie(response, COOKIE, str(_serializer().dumps(ids[0] if len(ids) == 1 else ids)), seconds=_YEAR)
    _tell_scripts(response, awake)
    return reopen(response)


def _tell_scripts(response: Response, awake: list[UUID]) -> None:
    """Let pages that are open already notice that somebody else's progress was opened."""
    phone = current_phone() if len(awake) > 1 else None
    if phone is not None:
        set_cookie(response, OPEN_COOKIE, str(phone.shown_picture.number), seconds=_YEAR, for_scripts=True)
    elif OPEN_COOKIE in request.cookies:
        delete_cookie(response, OPEN_COOKIE)
