"""Signing in with a one-time link, and out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from perille.core.errors import Forbidden
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.ratelimit import rate_limit
from perille.core.web.cookies import delete_cookie, set_cookie
from perille.core.web.leaving import is_left, reopen
from perille.core.web.responses import no_store, see_other
from perille.people.models import Account, Role
from perille.people.services import COOKIE, SESSION_LIFE, account_of, peek, sign_in, sign_out

P = ParamSpec("P")
R = TypeVar("R")

blueprint = Blueprint("people", __name__)


def current_account() -> Account | None:
    """Return the account that is signed in, or None; asks the database once a request."""
    if "account" not in g:
        g.account = None if is_left() else account_of(db.session, request.cookies.get(COOKIE, ""))
    account: Account | None = g.account
    return account


def refuse_roles(names: frozenset[str]) -> Response | None:
    """Return None where the account that is signed in has one of these roles, else a page that says so; raise Forbidden for none."""
    account = current_account()
    if account is None:
        raise Forbidden(_("This page is for staff. Open your sign-in link, or ask an administrator for a new one."))
    if account.role in names:
        return None
    return no_store(make_response(render_template("people/no_page.html", email=account.email), 403))


def require_role(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only accounts of these roles use a view."""
    names = frozenset(role.value for role in roles)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            refusal = refuse_roles(names)
            return view(*args, **kwargs) if refusal is None else cast(R, refusal)

        return guarded

    return decorate


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
