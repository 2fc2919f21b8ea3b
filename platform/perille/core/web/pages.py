"""Pages: made after the commit, kept while they are the same for everybody, small on the wire."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, g, make_response, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from perille import __version__
from perille.core.current import config_of, published_packs
from perille.core.database import utcnow
from perille.core.i18n import LANGUAGES, OFFERED, language_of
from perille.core.paths import STATIC
from perille.core.slots import AppSlot
from perille.core.web.cookie_check import TRIED, is_forgetful
from perille.core.web.navigation import links
from perille.core.web.unoffered import ASKED, asked_language

#: Compressing less than this saves nothing.
_MIN_SIZE = 400
_COMPRESSIBLE = (
    "text/html",
    "text/css",
    "text/javascript",
    "application/json",
    "image/svg+xml",
    "application/manifest+json",
    "text/plain",
)
_MIMES = {
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
    "woff2": "font/woff2",
}
_CACHE_BYTES = 24 * 1024 * 1024

static = Blueprint("static", __name__)


class DeferredResponse(Response):
    """What a view leaves to be made after its transaction is committed: no page is made inside a write."""

    def __init__(self, make: Callable[[], Response]) -> None:
        super().__init__()
        self.make = make


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A finished page, plain and compressed."""

    etag: str
    body: bytes
    compressed: bytes


@dataclass(slots=True)
class PageCache:
    """The newest pages that are the same for everybody, within a bound of bytes."""

    limit: int = _CACHE_BYTES
    _pages: OrderedDict[tuple[object, ...], CachedPage] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(
        self, key: tuple[object, ...], make: Callable[[], str], keep: Callable[[], bool] = lambda: True
    ) -> CachedPage:
        """Return the page of that key, made now if it is not kept. *keep* is asked then whether it may be."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        page = make_cached_page(make())
        if not keep():
            return page
        with self._lock:
            if key not in self._pages:
                self._pages[key] = page
                self._size += len(page.body) + len(page.compressed)
            while self._size > self.limit and len(self._pages) > 1:
                _key, old = self._pages.popitem(last=False)
                self._size -= len(old.body) + len(old.compressed)
        return page


#: Prefix of names -> folder of static files, beside our own.
_static_folders = AppSlot[dict[str, Path]]("static_folders", dict)
_page_cache = AppSlot[PageCache]("pages", PageCache)


def make_cached_page(html: str) -> CachedPage:
    """Finish a page: bytes, the same compressed, and a strong ETag."""
    body = html.encode()
    return CachedPage(hashlib.sha256(body).hexdigest()[:24], body, gzip.compress(body, 9, mtime=0))


def cached_page(
    key: tuple[object, ...], make: Callable[[], str], *, query: str = "", seconds: int = 0, sensitive: bool = False
) -> Response:
    """Answer with a page that holds no personal word; *key* names all that it is made of.

    *query* is the part of its address after "?", as its links to other languages have it: what else a reader added must
    not get into a page that others are given. The answer is 304 where the browser has the page already; for *seconds* it need
    not even ask, so that a screen that was fetched ahead opens at once on a slow line. Of a *sensitive* page the
    browser keeps no copy, neither on its disk nor ready for Back.
    """
    g.page_query = query
    cache = _page_cache()
    # The help box is on every page, so facts are a part of every page.
    facts = published_packs().facts_stamp()
    page = cache.get(
        (__version__, request.script_root, today(), language_of(), facts, asked_language(), is_forgetful(), *key),
        make,
        _is_complete,
    )
    response = Response(mimetype="text/html")
    kept = "no-store" if sensitive else f"private, max-age={seconds}" if seconds else "private, no-cache"
    response.headers["Cache-Control"] = kept
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    if takes_gzip():
        response.set_data(page.compressed)
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(page.etag + "-gz")
    else:
        response.set_data(page.body)
        response.set_etag(page.etag)
    return make_response(response.make_conditional(request))


def _is_complete() -> bool:
    return not g.pop("page_is_incomplete", False)


def leave_uncached() -> None:
    """Say that something failed in the page that is being made, so that it is given once and not kept."""
    g.page_is_incomplete = True


def page_query() -> str:
    """Return the part after "?" of the address of the page being made, with the "?"; "" where there is none."""
    query: str | None = g.get("page_query")
    if query is None and request.method == "GET":
        query = "&".join(
            part
            for part in request.query_string.decode("ascii", "replace").split("&")
            if not part.startswith((f"{ASKED}=", f"{TRIED}="))
        )
    return f"?{query}" if query else ""


def takes_gzip() -> bool:
    """Whether the reader's browser takes a compressed answer."""
    return request.accept_encodings["gzip"] > 0


