"""Answers that many views give: redirects after a form, what no cache may keep, and compression."""

from __future__ import annotations

import gzip

from flask import Response, make_response, redirect, request

#: Compressing less than this saves nothing.
_MIN_SIZE = 400
#: Media types that get smaller.
COMPRESSIBLE = (
    "text/html",
    "text/css",
    "text/javascript",
    "application/json",
    "image/svg+xml",
    "application/manifest+json",
    "text/plain",
)


def no_store(response: Response) -> Response:
    """Let neither a browser nor a proxy keep an answer (RFC 9111 5.2.2.5), and return it."""
    response.headers["Cache-Control"] = "no-store"
    return response


def see_other(address: str) -> Response:
    """Lead to a page after a form (RFC 9110 15.4.4): the browser asks for *address* with GET, and a reload sends nothing again."""
    return make_response(redirect(address, 303))


def takes_gzip() -> bool:
    """Tell whether the browser accepts gzip (RFC 9110 12.5.3)."""
    return request.accept_encodings["gzip"] > 0


def compress(response: Response) -> Response:
    """Compress with gzip what a view made for one reader; for `after_request`."""
    if (
        response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or response.mimetype not in COMPRESSIBLE
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


def keep_private(response: Response) -> Response:
    """Leave no copy behind, neither in a browser nor in a search engine; for `after_request` of pages of one person."""
    no_store(response)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
