"""What the address of a lesson's page says after "?": a screen, a second language, a country, easy words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import g, request

from perille.core.web.display_preferences import wants_easy_words
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit
from perille.learning.lesson_page import easy_version


def screen_number(text: str, screens: int) -> int:
    """Return the number of a screen that an address names: the first one for nonsense, the last one behind the end."""
    return min(max(int(text), 1), screens) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@dataclass(frozen=True, slots=True)
class LessonQuery:
    """What the address of a lesson's page says after "?"."""

    screen: int
    second: str
    country: str
    easy: bool = False

    @property
    def encoded(self) -> str:
        """The same, as the part of an address after "?"."""
        screen = self.screen if self.screen > 1 else None
        easy = "1" if self.easy else ""
        values = {"screen": screen, "with": self.second, "easy": easy, "in": self.country.lower()}
        return urlencode({key: value for key, value in values.items() if value})

    def at(self, screen: int) -> LessonQuery:
        """Return the same of another screen."""
        return replace(self, screen=screen)


def lesson_query(place: LearnerCourse, unit: Unit) -> LessonQuery:
    """Read what the address asks for: a screen, a second language; what it cannot have is left out."""
    beside = place.second_language(request.args.get("with", ""))
    version = easy_version(place, unit, beside)
    easy = version is not None and (request.args.get("easy") == "1" or wants_easy_words())
    screens = len(version.screens) if version is not None and easy else unit.screens_in(place.sure_country)
    screen = screen_number(request.args.get("screen", "1"), screens)
    query = LessonQuery(screen, beside, place.chosen, easy)
    g.page_query = query.encoded
    return query
