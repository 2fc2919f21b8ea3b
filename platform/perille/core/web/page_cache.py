"""The cache of pages that are the same for everybody, each kept whole and compressed."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Response, g, make_response, request

from perille import __version__
from perille.core.current import published_packs
from perille.core.dates import today
from perille.core.extension_state import AppSlot
from perille.core.i18n import language_of
from perille.core.security import MARK, OWN, SAME
from perille.core.site import current_site
from perille.core.web.cookie_check import TRIED, is_forgetful
from perille.core.web.display_preferences import HEADER, current_look
from perille.core.web.guest import is_guest
from perille.core.web.language_not_offered import ASKED, asked_language, near_languages
from perille.core.web.responses import takes_gzip

_CACHE_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A finished page, plain and compressed."""

    etag: str
    body: bytes
    compressed: bytes


@dataclass(slots=True)
class PageCache:
    """A thread-safe LRU cache of finished pages, bounded by the bytes of their bodies."""

    limit: int = _CACHE_BYTES
    _pages: OrderedDict[tuple[object, ...], CachedPage] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(
        self, key: tuple[object, ...], make: Callable[[], str], keep: Callable[[], bool] = lambda: True
    ) -> CachedPage:
        """Return the page of *key*; on a miss call *make*, and cache its result where *keep* then allows it."""
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


_page_cache = AppSlot[PageCache]("pages", PageCache)
#: Tells a number for what pages show of their reader, 0 for nothing: it is a part of every key, so nobody is given another one's page.
page_reader = AppSlot[Callable[[], int]]("page_reader", lambda: lambda: 0)


def make_cached_page(html: str) -> CachedPage:
    """Return a page as bytes, the same compressed with gzip, and a strong ETag (RFC 9110 8.8.3)."""
    body = html.encode()
    return CachedPage(hashlib.sha256(body).hexdigest()[:24], body, gzip.compress(body, 9, mtime=0))


def cached_page(
    key: tuple[object, ...],
    make: Callable[[], str],
    *,
    query: str = "",
    seconds: int = 0,
    sensitive: bool = False,
    personal: bool = False,
) -> Response:
    """Answer with a page without personal data from the cache; *key* names everything that it is made of.

    *query* is the part of its address after "?", as its links to other languages have it: what else a reader added must
    not get into a page that others are given. The answer is 304 where the browser has the page already; for *seconds* it need
    not even ask, so that a screen that was fetched ahead opens at once on a slow line. Of a *sensitive* page the
    browser keeps no copy, neither on its disk nor ready for Back. *personal*: it is the same for several people and yet tells something
    of who asked, so a phone does not keep it for when there is no line.
    """
    g.page_query = query
    cache = _page_cache()
    reader = page_reader()()
    page = cache.get((*_common(), reader, *key), make, _is_complete)
    response = Response(mimetype="text/html")
    # Where several use a phone, each page is asked for anew: the browser's copy may be another one's.
    kept = "no-store" if sensitive else f"private, max-age={seconds}" if seconds and not reader else "private, no-cache"
    response.headers["Cache-Control"] = kept
    # The worker names the look in a header instead of the cookie: without it here a browser would show that page for as long to somebody
    # who has no cookie, and another look.
    response.headers["Vary"] = f"Accept-Encoding, Cookie, {HEADER}"
    # A browser that has the page already keeps the mark it came with, unless this one says otherwise.
    response.headers[MARK] = OWN if personal or reader or is_forgetful() else SAME
    _set_body(response, page)
    return make_response(response.make_conditional(request))


def _set_body(response: Response, page: CachedPage) -> None:
    """Give the page as it is, or compressed to who takes that; each of the two has an ETag of its own (RFC 9110 8.8.3.3)."""
    if takes_gzip():
        response.set_data(page.compressed)
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(page.etag + "-gz")
    else:
        response.set_data(page.body)
        response.set_etag(page.etag)


def _common() -> tuple[object, ...]:
    """Return what every page is made of: the help box is on each, and so are facts."""
    return (
        __version__,
        current_site().version,
        request.script_root,
        today(),
        language_of(),
        published_packs().facts_stamp(),
        asked_language(),
        near_languages(),
        is_forgetful(),
        is_guest(),
        current_look(),
    )


def _is_complete() -> bool:
    return not g.pop("page_is_incomplete", False)


def leave_uncached() -> None:
    """Keep the page that is being made out of the cache, because a part of it failed."""
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
