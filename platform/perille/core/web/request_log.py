"""A line in the log, and a count, for each request: under which route, with which status, in how many milliseconds.

Of the address the pattern alone is written (`/<lang:lang>/courses/<slug>`): which page somebody read is nobody's business.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from os import urandom
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask, request, request_started

from perille.core.current import config_of
from perille.core.logs import RequestLine, RequestRecord, request_id
from perille.core.metrics import current_metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("perille.requests")
#: Keys of the environment under which whoever answers says which route that is, and of which part of the site.
ROUTE, PART = "perille.route", "perille.part"
#: The header of an answer that names its lines in the log.
HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_UNKNOWN = "none"


class RequestLog:
    """WSGI: gives each request an id, and writes down how it was answered."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        config = config_of(app)
        self._inner = inner
        # Anybody can send the header where no proxy sets it.
        name = config.request_id_header if config.proxy_hops else ""
        self._header = f"HTTP_{name.upper().replace('-', '_')}" if name else ""
        self._lines = config.log_requests
        self._metrics = current_metrics.of(app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and write it down; the time is that until the answer begins."""
        began, status, this = perf_counter(), 500, self._id(environ)

        def start(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, [*headers, (HEADER, this)], *more)

        token = request_id.set(this)
        try:
            return self._inner(environ, start)
        finally:
            self._note(environ, status, perf_counter() - began, this)
            request_id.reset(token)

    def _id(self, environ: WSGIEnvironment) -> str:
        """Return the id that a proxy gave the request, where that is set up and it looks like one; else a new one."""
        given = environ.get(self._header, "") if self._header else ""
        return given if _ID.fullmatch(given) else urandom(16).hex()

    def _note(self, environ: WSGIEnvironment, status: int, seconds: float, this: str) -> None:
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in _METHODS else "OTHER"
        self._metrics.note(environ.get(PART, _UNKNOWN), method, status, seconds)
        if self._lines and log.isEnabledFor(logging.INFO):
            line = RequestLine(method, environ.get(ROUTE, _UNKNOWN), status, seconds * 1000, this)
            # Made by hand: to find the line of the program that logs costs more than to write.
            log.handle(RequestRecord(log.name, line))


def configure_request_log(app: Flask) -> None:
    """Put the log around everything that the application answers."""
    request_started.connect(_note_route, app)
    app.wsgi_app = RequestLog(app, app.wsgi_app)  # type: ignore[method-assign]  # what wsgi_app is for


def _note_route(_app: Flask, **_more: object) -> None:
    if request.url_rule is not None:
        request.environ[ROUTE] = request.url_rule.rule
        request.environ[PART] = request.blueprint or request.endpoint or _UNKNOWN
