"""Units that are taken elsewhere: a module of a path on its own pages, a session with a trainer in a room."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template, url_for

from perille.core.errors import BadRequest, NotFound
from perille.core.i18n import _
from perille.core.web.responses import see_other
from perille.courses.addresses import ADDRESSES, course_url
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit, UnitKind
from perille.learning.render_context import LessonRenderer
from perille.learning.unit_pages import UnitPages, register_unit_pages
from perille.packs.published.library import current_library


def register_stations(app: Flask) -> None:
    """Show units of these kinds."""
    register_unit_pages(app, UnitKind.MODULE, UnitPages(show=show_module, answer=_nothing_to_answer))
    register_unit_pages(app, UnitKind.SESSION, UnitPages(show=show_session, answer=_nothing_to_answer))


def show_module(place: LearnerCourse, unit: Unit) -> Response:
    """Lead to the module's own pages; raise NotFound where it is not published."""
    shelf = current_library()
    summary = shelf.summary(unit.module)
    if summary is None:
        raise NotFound(_("This module is not here at the moment. Go back to the course and choose another one."))
    address = url_for("learning.course", lang=place.language, kind=ADDRESSES[summary.kind], slug=summary.slug)
    return see_other(address)


def show_session(place: LearnerCourse, unit: Unit) -> Response:
    """Say that this part happens in a room."""
    title = LessonRenderer(place, place.language).rendered(place.words.units[unit.key].title)
    body = render_template(
        "learning/session.html", title=title, course_url=course_url(place), help_country=place.sure_country
    )
    return make_response(body)


def _nothing_to_answer(place: LearnerCourse, unit: Unit) -> Response:
    raise BadRequest(_("There is nothing to answer here. Go back to the course."))
