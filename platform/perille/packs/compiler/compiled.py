"""What the compiler gives: structure and words apart, each with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from typing import cast

import msgspec

from perille.domain.content import LocalizedCourse, Text
from perille.domain.course import CourseStructure, PackKind, Trace
from perille.domain.fact import Fact
from perille.packs.format.media import MediaFile
from perille.packs.source.diagnostics import Diagnostic

#: Changes whenever the compiler gives something else for the same folder, so that everything is compiled again.
FORMAT = 10

#: "CC/key" -> part -> words.
FactWords = Mapping[str, Mapping[str, Text]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or a recording as pages use it."""

    sha256: str
    mime: str
    #: Bytes.
    size: int
    #: Name with ending, such as "kitchen-fire.svg".
    file_name: str
    #: Pixels, 0 where not known.
    width: int = 0
    height: int = 0
    credit: str = ""
    #: What is spoken in a recording; "" of a picture.
    language: str = ""

    @classmethod
    def of(cls, file: MediaFile) -> Media:
        """Return what pages use of a file."""
        name = file.path.rpartition("/")[2]
        return cls(
            sha256=file.sha256,
            mime=file.mime,
            size=file.size,
            file_name=f"{name.rpartition('.')[0]}.webp" if file.converted else name,
            width=file.width,
            height=file.height,
            credit=file.credit,
            language=file.language,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What lists and course pages say of a pack."""

    pack_id: str
    kind: PackKind
    slug: str
    version: str
    source_language: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    audiences: tuple[str, ...]
    sensitive: bool
    trace: Trace
    licence: str
    authors: tuple[str, ...]
    minutes: int
    unit_count: int
    #: Bytes of all words of one language and all pictures as they travel.
    weight: int
    #: Language -> title, for the languages in which it really is there.
    titles: Mapping[str, str] = field(default_factory=dict)
    #: Language -> summary, the same.
    summaries: Mapping[str, str] = field(default_factory=dict)
    structure_hash: str = ""
    #: It needs a second person's review and has none that counts (SE15).
    unreviewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPack:
    """A pack, ready to be published."""

    summary: Summary
    structure: CourseStructure
    #: Language -> words, for every language of the manifest.
    words: Mapping[str, LocalizedCourse]
    #: Language -> the same in canonical form: written once for its hash, the weight and what is stored.
    written: Mapping[str, bytes]
    facts: tuple[Fact, ...]
    #: Language -> words of the pack's own facts.
    fact_words: Mapping[str, FactWords]
    #: "pack/name" -> picture, "pack/audio/<language>/..." -> recording, those of shared units included; "pack/name.rtl" -> the
    #: picture that takes its place in a language written from right to left.
    media: Mapping[str, Media]
    #: SHA-256 -> bytes of a picture or recording.
    bodies: Mapping[str, bytes]
    structure_hash: str
    #: Language -> hash of its words, of the pictures and of its recordings.
    words_hashes: Mapping[str, str]
    words_hash: str
    facts_hash: str
    warnings: tuple[Diagnostic, ...] = ()


def shown_media(media: Mapping[str, Media], words: LocalizedCourse) -> dict[str, Media]:
    """Return the pictures, and the recordings of these words: a voice in one language changes no page in another."""
    spoken = words.recordings()
    return {name: each for name, each in media.items() if not each.language or name in spoken}


def canonical(value: object) -> bytes:
    """Write a value so that the same value gives the same bytes on any machine."""
    return msgspec.json.encode(value, order="deterministic")


def without_defaults(value: object) -> object:
    """Return a value without what is as it would be by default: a field that a later Perille adds changes no hash of an older pack."""
    known = _defaults(cast(Hashable, type(value)))
    if known is not None:
        kept = ((name, getattr(value, name), default) for name, default in known)
        return {name: without_defaults(each) for name, each, default in kept if each != default()}
    if isinstance(value, Mapping):
        return {key: without_defaults(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [without_defaults(each) for each in value]
    return value


@cache
def _defaults(kind: type) -> tuple[tuple[str, Callable[[], object]], ...] | None:
    """Return each field of a dataclass with what makes its default: of one that must be given, what nothing equals; None for others."""
    return tuple((each.name, _default(each)) for each in fields(kind)) if is_dataclass(kind) else None


def _default(each: Field[object]) -> Callable[[], object]:
    return (lambda: each.default) if each.default_factory is MISSING else each.default_factory


def digest(*parts: object) -> str:
    """Return the SHA-256 of values in canonical form, as hex."""
    return hashlib.sha256(canonical(parts)).hexdigest()
