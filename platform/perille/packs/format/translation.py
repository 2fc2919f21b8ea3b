"""Catalogues: the words of a pack in another language, looked up block by block and never by guess."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polib

from perille.domain.content import Text, TranslationState
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import Inline, has_words, inline

#: (msgctxt, msgid) of a block.
Key = tuple[str, str]

_PO_LINE = re.compile(r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*"\s*)?')
_LINE = re.compile(r"line (\d+)")
_REVIEWED = re.compile(r"^reviewed ([0-9a-f]{16}) (\S+) (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
_KEPT = ("facts", "link targets", "code", "pictures")
#: A gap of a gap-fill: each stands in every language, wherever its grammar wants it.
_GAP = re.compile(r"\(\(([a-z0-9-]+)\)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A translated block as its catalogue has it."""

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


def is_reviewed(entry: polib.POEntry) -> bool:
    """Tell whether the newest words of an entry have been reviewed."""
    return any(found[0] == review_hash(entry.msgid, entry.msgstr) for found in _REVIEWED.findall(entry.tcomment))


def parse_po(path: str, text: str, diagnostics: Diagnostics) -> polib.POFile | None:
    """Parse a catalogue; a broken one gives its faults and None."""
    # polib takes a line without its closing quote and drops a letter, so lines are looked at first.
    wrong = [number for number, line in enumerate(text.split("\n"), 1) if not _PO_LINE.fullmatch(line)]
    for number in wrong:
        diagnostics.add(
            path, number, "This is not a line of a gettext catalogue: look for a missing or unescaped quote"
        )
    if wrong:
        return None
    try:
        return polib.pofile(f"{text}\n", check_for_duplicates=False)
    except (OSError, ValueError, IndexError, AttributeError) as error:
        found = _LINE.search(str(error))
        diagnostics.add(path, int(found.group(1)) if found else 1, f"This is not a gettext catalogue: {error}")
        return None


def read_catalogue(path: str, language: str, text: str, wanted: frozenset[Key], diagnostics: Diagnostics) -> Catalogue:
    """Read a catalogue; a translation that does not keep what its source has is a fault. *wanted*: the pack's blocks."""
    parsed = parse_po(path, text, diagnostics)
    entries: dict[Key, Entry] = {}
    strangers = 0
    for entry in parsed or ():
        if entry.obsolete or not entry.msgid:
            continue
        key = (entry.msgctxt or "", entry.msgid)
        if key in entries:
            diagnostics.add(
                path, entry.linenum or 1, f'The block "{_short(entry.msgid)}" of {entry.msgctxt} stands twice'
            )
        elif key not in wanted:
            strangers += 1
        elif entry.msgstr:
            entries[key] = _read_entry(path, entry, diagnostics)
    if strangers:
        diagnostics.warn(path, 1, f"{strangers} entries belong to no block of the pack: run perille packs update")
    return Catalogue(path, language, entries)


def _read_entry(path: str, entry: polib.POEntry, diagnostics: Diagnostics) -> Entry:
    state = _state(entry)
    problems = list(differences(entry.msgid, entry.msgstr))
    if state is not TranslationState.OUTDATED:
        # An outdated translation belongs to an older source; it is only shown where it still fits.
        for problem in problems:
            diagnostics.add(path, entry.linenum or 1, f'{entry.msgctxt} "{_short(entry.msgid)}": {problem}')
    return Entry(entry.msgstr, state, entry.linenum or 1, not problems)


def _state(entry: polib.POEntry) -> TranslationState:
    if entry.fuzzy:
        return TranslationState.OUTDATED
    return TranslationState.REVIEWED if entry.tcomment and is_reviewed(entry) else TranslationState.DRAFT


def differences(msgid: str, msgstr: str) -> Iterable[str]:
    """Yield what a translation does not keep of its source: facts, link targets, code, pictures and gaps must be the same."""
    yield from _difference("gaps", Counter(_GAP.findall(msgid)), Counter(_GAP.findall(msgstr)))
    source, target = inline(msgid), inline(msgstr)
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
