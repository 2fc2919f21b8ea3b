"""Translating a draft block by block: what is missing, outdated, a draft or reviewed; a save changes its own lines alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polib

from perille.domain.content import TranslationState
from perille.packs.authoring.catalogue_text import CatalogueText, split_catalogue
from perille.packs.authoring.current_catalogue import missing_where_current
from perille.packs.authoring.update import UpdateReport, new_catalogue, update_catalogue
from perille.packs.format.loading import LoadedPack, messages_of, translation_check
from perille.packs.format.translation import differences, is_reviewed, mark_reviewed, parse_po
from perille.packs.source.diagnostics import Diagnostics
from perille.studio.pasted import clean

#: The byte order mark with which some programs begin a file.
_MARK = "\ufeff"


class UnreadableCatalogue(ValueError):
    """A catalogue that cannot be read, so that nothing is written into it."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A block and its translation."""

    context: str
    source: str
    words: str
    state: TranslationState
    #: What it was translated from, of one that is outdated.
    previous: str
    #: What the translation does not keep of its source, in English.
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TranslatedBlock:
    """The translation of one block, as a file has it."""

    context: str
    source: str
    words: str
    #: Whether the file does not say that somebody has translated them: they may be what was there before.
    is_unsure: bool = False


@dataclass(slots=True)
class ImportCounts:
    """How many translations of a file were taken, were here already, and belong to words that are not here."""

    changed: int = 0
    same: int = 0
    unknown: int = 0
    #: The sources of those that stay as they are here.
    kept: list[str] = field(default_factory=list)
    #: Context and words of those that were taken.
    written: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _OpenCatalogue:
    """A catalogue as the newest source wants it, and the lines that it came in."""

    catalogue: polib.POFile
    text: CatalogueText
    report: UpdateReport
    had_mark: bool


def _open(pack: LoadedPack, language: str) -> _OpenCatalogue:
    path = path_of(language)
    body = pack.files.files.get(path, b"").decode("utf-8", "replace")
    had_mark, body = body.startswith(_MARK), body.removeprefix(_MARK)
    report = UpdateReport(Path(path))
    if not body.strip():
        made = update_catalogue(
            new_catalogue(pack.manifest.id, pack.manifest.version, language), messages_of(pack), report
        )
        return _OpenCatalogue(made, CatalogueText(), report, had_mark)
    parsed = parse_po(path, body, Diagnostics())
    if parsed is None:
        raise UnreadableCatalogue(path)
    text = split_catalogue(body, parsed)
    return _OpenCatalogue(update_catalogue(parsed, messages_of(pack), report), text, report, had_mark)


def path_of(language: str) -> str:
    """Return the path of a language's catalogue."""
    return f"translations/{language}.po"


def translations(pack: LoadedPack, language: str) -> list[Translation]:
    """Return every block of a draft with its translation, in the order of the course; raise UnreadableCatalogue."""
    check = translation_check(pack.banks)
    return [
        _translation(entry, tuple(check(entry.msgctxt or "", entry.msgid, entry.msgstr)))
        for entry in _living(pack, language)
    ]


def seen_by_learners(pack: LoadedPack, every: Iterable[Translation]) -> int:
    """Return how many blocks learners see translated: those that fit their source, also where it has changed since."""
    check = translation_check(pack.banks)
    return sum(
        bool(each.words)
        and not any((*check(each.context, each.source, each.words), *differences(each.source, each.words)))
        for each in every
    )


def _living(pack: LoadedPack, language: str) -> Sequence[polib.POEntry]:
    return [entry for entry in _open(pack, language).catalogue if entry.msgid and not entry.obsolete]


def _translation(entry: polib.POEntry, told: tuple[str, ...]) -> Translation:
    state = _state(entry)
    problems = (
        (*told, *differences(entry.msgid, entry.msgstr))
        if entry.msgstr and state is not TranslationState.OUTDATED
        else ()
    )
    return Translation(entry.msgctxt or "", entry.msgid, entry.msgstr, state, entry.previous_msgid or "", problems)


def _state(entry: polib.POEntry) -> TranslationState:
    if not entry.msgstr:
        return TranslationState.MISSING
    if entry.fuzzy:
        return TranslationState.OUTDATED
    return TranslationState.REVIEWED if entry.tcomment and is_reviewed(entry) else TranslationState.DRAFT


def updated(pack: LoadedPack, language: str) -> bytes | None:
    """Return the catalogue brought up to date with the source, as `perille packs update` does; None where it is, or cannot be read."""
    if missing_where_current(pack.files.files.get(path_of(language), b""), messages_of(pack)) is not None:
        return None
    try:
        opened = _open(pack, language)
    except UnreadableCatalogue:
        return None
    return _written(opened) if opened.report.changed else None


