"""The name that is printed on a certificate: taken as its owner writes it, in any script of humans.

Names are not checked against an idea of what names look like. Refused is only what is no writing: control characters, pictographs,
symbols, and lengths that no line of paper holds.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from perille.core.letters import JOINERS

#: Most characters, each mark and each joiner with them: so many the table holds, and a paper shows in its smallest letters.
LONGEST = 120
#: Signs that stand in names: apostrophes, full stops, joining dots, brackets, and what Hebrew, Armenian, Ethiopic and Devanagari use.
_SIGNS = frozenset("'’‘`´.,·/()‧・՚׳״፡॰،")
#: Letters, marks and digits by their general category (Unicode 4.5), spaces and dashes.
_WRITING = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Nl", "Zs", "Pd"})
#: Letters by category, but nothing is seen of them.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u034f")
_MOST_MARKS = 5
_READ_AT_MOST = 1000


class NameFault(StrEnum):
    """Why a name cannot be printed."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    NOT_WRITING = "not-writing"


class UnprintableNameError(ValueError):
    """The name cannot be printed; `fault` says why and `signs` which signs are in the way."""

    def __init__(self, fault: NameFault, signs: str = "") -> None:
        super().__init__(f"{fault.value}: {signs}" if signs else fault.value)
        self.fault = fault
        self.signs = signs


def clean_name(text: str) -> str:
    """Return the name as it is printed: NFC, single spaces, no invisible direction marks; raise UnprintableNameError."""
    name = _tidy(text)
    strange = _strange(name)
    if strange:
        raise UnprintableNameError(NameFault.NOT_WRITING, "".join(char for char in strange if char.isprintable()))
    if not any(unicodedata.category(char)[0] in "LN" for char in name):
        raise UnprintableNameError(NameFault.EMPTY)
    if len(name) > LONGEST:
        raise UnprintableNameError(NameFault.TOO_LONG)
    return name


def direction_of(text: str) -> str:
    """Return "rtl" or "ltr" by the first strong character (UAX 9, rule P2)."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def _tidy(text: str) -> str:
    # Far beyond any name, the rest is not worth reading: it is refused for its length all the same.
    # A line break pasted with a name is a space; direction marks could turn the words around it on the paper.
    spaced = "".join(" " if char in "\t\n\r\u2028\u2029" else char for char in text[:_READ_AT_MOST])
    seen = "".join(char for char in spaced if not _unseen(char))
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def _unseen(char: str) -> bool:
    return char in _FILLERS or (unicodedata.category(char) == "Cf" and char not in JOINERS)


def _strange(name: str) -> str:
    strange = [
        char for char in name if not (unicodedata.category(char) in _WRITING or char in _SIGNS or char in JOINERS)
    ]
    return "".join(dict.fromkeys(strange + _piled(name)))[:10]


def _piled(name: str) -> list[str]:
    # Marks piled on one letter run over the lines around it; no script needs more than a few.
    run = 0
    for char in name:
        run = run + 1 if unicodedata.category(char) == "Mn" else 0
        if run > _MOST_MARKS:
            return [char]
    return []


def is_same_name(given: str, printed: str) -> bool:
    """Tell whether two names are written the same; capital letters, spaces and forms of the same sign do not matter.

    >>> is_same_name("  amina  YUSUF", "Amina Yusuf")
    True
    """
    return _plain(given) == _plain(printed)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(char for char in folded if unicodedata.category(char) != "Cf").split())
