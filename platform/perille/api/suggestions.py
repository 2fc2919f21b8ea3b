"""What an author probably meant by a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """End a sentence about *word*: with the known word that looks most like it, or with a full stop.

    >>> did_you_mean("choise", ["choice", "numeric"]), did_you_mean("x", ["choice"])
    ('. Did you mean "choice"?', '.')
    """
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f'. Did you mean "{found[0]}"?' if found else "."
