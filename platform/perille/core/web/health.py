"""Addresses for machines: those that watch over us, and those that search the web."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from perille.core.extensions import db
from perille.core.outage import present_trouble
from perille.core.readiness import readiness, what_is_missing, what_to_look_at

blueprint = Blueprint("health", __name__)
#: RFC 9309. A code, a certificate or a test of a person is for no index; the courses and the help pages are for everybody.
_ROBOTS = """User-agent: *
Disallow: /xapi
Disallow: /verify/
Disallow: /leave
Disallow: /*/manage
Disallow: /sign-in/
Disallow: /*/sign-in/
Disallow: /group/
Disallow: /*/group/
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
    """Say whether database, migrations and packs are ready, and in words what is missing; `warnings` keep nobody from being served."""
    checks, trouble = readiness(current_app)
    trouble = trouble or (present_trouble(db.engine) if checks["database"] else None)
    if all(checks.values()) and trouble is None:
        warnings = what_to_look_at()
        return jsonify(status="ready", checks=checks, **({"warnings": warnings} if warnings else {})), 200
    why = {"missing": what_is_missing(checks, trouble), "reason": "" if trouble is None else trouble.value}
    return jsonify(status="not ready", checks=checks, **{name: words for name, words in why.items() if words}), 503
