"""Reports on the people of an organisation, ours and those of plugins: a table on a page, and the same as a file."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import Blueprint, Response

from perille.api import ReportDefinition, ReportRequest
from perille.core.countries import countries
from perille.core.dates import today
from perille.core.errors import NotFound, PerilleError, Unavailable
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.spreadsheet import separator_for, table_lines
from perille.core.web.responses import keep_private
from perille.organisations.pages import page
from perille.packs.source.first_of_name import Choices
from perille.people.organisations import find_organisation
from perille.people.permissions import Action, require

log = logging.getLogger(__name__)
blueprint = Blueprint("org_reports", __name__)
blueprint.after_request(keep_private)
_REPORTS = "/<lang:lang>/organisations/<uuid:organisation_id>/reports"
#: Rows on a page; the file has all.
SHOWN = 200
#: The reports of an application, ours first.
current_reports = AppSlot[Choices[ReportDefinition]]("reports", lambda: Choices("report"))


@blueprint.get(_REPORTS)
@require(Action.PEOPLE_READ)
def index(lang: str, organisation_id: UUID) -> Response:
    """Show which reports there are."""
    reports = [report for report, _owner in current_reports().by_name.values()]
    return page("reports", organisation=find_organisation(db.session, organisation_id), reports=reports)


@blueprint.get(f"{_REPORTS}/<name>")
@require(Action.PEOPLE_READ)
def show(lang: str, organisation_id: UUID, name: str) -> Response:
    """Show a report as a table, its first rows."""
    organisation = find_organisation(db.session, organisation_id)
    report, rows = table(name, organisation_id, lang)
    return page(
        "report",
        organisation=organisation,
        report=report,
        rows=rows[:SHOWN],
        total=len(rows),
        shown=min(SHOWN, len(rows)),
    )


@blueprint.get(f"{_REPORTS}/<name>.csv")
@require(Action.PEOPLE_READ)
def export_csv(lang: str, organisation_id: UUID, name: str) -> Response:
    """Give a report as a CSV file that spreadsheets open."""
    return csv_file(name, organisation_id, lang)


def csv_file(name: str, organisation_id: UUID, lang: str) -> Response:
    """Return a report as a file."""
    report, rows = table(name, organisation_id, lang)
    return csv_answer(report.name, [str(each) for each in report.columns], rows, organisation_id, lang)


def csv_answer(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[str]], organisation_id: UUID, lang: str
) -> Response:
    """Return a table as a file."""
    # Spreadsheets are set to the country in which they stand, whatever language its people read.
    country = countries().get(next(iter(find_organisation(db.session, organisation_id).countries), ""))
    separator = separator_for(country.language if country is not None else lang)
    body = "".join(table_lines(columns, rows, separator))
    headers = {"Content-Disposition": f'attachment; filename="{name}-{today().isoformat()}.csv"'}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def table(name: str, organisation_id: UUID, lang: str) -> tuple[ReportDefinition, list[list[str]]]:
    """Return a report and its rows. Raise NotFound for none of that name, Unavailable where its plugin fails."""
    try:
        report, owner = current_reports().find(name)
    except LookupError:
        raise NotFound from None
    request = ReportRequest(session=db.session(), organisation_id=organisation_id, day=today(), language=lang)
    try:
        rows = [[str(cell) for cell in row] for row in report.rows(request)]
        if any(len(row) != len(report.columns) for row in rows):
            raise ValueError("a row has not one cell for each column")
    except PerilleError:
        raise
    except Exception as error:
        # A stranger's code. Not its own words: they may name a person.
        log.error("the report %s of %s failed: %s", name, owner, type(error).__name__)  # noqa: TRY400
        raise Unavailable(_("This report cannot be made at the moment.")) from error
    return report, rows
