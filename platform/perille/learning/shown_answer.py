"""Answers that a page shows: one just given, one of a test, one to an earlier edition of the course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perille.domain.item import Outcome, Response


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer that the page shows; with its outcome where that is said."""

    item: str
    response: Response | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class GradedAnswer(ShownAnswer):
    """An answer just given, and what it is worth."""

    outcome: Outcome
    #: Level -> percent of all answers, of a poll that may be shown.
    shares: Mapping[str, int] | None = None
    #: What was typed, where the answer is a typed one: shown again, whether or not it could be read.
    typed: str = ""
    #: Seed of the order in which the buttons of a walk through scenes stand; "" for a question that is no walk.
    seed: str = ""

    @property
    def unread(self) -> bool:
        """Whether something was typed that is no answer to this question."""
        return bool(self.typed) and self.response is None


@dataclass(frozen=True, slots=True)
class StaleAnswer(ShownAnswer):
    """An answer to an edition of the course that is no more: shown as it was given, so that it can be sent again, and not marked."""

    outcome: None = None
    typed: str = ""
    seed: str = ""
