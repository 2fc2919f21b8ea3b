"""What the files of one pack say of its pictures: what they show, in which languages, who made them, and under which licence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from perille.core.letters import collapse_whitespace
from perille.packs.format.catalogue_reader import read_entries
from perille.packs.format.media import CREDITS, MIRRORED
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.toml import read_toml

#: Up to the next line of colons: what nothing closes is looked through once, however many such blocks there are.
_PICTURE = re.compile(
    r"^[ \t]*:{3,}[ \t]*picture[ \t]+(\S+)[ \t]*\n((?:(?![ \t]*:{3})[^\n]*+\n)*+)[ \t]*:{3,}[ \t]*$",
    re.MULTILINE,
)
#: Names of the fields of a question that name a picture -> the field beside it that says what it shows.
_IN_QUESTIONS = {"picture": ("picture_description", "text", "words"), "illustration": ("text", "words")}
#: What a credit says, in the order in which pages do.
CREDIT_KEYS = ("title", "author", "source", "changes", "licence")
#: Licences that let anybody change a picture, and sell what it is in.
_OPEN = re.compile(
    r"(CC0|PDM|CC[- ]BY([- ]SA)?)([- ]\d\.\d)?([- ][A-Za-z-]+)?|public domain|MIT|Apache-2\.0|BSD-\d-Clause|ISC|OFL-1\.1",
    re.I,
)
_NARROW = re.compile(r"\b(NC|ND)|non-?commercial|no-?deriv|all rights reserved", re.I)


class Reuse(StrEnum):
    """What a licence says of use in another course."""

    OPEN = "open"
    #: It lets nobody change it, or sell what it is in; courses here may be changed and sold.
    FORBIDDEN = "forbidden"
    #: No licence is named, or one that nobody here knows.
    UNKNOWN = "unknown"


class ShownFile(Protocol):
    """What is known of a picture's file: `MediaFile` of a draft, `Media` of a published pack."""

    @property
    def sha256(self) -> str:
        """Of what pages get."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def mime(self) -> str:
        """Media type of what pages get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedPicture:
    """A picture of one pack."""

    name: str
    sha256: str
    mime: str
    size: int
    #: Hash of the picture that takes its place in languages written from right to left, "" for none.
    mirrored: str = ""
    credit: Mapping[str, str] = field(default_factory=dict)
    source_language: str = ""
    #: Language -> what it shows.
    descriptions: Mapping[str, str] = field(default_factory=dict)

    @property
    def licence(self) -> str:
        """The licence as its credit names it."""
        return self.credit.get("licence", "")

    @property
    def credit_line(self) -> str:
        """The credit as pages show it."""
        return ", ".join(self.credit[key] for key in CREDIT_KEYS if self.credit.get(key))

    @property
    def is_photograph(self) -> bool:
        """Tell whether it is no drawing."""
        return self.mime != "image/svg+xml"

    def described(self, *languages: str) -> tuple[str, str]:
        """Return the first of these languages in which it is described, then its source, and the description; two "" for none."""
        wanted = (*languages, self.source_language, *self.descriptions)
        return next(((code, self.descriptions[code]) for code in wanted if self.descriptions.get(code)), ("", ""))


def reuse_of(licence: str) -> Reuse:
    """Tell what a licence says of use in another course.

    >>> [reuse_of(each).value for each in ("CC-BY-4.0", "CC BY-SA 3.0", "CC-BY-NC-4.0", "", "as agreed")]
    ['open', 'open', 'forbidden', 'unknown', 'unknown']
    """
    if _NARROW.search(licence):
        return Reuse.FORBIDDEN
    return Reuse.OPEN if _OPEN.fullmatch(licence.strip()) else Reuse.UNKNOWN


def index_pack(files: Mapping[str, bytes], media: Mapping[str, ShownFile], source: str) -> dict[str, IndexedPicture]:
    """Return the pictures of a pack by name, described in its source language; *files*: its texts."""
    credits_, described = credits_of(files), _descriptions(files)
    found = {}
    for name, file in media.items():
        # What could not be read has no bytes.
        if name.endswith(MIRRORED) or not file.size:
            continue
        mirrored = media.get(f"{name}{MIRRORED}")
        words = described.get(name, "")
        found[name] = IndexedPicture(
            name=name,
            sha256=file.sha256,
            mime=file.mime,
            size=file.size,
            mirrored=mirrored.sha256 if mirrored else "",
            credit=credits_.get(name, {}),
            source_language=source,
            descriptions={source: words} if words else {},
        )
    return found


def with_language(picture: IndexedPicture, language: str, words: str) -> IndexedPicture:
    """Return a picture that is described in one more language."""
    return replace(picture, descriptions={**picture.descriptions, language: words}) if words else picture


def translated(catalogue: bytes, sources: Iterable[str]) -> dict[str, str]:
    """Return what a catalogue says in place of each of these descriptions; outdated words are none."""
    wanted, text = frozenset(sources), catalogue.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return {
        source: entry.msgstr
        for entry in read_entries(text, lambda _line, _words: None) or ()
        if entry.msgstr and not entry.fuzzy and (source := collapse_whitespace(entry.msgid)) in wanted
    }


def credits_of(files: Mapping[str, bytes]) -> dict[str, Mapping[str, str]]:
    """Return picture -> what its credit says; one that is a text of its own names no licence that could be read."""
    return {
        name: {key: words for key in CREDIT_KEYS if (words := _words(each.get(key)))}
        if isinstance(each, dict)
        else {"source": _words(each)}
        for name, each in _toml(files.get(CREDITS, b"")).items()
    }


def _toml(body: bytes) -> dict[str, object]:
    text = body.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return dict(read_toml(CREDITS, text, Diagnostics()).data)


def _descriptions(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return picture -> what it shows, as a lesson says, or else a question."""
    found: dict[str, str] = {}
    for path, body in files.items():
        if path.startswith("lessons/") and path.endswith(".md"):
            text = body.decode("utf-8", "replace").replace("\r\n", "\n")
            for name, words in _PICTURE.findall(text):
                _add(found, name, words)
    for path, body in files.items():
        if path.startswith("items/") and path.endswith(".toml"):
            for name, words in _in_tables(_toml(body)):
                _add(found, name, words)
    return found


def _add(found: dict[str, str], name: str, words: str) -> None:
    words = collapse_whitespace(words)
    if words and words != "…":
        found.setdefault(name, words)


def _words(value: object) -> str:
    """Return a text on one line, "" for anything else: what is nested deeply cannot even be written down."""
    return collapse_whitespace(value) if isinstance(value, str) else ""


def _in_tables(value: object) -> Iterator[tuple[str, str]]:
    """Yield name and description of each picture that a question or a choice of one names, however deep the tables stand."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, dict):
            for key, beside in _IN_QUESTIONS.items():
                if isinstance(each.get(key), str):
                    yield each[key], next(filter(None, (_words(each.get(name)) for name in beside)), "")
            waiting += reversed(each.values())
