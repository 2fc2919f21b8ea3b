"""Catalogues: the words of a pack in another language, looked up block by block and never by guess."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple

import polib

from perille.domain.content import Text, TranslationState
from perille.packs.format.catalogue_reader import CatalogueEntry, language_of, read_entries
from perille.packs.format.errands import structure_problems
from perille.packs.format.lesson_model import BlockForm
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import Inline, has_words, inline

#: (msgctxt, msgid) of a block.
Key = tuple[str, str]
#: Takes msgctxt, msgid and msgstr; returns what the translation does not keep.
Check = Callable[[str, str, str], Iterable[str]]

_LINE = re.compile(r"line (\d+)")
_REVIEWED = re.compile(r"^reviewed ([0-9a-f]{16}) (\S+) (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
#: Comments that gettext takes and polib does not: "#note", "#,fuzzy", '#~msgid "a"', and "#~" or "#|" before anything else.
_TIGHT = re.compile(
    r'^([^\S\n]*)#(?:([.,:])(?=\S)|(~\||[~|])[^\S\n]*(?=(?:msg[a-z_]+(?:\[\d\])?[^\S\n]*)?")|(?=[^\s#.,:]))',
    re.MULTILINE,
)
#: Of a block that was parsed, all but its words.
_BESIDE_WORDS = slice(2, None)
_KEPT = ("facts", "link targets", "code", "pictures")
#: What begins a heading, a list or a quotation in a lesson, and stands outside the words of a block.
_STARTS_BLOCK = re.compile(r"\s*(#{1,6}|[-*+>]|\d+[.)])\s")


class Entry(NamedTuple):
    """A translated block as its catalogue has it; a tuple, as it is made for each block in each language."""

    msgstr: str
    state: TranslationState
    line: int
    #: Whether the words keep the facts, links and code of their source, so that they can be shown.
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations of one language."""

    path: str
    language: str
    entries: Mapping[Key, Entry] = field(default_factory=dict)


def review_hash(msgid: str, msgstr: str) -> str:
    """Return the hash that a review names; the review counts no more once either has changed."""
    return hashlib.sha256(f"{msgid}\x04{msgstr}".encode()).hexdigest()[:16]


def mark_reviewed(entry: polib.POEntry, who: str, day: date) -> None:
    """Write on an entry that *who* (one word) has reviewed it as it stands."""
    note = f"reviewed {review_hash(entry.msgid, entry.msgstr)} {who} {day.isoformat()}"
    others = [line for line in entry.tcomment.splitlines() if not _REVIEWED.match(line)]
    entry.tcomment = "\n".join([*others, note])
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]


def is_reviewed(entry: polib.POEntry | CatalogueEntry) -> bool:
    """Tell whether the newest words of an entry have been reviewed."""
    return any(found[0] == review_hash(entry.msgid, entry.msgstr) for found in _REVIEWED.findall(entry.tcomment))


class _PoText(str):
    """Text that polib splits where gettext does: it would take a vertical tab, U+0085 or U+2028 for the end of a line."""

    __slots__ = ()

    def splitlines(self, keepends: bool = False) -> list[str]:
        """Return the lines, which end in LF alone; *keepends* is not used by polib's parser."""
        return self.split("\n")


def parse_po(path: str, text: str, diagnostics: Diagnostics) -> polib.POFile | None:
    """Parse a catalogue that is to be written again; a broken one gives its faults and None."""
    # polib takes a line without its closing quote and drops a letter, so our own reader looks first.
    if read_entries(text, partial(diagnostics.add_root, path)) is None:
        return None
    try:
        return polib.pofile(_PoText(f"{_TIGHT.sub(_apart, text)}\n"), check_for_duplicates=False)
    except (OSError, ValueError, IndexError, AttributeError) as error:
        found = _LINE.search(str(error))
        diagnostics.add_root(path, int(found.group(1)) if found else 1, f"This is not a gettext catalogue: {error}")
        return None


def _apart(found: re.Match[str]) -> str:
    """Return the beginning of a comment with the space that polib wants after its sign."""
    return f"{found[1]}#{found[2] or found[3] or ''} "


def read_catalogue(
    path: str,
    language: str,
    text: str,
    wanted: Mapping[Key, BlockForm],
    diagnostics: Diagnostics,
    check: Check = lambda _context, _msgid, _msgstr: (),
) -> Catalogue:
    """Read a catalogue; a translation that does not keep what its source has is a fault.

    *wanted*: the pack's blocks. *check* tells what else a translation of a block does not keep, as question types know it.
    """
    found = read_entries(text, partial(diagnostics.add_root, path)) or ()
    check_duplicates(path, found, diagnostics)
    _check_language(path, language, text, found, diagnostics)
    entries: dict[Key, Entry] = {}
    strangers = 0
    for entry in found:
        if not entry.msgid:
            continue
        key = (entry.msgctxt, entry.msgid)
        if key in entries:
            continue
        if key not in wanted:
            strangers += 1
        elif entry.msgstr:
            entries[key] = _read_entry(path, entry, wanted[key], diagnostics, check)
    if strangers:
        diagnostics.warn(path, 1, f"{strangers} entries belong to no block of the pack: run perille packs update")
    return Catalogue(path, language, entries)


