"""Sharing a certificate: the holder opens a link and takes it back; whoever has it reads the certificate with its name."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, redirect, render_template, url_for

from perille.core.dates import long_date, today
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _, language_of
from perille.core.web.templating import lang_attributes
from perille.credentials import services
from perille.credentials.blueprint import CERTIFICATE, blueprint
from perille.credentials.certificate_text import details_of, hours_and_minutes, notice, shown_title, subject_in
from perille.credentials.codes import pretty
from perille.credentials.models import Credential
from perille.credentials.services import CredentialState
from perille.credentials.shares import share as open_link
from perille.credentials.shares import shared_credential, take_back
from perille.credentials.verify_views import edition_of, summary_of
from perille.credentials.views import certificate_address, end_of


@blueprint.post(CERTIFICATE + "/share")
def create_share(lang: str, kind: str, slug: str) -> Response:
    """Open a link."""
    end = end_of(kind, slug, lang)
    open_link(db.session, _own(end.credential))
    return make_response(redirect(f"{certificate_address(end.place)}#share", 303))


@blueprint.post(CERTIFICATE + "/share/<uuid:share_id>/end")
def revoke_share(lang: str, kind: str, slug: str, share_id: UUID) -> Response:
    """Take a link back."""
    end = end_of(kind, slug, lang)
    take_back(db.session, _own(end.credential), share_id)
    return make_response(redirect(f"{certificate_address(end.place)}#share", 303))


@blueprint.get("/<lang:lang>/shared/<token>")
def shared_certificate(lang: str, token: str) -> Response:
    """Show the certificate of a link with all that stands on the paper."""
    credential = shared_credential(db.session, token)
    if credential is None:
        raise NotFound(_("This link shows nothing any more. Its holder has taken it back, or it is not whole."))
    language = language_of()
    summary = summary_of(credential)
    title, title_language = shown_title(credential, summary)
    subject, subject_language = subject_in(credential, None, language)
    state = services.state(credential, today())
    body = render_template(
        "credentials/shared.html",
        name=credential.printed_name,
        title=title,
        title_lang="" if title_language == language else lang_attributes(title_language),
        subject=subject,
        subject_lang="" if subject_language == language else lang_attributes(subject_language),
        time=hours_and_minutes(credential.minutes),
        day=long_date(credential.awarded_on, language),
        details=list(details_of(credential, edition_of(credential), language)),
        issuer=credential.issuer,
        logo=credential.logo,
        state=state.value,
        counts=state is CredentialState.VALID,
        code=pretty(credential.code),
        verify_url=url_for(".verification", code=pretty(credential.code), lang=language),
        notice=notice(credential, summary),
    )
    return make_response(body)


def _own(credential: Credential | None) -> Credential:
    if credential is None:
        raise NotFound(_("There is no certificate yet. Open the course to see what is left."))
    return credential
