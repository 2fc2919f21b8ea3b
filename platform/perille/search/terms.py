"""Words as they are compared in a search: without accents, forms of letters and the endings that a language hangs on them.

Both sides go through `terms`, so that it matters little how somebody types: "kotikunnan" finds "kotikunta", and a word without its
Arabic article finds the one with it.
"""

from __future__ import annotations

import re
import unicodedata

from perille.api.folding import fold
from perille.core.letters import without_marks

#: Longest search in characters, and how many of its words count: no search costs more than these.
LONGEST_SEARCH = 80
MOST_TERMS = 8
#: Joined to the word that follows in Arabic: and, so, with, for, like; and the article.
_ARABIC_PREFIX = re.compile("^(?:[وف]?(?:ال|بال|لل|کال)|و(?=...))(?=..)")
#: What Persian joins by a sign that cannot be seen is typed as one word, and the beginning of a verb apart, too: "he hits".
_PERSIAN_JOINED = re.compile("\u200c|(?<![^\\W_])(ن?می) +(?=[؀-ۿ])")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")
#: Letters that are no letter with an accent to Unicode, and are typed without it where a keyboard lacks them.
_LATIN = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss"})
#: How many letters an inflected word may lose at its end, by its length, and still be told from others.
_STEMS = ((9, 3), (6, 2), (5, 1))


def terms(text: str) -> list[str]:
    r"""Return the words of *text* in their order, folded.

    >>> terms("Verokortti: Skatteverket, п'ять!")
    ['verokortti', 'skatteverket', 'пять']
    >>> terms("Ääkköset") == terms("aakkoset")
    True
    >>> terms("والمدرسة") == terms("مدرسه")
    True
    >>> terms("بالوحدة") == terms("وحدة")
    True
    >>> terms("می زند") == terms("می\u200cزند") == terms("میزند")
    True
    """
    return [_without_article(word) for word in _WORD.findall(_compared(text))]


def search_terms(text: str) -> list[str]:
    """Return the words of a search, each once and at most `MOST_TERMS`."""
    return list(dict.fromkeys(terms(text[:LONGEST_SEARCH])))[:MOST_TERMS]


def stem(term: str) -> str:
    """Return the beginning of a word that its other forms share; a number has none.

    >>> stem("kotikunnan"), stem("bank"), stem("школы"), stem("116117")
    ('kotikun', 'bank', 'школ', '116117')
    """
    if term.isdigit():
        return term
    for length, lost in _STEMS:
        if len(term) >= length:
            return term[:-lost]
    return term


def one_letter_apart(word: str, other: str) -> bool:
    """Tell whether one letter more, less, another, or two in each other's place make one word of the other.

    >>> [one_letter_apart("pasport", each) for each in ("passport", "pasort", "pazport", "psaport", "report")]
    [True, True, True, True, False]
    """
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    begin = next(
        (at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other))
    )
    one, two = word[begin:], other[begin:]
    return one[1:] == two[1:] or one[1:] == two or one == two[1:] or (one[1::-1] == two[:2] and one[2:] == two[2:])


def _compared(text: str) -> str:
    folded = _PERSIAN_JOINED.sub(r"\1", _APOSTROPHE.sub("", fold(text))).translate(_LATIN)
    # Digits of any script: a number is looked for as the reader's keyboard has it.
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in without_marks(folded))


def _without_article(word: str) -> str:
    if not "؀" <= word[0] <= "ۿ":
        return word
    # Twice: behind the article stands the letter, too, that looks like "and" where there is none.
    return _ARABIC_PREFIX.sub("", _ARABIC_PREFIX.sub("", word))
