"""The page on which an administrator has a person erased, sees what came of it, and says that the clock is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy import select

from perille.administration.forms import ErasureForm
from perille.administration.services import moment
from perille.core.database import utcnow
from perille.core.errors import PerilleError
from perille.core.extensions import db
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import keep_private, see_other
from perille.people.current import the_account
from perille.people.permissions import Action, require
from perille.privacy.erasing import COUNTED, request_erasure
from perille.privacy.models import Erasure
from perille.privacy.people import ErasureTarget, find_target
from perille.privacy.retention import believe_clock

blueprint = Blueprint("erasures", __name__)
_ERASURES = "/<lang:lang>/manage/erasures"
#: Erasures that the page shows.
_SHOWN = 50
blueprint.after_request(keep_private)


@blueprint.get(_ERASURES)
@require(Action.PRIVACY_ERASE)
def erasures(lang: str) -> Response:
    """Show the form, and what came of earlier erasures; no identifier of anybody is among it."""
    return _page(kept_or(ErasureForm))


@blueprint.post(_ERASURES)
@require(Action.PRIVACY_ERASE)
def erase(lang: str) -> Response:
    """Note that a person is to be erased; it is done within seconds."""
    form = ErasureForm(request.form)
    target = _target(form) if form.validate() else None
    if target is None:
        return see_form_again(url_for(".erasures", lang=lang), form, without=("sure",))
    request_erasure(db.session, the_account().id, target)
    return see_other(url_for(".erasures", lang=lang))


def _target(form: ErasureForm) -> ErasureTarget | None:
    """Return whom the form means; where that is nobody, the form says so."""
    try:
        return find_target(db.session, form.known)
    except PerilleError as error:
        form.who.errors = [error.message]
        return None


@blueprint.post("/<lang:lang>/manage/retention")
@require(Action.PRIVACY_CLOCK)
def confirm_clock(lang: str) -> Response:
    """Take the administrator's word that the clock is right."""
    believe_clock(db.session, the_account().id, utcnow())
    return see_other(url_for("administration.overview", lang=lang))


def _page(form: ErasureForm) -> Response:
    rows = db.session.scalars(
        select(Erasure).where(Erasure.account_id.is_not(None)).order_by(Erasure.id.desc()).limit(_SHOWN)
    )
    body = render_template("administration/erasures.html", form=form, rows=[_row(row) for row in rows], moment=moment)
    return make_response(body)


def _row(row: Erasure) -> Mapping[str, Any]:
    report: Any = row.report or {}
    proof = report.get("proof", {})
    left = {**proof.get("tables", {}), **proof.get("files", {})}
    done = row.finished_at is not None
    counts = [report.get(name, 0) for name in ("learners", *COUNTED)]
    found = bool(report) and any(counts)
    return {"asked_at": row.asked_at, "done": done, "found": found, "left": left, "report": report}
