"""One call of the record store: what was asked, by whom, in which version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from perille.core.database import Session
from perille.lrs.clients import Client
from perille.lrs.xapi import validators
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.errors import Rule, RuleViolation, XapiError, bad_request
from perille.lrs.xapi.ifi import agent_key
from perille.lrs.xapi.parsing import check_keys, check_text, error_of, uuid_bytes
from perille.lrs.xapi.versions import Version

T = TypeVar("T")
#: Characters of a document's name, as wide as its column.
LONGEST_NAME = 500
_actor = msgspec.json.Decoder(Actor).decode


@dataclass(slots=True)
class XapiRequest:
    """A request to a resource, checked for version and credentials."""

    method: str
    params: Mapping[str, str]
    #: Looks a header up by its name in small letters.
    header: Callable[[str], str | None]
    body: bytes
    version: Version
    client: Client
    session: Session
    #: The path that the resources lie under, with a slash at its end.
    root: str = "/"
    #: A moment before the first query at which nobody was writing, in microseconds, else 0.
    quiet: int = 0
    #: How many statements a request may store.
    max_batch: int = 1000

    def allow_params(self, allowed: Collection[str]) -> None:
        """Raise XapiError 400 for parameters that the resource does not have, or that differ in case (Communication 2.0)."""
        for name in self.params:
            if name not in allowed:
                raise bad_request(Rule.PARAMETER, name, f"This resource has no parameter {name[:40]!r}.")

    def require_param(self, name: str) -> str:
        """Return a parameter; raise XapiError 400 where it is missing."""
        value = self.params.get(name)
        if not value:
            raise bad_request(Rule.PARAMETER, name, f"The parameter {name} is missing.")
        return value

    def document_name(self, name: str) -> str:
        """Return the parameter that names a document; raise XapiError 400 for what is no text that every database keeps."""
        value = self.require_param(name)
        if "\0" in value or len(value) > LONGEST_NAME:
            raise bad_request(
                Rule.PARAMETER, name, f"{name} has at most {LONGEST_NAME} characters, and no U+0000 among them."
            )
        return value

    def flag(self, name: str) -> bool:
        """Return a Boolean parameter, false when absent; raise XapiError 400 for what is neither true nor false."""
        value = self.params.get(name, "false")
        if value not in ("true", "false"):
            raise bad_request(Rule.PARAMETER, name, f"{name} is true or false.")
        return value == "true"

    def uuid(self, name: str) -> bytes | None:
        """Return a parameter that is a UUID."""
        value = self.params.get(name)
        return None if value is None else uuid_bytes(_checked(name, value, validators.uuid))

    def iri(self, name: str) -> str | None:
        """Return a parameter that is an IRI."""
        value = self.params.get(name)
        return None if value is None else _checked(name, value, validators.iri)

    def moment(self, name: str) -> int | None:
        """Return a parameter that is a timestamp, in microseconds; raise XapiError 400 for what is none."""
        value = self.params.get(name)
        if value is None:
            return None
        try:
            # A plus sign that was not escaped arrives as a space.
            text = value.replace(" ", "+") if value.count(" ") == 1 and "T" in value else value
            return validators.micros(validators.timestamp(text, name, strict=False))
        except RuleViolation as error:
            raise bad_request(error.rule, name, str(error)) from None

    def agent(self, name: str = "agent") -> tuple[Actor, str] | None:
        """Return a parameter that is an Agent or identified Group in JSON, and its key; raise XapiError 400 for any other."""
        value = self.params.get(name)
        if value is None:
            return None
        body = value.encode()
        check_text(body)
        try:
            actor = _actor(body)
            check_keys(body, actor)
        except RuleViolation as error:
            raise bad_request(error.rule, name, str(error)) from None
        except (msgspec.DecodeError, RecursionError) as error:
            raise _named(error_of(error), name) from None
        key = agent_key(actor)
        if key is None:
            raise bad_request(Rule.IDENTIFIER, name, "The agent or group has no identifier.")
        return actor, key


def _named(fault: XapiError, name: str) -> XapiError:
    fault.path = name + fault.path[1:]
    return fault


def _checked(name: str, value: str, rule: Callable[[str, str], None]) -> str:
    try:
        rule(value, name)
    except RuleViolation as error:
        raise bad_request(error.rule, name, str(error)) from None
    return value
