"""The resources of the record store: what answers which method."""

from __future__ import annotations

from collections.abc import Callable

from perille.lrs.http.request import XapiRequest
from perille.lrs.http.resources import about, activities, agents, documents, statements
from perille.lrs.http.response import XapiResponse

Resource = dict[str, Callable[[XapiRequest], XapiResponse]]
RESOURCES: dict[str, Resource] = {
    "about": {"GET": lambda _call: about.answer()},
    "statements": statements.METHODS,
    "statements/more": statements.MORE,
    "activities": activities.METHODS,
    "activities/state": documents.STATE.methods(),
    "activities/profile": documents.ACTIVITY_PROFILE.methods(),
    "agents": agents.METHODS,
    "agents/profile": documents.AGENT_PROFILE.methods(),
}
