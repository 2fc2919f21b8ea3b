"""The lines of errands and word lists in one language: a block's words, taken apart."""

from __future__ import annotations

import re
from dataclasses import replace

from perille.domain.content import Entry, PieceKind, Text
from perille.packs.format.errands import TITLE, form_words, word_parts
from perille.packs.format.lesson_model import Block, BlockForm

_LABEL_HTML = re.compile(r"<strong>(.*?)</strong>\s*[:：]?\s*", re.DOTALL)
_LABEL_END = " :："


def make_entry(kind: PieceKind, key: str, block: Block, text: Text) -> Entry:
    """Return a line of a piece; *text*: the words of *block* in the language of a page."""
    if kind is PieceKind.WORDS:
        return _word(key, text)
    return Entry(key=key, text=text) if key == TITLE else _errand_line(key, block, text)


def _errand_line(key: str, block: Block, text: Text) -> Entry:
    found = _LABEL_HTML.match(text.html)
    foreign = form_words(block.msgid) if block.form is BlockForm.FORM_WORDS else ()
    if found is None:
        # An outdated translation may be built otherwise: its words are shown as they are.
        return Entry(key=key, text=text, foreign=foreign)
    label = re.sub(r"<[^>]*>", "", found[1]).rstrip(_LABEL_END)
    plain = text.plain[len(label) :].lstrip(_LABEL_END)
    return Entry(key=key, text=replace(text, html=text.html[found.end() :], plain=plain), label=label, foreign=foreign)


def _word(key: str, text: Text) -> Entry:
    parts, html = word_parts(text.plain), text.html.split("·")
    if parts is None or parts[0] != key:
        return Entry(key=key, text=text)
    return Entry(key=key, text=replace(text, html=html[-1].strip(), plain=parts[2]), label=parts[1])
