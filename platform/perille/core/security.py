"""What every answer carries and every change must show: headers, and where a form came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from perille.core.current import current_config
from perille.core.errors import BadRequest, CannotSave, Forbidden, NotFound, TooLarge
from perille.core.extension_state import AppSlot
from perille.core.i18n import _
from perille.core.outage import OutageCause
from perille.core.web.site_address import RECORD_STORE
from perille.core.web.too_large import too_large_words

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: Bytes of a form. A byte that is written as %XX costs the most to read: this many of them take less than 20 MB and 50 ms.
MAX_FORM = 192 * 1024
#: Characters of all headers of a request and of its query; browsers send less than a tenth.
MAX_HEADERS = 32 * 1024
#: No inline script or style, nothing from elsewhere. A form may lead only to ourselves.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        # Safari before 15.5 knows no worker-src and falls back to this.
        "child-src 'self'",
        "frame-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


#: On every answer of ours, so that a phone tells it from one of the network it is on (a page to sign in to a wifi); and what it may keep.
MARK = "Perille"
#: The answer is the same for everybody: a phone may keep it for when there is no line.
SAME = "same"
#: It may hold something of whoever asked.
OWN = "own"


def configure_security(app: Flask) -> None:
    """Check the address and the size of every request and the origin of every form, and add the headers to every answer."""
    app.wsgi_app = HeaderLimit(app.wsgi_app)  # type: ignore[method-assign]  # what wsgi_app is for
    app.before_request(refuse_nul)
    app.before_request(limit_form)
    app.before_request(check_origin)
    app.after_request(add_headers)


class HeaderLimit:
    """WSGI: refuses a request with headers so long that reading cookies and wishes out of them would keep others waiting.

    The embedded server has such a limit of its own; those of others differ, and may be switched off.
    """

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on what has short headers."""
        headers = sum(len(value) for name, value in environ.items() if name.startswith("HTTP_"))
        if headers + len(environ.get("CONTENT_TYPE") or "") + len(environ.get("QUERY_STRING") or "") <= MAX_HEADERS:
            return self._inner(environ, start_response)
        body = b"The headers of this request are too long."
        start_response("431 Request Header Fields Too Large", [("Content-Type", "text/plain"), *HEADERS.items()])
        return [body]


#: Endpoints whose address holds a signed token that is the proof: a mail program presses "unsubscribe" from wherever it is read.
proven_by_address = AppSlot[set[str]]("proven_by_address", set)
#: Fields of a form at most.
MAX_FIELDS = 1000
FORM = "application/x-www-form-urlencoded"


#: Set on a view that takes files: bytes that they may have.
_MAX_UPLOAD = "max_upload"
#: Bytes of the other fields of a form with files.
_REST_OF_FORM = 64 * 1024
#: Bytes of text in a form with files, as much as a file of text in a pack may have, and what else there is.
_LONGEST_TEXT = 2 * 1024 * 1024 + _REST_OF_FORM
#: Name in WSGI's environment: our own server has thrown a body away, because it has more than this many bytes.
BODY_LIMIT = "perille.body_limit"
#: Name in WSGI's environment: our own server has thrown a body away, because its disk had no room for it.
NO_ROOM = "perille.no_room"
#: A part of a rule that stands for a part of an address.
_VARIABLE = re.compile(r"<[^>]*>")
V = TypeVar("V", bound=Callable[..., object])


def takes_files(most: int) -> Callable[[V], V]:
    """Let a view take a form with files of *most* bytes altogether; it must ask who sends it before it reads the form."""

    def mark(view: V) -> V:
        setattr(view, _MAX_UPLOAD, most)
        return view

    return mark


def upload_limits(app: Flask) -> dict[int, str]:
    """Return bytes of a body -> a pattern of the paths that take so many: the server in front of the application lets these be larger."""
    found: dict[int, list[str]] = {}
    for rule in app.url_map.iter_rules():
        most = _max_upload(rule.endpoint, app)
        if most:
            path = "[^/]+".join(map(re.escape, _VARIABLE.split(rule.rule)))
            found.setdefault(most + _REST_OF_FORM, []).append(path)
    return {most: "|".join(paths) for most, paths in found.items()}


