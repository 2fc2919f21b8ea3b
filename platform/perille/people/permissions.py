"""The table of what may be done, by whom and on what, and the three ways to ask it.

`require(Action.X)` guards a view, `ensure(...)` a service, `allowed(...)` tells. A feature adds rows
of its own by `Feature.permissions`; names of both kinds are asked for in the same way. Roles are read in the transaction of the request,
never kept with a session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from perille.core.database import Session
from perille.core.errors import Forbidden
from perille.core.feature import Permission, Scope
from perille.core.i18n import _
from perille.core.permissions import permission, require
from perille.people.memberships import HeldRole, memberships_of
from perille.people.models import Account, Role

__all__ = [
    "RULES",
    "Action",
    "Rule",
    "Scope",
    "allowed",
    "ensure",
    "granting",
    "is_verification_needed",
    "permissions",
    "require",
]


class Action(StrEnum):
    """Something that not everybody may do."""

    ACCOUNT_OWN = "account.own"
    ACCOUNTS_DISABLE = "accounts.disable"
    AUDIT_INSTALLATION = "audit.installation"
    AUDIT_READ = "audit.read"
    DRAFTS_MINE = "drafts.mine"
    MODULES_MINE = "modules.mine"
    ORGANISATION_COUNTRY = "organisation.country"
    ORGANISATIONS_MANAGE = "organisations.manage"
    PEOPLE_EASE = "people.ease"
    PEOPLE_IMPORT = "people.import"
    PEOPLE_INVITE = "people.invite"
    PEOPLE_MINE = "people.mine"
    PEOPLE_READ = "people.read"
    PEOPLE_RESET = "people.reset"
    PEOPLE_ROLES = "people.roles"
    PEOPLE_SIGN_IN = "people.sign-in"
    PRIVACY_CLOCK = "privacy.clock"
    PRIVACY_ERASE = "privacy.erase"
    RECORD_ANSWERS = "record.answers"
    RECORD_CLIENTS = "record.clients"
    RECORD_EXPORT = "record.export"
    RECORD_FORWARDS = "record.forwards"
    RECORD_ISSUERS = "record.issuers"
    RECORD_OWN = "record.own"
    RECORD_READ = "record.read"
    RECORD_REJECTED = "record.rejected"
    SITE_JOBS = "site.jobs"
    SITE_OVERVIEW = "site.overview"
    TESTS_QUESTIONS = "tests.questions"
    TESTS_REGRADE = "tests.regrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may do something, and on what."""

    #: In English, for lists of permissions.
    about: str
    #: Empty: every account, of what is its own.
    roles: frozenset[Role] = frozenset({Role.ADMINISTRATOR})
    scope: Scope = Scope.INSTALLATION
    #: Whether the session must be verified, whoever asks; an administrator's must always be.
    verified: bool = False


_IN_CHARGE = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})


def _site(about: str) -> Rule:
    return Rule(about=about)


def _theirs(about: str) -> Rule:
    return Rule(about=about, roles=_IN_CHARGE, scope=Scope.ORGANISATION)


def _own(about: str, *roles: Role) -> Rule:
    return Rule(about=about, roles=frozenset(roles), scope=Scope.SELF)


