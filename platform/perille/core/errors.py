"""The exceptions that a page answers with, each knowing its status, and the one place where they become pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from traceback import format_tb
from uuid import uuid4

from flask import (
    Flask,
    Response,
    current_app,
    g,
    got_request_exception,
    make_response,
    redirect,
    render_template,
    request,
)
from markupsafe import escape
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from perille.core.extension_state import AppSlot
from perille.core.full_disk import is_disk_trouble
from perille.core.i18n import _, language_of
from perille.core.outage import OutageCause, note_trouble
from perille.core.web.responses import no_store
from perille.core.web.url_repair import repaired_url

log = logging.getLogger(__name__)
#: Errors after which a form can be sent again, or otherwise.
_BACK_FROM = frozenset({400, 405, 409, 413, 429, 500, 503})
#: Tells whether a database was never made ready for this version.
_unprepared = AppSlot[Callable[[Flask], bool]]("unprepared")
#: A page of which nothing can fail.
_BARE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><title>{title} – Perille</title><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>{title}</h1><p>{message}</p><p><a href="{site}/">Perille</a></p>
<form method="post" action="{site}/leave"><button>{leave}</button></form></body>
</html>
"""


class PerilleError(Exception):
    """Something a person must be told, with the way out in `message` (in their language, or plain English for operators)."""

    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(PerilleError):
    """What the address names does not exist, or no longer."""

    status = 404


class Forbidden(PerilleError):
    """This person or program may not do that."""

    status = 403


class SignInNeeded(Forbidden):
    """Nobody is signed in, and somebody must be: the page has the way to signing in.

    *to*: the path of the page to which signing in leads in the end; None for the usual one.
    """

    def __init__(self, message: str = "", to: str | None = None) -> None:
        super().__init__(message)
        self.to = to


class BadRequest(PerilleError):
    """What was sent cannot be used; nothing was changed."""

    status = 400


class Conflict(PerilleError):
    """What was sent does not fit what is there now; nothing was changed."""

    status = 409


class TooLarge(PerilleError):
    """What was sent has more bytes than the page takes; nothing was changed."""

    status = 413


class TooManyRequests(PerilleError):
    """Too many tries in a short time."""

    status = 429

    def __init__(self, message: str = "", *, retry_after: int = 60) -> None:
        super().__init__(message)
        #: Seconds to wait.
        self.retry_after = retry_after


class Unavailable(PerilleError):
    """What the address names cannot be given at the moment; nothing was changed."""

    status = 503

    def __init__(self, message: str = "", *, retry_after: int = 60) -> None:
        super().__init__(message)
        #: Seconds after which it may be tried again.
        self.retry_after = retry_after


class CannotSave(Unavailable):
    """Nothing can be saved for as long as a trouble of the database lasts, so that slow work for it is not begun."""

    def __init__(self, trouble: OutageCause) -> None:
        super().__init__(_trouble_words(trouble))


class ConfigError(PerilleError):
    """A setting, the data folder or the database cannot be used: one line, and the program does not start."""


def lead_on(make: Callable[[], tuple[str, str]]) -> None:
    """Say to which page an error page of this request leads before all others, should one come; the last call counts.

    make: returns its address and its words; it is called for an error page alone. Example:
    `lead_on(lambda: (url_for("seminars.upcoming", lang=language_of()), _("Seminars")))`.
    """
    g.error_leads_to = make


def register_error_pages(app: Flask, unprepared: Callable[[Flask], bool] = lambda _app: False) -> None:
    """Answer each exception with a page that says what to do next. *unprepared*: whether the database was never made ready."""
    _unprepared.set(app, unprepared)
    app.register_error_handler(PerilleError, error_page)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, database_error_page)
    app.register_error_handler(OSError, system_error_page)
    app.register_error_handler(Exception, _fault)


