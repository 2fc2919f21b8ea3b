"""Bringing catalogues up to date after the source has changed, without losing a translator's work.

Old and new blocks are paired file by file: what is the same stays; what stands in the same place and looks alike, or has
the same words elsewhere, keeps its translation as *outdated* with the old source beside it; what is gone is kept as obsolete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

import polib

from perille.core.i18n import LANGUAGES
from perille.domain.line_changes import line_runs
from perille.packs.authoring.catalogue_text import CatalogueText, split_catalogue
from perille.packs.authoring.current_catalogue import missing_where_current
from perille.packs.format.loading import LoadedPack, Message, messages_of
from perille.packs.format.translation import Key, check_duplicates, parse_po
from perille.packs.source.diagnostics import Diagnostics, PackError
from perille.packs.source.files import NOT_UTF8

#: How alike two blocks of a replaced run must be (0 to 1) for the old translation to be of use to the translator.
ALIKE = 0.5
#: A run of more pairs than this is not compared one by one.
_MOST_PAIRS = 4000


@dataclass(slots=True)
class UpdateReport:
    """What happened to one catalogue."""

    path: Path
    created: bool = False
    changed: bool = False
    #: How many blocks are new, outdated now, and gone.
    added: int = 0
    outdated: int = 0
    gone: int = 0
    #: How many blocks have no translation, new ones included.
    missing: int = 0
    #: id() of an entry that is outdated now -> the entry whose translation it keeps.
    earlier: dict[int, polib.POEntry] = field(default_factory=dict)


def update_folder(folder: Path, pack: LoadedPack) -> tuple[UpdateReport, ...]:
    """Update every catalogue of a pack's manifest, or make it; raise PackError for a broken one."""
    diagnostics = Diagnostics()
    messages = messages_of(pack)
    reports = tuple(
        _update_file(folder, language, pack, messages, diagnostics) for language in pack.manifest.translated_into
    )
    if diagnostics.errors:
        raise PackError(diagnostics.all)
    return tuple(report for report in reports if report is not None)


def _update_file(
    folder: Path, language: str, pack: LoadedPack, messages: Sequence[Message], diagnostics: Diagnostics
) -> UpdateReport | None:
    path = folder / "translations" / f"{language}.po"
    report = UpdateReport(path)
    text = CatalogueText()
    if path.exists():
        missing = missing_where_current(path.read_bytes(), messages)
        if missing is not None:
            report.missing = missing
            return report
        read = read_with_text(path, f"translations/{language}.po", diagnostics)
        if read is None:
            return None
        old, text = read
    else:
        old = new_catalogue(pack.manifest.id, pack.manifest.version, language)
        report.created = True
    new = update_catalogue(old, messages, report)
    if report.created or report.changed:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.write(new, report.earlier), "utf-8", newline=text.newline)
    return report


def read_with_text(path: Path, name: str, diagnostics: Diagnostics) -> tuple[polib.POFile, CatalogueText] | None:
    """Return a catalogue and its text; one that cannot be updated without a loss gives its faults and None."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        diagnostics.add_root(name, line, NOT_UTF8)
        return None
    before = len(diagnostics.errors)
    parsed = parse_po(name, text, diagnostics)
    check_duplicates(name, [entry for entry in parsed or () if not entry.obsolete], diagnostics)
    if parsed is None or len(diagnostics.errors) > before:
        return None
    return parsed, split_catalogue(text, parsed)


def new_catalogue(pack_id: str, version: str, language: str) -> polib.POFile:
    """Return an empty catalogue with its headers."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Project-Id-Version": f"{pack_id} {version}",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": LANGUAGES[language].plural,
    }
    return catalogue


def update_catalogue(old: polib.POFile, messages: Sequence[Message], report: UpdateReport) -> polib.POFile:
    """Return the catalogue for *messages* and fill in *report*; *old* itself where nothing has changed."""
    pairing = _Pairing(messages, [entry for entry in old if entry.msgid])
    pairing.pair()
    entries = [pairing.entry(message, report) for message in messages]
    gone = list(pairing.left_over())
    report.missing = sum(not entry.msgstr for entry in entries)
    report.gone = sum(not entry.obsolete for entry in gone)
    same = list(map(id, (*entries, *gone))) == list(map(id, pairing.old))
    report.changed = not same or report.outdated > 0 or report.gone > 0 or pairing.revived
    return _rewritten(old, entries, gone) if report.changed else old


def _rewritten(old: polib.POFile, entries: Sequence[polib.POEntry], gone: Sequence[polib.POEntry]) -> polib.POFile:
    new = polib.POFile(wrapwidth=old.wrapwidth, encoding="utf-8")
    new.header, new.metadata, new.metadata_is_fuzzy = old.header, old.metadata, old.metadata_is_fuzzy
    new.extend(entries)
    for entry in gone:
        entry.obsolete = True
        entry.occurrences = []
    new.extend(gone)
    return new


