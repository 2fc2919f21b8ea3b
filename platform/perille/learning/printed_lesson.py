"""All screens of a lesson on one page, for paper."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template

from perille.core.countries import country_name
from perille.core.web.templating import lang_attributes
from perille.courses.addresses import course_url, with_country
from perille.domain.content import LessonWords
from perille.learning.colophon import colophon
from perille.learning.lesson_page import lesson_renderer, print_url_of, screen_rows
from perille.learning.lesson_request import LessonRequest
from perille.learning.lesson_rows import RowGroup, row_groups
from perille.learning.render_context import LessonRenderer, RenderedText
from perille.learning.room_to_write import has_room_to_write
from perille.learning.second_language import other_languages
from perille.learning.translation_note import lesson_note
from perille.safety.services import Contact


def printed_lesson(asked: LessonRequest) -> str:
    """Make a page with all screens of a lesson, for paper."""
    renderer = replace(lesson_renderer(asked, asked.place.language), voice=False, paper=True, skip_url="")
    beside = replace(renderer, language=asked.second, second="") if asked.second else None
    return render_template(
        "learning/print.html",
        title=renderer.rendered(asked.lesson.title),
        title_beside=beside.rendered(asked.words(asked.second).title) if beside else None,
        course_title=renderer.rendered(asked.place.words.title),
        unit_url=with_country(course_url(asked.place), asked.place) if asked.unit.for_trainer else asked.url(1),
        for_trainer=asked.unit.for_trainer,
        screens=[_screen(asked, number, renderer) for number in range(1, len(asked.lesson.screens) + 1)],
        second=asked.second,
        second_lang=lang_attributes(asked.second) if asked.second else "",
        single_url=print_url_of(asked, ""),
        others=[{"code": code, "url": print_url_of(asked, code)} for code in other_languages(asked)],
        numbers=_with_countries(
            renderer.numbers_in(piece for screen in asked.lesson.screens for piece in screen.pieces)
        ),
        draft=lesson_note(asked.place, asked.lesson),
        help_country=asked.place.sure_country,
        sheet=not asked.unit.core or _has_room_to_write(asked.lesson),
        **colophon(asked.place),
    )


def _screen(asked: LessonRequest, number: int, renderer: LessonRenderer) -> tuple[RenderedText | None, list[RowGroup]]:
    """Return the heading of a screen, if it has one, and its rows."""
    screen = asked.lesson.screens[number - 1]
    rows = screen_rows(replace(asked, screen=number), screen, renderer)
    return renderer.rendered(screen.heading) if screen.heading is not None else None, list(row_groups(rows, renderer))


def _with_countries(numbers: list[tuple[str, Contact]]) -> list[tuple[str, Contact]]:
    """Name the country of each number where they are of several: services of two countries can be called alike."""
    several = len({country for country, _ in numbers}) > 1
    return [(country_name(country) if several else "", contact) for country, contact in numbers]


def _has_room_to_write(lesson: LessonWords) -> bool:
    return any(has_room_to_write(each.html) for screen in lesson.screens for each in screen.pieces)
