"""Writing a changed catalogue with as few changed lines as possible.

Poedit, Weblate, Crowdin and msgcat each wrap lines in their own way. An entry in which nothing changed is written as it
was read, line for line, so that a difference shows only what the update did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polib

#: A line of a translation: `msgstr "..."` or `msgstr[0] "..."`, also of an obsolete entry.
_MSGSTR = re.compile(r"(?:#~\s*)?msgstr\b")
#: A further line of the string before it.
_CONTINUED = re.compile(r'(?:#~\s*)?"')
_MSGID = re.compile(r'(?:#~\s*)?msgid\s+"')
_OBSOLETE = re.compile(r"^#~\s*msgid", re.MULTILINE)
#: A catalogue with a longer line than this was saved by a program that does not wrap.
_LONGEST_WRAPPED = 120
_WRAP = 78


@dataclass(frozen=True)
class CatalogueText:
    """The text of a catalogue, by entry."""

    #: The header with its comments, or "" where there is none.
    header: str = ""
    #: id() of an entry as polib parsed it -> its lines. Empty where the entries could not be told apart.
    entries: Mapping[int, str] = field(default_factory=dict)
    #: The end of each line.
    newline: str = "\n"
    #: Column at which a new entry is wrapped; 0: not at all.
    wrap: int = _WRAP

    def write(self, catalogue: polib.POFile, earlier: Mapping[int, polib.POEntry]) -> str:
        """Return the text of *catalogue*; *earlier*: id() of a changed entry -> the entry whose translation it keeps."""
        head = self.header or _header(catalogue)
        parts = [head, *(self._entry(entry, earlier.get(id(entry))) for entry in catalogue)]
        return "\n\n".join(parts) + "\n"

    def _entry(self, entry: polib.POEntry, earlier: polib.POEntry | None) -> str:
        kept = self.entries.get(id(entry), "")
        if kept and bool(_OBSOLETE.search(kept)) == bool(entry.obsolete):
            return kept
        written = entry.__unicode__(wrapwidth=self.wrap).rstrip("\n")
        old = self.entries.get(id(earlier), "") if earlier is not None else ""
        if not old or entry.obsolete:
            return written
        # The translation itself is the same: so are its lines.
        return "\n".join([*_before_msgstr(written), *_from_msgstr(old)])


def split_catalogue(text: str, parsed: polib.POFile) -> CatalogueText:
    """Return the lines of each entry of *parsed*, which polib made of *text* (lines end in LF or CRLF)."""
    newline = "\r\n" if "\r\n" in text else "\n"
    segments = list(_segments(text.replace("\r\n", "\n").split("\n")))
    header = next((each for each in segments if _is_header(each)), "")
    bodies = [each for each in segments if each is not header]
    wrap = 0 if any(len(line) > _LONGEST_WRAPPED for line in text.split("\n")) else _WRAP
    same = len(bodies) == len(parsed)
    entries = {id(entry): body for entry, body in zip(parsed, bodies, strict=True)} if same else {}
    return CatalogueText(header, entries, newline, wrap)


def _segments(lines: list[str]) -> Iterator[str]:
    """Yield the lines of each entry, comments first; comments after the last entry are of none and are left out."""
    current: list[str] = []
    translated = False
    for line in lines:
        if translated and not (_MSGSTR.match(line) or _CONTINUED.match(line)):
            yield "\n".join(current)
            current, translated = [], False
        if line.strip():
            current.append(line)
            translated = translated or bool(_MSGSTR.match(line))
    if translated:
        yield "\n".join(current)


def _is_header(segment: str) -> bool:
    """Tell whether an entry is the header: its msgid is empty, on all of its lines."""
    lines = segment.split("\n")
    start = next((place for place, line in enumerate(lines) if _MSGID.match(line)), None)
    if start is None or _OBSOLETE.search(segment) or any(line.startswith("msgctxt") for line in lines):
        return False
    return lines[start].rstrip().endswith('msgid ""') and not lines[start + 1].startswith('"')


def _header(catalogue: polib.POFile) -> str:
    alone = polib.POFile(encoding="utf-8")
    alone.header, alone.metadata, alone.metadata_is_fuzzy = (
        catalogue.header,
        catalogue.metadata,
        catalogue.metadata_is_fuzzy,
    )
    return str(alone).rstrip("\n")


def _before_msgstr(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[: next(place for place, line in enumerate(lines) if _MSGSTR.match(line))]


def _from_msgstr(text: str) -> list[str]:
    return text.split("\n")[len(_before_msgstr(text)) :]
