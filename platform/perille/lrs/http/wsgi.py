"""The WSGI middleware of the record store: its requests skip Flask's routing and hooks, which cost more than storing a statement.

Version, credentials, size and body are checked here, once for all resources; the transaction is run here; faults become JSON here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from uuid import uuid4

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from perille.core.current import config_of
from perille.core.database import run_in_transaction
from perille.core.errors import PerilleError
from perille.core.extensions import db
from perille.core.full_disk import is_disk_trouble
from perille.core.outage import note_success
from perille.lrs.clients import Client, Keyring, keyrings, peppers_of, renew_hash
from perille.lrs.http.alternate_syntax import Form, authorization_in, header_of, is_alternate, read_form
from perille.lrs.http.body import drain, length_of, read_body, read_bytes
from perille.lrs.http.rejections import Attempt, RejectionLog
from perille.lrs.http.request import XapiRequest
from perille.lrs.http.resources import RESOURCES, about, launch, statements
from perille.lrs.http.response import (
    SAFE,
    STATUS,
    XapiResponse,
    database_answer,
    error_response,
    error_response_of,
    packed,
)
from perille.lrs.oidc.bearer import BearerAuthenticator, token_in
from perille.lrs.oidc.faults import BearerFault, Reason
from perille.lrs.storage.connection import StoreSession
from perille.lrs.storage.lock import stored_through
from perille.lrs.storage.writer_flag import idle_since
from perille.lrs.xapi import limits, validators
from perille.lrs.xapi.errors import MethodFault, Rule, XapiError, bad_request
from perille.lrs.xapi.versions import HEADER, Version, negotiate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SLASHES = re.compile("/{2,}")


class RecordStoreMiddleware:
    """WSGI: answers what lies under the record store's address, passes everything else on."""

    def __init__(self, app: Flask, inner: WSGIApplication, prefix: str) -> None:
        self._app = app
        self._inner = inner
        self._prefix = f"{prefix.rstrip('/')}/"
        self._config = config_of(app)
        self._peppers = peppers_of(self._config.store_keys)
        self._rejections = RejectionLog()
        self._bearer = BearerAuthenticator(loopback=self._config.testing)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path: str = environ["PATH_INFO"]
        if "//" in path:
            path = _SLASHES.sub("/", path)
        if not path.startswith(self._prefix):
            return self._inner(environ, start_response)
        resource = path[len(self._prefix) :].rstrip("/")
        # For the log: what a client made up is no name of a route.
        environ["perille.route"] = f"{self._prefix}{resource if resource in RESOURCES else 'none'}"
        environ["perille.part"] = "record_store"
        with self._app.app_context():
            answer = self._guarded(environ, resource)
        if answer.status >= 400:
            drain(environ, self._config.max_body)
        answer = packed(answer, environ.get("HTTP_ACCEPT_ENCODING"))
        start_response(STATUS.get(answer.status, str(answer.status)), self._headers(environ, resource, answer))
        if environ["REQUEST_METHOD"] == "HEAD":
            return [b""]
        return [answer.body] if answer.stream is None else answer.stream

    @cached_property
    def _engine(self) -> Engine:
        # A request that is refused before anything is looked up asks for it outside the context of its answer.
        with self._app.app_context():
            return db.engine

    @cached_property
    def _keyring(self) -> Keyring:
        return keyrings.of(self._engine)

    def _guarded(self, environ: WSGIEnvironment, resource: str) -> XapiResponse:
        """Answer, whatever happens, with JSON."""
        attempt = Attempt(environ["REQUEST_METHOD"], resource, environ.get("QUERY_STRING") or "")
        try:
            return self._answer(environ, resource, attempt)
        except XapiError as fault:
            self._rejections.note(self._engine, attempt, fault)
            return error_response_of(fault)
        except PerilleError as error:
            return error_response(error.status, error.message)
        except DBAPIError as error:
            return database_answer(error)
        except Exception as error:
            if is_disk_trouble(error):
                return error_response(507, "The server's disk is full. Nothing of this request was stored.")
            number = uuid4().hex[:8]
            log.exception("fault %s", number)
            return error_response(500, f"Something went wrong here, and nothing was stored. Number: {number}.")

    def _answer(self, environ: WSGIEnvironment, resource: str, attempt: Attempt) -> XapiResponse:
        method: str = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return XapiResponse(204, headers={"Allow": ", ".join(METHODS)})
        if resource == "about" and method in ("GET", "HEAD"):
            return about.answer()
        if resource == "launch" and method == "POST":
            return launch.answer(StoreSession(self._engine), _params(environ.get("QUERY_STRING") or ""), self._peppers)
        call = self._call(environ, method, resource, attempt)
        view = _view(resource, call.method)
        write = call.method not in _READS
        answer = run_in_transaction(call.session, lambda: view(self._begun(call)), write=write, program=True)
        note_success(wrote=write)
        return answer

    def _call(self, environ: WSGIEnvironment, method: str, resource: str, attempt: Attempt) -> XapiRequest:
        """Read the request. Who calls is found out first: nothing else of a stranger's request is read."""
        header, query = _headers_of(environ), environ.get("QUERY_STRING") or ""
        if is_alternate(method, query):
            return self._alternate(environ, header, query, attempt)
        client = attempt.client = self._client(header("authorization"))
        _view(resource, method)
        version = negotiate(header("x-experience-api-version"))
        params = _params(query)
        body = read_body(environ, self._config.max_body) if method in ("PUT", "POST") else b""
        return self._made(environ, Form(method, params, {}, body), header, version, client)

    def _alternate(
        self, environ: WSGIEnvironment, outer: Callable[[str], str | None], query: str, attempt: Attempt
    ) -> XapiRequest:
        """Read a request in the alternate syntax; its credentials may stand in the form, near its beginning (1.0.3 Communication 1.3)."""
        limit, sent = self._config.max_body, outer("x-experience-api-version")
        begun = read_bytes(environ, min(limits.FORM_HEAD, length_of(environ, limit) or limits.FORM_HEAD))
        client = attempt.client = self._client(authorization_in(begun) or outer("authorization"))
        if sent is not None and negotiate(sent) is Version.V2:
            raise bad_request(Rule.ALTERNATE, "method", "xAPI 2.0 has no alternate request syntax.")
        body = read_body(environ, limit, begun)
        form = read_form(body, outer("content-type") or "", _params(query), attempt.resource)
        version = negotiate(form.headers.get("x-experience-api-version") or sent)
        if version is Version.V2:
            raise bad_request(Rule.ALTERNATE, "method", "xAPI 2.0 has no alternate request syntax.")
        attempt.method = form.method
        _view(attempt.resource, form.method)
        return self._made(environ, form, header_of(form, outer), version, client)

    def _made(
        self,
        environ: WSGIEnvironment,
        form: Form,
        header: Callable[[str], str | None],
        version: Version,
        client: Client,
    ) -> XapiRequest:
        return XapiRequest(
            form.method,
            form.params,
            header,
            form.body,
            version,
            client,
            StoreSession(self._engine),
            f"{environ.get('SCRIPT_NAME', '')}{self._prefix}",
            max_batch=self._config.max_batch,
        )

    def _client(self, authorization: str | None) -> Client:
        """Return who calls, or refuse with 401; a transaction of its own, which reads, and only where the client was not seen lately."""
        rate = self._config.client_rate if self._config.rate_limits else 0
        token = token_in(authorization)
        if token is not None:
            client = self._bearer.client(self._engine, token)
            self._keyring.spend(client, rate)
            return client
        known = self._keyring.trusted(authorization)
        if known is not None and known.old_hash is None:
            self._keyring.spend(known, rate)
            return known
        work = StoreSession(self._engine)
        client = run_in_transaction(
            work, lambda: self._keyring.client(work, self._peppers, authorization, default_rate=rate), write=False
        )
        if client.old_hash is not None:
            run_in_transaction(work, lambda: renew_hash(work, self._peppers, authorization, client), write=True)
        return client

    def _begun(self, call: XapiRequest) -> XapiRequest:
        """Note, before the first query of a reader, whether somebody writes."""
        if call.method in ("GET", "HEAD"):
            call.quiet = idle_since(self._engine)
        return call

    def _headers(self, environ: WSGIEnvironment, resource: str, answer: XapiResponse) -> list[tuple[str, str]]:
        """Return the headers of an answer, with those that every answer has (Communication 2.1.3, 3.3)."""
        headers = [*SAFE, (HEADER, self._spoken(environ)), *answer.headers.items()]
        if answer.status not in (204, 304):
            headers.append(("Content-Type", answer.content_type))
            if answer.stream is None:
                headers.append(("Content-Length", str(len(answer.body))))
        if resource.startswith("statements") and statements.THROUGH not in answer.headers:
            number = self._keyring.store_of(environ.get("HTTP_AUTHORIZATION"))
            headers.append((statements.THROUGH, validators.format_timestamp(stored_through(self._engine, number))))
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
        except XapiError:
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


