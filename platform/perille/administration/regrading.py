"""The page on which an administrator sees what marking a test again would change, and then does it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.administration.pages import page
from perille.administration.questions import edition_of, unit_title
from perille.assessment.grading import AttemptFilter
from perille.assessment.regrading import mark_again
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.responses import keep_private, see_other
from perille.domain.refresher import test_or_refreshers
from perille.packs.published.library import current_library
from perille.people.current import the_account
from perille.people.permissions import Action, require

blueprint = Blueprint("regrading", __name__)
_ADDRESS = "/<lang:lang>/manage/questions/<pack>/<unit>/marks"
blueprint.after_request(keep_private)


@blueprint.get(_ADDRESS)
@require(Action.TESTS_REGRADE)
def preview(lang: str, pack: str, unit: str) -> Response:
    """Show which attempts would change; nothing is written."""
    shelf = current_library()
    edition = edition_of(shelf, pack, unit)
    this = test_or_refreshers(edition.structure, unit)
    words = edition.words(edition.summary.source_language)
    which = _which(request.args.get("question", ""), request.args.get("attempt", ""))
    return page(
        "marks",
        title=words.title.plain,
        unit_title=unit_title(edition, unit),
        source=edition.summary.source_language,
        pack=pack,
        unit=unit,
        items=this.items if this is not None else (),
        which=which,
        changes=mark_again(db.session, shelf, pack, unit, which, apply=False),
    )


@blueprint.post(_ADDRESS)
@require(Action.TESTS_REGRADE)
def apply(lang: str, pack: str, unit: str) -> Response:
    """Mark again, and lead back to the page, which then has nothing left to change."""
    which = _which(request.form.get("question", ""), request.form.get("attempt", ""))
    shelf = current_library()
    mark_again(db.session, shelf, pack, unit, which, apply=True, account_id=the_account().id)
    return see_other(url_for(".preview", lang=lang, pack=pack, unit=unit))


def _which(question: str, attempt: str) -> AttemptFilter:
    try:
        return AttemptFilter(question=question[:100], attempt=UUID(attempt) if attempt.strip() else None)
    except ValueError as error:
        raise BadRequest(_("This is not the number of an attempt.")) from error
