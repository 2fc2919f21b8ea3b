"""What tells one person's progress from another's on a shared phone: a picture, a course, a day."""

from __future__ import annotations

from dataclasses import dataclass

from perille.core.dates import long_date
from perille.core.extensions import db
from perille.core.i18n import _, fallbacks
from perille.domain.progress import satisfied
from perille.enrolment.models import Enrolment, Phone
from perille.enrolment.pictures import Picture
from perille.enrolment.services import open_enrolments
from perille.packs.published.library import current_library
from perille.tracking.services import unit_states


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """One person's progress on a shared phone."""

    #: The number of the phone row, as forms name it.
    phone: str
    picture: Picture
    title: str
    done: int
    count: int
    #: Day of the last act, in words.
    day: str
    open: bool


def card_of(phone: Phone, here: Phone | None, lang: str) -> ProfileCard:
    """Return the card of a profile; *here*: the one that is open."""
    enrolments = open_enrolments(db.session, phone.learner_id)
    title, done, count = _progress(enrolments[0], lang) if enrolments else (_("No course yet"), 0, 0)
    return ProfileCard(
        phone=phone.id.hex,
        picture=phone.shown_picture,
        title=title,
        done=done,
        count=count,
        day=long_date(phone.learner.last_seen_on, lang),
        open=here is not None and phone.id == here.id,
    )


def _progress(enrolment: Enrolment, lang: str) -> tuple[str, int, int]:
    shelf = current_library()
    summary = shelf.summary(enrolment.pack_id)
    edition = shelf.edition(enrolment.pack_id, enrolment.structure_hash)
    if summary is None or edition is None:
        return enrolment.pack_id, 0, 0
    languages = (*fallbacks(lang)[:-1], summary.source_language)
    title = next((summary.titles[code] for code in languages if code in summary.titles), summary.slug)
    states = unit_states(db.session, enrolment.registration)
    units = edition.structure.units
    done = sum(1 for unit in units if unit.key in states and satisfied(unit, states[unit.key]))
    return title, done, len(units)
