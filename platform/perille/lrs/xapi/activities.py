"""What was done: activities, their definitions and interactions (xAPI 1.0.3 Data 2.4.4.1)."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from perille.core.type_aliases import JsonObject
from perille.lrs.xapi import validators
from perille.lrs.xapi.actors import Concept
from perille.lrs.xapi.errors import Rule, RuleViolation

LanguageMap = dict[str, str]
Extensions = JsonObject


class InteractionComponent(Concept):
    """One choice, step, target ... of an interaction (Data 2.4.4.1)."""

    id: str
    description: LanguageMap | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.description is not UNSET:
            validators.language_map(self.description, "description")


InteractionType = Literal[
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
]
_COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
_Components = list[InteractionComponent]
_NO_COMPONENTS = (UNSET,) * 6


class ActivityDefinition(Concept):
    """What an activity is, interactions included (Data 2.4.4.1)."""

    name: LanguageMap | UnsetType = UNSET
    description: LanguageMap | UnsetType = UNSET
    type: str | UnsetType = UNSET
    more_info: str | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET
    interaction_type: InteractionType | UnsetType = UNSET
    correct_responses_pattern: list[str] | UnsetType = UNSET
    choices: _Components | UnsetType = UNSET
    scale: _Components | UnsetType = UNSET
    source: _Components | UnsetType = UNSET
    target: _Components | UnsetType = UNSET
    steps: _Components | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.name is not UNSET:
            validators.language_map(self.name, "name")
        if self.description is not UNSET:
            validators.language_map(self.description, "description")
        if self.type is not UNSET:
            validators.iri(self.type, "type")
        if self.more_info is not UNSET:
            validators.iri(self.more_info, "moreInfo")
        if self.extensions is not UNSET:
            validators.extensions(self.extensions, "extensions")
        self._check_interaction()

    def _check_interaction(self) -> None:
        """Interaction properties need an interactionType; ids of components do not repeat (Data 2.4.4.1)."""
        components = (self.choices, self.scale, self.source, self.target, self.steps, self.correct_responses_pattern)
        if components == _NO_COMPONENTS:
            return
        used = [name for name in _COMPONENT_LISTS if getattr(self, name) is not UNSET]
        if self.interaction_type is UNSET and (used or self.correct_responses_pattern is not UNSET):
            raise RuleViolation(Rule.INTERACTION, "interactionType", "An interaction names its interactionType.")
        for name in used:
            ids = [component.id for component in getattr(self, name)]
            if len(set(ids)) < len(ids):
                raise RuleViolation(Rule.INTERACTION, name, "An id is used twice in one list of components.")


class Activity(Concept):
    """What was done, or what it belongs to (Data 2.4.4.1)."""

    id: str
    object_type: Literal["Activity"] | UnsetType = UNSET
    definition: ActivityDefinition | UnsetType = UNSET

    def __post_init__(self) -> None:
        validators.iri(self.id, "id")
