"""From bytes to a checked statement: decode into structs, find the path of what is wrong, keep the bytes as they came.

>>> body = b'{"actor": {"mbox": "mailto:aino@example.org"}, "verb": {"id": "https://example.org/read"}, "object": {"id": "https://example.org/a"}}'
>>> found = parse_statement(body, Version.V2)
>>> found.statement.verb.id, found.id, found.body == body
('https://example.org/read', None, True)
>>> batch, is_list = parse_request(b"[" + body + b"]", Version.V2)
>>> len(batch), is_list
(1, True)
>>> check_statement(found.statement, Version.V2), check_keys(body, found.statement), check_text(body), check_batch(batch)
(None, None, None, None)
>>> parse_statement(body.replace(b"mailto:", b""), Version.V2)
Traceback (most recent call last):
    ...
perille.lrs.xapi.errors.XapiError: Not of the form mailto:name@host.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct

from perille.core.type_aliases import JsonObject
from perille.lrs.xapi import limits, statement_limits, validators
from perille.lrs.xapi.activities import Activity
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.errors import Rule, RuleViolation, XapiError, bad_request
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.statement import AnyStatement, Context, Context2, Statement, StatementRef, SubStatement
from perille.lrs.xapi.versions import Version, statement_version

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
MAX_DEPTH = 64
_V2, _HAS_ID, _HAS_TIMESTAMP, _HAS_VERSION = (
    mark.value
    for mark in (StatementFlag.V2, StatementFlag.HAS_ID, StatementFlag.HAS_TIMESTAMP, StatementFlag.HAS_VERSION)
)

_Decoder = msgspec.json.Decoder[AnyStatement]
_OBJECTS: dict[str, type] = {"Activity": Activity, "Agent": Actor, "Group": Actor, "StatementRef": StatementRef}
_CONTEXTS: dict[Version, type[Context]] = {Version.V1: Context, Version.V2: Context2}


class ParsedStatement(Struct):
    """A statement that passed: its bytes without what only the store may say, its structs, and what they say of it."""

    body: bytes
    statement: AnyStatement
    id: bytes | None
    #: Microseconds since 1970; none: the statement has no timestamp and gets the time it is stored.
    timestamp: int | None
    marks: int
    #: The time of storing that a trusted import keeps, in microseconds.
    stored: int | None = None


def _decoders() -> dict[tuple[Version, str], _Decoder]:
    made: dict[tuple[Version, str], _Decoder] = {}
    for version, (name, kind) in product(Version, _OBJECTS.items()):
        context = _CONTEXTS[version]
        made[version, name] = msgspec.json.Decoder(Statement[kind, context], float_hook=float)  # type: ignore[valid-type]
        nested = SubStatement[kind, context]  # type: ignore[valid-type]
        made[version, f"SubStatement/{name}"] = msgspec.json.Decoder(Statement[nested, context], float_hook=float)  # type: ignore[valid-type]
    return made


_DECODERS = _decoders()
_activity_decode: dict[Version, Callable[[bytes], AnyStatement]] = {
    version: _DECODERS[version, "Activity"].decode for version in Version
}
_split = msgspec.json.Decoder(list[Raw]).decode
_members = msgspec.json.Decoder(dict[str, Raw]).decode
_exact = msgspec.json.Decoder(float_hook=lambda text: Raw(text.encode())).decode
_encode = msgspec.json.Encoder().encode
_PLACE = re.compile(r" - at `(?:key in )?\$?([^`]*)`$")


def parse_request(data: bytes, version: Version, most: int = 1000) -> tuple[list[ParsedStatement], bool]:
    """Read the body of a POST: one statement or a list of *most* at most; return them, and whether it was a list (Communication 2.1.2).

    Raise XapiError: 400 for what breaks a rule, with its path, and 413 for what is larger than `limits` allows.
    """
    data = data.strip()
    limits.check_values(data)
    if data[:1] != b"[":
        return [_read_sent(data, version)], False
    try:
        parts = _split(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(Rule.JSON, "$", f"The body is not JSON: {error}") from None
    if len(parts) > most:
        raise limits.too_large("$", f"A request stores at most {most} statements here; this one has {len(parts)}.")
    return [_read_sent(bytes(part), version, f"[{place}]") for place, part in enumerate(parts)], True


def _read_sent(body: bytes, version: Version, prefix: str = "") -> ParsedStatement:
    """Read and check a statement that a client sent: it holds no more than a client may send."""
    if len(body) > limits.STATEMENT:
        raise limits.too_large(f"${prefix}", f"A statement has at most {limits.STATEMENT:,} bytes here.")
    incoming = parse_statement(body, version, prefix)
    try:
        statement_limits.check(incoming.body, incoming.statement)
    except RuleViolation as error:
        raise bad_request(error.rule, _join(f"${prefix}", error.where), str(error)) from None
    return incoming


def parse_statement(body: bytes, version: Version, prefix: str = "") -> ParsedStatement:
    """Read and check one statement; *prefix* is its place in a batch, for the path of a fault. Raise XapiError (400) with that path."""
    body = body.strip()
    check_text(body)
    try:
        statement = _decode(body, version)
        check_keys(body, statement)
        timestamp = check_statement(statement, version)
    except RuleViolation as error:
        raise bad_request(error.rule, _join(f"${prefix}", error.where), str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise error_of(error, prefix) from None
    body, marks = _settle(body, statement, version)
    key = None if statement.id is UNSET else uuid_bytes(statement.id)
    return ParsedStatement(body, statement, key, timestamp, marks)


def uuid_bytes(text: str) -> bytes:
    """Return the 16 bytes of a UUID known to be well-formed.

    >>> uuid_bytes("00010203-0405-4607-8809-0a0b0c0d0e0f").hex()
    '000102030405460788090a0b0c0d0e0f'
    """
    return bytes.fromhex(text.replace("-", ""))


def _decode(body: bytes, version: Version) -> AnyStatement:
    """Decode as a statement about an activity, as nearly all are; else look what its object is and decode as that."""
    try:
        return _activity_decode[version](body)
    except msgspec.ValidationError:
        kind = _object_kind(body)
        if kind in ("Activity", None):
            raise
        decoder = _DECODERS.get((version, kind))
        if decoder is None:
            raise RuleViolation(Rule.SHAPE, "object.objectType", "Not a kind of object that a statement has.") from None
        return decoder.decode(body)


def _object_kind(body: bytes) -> str | None:
    """Return the objectType of a statement's object; for a SubStatement that of its object too."""
    found = _exact(body)
    thing = found.get("object") if isinstance(found, dict) else None
    if not isinstance(thing, dict):
        return None
    kind = thing.get("objectType", "Activity")
    if kind != "SubStatement":
        return str(kind)
    inner = thing.get("object")
    return f"SubStatement/{inner.get('objectType', 'Activity') if isinstance(inner, dict) else 'Activity'}"


