"""What the credentials of a launch are limited to: one actor, one registration, one activity and its children (cmi5 8.2, 9.2, 9.6.1)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Struct

from perille.lrs.xapi.activities import Activity
from perille.lrs.xapi.errors import Rule, XapiError
from perille.lrs.xapi.ifi import agent_key
from perille.lrs.xapi.parsing import ParsedStatement
from perille.lrs.xapi.statement import AnyStatement

#: homePage of the account that vouches for the statements of a launch; the account's name is the launch's key.
LAUNCH_HOME = "https://perille.invalid/launch"
#: What may follow the id of an activity in the ids of its children.
_SEPARATORS = (":", "/", "#")
#: Verbs that only the learning platform uses (cmi5 9.3).
_OF_PLATFORM = frozenset(
    {
        "http://adlnet.gov/expapi/verbs/launched",
        "https://w3id.org/xapi/adl/verbs/abandoned",
        "https://w3id.org/xapi/adl/verbs/waived",
        "https://w3id.org/xapi/adl/verbs/satisfied",
    }
)


def is_within(activity: str, root: str) -> bool:
    """Tell whether an activity is *root* or one of its children.

    >>> is_within("urn:x-perille:way:hello:fire", "urn:x-perille:way:hello")
    True
    >>> is_within("urn:x-perille:way:hello2", "urn:x-perille:way:hello")
    False
    """
    return activity == root or activity.startswith(tuple(root + separator for separator in _SEPARATORS))


class Binding(Struct, frozen=True):
    """The limits of a launch: the key of its actor, its registration, the IRI of its activity."""

    agent: str
    registration: str
    activity: str

    def check_statements(self, batch: Sequence[ParsedStatement]) -> None:
        """Raise XapiError 403 for a batch in which a statement is about somebody or something else."""
        for place, incoming in enumerate(batch):
            wrong = self._first_breach(incoming.statement)
            if wrong is not None:
                prefix = "$" if len(batch) == 1 else f"$[{place}]"
                raise _refusal(f"{prefix}.{wrong}")

    def _first_breach(self, statement: AnyStatement) -> str | None:
        """Return the property that oversteps the limits, or None."""
        if statement.actor.is_group or agent_key(statement.actor) != self.agent:
            return "actor"
        if statement.verb.id in _OF_PLATFORM:
            return "verb.id"
        if not isinstance(statement.object, Activity) or not is_within(statement.object.id, self.activity):
            return "object"
        context = statement.context
        if context is UNSET or context.registration is UNSET or context.registration.lower() != self.registration:
            return "context.registration"
        return None

    def check_document(
        self, agent: str | None, activity: str | None, registration: str | None, *, refused: bool
    ) -> None:
        """Raise XapiError 403 for the documents of somebody or something else; *refused*: for any at all."""
        if refused:
            raise _refusal("method")
        if agent is not None:
            self.check_agent(agent)
        if activity is not None and not is_within(activity, self.activity):
            raise _refusal("activityId")
        # A state belongs to an agent and an activity: it is kept for a registration, and for this one.
        if agent is not None and activity is not None and registration != self.registration:
            raise _refusal("registration")

    def check_agent(self, agent: str) -> None:
        """Raise XapiError 403 for what is about somebody else."""
        if agent != self.agent:
            raise _refusal("agent")


def _refusal(path: str) -> XapiError:
    return XapiError(403, Rule.SCOPE, path, "A launch reaches its own actor, registration and activity alone.")
