"""Where a path leads on after the certificate of one of its modules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perille.core.database import Session
from perille.courses.addresses import course_url, unit_url, with_country
from perille.courses.learner_course import LearnerCourse, find_course
from perille.courses.progress import states_of
from perille.credentials import services
from perille.credentials.extensions import modules_of
from perille.domain.course import PackKind
from perille.domain.progress import missing_units
from perille.learning.render_context import LessonRenderer, RenderedText
from perille.packs.published.library import current_library


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """The next step of a path: a module that is not done yet, or the path's own certificate."""

    path: RenderedText
    path_url: str
    url: str
    #: The module's title; None for the certificate.
    module: RenderedText | None


def next_step(session: Session, place: LearnerCourse) -> PathStep | None:
    """Return where a published path leads on from a module; None where none has it, or where its certificate is made already."""
    return next((step for path in _paths(session, place) if (step := _step(session, path, place)) is not None), None)


def _paths(session: Session, place: LearnerCourse) -> Iterator[LearnerCourse]:
    """Yield the paths with this module that are in the reader's language, as its learner meets them.

    Whoever has begun a path keeps it as it was then: with a module that is in it no more, and without one that came later.
    """
    shelf = current_library()
    for summary in shelf.summaries(PackKind.MODULE):
        if place.language in summary.languages and modules_of(summary.pack_id):
            path = find_course(
                session,
                shelf,
                kind=summary.kind,
                slug=summary.slug,
                language=place.language,
                phone_id=place.phone_id,
                country=place.chosen,
            )
            if path is not None and place.structure.pack in path.structure.modules:
                yield path


def _step(session: Session, path: LearnerCourse, place: LearnerCourse) -> PathStep | None:
    missing = missing_units(path.structure, states_of(session, path))
    if not missing and (path.structure.credential is None or _is_certified(session, path)):
        return None
    renderer = LessonRenderer(path, path.language)
    key = _after(path, place.structure.pack, missing) if missing else ""
    address = unit_url(path, key) if key else course_url(path, "credentials.certificate")
    return PathStep(
        path=renderer.rendered(path.words.title),
        path_url=course_url(path),
        url=with_country(address, path),
        module=renderer.rendered(path.words.units[key].title) if key else None,
    )


def _after(path: LearnerCourse, pack_id: str, missing: tuple[str, ...]) -> str:
    """Return the first of the *missing* units that stands behind a module, else the first of all."""
    order = path.structure.order
    here = next(order.index(unit.key) for unit in path.structure.units if unit.module == pack_id)
    return next((key for key in missing if order.index(key) > here), missing[0])


def _is_certified(session: Session, path: LearnerCourse) -> bool:
    return path.enrolment is not None and services.of_enrolment(session, path.enrolment) is not None
