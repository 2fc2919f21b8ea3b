"""The recordings of a draft in one language: what is recorded, by whom, and whether it still says what its page says.

Outdated is not kept but found: beside the recordings stands a hash of the words that each of them says (`packs.format.spoken`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select

from perille.core.database import Session
from perille.packs.format.audio import FOLDER
from perille.packs.format.loading import LoadedPack
from perille.packs.format.media import MediaFile
from perille.packs.format.spoken import DIGITS, SPOKEN, read_spoken, write_spoken
from perille.studio.drafts import RevisionKind, bodies_of, restore, save, sha256
from perille.studio.models import StudioChange, StudioDraft, StudioRevision
from perille.studio.read_aloud import Reader, Reading

#: Ending of what the Studio makes.
ENDING = ".m4a"
_HASH = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
#: How an MP4 file says how many units a second has, and how many units it is long; versions 0 and 1.
_LENGTH = re.compile(rb"mvhd(?:\x00.{11}|\x01.{19})", re.DOTALL)


class RecordingState(StrEnum):
    """How far a screen or a question is recorded."""

    MISSING = "missing"
    OUTDATED = "outdated"
    RECORDED = "recorded"
    #: There are no words in this language yet, which come first.
    UNTRANSLATED = "untranslated"


@dataclass(frozen=True, slots=True)
class NarrationRow:
    """A screen or a question, and its recording."""

    reading: Reading
    state: RecordingState
    recording: MediaFile | None = None
    #: Whole seconds, 0 where the file does not say it in its first lines.
    seconds: int = 0

    @property
    def kilobytes(self) -> int:
        """Size of the recording."""
        return -(-self.recording.size // 1024) if self.recording else 0


@dataclass(frozen=True, slots=True)
class Orphan:
    """A recording of a screen or a question that is not here any more, or is called otherwise now."""

    path: str
    stamp: str


@dataclass(frozen=True, slots=True)
class ConcurrentRecording:
    """A recording that was sent after somebody else's of the same: the draft's history has it, and one of the two is chosen."""

    sha256: str
    size: int
    seconds: int
    #: Hash of the words that it says.
    words: str
    #: Name of what is to be recorded next.
    following: str

    @property
    def kilobytes(self) -> int:
        """Size of the recording."""
        return -(-self.size // 1024)


def narration(pack: LoadedPack, language: str) -> list[NarrationRow]:
    """Return every screen and question of a draft with its recording in a language, in the order of the course."""
    said = spoken_of(pack.files.files, language)
    return [_line(pack, language, reading, said) for reading in Reader(pack, language).readings()]


def _line(pack: LoadedPack, language: str, reading: Reading, said: Mapping[str, tuple[str, str]]) -> NarrationRow:
    recording = pack.audio.get(f"audio/{language}/{reading.name}")
    if recording is None:
        return NarrationRow(reading, RecordingState.MISSING if reading.is_translated else RecordingState.UNTRANSLATED)
    words, file = said.get(reading.name, ("", ""))
    # Where the file is another one than the Studio wrote, nobody knows what it says.
    known = bool(words) and recording.sha256.startswith(file)
    state = RecordingState.OUTDATED if known and words != reading.hash else RecordingState.RECORDED
    return NarrationRow(reading, state, recording, seconds_of(pack.files.files[recording.path]))


def counts(lines: Sequence[NarrationRow]) -> Mapping[RecordingState, int]:
    """Return how many screens and questions are in each state."""
    return Counter(each.state for each in lines)


def orphans(pack: LoadedPack, language: str) -> list[Orphan]:
    """Return the recordings of a language that belong to nothing, each to be given away or taken out."""
    known = {each.path for each in pack.audio.values()}
    folder = f"{FOLDER}/{language}/"
    found = (path for path in pack.files.files if path.startswith(folder) and not path.endswith(f"/{SPOKEN}"))
    return [Orphan(path, _stamp(pack.files.files[path])) for path in sorted(found) if path not in known]


def _stamp(body: bytes) -> str:
    return sha256(body)[:20]


def seconds_of(body: bytes) -> int:
    """Return how long an MP4 file is, in whole seconds; 0 where it does not say so."""
    found = _LENGTH.search(body)
    if found is None:
        return 0
    at, wide = found.end(), 8 if body[found.start() + 4] == 1 else 4
    scale, length = int.from_bytes(body[at : at + 4]), int.from_bytes(body[at + 4 : at + 4 + wide])
    return round(length / scale) if scale else 0


def spoken_path(language: str) -> str:
    """Return the path of the file that keeps what the recordings of a language say."""
    return f"{FOLDER}/{language}/{SPOKEN}"


def spoken_of(files: Mapping[str, bytes], language: str) -> dict[str, tuple[str, str]]:
    """Return what the recordings of a language say, nothing where that cannot be read: a finding says so."""
    try:
        return read_spoken(files.get(spoken_path(language), b""))
    except ValueError:
        return {}


def with_recording(pack: LoadedPack, language: str, name: str, body: bytes, words: str) -> dict[str, bytes | None]:
    """Return the changed files: a recording of words with this hash, in the place of the one before, of whatever kind that was."""
    before = pack.audio.get(f"audio/{language}/{name}")
    gone: dict[str, bytes | None] = {before.path: None} if before is not None else {}
    path = f"{FOLDER}/{language}/{name}{ENDING}"
    return gone | {path: body} | _said(pack, language, {name: (words, sha256(body)[:DIGITS])})


def without_recording(pack: LoadedPack, language: str, name: str, path: str) -> dict[str, bytes | None]:
    """Return the changed files without a recording."""
    return {path: None} | _said(pack, language, {name: None})


def still_right(pack: LoadedPack, language: str, line: NarrationRow) -> dict[str, bytes | None]:
    """Return the changed file where somebody has listened, and the recording still says what its page says."""
    if line.recording is None:
        return {}
    return _said(pack, language, {line.reading.name: (line.reading.hash, line.recording.sha256[:DIGITS])})


def given_to(pack: LoadedPack, language: str, orphan: Orphan, name: str) -> dict[str, bytes | None]:
    """Return the changed files where a recording that belonged to nothing becomes that of *name*; what it says is told as before."""
    body = pack.files.files[orphan.path]
    stem, _dot, ending = orphan.path.removeprefix(f"{FOLDER}/{language}/").rpartition(".")
    said = spoken_of(pack.files.files, language).get(stem)
    moved: dict[str, bytes | None] = {orphan.path: None, f"{FOLDER}/{language}/{name}.{ending}": body}
    return moved | _said(pack, language, {stem: None, name: said})


def _said(pack: LoadedPack, language: str, changes: Mapping[str, tuple[str, str] | None]) -> dict[str, bytes | None]:
    before = spoken_of(pack.files.files, language)
    after = {name: value for name, value in {**before, **changes}.items() if value is not None}
    return {spoken_path(language): write_spoken(after) if after else None}


def is_hash(text: str) -> bool:
    """Tell whether a text is a hash of words."""
    return _HASH.fullmatch(text) is not None


def recorded_by(session: Session, draft: StudioDraft, hashes: Sequence[str]) -> dict[str, UUID | None]:
    """Return SHA-256 of a recording -> who saved it first: an undo that brings it back makes it nobody else's."""
    first = (
        select(StudioChange.sha256, func.min(StudioChange.number).label("number"))
        .where(StudioChange.draft_id == draft.id, StudioChange.sha256.in_(hashes))
        .group_by(StudioChange.sha256)
        .subquery()
    )
    wanted = select(first.c.sha256, StudioRevision.account_id).join(
        StudioRevision, (StudioRevision.number == first.c.number) & (StudioRevision.draft_id == draft.id)
    )
    return {row.sha256: row.account_id for row in session.execute(wanted)}


def put_beside(
    session: Session, draft: StudioDraft, changes: Mapping[str, bytes | None], digest: str, account_id: UUID | None
) -> None:
    """Keep a recording (its changes, and its SHA-256) in the history of a draft that is locked; its files stay as they are."""
    wanted = select(StudioChange.number).where(
        StudioChange.draft_id == draft.id, StudioChange.path.in_(changes), StudioChange.sha256 == digest
    )
    if session.scalar(wanted.limit(1)) is not None:
        return
    now = draft.revision
    if save(session, draft, changes, account_id, RevisionKind.RECORDING, shown={}):
        restore(session, draft, now, account_id)


def recording_in_history(session: Session, draft: StudioDraft, language: str, name: str, digest: str) -> bytes | None:
    """Return a recording of this screen or question by its SHA-256, whether or not it is the one of now; None for none."""
    wanted = select(StudioChange.sha256).where(
        StudioChange.draft_id == draft.id,
        StudioChange.path == f"{FOLDER}/{language}/{name}{ENDING}",
        StudioChange.sha256 == digest,
    )
    found = session.scalar(wanted.limit(1)) if digest else None
    return bodies_of(session, [found])[found] if found else None
