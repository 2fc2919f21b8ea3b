"""A statement as the specification defines it: one struct a concept, its rules in `__post_init__` (xAPI 1.0.3 Data 2.4).

A property that is absent is `UNSET`; null is refused everywhere but inside extensions, and so is a property not named here (Data 2.2).
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, field

from perille.lrs import formats
from perille.lrs.faults import Broken, Rule

LanguageMap = dict[str, str]
Extensions = dict[str, Any]
_Strings = list[str]


class _Concept(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """A JSON object of xAPI: property names are matched with their case, unknown ones refused (Data 2.2)."""


class Account(_Concept):
    """A user account on an existing system (Data 2.4.2.4)."""

    home_page: str
    name: str

    def __post_init__(self) -> None:
        formats.iri(self.home_page, "homePage")


class Actor(_Concept):
    """Who: an Agent or a Group (Data 2.4.2)."""

    object_type: Literal["Agent", "Group"] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    mbox: str | UnsetType = UNSET
    mbox_sha1sum: str | UnsetType = field(default=UNSET, name="mbox_sha1sum")
    openid: str | UnsetType = UNSET
    account: Account | UnsetType = UNSET
    member: list[Actor] | UnsetType = UNSET

    def __post_init__(self) -> None:
        identifiers = self._check_identifiers()
        if self.object_type == "Group":
            self._check_group(identifiers)
        elif identifiers != 1:
            raise Broken(Rule.IDENTIFIER, "", f"An agent has exactly one identifier, this one {identifiers}.")
        elif self.member is not UNSET:
            raise Broken(Rule.GROUP, "member", "An agent has no members.")

    def _check_identifiers(self) -> int:
        """Each inverse functional identifier has its form (Data 2.4.2.3); returns how many there are."""
        count = 0
        if self.account is not UNSET:
            count = 1
        if self.mbox is not UNSET:
            formats.mailbox(self.mbox, "mbox")
            count += 1
        if self.mbox_sha1sum is not UNSET:
            formats.sha1(self.mbox_sha1sum, "mbox_sha1sum")
            count += 1
        if self.openid is not UNSET:
            formats.iri(self.openid, "openid")
            count += 1
        return count

    def _check_group(self, identifiers: int) -> None:
        """A group without identifier has members; members are agents, not groups (Data 2.4.2.2)."""
        if identifiers > 1:
            raise Broken(Rule.IDENTIFIER, "", f"A group has at most one identifier, this one {identifiers}.")
        if not identifiers and self.member is UNSET:
            raise Broken(Rule.GROUP, "member", "A group without identifier lists its members.")
        for place, member in enumerate(self.member or ()):
            if member.object_type == "Group":
                raise Broken(Rule.GROUP, f"member[{place}]", "A member of a group is an agent.")

    @property
    def is_group(self) -> bool:
        """Whether this is a group."""
        return self.object_type == "Group"


class Verb(_Concept):
    """The action (Data 2.4.3)."""

    id: str
    display: LanguageMap | UnsetType = UNSET

    def __post_init__(self) -> None:
        formats.iri(self.id, "id")
        if self.display is not UNSET:
            formats.language_map(self.display, "display")


class InteractionComponent(_Concept):
    """One choice, step, target ... of an interaction (Data 2.4.4.1)."""

    id: str
    description: LanguageMap | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.description is not UNSET:
            formats.language_map(self.description, "description")


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


class ActivityDefinition(_Concept):
    """What an activity is, interactions included (Data 2.4.4.1)."""

    name: LanguageMap | UnsetType = UNSET
    description: LanguageMap | UnsetType = UNSET
    type: str | UnsetType = UNSET
    more_info: str | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET
    interaction_type: InteractionType | UnsetType = UNSET
    correct_responses_pattern: _Strings | UnsetType = UNSET
    choices: _Components | UnsetType = UNSET
    scale: _Components | UnsetType = UNSET
    source: _Components | UnsetType = UNSET
    target: _Components | UnsetType = UNSET
    steps: _Components | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.name is not UNSET:
            formats.language_map(self.name, "name")
        if self.description is not UNSET:
            formats.language_map(self.description, "description")
        if self.type is not UNSET:
            formats.iri(self.type, "type")
        if self.more_info is not UNSET:
            formats.iri(self.more_info, "moreInfo")
        if self.extensions is not UNSET:
            formats.extensions(self.extensions, "extensions")
        self._check_interaction()

    def _check_interaction(self) -> None:
        """Interaction properties need an interactionType; ids of components do not repeat (Data 2.4.4.1)."""
        components = (self.choices, self.scale, self.source, self.target, self.steps, self.correct_responses_pattern)
        if components == _NO_COMPONENTS:
            return
        used = [name for name in _COMPONENT_LISTS if getattr(self, name) is not UNSET]
        if self.interaction_type is UNSET and (used or self.correct_responses_pattern is not UNSET):
            raise Broken(Rule.INTERACTION, "interactionType", "An interaction names its interactionType.")
        for name in used:
            ids = [component.id for component in getattr(self, name)]
            if len(set(ids)) < len(ids):
                raise Broken(Rule.INTERACTION, name, "An id is used twice in one list of components.")


class Activity(_Concept):
    """What was done, or what it belongs to (Data 2.4.4.1)."""

    id: str
    object_type: Literal["Activity"] | UnsetType = UNSET
    definition: ActivityDefinition | UnsetType = UNSET

    def __post_init__(self) -> None:
        formats.iri(self.id, "id")


class StatementRef(_Concept):
    """A pointer to another statement (Data 2.4.4.3)."""

    object_type: Literal["StatementRef"]
    id: str

    def __post_init__(self) -> None:
        formats.uuid(self.id, "id")


class Score(_Concept):
    """How well (Data 2.4.5.1)."""

    scaled: Annotated[float, Meta(ge=-1, le=1)] | UnsetType = UNSET
    raw: float | UnsetType = UNSET
    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET

    def __post_init__(self) -> None:
        low = self.min if self.min is not UNSET else float("-inf")
        high = self.max if self.max is not UNSET else float("inf")
        if self.min is not UNSET and self.max is not UNSET and low >= high:
            raise Broken(Rule.SCORE, "min", "min is not less than max.")
        if self.raw is not UNSET and not low <= self.raw <= high:
            raise Broken(Rule.SCORE, "raw", "raw does not lie between min and max.")


class Result(_Concept):
    """The outcome (Data 2.4.5)."""

    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: str | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.duration is not UNSET:
            formats.duration(self.duration, "duration")
        if self.extensions is not UNSET:
            formats.extensions(self.extensions, "extensions")


_Activities = list[Activity]


class ContextActivities(_Concept):
    """Activities that a statement belongs to; a single one may stand without a list and is returned in one (Data 2.4.6.2)."""

    parent: _Activities | Activity | UnsetType = UNSET
    grouping: _Activities | Activity | UnsetType = UNSET
    category: _Activities | Activity | UnsetType = UNSET
    other: _Activities | Activity | UnsetType = UNSET

    def values(self) -> tuple[_Activities | Activity | UnsetType, ...]:
        """Return the four values as they came."""
        return self.parent, self.grouping, self.category, self.other


class Context(_Concept):
    """Where and with whom, as 1.0.3 has it (Data 2.4.6)."""

    registration: str | UnsetType = UNSET
    instructor: Actor | UnsetType = UNSET
    team: Actor | UnsetType = UNSET
    context_activities: ContextActivities | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.registration is not UNSET:
            formats.uuid(self.registration, "registration")
        if self.team is not UNSET and not self.team.is_group:
            raise Broken(Rule.GROUP, "team", "A team is a group.")
        if self.language is not UNSET:
            formats.language(self.language, "language")
        if self.extensions is not UNSET:
            formats.extensions(self.extensions, "extensions")


def _relevant_types(value: list[str] | UnsetType) -> None:
    """The relevantTypes are a list of at least one IRI (2.0 4.2.2.5)."""
    if value is UNSET:
        return
    if not value:
        raise Broken(Rule.SHAPE, "relevantTypes", "relevantTypes is empty.")
    for place, entry in enumerate(value):
        formats.iri(entry, f"relevantTypes[{place}]")


class ContextAgent(_Concept):
    """An agent that matters to the statement, and as what (2.0 4.2.2.5)."""

    object_type: Literal["contextAgent"]
    agent: Actor
    relevant_types: _Strings | UnsetType = UNSET

    def __post_init__(self) -> None:
        _relevant_types(self.relevant_types)
        if self.agent.is_group:
            raise Broken(Rule.SHAPE, "agent", "A contextAgent holds an agent.")


class ContextGroup(_Concept):
    """A group that matters to the statement, and as what (2.0 4.2.2.5)."""

    object_type: Literal["contextGroup"]
    group: Actor
    relevant_types: _Strings | UnsetType = UNSET

    def __post_init__(self) -> None:
        _relevant_types(self.relevant_types)
        if not self.group.is_group:
            raise Broken(Rule.SHAPE, "group", "A contextGroup holds a group.")


class Context2(Context):
    """Where and with whom, as 2.0 has it (2.0 4.2.2.5)."""

    context_agents: list[ContextAgent] | UnsetType = UNSET
    context_groups: list[ContextGroup] | UnsetType = UNSET


class Attachment(_Concept):
    """A file that goes with a statement (Data 2.4.11)."""

    usage_type: str
    display: LanguageMap
    content_type: str
    length: Annotated[int, Meta(ge=0)]
    sha2: str
    description: LanguageMap | UnsetType = UNSET
    file_url: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        formats.iri(self.usage_type, "usageType")
        formats.language_map(self.display, "display")
        formats.media_type(self.content_type, "contentType")
        if self.description is not UNSET:
            formats.language_map(self.description, "description")
        if self.file_url is not UNSET:
            formats.iri(self.file_url, "fileUrl")


Obj = TypeVar("Obj")
Ctx = TypeVar("Ctx", bound=Context)


class SubStatement(_Concept, Generic[Obj, Ctx]):
    """A statement as the object of another: no id, stored, version, authority; not nested (Data 2.4.4.3)."""

    object_type: Literal["SubStatement"]
    actor: Actor
    verb: Verb
    object: Obj
    result: Result | UnsetType = UNSET
    context: Ctx | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET

    def __post_init__(self) -> None:
        check_context_of(self)


class Statement(_Concept, Generic[Obj, Ctx]):
    """I did this (Data 2.4). *Obj* is what the object is, *Ctx* which edition's context."""

    actor: Actor
    verb: Verb
    object: Obj
    id: str | UnsetType = UNSET
    result: Result | UnsetType = UNSET
    context: Ctx | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    authority: Actor | UnsetType = UNSET
    version: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.id is not UNSET:
            formats.uuid(self.id, "id")
        check_context_of(self)
        if self.authority is not UNSET:
            _check_authority(self.authority)


def check_context_of(statement: Statement[Any, Any] | SubStatement[Any, Any]) -> None:
    """The revision and platform are refused where the object is not an activity (Data 2.4.6)."""
    context = statement.context
    if context is UNSET or isinstance(statement.object, Activity):
        return
    for name in ("revision", "platform"):
        if getattr(context, name) is not UNSET:
            raise Broken(Rule.CONTEXT, f"context.{name}", "Only a statement about an activity has it.")


def _check_authority(authority: Actor) -> None:
    """An authority group is anonymous and has exactly two members (Data 2.4.9)."""
    if not authority.is_group:
        return
    named = (authority.account, authority.mbox, authority.mbox_sha1sum, authority.openid)
    if any(name is not UNSET for name in named) or len(authority.member or ()) != 2:
        raise Broken(Rule.AUTHORITY, "authority", "An authority group has two members and no identifier.")
