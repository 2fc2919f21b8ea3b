"""The Agents resource: every name by which the store knows an agent (Communication 2.4)."""

from __future__ import annotations

from collections.abc import Callable

from perille.lrs.clients import Scope
from perille.lrs.http.request import XapiRequest
from perille.lrs.http.response import XapiResponse, json_response
from perille.lrs.storage import serialization, terms
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.definitions import names_of


def person(call: XapiRequest) -> XapiResponse:
    """Return the Person of an agent: the identifier asked for, and every name it was called by (Communication 2.4)."""
    call.client.require_scope(Scope.ALL_READ, Scope.PROFILE, Scope.STATEMENTS_READ)
    call.allow_params({"agent"})
    call.require_param("agent")
    actor, key = call.agent() or (None, "")
    if call.client.binding is not None:
        call.client.binding.check_agent(key)
    raw = raw_connection(call.session)
    number = terms.find_one(raw, call.client.store, terms.AGENT + key)
    names = names_of(raw, call.client.store, number) if number is not None else []
    if actor is not None and isinstance(actor.name, str) and actor.name not in names:
        names.append(actor.name)
    return json_response(serialization.person([key], names))


METHODS: dict[str, Callable[[XapiRequest], XapiResponse]] = {"GET": person}
