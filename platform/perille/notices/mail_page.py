"""The administrators' page of e-mails: the mail server, a test mail, and what waits."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.dates import moment
from perille.core.extensions import db
from perille.core.i18n import language_of
from perille.core.permissions import require
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store, see_other
from perille.notices import outbox
from perille.notices.by_email import EMAIL
from perille.notices.forms import MailServerForm, TestMailForm
from perille.notices.kinds import TEST
from perille.notices.models import NoticeState
from perille.notices.notifiers import current_notifier
from perille.notices.own_address import own_address
from perille.notices.server import NAMES, mail_server, sealed_password
from perille.notices.services import queue
from perille.notices.status import sent_tests
from perille.operator.saving import save_settings
from perille.operator.services import saved_values

blueprint = Blueprint("mail", __name__)
MANAGE = "notices.mail"


@blueprint.get("/<lang:lang>/manage/mail")
@require(MANAGE)
def show(lang: str) -> Response:
    """Show the mail server without its password, how the last test mails went, and how many e-mails wait."""
    saved = saved_values(db.session, NAMES)
    counts = outbox.counts(db.session())
    body = render_template(
        "notices/mail.html",
        server=mail_server(db.session),
        other=current_notifier() if current_notifier() is not EMAIL else None,
        by_page=bool(saved.get("mail_host")),
        form=kept_or(MailServerForm, data=saved | {"mail_password": ""}),
        has_password=bool(saved.get("mail_password")),
        test=kept_or(TestMailForm, data={"to": own_address()()}),
        tests=sent_tests(db.session()),
        numbers={state: sum(n for (each, _why), n in counts.items() if each is state) for state in NoticeState},
        moment=lambda at: moment(at, language_of(), ""),
    )
    return no_store(make_response(body))


@blueprint.post("/<lang:lang>/manage/mail")
@require(MANAGE)
def save_server(lang: str) -> Response:
    """Save the mail server; an empty password leaves the one that is kept."""
    form = MailServerForm(request.form)
    here = url_for(".show", lang=lang)
    if not form.validate():
        return see_form_again(here, form)
    values = {name: str(form[name].data or "") for name in NAMES}
    if not values["mail_host"]:
        values = dict.fromkeys(NAMES, "")
    elif values["mail_password"]:
        values["mail_password"] = sealed_password(values["mail_password"])
    elif values["mail_user"]:
        del values["mail_password"]
    return save_settings(values, here)


@blueprint.post("/<lang:lang>/manage/mail/test")
@require(MANAGE)
def send_test(lang: str) -> Response:
    """Put a test mail into the outbox."""
    form = TestMailForm(request.form)
    here = url_for(".show", lang=lang)
    if not form.validate():
        return see_form_again(here, form)
    queue(db.session, kind=TEST, to=form.to.data or "", locale=lang)
    return no_store(see_other(f"{here}#tests"))