def _max_upload(endpoint: str | None, app: Flask) -> int:
    """Return how many bytes the files of a view may have, 0 where it takes none."""
    most: int = getattr(app.view_functions.get(endpoint or ""), _MAX_UPLOAD, 0)
    return most


def refuse_nul() -> None:
    """Raise NotFound for an address with NUL in it: none of ours has one, and PostgreSQL compares it with no text."""
    if "\0" in request.path:
        raise NotFound


def limit_form() -> None:
    """Raise BadRequest for a form that nobody fills in by hand.

    A view that takes files has another limit, and the record store its own.
    """
    if not _is_for_record_store():
        upload = _max_upload(request.endpoint, current_app)
        request.max_content_length = upload + _REST_OF_FORM if upload else MAX_FORM
        # Of text in a form with parts, too: the source of a lesson may be long.
        request.max_form_memory_size = min(request.max_content_length, _LONGEST_TEXT)
        _refuse_large(upload)
        # No other page sends parts, and cutting a body into parts is the dearest way to read a form.
        if request.mimetype == "multipart/form-data" and not upload:
            raise BadRequest
        # Each field costs work while others wait: the largest honest form, a test on one page, has far fewer.
        if (
            request.method == "POST"
            and request.mimetype == FORM
            and request.get_data(cache=True).count(b"&") > MAX_FIELDS
        ):
            raise BadRequest(_("This form has too many fields. Open the page again and send it once more."))


def _refuse_large(upload: int) -> None:
    """Refuse a body that is too large before anything of it is read; *upload*: bytes of the files that the view takes, 0 for none.

    Of who is not signed in the server takes no file, however small: that they must sign in is what the view itself says.
    """
    if request.environ.get(NO_ROOM):
        raise CannotSave(OutageCause.FULL)
    thrown_away: int | None = request.environ.get(BODY_LIMIT)
    if thrown_away is not None and thrown_away < upload:
        return
    if thrown_away is not None or (request.content_length or 0) > (request.max_content_length or 0):
        raise TooLarge(too_large_words(upload) if upload else "")


def _is_for_record_store() -> bool:
    return request.path.startswith(f"{RECORD_STORE}/")


def check_origin() -> None:
    """Raise Forbidden for a form that another site sent (there is no token: a token would need a cookie).

    Browsers say where a form comes from in Sec-Fetch-Site, Origin or, the oldest ones, Referer. A program that says nothing
    holds no cookie of a browser either. The record store has its own credentials in each request and needs no such check, nor
    has an address that is proof itself.
    """
    if request.method in _SAFE_METHODS or _is_for_record_store() or request.endpoint in proven_by_address():
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    foreign = site in ("cross-site", "same-site") if site else origin is not None and not _is_ours(origin)
    if foreign:
        raise Forbidden(_("This form came from another site, so it was not used. Open the page here and try again."))


def _is_ours(address: str) -> bool:
    try:
        return _same_host(urlsplit(address).netloc) == _same_host(request.host)
    except ValueError:
        return False


def _same_host(host: str) -> str:
    """Write a host so that its spellings are equal: small letters, no dot at the end of the name."""
    return re.sub(r"\.(?=$|:)", "", host.lower())


def over_https() -> bool:
    """Tell whether readers reach the site by https: this request came so, or PERILLE_SITE_URL says so (a proxy may not tell us).

    In a room only the request counts: a browser drops a cookie that is for https alone, and HSTS would shut the address for a year.
    """
    config = current_config()
    return request.is_secure or (config.site_url.startswith("https:") and not config.room_addresses)


def add_headers(response: Response) -> Response:
    """Add what protects the reader; a view that set one of them itself knows why.

    An answer without content shows nothing that could be misused, and each lesson's page gets one: on a bad line they count.
    """
    if response.status_code != HTTPStatus.NO_CONTENT:
        # One look at what is there: to ask for each by its name goes through all of them each time.
        there = {name.lower() for name, _value in response.headers}
        for name, value in HEADERS.items():
            if name.lower() not in there:
                response.headers.add(name, value)
        if current_config().room_addresses:
            # Browsers heed it over https alone, and complain of it elsewhere.
            response.headers.pop("Cross-Origin-Opener-Policy", None)
        response.headers.setdefault(MARK, OWN)
    if over_https():
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
