"""Files that authors send: read and converted before the transaction of the view.

A photograph takes seconds to be made small, and while a transaction that writes is open nobody else can write on SQLite: a learner's
answer would wait for it, and fail after ten seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import request

from perille.core.database import run_in_transaction
from perille.core.errors import CannotSave, Unavailable
from perille.core.extensions import db
from perille.core.outage import trouble_before_writing
from perille.core.web.before_transaction import Prepared
from perille.packs.format.media import MediaFile, chosen_pictures
from perille.people.gate import may_in
from perille.studio.archives import BadArchive, read_archive
from perille.studio.builds import build
from perille.studio.drafts import find_draft
from perille.studio.mirrored import in_place_of, mirrored_by_itself
from perille.studio.organisations import may_in_address
from perille.studio.pages import uploaded
from perille.studio.pictures import BadPicture, PreparedPicture, prepare_picture, shown_pictures
from perille.studio.sounds import BadSound, PreparedSound, prepare_sound

#: One upload at a time is unpacked: a photograph takes up to 200 MB of memory, an archive as much.
_turn = threading.Lock()
#: So many of them may be here at once, the one that is unpacked included: each that waits holds a thread of the server, which others need.
_MOST_AT_ONCE = 3
_places = threading.BoundedSemaphore(_MOST_AT_ONCE)


@contextmanager
def _unpacking() -> Iterator[None]:
    """Wait for one's turn; raise Unavailable where too many wait already."""
    if not _places.acquire(blocking=False):
        raise Unavailable(retry_after=15)
    try:
        with _turn:
            yield
    finally:
        _places.release()


@dataclass(frozen=True, slots=True)
class SentPicture:
    """What came of the picture of a form: the picture, why it was refused, or neither where none was sent."""

    made: PreparedPicture | None = None
    refused: str = ""
    #: As `drafts.save` takes it.
    shown: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SentMirror:
    """What came of a picture for readers from the right: the picture, why it was refused, or neither where there is none to make."""

    made: PreparedPicture | None = None
    refused: str = ""
    #: Hash of the picture in whose place it is shown.
    of: str = ""


@dataclass(frozen=True, slots=True)
class SentSound:
    """What came of the sound of a form: the recording, why it was refused, or neither where none was sent."""

    made: PreparedSound | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class SentArchive:
    """What came of the archive of a form: its files, why it was refused, or neither where none was sent."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    refused: str = ""
    #: As `drafts.save` takes it.
    shown: Mapping[str, bytes] = field(default_factory=dict)


def _sent(name: str, may: Callable[[], bool]) -> bytes:
    """Return the bytes of a file of who may send it: nothing is unpacked for others, whom the view refuses."""
    if not run_in_transaction(db.session, may, write=False):
        return b""
    body = uploaded(name)
    if body:
        _require_room()
    return body


def _require_room() -> None:
    """Raise CannotSave where the disk is full: a photograph would be made small for seconds, while others wait, and then be lost.

    Where another server writes, only its answer tells whether its disk has room.
    """
    trouble = trouble_before_writing(db.engine)
    if trouble is not None:
        raise CannotSave(trouble)


def _read_picture() -> SentPicture:
    body = _sent("picture", lambda: may_in_address("studio.author"))
    if not body:
        return SentPicture()
    try:
        with _unpacking():
            made = prepare_picture(body)
            return SentPicture(made, shown=shown_pictures({f"media/picture{made.ending}": made.body}))
    except BadPicture as refused:
        return SentPicture(refused=str(refused))


def _read_mirror() -> SentMirror:
    """Mirror the picture of this address."""
    found = run_in_transaction(db.session, _picture_of_address, write=False)
    if found is None:
        return SentMirror()
    _require_room()
    file, body = found
    return _mirror(file, lambda: mirrored_by_itself(file, body))


def _read_other() -> SentMirror:
    """Take the picture of the form, in the size of the one of this address."""
    found = run_in_transaction(db.session, _picture_of_address, write=False)
    # Of who may not change it no file is read.
    body = uploaded("picture") if found is not None else b""
    if found is None or not body:
        return SentMirror()
    _require_room()
    return _mirror(found[0], lambda: in_place_of(found[0], prepare_picture(body)))


def _mirror(file: MediaFile, make: Callable[[], PreparedPicture]) -> SentMirror:
    try:
        with _unpacking():
            return SentMirror(make(), of=file.sha256)
    except BadPicture as refused:
        return SentMirror(refused=str(refused), of=file.sha256)


def _picture_of_address() -> tuple[MediaFile, bytes] | None:
    """Return the picture of the draft of this address and what readers get of it, None for none and for who may not change it."""
    found = request.view_args or {}
    if not may_in_address("studio.author"):
        return None
    pack = build(db.session, find_draft(db.session, found["draft_id"])).pack
    file = chosen_pictures(pack.media).get(found["name"])
    return (file, file.converted or pack.files.files[file.path]) if file is not None else None


def _read_sound() -> SentSound:
    body = _sent("sound", lambda: may_in_address("studio.narrate"))
    if not body:
        return SentSound()
    try:
        with _unpacking():
            return SentSound(prepare_sound(body))
    except BadSound as refused:
        return SentSound(refused=str(refused))


def _read_archive() -> SentArchive:
    body = _sent("archive", lambda: may_in("studio.begin", None))
    if not body:
        return SentArchive()
    try:
        with _unpacking():
            files = read_archive(body)
            return SentArchive(files, shown=shown_pictures(files))
    except BadArchive as refused:
        return SentArchive(refused=str(refused))


sent_picture = Prepared(_read_picture)
sent_mirror = Prepared(_read_mirror)
sent_other = Prepared(_read_other)
sent_sound = Prepared(_read_sound)
sent_archive = Prepared(_read_archive)
