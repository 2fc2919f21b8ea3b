"""A learner in a course: start, next, answer. What they do is recorded, and the record decides what is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.domain.content import LocalizedCourse, PieceKind, PlacedPiece, Text
from perille.domain.course import CourseStructure, PackKind, Unit, UnitKind
from perille.domain.item import Interaction, InteractionType, Item, Outcome, Response
from perille.domain.progress import UnitState, course_satisfied, next_unit
from perille.enrolment.models import Enrolment, Learner, Phone
from perille.enrolment.services import enrol, enrolment_on_phone, lock_enrolment
from perille.learning.models import Bookmark
from perille.packs.published.library import Edition, PackLibrary
from perille.packs.publishing.models import PackVersion
from perille.tracking import services as tracking
from perille.tracking.statements import Act, ActivityType, Named, VerbId, activity_id

#: Part of an address -> what it lists.
KINDS = {"courses": PackKind.COURSE, "modules": PackKind.MODULE}
#: The same, the other way.
ADDRESSES = {kind: address for address, kind in KINDS.items()}

#: How long what a page says of itself may be on its way.
_LATE = timedelta(seconds=30)

_UNIT_TYPES = {
    UnitKind.MODULE: ActivityType.COURSE,
    UnitKind.LESSON: ActivityType.LESSON,
    UnitKind.ASSESSMENT: ActivityType.ASSESSMENT,
    UnitKind.SESSION: ActivityType.SESSION,
}


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
        return self.structure.trace != "none"

    @property
    def country(self) -> str:
        """ISO code of the country whose facts hold: the chosen one, else the pack's first; or ""."""
        return self.chosen or next(iter(self.edition.summary.countries), "")

    @property
    def sure_country(self) -> str:
        """The country whose helpers may be named: "" where a pack is for several and none was chosen."""
        countries = self.edition.summary.countries
        return self.chosen or (countries[0] if len(countries) == 1 else "")

    def pieces(self, kind: PieceKind, language: str = "") -> Iterator[PlacedPiece]:
        """Yield the pieces of a kind in the order of the course, in the language of the page unless another is named."""
        words = self.edition.words(language) if language else self.words
        return words.pieces(kind, self.sure_country, self.structure.order)


def with_country(address: str, place: LearnerCourse) -> str:
    """Return an address of a course with the country that the reader chose."""
    if not place.chosen:
        return address
    return f"{address}{'&' if '?' in address else '?'}in={place.chosen.lower()}"


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
        kind=kind, slug=slug, edition=edition, language=language, enrolment=enrolment, chosen=chosen, phone_id=phone_id
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


def start(session: Session, place: LearnerCourse, learner: Learner) -> tuple[Enrolment, str]:
    """Enrol the learner, or find their enrolment, and open the unit that is next; return both."""
    enrolment = ensure_enrolment(session, place, learner)
    lock_enrolment(session, enrolment)
    states = tracking.unit_states(session, enrolment.registration)
    unit = next_unit(place.structure, states) or place.structure.first
    _record(session, place, enrolment, initialized_acts(place, unit, states))
    return enrolment, unit


def states_of(session: Session, place: LearnerCourse) -> dict[str, UnitState]:
    """Return what is done of each unit, the modules of a path by their own enrolments."""
    states = dict(tracking.unit_states(session, place.enrolment.registration)) if place.enrolment is not None else {}
    return with_modules(session, place, states)


def with_modules(session: Session, place: LearnerCourse, states: dict[str, UnitState]) -> dict[str, UnitState]:
    """Add to the states of the units of a path which of its modules are done."""
    modules = {unit.module: unit.key for unit in place.structure.units if unit.kind is UnitKind.MODULE}
    for pack_id in tracking.satisfied_packs(session, _registrations(session, place, tuple(modules))):
        key = modules[pack_id]
        states[key] = replace(_state(states, key), initialized=True, completed=True)
    return states


def _registrations(session: Session, place: LearnerCourse, packs: tuple[str, ...]) -> list[UUID]:
    query = select(Enrolment.registration).where(Enrolment.pack_id.in_(packs))
    if not packs or (place.enrolment is None and place.phone_id is None):
        return []
    if place.enrolment is not None:
        return list(session.scalars(query.where(Enrolment.learner_id == place.enrolment.learner_id)))
    return list(
        session.scalars(query.join(Phone, Phone.learner_id == Enrolment.learner_id).where(Phone.id == place.phone_id))
    )


