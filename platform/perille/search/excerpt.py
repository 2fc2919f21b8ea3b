"""The words around what was found, with the words of the search marked."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from perille.search.terms import stem, terms

#: Characters of an excerpt before the first word that was found, and in all.
_BEFORE, _LENGTH = 60, 180
_WORD = re.compile(r"[\w'’ʼ\u200c]+")


def excerpt(text: str, wanted: list[str], *, whole: bool = False) -> Markup:
    """Return a part of *text* with what was found in it, or its beginning; *whole*: all of it.

    >>> excerpt("Ask the bank. The bank asks for a card.", ["card"])
    Markup('Ask the bank. The bank asks for a <mark>card</mark>.')
    """
    beginnings = tuple(stem(term) for term in wanted)
    first = next((match.start() for match in _WORD.finditer(text) if _is_found(match[0], beginnings)), 0)
    start, end = (0, len(text)) if whole else _window(text, first)
    part = _marked(text[start:end], beginnings)
    return Markup("{}{}{}").format("… " if start else "", part, " …" if end < len(text) else "")


def _window(text: str, first: int) -> tuple[int, int]:
    """Return where an excerpt begins and ends: between words."""
    start = 0 if first <= _BEFORE else text.find(" ", first - _BEFORE) + 1
    if len(text) - start <= _LENGTH:
        return start, len(text)
    return start, max(text.rfind(" ", start, start + _LENGTH), start + 1)


def _marked(text: str, beginnings: tuple[str, ...]) -> Markup:
    made, at = Markup(""), 0
    for match in _WORD.finditer(text):
        if _is_found(match[0], beginnings):
            made += escape(text[at : match.start()]) + Markup("<mark>{}</mark>").format(match[0])
            at = match.end()
    return made + escape(text[at:])


def _is_found(word: str, beginnings: tuple[str, ...]) -> bool:
    return any(term.startswith(beginnings) for term in terms(word))
