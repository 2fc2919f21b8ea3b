"""Which tables two installations carry between them: the office's, and that of a laptop in a room without internet.

Each feature says of each of its tables that it is carried and how, or that it stays (`Feature.carried`, `Feature.stays`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from perille.core.database import Base


class ConflictRule(StrEnum):
    """Which value stands where both installations changed the same field since they last agreed. The other one is shown to the trainer."""

    OFFICE = "office"
    #: The greater one: yes before no, the later day or moment, what is there before what is not.
    GREATER = "greater"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedTable:
    """How the rows of one table are carried.

    A row goes along with the row that it hangs on, and a group is the beginning of all: what no group leads to is not carried.
    Fields that are not in `settle` are what the row was made with: they are written once and never compared.
    """

    model: type[Base]
    #: The column by which a row hangs on one that is carried; "" for the group itself.
    through: str = ""
    #: Where rows are referred to instead: "table.column" whose values are their ids.
    reached: str = ""
    settle: Mapping[str, ConflictRule] = field(default_factory=dict)
    #: Columns that are never sent: each installation has its own.
    without: frozenset[str] = frozenset()
    #: The column that counts rows, and within what: both may give the same number. Who comes second is given the next one.
    number: str = ""
    within: tuple[str, ...] = ()
    #: Only rows about a course that the group takes.
    in_courses: bool = False
    #: From the office to the room alone: the office takes no row of it.
    to_room: bool = False