RULES: Mapping[Action, Rule] = {
    Action.ACCOUNT_OWN: _own("See and change one's own account, leave an organisation"),
    Action.ACCOUNTS_DISABLE: _site("Disable an account, and enable it again"),
    Action.AUDIT_INSTALLATION: _site("Read who did what on the whole installation"),
    Action.AUDIT_READ: _theirs("Read who did what in an organisation"),
    Action.DRAFTS_MINE: _own("See which drafts wait", Role.AUTHOR, Role.REVIEWER, Role.TRANSLATOR),
    Action.MODULES_MINE: _own("See one's own modules, certificates and hours"),
    Action.ORGANISATION_COUNTRY: _theirs("Say where an organisation is that has no country yet"),
    Action.ORGANISATIONS_MANAGE: _site("Make, change, close and delete organisations"),
    Action.PEOPLE_EASE: _theirs("Give a person more time and more tries"),
    Action.PEOPLE_IMPORT: _theirs("Bring people in from a list"),
    Action.PEOPLE_INVITE: _theirs("Invite people into an organisation"),
    Action.PEOPLE_MINE: _own("Choose one of the organisations that one coordinates", *_IN_CHARGE),
    Action.PEOPLE_READ: _theirs("See who is in an organisation and what they finished"),
    Action.PEOPLE_RESET: _site("Reset how somebody signs in who lost a second factor"),
    Action.PEOPLE_ROLES: _theirs("Give and take roles in an organisation"),
    Action.PEOPLE_SIGN_IN: _theirs("Say by which service of theirs an organisation's people sign in"),
    Action.PRIVACY_CLOCK: _site("Say that the clock of the server is right"),
    Action.PRIVACY_ERASE: _site("Erase a person"),
    Action.RECORD_ANSWERS: _site("Open the answer in a statement"),
    Action.RECORD_CLIENTS: _site("Manage clients of the record store"),
    Action.RECORD_EXPORT: _site("Save statements as a file"),
    Action.RECORD_FORWARDS: _site("Manage stores that statements go on to"),
    Action.RECORD_ISSUERS: _site("Manage OpenID issuers of the record store"),
    Action.RECORD_OWN: _theirs("Manage clients of an organisation's own record store, save what is in it"),
    Action.RECORD_READ: _site("Search statements"),
    Action.RECORD_REJECTED: _site("See refused requests of the record store"),
    Action.SITE_JOBS: _site("See background jobs and start them"),
    Action.SITE_OVERVIEW: _site("Open the administrators' first page"),
    Action.TESTS_QUESTIONS: _site("See how the questions of tests work"),
    Action.TESTS_REGRADE: _site("Mark tests again"),
}


def permissions() -> tuple[Permission, ...]:
    """Return the table as a feature declares it."""
    return tuple(
        Permission(
            name=action.value,
            about=rule.about,
            roles=frozenset(role.value for role in rule.roles),
            scope=rule.scope,
            verified=rule.verified,
        )
        for action, rule in RULES.items()
    )


def granting(held: Iterable[HeldRole], wanted: Permission, organisation_id: UUID | None = None) -> frozenset[Role]:
    """Return those of the roles of somebody that give a permission, on *organisation_id* where it is about one.

    >>> granting([HeldRole(Role.ADMINISTRATOR, None)], Permission(name="site.jobs", about=""))
    frozenset({<Role.ADMINISTRATOR: 'administrator'>})
    """
    local = wanted.scope in (Scope.ORGANISATION, Scope.GROUP)
    return frozenset(
        each.role
        for each in held
        if each.role.value in wanted.roles
        and (not local or each.role is Role.ADMINISTRATOR or each.organisation_id == organisation_id is not None)
    )


def is_granted(held: Iterable[HeldRole], wanted: Permission, organisation_id: UUID | None = None) -> bool:
    """Tell whether somebody with these roles has a permission."""
    return (wanted.scope is Scope.SELF and not wanted.roles) or bool(granting(held, wanted, organisation_id))


def is_verification_needed(held: Iterable[HeldRole], wanted: Permission, organisation_id: UUID | None = None) -> bool:
    """Tell whether the session must be verified: where the permission says so, or where only being an administrator gives it."""
    return wanted.verified or granting(held, wanted, organisation_id) == {Role.ADMINISTRATOR}


def allowed(
    session: Session, account: Account | None, action: Action | str, organisation_id: UUID | None = None
) -> bool:
    """Tell whether an account may do something, asked of the database now. Needs an app context."""
    if account is None or account.disabled_at is not None:
        return False
    return is_granted(memberships_of(session, account.id), permission(action), organisation_id)


def ensure(
    session: Session, account: Account | None, action: Action | str, organisation_id: UUID | None = None
) -> None:
    """Raise Forbidden where an account may not do something; for services."""
    if not allowed(session, account, action, organisation_id):
        raise Forbidden(_("You may not do this. Ask whoever gave you your role."))
