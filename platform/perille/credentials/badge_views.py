"""The end of a course that gives a badge: a picture for the one who learned, with no name, no code, and no row of its own."""

from __future__ import annotations

from flask import Response, make_response, render_template

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.responses import see_other
from perille.courses.addresses import course_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.credentials.blueprint import BADGE, blueprint
from perille.learning.course_page import gives_badge
from perille.learning.course_units import stations
from perille.learning.enrolled_course import is_complete
from perille.learning.render_context import LessonRenderer
from perille.learning.requested_course import requested_course


@blueprint.get(BADGE)
def badge(lang: str, kind: str, slug: str) -> Response:
    """Show the badge of a course that is done; the page of a course that is not done says what comes next."""
    place = requested_course(kind, slug, lang)
    if not gives_badge(place.structure) or not (place.tracked or place.for_guest or place.edition.is_draft):
        raise NotFound(_("This course has no badge."))
    # Who looks at a draft sees what its learners get.
    if place.edition.is_draft:
        return make_response(_page(place))
    if not place.tracked or place.enrolment is None or not is_complete(db.session, place):
        return see_other(with_country(course_url(place), place))
    return make_response(_page(place))


def _page(place: LearnerCourse) -> str:
    renderer = LessonRenderer(place, place.language)
    units = place.structure.order
    return render_template(
        "credentials/badge.html",
        course_url=with_country(course_url(place), place),
        course_title=renderer.rendered(place.words.title),
        way=stations(place, renderer, units, done=frozenset(units)),
        help_country=place.sure_country,
        sensitive=place.edition.summary.sensitive,
    )
