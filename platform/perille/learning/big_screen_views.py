"""A lesson on the screen in a room. It is the same for everybody, and holds no personal word."""

from __future__ import annotations

from flask import Blueprint, Response, request

from perille.core.web.page_cache import cached_page
from perille.core.web.responses import see_other
from perille.courses.addresses import unit_url, with_country
from perille.domain.course import UnitKind
from perille.learning.big_screen import BigScreenRequest, big_screen_page
from perille.learning.course_units import sheet_url
from perille.learning.lesson_page import lesson_key
from perille.learning.lesson_query import lesson_query, screen_number
from perille.learning.requested_course import requested_course
from perille.learning.views import unit_of

blueprint = Blueprint("big_screen", __name__)


@blueprint.get("/<lang:lang>/<any(courses, modules):kind>/<slug>/<key>/room")
def show(lang: str, kind: str, slug: str, key: str) -> Response:
    """Show a screen of a lesson in large letters; a unit that is no lesson has its own page."""
    place = requested_course(kind, slug, lang)
    if key in {sheet.key for sheet in place.structure.sheets}:
        # For the trainer alone: a room full of people is not to read what may come up among them.
        return see_other(sheet_url(place, key))
    this = unit_of(place, key)
    needs_country = this.variants and place.sure_country not in this.variants
    if this.kind is not UnitKind.LESSON or needs_country:
        return see_other(with_country(unit_url(place, key), place))
    query = lesson_query(place, this)
    asked = BigScreenRequest(place=place, unit=this, screen=1, second=query.second)
    number = screen_number(request.args.get("screen", "1"), asked.screens)
    asked = BigScreenRequest(place=place, unit=this, screen=number, second=query.second)
    return cached_page(
        ("big screen", *lesson_key(asked)),
        lambda: big_screen_page(asked),
        query=query.at(number).encoded,
        sensitive=asked.sensitive,
    )
