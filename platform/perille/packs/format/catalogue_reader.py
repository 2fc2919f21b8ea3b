"""Reading catalogues of gettext, for who only wants their words.

Packs have some hundred catalogues of a thousand entries, and all of them are read whenever packs are published. What is read here is the
same as polib gives, without what only a program that writes catalogues needs: obsolete entries, old sources, the forms of plurals.
One pattern takes a whole entry, so that the work of each line is done by the engine of patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

_SPACE = r"[^\S\n]*+"
_END = rf"{_SPACE}(?:\n|\Z)(?:{_SPACE}\n)*+"
_WORDS = r'[^"\\\n]*+(?:\\.[^"\\\n]*+)*+'
_LINE_OF_WORDS = rf'{_SPACE}"{_WORDS}"{_END}'
#: All lines of a string; empty ones may stand between them.
_STRING = rf"[^\S\n]++((?:{_LINE_OF_WORDS})++)"
_NOT_KEPT = rf"[^\S\n]++(?:{_LINE_OF_WORDS})++"
_COMMENTS = rf"(?:{_SPACE}(?:\#(?!~)[^\n]*+)?\n)*+"
#: Comments before an obsolete entry are its own, and go with it.
_OBSOLETE = re.compile(rf"(?:{_COMMENTS}(?:{_SPACE}\#~[^\n]*+(?:\n|\Z))++)*+")
_ENTRY = re.compile(
    rf"\s*+({_COMMENTS})"
    rf"(?:{_SPACE}msgctxt{_STRING})?{_SPACE}msgid{_STRING}"
    rf"(?:{_SPACE}msgstr{_STRING}|(?:{_SPACE}msgid_plural{_NOT_KEPT})?(?:{_SPACE}msgstr\[\d\]{_NOT_KEPT})++)"
)
_NOTHING = re.compile(r"(?:\s++|#[^\n]*+)*+\Z")
_QUOTED = re.compile(f'"({_WORDS})"')
_ESCAPED = re.compile(r'\\([\\ntrvbf"])')
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "b": "\b", "f": "\f"}
#: What follows # where a comment is not one of a translator.
_SIGNS = frozenset(".,:|~")
_LANGUAGE = re.compile(r"^Language:(.*)$", re.MULTILINE)

#: What may stand on a line of a catalogue.
_LINE = re.compile(r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\])\s+)?"(?:[^"\\]|\\.)*"\s*)?')
_COMMENT, _MORE, _FORM = "a comment", "a further line", "msgstr[0]"
#: What a line begins with -> what the next line may begin with.
_FOLLOWS = {
    "": (_COMMENT, "msgctxt", "msgid"),
    _COMMENT: (_COMMENT, "msgctxt", "msgid"),
    "msgctxt": (_MORE, "msgid"),
    "msgid": (_MORE, "msgid_plural", "msgstr", _FORM),
    "msgid_plural": (_MORE, _FORM),
    "msgstr": (_MORE, _COMMENT, "msgctxt", "msgid"),
    _FORM: (_MORE, _FORM, _COMMENT, "msgctxt", "msgid"),
}
_NO_LINE = "This is not a line of a gettext catalogue: look for a missing or unescaped quote"
_MERGE = (
    "A merge has left its mark here: keep one of the two versions and delete the lines <<<<<<<, ======= and >>>>>>>"
)
_ORDER = (
    "This is not a gettext catalogue: an entry is msgctxt, where there is one, then msgid, then msgstr; here stands"
)
_UNENDED = "This is not a gettext catalogue: its last entry has no msgstr"

#: Catalogues that stay read: publishing a draft asks for each of its languages up to five times, as it was and as it is.
_TEXTS_KEPT = 16
#: Letters of a catalogue up to which it stays read: more than any that ships has. The largest sixteen of these take 18 MB in each
#: process; what somebody uploads to take most, tens of thousands of entries of a word, 90 MB.
_LETTERS_KEPT = 400_000
#: Takes a line, counted from 1, and what is wrong there.
Fault = Callable[[int, str], None]


class CatalogueEntry(NamedTuple):
    """An entry that is in use. Its parts are called as in gettext, and as polib calls them."""

    msgctxt: str
    msgid: str
    #: "" where it is not translated, or has forms of a plural, which no block of a pack has.
    msgstr: str
    #: Line of its first comment, or of its first word, counted from 1.
    linenum: int
    fuzzy: bool = False
    #: What translators noted, a line each, without its sign.
    tcomment: str = ""


def read_entries(text: str, fault: Fault) -> Sequence[CatalogueEntry] | None:
    """Return the entries of a catalogue that are not obsolete, the header among them (its msgid is "").

    *text*: the file, lines ending in LF. A file that is no catalogue gives None, and each line that makes it none is told to *fault*.
    """
    found = _entries(text) if len(text) <= _LETTERS_KEPT else _entries.__wrapped__(text)
    if found is None:
        _tell(text, fault)
    return found


@lru_cache(maxsize=_TEXTS_KEPT)
def _entries(text: str) -> tuple[CatalogueEntry, ...] | None:
    """Return the entries of a catalogue, None where a file is none."""
    found: list[CatalogueEntry] = []
    place, line = 0, 1
    has_obsolete = "#~" in text
    while True:
        start = place
        if has_obsolete and (passed := _OBSOLETE.match(text, place)):
            place = passed.end()
        match = _ENTRY.match(text, place)
        if match is None:
            break
        first = match.start(1)
        if first != start:
            line += text.count("\n", start, first)
        found.append(_entry(match, line))
        place = match.end()
        line += text.count("\n", first, place)
    return tuple(found) if _NOTHING.match(text, place) else None


def language_of(header: CatalogueEntry) -> str:
    """Return the language that a header names, "" where it names none; without a country or a script."""
    said = _LANGUAGE.search(header.msgstr)
    return re.split("[_@-]", said[1].strip())[0] if said else ""


def _entry(match: re.Match[str], line: int) -> CatalogueEntry:
    comments, context, msgid, msgstr = match.groups('""')
    fuzzy, note = _noted(comments) if comments else (False, "")
    return CatalogueEntry(_string(context), _string(msgid), _string(msgstr), line, fuzzy, note)


def _string(lines: str) -> str:
    words = lines.rstrip()[1:-1].replace('"\n"', "")
    if "\n" in words:
        words = "".join(_QUOTED.findall(lines))
    return _ESCAPED.sub(_meant, words) if "\\" in words else words


def _meant(found: re.Match[str]) -> str:
    return _MEANT.get(found[1], found[1])


@lru_cache(maxsize=2_000)
def _noted(comments: str) -> tuple[bool, str]:
    """Return whether comments say that an entry is outdated, and what translators noted."""
    lines = [each.strip() for each in comments.split("\n")]
    fuzzy = any(each.startswith("#,") and "fuzzy" in map(str.strip, each[2:].split(",")) for each in lines)
    notes = (each.lstrip("#").removeprefix(" ") for each in lines if each[:1] == "#" and each[1:2] not in _SIGNS)
    return fuzzy, "\n".join(notes)


def _tell(text: str, fault: Fault) -> None:
    """Tell which lines are none of a catalogue; where each could be one, the first that cannot follow what stands before it."""
    lines = text.split("\n")
    found = [_LINE.fullmatch(each) for each in lines]
    for number, (line, match) in enumerate(zip(lines, found, strict=True), 1):
        if match is None:
            fault(number, _MERGE if line.startswith(("<<<<<<<", "=======", ">>>>>>>")) else _NO_LINE)
    if None in found:
        return
    before = ""
    for number, line in enumerate(lines, 1):
        word = _first_word(line)
        if word and word not in _FOLLOWS[before]:
            fault(number, f"{_ORDER} {word}")
            return
        before = word if word not in ("", _MORE) else before
    fault(len(lines), _UNENDED)


def _first_word(line: str) -> str:
    """Return what a line begins with, as `_FOLLOWS` names it; "" of an empty line."""
    word = line.split(maxsplit=1)[0] if line.strip() else ""
    if word.startswith(("#", '"')):
        return _COMMENT if word.startswith("#") else _MORE
    return _FORM if word.startswith("msgstr[") else word
