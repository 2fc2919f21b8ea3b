"""The structure of a course: its way from unit to unit."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given

from domain.build import course, courses
from perille.domain.course import CourseStructure, Unit
from perille.domain.item import Item

A, B, C = (Unit(key=key, minutes=minutes) for key, minutes in (("a", 5), ("b", 8), ("c", 10)))


def test_way_follows_the_parts_and_not_the_list_of_units() -> None:
    structure = course(A, B, C, blocks=(("c", "a"), ("b",)))
    assert structure.order == ("c", "a", "b")
    assert (structure.after("a"), structure.before("a")) == ("b", "c")


def test_way_has_two_ends() -> None:
    structure = course(A, B, C)
    assert structure.before("a") is None
    assert structure.after("c") is None


def test_planned_time_is_that_of_all_units() -> None:
    assert course(A, B, C).minutes == 23
    assert course().minutes == 0


def test_unknown_keys_give_nothing() -> None:
    assert course(A).unit("z") is None
    assert course(A).item("z") is None
    assert course(A).unit("a") is A


def test_a_trainers_sheet_is_beside_the_way() -> None:
    structure = course(A, Unit(key="sheet", core=False, for_trainer=True), B)
    assert (structure.order, structure.after("a"), structure.counted_units) == (("a", "b"), "b", (A, B))
    assert structure.unit_on_way("sheet") is None
    assert [sheet.key for sheet in structure.sheets] == ["sheet"]


def test_unit_off_the_way_has_no_neighbours() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        course(A).after("z")


def test_structure_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        course(A).pack = "course_other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        Item(key="k", interaction="choice").key = "other"  # type: ignore[misc]


@given(courses())
def test_next_and_back_walk_the_whole_way(structure: CourseStructure) -> None:
    walked = [structure.order[0]]
    while (following := structure.after(walked[-1])) is not None:
        assert structure.before(following) == walked[-1]
        walked.append(following)
    assert tuple(walked) == structure.order
    assert all(structure.unit(key) for key in walked)
