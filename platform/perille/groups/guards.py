"""Which organisation a page of a group is about, and the group itself, for whoever is signed in."""

from __future__ import annotations

from uuid import UUID

from flask import g

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.groups.models import Group
from perille.groups.services import group_of, organisations_led
from perille.people.current import current_account, the_account


def led_organisation(*_args: object, group_id: UUID | None = None, **_values: object) -> UUID | None:
    """Return the organisation of the group in the address.

    For a group of others, and for one that does not exist, that of whoever asks: the page then answers both alike, with 404.
    """
    account = current_account()
    if account is None:
        return None
    if group_id is not None:
        try:
            g.group = group_of(db.session, account, group_id)
        except NotFound:
            g.pop("group", None)
        else:
            return the_group(group_id).organisation_id
    return next(iter(organisations_led(db.session, account.id)), None)


def the_group(group_id: UUID, *, lock: bool = False) -> Group:
    """Return the group of the address; raise NotFound. *lock*: hold it against others who write."""
    known: Group | None = g.get("group")
    if not lock and known is not None and known.id == group_id and known in db.session:
        return known
    return group_of(db.session, the_account(), group_id, lock=lock)