def today() -> date:
    """Return the day by which facts hold, in UTC."""
    day: date | None = g.get("today")
    if day is None:
        day = g.today = utcnow().date()
    return day


def compress(response: Response) -> Response:
    """Compress what a view made for one reader."""
    if (
        response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or response.mimetype not in _COMPRESSIBLE
        or response.status_code in (204, 304)
        or not takes_gzip()
    ):
        return response
    body = response.get_data()
    if len(body) >= _MIN_SIZE:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


@cache
def _static_files(folder: Path) -> frozenset[str]:
    return frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@cache
def _read_static(path: Path) -> tuple[str, bytes, bytes]:
    body = path.read_bytes()
    return hashlib.sha256(body).hexdigest()[:10], body, gzip.compress(body, 9, mtime=0)


def add_static_folder(app: Flask, prefix: str, folder: Path) -> None:
    """Serve the files of a folder too, under names that begin with *prefix* and "/": those of the kinds that pages load."""
    _static_folders.of(app)[prefix] = folder


def has_static_file(app: Flask, name: str) -> bool:
    """Tell whether `static_url` knows a name."""
    return _static_path(app, name) is not None


def _static_path(app: Flask, name: str) -> Path | None:
    if name in _static_files(STATIC):
        return STATIC / name
    prefix, _sep, rest = name.partition("/")
    folder = _static_folders.of(app).get(prefix)
    known = folder is not None and rest in _static_files(folder) and rest.rpartition(".")[2] in _MIMES
    return folder / rest if folder is not None and known else None


def _static_file(name: str) -> tuple[str, bytes, bytes] | None:
    # What is not shipped is not remembered either: there is no end of names.
    path = _static_path(current_app, name)
    return _read_static(path) if path is not None else None


def static_url(name: str) -> str:
    """Return the address of a shipped file; it changes with its content, so that it may be kept for ever."""
    found = _static_file(name)
    if found is None:
        raise FileNotFoundError(name)
    return url_for("static.shipped", stamp=found[0], name=name)


@static.get("/static/<stamp>/<path:name>")
def shipped(stamp: str, name: str) -> Response:
    """Serve a shipped file, compressed once."""
    found = _static_file(name)
    if found is None:
        raise NotFound
    mime = _MIMES.get(name.rpartition(".")[2], "application/octet-stream")
    squeezed = takes_gzip() and mime in _COMPRESSIBLE
    response = Response(found[2] if squeezed else found[1], mimetype=mime)
    if squeezed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    fresh = "public, max-age=31536000, immutable" if stamp == found[0] else "no-cache"
    response.headers["Cache-Control"] = fresh
    return response


@cache
def icon(name: str) -> Markup:
    """Return a shipped icon as inline SVG; it is decoration, the word stands beside it."""
    path = (STATIC / "icons" / f"{name}.svg").resolve()
    if not path.is_relative_to(STATIC):
        raise FileNotFoundError(name)
    return Markup(path.read_text("utf-8").strip())  # noqa: S704  (our own file)


def lang_attributes(code: str) -> Markup:
    """Return lang and dir for an element whose words are in another language than the page."""
    return Markup('lang="{}" dir="{}"').format(code, LANGUAGES[code].direction)


def configure_pages(app: Flask) -> None:
    """Give templates what every page needs."""
    app.register_blueprint(static)
    app.after_request(compress)
    app.jinja_env.globals.update(
        icon=icon,
        static_url=static_url,
        lang_attributes=lang_attributes,
        LANGUAGES=LANGUAGES,
        OFFERED=OFFERED,
        is_forgetful=is_forgetful,
        links=links,
    )

    @app.context_processor
    def page_words() -> dict[str, object]:
        language = LANGUAGES[language_of()]
        return {"language": language, "settings": config_of(app)}
