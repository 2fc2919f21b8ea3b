"""The administrators' pages: packs and their problems, and how the questions of tests work."""

from __future__ import annotations

from flask import Blueprint, Response

from perille.administration.pages import page
from perille.administration.questions import edition_of, questions_of, taken_tests, unit_title
from perille.administration.setup import setup_warnings
from perille.assessment.reports import STEP, scores_of
from perille.core.current import current_config
from perille.core.extensions import db
from perille.core.web.host_check import current_proxy_watch
from perille.core.web.responses import keep_private
from perille.domain.course import PackKind
from perille.domain.statistics import ENOUGH
from perille.learning.questions import interaction_of
from perille.packs.published.library import PackLibrary, current_library
from perille.packs.services import problems
from perille.packs.source.diagnostics import Level
from perille.packs.source.registry import current_interactions
from perille.people.organisations import without_country
from perille.people.permissions import Action, require
from perille.plugins.install import current_plugins
from perille.privacy.models import RetentionState

blueprint = Blueprint("administration", __name__)
_QUESTIONS = "/<lang:lang>/manage/questions"
blueprint.after_request(keep_private)


@blueprint.get("/<lang:lang>/manage")
@require(Action.SITE_OVERVIEW)
def overview(lang: str) -> Response:
    """Show the packs and their problems, and where the record store is managed."""
    shelf = _shelf()
    found = problems(db.session)
    return page(
        "overview",
        packs=[*shelf.summaries(PackKind.COURSE), *shelf.summaries(PackKind.MODULE)],
        problems=[each for each in found if each.level is Level.ERROR],
        pack_warnings=[each for each in found if each.level is not Level.ERROR],
        warnings=setup_warnings(current_config(), current_proxy_watch()),
        failures=current_interactions().failures,
        failed_pages=sorted(current_plugins().failures.values()),
        retention=db.session.get(RetentionState, 1),
        placeless=without_country(db.session),
    )


@blueprint.get(_QUESTIONS)
@require(Action.TESTS_QUESTIONS)
def questions(lang: str) -> Response:
    """List the tests that were taken, to see how their questions work."""
    return page("tests", tests=taken_tests(db.session, _shelf()))


@blueprint.get(f"{_QUESTIONS}/<pack>/<unit>")
@require(Action.TESTS_QUESTIONS)
def questions_of_test(lang: str, pack: str, unit: str) -> Response:
    """Show how the questions of a test work: how hard, how telling, what was chosen, and each language beside the others."""
    edition = edition_of(_shelf(), pack, unit)
    source = edition.summary.source_language
    words = edition.words(source)
    return page(
        "questions",
        title=words.title.plain,
        unit_title=unit_title(edition, unit),
        source=source,
        questions=questions_of(db.session, edition, unit, interaction_of),
        scores=scores_of(db.session, edition.structure, unit),
        enough=ENOUGH,
        pack=pack,
        unit=unit,
        shown_from=STEP,
    )


def _shelf() -> PackLibrary:
    return current_library()
