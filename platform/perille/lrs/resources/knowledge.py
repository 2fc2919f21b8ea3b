"""What the store knows of agents and activities: the Agents and Activities resources (Communication 2.4, 2.5)."""

from __future__ import annotations

from collections.abc import Callable

from perille.lrs import presenting, terms
from perille.lrs.answers import Answer, json_answer
from perille.lrs.calls import Call
from perille.lrs.clients import Scope
from perille.lrs.learning import definition_of, names_of
from perille.lrs.sql import driver_of


def agents(call: Call) -> Answer:
    """Return the Person of an agent: the identifier asked for, and every name it was called by (Communication 2.4)."""
    call.client.must(Scope.ALL_READ, Scope.PROFILE, Scope.STATEMENTS_READ)
    call.take({"agent"})
    call.need("agent")
    actor, key = call.agent() or (None, "")
    if call.client.binding is not None:
        call.client.binding.check_agent(key)
    driver = driver_of(call.session)
    number = terms.find_one(driver, call.client.store, terms.AGENT + key)
    names = names_of(driver, call.client.store, number) if number is not None else []
    if actor is not None and isinstance(actor.name, str) and actor.name not in names:
        names.append(actor.name)
    return json_answer(presenting.person([key], names))


def activities(call: Call) -> Answer:
    """Return an activity with its definition, merged from all that arrived; with its id alone when nothing did (Communication 2.5)."""
    call.client.must(Scope.ALL_READ, Scope.STATEMENTS_READ)
    call.take({"activityId"})
    call.need("activityId")
    activity = call.iri("activityId") or ""
    driver = driver_of(call.session)
    number = terms.find_one(driver, call.client.store, terms.ACTIVITY + activity)
    definition = definition_of(driver, call.client.store, number) if number is not None else {}
    found: dict[str, object] = {"objectType": "Activity", "id": activity}
    if definition:
        found["definition"] = definition
    return json_answer(found)


AGENTS: dict[str, Callable[[Call], Answer]] = {"GET": agents}
ACTIVITIES: dict[str, Callable[[Call], Answer]] = {"GET": activities}
