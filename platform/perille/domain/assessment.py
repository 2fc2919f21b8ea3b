"""Tests as data: their sections (QTI assessmentSection), and the rules by which one takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar


class FeedbackTime(StrEnum):
    """When it is said whether an answer is right, and why."""

    NOW = "now"
    END = "end"
    NEVER = "never"


class Layout(StrEnum):
    """How many questions stand on a page."""

    ONE = "one"
    ALL = "all"


class Retry(StrEnum):
    """What another try asks: drawn anew from the pool, the same questions, or those that were wrong."""

    POOL = "pool"
    SAME = "same"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRules:
    """The rules of a test. What is passed is said by the unit: `mastery`, and every critical item."""

    #: Its name begins like a test of pytest's; it is none.
    __test__: ClassVar[bool] = False

    feedback: FeedbackTime = FeedbackTime.END
    layout: Layout = Layout.ONE
    #: Choices stand in another order in each attempt.
    shuffle: bool = True
    #: How many times one may try; 0: as many as one wants.
    tries: int = 0
    #: Hours after the last try, before the tries begin anew; 0: they never do.
    pause_hours: int = 0
    retry: Retry = Retry.POOL
    #: Minutes; 0: none.
    time_limit: int = 0
    #: Asks how sure one is: sure, fairly, guess.
    certainty: bool = False
    hints: bool = True
    #: Key of the unit that is its pre-test, or "".
    pre_test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a test with its own selection (QTI assessmentSection)."""

    key: str
    #: Name of its bank.
    bank: str
    #: Keys of all items of the bank, in its order: the pool.
    items: tuple[str, ...]
    #: Objective -> how many of its items are drawn; empty: all of the pool.
    draw: Mapping[str, int] = field(default_factory=dict)
    #: How many critical items are among those drawn; None: as it falls.
    critical: int | None = None
