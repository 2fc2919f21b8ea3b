"""Translations that leave the Studio as a file and come back: PO (gettext) and XLIFF 2 (OASIS XLIFF 2.0, 2014).

The source is never taken from a file: words go to the block of the same place and the same source, or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from perille.core.i18n import _
from perille.domain.content import TranslationState
from perille.packs.format.translation import parse_po
from perille.packs.source.diagnostics import Diagnostics
from perille.studio.translating import TranslatedBlock, Translation

#: Bytes of a file; the longest course has a fifth of it in a language.
MAX_WORDS = 4 * 1024 * 1024
_NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
_XML = "{http://www.w3.org/XML/1998/namespace}"
#: What XML 1.0 cannot hold (2.2).
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: How a ZIP begins, and what is one inside: a document of an office, a course that was taken along.
_ARCHIVE = b"PK\x03\x04"
#: Marks around words that leave them as they are (XLIFF 2.0, 4.3.1).
_ANNOTATIONS = frozenset({"mrk", "sm", "em"})
_STATES = {TranslationState.DRAFT: "translated", TranslationState.REVIEWED: "reviewed"}


class BadWords(ValueError):
    """A file that is not taken; says why in the reader's language."""


@dataclass(frozen=True, slots=True)
class SentWords:
    """What a file says."""

    #: Id of the pack that it was made of.
    pack: str
    language: str
    words: tuple[TranslatedBlock, ...]


def read_words(body: bytes) -> SentWords:
    """Read a PO or XLIFF file; raise BadWords."""
    if body.startswith(_ARCHIVE):
        raise BadWords(_("It is neither a PO file nor one of XLIFF 2."))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadWords(_("It is not saved as UTF-8, so its letters would come out wrong. Save it as UTF-8.")) from error
    return _read_xliff(text) if text.lstrip().startswith("<") else _read_po(text)


def _read_po(text: str) -> SentWords:
    faults = Diagnostics()
    found = parse_po("", text, faults)
    if found is None:
        raise _broken(faults.all[0].line)
    entries = [each for each in found if each.msgid and each.msgstr and not each.obsolete and not each.fuzzy]
    words = tuple(TranslatedBlock(each.msgctxt or "", each.msgid, each.msgstr) for each in entries)
    pack = (found.metadata.get("Project-Id-Version") or "").partition(" ")[0]
    return SentWords(pack, found.metadata.get("Language", ""), words)


def _broken(line: int) -> BadWords:
    return BadWords(_("It is broken at line %(line)s. Save it once more in your program.", line=line))


def _read_xliff(text: str) -> SentWords:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadWords(_("It has a document type, which no XLIFF file needs. Take it out."))
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  (no document type, so no entities)
    except ElementTree.ParseError as error:
        raise _broken(error.position[0]) from error
    if root.tag != f"{{{_NAMESPACE}}}xliff":
        raise BadWords(_("It is neither a PO file nor one of XLIFF 2."))
    file = root.find(f"{{{_NAMESPACE}}}file")
    pack = "" if file is None else file.get("original", "")
    return SentWords(pack, root.get("trgLang", ""), tuple(_units(root)))


def _units(root: ElementTree.Element) -> Iterator[TranslatedBlock]:
    for unit in root.iter(f"{{{_NAMESPACE}}}unit"):
        sources, targets = (
            [_plain(each) for each in unit.iter(f"{{{_NAMESPACE}}}{name}")] for name in ("source", "target")
        )
        states = [each.get("state", "initial") for each in unit.iter(f"{{{_NAMESPACE}}}segment")]
        if any(targets):
            yield TranslatedBlock(
                unit.get("name", ""), "".join(sources), "".join(targets), is_unsure="initial" in states
            )


def _plain(element: ElementTree.Element) -> str:
    strange = [each.tag.rpartition("}")[2] for each in element.iter() if each is not element]
    for name in strange:
        if name not in _ANNOTATIONS:
            raise BadWords(_("It has a mark <%(name)s> inside words, which this course did not give it.", name=name))
    return "".join(element.itertext())


def write_xliff(pack: str, source_language: str, language: str, found: Iterable[Translation]) -> bytes:
    """Return translations as an XLIFF 2.0 file; what XML cannot hold is left out, and stays as it is here."""
    ElementTree.register_namespace("", _NAMESPACE)
    top = {"version": "2.0", "srcLang": _tag(source_language), "trgLang": _tag(language)}
    root = ElementTree.Element(f"{{{_NAMESPACE}}}xliff", top)
    file = ElementTree.SubElement(root, f"{{{_NAMESPACE}}}file", {"id": "course", "original": pack})
    for number, each in enumerate(found, 1):
        if not _NO_XML.search(each.context + each.source + each.words):
            _add_unit(file, number, each)
    ElementTree.indent(root)
    body: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return body + b"\n"


def _add_unit(file: ElementTree.Element, number: int, each: Translation) -> None:
    unit = ElementTree.SubElement(file, f"{{{_NAMESPACE}}}unit", {"id": f"u{number}", "name": each.context})
    state = _STATES.get(each.state, "initial")
    segment = ElementTree.SubElement(unit, f"{{{_NAMESPACE}}}segment", {"state": state})
    for name, words in (("source", each.source), ("target", each.words)):
        if words:
            ElementTree.SubElement(segment, f"{{{_NAMESPACE}}}{name}", {f"{_XML}space": "preserve"}).text = words


def _tag(language: str) -> str:
    """Return a language as BCP 47 writes it."""
    return language.replace("_", "-")


def same_language(first: str, second: str) -> bool:
    """Tell whether two ways of writing mean one language.

    >>> same_language("fa-AF", "fa_AF"), same_language("fi", "sv")
    (True, False)
    """
    return _tag(first).lower() == _tag(second).lower()
