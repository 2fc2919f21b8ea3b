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
    "account.signed-out-everywhere": lazy_gettext("Signed out everywhere"),
    "account.verified": lazy_gettext("Showed that it is them"),
    "assessment.extra-time": lazy_gettext("More time given"),
    "assessment.regraded": lazy_gettext("Tests marked again"),
    "credential.revoked": lazy_gettext("Certificate withdrawn"),
    "draft.handed-over": lazy_gettext("Draft given to another organisation"),
    "draft.schedule-cancelled": lazy_gettext("Moment for publishing or taking out taken back"),
    "draft.schedule-done": lazy_gettext("Published or taken out at the moment that was set"),
    "draft.schedule-stopped": lazy_gettext("Courses that were not published at the moment that was set"),
    "draft.scheduled": lazy_gettext("Moment set for publishing or taking out"),
    "groups.closed": lazy_gettext("Group closed"),
    "groups.made": lazy_gettext("Group made"),
    "groups.opened": lazy_gettext("Group opened again"),
    "lrs-client.made": lazy_gettext("Client of the record store made"),
    "lrs-client.revoked": lazy_gettext("Client of the record store withdrawn"),
    "lrs-client.rotated": lazy_gettext("New secret for a client of the record store"),
    "lrs-forward.changed": lazy_gettext("Forward of statements changed"),
    "lrs-forward.added": lazy_gettext("Forward of statements made"),
    "lrs-forward.removed": lazy_gettext("Forward of statements removed"),
    "lrs-forward.rotated": lazy_gettext("New secret for a forward of statements"),
    "lrs-issuer.added": lazy_gettext("Issuer of tokens accepted"),
    "lrs-issuer.removed": lazy_gettext("Issuer of tokens accepted no more"),
    "lrs-statement.opened": lazy_gettext("Answer in a statement opened"),
    "lrs-statements.saved": lazy_gettext("Statements saved as a file"),
    "mentors.paired": lazy_gettext("Somebody of a group paired with a mentor"),
    "organisation.changed": lazy_gettext("Organisation changed"),
    "organisation.closed": lazy_gettext("Organisation closed"),
    "organisation.deleted": lazy_gettext("Organisation deleted"),
    "organisation.made": lazy_gettext("Organisation made"),
    "organisation.reopened": lazy_gettext("Organisation opened again"),
    "people.allowed-to-join": lazy_gettext("Another address allowed to join"),
    "people.asked-to-join": lazy_gettext("Asked to join with another address"),
    "people.eased": lazy_gettext("More time or more tries given"),
    "people.imported": lazy_gettext("People brought in from a list"),
    "people.invitation-links": lazy_gettext("Links of invitations shown, to be handed over"),
    "people.invitation-withdrawn": lazy_gettext("Invitation withdrawn"),
    "people.invited": lazy_gettext("Invitation made"),
    "people.joined": lazy_gettext("Joined by an invitation"),
    "people.left": lazy_gettext("Left the organisation"),
    "pins.changed": lazy_gettext("New PIN"),
    "pins.made": lazy_gettext("User names with PINs made"),
    "sync.bring": lazy_gettext("Carried from a room to the office"),
    "sync.key-made": lazy_gettext("Key for a laptop made"),
    "sync.key-revoked": lazy_gettext("Key of a laptop taken back"),
    "sync.take": lazy_gettext("Carried from the office to a room"),
    "privacy.clock-believed": lazy_gettext("Clock said to be right"),
    "privacy.erased": lazy_gettext("Person erased"),
    "privacy.expired": lazy_gettext("Old progress deleted"),
    "privacy.held": lazy_gettext("Deleting held back"),
    "recovery-codes.made": lazy_gettext("Recovery codes made"),
    "recovery-codes.used": lazy_gettext("Recovery code used"),
    "role.given": lazy_gettext("Role given"),
    "role.taken": lazy_gettext("Role taken away"),
    "second-factor.added": lazy_gettext("Second factor added"),
    "second-factor.refused": lazy_gettext("Passkey refused"),
    "second-factor.removed": lazy_gettext("Second factor removed"),
    "second-factor.reset": lazy_gettext("Ways to sign in reset"),
    "seminars.cancelled": lazy_gettext("Seminar cancelled"),
    "seminars.made": lazy_gettext("Seminar made"),
    "sign-in-service.added": lazy_gettext("Sign-in service added"),
    "sign-in-service.joined": lazy_gettext("Joined by a sign-in service"),
    "sign-in-service.removed": lazy_gettext("Sign-in service removed"),
    "sign-in-service.tied": lazy_gettext("Sign-in service tied to an account"),
    "sign-in-service.untied": lazy_gettext("Sign-in service untied from an account"),
    "site.changed": lazy_gettext("Settings of the site changed"),
}
#: What the details of an entry are called: each key of `audit.DETAILS`, but those that are said by their value alone.
DETAIL_WORDS: Mapping[str, str] = {
    "account": lazy_gettext("Account"),
    "attempt": lazy_gettext("Try"),
    "attempts": lazy_gettext("Tries"),
    "client": lazy_gettext("Client"),
    "count": lazy_gettext("Number"),
    "due": lazy_gettext("Past their time"),
    "enrolment": lazy_gettext("Course that was begun"),
    "file": lazy_gettext("File"),
    "group": lazy_gettext("Group"),
    "last_day": lazy_gettext("Last day"),
    "learners": lazy_gettext("Learners"),
    "pack": lazy_gettext("Course"),
    "question": lazy_gettext("Question"),
    "scopes": lazy_gettext("Rights"),
    "searched_by": lazy_gettext("Searched by"),
    "seminar": lazy_gettext("Seminar"),
    "statements": lazy_gettext("Statements"),
    "tries": lazy_gettext("More tries"),
    "unit": lazy_gettext("Part"),
    "waiting": lazy_gettext("Waiting"),
}
#: Why or by what something was done.
REASONS: Mapping[str, str] = {
    "behind": lazy_gettext("the clock is behind"),
    "counter": lazy_gettext("its counter went back"),
    "jumped": lazy_gettext("the clock jumped"),
    "link": lazy_gettext("by a link"),
    "many": lazy_gettext("too many at once"),
    "oidc": lazy_gettext("by a sign-in service"),
    "passkey": lazy_gettext("passkey"),
    "pin": lazy_gettext("by PIN"),
    "totp": lazy_gettext("authenticator app"),
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
    if key == "why":
        return str(REASONS.get(str(value), value))
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    # A role that is no more, or what an older version wrote, stands as it is.
    return f"{DETAIL_WORDS[key]}: {shown}" if key in DETAIL_WORDS else shown
