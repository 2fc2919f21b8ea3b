"""A person in the record store: every identifier they are known by, and how these are recognised in text.

An identifier is looked for wherever text can stand: in extensions, results, IRIs, documents, definitions and attachments. A short account
name such as "anna" is looked for only together with its home page, because the word alone may be anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha1
from uuid import UUID

import msgspec
from msgspec import Struct

#: An account name of this length leads to one person even without its home page.
_DISTINCTIVE = 16
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class Person(Struct, frozen=True):
    """Who is to be erased: keys of agents (see `identity`), registrations, and further words that lead to them alone."""

    keys: tuple[str, ...] = ()
    registrations: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def make_person(keys: Iterable[str], registrations: Iterable[UUID] = (), words: Iterable[str] = ()) -> Person:
    """Make a person; who has an e-mail address has its SHA-1 too (xAPI 1.0.3 Data 2.4.2.3)."""
    known = dict.fromkeys(keys)
    for key in [*known]:
        if key.startswith("mbox "):
            known.setdefault(f"mbox_sha1sum {sha1_of_mailbox(key.removeprefix('mbox '))}")
    return Person(tuple(known), tuple(dict.fromkeys(map(str, registrations))), tuple(dict.fromkeys(words)))


def sha1_of_mailbox(iri: str) -> str:
    """Return the `mbox_sha1sum` of a `mailto:` IRI."""
    return sha1(iri.encode(), usedforsecurity=False).hexdigest()


class Matcher:
    """Recognises a person's identifiers in text, JSON and bytes.

    >>> Matcher(make_person(["mbox mailto:anna@x.org"])).in_bytes(b"write to Anna@x.org.")
    True
    >>> Matcher(make_person(["mbox mailto:anna@x.org"])).in_bytes(b"joanna@x.org")
    False
    """

    def __init__(self, person: Person) -> None:
        self._pairs = {tuple(key.split(" ", 2)[1:]) for key in person.keys if key.startswith("account ")}
        whole = [part for key in person.keys for part in _parts_of_key(key)]
        whole += [_word(word) for word in (*person.registrations, *person.words)]
        #: One of these stands in all that the pattern finds.
        self._parts = [part.lower().encode() for part in _parts_of(person)]
        self._pattern = _compiled([f"{before}{text}{after}" for before, text, after in whole])
        #: To be sought in files, without regard to case.
        self.file_pattern = _file_pattern(whole)

    def in_bytes(self, data: bytes) -> bool:
        """Tell whether an identifier stands in these bytes, as it is."""
        # A plain search first: it takes a twentieth of the pattern's time, and nearly all that is looked through stops here.
        small = data.lower()
        return any(part in small for part in self._parts) and self._pattern.search(data) is not None

    def in_text(self, text: str) -> bool:
        """Tell whether an identifier stands in a text."""
        return self.in_bytes(text.encode("utf-8", "surrogatepass"))

    def in_key(self, key: str) -> bool:
        """Tell whether the key of an agent, or an IRI, names the person."""
        form, _, rest = key.partition(" ")
        return (form == "account" and tuple(rest.split(" ", 1)) in self._pairs) or self.in_text(key)

    def in_json(self, body: bytes) -> bool:
        """Tell whether an identifier stands in JSON, also where it is written with escapes, or as the two members of an account."""
        if self.in_bytes(body):
            return True
        if b"\\" not in body and not any(str(name).encode() in body for _home, name in self._pairs):
            return False
        try:
            return self._in_value(msgspec.json.decode(body))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False

    def _in_value(self, value: object) -> bool:
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, dict):
            home, name = value.get("homePage"), value.get("name")
            # The name of an activity is an object, one text for each language: only texts can be an account.
            if isinstance(home, str) and isinstance(name, str) and (home, name) in self._pairs:
                return True
            return any(self.in_text(key) or self._in_value(each) for key, each in value.items())
        return isinstance(value, list) and any(map(self._in_value, value))


def _parts_of(person: Person) -> Iterator[str]:
    """Yield plain texts, one of which stands wherever an identifier of a person does."""
    for key in person.keys:
        form, _, value = key.partition(" ")
        name = value.partition(" ")[2] if form == "account" else value.removeprefix("mailto:")
        # An address may be written with %40 for its @.
        yield name.partition("@")[0] or name if form != "openid" else value.rstrip("/")
    for word in (*person.registrations, *person.words):
        yield word
        if _UUID.fullmatch(word):
            yield word.replace("-", "")
    yield from (name.replace("-", "") for key in person.keys if _UUID.fullmatch(name := key.rpartition(" ")[2]))


#: How an address or IRI goes on as a longer one.
_LONGER = r"(?![.-]\w)"
#: What must not stand before, the identifier as a pattern, what must not stand after.
_Part = tuple[str, str, str]


def _compiled(patterns: list[str]) -> re.Pattern[bytes]:
    # Without a pattern it matches nowhere.
    return re.compile("|".join(patterns).encode() if patterns else rb"(?!)", re.IGNORECASE)


def _parts_of_key(key: str) -> list[_Part]:
    form, _, value = key.partition(" ")
    if form == "mbox":
        return [_address(value.removeprefix("mailto:"))]
    if form == "mbox_sha1sum":
        return [_word(value)]
    if form == "openid":
        # What stands below an IRI belongs to it.
        return [("", re.escape(value.rstrip("/")), r"(?![\w.~%-]*\w)")]
    name = value.partition(" ")[2]
    if "@" in name:
        return [_address(name)]
    return [_word(name)] if len(name) >= _DISTINCTIVE else []


def _address(address: str) -> _Part:
    """An e-mail address, also percent-encoded, and not as the end of a longer one."""
    return r"(?<![\w.%+'@-])", re.escape(address).replace("@", "(?:@|%40)"), r"(?![\w-]|\.\w)"


def _file_pattern(parts: Iterable[_Part]) -> str:
    """Return what finds a person in files: columns stand side by side there, and what follows may be another one."""
    raw = [f"{before if '@' in before else ''}{text}{_LONGER if after else ''}" for before, text, after in parts]
    return "|".join(raw) or "(?!)"


def _word(word: str) -> _Part:
    """A word of its own; a UUID also without its dashes, and whatever stands beside it: it is nobody else's."""
    if _UUID.fullmatch(word):
        return "", f"(?:{word}|{word.replace('-', '')})", ""
    return r"(?<!\w)", re.escape(word), r"(?!\w)"
