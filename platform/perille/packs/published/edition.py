"""One structure of a pack, as pages use it: its structure and words are read when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from perille.core.database import Session
from perille.core.decoding import read_json
from perille.core.i18n import fallbacks
from perille.domain.content import LocalizedCourse, Piece, PieceKind, Screen, Text
from perille.domain.course import CourseStructure
from perille.packs.compiler.compiled import Media, Summary, digest
from perille.packs.compiler.screens import direction
from perille.packs.publishing.models import PackVersion, PackWords
from perille.packs.publishing.serialization import deserialize, deserialize_words

#: Keeps what is made under a key.
Keep = Callable[[Hashable, Callable[[], object]], object]


class PlainTextFiller(Protocol):
    """Fills the facts of a text without markup."""

    def __call__(self, text: Text, *, language: str, country: str) -> str:
        """Return the words with the facts of a country, as of today."""


@dataclass(frozen=True)
class Edition:
    """A pack with one structure."""

    id: UUID
    pack_id: str
    structure_hash: str
    summary: Summary
    structure: CourseStructure
    #: "pack/name" -> picture.
    media: Mapping[str, Media]
    #: Language -> hash of its words.
    words_hashes: Mapping[str, str]
    _session: Session
    _keep: Keep
    _plain: PlainTextFiller
    #: Whether it is one that only its authors and whom they ask look at, of which nothing is kept whatever it says.
    is_draft: ClassVar[bool] = False

    def language_of_words(self, language: str) -> str:
        """Return the language that a reader of *language* gets: itself, one of its fallbacks, or the source."""
        choices = (*fallbacks(language)[:-1], self.summary.source_language)
        return next((code for code in choices if code in self.words_hashes), self.summary.source_language)

    def words(self, language: str) -> LocalizedCourse:
        """Return the words for a page in *language*; where they are in another one, they say so."""
        words = self._keep((self.id, language), lambda: self._read_words(language))
        assert isinstance(words, LocalizedCourse)
        return words

    def kept(self, key: tuple[str, ...], make: Callable[[], object]) -> object:
        """Return what was made of this edition under *key*, made anew where the memory has let go of it. An edition does not change."""
        return self._keep((self.id, *key), make)

    def _read_words(self, language: str) -> LocalizedCourse:
        found = self.language_of_words(language)
        wanted = select(PackWords.body).where(PackWords.pack_version_id == self.id, PackWords.language == found)
        words = deserialize_words(self._session.scalars(wanted).one(), self.structure)
        return words if found == language else marked(words, found)

    def words_hash(self, language: str) -> str:
        """Return the hash of the words for a page in *language*."""
        return self.words_hashes[self.language_of_words(language)]

    def stamp(self, language: str) -> str:
        """Return a hash of structure and words, for ETags."""
        return digest(self.structure_hash, self.words_hash(language))[:32]

    def plain(self, text: Text, *, language: str, country: str) -> str:
        """Return a text without markup, its facts filled by a country and today."""
        return self._plain(text, language=language, country=country)


def load_edition(
    session: Session, pack_id: str, structure_hash: str, keep: Keep, plain: PlainTextFiller
) -> Edition | None:
    """Read an edition, or None where that structure was never published."""
    wanted = select(PackVersion).where(PackVersion.pack_id == pack_id, PackVersion.structure_hash == structure_hash)
    row = session.scalar(wanted.options(undefer(PackVersion.structure), undefer(PackVersion.media)))
    if row is None:
        return None
    hashes = session.execute(
        select(PackWords.language, PackWords.words_hash).where(PackWords.pack_version_id == row.id)
    )
    return Edition(
        id=row.id,
        pack_id=pack_id,
        structure_hash=structure_hash,
        summary=read_json(row.summary, Summary),
        structure=deserialize(row.structure, CourseStructure),
        media=deserialize(row.media, dict[str, Media]),
        words_hashes={each.language: each.words_hash for each in hashes},
        _session=session,
        _keep=keep,
        _plain=plain,
    )


def marked(words: LocalizedCourse, language: str) -> LocalizedCourse:
    """Mark every piece with its language, for a page in one that these words do not have."""
    change = partial(_marked_screen, language)
    return replace(words, units={key: lesson.map_screens(change) for key, lesson in words.units.items()})


def _marked_screen(language: str, screen: Screen) -> Screen:
    return replace(screen, pieces=tuple(_marked_piece(piece, language) for piece in screen.pieces))


def _marked_piece(piece: Piece, language: str) -> Piece:
    if piece.kind is not PieceKind.PROSE or not piece.html:
        return piece
    return replace(piece, html=f'<div lang="{language}" dir="{direction(language)}">{piece.html}</div>')
