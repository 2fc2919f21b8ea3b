"""Leaving fast, help, staying safe online, and what is kept of whom."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request

from perille.accounts.services import COOKIE as ACCOUNT_COOKIE
from perille.enrolment.cookies import forget
from perille.i18n import LANGUAGES, language_of
from perille.pages import cached_page, page_query
from perille.safety.services import country_name, help_countries, help_rows
from perille.security import over_https

blueprint = Blueprint("safety", __name__)
#: Interfaces that a person has checked; in the others a safety word has its source under it.
REVIEWED_INTERFACES = frozenset({"en"})


@blueprint.record_once
def configure_safety(state: object) -> None:
    """Give every template the help box and the language links."""
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        help_rows=help_rows, help_countries=help_countries, country_name=country_name, page_in=page_in
    )

    @app.context_processor
    def reviewed() -> dict[str, object]:
        return {"interface_reviewed": language_of() in REVIEWED_INTERFACES}


def page_in(code: str) -> str:
    """Return the address of the page being made in another language: the same place, the same screen."""
    first, _sep, rest = request.path.lstrip("/").partition("/")
    if first == "verify":
        return f"{request.path}?lang={code}"
    if first not in LANGUAGES:
        return f"/{code}/"
    return _page_near(f"/{code}/", rest.rstrip("/")) + page_query()


def _page_near(start: str, rest: str) -> str:
    # The answer to a form may stand at an address that cannot be opened: then the page above it is meant.
    if request.method == "GET" and request.routing_exception is None:
        return start + rest
    adapter = current_app.create_url_adapter(request)
    while rest and adapter is not None and not ("GET" in adapter.allowed_methods(start + rest) and _opens(rest)):
        rest = rest.rpartition("/")[0]
    return start + rest


def _opens(rest: str) -> bool:
    # "start" looks like a unit's address, and is none.
    return not rest.endswith("/start")


@blueprint.get("/leave")
def leave() -> Response:
    """Leave: this browser forgets us, and goes where nobody asks. What was learned stays under its number."""
    response = make_response(redirect(current_app.config["PERILLE"].exit_url, 303))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    # Browsers heed Clear-Site-Data on encrypted lines only.
    response.delete_cookie(ACCOUNT_COOKIE, httponly=True, samesite="Lax", secure=over_https())
    # A link on another site must not make anybody lose their progress.
    site = request.headers.get("Sec-Fetch-Site", "none")
    return forget(response) if site in ("none", "same-origin") else response


@blueprint.get("/<lang:lang>/help")
def help_page(lang: str) -> Response:
    """Show who helps in a country."""
    country = request.args.get("country", "")
    known = country if country in help_countries() else ""
    return cached_page(
        ("help", known, current_app.extensions["perille_shelf"].facts_stamp()),
        lambda: render_template("safety/help.html", country=known, help_country=known),
        query=f"country={known}" if known else "",
    )


@blueprint.get("/<lang:lang>/safe")
def safe(lang: str) -> Response:
    """Explain how to leave, and how to be safe on a shared phone."""
    return cached_page(("safe",), lambda: render_template("safety/safe.html"))


@blueprint.get("/<lang:lang>/privacy")
def privacy(lang: str) -> Response:
    """Say what is kept, why and for how long."""
    return cached_page(("privacy",), lambda: render_template("safety/privacy.html"))
