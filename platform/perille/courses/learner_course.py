"""A course as one learner meets it, and which one an address means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.core.web.guest import is_guest
from perille.domain.content import LocalizedCourse, PieceKind, PlacedPiece, Text
from perille.domain.course import CourseStructure, PackKind
from perille.enrolment.models import Enrolment
from perille.enrolment.services import enrolment_on_phone
from perille.packs.published.library import Edition, PackLibrary
from perille.packs.publishing.models import PackVersion

#: Part of an address -> what it lists.
KINDS = {"courses": PackKind.COURSE, "modules": PackKind.MODULE}


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerCourse:
    """A course as one learner meets it: the structure they began with, in the words of today."""

    kind: PackKind
    slug: str
    edition: Edition
    language: str
    enrolment: Enrolment | None
    #: ISO code of the country that the reader chose, of those of the pack; "" for none.
    chosen: str = ""
    #: The phone on which it is open; None for a browser without progress.
    phone_id: UUID | None = None
    #: Whether a guest takes it, of whom nothing is kept.
    for_guest: bool = False

    @property
    def structure(self) -> CourseStructure:
        """The course's structure."""
        return self.edition.structure

    @property
    def words(self) -> LocalizedCourse:
        """The course's words in the language of the page."""
        return self.edition.words(self.language)

    @property
    def tracked(self) -> bool:
        """Whether anything is recorded at all."""
        return self.structure.trace != "none" and not self.for_guest

    @property
    def country(self) -> str:
        """ISO code of the country whose facts hold: the chosen one, else the pack's first; or ""."""
        return self.chosen or next(iter(self.edition.summary.countries), "")

    @property
    def sure_country(self) -> str:
        """The country whose helpers may be named: "" where a pack is for several and none was chosen."""
        countries = self.edition.summary.countries
        return self.chosen or (countries[0] if len(countries) == 1 else "")

    def second_language(self, wanted: str) -> str:
        """Return a language that is asked for beside that of the page, "" where the pack has it not or it is the same."""
        return wanted if wanted in self.edition.summary.languages and wanted != self.language else ""

    def pieces(self, kind: PieceKind, language: str = "") -> Iterator[PlacedPiece]:
        """Yield the pieces of a kind in the order of the course, in the language of the page unless another is named."""
        words = self.edition.words(language) if language else self.words
        return words.pieces(kind, self.sure_country, self.structure.order)


def find_course(
    session: Session,
    shelf: PackLibrary,
    *,
    kind: PackKind,
    slug: str,
    language: str,
    phone_id: UUID | None,
    country: str = "",
) -> LearnerCourse | None:
    """Return the course of an address: the learner's own edition where they are enrolled, else the newest; None for none.

    *country* is a wish: it counts where it is one of several of the pack.
    """
    edition = shelf.find(kind, slug) or _begun_before(session, shelf, kind, slug, phone_id)
    if edition is None:
        return None
    enrolment = (
        enrolment_on_phone(session, phone_id, edition.structure.pack) if edition.structure.trace != "none" else None
    )
    if enrolment is not None:
        edition = shelf.edition(enrolment.pack_id, enrolment.structure_hash) or edition
    several = edition.summary.countries if len(edition.summary.countries) > 1 else ()
    chosen = country.upper() if country.upper() in several else ""
    return LearnerCourse(
        kind=kind,
        slug=slug,
        edition=edition,
        language=language,
        enrolment=enrolment,
        chosen=chosen,
        phone_id=phone_id,
        for_guest=is_guest(),
    )


def _begun_before(
    session: Session, shelf: PackLibrary, kind: PackKind, slug: str, phone_id: UUID | None
) -> Edition | None:
    """Return the edition of a course that was at this address and is in no list any more, for a learner who has begun it."""
    gone = select(PackVersion.pack_id).where(PackVersion.kind == kind, PackVersion.slug == slug).distinct()
    for pack_id in session.scalars(gone).all() if phone_id is not None else ():
        enrolment = enrolment_on_phone(session, phone_id, pack_id)
        if enrolment is not None:
            return shelf.edition(pack_id, enrolment.structure_hash)
    return None


def was_taken_back(session: Session, kind: PackKind, slug: str) -> bool:
    """Tell whether a course that is in no list any more was at this address; not of one whose pack has another address now."""
    listed = select(PackVersion.pack_id).where(PackVersion.is_current)
    gone = select(PackVersion.id).where(PackVersion.kind == kind, PackVersion.slug == slug)
    return session.scalar(gone.where(PackVersion.pack_id.not_in(listed)).limit(1)) is not None


def plain(place: LearnerCourse, text: Text, language: str) -> str:
    """Return a text without markup, its facts filled by the course's country and today."""
    return place.edition.plain(text, language=language, country=place.country)
