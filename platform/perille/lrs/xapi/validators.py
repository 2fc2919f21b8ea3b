"""The small formats of xAPI: identifiers, languages, times. Pure functions, one a rule; each raises `RuleViolation`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from perille.lrs.xapi.errors import Rule, RuleViolation

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00-\x1f]+").fullmatch
_MAILBOX = re.compile(r"mailto:[^\s@<>]+@[^\s@<>]+").fullmatch
_SHA1 = re.compile(r"[0-9a-fA-F]{40}").fullmatch
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}").fullmatch
_LANGUAGE = re.compile(
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})"  # language, extended language
    r"(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"  # variants
    r"(?:-[0-9A-WYZa-wyz](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"  # extensions, private use
    r"|[xX](?:-[A-Za-z0-9]{1,8})+|i-[A-Za-z]+"
).fullmatch
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?"
    r"|\d{8}T\d{4}(?:\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?:\d\d)?)?"
).fullmatch
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)").fullmatch
#: How a time ends whose zone is not known (RFC 3339 4.3).
_NO_ZONE = ("-00", "-0000", "-00:00")
_DURATION = re.compile(
    r"P(?:\d+(?:[.,]\d+)?W|(?=.)(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?"
    r"(?:T(?=\d)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)"
).fullmatch
_EARLY_FRACTION = re.compile(r"[.,]\d+[A-Z].*\d").search
_QUALITY = re.compile(r"[01](?:\.\d{0,3})?").fullmatch
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+\s*(?:;.*)?").fullmatch

#: Values that passed lately: the same few hundred IRIs, tags and verbs make up nearly all that arrives.
_good_iris: set[str] = set()
_good_tags: set[str] = set()
_REMEMBERED = 20_000


def uuid_text(key: bytes) -> str:
    """Write the 16 bytes of a UUID in its standard form (RFC 4122).

    >>> uuid_text(bytes(range(16)))
    '00010203-0405-0607-0809-0a0b0c0d0e0f'
    """
    text = key.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def iri(value: str, where: str) -> None:
    """An identifier is an IRI with a scheme (Data 2.2).

    >>> iri("https://example.org/verbs/read", "verb.id")
    >>> iri("read", "verb.id")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: 'read' is not an absolute IRI.
    """
    if value in _good_iris:
        return
    if not _IRI(value):
        raise RuleViolation(Rule.IRI, where, f"{value[:80]!r} is not an absolute IRI.")
    if len(_good_iris) >= _REMEMBERED:
        _good_iris.clear()
    if len(value) < 300:
        _good_iris.add(value)


def mailbox(value: str, where: str) -> None:
    """An mbox has the form `mailto:address` (Data 2.4.2.3).

    >>> mailbox("mailto:aino@example.org", "actor.mbox")
    >>> mailbox("aino@example.org", "actor.mbox")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: Not of the form mailto:name@host.
    """
    if not _MAILBOX(value):
        raise RuleViolation(Rule.MAILBOX, where, "Not of the form mailto:name@host.")


def sha1(value: str, where: str) -> None:
    """An mbox_sha1sum is the hexadecimal SHA1 of an mbox (Data 2.4.2.3).

    >>> sha1("da39a3ee5e6b4b0d3255bfef95601890afd80709", "actor.mbox_sha1sum")
    >>> sha1("da39", "actor.mbox_sha1sum")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: Not 40 hexadecimal digits.
    """
    if not _SHA1(value):
        raise RuleViolation(Rule.SHA1, where, "Not 40 hexadecimal digits.")


def uuid(value: str, where: str) -> None:
    """A UUID is written in its standard form of 36 characters (Data 4.4, RFC 4122).

    >>> uuid("7c0f6a34-64b7-4a9c-9a55-0d1c5f3f4a11", "id")
    >>> uuid("7c0f6a34", "id")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: '7c0f6a34' is not a UUID.
    """
    if not _UUID(value):
        raise RuleViolation(Rule.UUID, where, f"{value[:40]!r} is not a UUID.")


def language(value: str, where: str) -> None:
    """A language is a tag of RFC 5646 (Data 4.2).

    >>> language("fa-AF", "context.language")
    >>> language("Dari", "context.language")
    >>> language("en_GB", "context.language")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: 'en_GB' is not a language tag.
    """
    if value in _good_tags:
        return
    if not _LANGUAGE(value):
        raise RuleViolation(Rule.LANGUAGE, where, f"{value[:40]!r} is not a language tag.")
    if len(_good_tags) < _REMEMBERED and len(value) < 40:
        _good_tags.add(value)


def language_map(value: dict[str, str], where: str) -> None:
    """The keys of a language map are language tags (Data 4.2).

    >>> language_map({"fi": "luki", "en": "read"}, "verb.display")
    >>> language_map({"e": "read"}, "verb.display")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: 'e' is not a language tag.
    """
    for tag in value:
        if tag not in _good_tags:
            language(tag, f"{where}.{tag[:40]}")


def extensions(value: dict[str, object], where: str) -> None:
    """The keys of extensions are IRIs, the values are anything (Data 4.1).

    >>> extensions({"https://example.org/room": 7}, "result.extensions")
    >>> extensions({"room": 7}, "result.extensions")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: 'room' is not an absolute IRI.
    """
    for key in value:
        if key not in _good_iris:
            iri(key, f"{where}.{key[:80]}")


def duration(value: str, where: str) -> None:
    """A duration is `PnYnMnDTnHnMnS` or `PnW`; only the smallest part may have a fraction (Data 4.6).

    >>> duration("PT1M30.5S", "result.duration")
    >>> duration("90 s", "result.duration")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: '90 s' is not an ISO 8601 duration.
    """
    if not _DURATION(value) or _EARLY_FRACTION(value):
        raise RuleViolation(Rule.DURATION, where, f"{value[:40]!r} is not an ISO 8601 duration.")


def media_type(value: str, where: str) -> None:
    """A contentType is an Internet media type (Data 2.4.11).

    >>> media_type("text/plain; charset=utf-8", "attachments[0].contentType")
    >>> media_type("text", "attachments[0].contentType")
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: 'text' is not a media type.
    """
    if not _MEDIA_TYPE(value):
        raise RuleViolation(Rule.ATTACHMENT, where, f"{value[:80]!r} is not a media type.")


def read_quality_values(header: str) -> list[tuple[str, float]]:
    """Read a header such as Accept-Language into its entries and their quality, the most wanted first; 0: not wanted (RFC 9110 12.4.2).

    >>> read_quality_values("fi, en;q=0, fr; q=0.9")
    [('fi', 1.0), ('fr', 0.9), ('en', 0.0)]
    """
    found = []
    for part in header.split(","):
        entry, *parameters = (each.strip() for each in part.split(";"))
        quality = next((each[2:] for each in parameters if each[:2].lower() == "q="), "1")
        if entry and _QUALITY(quality):
            found.append((entry, float(quality)))
    return sorted(found, key=lambda wish: -wish[1])


def timestamp(value: str, where: str, *, strict: bool) -> datetime:
    """Read a time: ISO 8601, or RFC 3339 where *strict* (2.0); without a zone it is UTC; -00:00 is refused (Data 4.5).

    >>> timestamp("2026-05-01T15:00:00+03:00", "timestamp", strict=True).isoformat()
    '2026-05-01T12:00:00+00:00'
    """
    form = _RFC3339 if strict else _ISO
    if not form(value) or (value.endswith(_NO_ZONE) and "T" in value.upper()):
        raise RuleViolation(Rule.TIMESTAMP, where, f"{value[:60]!r} is not a timestamp with a known zone.")
    try:
        moment = datetime.fromisoformat(value.upper().replace(",", "."))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise RuleViolation(Rule.TIMESTAMP, where, f"There is no such moment as {value[:60]!r}.") from None


def micros(moment: datetime) -> int:
    """Return microseconds since 1970 in UTC: how times are kept.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(micros: int) -> datetime:
    """Return the time kept as microseconds.

    >>> moment(1_500_000).isoformat()
    '1970-01-01T00:00:01.500000+00:00'
    """
    return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)


def format_timestamp(micros: int) -> str:
    """Write a time kept as microseconds, as xAPI wants it: UTC, ending in Z.

    >>> format_timestamp(1_000_000)
    '1970-01-01T00:00:01.000000Z'
    """
    return f"{_second(micros // 1_000_000)}.{micros % 1_000_000:06d}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
