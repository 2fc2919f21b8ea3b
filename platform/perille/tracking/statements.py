"""Learners' acts as xAPI statements, built with tincan after the cmi5 pattern.

Each names the registration, its place (parent, grouping) and its category; the actor is an opaque account. No name, no e-mail
address and no word of a learner but their answers is in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tincan import (
    Activity,
    ActivityDefinition,
    ActivityList,
    Agent,
    AgentAccount,
    Context,
    ContextActivities,
    Extensions,
    InteractionComponent,
    InteractionComponentList,
    LanguageMap,
    Result,
    Score,
    Statement,
    Verb,
    Version,
)

from perille.domain.item import Definition
from perille.lrs.storage.definitions import OWN_ACTIVITIES

URN = OWN_ACTIVITIES.removesuffix(":")
#: Category of every statement of ours: what it follows.
PROFILE = f"{URN}:profile:1"
#: Extension of a context: what the clock of a phone said that was wrong when the learner acted without a line (ISO 8601).
PHONE_TIME = f"{URN}:phone-time"
#: Category of statements that count for move-on (cmi5 9.6.2.2).
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
#: Why a unit is waived (cmi5 9.5.5.2).
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"
#: No key of a pack, a unit or an item is longer.
_LONGEST_KEY = 100


class VerbId(StrEnum):
    """Verbs of cmi5 (9.3) and ADL, and one for what is earned."""

    INITIALIZED = "http://adlnet.gov/expapi/verbs/initialized"
    ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
    COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
    PASSED = "http://adlnet.gov/expapi/verbs/passed"
    FAILED = "http://adlnet.gov/expapi/verbs/failed"
    WAIVED = "https://w3id.org/xapi/adl/verbs/waived"
    SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
    EARNED = "http://id.tincanapi.com/verb/earned"
    VOIDED = "http://adlnet.gov/expapi/verbs/voided"


class ActivityType(StrEnum):
    """Types of our activities."""

    COURSE = "http://adlnet.gov/expapi/activities/course"
    LESSON = "http://adlnet.gov/expapi/activities/lesson"
    ASSESSMENT = "http://adlnet.gov/expapi/activities/assessment"
    SESSION = "http://adlnet.gov/expapi/activities/meeting"
    ITEM = "http://adlnet.gov/expapi/activities/cmi.interaction"
    CREDENTIAL = "http://activitystrea.ms/schema/1.0/badge"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedActivity:
    """An activity: its id, its type and its name by language."""

    id: str
    type: ActivityType
    #: Language -> name; for an item its prompt.
    names: Mapping[str, str]
    #: For an item: how it is answered, and part of the words -> language -> words.
    definition: Definition | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of a learner, ready to be recorded."""

    verb: VerbId
    object: NamedActivity
    #: What the object is a part of: the unit of an item, the course of a unit.
    parent: NamedActivity | None = None
    course: NamedActivity | None = None
    success: bool | None = None
    completion: bool | None = None
    scaled: float | None = None
    #: The answer, in the notation of xAPI.
    response: str | None = None
    #: Why a unit counts without having been taken (cmi5 9.5.5.2), one of its four words.
    reason: str | None = None
    #: Opaque name of the account that led it (xAPI Data 2.4.6): a trainer.
    instructor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who acts, where and when."""

    actor_home: str
    actor_name: UUID
    registration: UUID
    language: str
    at: datetime
    #: What the phone's clock said, where that was wrong and `at` is corrected; else "".
    phone_time: str = ""


def activity_id(pack: str, unit: str = "", item: str = "") -> str:
    """Return the id of a course, a unit or an item: the same on every installation."""
    return ":".join(part for part in (URN, pack, unit, item) if part)


def parse_activity_id(iri: str) -> tuple[str, str, str] | None:
    """Return (pack, unit, item) of an id of ours, "" for what it does not name; None for a stranger's."""
    if not iri.startswith(URN + ":"):
        return None
    parts = iri[len(URN) + 1 :].split(":")
    if not 1 <= len(parts) <= 3 or not all(0 < len(part) <= _LONGEST_KEY for part in parts):
        return None
    pack, unit, item = (*parts, "", "")[:3]
    return pack, unit, item


def build(act: Act, origin: Origin, statement_id: UUID) -> bytes:
    """Build the statement of an act: UTF-8 JSON of xAPI 1.0.3."""
    statement = Statement(
        id=statement_id,
        actor=Agent(account=AgentAccount(name=str(origin.actor_name), home_page=origin.actor_home)),
        verb=Verb(id=act.verb.value, display=LanguageMap({"en": act.verb.rsplit("/", 1)[-1]})),
        object=_activity(act.object),
        result=_result(act),
        context=_context(act, origin),
        timestamp=origin.at,
    )
    text: str = statement.to_json(Version.latest)
    return text.encode()


def _context(act: Act, origin: Origin) -> Context:
    categories = [PROFILE]
    if act.verb in (VerbId.COMPLETED, VerbId.PASSED, VerbId.FAILED, VerbId.WAIVED) and act.parent is not None:
        categories.append(MOVE_ON)
    places: dict[str, ActivityList] = {"category": ActivityList([Activity(id=each) for each in categories])}
    if act.parent is not None:
        places["parent"] = ActivityList([_activity(act.parent)])
    if act.course is not None:
        places["grouping"] = ActivityList([_activity(act.course)])
    more = {"extensions": Extensions({PHONE_TIME: origin.phone_time})} if origin.phone_time else {}
    context = Context(
        **more,
        registration=origin.registration,
        platform="Perille",
        language=origin.language,
        context_activities=ContextActivities(**places),
    )
    if act.instructor is not None:
        context.instructor = Agent(account=AgentAccount(name=act.instructor, home_page=origin.actor_home))
    return context


def _result(act: Act) -> Result | None:
    given = {"success": act.success, "completion": act.completion, "response": act.response}
    values: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    if act.scaled is not None:
        values["score"] = Score(scaled=act.scaled)
    if act.reason is not None:
        values["extensions"] = Extensions({REASON: act.reason})
    return Result(**values) if values else None


def _activity(named: NamedActivity) -> Activity:
    words: dict[str, object] = {"type": named.type.value}
    if named.definition is None:
        words["name"] = LanguageMap(dict(named.names))
    else:
        words["description"] = LanguageMap(dict(named.names))
        words["interaction_type"] = named.definition.interaction_type.value
        words["correct_responses_pattern"] = list(named.definition.correct_responses_pattern)
        for components, members in named.definition.components.items():
            words[components] = InteractionComponentList(
                [
                    InteractionComponent(id=key, description=LanguageMap(dict(named.words.get(part, {}))))
                    for key, part in members
                ]
            )
    return Activity(id=named.id, definition=ActivityDefinition(**words))
