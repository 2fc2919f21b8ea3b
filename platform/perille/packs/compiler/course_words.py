"""Word lists that a lesson takes from another lesson of its course: one of a library is of no country, its course is of one.

    ::: words help
    :::

is the list that begins with `::: words help` in a lesson of the course, in the words of that lesson's catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from perille.domain.content import LessonWords, Piece, PieceKind, Screen


def with_course_words(units: Mapping[str, LessonWords]) -> dict[str, LessonWords]:
    """Return the lessons of a course by key, each word list that is taken from another lesson filled.

    A list that no lesson has is left out: `checks.word_lists` warns of it.
    """
    lists = {
        piece.name: piece
        for lesson in units.values()
        for screen in lesson.screens
        for piece in screen.pieces
        if piece.kind is PieceKind.WORDS and piece.name and piece.entries
    }
    return {key: lesson.map_screens(partial(_filled_screen, lists)) for key, lesson in units.items()}


def _filled_screen(lists: Mapping[str, Piece], screen: Screen) -> Screen:
    if not any(_is_taken(piece) for piece in screen.pieces):
        return screen
    return replace(screen, pieces=tuple(_pieces(screen, lists)))


def _pieces(screen: Screen, lists: Mapping[str, Piece]) -> list[Piece]:
    filled = (_taken(piece, lists) if _is_taken(piece) else piece for piece in screen.pieces)
    return [piece for piece in filled if piece is not None]


def _taken(piece: Piece, lists: Mapping[str, Piece]) -> Piece | None:
    found = lists.get(piece.name)
    return found and replace(piece, entries=found.entries, language=found.language)


def _is_taken(piece: Piece) -> bool:
    return piece.kind is PieceKind.WORDS and not piece.entries
