"""Telling that a catalogue needs no update, without polib, which builds all that a program for writing needs.

Publishing a draft updates its catalogues in all languages, and nearly always nothing has changed in any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from perille.packs.format.catalogue_reader import CatalogueEntry, read_entries
from perille.packs.format.loading import Message

_OBSOLETE = re.compile(r"^[^\S\n]*#~", re.MULTILINE)


def missing_where_current(body: bytes, messages: Sequence[Message]) -> int | None:
    """Return how many blocks of a catalogue have no translation; None where it may have to change, as the whole update tells.

    *body*: the file. It stays as it is where its entries are the blocks, in their order, and what is obsolete stands after all of them.
    """
    entries = _entries(body)
    wanted = [(message.context, message.msgid) for message in messages]
    if (
        entries is None
        or [(entry.msgctxt, entry.msgid) for entry in entries] != wanted
        or len(set(wanted)) < len(wanted)
    ):
        return None
    return sum(not entry.msgstr for entry in entries)


def _entries(body: bytes) -> list[CatalogueEntry] | None:
    """Return the entries that are in use but the header; None where they cannot be read, or do not stand before all that is obsolete."""
    try:
        text = body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    obsolete = _OBSOLETE.search(text)
    if obsolete and not _is_comment(text[obsolete.start() :]):
        return None
    found = read_entries(text[: obsolete.start()] if obsolete else text, lambda _line, _fault: None)
    return None if found is None else [entry for entry in found if entry.msgid]


def _is_comment(text: str) -> bool:
    """Tell whether each line is a comment, as an obsolete entry is, or empty."""
    return all(line.lstrip()[:1] in ("", "#") for line in text.split("\n"))
