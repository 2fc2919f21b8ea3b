"""What a trainer says of a group, and names as they are kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from perille.core.letters import JOINERS

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWish:
    """What a trainer says of a group."""

    name: str
    language: str
    places: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def mark(self) -> str:
        """A short word that is another one as soon as anything of this is."""
        return sha256(repr(self).encode()).hexdigest()[:16]


def clean_name(text: str) -> str:
    """Return a name as it is kept: one line without invisible characters, in any script.

    A joiner at the end of a word stays, where it shapes letters of Malayalam; joiners alone are no name.

    >>> clean_name("  Aino\\u202e \\n Virtanen ")
    'Aino Virtanen'
    """
    kept = "".join(
        char if char in JOINERS or unicodedata.category(char)[0] != "C" else " "
        for char in unicodedata.normalize("NFC", text)
    )
    return _cut(" ".join(word for word in kept.split() if word.strip(JOINERS))).strip()


def name_key(name: str) -> str:
    """Return what ways of writing one name have in common: capitals and joiners differ, and earlier a space was kept for each joiner."""
    return " ".join(name.translate(dict.fromkeys(map(ord, JOINERS), " ")).casefold().split())


def _cut(name: str) -> str:
    """Return as much of a name as there is room for, and no letter without its marks."""
    end = LONGEST_NAME
    while len(name) > end > 0 and (
        unicodedata.category(name[end])[0] == "M" or {*name[end - 1 : end + 1]} & {*JOINERS}
    ):
        end -= 1
    # One letter with more marks than there is room for is no name: it is cut as it stands.
    return name[: end or LONGEST_NAME]
