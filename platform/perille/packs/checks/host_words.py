"""Words of the country in brackets that no list has: a screen reader would say them in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perille.core.host_languages import host_language
from perille.core.i18n import LANGUAGES
from perille.packs.format.errands import form_words, word_parts
from perille.packs.format.lesson_model import BlockForm
from perille.packs.format.loading import LoadedPack, Message
from perille.packs.format.translation import Catalogue
from perille.packs.source.diagnostics import Diagnostics

#: Words in brackets that hold no mark and no fact, and are no target of a link.
_BRACKETS = re.compile(r"(?<!\])\(([^()\[\]{}]{2,120})\)")
_OF_A_LIST = re.compile(r"[,;/]")


def check_host_words(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    """Warn of words in brackets that no translation translates and no list has, in a course of one country."""
    countries = pack.manifest.countries
    host = host_language(countries[0]) if len(countries) == 1 else ""
    others = [each for each in pack.catalogues.values() if _has_other_letters(each, host)]
    if others and host != pack.manifest.source_language:
        for message, word in _unnamed(pack, others):
            diagnostics.warn(message.path, message.line, _told(word, host))


def _unnamed(pack: LoadedPack, others: list[Catalogue]) -> Iterator[tuple[Message, str]]:
    known = frozenset(word.lower() for word in (*pack.manifest.host_words, *_listed(pack)))
    for message in pack.messages:
        for word in _enclosed(message.msgid):
            if word.lower() not in known and _is_kept(word, (message.context, message.msgid), others):
                yield message, word


def _told(word: str, host: str) -> str:
    return (
        f'"{word}" stands in brackets in every language: put it into a word list or into "host_words" of pack.toml,'
        f" or write [{word}](lang:{host}), so that it is read aloud in its own language"
    )


def _has_other_letters(catalogue: Catalogue, host: str) -> bool:
    """Tell whether a catalogue is written in other letters than the country: a word there in those letters is none of its own."""
    return bool(host) and LANGUAGES[catalogue.language].script != LANGUAGES[host].script


def _listed(pack: LoadedPack) -> Iterator[str]:
    for lesson in pack.lessons.values():
        for block in lesson.blocks:
            if block.form is BlockForm.FORM_WORDS:
                yield from form_words(block.msgid)
            elif block.form is BlockForm.WORD and (parts := word_parts(block.msgid)):
                yield parts[0]


def _enclosed(msgid: str) -> Iterator[str]:
    """Yield words in brackets; capitals alone are the name of an office, which is read by its letters."""
    for found in _BRACKETS.finditer(msgid) if "(" in msgid else ():
        yield from (word for part in _OF_A_LIST.split(found[1]) if any(map(str.islower, word := part.strip())))


def _is_kept(word: str, key: tuple[str, str], catalogues: list[Catalogue]) -> bool:
    """Tell whether every translation of a block has the word as it is; False where there is none. One that waits says nothing."""
    written = [entry.msgstr for each in catalogues if (entry := each.entries.get(key)) and entry.msgstr]
    return bool(written) and all(word in each for each in written)
