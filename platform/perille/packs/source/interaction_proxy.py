"""Question types behind a fence: what one of a plugin does wrong is named, and ends nothing but its own question."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import format_tb
from typing import Any

from sqlalchemy.exc import DBAPIError

from perille.api.reading import KEY
from perille.core.errors import PerilleError, Unavailable
from perille.core.i18n import _
from perille.core.traceback_places import describe_error
from perille.domain.item import (
    Definition,
    Form,
    Interaction,
    Item,
    ItemFault,
    ItemReading,
    ItemTable,
    Outcome,
    Response,
)

log = logging.getLogger(__name__)
_FILE_METHODS = ("read", "check", "compiled", "attach")
_METHODS = ("read", "parse", "score", "arrange", "describe", "respond")


class InteractionError(Unavailable):
    """A question cannot be shown or marked, because its type is missing or fails. Nothing was changed; trying later may help."""

    def __init__(self, what: str, message: str = "") -> None:
        super().__init__(
            message
            or _(
                "This question cannot be shown at the moment. What you answered before is kept. Please come back later."
            )
        )
        #: What is wrong, in English for whoever runs the site: names the type and whose it is.
        self.what = what


def interaction_faults(interaction: object) -> Iterator[str]:
    """Yield what keeps an object from being used as a question type: what it lacks, or has of a wrong kind."""
    for name in ("name", "friendly_name", "template"):
        value = getattr(interaction, name, None)
        if not isinstance(value, str) or not value:
            yield f"it has no {name}"
    keys = getattr(interaction, "keys", None)
    if not isinstance(keys, frozenset | set) or not all(isinstance(key, str) for key in keys):
        yield "its keys are no set of texts"
    yield from (f"it has no method {name}" for name in _METHODS if not callable(getattr(interaction, name, None)))
    files = getattr(interaction, "item_files", None)
    if files is not None:
        yield from _file_faults(files, keys)


def _file_faults(files: object, keys: object) -> Iterator[str]:
    """Yield what keeps the files of a type from being read."""
    folder, key = getattr(files, "folder", None), getattr(files, "key", None)
    if not isinstance(folder, str) or not KEY.fullmatch(folder):
        yield "its files have no folder"
    if not isinstance(key, str) or not isinstance(keys, frozenset | set) or key not in keys:
        yield "the key that names its files is none of its keys"
    yield from (
        f"its files have no method {name}" for name in _FILE_METHODS if not callable(getattr(files, name, None))
    )


class ContainedInteraction:
    """A question type whose exceptions and impossible answers become an InteractionError that names it.

    Attributes that the protocol leaves open are those of the type itself.
    """

    def __init__(self, interaction: Interaction, owner: str) -> None:
        self.name = interaction.name
        self.friendly_name = interaction.friendly_name
        self.keys = frozenset(interaction.keys)
        self.template = interaction.template
        self.interaction = interaction
        self.owner = owner
        #: What it did wrong last in this process, "" so far.
        self.failure = ""

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self.interaction, attribute)

    def read(self, table: ItemTable) -> ItemReading:
        """Read an [[item]] table; raise ItemFault for its faults, and for what the type itself does wrong."""
        try:
            reading = self.interaction.read(table)
        except ItemFault:
            raise
        except Exception as error:
            raise ItemFault(f"{self._who} cannot read it ({describe_error(error)})") from error
        if not isinstance(reading, ItemReading):
            raise ItemFault(f"{self._who} gives no ItemReading for it")
        return reading

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Read a response: None, or one or more texts."""
        with self._named("parse"):
            response = self.interaction.parse(item, form, name)
        self._require(response is None or (bool(response) and _is_texts(response)), "parse", response)
        return response

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Score a response from 0 to 1."""
        with self._named("score"):
            outcome = self.interaction.score(item, response)
        self._require(isinstance(outcome, Outcome), "score", outcome)
        if not _is_share(outcome.scaled):
            # A number says nothing of who answered; of anything else only the type is named.
            given = outcome.scaled if isinstance(outcome.scaled, int | float) else type(outcome.scaled).__name__
            raise self._failed(f"gave a score of {given}, which is no number from 0 to 1")
        return outcome

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the keys of what is shown."""
        with self._named("arrange"):
            shown = self.interaction.arrange(item, seed)
        self._require(_is_texts(shown), "arrange", shown)
        return shown

    def describe(self, item: Item) -> Definition:
        """Describe the item for xAPI."""
        with self._named("describe"):
            definition = self.interaction.describe(item)
        self._require(isinstance(definition, Definition), "describe", definition)
        return definition

    def respond(self, item: Item, response: Response) -> str:
        """Write a response in the notation of xAPI."""
        with self._named("respond"):
            written = self.interaction.respond(item, response)
        self._require(isinstance(written, str), "respond", written)
        return written

    def guard(self, what: str, call: Callable[[], str]) -> str:
        """Return what a call on behalf of this type gives; an exception of it is named like the type's own."""
        with self._named(what):
            return call()

    @property
    def _who(self) -> str:
        return f"the interaction {self.name} of {self.owner}"

    @contextmanager
    def _named(self, method: str) -> Iterator[None]:
        try:
            yield
        except (PerilleError, DBAPIError):
            # Ours, or the database's, on behalf of the type.
            raise
        except Exception as error:
            # Not the exception's own words: they may quote an answer.
            raise self._failed(f"failed in {method}: {type(error).__name__}", error) from error

    def _require(self, holds: bool, method: str, given: object) -> None:
        if not holds:
            raise self._failed(f"gave from {method} what is not allowed: {type(given).__name__}")

    def _failed(self, how: str, error: Exception | None = None) -> InteractionError:
        self.failure = f"{self._who} {how}"
        trace = "".join(format_tb(error.__traceback__)) if error is not None else ""
        log.error("%s\n%s", self.failure, trace)
        return InteractionError(self.failure)


def _is_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, str) for each in value)


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and 0.0 <= value <= 1.0
