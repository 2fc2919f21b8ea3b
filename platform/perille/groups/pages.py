"""What the pages of groups show, put together from several services."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

import segno
from flask import url_for
from markupsafe import Markup

from perille.core.collation import alphabetical
from perille.core.database import Session
from perille.core.dates import day_in, long_date
from perille.core.i18n import _, fallbacks, language_of
from perille.core.web.site_address import external_url
from perille.courses.addresses import ADDRESSES
from perille.domain.course import PackKind, UnitKind
from perille.groups.attendance import attendance_list, sessions_of
from perille.groups.models import Group, GroupCourse
from perille.groups.progress import Completion, completions
from perille.groups.services import courses_of
from perille.groups.waiving import units_in_class
from perille.packs.compiler.compiled import Summary
from perille.packs.published.library import PackLibrary
from perille.people.models import Organisation

#: Pattern laid over a QR code (ISO/IEC 18004 7.8): trying all eight costs most of its time.
_MASK = 2


@dataclass(frozen=True, slots=True)
class GroupPageCourse:
    """A course as a page of groups names it."""

    pack_id: str
    title: str
    #: Language of the title.
    language: str
    url: str
    starts_on: date | None = None
    ends_on: date | None = None
    #: False for one of which nothing of anybody is kept: there is nothing to show of it.
    kept: bool = True
    for_professionals: bool = False


@dataclass(frozen=True, slots=True)
class ProgressCell:
    """How much somebody has done of a course, in words, and whether that is all that counts."""

    words: str
    finished: bool


@dataclass(frozen=True, slots=True)
class ClassListRow:
    """Somebody on the class list."""

    number: int
    name: str
    #: At how many meetings they were.
    came: int
    #: Of each course of the group what they have done, None where they have not begun.
    courses: Sequence[ProgressCell | None]


@dataclass(frozen=True, slots=True)
class ClassLesson:
    """A lesson that can be done in class, and its view for the big screen."""

    key: str
    title: str
    room_url: str


def join_url(group: Group) -> str:
    """Return the absolute address by which people join; it opens in the language of each phone."""
    return external_url("group_doors.scan_code", ticket=group.join_key)


@lru_cache(maxsize=500)
def picture_of(address: str) -> Markup:
    """Return an address as a QR code. Made once: it takes longer than all else of a page."""
    picture = segno.make(address, error="m", mask=_MASK).svg_inline(
        scale=4, border=2, omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(picture)  # noqa: S704  (made here)


def code_in_halves(code: str) -> str:
    """Write a short code in two halves, as it is read aloud.

    >>> code_in_halves("12345678")
    '1234 5678'
    """
    return f"{code[:4]} {code[4:]}"


def today_of(session: Session, group: Group) -> date:
    """Return the day that it is where the group's organisation is."""
    organisation = session.get(Organisation, group.organisation_id)
    return day_in(next(iter(organisation.countries), "") if organisation is not None else "")


def course_named(library: PackLibrary, pack_id: str, row: GroupCourse | None = None) -> GroupPageCourse | None:
    """Return a course with its title in the language of the page, None where it is not published any more."""
    summary = library.summary(pack_id)
    if summary is None:
        return None
    code = title_language(summary)
    kind, lang = ADDRESSES[summary.kind], language_of()
    address = url_for("learning.course", lang=lang, kind=kind, slug=summary.slug)
    days = (row.starts_on, row.ends_on) if row is not None else (None, None)
    return GroupPageCourse(pack_id, _title(summary), code, address, *days, kept=summary.trace != "none")


def title_language(summary: Summary) -> str:
    """Return in which language a title is shown on a page of this language."""
    wanted = (*fallbacks(language_of()), summary.source_language)
    return next((code for code in wanted if code in summary.titles), summary.source_language)


def named_courses(library: PackLibrary, rows: Sequence[GroupCourse]) -> list[GroupPageCourse]:
    """Return the courses of a group that are published."""
    found = (course_named(library, row.pack_id, row) for row in rows)
    return [each for each in found if each is not None]


