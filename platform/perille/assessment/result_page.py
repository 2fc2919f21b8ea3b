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
from perille.assessment.pre_tests import ObjectiveShare, by_objective
from perille.core.extensions import db
from perille.courses.addresses import course_url, unit_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.domain.assessment import FeedbackTime
from perille.domain.course import Unit
from perille.domain.item import Item
from perille.domain.scoring import gain
from perille.domain.selection import NEVER
from perille.learning.questions import interaction_of
from perille.learning.render_context import LessonRenderer, RenderedText
from perille.learning.shown_answer import GradedAnswer
from perille.packs.published.library import current_library

#: An author's mark of an objective; one of two parts has another one within.
_MARK = re.compile(r"(^|; )[KSA]:\s*")


@dataclass(frozen=True, slots=True)
class KnownObjective:
    """How much of an objective was right: now, and in the pre-test before the module where that asked about it."""

    words: RenderedText
    now: ObjectiveShare
    before: ObjectiveShare | None


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
    renderer = replace(make_filler(place, unit, attempt), ended=True)
    following = here.structure.after(unit.key)
    return render_template(
        "assessment/result.html",
        **frame(here, unit, renderer),
        attempt_id=attempt.id,
        marked_again=_marked_again(place, attempt),
        passed=bool(attempt.passed),
        percent=round(100 * (attempt.score or 0)),
        needed=round(100 * (unit.mastery if unit.mastery is not None else 1)),
        critical=[_prompt(place, renderer, key) for key in found.critical],
        questions=_questions(place, unit, renderer, attempt, found),
        objectives=_missed(place, renderer, found),
        practice=where.passed and not attempt.passed,
        time_over=_ran_out_of_time(attempt),
        where=where,
        never=where.next_at == NEVER,
        next_at=moment(where.next_at, place, attempt),
        gained=_gain(place, unit, attempt),
        known=_known(place, unit, renderer, found),
        how_sure=how_sure(place, unit, renderer, attempt, found),
        certainties={key: words_of(each) for key, each in certainties_of(attempt, found).items()},
        certificate_url=with_country(course_url(here, "credentials.certificate"), here),
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


def _ran_out_of_time(attempt: Attempt) -> bool:
    if attempt.deadline_at is None or attempt.finished_at is None:
        return False
    return attempt.finished_at >= attempt.deadline_at


def _prompt(place: LearnerCourse, renderer: LessonRenderer, key: str) -> object:
    return renderer.rendered(place.words.items[key]["prompt"])


def _questions(
    place: LearnerCourse, unit: Unit, renderer: LessonRenderer, attempt: Attempt, found: Grade
) -> list[object]:
    if rules_of(unit).feedback is FeedbackTime.NEVER:
        return []
    answers = answers_by_item(attempt)
    shown: list[object] = []
    for key in attempt.items:
        item = place.structure.item(key)
        if item is not None and key in found.outcomes:
            response = tuple(answers[key].response) if key in answers else None
            shown.append((item, renderer.item(item, GradedAnswer(key, response, found.outcomes[key]))))
    return shown


def _missed(place: LearnerCourse, renderer: LessonRenderer, found: Grade) -> list[Objective]:
    """Return the objectives of what was not right: what to read again, and where."""
    keys = dict.fromkeys(
        _objective(place.structure.item(key)) for key, each in found.outcomes.items() if not each.success
    )
    return [_objective_of(place, renderer, key) for key in keys if key in place.words.objectives]


def _objective_of(place: LearnerCourse, renderer: LessonRenderer, key: str) -> Objective:
    lesson = place.structure.lesson_about(key)
    return Objective(
        _without_mark(renderer.rendered(place.words.objectives[key])),
        renderer.rendered(place.words.units[lesson.key].title) if lesson is not None else None,
        renderer.lesson_url(lesson.key) if lesson is not None else "",
    )


def _without_mark(said: RenderedText) -> RenderedText:
    # "K:", "S:" and "A:" (know, can do, attitude) are the authors' marks.
    return RenderedText(Markup(_MARK.sub(r"\1", said.html)), _MARK.sub(r"\1", said.plain), said.lang)  # noqa: S704  (safe before, and after)


def _objective(item: Item | None) -> str:
    return item.objective if item is not None else ""


def _before(place: LearnerCourse, unit: Unit) -> tuple[Unit, Attempt] | None:
    """Return the pre-test of a test and the attempt at it, None where none was handed in."""
    pre_unit = place.structure.unit(rules_of(unit).pre_test)
    if pre_unit is None:
        return None
    taken = (each for each in attempts_of(db.session, place.enrolment, pre_unit) if each.score is not None)
    return next(((pre_unit, each) for each in taken), None)


def _known(place: LearnerCourse, unit: Unit, renderer: LessonRenderer, found: Grade) -> list[KnownObjective]:
    """Return what is right by objective, of a pre-test and of a test that has one which was taken; else nothing."""
    earlier = _before(place, unit)
    if earlier is None and not place.structure.is_pre_test(unit.key):
        return []
    now = by_objective(place.structure, found.outcomes)
    before = by_objective(place.structure, grade(place.structure, *earlier, interaction_of).outcomes) if earlier else {}
    order = dict.fromkeys([*(key for section in unit.sections for key in section.draw), *now])
    return [
        KnownObjective(_without_mark(renderer.rendered(place.words.objectives[key])), now[key], before.get(key))
        for key in order
        if key in now and key in place.words.objectives
    ]


def _gain(place: LearnerCourse, unit: Unit, attempt: Attempt) -> dict[str, int] | None:
    earlier = _before(place, unit)
    score = earlier[1].score if earlier is not None else None
    if score is None or attempt.score is None:
        return None
    share = gain(max(0.0, score), attempt.score)
    return {
        "before": round(100 * score),
        "now": round(100 * attempt.score),
        # A loss is told by the two figures; a share of it would only hurt.
        "share": round(100 * share) if share is not None and share > 0 else 0,
    }
