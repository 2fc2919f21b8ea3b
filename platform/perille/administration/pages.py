"""What every page of the administrators needs."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, render_template

from perille.administration import services
from perille.administration.services import ClientState
from perille.administration.store_forms import SCOPES
from perille.core.i18n import _
from perille.people.current import the_account


def page(name: str, status: int = 200, **words: object) -> Response:
    """Make a page of the administrators' own."""
    body = render_template(
        f"administration/{name}.html",
        moment=services.moment,
        scopes=SCOPES,
        states=_state_words(),
        ClientState=ClientState,
        **words,
    )
    return make_response(body, status)


def _state_words() -> dict[ClientState, str]:
    return {
        ClientState.ACTIVE: _("In use"),
        ClientState.EXPIRED: _("Expired"),
        ClientState.REVOKED: _("Withdrawn"),
    }


def account_id() -> UUID:
    """Return the id of the account that is signed in; for a view that `require` guards."""
    return the_account().id
