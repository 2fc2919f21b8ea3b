"""A picture for each learner who shares a phone: nobody gives a name, so a picture says whose progress is whose."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from perille.core.i18n import lazy_gettext


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands for one person on a phone. The word beside it is what is read out."""

    #: What is stored; from 1.
    number: int
    #: Name of its icon.
    icon: str
    word: str


#: Numbers are stored, so a picture may be added at the end, and none is taken out or moved.
PICTURES = tuple(
    Picture(number, f"who-{name}", word)
    for number, (name, word) in enumerate(
        (
            ("sun", lazy_gettext("Sun")),
            ("moon", lazy_gettext("Moon")),
            ("star", lazy_gettext("Star")),
            ("heart", lazy_gettext("Heart")),
            ("flower", lazy_gettext("Flower")),
            ("tree", lazy_gettext("Tree")),
            ("bird", lazy_gettext("Bird")),
            ("house", lazy_gettext("House")),
            ("mountain", lazy_gettext("Mountain")),
            ("umbrella", lazy_gettext("Umbrella")),
            ("ball", lazy_gettext("Ball")),
            ("leaf", lazy_gettext("Leaf")),
        ),
        start=1,
    )
)


def picture_of(number: int) -> Picture:
    """Return the picture of a number; raise IndexError for none."""
    if number < 1:
        raise IndexError(number)
    return PICTURES[number - 1]


def usual_picture(phone_id: UUID) -> int:
    """Return the picture that a phone has until another one is chosen: it follows from the phone's random number."""
    return 1 + phone_id.int % len(PICTURES)


def free_picture(phone_id: UUID, taken: Collection[int]) -> int:
    """Return a picture that nobody on the phone has yet: the usual one, or the next that is free."""
    usual = usual_picture(phone_id)
    order: Iterable[int] = ((usual - 1 + step) % len(PICTURES) + 1 for step in range(len(PICTURES)))
    return next((number for number in order if number not in taken), usual)
