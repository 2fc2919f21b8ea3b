"""The record store's own door: requests under its address go past the machinery of pages, which costs more than storing a statement.

Version, credentials, size and body are checked here, once for all resources; the transaction is run here; faults become JSON here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from uuid import uuid4

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from perille.config import Config
from perille.database import is_passing, run_in_transaction
from perille.errors import PerilleError
from perille.extensions import db
from perille.lrs import formats
from perille.lrs.answers import Answer, error_answer, fault_answer
from perille.lrs.calls import Call, alternate
from perille.lrs.clients import keyring, peppers_of
from perille.lrs.faults import Fault, Rule, bad
from perille.lrs.quiet import quiet_since
from perille.lrs.resources import RESOURCES, about, launch, statements
from perille.lrs.sql import Work
from perille.lrs.versions import HEADER, Version, negotiate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_STATUS = {
    200: "200 OK", 204: "204 No Content", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden", 404: "404 Not Found",
    405: "405 Method Not Allowed", 409: "409 Conflict", 412: "412 Precondition Failed", 413: "413 Content Too Large",
    415: "415 Unsupported Media Type", 429: "429 Too Many Requests", 500: "500 Internal Server Error", 503: "503 Service Unavailable",
    507: "507 Insufficient Storage",
}  # fmt: skip
#: A document that a client stored never acts as a page of ours.
_SAFE = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]


class Door:
    """WSGI: answers what lies under the record store's address, passes everything else on."""

    def __init__(self, app: Flask, inner: WSGIApplication, prefix: str) -> None:
        self._app = app
        self._inner = inner
        self._prefix = f"{prefix.rstrip('/')}/"
        self._config: Config = app.config["PERILLE"]
        self._peppers = peppers_of(self._config.secret_keys)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(self._prefix):
            return self._inner(environ, start_response)
        resource = path[len(self._prefix) :].rstrip("/")
        with self._app.app_context():
            answer = self._guarded(environ, resource)
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body
        start_response(_STATUS.get(answer.status, str(answer.status)), self._headers(environ, resource, answer))
        return [body]

    @cached_property
    def _engine(self) -> Engine:
        return db.engine

    def _guarded(self, environ: WSGIEnvironment, resource: str) -> Answer:
        """Answer, whatever happens, with JSON."""
        try:
            return self._answer(environ, resource)
        except Fault as fault:
            return fault_answer(fault)
        except PerilleError as error:
            return error_answer(error.status, error.message)
        except DBAPIError as error:
            return _database_answer(error)
        except Exception:
            number = uuid4().hex[:8]
            log.exception("fault %s", number)
            return error_answer(500, f"Something went wrong here, and nothing was stored. Number: {number}.")

    def _answer(self, environ: WSGIEnvironment, resource: str) -> Answer:
        method: str = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return Answer(204)
        if resource == "about" and method in ("GET", "HEAD"):
            return about.answer()
        if resource == "launch" and method == "POST":
            return launch.answer(Work(self._engine), _params(environ), self._peppers)
        view, call = self._call(environ, method, resource)
        write = method not in _READS
        return run_in_transaction(call.session, lambda: view(self._known(call)), write=write)

    def _call(self, environ: WSGIEnvironment, method: str, resource: str) -> tuple[Callable[[Call], Answer], Call]:
        """Read the request, in the alternate syntax too, as far as it can be without the database."""
        params, body = _params(environ), self._body(environ) if method in ("PUT", "POST") else b""
        call = Call(
            method,
            params,
            _headers_of(environ),
            body,
            Version.V2,
            None,
            Work(self._engine),
            f"{environ.get('SCRIPT_NAME', '')}{self._prefix}",
        )
        if method == "POST" and "method" in params:
            call = _alternate(call)
        else:
            call.version = negotiate(call.header("x-experience-api-version"))
        return _view(resource, call.method), call

    def _known(self, call: Call) -> Call:
        """Find out who calls."""
        if call.method in ("GET", "HEAD"):
            call.quiet = quiet_since(self._engine)
        call.known_client = keyring.client(call.session, self._peppers, call.header("authorization"))
        return call

    def _body(self, environ: WSGIEnvironment) -> bytes:
        """Return the whole body; a packed one is refused, so that nothing can swell."""
        coding = environ.get("HTTP_CONTENT_ENCODING", "identity")
        if coding.lower() != "identity":
            raise Fault(415, Rule.CONTENT_TYPE, "Content-Encoding", f"This store takes no {coding[:20]!r} bodies.")
        limit, announced = self._config.max_body, environ.get("CONTENT_LENGTH") or ""
        if announced and not (announced.isascii() and announced.isdigit()):
            raise bad(Rule.JSON, "Content-Length", "Content-Length is a whole number.")
        length = int(announced) if announced else limit + 1
        if announced and length > limit:
            raise Fault(413, Rule.TOO_LARGE, "Content-Length", f"A body has at most {limit} bytes here.")
        body: bytes = environ["wsgi.input"].read(length)
        if len(body) > limit:
            raise Fault(413, Rule.TOO_LARGE, "$", f"A body has at most {limit} bytes here.")
        if announced and len(body) < length:
            raise bad(Rule.JSON, "Content-Length", "The body ended before its announced length.")
        return body

    def _headers(self, environ: WSGIEnvironment, resource: str, answer: Answer) -> list[tuple[str, str]]:
        """Return the headers of an answer, with those that every answer has (Communication 2.1.3, 3.3)."""
        headers = [*_SAFE, (HEADER, self._spoken(environ)), *answer.headers.items()]
        if answer.status != 204:
            headers += (("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body))))
        if resource.startswith("statements") and statements.THROUGH not in answer.headers:
            headers.append((statements.THROUGH, formats.written(statements.last_through())))
        origin = environ.get("HTTP_ORIGIN")
        if origin is None:
            headers.append(("Cross-Origin-Resource-Policy", "same-origin"))
        else:
            headers += self._origin_headers(origin)
        return headers

    def _spoken(self, environ: WSGIEnvironment) -> str:
        """Return the version an answer names: the request's, or what is set for requests without one (Communication 3.3)."""
        try:
            return negotiate(environ.get("HTTP_X_EXPERIENCE_API_VERSION")).value
        except Fault:
            return self._config.xapi_default_version

    def _origin_headers(self, origin: str) -> list[tuple[str, str]]:
        """Let pages of the listed origins call from a browser (CORS)."""
        allowed = self._config.cors_origins
        if origin not in allowed and "*" not in allowed:
            return [("Vary", "Origin"), ("Cross-Origin-Resource-Policy", "same-origin")]
        return [
            ("Vary", "Origin"),
            ("Cross-Origin-Resource-Policy", "cross-origin"),
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Methods", ", ".join(METHODS)),
            ("Access-Control-Allow-Headers", f"Authorization, Content-Type, If-Match, If-None-Match, {HEADER}"),
            ("Access-Control-Expose-Headers", f"ETag, Last-Modified, {statements.THROUGH}, {HEADER}"),
        ]


def _view(resource: str, method: str) -> Callable[[Call], Answer]:
    """Return what answers a method of a resource."""
    methods = RESOURCES.get(resource)
    if methods is None:
        raise Fault(404, Rule.NOT_FOUND, resource[:80], "The record store has no such resource.")
    view = methods.get("GET" if method == "HEAD" else method)
    if view is None:
        raise Fault(405, Rule.METHOD, resource, f"{resource} has no {method[:10]}.")
    return view


def _alternate(call: Call) -> Call:
    """Read the alternate syntax of 1.0.3; 2.0 refuses it (1.0.3 Communication 1.3)."""
    sent = call.header("x-experience-api-version")
    if sent is not None and negotiate(sent) is Version.V2:
        raise bad(Rule.ALTERNATE, "method", "xAPI 2.0 has no alternate request syntax.")
    outer = call.header
    method, params, headers, body = alternate(call.body, outer("content-type") or "", call.params)
    version = negotiate(headers.get("x-experience-api-version") or sent)
    if version is Version.V2:
        raise bad(Rule.ALTERNATE, "method", "xAPI 2.0 has no alternate request syntax.")
    # The request's own Content-Type is the form's; what the form carries is JSON unless it says otherwise.
    headers = {"content-type": "application/json", **headers}
    return Call(
        method, params, lambda name: headers.get(name) or outer(name), body, version, None, call.session, call.root
    )


def _headers_of(environ: WSGIEnvironment) -> Callable[[str], str | None]:
    """Return what looks a header up by its name in small letters."""

    def header(name: str) -> str | None:
        key = name.upper().replace("-", "_")
        value: str | None = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}")
        return value

    return header


def _params(environ: WSGIEnvironment) -> Mapping[str, str]:
    """Return the query's parameters, each once (Communication 2.0)."""
    query = environ.get("QUERY_STRING")
    if not query:
        return {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise bad(Rule.PARAMETER, "?", "The parameters cannot be read.") from None
    params = dict(pairs)
    if len(params) < len(pairs):
        twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise bad(Rule.PARAMETER, twice[:40], f"The parameter {twice[:40]!r} is there twice.")
    return params


def _database_answer(error: DBAPIError) -> Answer:
    """Answer a fault of the database: full is 507, busy or away is 503; nothing of the request was stored."""
    name = getattr(error.orig, "sqlite_errorname", "") or getattr(error.orig, "sqlstate", "") or ""
    log.error("database: %s %s", type(error.orig).__name__, name)
    if name in ("SQLITE_FULL", "53100"):
        return error_answer(507, "The store's disk is full. Nothing of this request was stored.")
    again = "Send it again in a moment." if is_passing(error) else "The database cannot be used at the moment."
    return error_answer(503, f"Nothing of this request was stored. {again}")