def record_completed_modules(session: Session, place: LearnerCourse, enrolment: Enrolment) -> None:
    """Record which modules of a path are completed by now, and the path itself when all are."""
    lock_enrolment(session, enrolment)
    known = tracking.unit_states(session, enrolment.registration)
    states = states_of(session, place)
    acts: list[Act] = []
    for unit in place.structure.units:
        if (
            unit.kind is UnitKind.MODULE
            and _state(states, unit.key).completed
            and not _state(known, unit.key).completed
        ):
            course = named_course(place)
            acts += initialized_acts(place, unit.key, known)
            acts.append(
                Act(
                    verb=VerbId.COMPLETED, object=named_unit(place, unit), parent=course, course=course, completion=True
                )
            )
    if acts:
        acts += course_acts(place, states, before=course_satisfied(place.structure, known))
    _record(session, place, enrolment, acts)


def go_on(session: Session, place: LearnerCourse) -> tuple[str, int] | None:
    """Return (unit, screen) where the learner was last: "Go on" leads there from every page. None where no place is kept."""
    mark = bookmark(session, place.enrolment) if place.enrolment is not None else None
    if mark is None or place.structure.unit_on_way(mark.unit) is None:
        return None
    return mark.unit, mark.screen


def ensure_enrolment(session: Session, place: LearnerCourse, learner: Learner) -> Enrolment:
    """Enrol a learner who came straight to a unit, and open none; or return their enrolment."""
    return enrol(session, learner, pack_id=place.structure.pack, structure_hash=place.edition.structure_hash)


def advance(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: str) -> str | None:
    """Record that a lesson is completed, and that the next unit is opened; return the next unit, None at the end of the way.

    A second press of the button changes nothing. A test is not completed by walking past it.
    """
    lock_enrolment(session, enrolment)
    states = dict(tracking.unit_states(session, enrolment.registration))
    this = place.structure.unit(unit)
    assert this is not None
    before = course_satisfied(place.structure, states)
    acts = initialized_acts(place, unit, states)
    if this.kind is not UnitKind.ASSESSMENT and not _state(states, unit).completed:
        acts.append(
            Act(
                verb=VerbId.COMPLETED,
                object=named_unit(place, this),
                parent=named_course(place),
                course=named_course(place),
                completion=True,
            )
        )
        states[unit] = replace(_state(states, unit), initialized=True, completed=True)
    following = place.structure.after(unit)
    if following is not None:
        acts += initialized_acts(place, following, states)
    acts += course_acts(place, states, before=before)
    _record(session, place, enrolment, acts)
    note_place(session, enrolment, following or unit, 1)
    return following


def open_unit(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: str) -> None:
    """Record that a unit is opened, once."""
    lock_enrolment(session, enrolment)
    states = tracking.unit_states(session, enrolment.registration)
    _record(session, place, enrolment, initialized_acts(place, unit, states))
    note_place(session, enrolment, unit, 1)


def course_acts(place: LearnerCourse, states: Mapping[str, UnitState], *, before: bool) -> list[Act]:
    """Return what is recorded when the last unit is satisfied: the course is completed and satisfied (cmi5 9.3.9), once."""
    if before or not course_satisfied(place.structure, states):
        return []
    course = named_course(place)
    return [
        Act(verb=VerbId.COMPLETED, object=course, completion=True),
        Act(verb=VerbId.SATISFIED, object=course),
    ]


def answer_act(
    place: LearnerCourse, unit: Unit, item: Item, interaction: Interaction, response: Response, outcome: Outcome
) -> Act:
    """Return the act of answering one item."""
    return Act(
        verb=VerbId.ANSWERED,
        object=named_item(place, unit, item, interaction),
        parent=named_unit(place, unit),
        course=named_course(place),
        success=outcome.success,
        scaled=round(outcome.scaled, 4),
        response=_recorded(item, interaction, response, outcome),
    )


def _recorded(item: Item, interaction: Interaction, response: Response, outcome: Outcome) -> str | None:
    # A wrong answer that was typed freely may be a name or a story: it is not kept.
    typed = interaction.describe(item).interaction_type in (InteractionType.FILL_IN, InteractionType.LONG_FILL_IN)
    return None if typed and not outcome.success else interaction.respond(item, response)


