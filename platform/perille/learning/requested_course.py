"""The course that a request asks for: the one place where an address becomes a course."""

from __future__ import annotations

from flask import abort, request, url_for

from perille.core.errors import NotFound, lead_on
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.responses import see_other
from perille.courses.addresses import course_url, with_country
from perille.courses.learner_course import KINDS, LearnerCourse, find_course, was_taken_back
from perille.domain.course import PackKind
from perille.enrolment.cookies import cookie_phone_id
from perille.packs.published.library import current_library


def requested_course(kind: str, slug: str, lang: str) -> LearnerCourse:
    """Return the course of this address for this request's learner, in the country the address asks for.

    *kind* is a word of the address, "courses" or "modules". Needs a request. Raise NotFound for none; of one
    that has moved, lead to where it is now.
    """
    place = find_course(
        db.session,
        current_library(),
        kind=KINDS[kind],
        slug=slug,
        language=lang,
        phone_id=cookie_phone_id(),
        country=request.args.get("in", ""),
    )
    if place is None:
        _follow(KINDS[kind], slug)
        raise NotFound(current_library().absent(slug) or _no_course(KINDS[kind], slug))
    lead_on(lambda: (with_country(course_url(place), place), _("Back to the course")))
    return place


def _follow(kind: PackKind, slug: str) -> None:
    """Lead to the same page of a course that has another address now: links and bookmarks of the old one are kept."""
    asked = request.view_args or {}
    there = current_library().moved(kind, slug) if "slug" in asked else ""
    if not there:
        return
    # What a form of the old page sends is for another pack: the course itself is shown.
    is_read = request.method in ("GET", "HEAD")
    endpoint = request.endpoint if is_read and request.endpoint else "learning.course"
    values = asked if is_read else {key: asked[key] for key in ("lang", "kind")}
    query = request.query_string.decode("ascii", "replace") if is_read else ""
    abort(see_other(url_for(endpoint, **{**values, "slug": there}) + (f"?{query}" if query else "")))


def _no_course(kind: PackKind, slug: str) -> str:
    """Return what is said to whom a course is not shown: who kept its address is not left to think that it was mistyped."""
    if was_taken_back(db.session, kind, slug):
        return _(
            "This course is not offered here any more."
            " If you have begun it, go on with it on the phone or computer on which you began."
        )
    return _("There is no such course here.")
