"""Text as people type it, made the same for all ways in which they type the same word."""

from __future__ import annotations

import unicodedata

from perille.api.folding import fold, without_ends


def latin_digits(text: str) -> str:
    """Return *text* with the decimal digits of every script as 0 to 9.

    >>> latin_digits("٣ and ३")
    '3 and 3'
    """
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def without_marks(text: str) -> str:
    """Return *text* without invisible characters: marks of direction, joiners, soft hyphens (category Cf), selectors of a glyph.

    >>> without_marks("soft\\u00adhyphen")
    'softhyphen'
    """
    return "".join(char for char in text if unicodedata.category(char) != "Cf" and not "\ufe00" <= char <= "\ufe0f")


def normalised(text: str) -> str:
    """Return *text* as it is compared: the same for all ways in which people type the same word.

    No case; runs of spaces as one; Latin digits; no invisible marks, no marks around the text; characters that are
    exchanged as one (`folding.FOLDS` says which, by language and source). Accents stay: they make another word.
    "" where nothing is left.

    >>> normalised("«Kela».")
    'kela'
    """
    return without_ends(" ".join(latin_digits(fold(without_marks(text))).split()))
