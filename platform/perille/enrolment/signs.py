"""A sign for each learner who shares a phone: nobody gives a name, so a shape says whose progress is whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from perille.core.i18n import lazy_gettext
from perille.enrolment.models import Phone


@dataclass(frozen=True, slots=True)
class Sign:
    """A shape and its word; the word is what is read out."""

    shape: str
    word: str


#: As many as learners may share a phone (`cookies.MOST_PROFILES`).
SIGNS = (
    Sign("●", lazy_gettext("Circle")),
    Sign("▲", lazy_gettext("Triangle")),
    Sign("■", lazy_gettext("Square")),
    Sign("★", lazy_gettext("Star")),
    Sign("◆", lazy_gettext("Diamond")),
    Sign("♥", lazy_gettext("Heart")),
)


def signs_of(phones: Iterable[Phone]) -> Mapping[UUID, Sign]:
    """Return phone -> sign: no two alike, and each the same whoever is open now and whoever comes later.

    It is taken from the phone's random number; where another has it already, it is the next that is free.
    """
    found: dict[UUID, Sign] = {}
    for phone in sorted(phones, key=lambda each: (each.joined_at, each.id)):
        start = phone.id.int % len(SIGNS)
        order = SIGNS[start:] + SIGNS[:start]
        found[phone.id] = next((each for each in order if each not in found.values()), order[0])
    return found