def error_page(error: PerilleError, template: str = "error.html", **more: object) -> Response:
    """Return the page that says an error; *template*: one that extends the usual one and shows *more*."""
    if isinstance(error, NotFound) and (mended := repaired_url()) is not None:
        return make_response(redirect(mended, 302))
    more["sign_in"] = isinstance(error, SignInNeeded)
    more["to"] = error.to if isinstance(error, SignInNeeded) else None
    heading = _("The site has a problem") if isinstance(error, CannotSave) else ""
    response = _page(error.status, error.message, heading, template=template, more=more)
    if isinstance(error, TooManyRequests | Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    if error.code == NotFound.status and (mended := repaired_url()) is not None:
        return make_response(redirect(mended, 302))
    response = _page(error.code, "")
    for name, value in error.get_headers():
        if name in ("Allow", "Content-Range", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def database_error_page(error: DBAPIError, template: str = "error.html", **more: object) -> Response:
    """Return the page that says what is wrong with the database; *template*: one that extends the usual one and shows *more*."""
    trouble = note_trouble(error)
    if trouble is OutageCause.REFUSED and _unprepared()(current_app):
        log.error("not ready: the database has no tables, or those of another version: run `perille prepare`")
        return _page(
            503,
            _("This site is not set up yet. Whoever runs it: run “perille prepare” once."),
            _("The site has a problem"),
        )
    if trouble in (OutageCause.REFUSED, OutageCause.BUSY):
        # Not the error's own words: they quote the row, and so an answer, a name or an address.
        state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", "")
        log.error("database: %s %s\n%s", type(error.orig).__name__, state, "".join(format_tb(error.__traceback__)))
    if trouble is OutageCause.REFUSED:
        return _page(500, _fault_words(uuid4().hex[:8]), template=template, more=more)
    heading = "" if trouble is OutageCause.BUSY else _("The site has a problem")
    response = _page(503, _trouble_words(trouble), heading, template=template, more=more)
    response.headers["Retry-After"] = "5" if trouble is OutageCause.BUSY else "60"
    return response


def _trouble_words(trouble: OutageCause) -> str:
    if trouble is OutageCause.BUSY:
        return _("The site is very busy. What you sent last may not be saved. Wait a moment and try again.")
    if trouble is OutageCause.AWAY:
        return _(
            "The site cannot reach its data at the moment. What you sent last may not be saved. Wait a few minutes and try again."
        )
    if trouble is OutageCause.DAMAGED:
        return _(
            "Part of the site's data cannot be read. What you sent last may not be saved."
            " The people who run the site must repair it. Try again later."
        )
    return _(
        "The site cannot save anything at the moment. What you sent last may not be saved."
        " What was saved before is still there. Try again later."
    )


def system_error_page(error: OSError, template: str = "error.html", **more: object) -> Response:
    """Say of a full disk that it is full; it need not be the database's, and then nothing else says so. *template*: as above."""
    if not is_disk_trouble(error):
        return _fault(error)
    log.error("a file of ours has no room: %s (TMPDIR names the folder of what an upload brings)", error.strerror)
    return error_page(CannotSave(OutageCause.FULL), template, **more)


def _fault(error: Exception) -> Response:
    number = uuid4().hex[:8]
    log.error("fault %s", number, exc_info=error)
    # Flask sends it only for exceptions that no handler takes, and ours takes all.
    got_request_exception.send(current_app._get_current_object(), exception=error)  # type: ignore[attr-defined]
    return _page(500, _fault_words(number))


def _fault_words(number: str) -> str:
    return _(
        "Something went wrong on our side. What you sent last may not be saved."
        " What was saved before is still there. Number: %(number)s",
        number=number,
    )


def _messages() -> dict[int, tuple[str, str]]:
    return {
        400: (_("This could not be read"), _("What was sent is not complete. Go back and try again.")),
        403: (_("This page is not for you"), _("You may need to sign in, or it belongs to somebody else.")),
        404: (_("This page is not here"), _("It may have moved. Choose where you want to go.")),
        405: (_("This does not work here"), _("Go back to the page you came from.")),
        409: (_("Something has changed"), _("The page was changed in the meantime. Open it again.")),
        413: (_("This is too big"), _("Send something smaller.")),
        429: (_("Too many tries"), _("Wait a few minutes, then try again.")),
        503: (_("Please wait a moment"), _trouble_words(OutageCause.BUSY)),
    }


def _page(
    status: int,
    message: str,
    heading: str = "",
    *,
    template: str = "error.html",
    more: Mapping[str, object] | None = None,
) -> Response:
    shown = dict(more or {})
    make: Callable[[], tuple[str, str]] | None = g.get("error_leads_to")
    # Where the database is the trouble, no page below it would open either.
    shown["leads_to"] = make() if make is not None and status < 500 else None
    if status in _BACK_FROM and not shown.get("back"):
        shown["back"] = _form_page()
    title, default = _messages().get(status, (_("Something went wrong"), _("Go back and try again.")))
    words = {
        "title": heading or (_("Sign in") if shown.get("sign_in") else title),
        "message": message or default,
        "status": status,
    }
    body = _body(template, shown | words)
    return no_store(make_response(body, status))


def _form_page() -> str:
    """Return the address of the page of this site whose form was sent, "" for none: who reads "go back" has a button for it."""
    before = request.referrer or ""
    is_ours = before.startswith(request.url_root)
    return before if is_ours and request.method not in ("GET", "HEAD") else ""


def _body(template: str, words: dict[str, object]) -> str:
    """Make the page with as much as still works: without the database no numbers in the help box, at worst a page that needs nothing."""
    try:
        try:
            return render_template(template, **words)
        except DBAPIError:
            return render_template(template, **words, without_database=True)
    except Exception:
        log.exception("the page of an error could not be made")
        said = {"site": escape(request.script_root)} | {name: escape(words[name]) for name in ("title", "message")}
        return _BARE.format(lang=language_of(), leave=escape(_("Leave this page quickly")), **said)