def _view(resource: str, method: str) -> Callable[[XapiRequest], XapiResponse]:
    """Return what answers a method of a resource."""
    methods = RESOURCES.get(resource)
    if methods is None:
        raise XapiError(404, Rule.NOT_FOUND, resource[:80], "The record store has no such resource.")
    view = methods.get("GET" if method == "HEAD" else method)
    if view is None:
        raise MethodFault(resource, method, methods)
    return view


def _headers_of(environ: WSGIEnvironment) -> Callable[[str], str | None]:
    """Return what looks a header up by its name in small letters."""

    def header(name: str) -> str | None:
        key = name.upper().replace("-", "_")
        value: str | None = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}")
        if value is not None and len(value) > limits.HEADER:
            if name == "authorization" and value[:7].lower() == "bearer ":
                raise BearerFault(Reason.TOO_LARGE)
            raise XapiError(431, Rule.TOO_LARGE, name, f"A header has at most {limits.HEADER} characters here.")
        return value

    return header


def _params(query: str) -> Mapping[str, str]:
    """Return the query's parameters, each once (Communication 2.0)."""
    if not query:
        return {}
    if len(query) > limits.QUERY:
        raise XapiError(414, Rule.TOO_LARGE, "?", f"A query has at most {limits.QUERY} characters here.")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=limits.FIELDS)
    except ValueError:
        raise bad_request(Rule.PARAMETER, "?", "The parameters cannot be read.") from None
    params = dict(pairs)
    if len(params) < len(pairs):
        twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise bad_request(Rule.PARAMETER, twice[:40], f"The parameter {twice[:40]!r} is there twice.")
    return params
