"""User names and PINs: six digits, or three of twelve pictures in order. Who it is comes first, the PIN proves it."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from perille.core.database import Session, utcnow, uuid7
from perille.core.errors import BadRequest
from perille.core.i18n import lazy_gettext
from perille.core.letters import collapse_whitespace, is_line
from perille.people.audit import audit
from perille.people.models import Account
from perille.people.sign_in.hashing import PinHasher
from perille.people.sign_in.models import Pin, PinKind

#: Id of a picture -> what is seen in it. New ones go to the end, none goes away: PINs are made of the ids.
PICTURES = {
    "sun": lazy_gettext("Sun"),
    "tree": lazy_gettext("Tree"),
    "house": lazy_gettext("House"),
    "fish": lazy_gettext("Fish"),
    "cup": lazy_gettext("Cup"),
    "key": lazy_gettext("Key"),
    "boat": lazy_gettext("Boat"),
    "cat": lazy_gettext("Cat"),
    "apple": lazy_gettext("Apple"),
    "car": lazy_gettext("Car"),
    "flower": lazy_gettext("Flower"),
    "umbrella": lazy_gettext("Umbrella"),
}
#: Pictures of a PIN: 1,320 orders.
CHOSEN = 3
DIGITS = 6
#: Wrong tries on devices that were never in, one after the other, over months and restarts; then only a trainer, or a device that was
#: in, opens the account. Each leaves who guesses at most one chance in 130 or in 10,000; a try a minute would find six digits in a year.
MOST_FAILURES = {PinKind.PICTURES: 10, PinKind.DIGITS: 100}
LONGEST_NAME = 120
_USERNAME = re.compile(r"[^\W_]([\w.-]{0,58}[^\W_])?")
#: Words of user names that we make: short, easy to copy from a card, and nobody's name.
_WORDS = tuple((Path(__file__).parent / "username_words.txt").read_text("ascii").split())


@dataclass(frozen=True, slots=True)
class DrawnPin:
    """A PIN that was drawn, and its hash: made before the transaction that stores it."""

    pin: str
    pin_hash: str
    kind: PinKind
    #: The number of the account that is made for it, the same with both presses of one form; None: whichever.
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewLearner:
    """An account that a trainer made for somebody in the room: what stands on their card."""

    account_id: UUID
    name: str
    username: str
    pin: str


def read_username(typed: str) -> str:
    """Return a user name as it is stored and compared: NFKC, small letters, no space around or inside.

    >>> read_username(" Fish Lamp 27 ")
    'fish-lamp-27'

    Raise BadRequest for what is none.
    """
    name = "-".join(unicodedata.normalize("NFKC", typed[:200]).casefold().split())
    if not _USERNAME.fullmatch(name) or "@" in name:
        raise BadRequest("This is no user name.")
    return name


def read_pin(kind: PinKind, typed: str) -> str:
    """Return a PIN in the form that is hashed; raise BadRequest for what is none.

    >>> read_pin(PinKind.DIGITS, "12 34 56"), read_pin(PinKind.PICTURES, "sun fish key")
    ('123456', 'sun fish key')
    """
    if kind is PinKind.DIGITS:
        # Digits of any script: an Arabic keyboard writes its own.
        digits = unicodedata.normalize("NFKC", "".join(typed[:40].split()))
        if len(digits) == DIGITS and digits.isdecimal():
            return "".join(str(int(each)) for each in digits)
        raise BadRequest("A PIN has six digits.")
    chosen = typed[:200].split()
    if len(chosen) == CHOSEN == len(set(chosen)) and set(chosen) <= PICTURES.keys():
        return " ".join(chosen)
    raise BadRequest("A picture PIN has three different pictures.")


def is_easy(pin: str) -> bool:
    """Tell whether six digits are among those that everybody tries first: one digit repeated, or counted up or down.

    >>> is_easy("111111"), is_easy("654321"), is_easy("271828")
    (True, True, False)
    """
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def draw_pin(kind: PinKind, seed: bytes = b"") -> str:
    """Draw a PIN; *seed*: 32 bytes that nobody can guess, from which it follows.

    >>> draw_pin(PinKind.DIGITS, b"x" * 32) == draw_pin(PinKind.DIGITS, b"x" * 32)
    True
    """
    key = seed or secrets.token_bytes(32)
    for turn in count():
        number = int.from_bytes(hmac.digest(key, b"pin %d" % turn, "sha256"), "big")
        if kind is PinKind.PICTURES:
            return _pictures(number)
        pin = f"{number % 10**DIGITS:0{DIGITS}}"
        if not is_easy(pin):
            return pin
    raise AssertionError  # there are PINs that are not easy


def _pictures(number: int) -> str:
    left, chosen = [*PICTURES], list[str]()
    for _each in range(CHOSEN):
        number, place = divmod(number, len(left))
        chosen.append(left.pop(place))
    return " ".join(chosen)


def draw_pins(hasher: PinHasher, kind: PinKind, wanted: int, seed: bytes = b"") -> list[DrawnPin]:
    """Draw PINs and hash them: 20 ms each, so never while the writer lock is held. Raise Unavailable where too many wait.

    *seed*: 32 bytes that nobody can guess, from which PINs and numbers of accounts follow (`core.web.idempotency_key.secret_of_press`).

    new_pins = Prepared(lambda: draw_pins(current_hasher(), kind, 40))
    """
    seeds = [hmac.digest(seed, b"line %d" % place, "sha256") if seed else b"" for place in range(wanted)]
    pins = [(draw_pin(kind, each), _account_number(each)) for each in seeds]
    return [DrawnPin(pin, hasher.hash(pin), kind, account_id) for pin, account_id in pins]


def _account_number(seed: bytes) -> UUID | None:
    return UUID(bytes=hmac.digest(seed, b"account", "sha256")[:16], version=4) if seed else None


def add_learners(
    session: Session, names: Sequence[str], pins: Sequence[DrawnPin], *, by: UUID | None, locale: str = ""
) -> list[NewLearner]:
    """Make an account with a user name and a PIN for each name, in their order; `draw_pins` made as many PINs before.

    Names may be in any script and may be the same: nobody is told apart by them. Raise BadRequest for a name that is empty or too long.
    """
    made, now = [], utcnow()
    for name, drawn in zip(names, pins, strict=True):
        number = drawn.account_id or uuid7()
        account = Account(id=number, username=free_username(session), name=_read_name(name), locale=locale)
        account.created_at = now
        session.add(account)
        session.flush()
        session.add(Pin(account_id=number, kind=drawn.kind.value, pin_hash=drawn.pin_hash, changed_at=now))
        made.append(NewLearner(account.id, account.name, account.username or "", drawn.pin))
    audit(session, by, "pins.made", count=len(made))
    session.flush()
    return made


def made_before(session: Session, drawn: DrawnPin) -> Account | None:
    """Return the account that was made for a PIN by the first press of the same form, while that is still its PIN."""
    account = session.get(Account, drawn.account_id) if drawn.account_id is not None else None
    pin = session.get(Pin, account.id) if account is not None else None
    return account if account is not None and pin is not None and pin.changed_at == account.created_at else None


def _read_name(name: str) -> str:
    clean = collapse_whitespace(name)
    if not clean or len(clean) > LONGEST_NAME or not is_line(clean):
        raise BadRequest("This is no name of at most 120 characters.")
    return clean


def free_username(session: Session) -> str:
    """Draw a user name that nobody has, such as `fish-lamp-274`."""
    while True:
        name = f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.randbelow(900) + 100}"
        if session.scalar(select(Account.id).where(Account.username == name)) is None:
            return name


def add_nameless(session: Session, drawn: DrawnPin, *, locale: str) -> Account | None:
    """Make an account with a user name of its own and a drawn PIN, for whoever asks.

    Where the PIN was drawn for a second press of one form, return the account that is there already, None if that has another PIN by now.
    """
    number = drawn.account_id or uuid7()
    if session.get(Account, number) is None:
        try:
            with session.begin_nested():
                _add_nameless(session, number, drawn, locale)
        except IntegrityError:
            # The other of two presses at once was first.
            if session.get(Account, number) is None:
                raise
    return made_before(session, replace(drawn, account_id=number))


def _add_nameless(session: Session, number: UUID, drawn: DrawnPin, locale: str) -> None:
    account = Account(id=number, username=free_username(session), locale=locale, created_at=utcnow())
    session.add(account)
    session.flush()
    row = Pin(account_id=number, kind=drawn.kind.value, pin_hash=drawn.pin_hash, changed_at=account.created_at)
    session.add(row)
    audit(session, number, "pins.changed", target_id=number)
    session.flush()


def set_pin(session: Session, account: Account, drawn: DrawnPin, *, by: UUID | None) -> None:
    """Give an account a PIN, in place of the one that it had; one without a user name gets one. Wrong tries count anew."""
    if account.username is None:
        account.username = free_username(session)
    pin = session.get(Pin, account.id)
    if pin is None:
        pin = Pin(account_id=account.id, kind="", pin_hash="")
        session.add(pin)
    pin.kind, pin.pin_hash, pin.failures, pin.changed_at = drawn.kind.value, drawn.pin_hash, 0, utcnow()
    audit(session, by, "pins.changed", target_id=account.id)
    session.flush()


def find_pin(session: Session, username: str) -> tuple[Account, Pin] | None:
    """Return the account of a user name with its PIN; None where nobody has it, it was disabled, or it has no PIN."""
    query = select(Account, Pin).join(Pin, Pin.account_id == Account.id)
    found = session.execute(query.where(Account.username == username, Account.disabled_at.is_(None))).first()
    return (found[0], found[1]) if found is not None else None


def count_failure(session: Session, account_id: UUID) -> None:
    """Count a wrong PIN, typed on a device that was never in."""
    session.execute(update(Pin).where(Pin.account_id == account_id).values(failures=Pin.failures + 1))


def forget_failures(session: Session, account_id: UUID) -> None:
    """A right PIN: wrong ones count anew."""
    session.execute(update(Pin).where(Pin.account_id == account_id, Pin.failures > 0).values(failures=0))


def needs_trainer(pin: Pin) -> bool:
    """Tell whether a PIN was guessed at so often that only a trainer, or a device that was in, opens the account."""
    return pin.failures >= MOST_FAILURES[PinKind(pin.kind)]
