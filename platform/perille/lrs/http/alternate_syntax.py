"""The alternate request syntax of 1.0.3: a POST whose form carries the real request; 2.0 has none (1.0.3 Communication 1.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from perille.lrs.xapi import limits
from perille.lrs.xapi.errors import Rule, bad_request

_FORM = "application/x-www-form-urlencoded"
#: What a header can hold; a form field may hold more, and some of it comes back as a header of an answer.
_HEADER = re.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch
#: Headers that the form carries as fields.
_FORM_HEADERS = frozenset(
    {"authorization", "x-experience-api-version", "content-type", "content-length", "if-match", "if-none-match"}
    | {"accept", "accept-language", "accept-encoding", "content-transfer-encoding"}
)
_ASKED = re.compile(r"(?:^|&)method=").search
_AUTHORIZATION = re.compile(rb"(?:^|&)authorization=([^&]*)(?:&|$)", re.IGNORECASE).search
#: A word of JSON begins so; what a form carries as text/plain and does not, is plain text.
_STATEMENTS = "statements"


@dataclass(frozen=True, slots=True)
class Form:
    """What a form of the alternate syntax says: the request that was meant."""

    method: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def is_alternate(method: str, query: str) -> bool:
    """Tell whether a request is one in the alternate syntax."""
    return method == "POST" and _ASKED(query) is not None


def authorization_in(begun: bytes) -> str | None:
    """Return the Authorization field of a form, looked for in its first `limits.FORM_HEAD` bytes alone: nobody is known yet."""
    found = _AUTHORIZATION(begun)
    return unquote_plus(found[1][: limits.HEADER].decode("latin-1")) if found else None


def read_form(body: bytes, content_type: str, query: Mapping[str, str], resource: str) -> Form:
    """Read a form: the method stands in the query, all else in fields, each once; raise XapiError 400 for another."""
    if set(query) != {"method"}:
        raise bad_request(Rule.ALTERNATE, "method", "Beside method no parameter stands in the address.")
    if not _is_form(content_type):
        raise bad_request(Rule.ALTERNATE, "Content-Type", f"The alternate request syntax is sent as {_FORM}.")
    fields = _fields(body)
    headers = _headers(fields)
    method = query["method"].upper()
    if method in ("PUT", "POST") and "content" not in fields:
        raise bad_request(Rule.ALTERNATE, "content", "A PUT or POST has its body in the form field content.")
    params = {name: value for name, value in fields.items() if name.lower() not in _FORM_HEADERS and name != "content"}
    return Form(method, params, _with_type(headers, resource), fields.get("content", "").encode())


def _headers(fields: Mapping[str, str]) -> dict[str, str]:
    headers = {name.lower(): value for name, value in fields.items() if name.lower() in _FORM_HEADERS}
    for name, value in headers.items():
        if len(value) > limits.HEADER or not _HEADER(value):
            raise bad_request(Rule.ALTERNATE, name, f"A header is one line of Latin letters, {limits.HEADER} at most.")
    return headers


def _is_form(content_type: str) -> bool:
    """Tell whether the outer request is a form. XDomainRequest, of Internet Explorer 8 and 9, could set no type: it has none."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in (_FORM, "text/plain", "")


def _fields(body: bytes) -> dict[str, str]:
    if len(body) > limits.FORM:
        raise limits.too_large("$", f"A form has at most {limits.FORM} bytes; send a larger body as application/json.")
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=bool(body.strip()),
            errors="strict",
            max_num_fields=limits.FIELDS,
        )
    except ValueError:
        raise bad_request(
            Rule.ALTERNATE, "$", f"The form cannot be read; it has at most {limits.FIELDS} fields."
        ) from None
    names = [name for name, _ in pairs]
    if len({name.lower() if name.lower() in _FORM_HEADERS else name for name in names}) < len(names):
        raise bad_request(Rule.ALTERNATE, "$", "A field of the form is there twice.")
    return dict(pairs)


def _with_type(headers: dict[str, str], resource: str) -> dict[str, str]:
    """Say what the content is where the form does not: JSON. Content called text/plain is JSON too where only JSON is taken (Storyline)."""
    named = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not named or (named == "text/plain" and resource == _STATEMENTS):
        return {**headers, "content-type": "application/json"}
    return headers


def header_of(form: Form, outer: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Return what looks a header up: the form's field first, then the request's own header."""

    def header(name: str) -> str | None:
        return form.headers.get(name) or outer(name)

    return header
