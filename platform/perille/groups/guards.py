"""Who may open a page of a group: the address names the organisation, the table of permissions who leads groups in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from flask import Blueprint, Response, current_app, g, url_for

from perille.core.errors import NotFound, lead_on
from perille.core.extensions import db
from perille.core.i18n import _, language_of
from perille.core.permissions import require
from perille.groups.models import Group
from perille.groups.services import MANAGE, group_of
from perille.people.current import current_memberships, the_account

#: In front of the pages of an organisation's groups, and of one group.
GROUPS = "/<lang:lang>/organisations/<uuid:organisation_id>/groups"
GROUP = f"{GROUPS}/<uuid:group_id>"


def manage(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let only those use a view who may lead groups in the organisation of the address, which the view is not told again."""

    @require(MANAGE)
    @wraps(view)
    def guarded(*args: object, organisation_id: UUID, **values: object) -> Response:
        g.organisation_id = organisation_id
        lead_on(lambda: (url_for("groups.index", lang=language_of()), _("My groups")))
        return view(*args, **values)

    return guarded


def this_organisation() -> UUID:
    """Return the organisation of the address, for a view that `manage` guards."""
    found: UUID = g.organisation_id
    return found


def the_group(group_id: UUID, *, lock: bool = False) -> Group:
    """Return the group of the address; raise NotFound. *lock*: hold it against others who write."""
    group = group_of(db.session, the_account(), group_id, held=current_memberships(), lock=lock)
    if group.organisation_id != this_organisation():
        raise NotFound(_("There is no such group."))
    return group


def stay_in_organisation(blueprint: Blueprint) -> None:
    """Let links between pages of groups keep the organisation of the address."""

    @blueprint.url_defaults
    def fill_in(endpoint: str, values: dict[str, object]) -> None:
        if "organisation_id" in g and current_app.url_map.is_endpoint_expecting(endpoint, "organisation_id"):
            values.setdefault("organisation_id", g.organisation_id)
