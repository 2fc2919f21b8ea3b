"""The item clinic's pages: what gives a question away while it is written, and how well a bank is written as a whole."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, render_template, request

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.packs.source.toml_table import KEY
from perille.studio.builds import build
from perille.studio.clinic import GUESSER_WORDS, bank_clinic, flaws_of_fields, titles_of_tested
from perille.studio.figures import answer_figures
from perille.studio.form_reading import posted_question
from perille.studio.organisations import require_in_draft
from perille.studio.outline import outline_of
from perille.studio.pages import opened, page
from perille.studio.questions import form_named
from perille.studio.views import blueprint

_DRAFT = "/<lang:lang>/studio/<uuid:draft_id>"


@blueprint.get(f"{_DRAFT}/questions/new/look")
@require_in_draft("studio.author")
def preview_findings(lang: str, draft_id: UUID) -> Response:
    """Say what gives a question away as its form stands, without saving it: a piece of a page, for the script."""
    made = build(db.session, opened(draft_id))
    bank, key = request.args.get("bank", ""), request.args.get("key", "")
    form = form_named(request.args.get("interaction", ""))
    if form is None:
        raise NotFound(_("There is no such kind of question here."))
    fields = posted_question(request.args, key if KEY.fullmatch(key) else "new", form)
    found = flaws_of_fields(made, bank if KEY.fullmatch(bank) else "new", fields)
    return make_response(render_template("studio/clinic_look.html", found=found))


@blueprint.get(f"{_DRAFT}/banks/<bank>")
@require_in_draft("studio.translate")
def bank_report(lang: str, draft_id: UUID, bank: str) -> Response:
    """Show how well the questions of a bank are written, and on wish who passes its tests by guessing."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    if bank not in made.pack.banks:
        raise NotFound(_("There is no such bank of questions in this draft."))
    test = titles_of_tested(made).get(bank, "")
    units = [unit for part in outline_of(made.pack.files.files) for unit in part.units]
    return page(
        "bank",
        draft=draft,
        bank=bank,
        title=_("Test: %(title)s", title=test) if test else _("In lessons"),
        titles={unit.key: unit.title for unit in units},
        clinic=bank_clinic(made, bank, guess="guess" in request.args),
        answered=answer_figures(db.session, draft, made, bank),
        guesser_words=GUESSER_WORDS,
    )