def answer(
    session: Session,
    place: LearnerCourse,
    enrolment: Enrolment,
    unit: Unit,
    item: Item,
    interaction: Interaction,
    response: Response,
    outcome: Outcome,
) -> None:
    """Record an answer that was given inside a lesson."""
    lock_enrolment(session, enrolment)
    acts = initialized_acts(place, unit.key, tracking.unit_states(session, enrolment.registration))
    acts.append(answer_act(place, unit, item, interaction, response, outcome))
    _record(session, place, enrolment, acts)


def initialized_acts(place: LearnerCourse, unit: str, states: Mapping[str, UnitState]) -> list[Act]:
    """Return what is recorded when a unit is met for the first time: before all else that is said of it (cmi5 9.3.2)."""
    if _state(states, unit).initialized:
        return []
    this = place.structure.unit(unit)
    assert this is not None
    return [
        Act(
            verb=VerbId.INITIALIZED,
            object=named_unit(place, this),
            parent=named_course(place),
            course=named_course(place),
        )
    ]


def _state(states: Mapping[str, UnitState], unit: str) -> UnitState:
    return states.get(unit, UnitState())


def record_acts(session: Session, place: LearnerCourse, enrolment: Enrolment, acts: list[Act]) -> None:
    """Record acts of an enrolled learner in their course."""
    _record(session, place, enrolment, acts)


def _record(session: Session, place: LearnerCourse, enrolment: Enrolment, acts: list[Act]) -> None:
    tracking.record(
        session,
        acts,
        actor_name=enrolment.learner.actor_name,
        registration=enrolment.registration,
        language=place.language,
    )


def note_place(session: Session, enrolment: Enrolment, unit: str, screen: int) -> None:
    """Keep the screen on which the learner is; the enrolment must be held."""
    row = session.get(Bookmark, enrolment.id)
    if row is None:
        session.add(Bookmark(enrolment_id=enrolment.id, unit=unit, screen=screen))
    elif (row.unit, row.screen) != (unit, screen):
        row.unit, row.screen, row.at = unit, screen, utcnow()


def note_screen(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: str, screen: int) -> None:
    """Keep the screen that a page says it shows. On a bad line that of a lesson just completed comes late: it takes nobody back."""
    lock_enrolment(session, enrolment)
    row = session.get(Bookmark, enrolment.id)
    if row is not None and row.screen == 1 and place.structure.after(unit) == row.unit and utcnow() - row.at < _LATE:
        return
    note_place(session, enrolment, unit, screen)


def bookmark(session: Session, enrolment: Enrolment) -> Bookmark | None:
    """Return where the learner was last."""
    return session.scalar(select(Bookmark).where(Bookmark.enrolment_id == enrolment.id))


def named_course(place: LearnerCourse) -> Named:
    """Return the course as an activity."""
    return Named(
        id=activity_id(place.structure.pack),
        type=ActivityType.COURSE,
        names=_names(place, lambda words: words.title),
    )


def named_unit(place: LearnerCourse, unit: Unit) -> Named:
    """Return a unit as an activity."""
    return Named(
        id=activity_id(place.structure.pack, unit.key),
        type=_UNIT_TYPES[unit.kind],
        names=_names(place, lambda words: words.units[unit.key].title),
    )


def named_item(place: LearnerCourse, unit: Unit, item: Item, interaction: Interaction) -> Named:
    """Return an item as an activity, described as xAPI has it."""
    definition = interaction.describe(item)
    parts = {part for members in definition.components.values() for _key, part in members}
    return Named(
        id=activity_id(place.structure.pack, unit.key, item.key),
        type=ActivityType.ITEM,
        names=_names(place, lambda words: words.of_item(item)["prompt"]),
        definition=definition,
        words={part: _names(place, lambda words, part=part: words.of_item(item)[part]) for part in sorted(parts)},
    )


def _names(place: LearnerCourse, pick: Callable[..., Text]) -> dict[str, str]:
    # The source language and the reader's: enough to understand a statement, and small. The facts are those of the pack's
    # first country: the one that the reader chose is promised to be kept nowhere.
    place = replace(place, chosen="")
    source = place.edition.summary.source_language
    names = {}
    for code in dict.fromkeys((source, place.language)):
        text = pick(place.edition.words(code))
        names[text.language] = plain(place, text, code)
    return names


def plain(place: LearnerCourse, text: Text, language: str) -> str:
    """Return a text without markup, its facts filled by the course's country and today."""
    return place.edition.plain(text, language=language, country=place.country)
