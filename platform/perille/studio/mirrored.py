"""Mirrored pictures of a draft: what readers of languages written from right to left see in place of a picture that has a direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from perille.core.database import Session
from perille.core.full_disk import is_disk_trouble
from perille.core.i18n import LANGUAGES, _
from perille.domain.item import measures_picture
from perille.packs.format.loading import LoadedPack
from perille.packs.format.media import MIME_TYPES, MIRRORED, MediaFile
from perille.packs.format.mirrored import (
    CannotMirror,
    drawing_in_size,
    has_writing,
    mirror_drawing,
    mirror_photograph,
    photograph_as_drawing,
    photograph_in_size,
)
from perille.studio.drafts import hashes_at
from perille.studio.models import StudioChange, StudioDraft
from perille.studio.pictures import BadPicture, PreparedPicture


@dataclass(frozen=True, slots=True)
class PictureCard:
    """A picture of a draft, and what is shown in its place where one reads from the right."""

    name: str
    file: MediaFile
    mirrored: MediaFile | None = None
    #: The picture is another one since it was mirrored.
    is_outdated: bool = False
    #: A question measures places on it, from the left.
    has_places: bool = False
    #: Words are written in it, which are read backwards in its mirrored one, or would be.
    has_writing: bool = False

    @property
    def mirrors_nothing(self) -> bool:
        """Tell whether it is a mirrored picture of which the other is gone."""
        return self.name.endswith(MIRRORED)

    @property
    def can_be_mirrored(self) -> bool:
        """Tell whether it may have a mirrored picture."""
        return not self.has_places and not self.mirrors_nothing


def picture_cards(session: Session, draft: StudioDraft, pack: LoadedPack) -> list[PictureCard]:
    """Return the pictures of a draft by name, each with its mirrored one."""
    pairs = {name: other for name in pack.media if (other := pack.media.get(f"{name}{MIRRORED}"))}
    outdated = _outdated(session, draft, {name: (pack.media[name].path, other.path) for name, other in pairs.items()})
    # One that came in a file has no time at which it was mirrored; its size tells.
    outdated |= {name for name, other in pairs.items() if _size(pack.media[name]) != _size(other)}
    measured = measured_pictures(pack)
    shown = (name for name in sorted(pack.media) if name.removesuffix(MIRRORED) not in pairs or name in pairs)
    return [
        PictureCard(
            name, pack.media[name], pairs.get(name), name in outdated, name in measured, _reads_backwards(pack, name)
        )
        for name in shown
    ]


def measured_pictures(pack: LoadedPack) -> frozenset[str]:
    """Return the names of pictures on which a question measures places, from the left."""
    return frozenset(each.item.picture for each in pack.items.values() if measures_picture(each.interaction))


def _size(file: MediaFile) -> tuple[int, int]:
    return file.width, file.height


def _reads_backwards(pack: LoadedPack, name: str) -> bool:
    """Tell whether words are written in a drawing that its mirrored one shows backwards, or would."""
    file, other = pack.media[name], pack.media.get(f"{name}{MIRRORED}")
    body = pack.files.files[file.path]
    if not _is_drawing(file) or not has_writing(body):
        return False
    try:
        return other is None or mirror_drawing(body, file.width) == pack.files.files[other.path]
    except CannotMirror:
        return False


def readers_from_the_right(languages: Iterable[str]) -> str:
    """Return the names of the languages among these that are written from right to left, in themselves; "" for none."""
    found = (LANGUAGES[code] for code in languages if code in LANGUAGES)
    return _(", ").join(each.name for each in found if each.direction == "rtl")


@contextmanager
def _decoding() -> Iterator[None]:
    """Raise BadPicture for a photograph whose head is whole and whose rest is not: only its head was looked at before."""
    try:
        yield
    except (OSError, SyntaxError) as error:
        if is_disk_trouble(error):
            raise
        raise BadPicture(_("This picture is damaged, or is not what its name says.")) from error


def mirrored_by_itself(file: MediaFile, body: bytes) -> PreparedPicture:
    """Return a picture mirrored; raise BadPicture where a drawing is written in another way than drawings are."""
    if not _is_drawing(file):
        with _decoding():
            return PreparedPicture(mirror_photograph(body), ".webp", file.width, file.height)
    try:
        return PreparedPicture(mirror_drawing(body, file.width), ".svg", file.width, file.height)
    except CannotMirror as refused:
        raise BadPicture(_cannot_mirror()) from refused


def in_place_of(file: MediaFile, other: PreparedPicture) -> PreparedPicture:
    """Return another picture in the size of the one whose place it takes, whole; raise BadPicture where that cannot be."""
    width, height = file.width, file.height
    try:
        if other.ending == ".svg":
            body = drawing_in_size(other.body, (other.width, other.height), width, height)
        elif not width or not height:
            raise CannotMirror
        elif _is_drawing(file):
            with _decoding():
                return PreparedPicture(photograph_as_drawing(other.body, width, height), ".svg", width, height)
        else:
            with _decoding():
                body = photograph_in_size(other.body, width, height)
    except CannotMirror as refused:
        raise BadPicture(_cannot_mirror()) from refused
    return PreparedPicture(body, other.ending, width, height)


def with_mirrored(paths: Iterable[str], name: str, made: PreparedPicture | None) -> dict[str, bytes | None]:
    """Return the change that gives a picture this mirrored one in place of any that it has; None: none any more."""
    head = f"media/{name}{MIRRORED}."
    gone: dict[str, bytes | None] = {path: None for path in paths if path.startswith(head)}
    return gone | ({f"media/{name}{MIRRORED}{made.ending}": made.body} if made else {})


def _cannot_mirror() -> str:
    return _(
        "This drawing is written in a way that cannot be mirrored here."
        " Save it as plain SVG in the program it was drawn with, and upload that."
    )


def _is_drawing(file: MediaFile) -> bool:
    return file.mime == MIME_TYPES[".svg"]


def _outdated(session: Session, draft: StudioDraft, pairs: Mapping[str, tuple[str, str]]) -> frozenset[str]:
    """Return the names of pictures that are others than when their mirrored one was saved; *pairs*: the paths of both."""
    saved = _saved_at(session, draft, [path for pair in pairs.values() for path in pair])
    later = {name: pair for name, pair in pairs.items() if saved.get(pair[0], 0) > saved.get(pair[1], 0)}
    if not later:
        return frozenset()
    now = hashes_at(session, draft)
    # A picture that came back, by "undo", is the same again.
    then = {number: hashes_at(session, draft, number) for number in {saved[pair[1]] for pair in later.values()}}
    return frozenset(name for name, (path, mirror) in later.items() if then[saved[mirror]].get(path) != now.get(path))


def _saved_at(session: Session, draft: StudioDraft, paths: list[str]) -> dict[str, int]:
    """Return the revision in which each of these files was saved last."""
    wanted = select(StudioChange.path, func.max(StudioChange.number).label("number"))
    wanted = wanted.where(StudioChange.draft_id == draft.id, StudioChange.path.in_(paths)).group_by(StudioChange.path)
    return {row.path: row.number for row in session.execute(wanted)} if paths else {}
