"""The administrators' pages of what the record store holds: searched, read, saved.

What learners answered is shown only to who has asked for that one statement: asking is a POST, which is noted in the audit table, as the
page "Your data" promises. So is saving.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from perille.administration.forms import SearchForm
from perille.administration.pages import account_id, page
from perille.administration.readable import ReadableNames, wishes_of
from perille.administration.statement_search import (
    address_of,
    numbers_of,
    person_shown,
    read_cursor,
    read_search,
    typed,
    verbs_named,
)
from perille.core.database import utcnow
from perille.core.errors import BadRequest, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.deferred import DeferredResponse
from perille.core.web.rejected_form import again, kept_form, see_form_again
from perille.core.web.responses import keep_private, see_other
from perille.lrs.services import default_store
from perille.lrs.viewer import saving
from perille.lrs.viewer.detail import StatementDetail, find_statement
from perille.lrs.viewer.lines import StatementLine, lines_of
from perille.lrs.viewer.search import StatementSearch, find_page
from perille.people.audit import audit
from perille.people.models import AuditEntry
from perille.people.permissions import Action, require

blueprint = Blueprint("statements", __name__)
blueprint.after_request(keep_private)
_STATEMENTS = "/<lang:lang>/manage/statements"
_ONE = f"{_STATEMENTS}/<uuid:statement_id>"
_OPENED = "lrs-statement.opened"
#: How long an answer that was opened stays open for the account that did it.
OPEN_FOR = timedelta(hours=1)


@blueprint.get(_STATEMENTS)
@require(Action.RECORD_READ)
def index(lang: str) -> Response:
    """Show a page of what a search finds; without one the newest, which a script keeps up to date."""
    if (kept := kept_form(SearchForm.__name__)) is not None:
        return _search_page(lang, typed(kept.data, kept.data.get("person", "")), None, form=again(SearchForm, kept))
    values = typed(request.args, request.args.get("person", ""))
    form = SearchForm(MultiDict(values))
    try:
        asked, cursor = read_search(values), read_cursor(request.args)
    except BadRequest as error:
        if form.validate():
            form.form_errors = [error.message]
        return _search_page(lang, values, None, form=form, status=BadRequest.status)
    found = find_page(db.session, default_store(db.session), asked, before=cursor.before, after=cursor.after)
    lines = lines_of(db.session, default_store(db.session), found.found, wishes_of(lang))
    live = not values and cursor.before is None and cursor.after is None
    around = {name: _link(lang, values, name, found) for name in ("older", "newer")}
    return _search_page(lang, values, asked, form=form, lines=lines, live=live, around=around)


@blueprint.get(f"{_STATEMENTS}/rows")
@require(Action.RECORD_READ)
def newest_rows(lang: str) -> Response:
    """Return the rows of the newest statements alone, for the script."""
    store_id = default_store(db.session)
    found = find_page(db.session, store_id, StatementSearch())
    return page(
        "_rows", statements=lines_of(db.session, store_id, found.found, wishes_of(lang)), naming=ReadableNames(lang)
    )


@blueprint.post(_STATEMENTS)
@require(Action.RECORD_READ)
def search(lang: str) -> Response:
    """Take the form, and lead to the address of the search, in which nobody's identifier stands."""
    form = SearchForm(request.form)
    verbs = form.verb.data = verbs_named(db.session, (form.verb.data or "").strip(), lang)
    if not form.validate():
        return see_form_again(url_for(".index", lang=lang), form)
    person = (form.who.data or "").strip()
    values = typed(
        {**request.form, "verb": verbs}, numbers_of(db.session, person) if person else form.person.data or ""
    )
    return see_other(url_for(".index", lang=lang) + address_of(values))


@blueprint.post(f"{_STATEMENTS}/save")
@require(Action.RECORD_EXPORT)
def export(lang: str) -> Response:
    """Give all that a search finds as a file, and note who took it."""
    values = typed(request.form, request.form.get("person", ""))
    asked, as_csv = read_search(values), request.form.get("form") == "csv"
    store_id, engine = default_store(db.session), db.engine
    audit(
        db.session, account_id(), "lrs-statements.saved", file="csv" if as_csv else "json", searched_by=sorted(values)
    )

    def make() -> Response:
        body: Iterator[bytes] = (saving.csv_rows if as_csv else saving.json_lines)(engine, store_id, asked)
        return _file(body, "csv" if as_csv else "jsonl", "text/csv; charset=utf-8" if as_csv else "application/jsonl")

    return DeferredResponse(make)


def _file(body: Iterator[bytes], ending: str, kind: str) -> Response:
    name = f"statements-{utcnow():%Y-%m-%d-%H%M}.{ending}"
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.get(_ONE)
@require(Action.RECORD_READ)
def show(lang: str, statement_id: UUID) -> Response:
    """Show one statement, and what stands around it; its answer where this account has opened it."""
    found = _found(lang, statement_id)
    shown = not found.line.has_answer or _is_open(statement_id)
    return page("statement", statement=found, shown=shown, naming=ReadableNames(lang))


@blueprint.post(_ONE)
@require(Action.RECORD_ANSWERS)
def open_answer(lang: str, statement_id: UUID) -> Response:
    """Open the answer in a statement, and note who did it."""
    _found(lang, statement_id)
    audit(db.session, account_id(), _OPENED, None, statement_id)
    return see_other(url_for(".show", lang=lang, statement_id=statement_id))


def _found(lang: str, statement_id: UUID) -> StatementDetail:
    found = find_statement(db.session, default_store(db.session), statement_id, wishes_of(lang))
    if found is None:
        raise NotFound(_("There is no such statement."))
    return found


def _is_open(statement_id: UUID) -> bool:
    """Tell whether this account has opened the statement lately."""
    lately = select(AuditEntry.id).where(AuditEntry.at > utcnow() - OPEN_FOR, AuditEntry.account_id == account_id())
    query = lately.where(AuditEntry.action == _OPENED, AuditEntry.target_id == statement_id)
    return db.session.scalar(query.limit(1)) is not None


def _link(lang: str, values: dict[str, str], name: str, found: object) -> str | None:
    seq = getattr(found, name)
    place = {"before" if name == "older" else "after": seq}
    return None if seq is None else url_for(".index", lang=lang) + address_of(values, **place)


def _search_page(
    lang: str,
    values: dict[str, str],
    asked: StatementSearch | None,
    *,
    form: SearchForm,
    status: int = 200,
    lines: list[StatementLine] | None = None,
    live: bool = False,
    around: dict[str, str | None] | None = None,
) -> Response:
    return page(
        "statements",
        status,
        values=values,
        person=person_shown(db.session, asked) if asked is not None else "",
        statements=lines or [],
        live=live,
        around=around or {},
        form=form,
        naming=ReadableNames(lang),
    )
