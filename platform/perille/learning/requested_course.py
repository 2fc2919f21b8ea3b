"""The course that a request asks for: the one place where an address becomes a course."""

from __future__ import annotations

from flask import request

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.courses.learner_course import KINDS, LearnerCourse, find_course, was_taken_back
from perille.domain.course import PackKind
from perille.enrolment.cookies import cookie_phone_id
from perille.packs.published.library import current_library


def requested_course(kind: str, slug: str, lang: str) -> LearnerCourse:
    """Return the course of this address for this request's learner, in the country the address asks for.

    *kind* is a word of the address, "courses" or "modules". Needs a request. Raise NotFound for none.
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
        raise NotFound(current_library().absent(slug) or _no_course(KINDS[kind], slug))
    return place


def _no_course(kind: PackKind, slug: str) -> str:
    """Return what is said to whom a course is not shown: who kept its address is not left to think that it was mistyped."""
    if was_taken_back(db.session, kind, slug):
        return _(
            "This course is not offered here any more."
            " If you have begun it, go on with it on the phone or computer on which you began."
        )
    return _("There is no such course here.")
