"""What the store knows of agents and activities: the Agents and Activities resources (Communication 2.4, 2.5)."""

from __future__ import annotations

from collections.abc import Callable

from perille.lrs.clients import Scope
from perille.lrs.http.request import XapiRequest
from perille.lrs.http.response import XapiResponse, json_response
from perille.lrs.storage import serialization, terms
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.definitions import definition_of, names_of


def agents(call: XapiRequest) -> XapiResponse:
    """Return the Person of an agent: the identifier asked for, and every name it was called by (Communication 2.4)."""
    call.client.must(Scope.ALL_READ, Scope.PROFILE, Scope.STATEMENTS_READ)
    call.take({"agent"})
    call.need("agent")
    actor, key = call.agent() or (None, "")
    if call.client.binding is not None:
        call.client.binding.check_agent(key)
    raw = raw_connection(call.session)
    number = terms.find_one(raw, call.client.store, terms.AGENT + key)
    names = names_of(raw, call.client.store, number) if number is not None else []
    if actor is not None and isinstance(actor.name, str) and actor.name not in names:
        names.append(actor.name)
    return json_response(serialization.person([key], names))


def activities(call: XapiRequest) -> XapiResponse:
    """Return an activity with its definition, merged from all that arrived; with its id alone when nothing did (Communication 2.5)."""
    call.client.must(Scope.ALL_READ, Scope.STATEMENTS_READ)
    call.take({"activityId"})
    call.need("activityId")
    activity = call.iri("activityId") or ""
    raw = raw_connection(call.session)
    number = terms.find_one(raw, call.client.store, terms.ACTIVITY + activity)
    definition = definition_of(raw, call.client.store, number) if number is not None else {}
    found: dict[str, object] = {"objectType": "Activity", "id": activity}
    if definition:
        found["definition"] = definition
    return json_response(found)


AGENTS: dict[str, Callable[[XapiRequest], XapiResponse]] = {"GET": agents}
ACTIVITIES: dict[str, Callable[[XapiRequest], XapiResponse]] = {"GET": activities}
