"""Which characters count as one when a typed answer is compared, and why: one table, by language.

The folds hold for every answer, whatever its language: a learner may type a Russian word with an Uzbek keyboard. A fold stands here
only where it joins no two words that a course would ask to tell apart. What was decided against stands at the end of the table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Characters that are compared as `to`."""

    #: Languages (BCP 47) whose writers type either; "und" for all.
    languages: str
    characters: str
    to: str
    #: Where it is written that they are exchanged.
    source: str


FOLDS = (
    # Arabic script
    Fold(
        languages="ar fa ps ckb ur", characters="يىېۍ", to="ی", source="Unicode 17, 9.2: yeh, alef maksura, Farsi yeh"
    ),
    Fold(
        languages="ar fa ckb ur sd",
        characters="كڪ",
        to="ک",
        source="Unicode 17, 9.2: kaf and keheh; UTS 39 confusables",
    ),
    Fold(languages="ps", characters="ګ", to="گ", source="Unicode 17, 9.2: Pashto gaf; Farsi keyboards have گ only"),
    Fold(languages="ar", characters="أإآٱ", to="ا", source="CLDR root collation: hamza differs at the second level"),
    Fold(languages="ar", characters="ؤ", to="و", source="CLDR root collation: as above"),
    Fold(languages="ar", characters="ئ", to="ی", source="CLDR root collation: as above"),
    Fold(
        languages="ar fa ur ckb ug",
        characters="ةۀہۃھە",
        to="ه",
        source="Unicode 17, 9.2: forms of heh; Sorani is written with either, its vowel also as heh and ZWNJ",
    ),
    Fold(
        languages="ar fa",
        characters="ـٰ",
        to="",
        source="Unicode 17, 9.2: tatweel stretches a word; alef above is a vowel",
    ),
    Fold(
        languages="ar fa ur",
        characters="".join(map(chr, range(0x064B, 0x0660))),
        to="",
        source="Unicode 17, 9.2: tashkil may be written or left out",
    ),
    # Cyrillic and Latin letters
    Fold(languages="ru", characters="ёЁ", to="е", source="CLDR ru: ё is an auxiliary spelling; it is printed as е"),
    Fold(
        languages="tr az",
        characters="ı",
        to="i",
        source="Unicode SpecialCasing: I and i are pairs of others in Turkish",
    ),
    Fold(languages="ro", characters="șȘ", to="ş", source="Unicode 17, 7.1: s with comma, typed with cedilla"),
    Fold(languages="ro", characters="țȚ", to="ţ", source="Unicode 17, 7.1: t with comma, typed with cedilla"),
    # Marks inside words
    Fold(
        languages="en uk uz fr",
        characters="’‘‛ʼʻʽʾʿ`´ʹ′՚׳ꞌ",
        to="'",
        source="CLDR uz: U+02BB; CLDR uk: U+02BC; iOS types U+2019; UTS 39 confusables",
    ),
    Fold(languages="und", characters="‐‑‒–—―−֊־", to="-", source="Unicode property Dash"),
    Fold(languages="am ti", characters="፡", to=" ", source="Unicode 17, 19.1: Ethiopic wordspace"),
    Fold(languages="hy", characters="՛՜՞", to="", source="Unicode 17, 7.6: written over a vowel inside the word"),
    Fold(languages="und", characters='"«»‹›“”„‟″״「」『』《》〈〉', to="", source="Unicode property Quotation_Mark"),
    # Decided against, as each parts words: й and и, ї and і, ґ and г; ې would be kept from ی, were it not that Persian keyboards
    # have one only; å, ä, ö, õ and other letters with accents; Ethiopic letters that sound alike in Amharic but not in Tigrinya.
)
_TABLE = str.maketrans({char: fold.to for fold in FOLDS for char in fold.characters})
#: What closes a sentence or a list in the scripts that we know (Unicode property Terminal_Punctuation), and what a phone adds.
END_MARKS = " .,;:!?…。，、！？．،؛؟۔։።፣፤፥፦፧፨।॥၊။។៕჻"
_START_MARKS = " ¿¡…"
_BRACKETS = {"(": ")", "[": "]", "'": "'"}
#: Letters that are numbers (`str.isnumeric`) and that a pattern of a browser does not tell from other letters.
_NUMERALS = "一二三四五六七八九十百千万萬億亿兆零"
#: The same as JSON values, for scripts that compare words on a phone (`static/offline/shared.js`).
LETTERS: Mapping[str, object] = {
    "folds": {char: fold.to for fold in FOLDS for char in fold.characters},
    "ends": END_MARKS,
    "starts": _START_MARKS,
    "brackets": _BRACKETS,
    "numerals": _NUMERALS,
}
#: A dot over an i, which lowering a Turkish capital leaves behind (Unicode SpecialCasing).
_DOT_ABOVE = re.compile("(?<=i)\u0307")


def fold(text: str) -> str:
    """Return *text* with one character for those that are exchanged.

    >>> fold("İZMİR"), fold("ещё"), fold("oʻzbek")
    ('izmir', 'еще', "o'zbek")
    """
    # Before NFKC too: it takes a lone acute accent apart.
    lowered = unicodedata.normalize("NFKC", text.translate(_TABLE)).casefold()
    undotted = _DOT_ABOVE.sub("", unicodedata.normalize("NFKD", lowered))
    # Folding can undo the normal form, and composing bring back what is folded.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", undotted).translate(_TABLE))


def without_ends(text: str) -> str:
    """Return *text* without the marks around it: those that end a sentence, and one pair of brackets or quotation marks.

    >>> without_ends("(Kela)."), without_ends("¿Kela?")
    ('Kela', 'Kela')
    """
    bare = text.rstrip(END_MARKS).lstrip(_START_MARKS)
    if len(bare) > 2 and _BRACKETS.get(bare[0]) == bare[-1]:
        bare = bare[1:-1]
    return bare.rstrip(END_MARKS).lstrip(_START_MARKS)
