"""How a resume code is written on paper and read from a keyboard."""

from __future__ import annotations

import unicodedata

#: Digits of a resume code: five groups of four, 66 bits.
CODE_DIGITS = 20
#: Digits of the codes that were made until November 2026; those on paper still work.
OLD_CODE_DIGITS = 16


def read_digits(text: str) -> str:
    """Return the digits of a text in Latin script; ٤, ۴ and ４ are all 4."""
    return "".join(str(unicodedata.digit(char)) for char in text[:200] if unicodedata.digit(char, None) is not None)


def group_digits(code: str) -> str:
    """Write a code in groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
