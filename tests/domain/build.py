"""Made-up courses: what the tests of the rules draw from."""

from __future__ import annotations

from hypothesis import strategies as st

from perille.domain.course import Block, CourseStructure, MoveOn, PackKind, Trace, Unit
from perille.domain.progress import UnitState


def course(*units: Unit, blocks: tuple[tuple[str, ...], ...] | None = None) -> CourseStructure:
    """Return a course of these units, in one part or in the parts named."""
    parts = blocks if blocks is not None else (tuple(unit.key for unit in units),)
    return CourseStructure(
        pack="course_test",
        kind=PackKind.COURSE,
        trace=Trace.PROGRESS,
        blocks=tuple(Block(key=f"part-{number}", units=keys) for number, keys in enumerate(parts, 1)),
        units=units,
        items=(),
    )


states = st.builds(
    UnitState, initialized=st.booleans(), completed=st.booleans(), passed=st.booleans(), waived=st.booleans()
)
move_ons = st.sampled_from(MoveOn)


@st.composite
def courses(draw: st.DrawFn) -> CourseStructure:
    """Return courses of up to eight units in parts of any size, listed in another order than they are taken."""
    count = draw(st.integers(1, 8))
    units = [
        Unit(key=f"u{number}", move_on=draw(move_ons), core=draw(st.booleans()), minutes=draw(st.integers(0, 90)))
        for number in range(count)
    ]
    cut = draw(st.integers(0, count))
    keys = tuple(unit.key for unit in units)
    return course(*draw(st.permutations(units)), blocks=(keys[:cut], keys[cut:]))


def records(structure: CourseStructure) -> st.SearchStrategy[dict[str, UnitState]]:
    """Return what may have been recorded of a course: of some units nothing, of units that are gone something."""
    return st.dictionaries(st.sampled_from([*structure.order, "gone"]), states)
