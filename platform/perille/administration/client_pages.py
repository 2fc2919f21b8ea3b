"""The pages of the clients of one record store: the installation's own, or that of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, make_response, redirect, request, url_for

from perille.administration import services
from perille.administration.pages import account_id, page
from perille.administration.services import ClientState, ManagedStore, NewSecret
from perille.administration.store_forms import ClientForm
from perille.core.current import current_config
from perille.core.extensions import db
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.idempotency_key import secret_of_press
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import see_other
from perille.core.web.site_address import RECORD_STORE, site_address
from perille.lrs.clients import Peppers
from perille.lrs.services import peppers_of


@dataclass(frozen=True, slots=True)
class ClientPages:
    """What the views of a blueprint answer.

    Its endpoints are `clients`, `make_client`, `client`, `rotate_client`, `secret` and `revoke_client`.
    """

    blueprint: str
    #: What stands in each of their addresses.
    values: Mapping[str, object]
    store: ManagedStore

    def address(self, name: str, **more: object) -> str:
        """Return the address of one of the endpoints; for templates too."""
        return url_for(f"{self.blueprint}.{name}", **{**self.values, **more})  # type: ignore[arg-type]  # of no fixed names

    def listed(self, template: str, words: Mapping[str, object] | None = None) -> Response:
        """List the clients, with a form for a new one. *words*: what else the template needs."""
        clients = services.clients(db.session, self.store)
        return page(template, 200, pages=self, form=kept_or(ClientForm), clients=clients, **words or {})

    def make(self) -> Response:
        """Make a client, and lead to the page that shows its key and secret once."""
        form = ClientForm(request.form)
        if not form.validate():
            return see_form_again(self.address("clients"), form)
        name, by = form.name.data or "", account_id()
        about = (by, self.store.organisation_id or "", name, form.ends_on, *sorted(form.chosen))
        made = services.make_client(
            db.session,
            self.store,
            by,
            name=name,
            scopes=form.chosen,
            last_day=form.ends_on,
            peppers=_peppers(),
            seed=secret_of_press("record store client", *about),
        )
        return self._show_secret(made)

    def one(self, key: str) -> Response:
        """Show one client, and what can be done with it."""
        return page("client", pages=self, client=services.find_client(db.session, self.store, key))

    def rotate(self, key: str) -> Response:
        """Give a client a new secret, and lead to the page that shows it once."""
        if services.find_client(db.session, self.store, key).state is ClientState.REVOKED:
            # Somebody else was faster: the page says so.
            return see_other(self.address("client", key=key))
        return self._show_secret(services.rotate_client(db.session, self.store, account_id(), key, peppers=_peppers()))

    def secret(self, key: str) -> Response:
        """Show credentials that were just made; they are nowhere else, so the second look leads to the client's page."""
        view = services.find_client(db.session, self.store, key)
        shown = shown_once("secret")
        if shown is None:
            return make_response(redirect(self.address("client", key=key), 302))
        made = NewSecret(view.name, key, str(shown))
        return page("secret", pages=self, made=made, endpoint=f"{site_address()}{RECORD_STORE}/")

    def revoke(self, key: str) -> Response:
        """Withdraw a client's credentials."""
        if services.find_client(db.session, self.store, key).state is not ClientState.REVOKED:
            services.revoke_client(db.session, self.store, account_id(), key)
        return see_other(self.address("client", key=key))

    def _show_secret(self, made: NewSecret) -> Response:
        return show_once(self.address("secret", key=made.key), "secret", made.secret)


def _peppers() -> Peppers:
    return peppers_of(current_config().store_keys)
