"""What is read aloud in a course, for who takes it along with sound."""

from __future__ import annotations

from dataclasses import dataclass

from perille.core.web.page_addresses import url_for
from perille.courses.learner_course import LearnerCourse


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What is read aloud in a course, in a file of its own."""

    address: str
    #: Bytes.
    size: int


def recordings_of(place: LearnerCourse, second: str) -> tuple[Recording, ...]:
    """Return what pages in the chosen languages play, in the order of their names, which is that of the lessons."""
    words = [place.words, *((place.edition.words(second),) if second else ())]
    names = sorted(set().union(*(each.recordings(place.sure_country) for each in words)))
    files = (place.edition.media[name] for name in names)
    found = {url_for("learning.media", stamp=each.sha256[:20]): each.size for each in files}
    return tuple(Recording(address=address, size=size) for address, size in found.items())
