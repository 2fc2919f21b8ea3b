"""Addresses of the pages of a course, in the language and with the country of its reader."""

from __future__ import annotations

from typing import Any

from perille.core.web.page_addresses import url_for
from perille.courses.learner_course import KINDS, LearnerCourse

#: The same, the other way.
ADDRESSES = {kind: address for address, kind in KINDS.items()}


def with_country(address: str, place: LearnerCourse) -> str:
    """Return an address of a course with the country that the reader chose."""
    if not place.chosen:
        return address
    return f"{address}{'&' if '?' in address else '?'}in={place.chosen.lower()}"


def course_url(place: LearnerCourse, endpoint: str = "learning.course", **values: Any) -> str:
    """Return the address of the course's page, or of another endpoint below it; *values*: what else its rule asks for."""
    return url_for(endpoint, lang=place.language, kind=ADDRESSES[place.kind], slug=place.slug, **values)


def unit_url(place: LearnerCourse, key: str) -> str:
    """Return the address of a unit."""
    return course_url(place, "learning.unit", key=key)
