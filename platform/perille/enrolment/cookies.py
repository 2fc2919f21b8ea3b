"""The learner's cookie: a signed random number, made when a course is started and not before."""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from perille.config import Config
from perille.enrolment.models import Learner
from perille.enrolment.services import find_learner, make_learner
from perille.extensions import db
from perille.pages import today
from perille.security import over_https

COOKIE = "perille_learner"
_YEAR = 365 * 24 * 3600


def _serializer() -> URLSafeSerializer:
    config: Config = current_app.config["PERILLE"]
    # itsdangerous signs with the last key and takes all of them.
    return URLSafeSerializer(list(reversed(config.secret_keys)), salt="perille learner")


def cookie_learner_id() -> UUID | None:
    """Return the learner's id in this request's cookie; None where it is missing, forged or broken."""
    try:
        return UUID(hex=_serializer().loads(request.cookies.get(COOKIE, "")))
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def current_learner() -> Learner | None:
    """Return the learner of this request, or None; asks the database once."""
    if "learner" not in g:
        g.learner = find_learner(db.session, cookie_learner_id())
    learner: Learner | None = g.learner
    return learner


def ensure_learner() -> Learner:
    """Return the learner of this request, made now if there is none; only a POST may."""
    learner = current_learner()
    if learner is None:
        learner = g.learner = make_learner(db.session, today())
    return learner


def remember(response: Response, learner: Learner) -> Response:
    """Set the learner's cookie on the answer to an act: for a year from now, signed with the newest key."""
    response.set_cookie(
        COOKIE,
        str(_serializer().dumps(learner.id.hex)),
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=over_https(),
    )
    return response


def forget(response: Response) -> Response:
    """Take the learner's cookie from this browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=over_https())
    return response
