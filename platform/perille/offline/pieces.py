"""What the pages of a course have in common travels once: a page is written as numbers of pieces of HTML, with its own text between them.

gzip looks back 32 kB, which is a page and a half: without this the menus, the help and the icons of a page would travel with every lesson
anew, and a course in two languages would bring the words of the first one twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

#: A text as it travels: its own strings, and for each run of pieces two numbers, the first piece and how many.
Written = list[str | int]
#: A tag and what follows it.
_CUT = re.compile(r"(?=<)")
#: Letters; a shorter piece is no longer than its number.
_SHORTEST = 4


def shared_pieces(lines: Iterable[Sequence[str]]) -> list[str]:
    """Return the pieces that stand in more than one of *lines*, each of them texts, in the order in which they are met."""
    found: Counter[str] = Counter()
    for texts in lines:
        found.update(list(dict.fromkeys(_pieces(texts))))
    return _repeated(found)


def own_pieces(texts: Sequence[str], shared: Mapping[str, int]) -> list[str]:
    """Return the pieces that stand more than once in *texts* and are not among those that all lines share."""
    return _repeated(Counter(piece for piece in _pieces(texts) if piece not in shared))


def _repeated(found: Counter[str]) -> list[str]:
    return [piece for piece, count in found.items() if count > 1 and len(piece) >= _SHORTEST]


def _pieces(texts: Iterable[str]) -> Iterable[str]:
    return (piece for text in texts for piece in _CUT.split(text) if piece)


def written(text: str, numbers: Mapping[str, int]) -> Written:
    """Return a text as it travels; *numbers*: where each piece stands in the list that the phone has.

    >>> written("<p>One<b>two</b><i>", {"<p>One": 7, "<b>two": 8})
    [7, 2, '</b><i>']
    """
    found: Written = []
    following = -1
    for piece in _pieces([text]):
        number = numbers.get(piece)
        if number is not None and number == following:
            found[-1] = int(found[-1]) + 1
        elif number is not None:
            found += [number, 1]
        elif found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
        following = -1 if number is None else number + 1
    return found
