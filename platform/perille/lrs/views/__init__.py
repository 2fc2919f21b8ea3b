"""The addresses of the record store: every request comes in at `serve`, which checks version and credentials once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from perille.config import Config
from perille.extensions import db
from perille.lrs import formats
from perille.lrs.calls import Call, alternate
from perille.lrs.clients import Peppers, keyring, peppers_of
from perille.lrs.faults import Fault, Rule, bad
from perille.lrs.quiet import quiet_since
from perille.lrs.reading import encode
from perille.lrs.versions import HEADER, Version, negotiate
from perille.lrs.views import about, documents, knowledge, statements

blueprint = Blueprint("record_store", __name__)

Resource = dict[str, Callable[[Call], Response]]
RESOURCES: dict[str, Resource] = {
    "statements": statements.METHODS,
    "statements/more": statements.MORE,
    "activities": knowledge.ACTIVITIES,
    "activities/state": documents.STATE.methods(),
    "activities/profile": documents.ACTIVITY_PROFILE.methods(),
    "agents": knowledge.AGENTS,
    "agents/profile": documents.AGENT_PROFILE.methods(),
}
_METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]
_peppers: dict[tuple[str, ...], Peppers] = {}


@blueprint.route("/about", methods=["GET", "HEAD"])
def about_view() -> Response:
    """Which versions are spoken here; needs no version and no credentials (Communication 2.8)."""
    return finish(about.answer(), _config().xapi_default_version, "about")


@blueprint.route("/<path:resource>", methods=_METHODS, provide_automatic_options=False)
def serve(resource: str) -> Response:
    """Answer a request to any resource but About; faults become JSON with path, rule and clause."""
    resource = resource.rstrip("/")
    if request.method == "OPTIONS":
        return finish(Response(status=204), _config().xapi_default_version, resource)
    return finish(_answer(resource), _spoken(), resource)


def _answer(resource: str) -> Response:
    methods = RESOURCES.get(resource)
    if methods is None:
        raise Fault(404, Rule.NOT_FOUND, resource[:80], "The record store has no such resource.")
    call = _call(methods)
    view = methods.get("GET" if call.method == "HEAD" else call.method)
    if view is None:
        raise Fault(405, Rule.METHOD, resource, f"{resource} has no {call.method[:10]}.")
    return view(call)


def _call(methods: Mapping[str, object]) -> Call:
    """Make the call of a request, in the alternate syntax too."""
    if "method" in request.args and request.method == "POST":
        return _alternate_call()
    version = negotiate(request.headers.get(HEADER))
    quiet = quiet_since(db.engine) if request.method in ("GET", "HEAD") else 0
    client = keyring.client(db.session(), peppers(), request.headers.get("Authorization"))
    body = _body() if request.method in ("PUT", "POST") else b""
    return Call(request.method, _params(), request.headers.get, body, version, client, db.session(), quiet)


def _alternate_call() -> Call:
    """Read the alternate syntax of 1.0.3; 2.0 refuses it."""
    header = request.headers.get(HEADER)
    if header is not None and negotiate(header) is Version.V2:
        raise bad(Rule.ALTERNATE, "method", "xAPI 2.0 has no alternate request syntax.")
    method, params, headers, body = alternate(_body(), request.headers.get("Content-Type", ""), _params())
    version = negotiate(headers.get(HEADER.lower()) or header)
    if version is Version.V2:
        raise bad(Rule.ALTERNATE, "method", "xAPI 2.0 has no alternate request syntax.")
    authorization = headers.get("authorization") or request.headers.get("Authorization")
    client = keyring.client(db.session(), peppers(), authorization)
    # The request's own Content-Type is the form's; what the form carries is JSON unless it says otherwise.
    headers = {"content-type": "application/json", **headers}
    sent = request.headers
    return Call(method, params, lambda name: headers.get(name) or sent.get(name), body, version, client, db.session())


def _params() -> Mapping[str, str]:
    """Return the query's parameters, each once (Communication 2.0)."""
    if not request.query_string:
        return {}
    args = request.args
    for name, values in args.lists():
        if len(values) > 1:
            raise bad(Rule.PARAMETER, name[:40], f"The parameter {name[:40]!r} is there twice.")
    return args


def _body() -> bytes:
    """Return the whole body; a packed one is refused, so that nothing can swell."""
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity":
        raise Fault(415, Rule.CONTENT_TYPE, "Content-Encoding", f"This store takes no {coding[:20]!r} bodies.")
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        limit = current_app.config["MAX_CONTENT_LENGTH"]
        raise Fault(413, Rule.TOO_LARGE, "Content-Length", f"A body has at most {limit} bytes here.") from None
    except ClientDisconnected:
        raise bad(Rule.JSON, "Content-Length", "The body ended before its announced length.") from None


def _config() -> Config:
    config: Config = current_app.config["PERILLE"]
    return config


def peppers() -> Peppers:
    """Return the keys that secrets are hashed with in this application."""
    keys = _config().secret_keys
    found = _peppers.get(keys)
    if found is None:
        found = _peppers[keys] = peppers_of(keys)
    return found


def _spoken() -> str:
    """Return the version that an answer names: the request's, or what is set for requests without one (Communication 3.3)."""
    try:
        return negotiate(request.headers.get(HEADER)).value
    except Fault:
        return _config().xapi_default_version


def finish(response: Response, version: str, resource: str) -> Response:
    """Add the headers that every answer has."""
    headers = response.headers
    headers[HEADER] = version
    if resource.startswith("statements") and statements.THROUGH not in headers:
        headers[statements.THROUGH] = formats.written(statements.last_through())
    _allow_origin(headers)
    return response


def _allow_origin(headers: Any) -> None:
    """Let pages of the listed origins call from a browser (CORS)."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    allowed = _config().cors_origins
    headers.add("Vary", "Origin")
    if origin in allowed or "*" in allowed:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Methods"] = ", ".join(_METHODS)
        headers["Access-Control-Allow-Headers"] = f"Authorization, Content-Type, If-Match, If-None-Match, {HEADER}"
        headers["Access-Control-Expose-Headers"] = f"ETag, Last-Modified, {statements.THROUGH}, {HEADER}"


@blueprint.errorhandler(Fault)
def fault_view(fault: Fault) -> Response:
    """Answer a refusal with the path of what is wrong, the rule broken and its clause."""
    response = Response(encode(fault.as_dict()), fault.status, mimetype="application/json")
    if fault.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="xAPI"'
    if fault.status == 429:
        response.headers["Retry-After"] = "60"
    return finish(response, _spoken(), (request.view_args or {}).get("resource", ""))
