"""What a course is made of: its structure, which never depends on a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from perille.domain.assessment import Section, TestRules
from perille.domain.item import Item


class PackKind(StrEnum):
    """What a pack holds."""

    COURSE = "course"
    MODULE = "module"
    LIBRARY = "library"


class UnitKind(StrEnum):
    """How a unit is taken."""

    LESSON = "lesson"
    ASSESSMENT = "assessment"
    SESSION = "session"
    #: A whole module, taken on pages of its own: a station of a path.
    MODULE = "module"


class MoveOn(StrEnum):
    """When a unit is satisfied (cmi5 10.2.4 moveOn)."""

    PASSED = "Passed"
    COMPLETED = "Completed"
    COMPLETED_AND_PASSED = "CompletedAndPassed"
    COMPLETED_OR_PASSED = "CompletedOrPassed"
    NOT_APPLICABLE = "NotApplicable"


class Trace(StrEnum):
    """What a pack leaves behind: progress, or nothing at all."""

    PROGRESS = "progress"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An assignable unit (cmi5): a lesson, a test or a session."""

    key: str
    kind: UnitKind = UnitKind.LESSON
    #: Planned time in minutes.
    minutes: int = 0
    move_on: MoveOn = MoveOn.COMPLETED
    #: Scaled score that counts as passed, 0 to 1 (cmi5 masteryScore); None where nothing is scored.
    mastery: float | None = None
    #: Counts towards the credential.
    core: bool = True
    #: A sheet for whoever leads a group: it stands beside the way, and nobody has it done.
    for_trainer: bool = False
    #: Keys of its items, in the order in which they are met; of a test with sections all items of its banks.
    items: tuple[str, ...] = ()
    #: How many screens a lesson has; of one with variants the longest.
    screens: int = 1
    #: ISO code of a country -> how many screens its lesson has; empty where one lesson is for all.
    variants: Mapping[str, int] = field(default_factory=dict)
    #: Id of the pack that a unit of kind "module" stands for, else "".
    module: str = ""
    #: The rules of a test; None where it has none of its own.
    rules: TestRules | None = None
    #: The sections of a test that draws its questions; empty: all items, in their order.
    sections: tuple[Section, ...] = ()

    @property
    def asked(self) -> int:
        """How many questions a test asks.

        >>> Unit(key="final", kind=UnitKind.ASSESSMENT, items=("a", "b")).asked
        2
        """
        if not self.sections:
            return len(self.items)
        return sum(sum(section.draw.values()) or len(section.items) for section in self.sections)

    def screens_in(self, country: str) -> int:
        """Return how many screens the lesson of a country has."""
        return self.variants.get(country, self.screens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A group of units (cmi5 block); shown as a part of the course."""

    key: str
    units: tuple[str, ...]


#: Kind of a credential that is a picture: no name, no code, nothing to check.
BADGE = "badge"


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRule:
    """What is earned, and by which rule."""

    kind: str
    rule: str
    #: How long it counts; 0: for ever.
    valid_months: int = 0

    @property
    def is_badge(self) -> bool:
        """Whether a picture is earned, and not a paper that others can check.

        >>> CredentialRule(kind="badge", rule="all-core").is_badge, CredentialRule(kind="completion", rule="all-core").is_badge
        (True, False)
        """
        return self.kind == BADGE


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStructure:
    """Units, items, right answers and rules: what is pinned on an enrolment."""

    pack: str
    kind: PackKind
    trace: Trace
    blocks: tuple[Block, ...]
    units: tuple[Unit, ...]
    items: tuple[Item, ...]
    credential: CredentialRule | None = None

    @property
    def order(self) -> tuple[str, ...]:
        """Keys of the units that learners go through, in the order of the blocks."""
        sheets = {unit.key for unit in self.sheets}
        return tuple(key for block in self.blocks for key in block.units if key not in sheets)

    @property
    def sheets(self) -> tuple[Unit, ...]:
        """The sheets for whoever leads a group."""
        return tuple(unit for unit in self.units if unit.for_trainer)

    @property
    def minutes(self) -> int:
        """Planned time of what counts, in minutes: sheets and other extras are taken by whoever wants them."""
        return sum(unit.minutes for unit in self.units if unit.core)

    @property
    def modules(self) -> frozenset[str]:
        """Ids of the packs that a path leads through; empty for any other pack."""
        return frozenset(unit.module for unit in self.units if unit.module)

    @property
    def tests(self) -> tuple[Unit, ...]:
        """The tests that count: not what only shows what was known before."""
        before = self._offered_before
        return tuple(u for u in self.units if u.kind is UnitKind.ASSESSMENT and u.core and u.key not in before)

    def unit(self, key: str) -> Unit | None:
        """Return the unit of that key, or None."""
        return next((unit for unit in self.units if unit.key == key), None)

    def unit_on_way(self, key: str) -> Unit | None:
        """Return the unit of that key that learners go through, or None: a trainer's sheet is none."""
        return next((unit for unit in self.units if unit.key == key and not unit.for_trainer), None)

    def item(self, key: str) -> Item | None:
        """Return the item of that key, or None."""
        return next((item for item in self.items if item.key == key), None)

    def lesson_about(self, objective: str) -> Unit | None:
        """Return the first lesson that asks about an objective, or None."""
        about = {item.key for item in self.items if objective and item.objective == objective}
        lessons = (unit for unit in self.units if unit.kind is UnitKind.LESSON)
        return next((unit for unit in lessons if about.intersection(unit.items)), None)

    def is_pre_test(self, key: str) -> bool:
        """Tell whether a unit only shows what was known before another test: nobody can fail it."""
        return key in self._offered_before

    @property
    def _offered_before(self) -> frozenset[str]:
        return frozenset(unit.rules.pre_test for unit in self.units if unit.rules is not None and unit.rules.pre_test)

    @property
    def pre_tests(self) -> tuple[str, ...]:
        """Keys of the units that only show what was known before, in the order of the blocks."""
        offered = self._offered_before
        return tuple(key for key in self.order if key in offered) if offered else ()

    @property
    def counted_units(self) -> tuple[Unit, ...]:
        """The units that somebody can have done or not: no trainer's sheet, and no pre-test, which is an offer for the beginning."""
        pre_tests = self.pre_tests
        return tuple(unit for unit in self.units if unit.key not in pre_tests and not unit.for_trainer)

    @property
    def first(self) -> str:
        """Key of the unit that the way begins with: a pre-test is offered beside it."""
        order, offered = self.order, self._offered_before
        return next((key for key in order if key not in offered), order[0])

    def after(self, key: str) -> str | None:
        """Return the key of the unit after *key*, or None at the end of the way."""
        order = self.order
        at = order.index(key) + 1
        return order[at] if at < len(order) else None

    def before(self, key: str) -> str | None:
        """Return the key of the unit before *key*, or None at its start."""
        order = self.order
        at = order.index(key)
        return order[at - 1] if at else None
