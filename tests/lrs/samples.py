"""Statements that tests begin with."""

from __future__ import annotations

import uuid
from typing import Any

ACTOR = {"objectType": "Agent", "name": "Aino", "account": {"homePage": "https://people.example", "name": "aino"}}
VERB = {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en": "completed"}}
ACTIVITY = {"objectType": "Activity", "id": "https://learn.example/course/1"}
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}


def new_id() -> str:
    """Return a fresh UUID."""
    return str(uuid.uuid4())


def statement(**overrides: Any) -> dict[str, Any]:
    """Return a valid statement with a fresh id; a value None takes the property out."""
    made = {"id": new_id(), "actor": ACTOR, "verb": VERB, "object": ACTIVITY, **overrides}
    return {name: value for name, value in made.items() if value is not None}


def ref(target: str) -> dict[str, str]:
    """Return a StatementRef."""
    return {"objectType": "StatementRef", "id": target}


def agent(name: str) -> dict[str, Any]:
    """Return an agent with an account."""
    return {"account": {"homePage": "https://people.example", "name": name}}
