"""Pages of units that are not lessons: the feature that knows a kind of unit registers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flask import Flask, Response

from perille.core.extension_state import AppSlot
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit, UnitKind


class UnitPage(Protocol):
    """A page of a unit of a course."""

    def __call__(self, place: LearnerCourse, unit: Unit) -> Response:
        """Return the page."""


@dataclass(frozen=True, slots=True)
class UnitPages:
    """How units of one kind are shown and answered."""

    show: UnitPage
    answer: UnitPage


#: How the units of each kind are shown.
current_unit_pages = AppSlot[dict[UnitKind, UnitPages]]("unit_pages", dict)


def register_unit_pages(app: Flask, kind: UnitKind, pages: UnitPages) -> None:
    """Say which pages show the units of a kind."""
    current_unit_pages.of(app)[kind] = pages
