"""Errands of a course: each key once, a way to ask, and neutral names where the pack is sensitive."""

from __future__ import annotations

from perille.domain.content import ErrandPart, PieceKind
from perille.packs.format.lesson_model import Lesson, PieceTemplate
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import inline, leads_somewhere


def check_errands(plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> None:
    """Refuse a second errand of a key, also of a library's lesson; variants of a unit may share one. Warn where nobody can be asked."""
    first: dict[str, tuple[ResolvedUnit, Lesson, int]] = {}
    for plan in plans:
        for _country, lesson in plan.lessons:
            for piece in lesson.pieces(PieceKind.ERRAND):
                known = first.setdefault(piece.name, (plan, lesson, piece.line))
                # In one file a key stands once; two countries' files of a unit may have the same errand.
                if known[0] is not plan or (known[1] is lesson and known[2] != piece.line):
                    _told_twice(plan, lesson, piece, known, diagnostics)
                if not plan.shared:
                    _check_ask(lesson, piece, diagnostics)


def _told_twice(
    plan: ResolvedUnit,
    lesson: Lesson,
    piece: PieceTemplate,
    known: tuple[ResolvedUnit, Lesson, int],
    diagnostics: Diagnostics,
) -> None:
    other, there, line = known
    where = there.path if other.home is plan.home else f"{other.home.manifest.id}/{there.path}"
    message = f'A second errand is called "{piece.name}": {where}:{line}'
    if plan.shared:
        diagnostics.add(MANIFEST, plan.line, f"{plan.home.manifest.id}/{lesson.path}:{piece.line}: {message}")
    else:
        diagnostics.add(lesson.path, piece.line, message)


def _check_ask(lesson: Lesson, piece: PieceTemplate, diagnostics: Diagnostics) -> None:
    """Warn of a line that says whom to ask and gives neither a fact nor a link."""
    for key, number in piece.entries:
        block = lesson.blocks[number]
        found = inline(block.msgid)
        if key == ErrandPart.ASK and not (found.facts or leads_somewhere(found.links)):
            diagnostics.warn(lesson.path, block.line, "The errand says whom to ask, but not how: name a fact or a link")
