"""Ids that are made of what a row says, and keys and codes that are made of chance.

Two installations, such as a laptop in a room and the office, may both make a member, a meeting or a tick. The same one gets the same id
on both, so that bringing the two together makes no second row.
"""

from __future__ import annotations

import secrets
from datetime import date
from uuid import UUID, uuid5

_NAMES = UUID("5d0c6f0e-8f0b-5c1e-9a57-1a3b8a6f1f60")
#: Crockford's base 32: no letter looks like a digit, and 12 of them are 60 bits.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
KEY_LETTERS = 12
#: Digits can be typed on every keyboard and said in every language; 8 of them are 26 bits, which last for an hour.
CODE_DIGITS = 8


def member_id(group_id: UUID, learner_id: UUID) -> UUID:
    """Return the id of a learner in a group."""
    return uuid5(_NAMES, f"member {group_id} {learner_id}")


def listed_id(group_id: UUID, number: int, name: str) -> UUID:
    """Return the id of a name on a trainer's list, by its number in the group and the name.

    With the number alone, two people who are put on the list here and there at once would be one.
    """
    return uuid5(_NAMES, f"listed {group_id} {number} {name}")


def session_id(group_id: UUID, day: date, number: int) -> UUID:
    """Return the id of a meeting: the first of a day is the same on the laptop and in the office."""
    return uuid5(_NAMES, f"session {group_id} {day.isoformat()} {number}")


def attendance_id(session: UUID, member: UUID) -> UUID:
    """Return the id of a tick."""
    return uuid5(_NAMES, f"attendance {session} {member}")


def waiver_id(member: UUID, pack_id: str, unit: str) -> UUID:
    """Return the id of a lesson done in class."""
    return uuid5(_NAMES, f"waiver {member} {pack_id} {unit}")


def make_key() -> str:
    """Return 60 random bits for a link."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(KEY_LETTERS))


def make_code() -> str:
    """Return a short code: digits, to be typed from a screen in the room."""
    return "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
