"""The result of a test: passed or not, why, what to read again, and when one may try again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from flask import render_template
from markupsafe import Markup

from perille.assessment.attempt_pages import frame, make_filler, moment
from perille.assessment.attempts import AttemptStatus, answers_by_item, attempts_of, rules_of
from perille.assessment.certainty import certainties_of, how_sure, words_of
from perille.assessment.grading import Grade, grade
from perille.assessment.models import Attempt
from perille.core.extensions import db
from perille.domain.assessment import FeedbackTime
from perille.domain.course import Unit
from perille.domain.item import Item
from perille.domain.scoring import gain
from perille.domain.selection import NEVER
from perille.learning.course_page import course_url, unit_url
from perille.learning.render_context import Answered, LessonRenderer, RenderedText, interaction_of
from perille.learning.services import LearnerCourse
from perille.packs.published.library import current_library

_MARK = re.compile(r"^[KSA]:\s*")


@dataclass(frozen=True, slots=True)
class Objective:
    """Something to read again, and the lesson that tells of it, where there is one."""

    words: RenderedText
    lesson: RenderedText | None
    url: str


def result_page(place: LearnerCourse, unit: Unit, where: AttemptStatus) -> str:
    """Make the page of the newest attempt that was handed in."""
    attempt = where.last
    assert attempt is not None, "asked for after handing in"
    here = place
    place = _as_marked(place, attempt)
    unit = place.structure.unit(unit.key) or unit
    found = grade(place.structure, unit, attempt, interaction_of)
    filler = replace(make_filler(place, unit, attempt), ended=True)
    following = here.structure.after(unit.key)
    return render_template(
        "assessment/result.html",
        **frame(here, unit, filler),
        attempt_id=attempt.id,
        marked_again=_marked_again(place, attempt),
        passed=bool(attempt.passed),
        percent=round(100 * (attempt.score or 0)),
        needed=round(100 * (unit.mastery if unit.mastery is not None else 1)),
        critical=[_prompt(place, filler, key) for key in found.critical],
        questions=_questions(place, unit, filler, attempt, found),
        objectives=_missed(place, filler, found),
        practice=where.passed and not attempt.passed,
        time_over=attempt.deadline_at is not None
        and attempt.finished_at is not None
        and attempt.finished_at >= attempt.deadline_at,
        where=where,
        never=where.next_at == NEVER,
        next_at=moment(where.next_at, place, attempt),
        gained=_gain(place, unit, attempt),
        how_sure=how_sure(place, unit, filler, attempt, found),
        certainties={key: words_of(each) for key, each in certainties_of(attempt, found).items()},
        next_url=unit_url(here, following) if following else course_url(here),
    )


def _as_marked(place: LearnerCourse, attempt: Attempt) -> LearnerCourse:
    """Return the course with the structure that the score is of: score, marks and right answers must be of one."""
    shelf = current_library()
    edition = shelf.edition(place.edition.pack_id, attempt.marked_by) if attempt.marked_by else None
    return replace(place, edition=edition) if edition is not None else place


def _marked_again(place: LearnerCourse, attempt: Attempt) -> dict[str, object] | None:
    if attempt.marked_again_at is None:
        return None
    before = round(100 * (attempt.score_before or 0))
    return {"day": moment(attempt.marked_again_at, place, attempt), "before": before}


def _prompt(place: LearnerCourse, filler: LessonRenderer, key: str) -> object:
    return filler.said(place.words.items[key]["prompt"])


def _questions(
    place: LearnerCourse, unit: Unit, filler: LessonRenderer, attempt: Attempt, found: Grade
) -> list[object]:
    if rules_of(unit).feedback is FeedbackTime.NEVER:
        return []
    answers = answers_by_item(attempt)
    shown: list[object] = []
    for key in attempt.items:
        item = place.structure.item(key)
        if item is not None and key in found.outcomes:
            response = tuple(answers[key].response) if key in answers else None
            shown.append((item, filler.item(item, Answered(key, response, found.outcomes[key]))))
    return shown


def _missed(place: LearnerCourse, filler: LessonRenderer, found: Grade) -> list[Objective]:
    """Return the objectives of what was not right: what to read again, and where."""
    keys = dict.fromkeys(
        _objective(place.structure.item(key)) for key, each in found.outcomes.items() if not each.success
    )
    return [_objective_of(place, filler, key) for key in keys if key in place.words.objectives]


def _objective_of(place: LearnerCourse, filler: LessonRenderer, key: str) -> Objective:
    lesson = place.structure.lesson_about(key)
    return Objective(
        _without_mark(filler.said(place.words.objectives[key])),
        filler.said(place.words.units[lesson.key].title) if lesson is not None else None,
        filler.lesson_url(lesson.key) if lesson is not None else "",
    )


def _without_mark(said: RenderedText) -> RenderedText:
    # "K:", "S:" and "A:" (know, can do, attitude) are the authors' marks.
    return RenderedText(Markup(_MARK.sub("", said.html)), _MARK.sub("", said.plain), said.lang)  # noqa: S704  (safe before, and after)


def _objective(item: Item | None) -> str:
    return item.objective if item is not None else ""


def _gain(place: LearnerCourse, unit: Unit, attempt: Attempt) -> dict[str, int] | None:
    before = rules_of(unit).pre_test
    pre_unit = place.structure.unit(before) if before else None
    if pre_unit is None:
        return None
    scores = [each.score for each in attempts_of(db.session, place.enrolment, pre_unit) if each.score is not None]
    if not scores or attempt.score is None:
        return None
    share = gain(max(0.0, scores[0]), attempt.score)
    return {
        "before": round(100 * scores[0]),
        "now": round(100 * attempt.score),
        # A loss is told by the two figures; a share of it would only hurt.
        "share": round(100 * share) if share is not None and share > 0 else 0,
    }