def check_text(data: bytes) -> None:
    """Refuse U+0000 and deep nesting, which the decoder lets by or chokes on; two byte searches on the common path (Data 2.2)."""
    if b"\\u0000" in data and re.search(rb"(?<!\\)(?:\\\\)*\\u0000", data):
        raise bad_request(Rule.JSON, "$", "U+0000 has no place in text.")
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH and _deep(data):
        raise bad_request(Rule.DEPTH, "$", f"JSON nests {MAX_DEPTH} levels at most.")


_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_ROUND = bytes.maketrans(b"[{]}", b"(())")
_NO_BRACKETS = bytes(each for each in range(256) if each not in b"[]{}")


def _deep(data: bytes) -> bool:
    """Tell whether JSON nests too deep: whether pairs are left when the innermost ones are taken away as often as they may nest."""
    brackets = _STRINGS.sub(b"", data).translate(_ROUND, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"()", b"")
    return b"()" in brackets


def check_keys(body: bytes, statement: object) -> None:
    """Refuse repeated keys without a second parse: what was decoded has as many quotes as what came, unless a key was lost (Data 2.2)."""
    if _encode(statement).count(b'"') == body.count(b'"') and b"\\u0022" not in body:
        return
    json.loads(body, object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, object]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RuleViolation(Rule.JSON, "", f"The key {twice[:80]!r} is repeated in one object.")


def check_statement(statement: AnyStatement, version: Version) -> int | None:
    """Check what needs the edition or several parts at once; return the timestamp in microseconds since 1970, None where there is none.

    Raise RuleViolation with the rule and the property that breaks it.
    """
    strict = version is Version.V2
    thing = statement.object
    timestamp = None
    if statement.timestamp is not UNSET:
        timestamp = validators.micros(validators.timestamp(statement.timestamp, "timestamp", strict=strict))
    if statement.stored is not UNSET:
        validators.timestamp(statement.stored, "stored", strict=strict)
    if isinstance(thing, SubStatement) and thing.timestamp is not UNSET:
        validators.timestamp(thing.timestamp, "object.timestamp", strict=strict)
    if statement.version is not UNSET and not statement_version(statement.version, version):
        raise RuleViolation(
            Rule.STATEMENT_VERSION, "version", f"{statement.version[:20]!r} is not a version this request may use."
        )
    if statement.verb.id == VOIDED and not isinstance(thing, StatementRef):
        raise RuleViolation(Rule.VOIDING, "object", "A voiding statement's object is a StatementRef.")
    return timestamp