def counts(found: Sequence[Translation]) -> Mapping[TranslationState, int]:
    """Return how many blocks are in each state."""
    return Counter(each.state for each in found)


def translate(pack: LoadedPack, language: str, context: str, source: str, words: str) -> bytes | None:
    """Return the catalogue with a translation, which is a draft again where its words changed; None where there is no such block."""
    opened = _open(pack, language)
    entry = _find(opened, context, source)
    if entry is None:
        return None
    if entry.msgstr == words and not entry.fuzzy:
        return _written(opened)
    _set_words(entry, words)
    return _written(opened, entry)


def _set_words(entry: polib.POEntry, words: str) -> None:
    entry.msgstr = words
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.previous_msgid = entry.previous_msgctxt = None


def catalogue_file(pack: LoadedPack, language: str) -> bytes:
    """Return the catalogue brought up to date with the source; raise UnreadableCatalogue."""
    return _written(_open(pack, language)) or b""


def pack_of_catalogue(pack: LoadedPack, language: str) -> str:
    """Return the pack that a catalogue says it is of: that of a copy names what it was copied from. Raise UnreadableCatalogue."""
    name: str = _open(pack, language).catalogue.metadata.get("Project-Id-Version") or ""
    return name.partition(" ")[0]


def take_words(
    pack: LoadedPack, language: str, found: Sequence[TranslatedBlock], *, kept: Collection[tuple[str, str]] = ()
) -> tuple[bytes | None, ImportCounts]:
    """Return the catalogue with the translations of a file, None where nothing changes; raise UnreadableCatalogue.

    *kept*: context and source of blocks whose words stay; `ImportCounts.kept` says which of them the file has others for. What
    changes is a draft again. Words that are here already make no outdated translation current unless the file says so.
    """
    opened, taken = _open(pack, language), ImportCounts()
    known = _by_block(opened.catalogue)
    changed = []
    for each in found:
        entry = known.get((each.context, each.source))
        words = _words_for(entry, each)
        if entry is None or not words:
            taken.unknown += 1
        elif _says(entry, words, is_unsure=each.is_unsure):
            taken.same += 1
        elif (each.context, each.source) in kept:
            taken.kept.append(each.source)
        else:
            _set_words(entry, words)
            changed.append(entry)
    taken.changed = len(changed)
    taken.written = [(each.msgctxt or "", each.msgstr) for each in changed]
    return (_written(opened, *changed) if changed else None), taken


def _by_block(catalogue: polib.POFile) -> dict[tuple[str, str], polib.POEntry]:
    """Return the entries that the source still has, by the context and source of their block."""
    return {(each.msgctxt or "", each.msgid): each for each in catalogue if not each.obsolete}


def _words_for(entry: polib.POEntry | None, sent: TranslatedBlock) -> str:
    """Return the words of a file as they are kept; to the letter where they are here already, so that nothing changes."""
    return sent.words if entry is not None and entry.msgstr == sent.words else clean(sent.words)


def _says(entry: polib.POEntry, words: str, *, is_unsure: bool) -> bool:
    """Tell whether there is nothing to take: an outdated translation becomes current by the same words of somebody who is sure."""
    return entry.msgstr == words and (is_unsure or not entry.fuzzy)


def review(pack: LoadedPack, language: str, context: str, source: str, words: str, who: str, day: date) -> bytes | None:
    """Return the catalogue with a translation marked as reviewed as it stands; None where its words are others by now."""
    opened = _open(pack, language)
    entry = _find(opened, context, source)
    if entry is None or entry.msgstr != words or entry.fuzzy or not words:
        return None
    mark_reviewed(entry, who, day)
    return _written(opened, entry)


def approve(pack: LoadedPack, language: str, who: str, day: date) -> bytes:
    """Return the catalogue with every draft marked as reviewed as it stands; raise UnreadableCatalogue."""
    opened = _open(pack, language)
    drafts = [each for each in opened.catalogue if not each.obsolete and _state(each) is TranslationState.DRAFT]
    for entry in drafts:
        mark_reviewed(entry, who, day)
    return _written(opened, *drafts)


def _find(opened: _OpenCatalogue, context: str, source: str) -> polib.POEntry | None:
    return next((each for each in opened.catalogue if (each.msgctxt or "") == context and each.msgid == source), None)


def _written(opened: _OpenCatalogue, *changed: polib.POEntry) -> bytes:
    """Return the lines of a catalogue; those of every entry but the changed ones are as they were read."""
    gone = {id(each) for each in changed}
    text = opened.text
    text = replace(text, entries={key: lines for key, lines in text.entries.items() if key not in gone})
    for number in gone:
        opened.report.earlier.pop(number, None)
    lines = text.write(opened.catalogue, opened.report.earlier)
    body = lines if text.newline == "\n" else lines.replace("\n", text.newline)
    return (_MARK + body if opened.had_mark else body).encode()