def all_courses(library: PackLibrary, countries: Collection[str] = ()) -> list[GroupPageCourse]:
    """Return every course that a group can take.

    Newcomers' courses come first, then modules for professionals; of each those for one of these countries, those for any, then the
    others, each with those in the language of the page first, in the order of its alphabet.
    """
    language = language_of()
    offered = [each for each in library.summaries() if each.kind in ADDRESSES]
    offered = alphabetical(offered, language, _title)
    offered.sort(
        key=lambda each: (
            each.kind is PackKind.MODULE,
            _distance(each, countries),
            title_language(each) != language,
        )
    )
    return [_choice(each) for each in offered]


def _choice(summary: Summary) -> GroupPageCourse:
    # A list to choose from needs no address, and one for each course would take as long as a class list.
    for_work = summary.kind is PackKind.MODULE
    return GroupPageCourse(summary.pack_id, _title(summary), title_language(summary), "", for_professionals=for_work)


def _title(summary: Summary) -> str:
    return summary.titles.get(title_language(summary), summary.slug)


def _distance(summary: Summary, countries: Collection[str]) -> int:
    if not summary.countries:
        return 1
    return 0 if set(countries) & set(summary.countries) else 2


def class_list(
    session: Session, library: PackLibrary, group: Group, courses: Sequence[GroupPageCourse]
) -> list[ClassListRow]:
    """Return everybody in a group, how often they came and what they have done."""
    packs = [each.pack_id for each in courses]
    done = completions(session, library, group.id, packs)
    # The same few words stand on most lines.
    cells: dict[Completion | None, ProgressCell | None] = {each: _cell(each) for each in set(done.values())}
    return [
        ClassListRow(number, name, came, [cells.get(done.get((key, pack))) for pack in packs])
        for key, number, name, came in attendance_list(session, group.id)
    ]


def _cell(done: Completion) -> ProgressCell:
    return ProgressCell(_("%(done)s of %(units)s", done=done.done, units=done.units), done.finished)


def lessons_of(library: PackLibrary, pack_id: str) -> list[ClassLesson]:
    """Return the lessons of a course that a group can do together, in the language of the page."""
    edition = library.newest(pack_id)
    if edition is None:
        return []
    words = edition.words(language_of())
    kind, slug = ADDRESSES[edition.summary.kind], edition.summary.slug

    def room_url(key: str) -> str:
        return url_for("big_screen.show", lang=language_of(), kind=kind, slug=slug, key=key)

    return [
        ClassLesson(unit.key, words.units[unit.key].title.plain, room_url(unit.key)) for unit in units_in_class(edition)
    ]


@dataclass(frozen=True, slots=True)
class PrintablePage:
    """A page of a course for paper."""

    title: str
    #: Language of the title.
    language: str
    url: str


def sheets_of(library: PackLibrary, rows: Sequence[GroupCourse]) -> list[PrintablePage]:
    """Return the sheets of courses for those who take them: lessons beside the way, without those for trainers."""
    editions = [edition for row in rows if (edition := library.newest(row.pack_id)) is not None]
    return [
        PrintablePage(
            edition.words(language_of()).units[unit.key].title.plain,
            title_language(edition.summary),
            url_for(
                "learning.lesson_for_print",
                lang=language_of(),
                kind=ADDRESSES[edition.summary.kind],
                slug=edition.summary.slug,
                key=unit.key,
            ),
        )
        for edition in editions
        for unit in edition.structure.units
        if unit.kind is UnitKind.LESSON and not unit.core and not unit.for_trainer
    ]


def day_words(day: date | None) -> str:
    """Write a day in the language of the page; "" for none."""
    return long_date(day, language_of()) if day is not None else ""


def group_page(session: Session, library: PackLibrary, group: Group) -> Mapping[str, object]:
    """Return what the page of a group shows."""
    courses = named_courses(library, courses_of(session, group.id))
    shown = [each for each in courses if each.kept]
    return {
        "group": group,
        "courses": courses,
        "shown": shown,
        "lines": class_list(session, library, group, shown),
        "sessions": sessions_of(session, group.id),
        "join_url": join_url(group),
        "qr": picture_of(join_url(group)),
    }


def ids_of(texts: Sequence[str]) -> set[UUID]:
    """Read ids from a form; what is none is left out."""
    found = set()
    for text in texts:
        try:
            found.add(UUID(hex=text))
        except ValueError:
            continue
    return found
