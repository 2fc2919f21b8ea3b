"""Keeping progress, opening it on another phone, and forgetting it."""

from __future__ import annotations

import segno
from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from perille.config import Config
from perille.enrolment.cookies import current_learner, forget, remember
from perille.enrolment.forms import CodeForm
from perille.enrolment.services import (
    group_digits,
    learner_of_code,
    make_resume_code,
    read_digits,
    seen,
)
from perille.errors import BadInput
from perille.extensions import db
from perille.i18n import _
from perille.pages import Later, today
from perille.privacy.erasing import forget as forget_learner
from perille.ratelimit import guard

blueprint = Blueprint("enrolment", __name__)


@blueprint.get("/<lang:lang>/keep")
def keep(lang: str) -> Response:
    """Offer a code that opens this progress on another phone."""
    return _fresh(make_response(render_template("enrolment/keep.html", learner=current_learner(), code="", qr="")))


@blueprint.post("/<lang:lang>/keep")
def make_code(lang: str) -> Response:
    """Make the code and show it, once; an earlier one ends."""
    learner = current_learner()
    if learner is None:
        return make_response(redirect(url_for(".keep", lang=lang), 303))
    config: Config = current_app.config["PERILLE"]
    code = make_resume_code(db.session, learner, config.secret_keys[0])
    # The code stands behind "#": a browser sends that part to nobody.
    address = f"{config.site_url or request.host_url.rstrip('/')}{url_for('.resume', lang=lang)}#{code}"
    return Later(lambda: _fresh(_code_page(code, address)))


def _code_page(code: str, address: str) -> Response:
    picture = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass=None, lineclass=None)
    return make_response(
        render_template("enrolment/keep.html", learner=True, code=group_digits(code), qr=Markup(picture))  # noqa: S704  (made here)
    )


@blueprint.get("/<lang:lang>/resume")
def resume(lang: str) -> Response:
    """Ask for the code."""
    return _fresh(make_response(render_template("enrolment/resume.html", form=CodeForm(), error="")))


@blueprint.post("/<lang:lang>/resume")
def open_code(lang: str) -> Response:
    """Open the progress of a code on this phone; guessing slows down."""
    trial = guard("resume", burst=40, per_minute=10)
    form = CodeForm(request.form)
    text = form.code.data or ""
    config: Config = current_app.config["PERILLE"]
    learner = learner_of_code(db.session, text, config.secret_keys)
    if learner is None:
        return _fresh(
            make_response(render_template("enrolment/resume.html", form=form, error=_why(text)), BadInput.status)
        )
    trial.succeeded()
    g.learner = learner
    seen(learner, today())
    target = url_for("catalogue.home", lang=lang)
    return remember(make_response(redirect(target, 303)), learner)


def _why(text: str) -> str:
    count = len(read_digits(text))
    if count == 0:
        return _("Type the sixteen digits of your code.")
    if count != 16:
        return _("A code has sixteen digits. You typed %(count)s.", count=count)
    return _("We do not know this code. Look at each digit again. A newer code ends the older one.")


@blueprint.post("/<lang:lang>/forget")
def forget_me(lang: str) -> Response:
    """Delete all that is kept under this learner's number."""
    learner = current_learner()
    if request.form.get("sure") != "yes":
        raise BadInput(_("Nothing was deleted. Mark the box first if you are sure."))
    if learner is not None:
        forget_learner(db.session, learner)
    g.learner = None
    return forget(_fresh(make_response(redirect(url_for(".forgotten", lang=lang), 303))))


@blueprint.get("/<lang:lang>/forgotten")
def forgotten(lang: str) -> Response:
    """Say that it is done."""
    return _fresh(make_response(render_template("enrolment/forgotten.html")))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
