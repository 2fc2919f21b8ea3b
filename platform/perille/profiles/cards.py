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


def course_title(pack_id: str, lang: str) -> str:
    """Return the title of a course in a language, or the nearest one it has; the pack's own name where it is gone."""
    summary = current_library().summary(pack_id)
    if summary is None:
        return pack_id
    languages = (*fallbacks(lang)[:-1], summary.source_language)
    return next((summary.titles[code] for code in languages if code in summary.titles), summary.slug)


def _progress(enrolment: Enrolment, lang: str) -> tuple[str, int, int]:
    edition = current_library().edition(enrolment.pack_id, enrolment.structure_hash)
    if edition is None:
        return course_title(enrolment.pack_id, lang), 0, 0
    states = unit_states(db.session, enrolment.registration)
    units = edition.structure.counted_units
    done = sum(1 for unit in units if unit.key in states and satisfied(unit, states[unit.key]))
    return course_title(enrolment.pack_id, lang), done, len(units)
