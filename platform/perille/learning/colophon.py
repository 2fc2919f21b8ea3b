"""What a lesson on paper says of itself: who finds it in a drawer must see how old it is and where it comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from perille.core.current import current_config
from perille.core.dates import long_date, today
from perille.courses.addresses import course_url
from perille.courses.learner_course import LearnerCourse


def colophon(place: LearnerCourse) -> dict[str, object]:
    """Return version, day, language, authors, licence and address of a course; the address is "" where the site's setting names none."""
    summary = place.edition.summary
    return {
        "version": summary.version,
        "day": long_date(today(), place.language),
        "words_language": place.edition.language_of_words(place.language),
        "authors": ", ".join(summary.authors),
        "licence": summary.licence,
        "address": _public_address(place),
    }


def _public_address(place: LearnerCourse) -> str:
    # By the setting alone: a page that is kept for everybody must not say what one request called the site.
    parts = urlsplit(current_config().site_url or "")
    return f"{parts.scheme}://{parts.netloc}{course_url(place)}" if parts.netloc else ""
