"""The picture that stands for a lesson, and for a course, where somebody finds their way by pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perille.core.i18n import LANGUAGES
from perille.core.web.page_addresses import url_for
from perille.domain.content import LessonWords, PieceKind, Screen
from perille.domain.course import Unit
from perille.packs.compiler.compiled import Media
from perille.packs.format.media import MIRRORED
from perille.packs.published.edition import Edition
from perille.packs.source.markdown import SLOT

#: Pictures that can be drawn at any size.
DRAWING = "image/svg+xml"


def pictures_on(screen: Screen) -> Iterator[str]:
    """Yield "pack/name" of each picture of a screen, those of stories included."""
    for piece in screen.pieces:
        if piece.kind is PieceKind.PICTURE and piece.name:
            yield piece.name
        elif piece.kind is PieceKind.STORY:
            yield from (slot.group(2) for slot in SLOT.finditer(piece.html) if slot.group(1) == "media")


def unit_covers(edition: Edition, language: str, country: str) -> Mapping[str, str]:
    """Return key of a unit -> address of the first picture in it, for a page in *language*; units without one are left out."""
    names = edition.kept(("covers", language, country), lambda: _unit_pictures(edition, language, country))
    assert isinstance(names, dict)
    return {key: picture_address(edition, name, language) for key, name in names.items()}


def _unit_pictures(edition: Edition, language: str, country: str) -> dict[str, str]:
    words = edition.words(language)
    names = {unit.key: _cover(edition, unit, words.units[unit.key].of(country)) for unit in edition.structure.units}
    return {key: name for key, name in names.items() if name in edition.media}


def course_cover(edition: Edition, language: str) -> str:
    """Return the address of the first picture of a course, "" where it has none."""
    return next(iter(unit_covers(edition, language, "").values()), "")


def own_cover(edition: Edition, language: str) -> str:
    """Return "pack/name" of the drawing that stands for a course where its link is shared, "" where it has none.

    The first of its own, since many courses begin with the same shared lesson; else the first of all.
    """
    names = edition.kept(("covers", language, ""), lambda: _unit_pictures(edition, language, ""))
    assert isinstance(names, dict)
    drawings = [name for name in names.values() if edition.media[name].mime == DRAWING]
    own = (name for name in drawings if name.startswith(f"{edition.summary.pack_id}/"))
    return next(iter((*own, *drawings)), "")


def named_picture(edition: Edition, name: str, language: str) -> str:
    """Return the address of a course's picture of that name, also where a shared lesson brings it; "" where there is none."""
    found = next((key for key in edition.media if key.endswith(f"/{name}")), "")
    return picture_address(edition, found, language) if found else ""


def has_wordy_screens(edition: Edition, language: str, country: str) -> bool:
    """Tell whether a screen that learners come to says what it says in words alone."""
    units = [edition.words(language).units[key] for key in edition.structure.order]
    lessons = (*(unit.of(country) for unit in units), *(unit.easy for unit in units if unit.easy))
    return any(not any(pictures_on(screen)) for lesson in lessons for screen in lesson.screens)


def picture_address(edition: Edition, name: str, language: str) -> str:
    """Return the address of a picture "pack/name"; the mirrored one where reading goes from the right."""
    return url_for("learning.media", stamp=shown_picture(edition, name, language).sha256[:20])


def shown_picture(edition: Edition, name: str, language: str) -> Media:
    """Return a picture "pack/name", the mirrored one where reading goes from the right."""
    mirrored = edition.media.get(f"{name}{MIRRORED}") if LANGUAGES[language].direction == "rtl" else None
    return mirrored or edition.media[name]


def _cover(edition: Edition, unit: Unit, lesson: LessonWords) -> str:
    in_lesson = (name for screen in lesson.screens for name in pictures_on(screen))
    items = (edition.structure.item(key) for key in unit.items)
    asked = (name for item in items if item for name in (item.picture, *(each.picture for each in item.options)))
    return next((name for name in (*in_lesson, *asked) if name), "")
