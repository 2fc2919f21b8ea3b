"""Which pages somebody's roles open, and which of them comes first: nobody ends at a closed door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from perille.core.i18n import lazy_gettext
from perille.people.memberships import HeldRole
from perille.people.models import Role


@dataclass(frozen=True, slots=True)
class RolePage:
    """A page that roles open."""

    endpoint: str
    label: str
    #: None: every account.
    roles: frozenset[Role] | None


_DRAFTS = frozenset({Role.AUTHOR, Role.REVIEWER, Role.TRANSLATOR})
_GROUPS = frozenset({Role.TRAINER, Role.COORDINATOR})
#: In the order in which they come first.
DOORS = (
    RolePage("administration.overview", lazy_gettext("Administration"), frozenset({Role.ADMINISTRATOR})),
    RolePage("org_people.my_organisations", lazy_gettext("My people"), frozenset({Role.COORDINATOR})),
    RolePage("groups.index", lazy_gettext("My groups"), _GROUPS),
    RolePage("mentoring.my_mentees", lazy_gettext("My pairs"), frozenset({Role.MENTOR})),
    RolePage("own.drafts", lazy_gettext("Drafts"), _DRAFTS),
    RolePage("studio.courses", lazy_gettext("Make a course in the Studio"), _GROUPS | {Role.AUTHOR}),
    RolePage("own.module_list", lazy_gettext("My modules"), None),
)


@dataclass(frozen=True, slots=True)
class PageLink:
    """An address and its words."""

    url: str
    label: str


def pages_for_roles(held: Iterable[HeldRole], lang: str) -> list[PageLink]:
    """Return the pages that these roles open, the one that comes first in front."""
    roles = {each.role for each in held}
    return [
        PageLink(url_for(door.endpoint, lang=lang), str(door.label))
        for door in DOORS
        if door.roles is None or door.roles & roles
    ]


def first_page(held: Iterable[HeldRole], lang: str) -> str:
    """Return the address of the page that somebody with these roles opens first."""
    return pages_for_roles(held, lang)[0].url
