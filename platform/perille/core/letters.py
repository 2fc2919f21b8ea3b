"""Letters as they are compared."""

from __future__ import annotations

import unicodedata


def without_marks(text: str) -> str:
    """Return text without the marks over and under its letters: accents, vowel signs.

    >>> without_marks("väčší")
    'vacsi'
    """
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
