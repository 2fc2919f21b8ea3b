"""What the record store refuses, and how it says so: the path of the wrong property, the rule broken and its clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from perille.core.errors import PerilleError


class Rule(Enum):
    """A rule that a request can break: a sentence, and the clause of xAPI 1.0.3 that states it (2.0 keeps the rule)."""

    VERSION_HEADER = "Every request but About names the xAPI version it speaks.", "Communication 3.3"
    AUTHENTICATION = "A request carries the credentials of a client.", "Communication 4.0"
    SCOPE = "A client does only what its scope allows.", "Communication 4.0"
    JSON = (
        "The body is one well-formed JSON value in UTF-8, without repeated keys, U+0000 or lone surrogates.",
        "Data 2.2",
    )
    DEPTH = "JSON nests 64 levels at most.", "Data 2.2"
    SHAPE = "A property has the type the specification gives, none is null, none is unknown.", "Data 2.2"
    IRI = "An identifier is an absolute IRI.", "Data 2.2"
    UUID = "An id is a UUID in its 36 characters.", "Data 4.4"
    LANGUAGE = "A language is a tag of RFC 5646.", "Data 4.2"
    TIMESTAMP = (
        "A timestamp is a date and time of ISO 8601, in 2.0 of RFC 3339, and not in the zone -00:00.",
        "Data 4.5",
    )
    DURATION = "A duration has the form of ISO 8601 4.4.3.2.", "Data 4.6"
    IDENTIFIER = "An agent has exactly one identifier, an identified group has at most one.", "Data 2.4.2"
    MAILBOX = "An mbox is a mailto IRI.", "Data 2.4.2.3"
    SHA1 = "An mbox_sha1sum is 40 hexadecimal digits.", "Data 2.4.2.3"
    GROUP = "A group without identifier lists its members; a member is an agent.", "Data 2.4.2.2"
    INTERACTION = "An interaction names its interactionType; component ids do not repeat.", "Data 2.4.4.1"
    SUBSTATEMENT = "A SubStatement has no id, stored, version or authority and holds no SubStatement.", "Data 2.4.4.3"
    SCORE = "raw lies between min and max, scaled between -1 and 1.", "Data 2.4.5.1"
    CONTEXT = "revision and platform belong to statements about an activity.", "Data 2.4.6"
    AUTHORITY = "An authority is an agent, or a group of exactly two members without identifier.", "Data 2.4.9"
    STATEMENT_VERSION = "A statement's version is one that the request's version knows.", "Data 2.4.10"
    ATTACHMENT = "An attachment's content arrives with the statement, or its fileUrl tells where it is.", "Data 2.4.11"
    SIGNATURE = "A signature is a JWS by RS256, RS384 or RS512 of an equal statement.", "Data 2.6"
    VOIDING = "A voiding statement's object is a StatementRef, and never to a voiding statement.", "Data 2.3.2"
    SAME_ID = "A statement is stored once; the same id with other content is a conflict.", "Communication 2.1.1"
    BATCH = "No two statements of one request have the same id.", "Communication 2.1.2"
    PARAMETER = "A resource takes its own parameters, each once and of the type stated.", "Communication 2.1.3"
    CONTENT_TYPE = "The Content-Type says truly what the body is.", "Communication 1.5"
    ALTERNATE = (
        "The alternate request syntax is a POST with the parameter method alone; 2.0 has none.",
        "Communication 1.3",
    )
    DOCUMENT = "A JSON document is merged with a JSON object only.", "Communication 2.2"
    CONCURRENCY = (
        "A document that exists is changed by one who has seen it: If-Match or If-None-Match.",
        "Communication 3.1",
    )
    NOT_FOUND = "What is asked for is here.", "Communication 3.2"
    TOO_LARGE = "A request has the size this store accepts.", "Communication 3.2"
    LENGTH = "A list, a map or a text of a statement has the length this store accepts.", "Communication 3.2"
    TOO_MANY = "A client keeps to its rate.", "Communication 3.2"
    METHOD = "A resource has the methods the specification lists.", "Communication 2.0"

    @property
    def sentence(self) -> str:
        """The rule as a sentence."""
        return self.value[0]

    @property
    def clause(self) -> str:
        """Where the specification states it."""
        return self.value[1]


class XapiError(PerilleError):
    """A request the record store refuses; nothing of it was stored."""

    def __init__(self, status: int, rule: Rule, path: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.rule = rule
        #: Where it is wrong: `$.actor.mbox` in a body, a parameter's or a header's name elsewhere.
        self.path = path
        #: Headers that belong to the answer.
        self.headers: Mapping[str, str] = {}

    def as_dict(self) -> dict[str, str]:
        """Return the JSON a client is answered with."""
        return {
            "error": self.message,
            "path": self.path,
            "rule": self.rule.sentence,
            "clause": f"xAPI 1.0.3 {self.rule.clause}",
        }


class MethodFault(XapiError):
    """A resource without the method asked for; the answer lists those it has (RFC 9110 15.5.6)."""

    def __init__(self, resource: str, method: str, methods: Iterable[str]) -> None:
        super().__init__(405, Rule.METHOD, resource, f"{resource} has no {method[:10]}.")
        has = {*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        self.headers = {"Allow": ", ".join(sorted(has))}


def bad_request(rule: Rule, path: str, message: str) -> XapiError:
    """Make the fault of a request that breaks a rule: 400.

    >>> error = bad_request(Rule.UUID, "$.id", "Not a UUID.")
    >>> error.status, error.path, error.rule.clause
    (400, '$.id', 'Data 4.4')
    """
    return XapiError(400, rule, path, message)


class RuleViolation(ValueError):
    """A rule broken inside a struct while it is read; the reader adds the path in front."""

    def __init__(self, rule: Rule, where: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        #: The property below the struct: `mbox`, `display.en_US`.
        self.where = where
