"""The page on which an administrator has a person erased, sees what came of it, and says that the clock is right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select

from perille.accounts.models import Role
from perille.accounts.views import current_account, require_role
from perille.administration.services import moment
from perille.core.database import utcnow
from perille.core.errors import BadRequest, PerilleError
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.kept_form import kept_form, see_again
from perille.privacy.erasing import COUNTED, ask
from perille.privacy.models import Erasure
from perille.privacy.people import Known, find_target
from perille.privacy.retention import believe_clock

blueprint = Blueprint("erasures", __name__)
_ERASURES = "/<lang:lang>/manage/erasures"
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
#: Erasures that the page shows.
_SHOWN = 50


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Leave no copy behind, neither in a browser nor in a search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get(_ERASURES)
@require_role(Role.ADMINISTRATOR)
def erasures(lang: str) -> Response:
    """Show the form, and what came of earlier erasures; no identifier of anybody is among it."""
    kept = kept_form("erase")
    return _page(text=kept.data.get("who", ""), error=kept.error) if kept is not None else _page()


@blueprint.post(_ERASURES)
@require_role(Role.ADMINISTRATOR)
def erase(lang: str) -> Response:
    """Note that a person is to be erased; it is done within seconds."""
    text = request.form.get("who", "")
    try:
        if request.form.get("sure") != "yes":
            raise BadRequest(_("Nothing was deleted. Mark the box first if you are sure."))
        target = find_target(db.session, read_identifiers(text))
    except PerilleError as error:
        return see_again(url_for(".erasures", lang=lang), "erase", errors={"": [error.message]}, without=("sure",))
    account = current_account()
    assert account is not None  # `require_role` has let them in
    ask(db.session, account.id, target)
    return make_response(redirect(url_for(".erasures", lang=lang), 303))


@blueprint.post("/<lang:lang>/manage/retention")
@require_role(Role.ADMINISTRATOR)
def clock_is_right(lang: str) -> Response:
    """Take the administrator's word that the clock is right."""
    account = current_account()
    assert account is not None  # `require_role` has let them in
    believe_clock(db.session, account.id, utcnow())
    return make_response(redirect(url_for("administration.overview", lang=lang), 303))


def read_identifiers(text: str) -> Known:
    """Read identifiers of one person, one on each line, each known by its form; raise BadInput.

    >>> read_identifiers("https://lms.example anna").accounts
    (('https://lms.example', 'anna'),)
    """
    found: dict[str, list[Any]] = {"numbers": [], "mailboxes": [], "sha1s": [], "openids": [], "accounts": []}
    for line in filter(None, map(str.strip, text.splitlines())):
        kind, value = _identifier(line)
        found[kind].append(value)
    if not any(found.values()):
        raise BadRequest(_("Please write at least one identifier."))
    return Known(**{kind: tuple(values) for kind, values in found.items()})


def _identifier(line: str) -> tuple[str, Any]:
    if _SHA1.fullmatch(line):
        return "sha1s", line
    try:
        return "numbers", UUID(line)
    except ValueError:
        pass
    home, _space, name = line.partition(" ")
    if ":" in home and name.strip():
        return "accounts", (home, name.strip())
    if "@" in line and not line.startswith(("http:", "https:")):
        return "mailboxes", line
    if ":" in line:
        return "openids", line
    raise BadRequest(_("This is no identifier: %(line)s", line=line[:100]))


def _page(*, text: str = "", error: str = "") -> Response:
    rows = db.session.scalars(
        select(Erasure).where(Erasure.account_id.is_not(None)).order_by(Erasure.id.desc()).limit(_SHOWN)
    )
    body = render_template(
        "administration/erasures.html", text=text, error=error, rows=[_row(row) for row in rows], moment=moment
    )
    return make_response(body)


def _row(row: Erasure) -> Mapping[str, Any]:
    report: Any = row.report or {}
    proof = report.get("proof", {})
    left = {**proof.get("tables", {}), **proof.get("files", {})}
    done = row.finished_at is not None
    counts = [report.get(name, 0) for name in ("learners", *COUNTED)]
    found = bool(report) and any(counts)
    return {"asked_at": row.asked_at, "done": done, "found": found, "left": left, "report": report}
