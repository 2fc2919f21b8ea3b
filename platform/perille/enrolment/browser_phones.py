"""What the learner's cookie holds: the phone rows of a browser, which are open, which wait behind three pictures, which are asleep.

A number with a lock is written "<number>!<minutes>": its progress is open only while it stands first and the browser's other cookie,
signed and short of words, says that its pictures were pressed. *minutes* is after how long without a request it asks for them again, by
the clock of the server; 0 for never. So whether a profile is locked costs no question to the database, and a page without one costs none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer

from perille.core.current import current_config
from perille.core.database import utcnow
from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.leaving import UNLOCKED, is_left
from perille.enrolment.opened_cookie import is_closed_by_page

#: Stands in the cookie before the numbers that are asleep.
ASLEEP = ""
#: Minutes without a request after which a locked profile asks for its pictures again; 0: only when it was closed.
MINUTES = (0, 5, 15, 60)
#: Seconds for which whoever has just pressed the pictures, or typed the code, may change them.
MAY_CHANGE = 600
_SIGN = "!"
_YEAR = 365 * 24 * 3600
#: Seconds in which a further request writes no new time.
_SOON = 20


@dataclass(frozen=True, slots=True)
class HeldPhones:
    """The numbers of phone rows in a browser's cookie."""

    #: All that are not asleep, in the order of the cookie.
    here: Sequence[UUID] = ()
    #: Those that may be opened by a press, the open one first.
    awake: Sequence[UUID] = ()
    #: Those that ask for their pictures.
    locked: Sequence[UUID] = ()
    #: Those that were open when the browser was left.
    asleep: Sequence[UUID] = ()
    #: Those with a lock, open or not -> minutes.
    locks: Mapping[UUID, int] = field(default_factory=dict)
    #: The one that is open; None where nobody's is.
    open: UUID | None = None
    #: The one that stands first and asks for its pictures; None for none.
    waits: UUID | None = None


@dataclass(frozen=True, slots=True)
class UnlockedPhone:
    """That the pictures of a profile were pressed in this browser."""

    phone_id: UUID
    #: Seconds since 1970 of the last request.
    used_at: int
    #: Until when the pictures may be changed, in the same seconds.
    may_change_until: int = 0


def read_held(texts: Sequence[str]) -> HeldPhones:
    """Read the numbers of a cookie; raise ValueError for what is none."""
    at = texts.index(ASLEEP) if ASLEEP in texts else len(texts)
    read = [_read(each) for each in texts if each != ASLEEP]
    ids, locks = [each for each, _minutes in read], {each: minutes for each, minutes in read if minutes is not None}
    return HeldPhones(asleep=ids, locks=locks) if is_left() else _awake(ids[:at], ids[at:], locks)


def with_first(held: HeldPhones, phone_id: UUID) -> HeldPhones:
    """Return what a browser holds once a number without a lock stands first: what was unlocked until then asks for its pictures again."""
    here = [phone_id, *(each for each in held.here if each != phone_id)]
    return _awake(here, list(held.asleep), held.locks)


def _awake(here: list[UUID], asleep: list[UUID], locks: Mapping[UUID, int]) -> HeldPhones:
    first = here[0] if here else None
    opened = first if first is not None and _is_open(first, locks) else None
    awake = [each for each in here if each not in locks or each == opened]
    return HeldPhones(
        here=here,
        awake=awake,
        locked=[each for each in here if each not in awake],
        asleep=asleep,
        locks=locks,
        open=opened,
        waits=first if opened is None else None,
    )


def _is_open(phone_id: UUID, locks: Mapping[UUID, int]) -> bool:
    return phone_id not in locks or _is_unlocked(phone_id, locks[phone_id])


def _read(text: str) -> tuple[UUID, int | None]:
    number, sign, minutes = text.partition(_SIGN)
    return UUID(hex=number), int(minutes) if sign else None


def write_held(awake: Sequence[UUID], asleep: Sequence[UUID], locks: Mapping[UUID, int], most: int) -> list[str]:
    """Return the texts of a cookie, *most* of each sort."""

    def text(each: UUID) -> str:
        return f"{each.hex}{_SIGN}{locks[each]}" if each in locks else each.hex

    texts = [text(each) for each in awake][:most]
    return texts + ([ASLEEP, *(text(each) for each in asleep[:most])] if asleep else [])


def _is_unlocked(phone_id: UUID, minutes: int) -> bool:
    found = unlocked()
    return found is not None and found.phone_id == phone_id and (not minutes or found.used_at > _now() - 60 * minutes)


def unlocked() -> UnlockedPhone | None:
    """Return whose pictures were pressed in this browser, None for nobody's; the time may have run out since."""
    if is_closed_by_page():
        return None
    try:
        number, used_at, until = _serializer().loads(request.cookies.get(UNLOCKED, ""))
        return UnlockedPhone(UUID(hex=number), int(used_at), int(until))
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def may_change(phone_id: UUID) -> bool:
    """Whether the pictures of a profile were pressed, or its code was typed, so lately that whoever did it may change them."""
    found = unlocked()
    return found is not None and found.phone_id == phone_id and found.may_change_until > _now()


def keep_unlocked(response: Response, phone_id: UUID, *, may_change: bool = False) -> Response:
    """Note in the browser that the pictures of a profile were pressed now."""
    known = unlocked()
    until = known.may_change_until if known is not None and known.phone_id == phone_id else 0
    value = _serializer().dumps([phone_id.hex, _now(), _now() + MAY_CHANGE if may_change else until])
    set_cookie(response, UNLOCKED, str(value), seconds=_YEAR)
    return response


def lock_again(response: Response) -> Response:
    """Let the browser ask for the pictures again."""
    if UNLOCKED in request.cookies:
        delete_cookie(response, UNLOCKED)
    return response


def is_noted(response: Response) -> bool:
    """Whether an answer says already whether a profile stays unlocked."""
    return any(UNLOCKED in header for header in response.headers.getlist("Set-Cookie"))


def note_use(response: Response, held: HeldPhones) -> Response:
    """Note the time of a request for a profile that asks for its pictures after a while."""
    found = unlocked() if held.open in held.locks else None
    if found is not None and not is_noted(response) and found.used_at < _now() - _SOON:
        keep_unlocked(response, found.phone_id)
    return response


def _now() -> int:
    return int(utcnow().timestamp())


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(current_config().secret_keys)), salt="perille unlocked profile")
