"""Who did what: for administrators everywhere, for coordinators in their own organisation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from perille.core.extensions import db
from perille.core.web.responses import keep_private
from perille.organisations.pages import page
from perille.people.audit import entries_of, entry_before
from perille.people.audit_words import action_words, detail_words
from perille.people.models import Account, AuditEntry, Organisation
from perille.people.organisations import find_organisation
from perille.people.permissions import Action, require

blueprint = Blueprint("audit", __name__)
blueprint.after_request(keep_private)
#: Entries on a page.
_PAGE = 100


@blueprint.get("/<lang:lang>/manage/audit")
@require(Action.AUDIT_INSTALLATION)
def installation_log(lang: str) -> Response:
    """Show what was done on the whole installation."""
    return _page(lang, None, url_for(".installation_log", lang=lang))


@blueprint.get("/<lang:lang>/organisations/<uuid:organisation_id>/audit")
@require(Action.AUDIT_READ)
def organisation_log(lang: str, organisation_id: UUID) -> Response:
    """Show what was done in one organisation."""
    here = url_for(".organisation_log", lang=lang, organisation_id=organisation_id)
    return _page(lang, find_organisation(db.session, organisation_id), here)


def _page(lang: str, organisation: Organisation | None, here: str) -> Response:
    number = organisation.id if organisation is not None else None
    before = entry_before(request.args.get("before", ""))
    rows = entries_of(db.session, number, everywhere=organisation is None, before=before, limit=_PAGE + 1)
    shown = rows[:_PAGE]
    return page(
        "audit",
        organisation=organisation,
        rows=shown,
        accounts=_accounts(shown, number),
        names={} if organisation is not None else _names(shown),
        action_words=action_words,
        detail_words=detail_words,
        older=f"{here}?before={shown[-1].id.hex}" if len(rows) > _PAGE else "",
    )


def _accounts(rows: list[AuditEntry], organisation_id: UUID | None) -> Mapping[UUID, Account]:
    """Return the accounts that entries name, to be called by what they are called today; one that is gone is a number."""
    numbers = {number for each in rows for number in (each.account_id, each.target_id) if number is not None}
    found = (db.session.get(Account, number) for number in numbers)
    return {each.id: each for each in found if each is not None}


def _names(rows: list[AuditEntry]) -> Mapping[UUID, str]:
    """Return the names of the organisations that entries are about, of those too that were deleted since."""
    about = {each.target_id for each in rows if each.target_id is not None and each.target_id == each.organisation_id}
    found = db.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(about)))
    return dict(found.all())
