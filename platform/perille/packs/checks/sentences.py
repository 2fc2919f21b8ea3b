"""The sentences of a piece of Markdown, in any language: one rule for style notes, easy versions and readability."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from perille.core.letters import collapse_whitespace
from perille.domain.course import PackKind
from perille.packs.checks.minutes import count_words

#: Words of a sentence that 99 of 100 in the shipped courses and modules do not exceed (November 2026). A language of which too few
#: texts are here has no figure.
MOST_WORDS: Mapping[PackKind, Mapping[str, int]] = {
    PackKind.COURSE: {
        "ar": 12,
        "en": 14,
        "es": 16,
        "et": 13,
        "fi": 11,
        "is": 14,
        "lt": 12,
        "prs": 15,
        "ru": 12,
        "sk": 13,
        "so": 15,
        "sv": 14,
        "uk": 12,
    },
    PackKind.MODULE: {"en": 21, "et": 19, "fi": 16, "sk": 19, "so": 20, "sv": 22},
}
#: The same in an easy version (DOMAIN 4.3: 8 to 12).
EASY_WORDS = 12
_SENTENCE_END = re.compile(r"(?<=[.!?:;؟۔۔।։።…])[»”\"')\]]*\s+")
#: A paragraph, an entry of a list, a cell.
_PART = re.compile(r"\n\s*\n|\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])|\||\n(?=:::)|(?<=:::)\n")
_CONTAINER = re.compile(r"^[ \t]*:::.*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_FACT = re.compile(r"\{fact:[^{}]*\}")
#: A fact inside a sentence: it counts as one word and, unlike the dots that are shown for it, does not end the sentence.
_FACT_INSIDE = "{fact:…}"
_MARKS = re.compile(r"^[ \t]*(?:[-*+#>]+|\d+[.)])[ \t]+|[*_`\\]|-{3,}", re.MULTILINE)


def plain_lines(text: str) -> str:
    r"""Return the words that are read, a paragraph, an entry or a cell on each line, and dots for each fact.

    >>> plain_lines("**Call** {fact: FI/emergency.number}\nat once.\n\n- [Sea](lesson:sea)")
    'Call … at once.\nSea'
    """
    return _lines(text).replace(_FACT_INSIDE, "…")


@lru_cache(maxsize=4_000)
def counted_sentences(text: str) -> tuple[tuple[int, str], ...]:
    """Return the words of each sentence and the sentence; a fact is one word.

    >>> counted_sentences("Call {fact: FI/emergency.number} now. It's free.")
    ((3, 'Call … now.'), (2, "It's free."))
    """
    found = (each for line in _lines(text).split("\n") for each in _SENTENCE_END.split(line))
    counted = ((count_words(each), each.replace(_FACT_INSIDE, "…")) for each in found)
    return tuple((count, each) for count, each in counted if count)


def _lines(text: str) -> str:
    parts = _PART.split(_CONTAINER.sub(":::", _FACT.sub(_FACT_INSIDE, text)))
    words = (_MARKS.sub("", _LINK.sub(r"\1", part)).replace(":::", " ") for part in parts)
    return "\n".join(collapse_whitespace(each) for each in words if each.strip())
