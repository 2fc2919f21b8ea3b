"""What a form of settings does when it can be used."""

from __future__ import annotations

from flask import Response

from perille.core.extensions import db
from perille.core.site import announce_change
from perille.core.web.deferred import DeferredResponse
from perille.core.web.responses import see_other
from perille.operator.services import save
from perille.people.audit import audit
from perille.people.current import the_account


def save_settings(values: dict[str, str], address: str) -> Response:
    """Save settings, write down who did it, and lead on; all processes hear of it after the commit."""
    if not save(db.session, values):
        return see_other(address)
    audit(db.session, the_account().id, "site.changed", count=len(values))

    def announce() -> Response:
        announce_change()
        return see_other(address)

    return DeferredResponse(announce)