def _settle(body: bytes, statement: AnyStatement, version: Version) -> tuple[bytes, int]:
    """Return the bytes to keep and the marks: a client's `stored` and `authority` go, single context activities get their list."""
    marks = _V2 if version is Version.V2 else 0
    if statement.stored is not UNSET or statement.authority is not UNSET:
        kept = {name: value for name, value in _members(body).items() if name not in ("stored", "authority")}
        body = _encode(kept)
    contexts = _contexts(statement)
    if _has_single_activity(contexts):
        body = _encode(with_activity_lists(_exact(body)))
    if statement.id is not UNSET:
        marks |= _HAS_ID
    if statement.timestamp is not UNSET:
        marks |= _HAS_TIMESTAMP
    if statement.version is not UNSET:
        marks |= _HAS_VERSION
    return body, marks | _marks_of_content(statement, contexts)


def _marks_of_content(statement: AnyStatement, contexts: Sequence[Context]) -> int:
    thing, marks = statement.object, 0
    if isinstance(thing, StatementRef):
        marks |= StatementFlag.REFERENCE.value
        if statement.verb.id == VOIDED:
            marks |= StatementFlag.VOIDING.value
    if statement.attachments is not UNSET or (isinstance(thing, SubStatement) and thing.attachments is not UNSET):
        marks |= StatementFlag.ATTACHMENTS.value
    for context in contexts:
        if isinstance(context, Context2) and (context.context_agents or context.context_groups):
            marks |= StatementFlag.ONLY_V2.value
    return marks


def _contexts(statement: AnyStatement) -> list[Context]:
    """Return the contexts of a statement and of its SubStatement, those that are there."""
    found = [] if statement.context is UNSET else [statement.context]
    if isinstance(statement.object, SubStatement) and statement.object.context is not UNSET:
        found.append(statement.object.context)
    return found


def _has_single_activity(contexts: Sequence[Context]) -> bool:
    for context in contexts:
        if context.context_activities is not UNSET:
            parent, grouping, category, other = map(type, context.context_activities.values())
            if Activity in (parent, grouping, category, other):
                return True
    return False


def with_activity_lists(statement: JsonObject) -> JsonObject:
    """Put single context activities into a list, as they are returned (Data 2.4.6.2).

    >>> with_activity_lists({"context": {"contextActivities": {"parent": {"id": "https://example.org/a"}}}})
    {'context': {'contextActivities': {'parent': [{'id': 'https://example.org/a'}]}}}
    """
    for part in (statement, statement.get("object", {})):
        activities = part.get("context", {}).get("contextActivities", {})
        for name, value in activities.items():
            if isinstance(value, dict):
                activities[name] = [value]
    return statement


def error_of(error: Exception, prefix: str = "") -> XapiError:
    """Turn a decoder's complaint into a fault with the path of the wrong property.

    >>> error_of(RecursionError()).rule.clause
    'Data 2.2'
    """
    text = str(error)
    if isinstance(error, RecursionError):
        return bad_request(Rule.DEPTH, "$", f"JSON nests {MAX_DEPTH} levels at most.")
    if not isinstance(error, msgspec.ValidationError):
        return bad_request(Rule.JSON, f"${prefix}", f"Not JSON: {text}")
    place = _PLACE.search(text)
    path = f"${prefix}{place[1] if place else ''}"
    message = _PLACE.sub("", text)
    cause = error.__cause__
    if isinstance(cause, RuleViolation):
        return bad_request(cause.rule, _join(path, cause.where), str(cause))
    return bad_request(Rule.SHAPE, path, f"{message}.")


def _join(path: str, where: str) -> str:
    return f"{path}.{where}" if where else path


def exact_value(body: bytes) -> Any:
    """Decode JSON so that encoding it again gives every number back as it was written.

    >>> encode(exact_value(b'{"a": 1.50}'))
    b'{"a":1.50}'
    """
    return _exact(body)


def encode(value: object) -> bytes:
    """Encode JSON, compact.

    >>> encode({"a": [1, 2]})
    b'{"a":[1,2]}'
    """
    return _encode(value)


def check_batch(batch: Sequence[ParsedStatement]) -> None:
    """Refuse two statements of one request that have the same id (Communication 2.1.2): raise XapiError (400)."""
    ids = [incoming.id for incoming in batch if incoming.id is not None]
    if len(set(ids)) < len(ids):
        raise bad_request(Rule.BATCH, "$", "Two statements of the batch have the same id.")
