"""The page on which an organisation's coordinators, and administrators, say by which service its people sign in."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request, url_for
from wtforms import Form, PasswordField, StringField, ValidationError

from perille.core.current import current_config
from perille.core.errors import BadRequest, Conflict
from perille.core.extensions import db
from perille.core.i18n import _, lazy_gettext
from perille.core.letters import is_line
from perille.core.permissions import require
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import see_other
from perille.core.web.site_address import external_url
from perille.people.current import the_account
from perille.people.organisations import find_organisation
from perille.people.permissions import Action
from perille.people.sign_in import oidc
from perille.people.sign_in.blueprint import blueprint, page
from perille.people.sign_in.oidc_views import provider_seal

_SERVICES = "/<lang:lang>/manage/organisations/<uuid:organisation_id>/sign-in"
_LINE = {"dir": "auto", "autocomplete": "off", "required": True}
_ADDRESS = {"dir": "ltr", "autocomplete": "off", "required": True, "inputmode": "url"}


class ProviderForm(Form):
    """A sign-in service (OpenID Connect)."""

    name = StringField(
        lazy_gettext("Name on the button"),
        description=lazy_gettext("Such as the name of your organisation."),
        render_kw={**_LINE, "maxlength": 120},
    )
    issuer = StringField(
        lazy_gettext("Address of the service (issuer)"),
        description=lazy_gettext("It looks like https://login.example.org."),
        render_kw={**_ADDRESS, "maxlength": 1000},
    )
    client_id = StringField(lazy_gettext("Client ID"), render_kw={**_ADDRESS, "maxlength": 300})
    client_secret = PasswordField(
        lazy_gettext("Client secret"),
        description=lazy_gettext("Leave this empty where the service gave you none."),
        render_kw={"dir": "ltr", "autocomplete": "off", "maxlength": 1000},
    )

    def validate_name(self, field: StringField) -> None:
        """Take a name of one line."""
        field.data = " ".join((field.data or "").split())
        if not field.data or not is_line(field.data) or len(field.data) > 120:
            raise ValidationError(_("Please write a name."))

    def validate_client_id(self, field: StringField) -> None:
        """Take what the service calls this site."""
        field.data = (field.data or "").strip()
        if not field.data or not field.data.isprintable() or len(field.data) > 300:
            raise ValidationError(_("Please write the client ID that the service gave you."))


@blueprint.get(_SERVICES)
@require(Action.PEOPLE_SIGN_IN)
def provider_list(lang: str, organisation_id: UUID) -> Response:
    """List the services of an organisation, with a form for a new one."""
    find_organisation(db.session, organisation_id)
    return page(
        "services",
        form=kept_or(ProviderForm),
        providers=oidc.providers_of(db.session, organisation_id),
        organisation_id=organisation_id,
        return_address=external_url("sign_in.oidc_callback"),
    )


@blueprint.post(_SERVICES)
@require(Action.PEOPLE_SIGN_IN)
def create_provider(lang: str, organisation_id: UUID) -> Response:
    """Let an organisation's people sign in with a service."""
    find_organisation(db.session, organisation_id)
    form = ProviderForm(request.form)
    if not form.validate() or not _added(form, organisation_id):
        return see_form_again(url_for(".provider_list", lang=lang, organisation_id=organisation_id), form)
    return see_other(url_for(".provider_list", lang=lang, organisation_id=organisation_id))


def _added(form: ProviderForm, organisation_id: UUID) -> bool:
    """Add the service of a valid form; False where it cannot be, and the form says why."""
    try:
        oidc.add_provider(
            db.session,
            organisation_id,
            name=form.name.data or "",
            issuer=form.issuer.data or "",
            client_id=form.client_id.data or "",
            client_secret=(form.client_secret.data or "").strip(),
            seal=provider_seal(),
            loopback=not current_config().production,
            by=the_account().id,
        )
    except BadRequest:
        form.issuer.errors = [_("This is no address of a sign-in service. It looks like https://login.example.org.")]
        return False
    except Conflict:
        form.issuer.errors = [_("This service is in use already.")]
        return False
    return True


@blueprint.post(f"{_SERVICES}/<uuid:provider_id>/remove")
@require(Action.PEOPLE_SIGN_IN)
def delete_provider(lang: str, organisation_id: UUID, provider_id: UUID) -> Response:
    """Take a service away; its people keep their accounts, and sign in by e-mail."""
    oidc.remove_provider(db.session, organisation_id, provider_id, by=the_account().id)
    return see_other(url_for(".provider_list", lang=lang, organisation_id=organisation_id))
