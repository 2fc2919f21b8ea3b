"""Addresses for machines: those that watch over us, and those that search the web."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from perille.core.extensions import db
from perille.core.outage import note_success, note_trouble, present_trouble
from perille.core.schema import newest_revision, revision_of

blueprint = Blueprint("health", __name__)
#: RFC 9309. A code, a certificate or a test of a person is for no index; the courses and the help pages are for everybody.
_ROBOTS = """User-agent: *
Disallow: /xapi
Disallow: /verify/
Disallow: /leave
Disallow: /*/manage
Disallow: /*/sign-in/
Disallow: /*/my-data
Disallow: /*/keep
Disallow: /*/resume
Disallow: /*/join/
Disallow: /*/certificate
"""


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process answers; touches nothing."""
    return jsonify(status="alive")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell search engines what is not for them."""
    return Response(_ROBOTS, mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Say whether database, migrations and packs are ready, and which one is not; of a database in trouble also the reason."""
    checks = {"database": False, "migrations": False, "packs": False}
    try:
        db.session.execute(text("SELECT 1"))
        checks["database"] = True
        checks["migrations"] = revision_of(db.session.connection()) == newest_revision()
        checks["packs"] = bool(current_app.extensions["perille_shelf"].summaries())
        note_success(wrote=False)
        trouble = present_trouble(db.engine)
    except DBAPIError as error:
        db.session.rollback()
        trouble = note_trouble(error)
    reason = {} if trouble is None else {"reason": trouble.value}
    good = all(checks.values()) and not reason
    return jsonify(status="ready" if good else "not ready", checks=checks, **reason), 200 if good else 503
