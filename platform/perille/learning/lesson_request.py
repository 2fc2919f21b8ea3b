"""What the address of a lesson's page asks for."""

from __future__ import annotations

from dataclasses import dataclass

from perille.courses.addresses import unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import LessonWords
from perille.domain.course import Unit
from perille.learning.shown_answer import ShownAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRequest:
    """What is asked for: a screen, perhaps beside a second language, perhaps with an answer just given."""

    place: LearnerCourse
    unit: Unit
    screen: int
    second: str
    #: The answer just given; or one to another edition of the course, which was not marked.
    answered: ShownAnswer | None = None
    #: Whether another phone joined the reader's progress: the page says so, and names nobody.
    joined: bool = False
    #: Whether the easy version is asked for; the ordinary one where there is none.
    easy: bool = False

    @property
    def lesson(self) -> LessonWords:
        """The lesson's words in the language of the page; of a unit with variants those of the reader's country."""
        return self.words(self.place.language)

    @property
    def sensitive(self) -> bool:
        """Whether nobody who uses the phone later is to see that the lesson was open."""
        return self.place.edition.summary.sensitive

    @property
    def screens(self) -> int:
        """How many screens the lesson has."""
        return len(self.lesson.screens) if self.easy else self.unit.screens_in(self.place.sure_country)

    def words(self, language: str) -> LessonWords:
        """Return the lesson's words in a language."""
        lesson = self.place.edition.words(language).units[self.unit.key].of(self.place.sure_country)
        return lesson.easy if self.easy and lesson.easy is not None else lesson

    def url(self, screen: int, *, second: str | None = None) -> str:
        """Return the address of a screen of this lesson."""
        chosen = self.second if second is None else second
        # A number and the code of a language that is offered: nothing that would have to be written otherwise in an address.
        query = "&".join(
            part
            for part in (
                f"screen={screen}" if screen > 1 else "",
                f"with={chosen}" if chosen else "",
                "easy=1" if self.easy else "",
            )
            if part
        )
        return with_country(unit_url(self.place, self.unit.key) + (f"?{query}" if query else ""), self.place)
