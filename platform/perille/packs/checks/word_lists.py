"""Word lists that lessons take from each other: each name once in a course, and a list for each that is taken."""

from __future__ import annotations

from perille.api import did_you_mean
from perille.domain.content import PieceKind
from perille.domain.course import PackKind
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics


def check_word_lists(pack: LoadedPack, plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> None:
    """Refuse a second list of a name; warn of a lesson that takes a list which no lesson of the course has.

    A library alone is warned of nothing: the lists are those of the courses that use it.
    """
    given = _given(plans, diagnostics)
    if pack.manifest.kind is PackKind.LIBRARY:
        return
    for plan in plans:
        for _country, lesson in plan.versions:
            for piece in lesson.pieces(PieceKind.WORDS):
                if piece.entries or not piece.name or piece.name in given:
                    continue
                message = f'No lesson of this course has the words "{piece.name}"{did_you_mean(piece.name, given)}, so they are left out'
                if plan.shared:
                    where = f"{plan.home.manifest.id}/{lesson.path}:{piece.line}"
                    diagnostics.warn(MANIFEST, plan.line, f"{where}: {message}")
                else:
                    diagnostics.warn(lesson.path, piece.line, message)


def _given(plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> set[str]:
    """Return the names of lists that other lessons can take; easy versions and lessons of one country give none."""
    given: set[str] = set()
    for plan in plans:
        for piece in plan.lesson.pieces(PieceKind.WORDS) if plan.lesson else ():
            if not (piece.name and piece.entries):
                continue
            if piece.name in given and plan.lesson:
                line, path = (plan.line, MANIFEST) if plan.shared else (piece.line, plan.lesson.path)
                diagnostics.add(path, line, f'A second word list is called "{piece.name}": each name stands once')
            given.add(piece.name)
    return given