@dataclass
class _Pairing:
    """Finds for each new block the old entry whose translation it takes over."""

    messages: Sequence[Message]
    old: list[polib.POEntry]
    #: Old entry that a new block takes as it is, or as outdated.
    taken: dict[Key, polib.POEntry] = field(default_factory=dict)
    revived: bool = False

    def pair(self) -> None:
        """Pair by the same key, then the same part, the same place in a file, the same words elsewhere."""
        by_key = {_key(entry): entry for entry in sorted(self.old, key=lambda entry: not entry.obsolete)}
        for message in self.messages:
            if (message.context, message.msgid) in by_key:
                self.taken[message.context, message.msgid] = by_key[message.context, message.msgid]
        self._pair_parts()
        self._pair_files()
        self._pair_moved()

    def _free(self, entries: Sequence[polib.POEntry], used: set[int]) -> list[polib.POEntry]:
        return [entry for entry in entries if id(entry) not in used and entry.msgstr and not entry.obsolete]

    def _used(self) -> set[int]:
        return {id(entry) for entry in self.taken.values()}

    def _open(self) -> list[Message]:
        return [message for message in self.messages if (message.context, message.msgid) not in self.taken]

    def _take(self, message: Message, entry: polib.POEntry) -> None:
        self.taken[message.context, message.msgid] = entry

    def _pair_parts(self) -> None:
        """Pair what has a context of its own, as parts of items, manifest and facts have: changed, it is the same thing."""
        by_context = {
            entry.msgctxt: entry for entry in self._free(self.old, self._used()) if not _is_lesson(entry.msgctxt)
        }
        for message in self._open():
            if message.context in by_context:
                self._take(message, by_context.pop(message.context))

    def _pair_files(self) -> None:
        for context in dict.fromkeys(message.context for message in self._open() if _is_lesson(message.context)):
            old = [entry for entry in self.old if entry.msgctxt == context and not entry.obsolete]
            new = [message for message in self.messages if message.context == context]
            # Looked up once for all runs of a file: a long one that was changed everywhere has as many as it has blocks.
            used = self._used()
            for before, after in _replaced(old, new):
                self._pair_run(before, after, used)

    def _pair_run(self, before: Sequence[polib.POEntry], after: Sequence[Message], used: set[int]) -> None:
        """Pair the blocks of a replaced run, those most alike first; *used*: the old entries and messages that are paired."""
        free = set(map(id, self._free(before, used)))
        old = [(place, entry) for place, entry in enumerate(before) if id(entry) in free]
        new = [
            (place, message)
            for place, message in enumerate(after)
            if (message.context, message.msgid) not in self.taken
        ]
        if len(old) * len(new) > _MOST_PAIRS:
            return
        for entry, message in _likest_first(old, new):
            if used.isdisjoint((id(entry), id(message))):
                used |= {id(entry), id(message)}
                self._take(message, entry)

    def _pair_moved(self) -> None:
        """Pair the same words in another file or under another key, for a translator to confirm."""
        by_words = {entry.msgid: entry for entry in reversed(self._free(self.old, self._used()))}
        for message in self._open():
            if message.msgid in by_words:
                self._take(message, by_words.pop(message.msgid))

    def entry(self, message: Message, report: UpdateReport) -> polib.POEntry:
        """Return the entry of a block: as it was, outdated, or new."""
        entry = self.taken.get((message.context, message.msgid))
        occurrences = [(message.path, "")]
        if entry is None:
            report.added += 1
            return polib.POEntry(msgctxt=message.context, msgid=message.msgid, msgstr="", occurrences=occurrences)
        if _key(entry) == (message.context, message.msgid):
            self.revived |= entry.obsolete
            if entry.obsolete:
                entry.obsolete, entry.occurrences = False, occurrences
            return entry
        report.outdated += 1
        made = _outdated(entry, message, occurrences)
        report.earlier[id(made)] = entry
        return made

    def left_over(self) -> Iterator[polib.POEntry]:
        """Yield the old entries that no block takes and that hold a translation, in their order."""
        used = {id(entry) for entry in self.taken.values()}
        return (entry for entry in self.old if id(entry) not in used and (entry.msgstr or entry.obsolete))


def _outdated(entry: polib.POEntry, message: Message, occurrences: list[tuple[str, str]]) -> polib.POEntry:
    """Return *entry*'s translation for another source, marked fuzzy, with the source it was made for."""
    # A translation that was outdated already was made for a still older source: that one is what the translator needs.
    previous = (entry.previous_msgctxt, entry.previous_msgid) if entry.fuzzy and entry.previous_msgid else _key(entry)
    return polib.POEntry(
        msgctxt=message.context,
        msgid=message.msgid,
        msgstr=entry.msgstr,
        previous_msgid=previous[1],
        previous_msgctxt=previous[0] or entry.msgctxt,
        tcomment=entry.tcomment,
        comment=entry.comment,
        flags=[*(flag for flag in entry.flags if flag != "fuzzy"), "fuzzy"],
        occurrences=occurrences,
    )


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def _is_lesson(context: str | None) -> bool:
    return (context or "").startswith("lesson/")


def _replaced(old: list[polib.POEntry], new: list[Message]) -> Iterable[tuple[list[polib.POEntry], list[Message]]]:
    """Yield the runs of blocks that differ between an old and a new file."""
    for run in line_runs([entry.msgid for entry in old], [message.msgid for message in new]):
        if run.start < run.end and run.new_start < run.new_end and not run.is_equal:
            yield old[run.start : run.end], new[run.new_start : run.new_end]


def _alike(first: str, second: str) -> float:
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _likest_first(
    old: Sequence[tuple[int, polib.POEntry]], new: Sequence[tuple[int, Message]]
) -> Iterator[tuple[polib.POEntry, Message]]:
    """Yield what is alike enough to be the same block, changed; of pairs that are as much alike those nearest to each other first."""
    pairs = ((_alike(e.msgid, m.msgid), -abs(i - j), j, e, m) for i, e in old for j, m in new)
    for ratio, _near, _place, entry, message in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if ratio >= ALIKE:
            yield entry, message
