"""The Activities resource: an activity with its merged definition (Communication 2.5)."""

from __future__ import annotations

from collections.abc import Callable

from perille.lrs.clients import Scope
from perille.lrs.http.request import XapiRequest
from perille.lrs.http.response import XapiResponse, json_response
from perille.lrs.storage import terms
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.definitions import definition_of


def activity(call: XapiRequest) -> XapiResponse:
    """Return an activity with its definition, merged from all that arrived; with its id alone when nothing did (Communication 2.5)."""
    call.client.require_scope(Scope.ALL_READ, Scope.STATEMENTS_READ)
    call.allow_params({"activityId"})
    call.require_param("activityId")
    iri = call.iri("activityId") or ""
    raw = raw_connection(call.session)
    number = terms.find_one(raw, call.client.store, terms.ACTIVITY + iri)
    definition = definition_of(raw, call.client.store, number) if number is not None else {}
    found: dict[str, object] = {"objectType": "Activity", "id": iri}
    if definition:
        found["definition"] = definition
    return json_response(found)


METHODS: dict[str, Callable[[XapiRequest], XapiResponse]] = {"GET": activity}
