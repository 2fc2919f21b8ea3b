"""A lesson on the screen in a room: large letters, what to talk about before anything else, the next screen by a key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import render_template

from perille.core.i18n import LANGUAGES
from perille.core.web.templating import lang_attributes
from perille.courses.addresses import course_url, unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import LessonWords, PieceKind, Screen
from perille.learning.lesson_page import lesson_renderer, screen_rows
from perille.learning.lesson_request import LessonRequest
from perille.learning.lesson_rows import row_groups
from perille.learning.translation_note import screen_note


def talk_first(lesson: LessonWords) -> LessonWords:
    """Return a lesson whose first screen holds what a group talks about; the others follow without it."""
    holding = [screen for screen in map(_talk_of, lesson.screens) if screen.pieces]
    if not holding:
        return lesson
    pieces = tuple(piece for screen in holding for piece in screen.pieces)
    first = Screen(heading=None, pieces=pieces, reviewed=all(screen.reviewed for screen in holding))
    return replace(lesson, screens=(first, *(screen for screen in map(_without_talk, lesson.screens) if screen.pieces)))


def _talk_of(screen: Screen) -> Screen:
    return replace(screen, pieces=tuple(piece for piece in screen.pieces if piece.kind is PieceKind.TALK))


def _without_talk(screen: Screen) -> Screen:
    return replace(screen, pieces=tuple(piece for piece in screen.pieces if piece.kind is not PieceKind.TALK))


@dataclass(frozen=True, slots=True, kw_only=True)
class BigScreenRequest(LessonRequest):
    """What is asked for on a big screen: the numbers of its screens begin with what to talk about."""

    @property
    def screens(self) -> int:
        """How many screens there are."""
        return len(self.lesson.screens)

    def words(self, language: str) -> LessonWords:
        """Return the lesson's words in a language, with what to talk about first."""
        return talk_first(LessonRequest.words(self, language))

    def url(self, screen: int, *, second: str | None = None) -> str:
        """Return the address of a screen on the big screen."""
        chosen = self.second if second is None else second
        return room_url(self.place, self.unit.key, screen, chosen)


def room_url(place: LearnerCourse, key: str, screen: int = 1, second: str = "") -> str:
    """Return the address of a lesson on the big screen."""
    query = ({"screen": str(screen)} if screen > 1 else {}) | ({"with": second} if second else {})
    address = course_url(place, "big_screen.show", key=key) + ("?" + urlencode(query) if query else "")
    return with_country(address, place)


def big_screen_page(asked: BigScreenRequest) -> str:
    """Make the page of one screen."""
    place = asked.place
    renderer = replace(lesson_renderer(asked, place.language), voice=True, answer_url=unit_url(place, asked.unit.key))
    screen = asked.lesson.screens[asked.screen - 1]
    title = renderer.rendered(asked.lesson.title)
    return render_template(
        "learning/big_screen.html",
        title=title,
        heading=renderer.rendered(screen.heading) if screen.heading is not None else title,
        number=asked.screen,
        count=asked.screens,
        groups=list(row_groups(screen_rows(asked, screen, renderer), renderer)),
        draft=screen_note(asked),
        next_url=asked.url(asked.screen + 1) if asked.screen < asked.screens else "",
        back_url=asked.url(asked.screen - 1) if asked.screen > 1 else "",
        lesson_url=with_country(unit_url(place, asked.unit.key), place),
        after_url=_after(asked),
        second=asked.second,
        second_lang=lang_attributes(asked.second) if asked.second else "",
        single_url=asked.url(asked.screen, second=""),
        others=[
            {"code": code, "url": asked.url(asked.screen, second=code)}
            for code in place.edition.summary.languages
            if code != place.language and code in LANGUAGES
        ],
        help_country=place.sure_country,
    )


def _after(asked: BigScreenRequest) -> str:
    """Return the address of the next lesson on the big screen; "" after the last one."""
    following = asked.place.structure.after(asked.unit.key)
    return room_url(asked.place, following, second=asked.second) if following else ""
