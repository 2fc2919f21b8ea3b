"""The page behind the link in an e-mail: it shows the switches to whoever opens it, and only a press changes one."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.current import current_config
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _, language_of
from perille.core.web.responses import no_store, see_other
from perille.notices.person import Person, read
from perille.notices.services import kinds_for, switch, switched_off

blueprint = Blueprint("notices", __name__)
#: Endpoints whose address is the proof: mail programs press them without a page of ours (RFC 8058 3.2).
ONE_CLICK = "notices.one_click_unsubscribe"


def _known(token: str) -> tuple[Person, str]:
    found = read(token, current_config().secret_keys)
    if found is None:
        raise NotFound(_("This link is not whole. Open it from the e-mail once more."))
    return found


@blueprint.get("/<lang:lang>/notices/<token>")
def preferences(lang: str, token: str) -> Response:
    """Show which kinds of e-mail a person gets; nothing is changed by opening it."""
    person, came_with = _known(token)
    kinds = sorted(kinds_for(db.session, person, came_with), key=lambda kind: kind.name != came_with)
    body = render_template(
        "notices/switches.html",
        kinds=kinds,
        signs_in=person.account_id is not None,
        off=switched_off(db.session, person),
        action=url_for(".save_preference", lang=lang, token=token),
    )
    return no_store(make_response(body))


@blueprint.post("/<lang:lang>/notices/<token>")
def save_preference(lang: str, token: str) -> Response:
    """Switch a kind off, or on again."""
    person, _came_with = _known(token)
    _switch(person, request.form.get("kind", ""), off=request.form.get("do") != "on")
    return no_store(see_other(url_for(".preferences", lang=lang, token=token)))


@blueprint.get("/notices/<token>")
def redirect_to_preferences(token: str) -> Response:
    """Lead whoever opens the mail program's address to the page."""
    _known(token)
    return no_store(see_other(url_for(".preferences", lang=language_of(), token=token)))


@blueprint.post("/notices/<token>")
def one_click_unsubscribe(token: str) -> Response:
    """Switch off the kind that the e-mail was of: a mail program sends this, without cookie, Origin or redirect (RFC 8058 3.1)."""
    person, kind = _known(token)
    if request.form.get("List-Unsubscribe") != "One-Click":
        return no_store(see_other(url_for(".preferences", lang=language_of(), token=token)))
    _switch(person, kind, off=True)
    return no_store(Response(status=204))


def _switch(person: Person, kind: str, *, off: bool) -> None:
    try:
        switch(db.session, person, kind, off=off)
    except LookupError:
        raise NotFound(_("This kind of e-mail cannot be switched off.")) from None
