"""All screens of a lesson on one page, for paper."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template

from perille.core.web.templating import lang_attributes
from perille.courses.addresses import course_url, with_country
from perille.learning.colophon import colophon
from perille.learning.course_page import language_note
from perille.learning.lesson_page import lesson_renderer, print_url_of, screen_rows
from perille.learning.lesson_request import LessonRequest
from perille.learning.lesson_rows import row_groups
from perille.learning.room_to_write import has_room_to_write
from perille.learning.second_language import other_languages


def printed_lesson(asked: LessonRequest) -> str:
    """Make a page with all screens of a lesson, for paper."""
    filler = replace(lesson_renderer(asked, asked.place.language), voice=False, paper=True, skip_url="")
    screens = [
        (
            filler.said(screen.heading) if screen.heading is not None else None,
            list(row_groups(screen_rows(replace(asked, screen=number), screen, filler), filler)),
        )
        for number, screen in enumerate(asked.lesson.screens, 1)
    ]
    beside = replace(filler, language=asked.second, second="") if asked.second else None
    return render_template(
        "learning/print.html",
        title=filler.said(asked.lesson.title),
        title_beside=beside.said(asked.words(asked.second).title) if beside else None,
        course_title=filler.said(asked.place.words.title),
        unit_url=with_country(course_url(asked.place), asked.place) if asked.unit.for_trainer else asked.url(1),
        for_trainer=asked.unit.for_trainer,
        screens=screens,
        second=asked.second,
        second_lang=lang_attributes(asked.second) if asked.second else "",
        single_url=print_url_of(asked, ""),
        others=[{"code": code, "url": print_url_of(asked, code)} for code in other_languages(asked)],
        numbers=filler.numbers_in(piece for screen in asked.lesson.screens for piece in screen.pieces),
        draft=language_note(asked.place),
        help_country=asked.place.sure_country,
        sheet=not asked.unit.core
        or any(has_room_to_write(each.html) for screen in asked.lesson.screens for each in screen.pieces),
        **colophon(asked.place),
    )