def _check_language(
    path: str, language: str, text: str, entries: Iterable[CatalogueEntry], diagnostics: Diagnostics
) -> None:
    """Add a fault where the header names another language than the file: somebody has saved it under the wrong name."""
    header = next((each for each in entries if not each.msgid), None)
    said = language_of(header) if header is not None else ""
    if said and said != language:
        lines = text.split("\n")
        line = next((number for number, each in enumerate(lines, 1) if each.startswith('"Language:')), 1)
        diagnostics.add(path, line, f'The header says "Language: {said}", and the file is that of "{language}"')


def check_duplicates(path: str, entries: Iterable[polib.POEntry | CatalogueEntry], diagnostics: Diagnostics) -> None:
    """Add a fault for each block that stands twice among entries in use, as after a bad merge, with the lines of both."""
    first: dict[Key, int] = {}
    for entry in entries:
        if not entry.msgid:
            continue
        here = entry.linenum or 1
        line = first.setdefault((entry.msgctxt or "", entry.msgid), here)
        if line != here:
            message = f'The block "{_short(entry.msgid)}" of {entry.msgctxt} stands twice: on line {line} too. Keep one'
            diagnostics.add(path, here, message)


def _read_entry(path: str, entry: CatalogueEntry, form: BlockForm, diagnostics: Diagnostics, check: Check) -> Entry:
    state = _state(entry)
    problems = [
        *check(entry.msgctxt, entry.msgid, entry.msgstr),
        *differences(entry.msgid, entry.msgstr),
        *(() if form is BlockForm.PLAIN else structure_problems(form, entry.msgid, entry.msgstr)),
    ]
    if state is not TranslationState.OUTDATED:
        # An outdated translation belongs to an older source; it is only shown where it still fits.
        for problem in problems:
            diagnostics.add(path, entry.linenum, f'{entry.msgctxt} "{_short(entry.msgid)}": {problem}')
    return Entry(entry.msgstr, state, entry.linenum, not problems)


def _state(entry: CatalogueEntry) -> TranslationState:
    if entry.fuzzy:
        return TranslationState.OUTDATED
    return TranslationState.REVIEWED if entry.tcomment and is_reviewed(entry) else TranslationState.DRAFT


def differences(msgid: str, msgstr: str) -> Iterable[str]:
    """Return what a translation does not keep of its source: facts, link targets, code and pictures must be the same."""
    source, target = inline(msgid), inline(msgstr)
    begun = _STARTS_BLOCK.match(msgstr)
    if begun is None and source[_BESIDE_WORDS] == target[_BESIDE_WORDS]:  # as most are
        return target.diagnostics
    return tuple(_differences(msgid, begun, source, target))


def _differences(msgid: str, begun: re.Match[str] | None, source: Inline, target: Inline) -> Iterable[str]:
    if begun and not _STARTS_BLOCK.match(msgid):
        yield f'the translation begins with "{begun[1]}", which readers would see: its source has none'
    if source.keeps == target.keeps:
        yield from target.diagnostics
        return
    for name, ours, theirs in zip(_KEPT, source.keeps, target.keeps, strict=True):
        yield from _difference(name, Counter(ours), Counter(theirs))


def _difference(name: str, source: Counter[str], target: Counter[str]) -> Iterable[str]:
    lost, added = sorted((source - target).elements()), sorted((target - source).elements())
    told = [f"lacks {name} of its source: {', '.join(lost)}"] if lost else []
    told += [f"has {name} that its source has not: {', '.join(added)}"] if added else []
    if told:
        yield f"the translation {' and '.join(told)}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


@dataclass(slots=True)
class Translator:
    """Gives the words of one pack in one language, and counts their states."""

    language: str
    source_language: str
    catalogue: Catalogue | None
    states: Counter[str] = field(default_factory=Counter)

    def text(self, context: str, msgid: str, *, exact: bool = False) -> Text:
        """Return a block's words. *exact*: an outdated translation is not good enough, as where answers are marked."""
        entry = self._entry(context, msgid)
        state = self._state(msgid, entry)
        self.states[state] += 1
        shown = entry is not None and entry.fits and not (exact and state is TranslationState.OUTDATED)
        words: Inline = inline(entry.msgstr if entry and shown else msgid)
        same = shown or state is TranslationState.SOURCE
        return Text(
            html=words.html, plain=words.plain, language=self.language if same else self.source_language, state=state
        )

    def _entry(self, context: str, msgid: str) -> Entry | None:
        return self.catalogue.entries.get((context, msgid)) if self.catalogue else None

    def _state(self, msgid: str, entry: Entry | None) -> TranslationState:
        if self.language == self.source_language or not has_words(msgid):
            return TranslationState.SOURCE
        return TranslationState.MISSING if entry is None else entry.state
