"""Signing in with a one-time link, and out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.extensions import db
from perille.core.ratelimit import rate_limit
from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.leaving import reopen
from perille.core.web.responses import no_store, see_other
from perille.people.services import COOKIE, SESSION_LIFE, peek, sign_in, sign_out

blueprint = Blueprint("people", __name__)


@blueprint.get("/<lang:lang>/sign-in/<token>")
def link(lang: str, token: str) -> Response:
    """Show one button: a program that follows links in mails must not use the link up."""
    good = peek(db.session, token)
    body = render_template("people/sign_in.html", good=good)
    return no_store(make_response(body, 200 if good else 410))


@blueprint.post("/<lang:lang>/sign-in/<token>")
def use_link(lang: str, token: str) -> Response:
    """Sign in."""
    trial = rate_limit("sign-in", burst=20, per_minute=10)
    found = sign_in(db.session, token)
    if found is None:
        # The page of the link says that it does not work any more.
        return no_store(see_other(url_for(".link", lang=lang, token=token)))
    trial.succeeded()
    response = see_other(url_for("administration.overview", lang=lang))
    set_cookie(response, COOKIE, found[1], seconds=int(SESSION_LIFE.total_seconds()))
    return no_store(reopen(response))


@blueprint.post("/<lang:lang>/sign-out")
def leave(lang: str) -> Response:
    """Sign out, here and on the server."""
    sign_out(db.session, request.cookies.get(COOKIE, ""))
    response = see_other(url_for("catalogue.home", lang=lang))
    delete_cookie(response, COOKIE)
    return no_store(response)
