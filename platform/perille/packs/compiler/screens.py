"""The screens of a lesson in one language: the words of its blocks put into their places."""

from __future__ import annotations

import html as entities
from collections.abc import Iterator, Sequence

from perille.core.i18n import LANGUAGES
from perille.domain.content import Piece, Screen, Text
from perille.packs.compiler.entries import make_entry
from perille.packs.format.lesson_model import Lesson, PieceTemplate, Placeholder, ScreenTemplate


def make_screens(lesson: Lesson, words: Sequence[Text], language: str) -> tuple[Screen, ...]:
    """Return the screens of *lesson* for a page in *language*; *words* has a text for each block, in the same order."""
    return tuple(
        Screen(
            heading=None if screen.heading is None else words[screen.heading],
            pieces=tuple(_piece(lesson, form, words, language) for form in screen.pieces),
            reviewed=not any(words[block].waits for block in _blocks(screen)),
        )
        for screen in lesson.screens
    )


def _blocks(screen: ScreenTemplate) -> Iterator[int]:
    """Yield the number of each block of a screen."""
    if screen.heading is not None:
        yield screen.heading
    for form in screen.pieces:
        yield from form.blocks


def language_attributes(text: Text, language: str) -> str:
    """Return the lang and dir of words that are not in the page's language, else ''."""
    if text.language == language:
        return ""
    return f' lang="{text.language}" dir="{direction(text.language)}"'


def direction(language: str) -> str:
    """Return "ltr" or "rtl"; a language nobody knows runs as the browser sees fit."""
    return LANGUAGES[language].direction if language in LANGUAGES else "auto"


def _piece(lesson: Lesson, form: PieceTemplate, words: Sequence[Text], language: str) -> Piece:
    spoken = {words[block].language for block in form.blocks}
    return Piece(
        kind=form.kind,
        html="".join(part if isinstance(part, str) else _fill(part, words, language) for part in form.parts),
        name=form.name,
        alt="" if form.alt is None else words[form.alt].plain,
        language=spoken.pop() if len(spoken) == 1 else language,
        entries=tuple(make_entry(form.kind, key, lesson.blocks[at], words[at]) for key, at in form.entries),
        status=form.status,
    )


def _fill(hole: Placeholder, words: Sequence[Text], language: str) -> str:
    text = words[hole.block]
    attributes = language_attributes(text, language)
    if hole.form == "attributes":
        return attributes
    if hole.form == "alt":
        return entities.escape(text.plain)
    if hole.form == "label":
        # An attribute is read in the language of its element: better no label than one that is spoken as another language.
        spoken = language if hole.cell is None else words[hole.cell].language
        return f' data-label="{entities.escape(text.plain)}"' if text.language == spoken else ""
    return f"<span{attributes}>{text.html}</span>" if hole.wrapped and attributes else text.html
