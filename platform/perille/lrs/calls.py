"""One call of the record store: what was asked, by whom, in which version; however it was written (Communication 1.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec

from perille.database import Session
from perille.lrs import formats
from perille.lrs.actors import Actor
from perille.lrs.clients import Client
from perille.lrs.faults import Broken, Fault, Rule, bad
from perille.lrs.identity import agent_key
from perille.lrs.reading import check_keys, check_text, fault_of, uuid_bytes
from perille.lrs.versions import Version

T = TypeVar("T")
#: Characters of a document's name, as wide as its column.
LONGEST_NAME = 500
_actor = msgspec.json.Decoder(Actor).decode
_FORM = "application/x-www-form-urlencoded"
#: What a header can hold; a form field may hold more, and some of it comes back as a header of an answer.
_HEADER = re.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch
#: Headers that the alternate request syntax carries as form fields (Communication 1.3).
_FORM_HEADERS = frozenset(
    {"authorization", "x-experience-api-version", "content-type", "content-length", "if-match", "if-none-match"}
    | {"accept", "accept-language", "accept-encoding", "content-transfer-encoding"}
)


@dataclass(slots=True)
class Call:
    """A request to a resource, checked for version and credentials."""

    method: str
    params: Mapping[str, str]
    #: Looks a header up by its name in small letters.
    header: Callable[[str], str | None]
    body: bytes
    version: Version
    known_client: Client | None
    session: Session
    #: The path that the resources lie under, with a slash at its end.
    root: str = "/"
    #: A moment before the first query at which nobody was writing, in microseconds, else 0.
    quiet: int = 0

    @property
    def client(self) -> Client:
        """Who calls; known once the transaction has begun."""
        assert self.known_client is not None
        return self.known_client

    def take(self, allowed: Collection[str]) -> None:
        """Refuse parameters that the resource does not have, or that differ in case (Communication 2.0)."""
        for name in self.params:
            if name not in allowed:
                raise bad(Rule.PARAMETER, name, f"This resource has no parameter {name[:40]!r}.")

    def need(self, name: str) -> str:
        """Return a parameter that must be there."""
        value = self.params.get(name)
        if not value:
            raise bad(Rule.PARAMETER, name, f"The parameter {name} is missing.")
        return value

    def document_name(self, name: str) -> str:
        """Return the parameter that names a document: text that every database keeps."""
        value = self.need(name)
        if "\0" in value or len(value) > LONGEST_NAME:
            raise bad(Rule.PARAMETER, name, f"{name} has at most {LONGEST_NAME} characters, and no U+0000 among them.")
        return value

    def flag(self, name: str) -> bool:
        """Return a Boolean parameter, false when absent."""
        value = self.params.get(name, "false")
        if value not in ("true", "false"):
            raise bad(Rule.PARAMETER, name, f"{name} is true or false.")
        return value == "true"

    def uuid(self, name: str) -> bytes | None:
        """Return a parameter that is a UUID."""
        value = self.params.get(name)
        return None if value is None else uuid_bytes(_checked(name, value, formats.uuid))

    def iri(self, name: str) -> str | None:
        """Return a parameter that is an IRI."""
        value = self.params.get(name)
        return None if value is None else _checked(name, value, formats.iri)

    def moment(self, name: str) -> int | None:
        """Return a parameter that is a timestamp, in microseconds."""
        value = self.params.get(name)
        if value is None:
            return None
        try:
            # A plus sign that was not escaped arrives as a space.
            text = value.replace(" ", "+") if value.count(" ") == 1 and "T" in value else value
            return formats.micros(formats.timestamp(text, name, strict=False))
        except Broken as error:
            raise bad(error.rule, name, str(error)) from None

    def agent(self, name: str = "agent") -> tuple[Actor, str] | None:
        """Return a parameter that is an Agent or identified Group in JSON, and its key."""
        value = self.params.get(name)
        if value is None:
            return None
        body = value.encode()
        check_text(body)
        try:
            actor = _actor(body)
            check_keys(body, actor)
        except Broken as error:
            raise bad(error.rule, name, str(error)) from None
        except (msgspec.DecodeError, RecursionError) as error:
            raise _named(fault_of(error), name) from None
        key = agent_key(actor)
        if key is None:
            raise bad(Rule.IDENTIFIER, name, "The agent or group has no identifier.")
        return actor, key


def _named(fault: Fault, name: str) -> Fault:
    fault.path = name + fault.path[1:]
    return fault


def _checked(name: str, value: str, rule: Callable[[str, str], None]) -> str:
    try:
        rule(value, name)
    except Broken as error:
        raise bad(error.rule, name, str(error)) from None
    return value


def alternate(
    body: bytes, content_type: str, query: Mapping[str, str]
) -> tuple[str, dict[str, str], dict[str, str], bytes]:
    """Read the alternate request syntax: method from the query, all else from form fields (1.0.3 Communication 1.3).

    Returns method, parameters, headers and body.
    """
    if set(query) != {"method"}:
        raise bad(Rule.ALTERNATE, "method", "Beside method no parameter stands in the address.")
    if not content_type.startswith(_FORM):
        raise bad(Rule.ALTERNATE, "Content-Type", f"The alternate request syntax is sent as {_FORM}.")
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body.strip())))
    except ValueError:
        raise bad(Rule.ALTERNATE, "$", "The form cannot be read.") from None
    headers = {name.lower(): value for name, value in fields.items() if name.lower() in _FORM_HEADERS}
    for name, value in headers.items():
        if not _HEADER(value):
            raise bad(Rule.ALTERNATE, name, "A header is one line of Latin letters.")
    content = fields.get("content", "")
    method = query["method"].upper()
    if method in ("PUT", "POST") and "content" not in fields:
        raise bad(Rule.ALTERNATE, "content", "A PUT or POST has its body in the form field content.")
    params = {name: value for name, value in fields.items() if name.lower() not in _FORM_HEADERS and name != "content"}
    return method, params, headers, content.encode()
