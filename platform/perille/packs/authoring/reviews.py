"""Reviews of translations: what nobody has read yet, and the mark that somebody has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polib

from perille.packs.authoring.catalogue_text import CatalogueText
from perille.packs.authoring.update import read_with_text
from perille.packs.format.translation import is_reviewed, mark_reviewed, review_hash
from perille.packs.source.diagnostics import Diagnostics, PackError

_MARK = "# reviewed "


def to_review(folder: Path, language: str) -> tuple[polib.POEntry, ...]:
    """Return the translations of a pack that wait for a review; outdated ones wait for their translator first.

    Raises PackError for a catalogue that cannot be read.
    """
    return tuple(entry for entry in _read(folder, language)[0] if _waits(entry))


def mark_all_reviewed(folder: Path, language: str, who: str, day: date, context: str = "") -> int:
    """Write on each translation that waits for a review that *who* (one word) has read it; return how many.

    *context*: only those whose msgctxt is this or begins with it and a slash. All other lines of the file stay.
    """
    parsed, text = _read(folder, language)
    marked = [
        entry for entry in parsed if _waits(entry) and f"{entry.msgctxt}/".startswith(f"{context}/" if context else "")
    ]
    entries = dict(text.entries)
    for entry in marked:
        mark_reviewed(entry, who, day)
        if id(entry) in entries:
            note = f"{_MARK}{review_hash(entry.msgid, entry.msgstr)} {who} {day.isoformat()}"
            entries[id(entry)] = _with_note(entries[id(entry)], note)
    if marked:
        path = folder / "translations" / f"{language}.po"
        path.write_text(replace(text, entries=entries).write(parsed, {}), "utf-8", newline=text.newline)
    return len(marked)


def _read(folder: Path, language: str) -> tuple[polib.POFile, CatalogueText]:
    diagnostics = Diagnostics()
    name = f"translations/{language}.po"
    path = folder / name
    if not path.exists():
        diagnostics.add(name, 1, "There is no such catalogue: run perille packs update")
    read = read_with_text(path, name, diagnostics) if path.exists() else None
    if read is None:
        raise PackError(diagnostics.all)
    return read


def _waits(entry: polib.POEntry) -> bool:
    translated = bool(entry.msgid and entry.msgstr) and not entry.obsolete and not entry.fuzzy
    return translated and not is_reviewed(entry)


def _with_note(lines: str, note: str) -> str:
    return "\n".join([note, *(line for line in lines.split("\n") if not line.startswith(_MARK))])
