"""Numbers that a translation does not keep: 113 for 112 is a mistake that nobody sees who does not compare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perille.api import latin_digits

#: What is compared elsewhere: facts and addresses of links.
_COMPARED = re.compile(r"\{\{.*?\}\}|\]\([^)]*\)")
#: Digits in groups of three, or as they stand together.
_NUMBER = re.compile(r"\d{1,3}(?:[.,'\u2019\u066c \u00a0\u202f]\d{3})+(?!\d)|\d+")
#: "2" may be "two" in another language; a telephone number, a year and a sum are written in digits in all of them.
_LEAST_DIGITS = 3


def changed_numbers(source: str, words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers that a translation lacks, and those that its source has not.

    >>> changed_numbers("Call 112. It costs 1,200 euros.", "Soita 113. Hinta on 1 200 euroa.")
    (('112',), ('113',))
    >>> changed_numbers("Call 112.", "اتصلوا بالرقم ١١٢.")
    ((), ())
    """
    if not words:
        return (), ()
    ours, theirs = tuple(_numbers(source)), tuple(_numbers(words))
    return _without(ours, theirs), _without(theirs, ours)


def _numbers(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each number of three digits or more as it is written, with what it may be: one number, or several in a row."""
    for found in _NUMBER.finditer(latin_digits(_COMPARED.sub(" ", text))):
        digits = re.sub(r"\D", "", found[0])
        if len(digits) >= _LEAST_DIGITS:
            yield found[0], frozenset((digits, *re.findall(r"\d+", found[0])))


def _without(
    some: tuple[tuple[str, frozenset[str]], ...], others: tuple[tuple[str, frozenset[str]], ...]
) -> tuple[str, ...]:
    known = frozenset[str]().union(*(each for _written, each in others))
    return tuple(dict.fromkeys(written for written, each in some if each.isdisjoint(known)))
