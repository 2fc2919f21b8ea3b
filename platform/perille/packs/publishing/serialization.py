"""How compiled things are written into rows and read from them: canonical JSON, compressed with zstd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

import msgspec
import zstandard

from perille.core.decoding import read_json, read_msgpack
from perille.domain.content import LocalizedCourse, Text
from perille.domain.course import CourseStructure
from perille.packs.compiler.compiled import canonical
from perille.packs.source.files import PackFiles

T = TypeVar("T")

#: What ships takes 0.1 s of the processor at this level and 0.5 s at 6, where it is a tenth smaller.
_LEVEL = 3


def serialize(value: object) -> bytes:
    """Return a value as compressed JSON."""
    return compress(canonical(value))


def compress(written: bytes) -> bytes:
    """Return compressed JSON of what is in canonical form already."""
    return zstandard.compress(written, _LEVEL)


def deserialize(body: bytes, kind: type[T]) -> T:
    """Return the value that `serialize` wrote; raise msgspec.ValidationError where it is of another kind."""
    return read_json(zstandard.decompress(body), kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredWords(LocalizedCourse):
    """Words as they were stored up to format 5: those of role-plays stood apart from the items that play them."""

    #: Key of a role-play -> part -> its words.
    plays: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


def deserialize_words(body: bytes, structure: CourseStructure) -> LocalizedCourse:
    """Return the words of a course, whichever format they were stored in: an enrolment keeps an old structure for years."""
    stored = deserialize(body, _StoredWords)
    found = {each.name: getattr(stored, each.name) for each in fields(LocalizedCourse)}
    if stored.plays:
        files = {item.key: stored.plays.get(str(item.extra.get("play")), {}) for item in structure.items}
        found["items"] = {key: {**files.get(key, {}), **own} for key, own in stored.items.items()}
    return LocalizedCourse(**found)


class _Folder(msgspec.Struct):
    """A pack's folder: files by path, and those that are stored as pictures by their hash."""

    files: dict[str, bytes]
    media: dict[str, str]


def serialize_folder(files: PackFiles, pictures: Mapping[str, bytes]) -> bytes:
    """Return a folder as compressed bytes; a body that stands in *pictures* (hash -> bytes) is named, not written again."""
    hashes = {id(body): sha256 for sha256, body in pictures.items()}
    named = {path: hashes[id(body)] for path, body in files.files.items() if id(body) in hashes}
    rest = {path: body for path, body in files.files.items() if path not in named}
    return zstandard.compress(msgspec.msgpack.encode(_Folder(rest, named)), _LEVEL)


def deserialize_folder(body: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the files of a folder, and path -> hash of those that are pictures."""
    folder = read_msgpack(zstandard.decompress(body), _Folder)
    return folder.files, folder.media
