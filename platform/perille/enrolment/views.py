"""Keeping progress with a code on paper, opening it again, and deleting it."""

from __future__ import annotations

from datetime import datetime

import segno
from flask import Blueprint, Response, make_response, render_template, request, url_for
from markupsafe import Markup

from perille.core.current import current_config
from perille.core.dates import long_date
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.ratelimit import rate_limit
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.leaving import reopen
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store
from perille.core.web.site_address import external_url
from perille.enrolment.accounts import account_keeping, session_holding
from perille.enrolment.code_digits import group_digits
from perille.enrolment.cookies import (
    can_reopen,
    cookie_phone_ids,
    current_learner,
    current_phone,
    keep_phones,
    locked_phones,
    phones_to_wake,
    profiles,
    sleeping_phones,
)
from perille.enrolment.forms import CodeForm
from perille.enrolment.models import Learner
from perille.enrolment.phone_views import open_here, see
from perille.enrolment.phones import phones_of, tell_apart
from perille.enrolment.room_codes import keys_of_rooms
from perille.enrolment.services import end_resume_code, learner_of_code, make_resume_code, resume_code

blueprint = Blueprint("enrolment", __name__)


@blueprint.get("/<lang:lang>/keep")
def progress_access(lang: str) -> Response:
    """Show how this progress is kept: the code on paper, other phones, and once what was just made."""
    phone = current_phone()
    if phone is None:
        return no_store(make_response(render_template("enrolment/keep.html", learner=None)))
    made, token = shown_once("code"), shown_once("token")
    code = resume_code(db.session, phone.learner)
    phones = phones_of(db.session, phone.learner_id)
    body = render_template(
        "enrolment/keep.html",
        learner=phone.learner,
        code=group_digits(str(made)) if made else "",
        qr=_picture(lang, str(token)) if token else "",
        made_on=_day(code.created_at, lang) if code is not None else "",
        works_until=_day(code.expires_at, lang) if code is not None and code.expires_at else "",
        this=phone,
        phones=phones,
        profiles=[*profiles(), *locked_phones()],
        days={each.id: _day(each.joined_at, lang) for each in phones},
        in_account=account_keeping()(db.session, phone.learner_id) is not None,
        is_signed_in=session_holding()(),
    )
    return no_store(make_response(body))


def _day(at: datetime, lang: str) -> str:
    return long_date(at.date(), lang)


def _picture(lang: str, token: str) -> Markup:
    address = external_url("phones.confirm_join", lang=lang, token=token)
    picture = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(picture)  # noqa: S704  (made here)


@blueprint.post("/<lang:lang>/keep")
def create_resume_code(lang: str) -> Response:
    """Make a code, which the next page shows once. An earlier one ends, so the person is asked first where there is one."""
    learner = current_learner()
    here = url_for(".progress_access", lang=lang)
    if learner is None:
        return see(here)
    if request.form.get("sure") != "yes" and resume_code(db.session, learner) is not None:
        return see(url_for(".confirm_new_code", lang=lang))
    return show_once(here, "code", make_resume_code(db.session, learner, current_config().resume_keys[0]))


@blueprint.get("/<lang:lang>/keep/new")
def confirm_new_code(lang: str) -> Response:
    """Ask before a code is made that ends the one on paper."""
    learner = current_learner()
    code = resume_code(db.session, learner) if learner is not None else None
    if code is None:
        return see(url_for(".progress_access", lang=lang))
    return no_store(make_response(render_template("enrolment/new_code.html", made_on=_day(code.created_at, lang))))


@blueprint.post("/<lang:lang>/keep/end")
def revoke_resume_code(lang: str) -> Response:
    """End the code: what is on paper opens nothing any more."""
    learner = current_learner()
    if learner is not None:
        end_resume_code(db.session, learner)
    return see(url_for(".progress_access", lang=lang))


@blueprint.get("/<lang:lang>/resume")
def resume_form(lang: str) -> Response:
    """Ask for the code; a browser that was left can be reopened."""
    body = render_template("enrolment/resume.html", form=kept_or(CodeForm), left=can_reopen())
    return no_store(make_response(body))


@blueprint.post("/<lang:lang>/resume/here")
def reopen_left_phone(lang: str) -> Response:
    """Go on on a phone that was left, perhaps by a mistaken press. Progress that has a code is opened by its code alone."""
    here = see(url_for("catalogue.home", lang=lang))
    waking = phones_to_wake()
    # Who began here meanwhile may have the picture of who was asleep: a form says by its picture for whom it was made.
    tell_apart([*waking, *profiles(), *locked_phones()])
    ids = [each.id for each in waking]
    return keep_phones(here, [*ids, *cookie_phone_ids()]) if waking or sleeping_phones() else reopen(here)


@blueprint.post("/<lang:lang>/resume")
def redeem_resume_code(lang: str) -> Response:
    """Open the progress of a code on this phone; guessing slows down."""
    trial = rate_limit("resume", burst=40, per_minute=10)
    form = CodeForm(request.form)
    learner = _learner_of(form) if form.validate() else None
    if learner is None:
        return see_form_again(url_for(".resume_form", lang=lang), form)
    trial.succeeded()
    return open_here(learner, lang)


def _learner_of(form: CodeForm) -> Learner | None:
    """Return whose code was typed; where nobody's was, the form says so."""
    learner = learner_of_code(db.session, form.code.data or "", current_config().resume_keys, keys_of_rooms)
    if learner is None:
        unknown = _(
            "We do not know this code. Look at each digit again. A newer code ends the older one, and a code ends after a year."
        )
        form.code.errors = [unknown]
    return learner
