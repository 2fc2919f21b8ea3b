"""What stands in the audit table, in words."""

from __future__ import annotations

from collections.abc import Mapping

from perille.core.i18n import _, lazy_gettext
from perille.people.models import Role
from perille.people.role_words import SHORT_ROLES

#: Entries of features that are not named here are shown by the action's own word.
ACTIONS: Mapping[str, str] = {
    "account.disabled": lazy_gettext("Account disabled"),
    "account.enabled": lazy_gettext("Account enabled"),
    "account.invited": lazy_gettext("Sign-in link made at the command line"),
    "account.signed-in": lazy_gettext("Signed in"),
    "assessment.extra-time": lazy_gettext("More time given"),
    "assessment.regraded": lazy_gettext("Tests marked again"),
    "credential.revoked": lazy_gettext("Certificate withdrawn"),
    "lrs-client.made": lazy_gettext("Client of the record store made"),
    "lrs-client.revoked": lazy_gettext("Client of the record store withdrawn"),
    "lrs-client.rotated": lazy_gettext("New secret for a client of the record store"),
    "lrs-statement.opened": lazy_gettext("Answer in a statement opened"),
    "lrs-statements.saved": lazy_gettext("Statements saved as a file"),
    "organisation.changed": lazy_gettext("Organisation changed"),
    "organisation.closed": lazy_gettext("Organisation closed"),
    "organisation.made": lazy_gettext("Organisation made"),
    "organisation.reopened": lazy_gettext("Organisation opened again"),
    "people.allowed-to-join": lazy_gettext("Another address allowed to join"),
    "people.asked-to-join": lazy_gettext("Asked to join with another address"),
    "people.eased": lazy_gettext("More time or more tries given"),
    "people.imported": lazy_gettext("People brought in from a list"),
    "people.invitation-withdrawn": lazy_gettext("Invitation withdrawn"),
    "people.invited": lazy_gettext("Invitation sent"),
    "people.joined": lazy_gettext("Joined by an invitation"),
    "people.left": lazy_gettext("Left the organisation"),
    "privacy.clock-believed": lazy_gettext("Clock said to be right"),
    "privacy.erased": lazy_gettext("Person erased"),
    "privacy.expired": lazy_gettext("Old progress deleted"),
    "privacy.held": lazy_gettext("Deleting held back"),
    "role.given": lazy_gettext("Role given"),
    "role.taken": lazy_gettext("Role taken away"),
}


def action_words(action: str) -> str:
    """Return what was done, in the reader's language."""
    return str(ACTIONS.get(action, action))


def detail_words(details: Mapping[str, object]) -> str:
    """Return the details of an entry: numbers, and words of fixed lists."""
    return " · ".join(_detail(key, value) for key, value in sorted(details.items()))


def _detail(key: str, value: object) -> str:
    if key == "role" and value in {role.value for role in Role}:
        return str(SHORT_ROLES[Role(str(value))])
    if key == "percent":
        return _("%(number)s %% more time", number=str(value))
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{key} {shown}"
