"""The administrators' pages: packs and their problems, and the record store's clients."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from perille.administration import services
from perille.administration.forms import SCOPES, ClientForm
from perille.administration.questions import edition_of, questions_of, taken_tests
from perille.administration.services import ClientState, NewSecret
from perille.administration.setup import setup_warnings
from perille.assessment.reports import STEP, scores_of
from perille.core.current import current_config
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.host_check import current_proxy_watch
from perille.core.web.kept_form import kept_or, see_form_again
from perille.core.web.once import show_once, shown_once
from perille.core.web.press import secret_of_press
from perille.core.web.responses import keep_private, see_other
from perille.core.web.site_address import RECORD_STORE, site_address
from perille.domain.course import PackKind
from perille.domain.statistics import ENOUGH
from perille.learning.render_context import interaction_of
from perille.lrs.clients import Peppers
from perille.lrs.services import peppers_of
from perille.packs.published.library import PackLibrary, current_library
from perille.packs.services import problems
from perille.packs.source.diagnostics import Level
from perille.packs.source.registry import current_interactions
from perille.people.current import the_account
from perille.people.permissions import Action, require
from perille.privacy.models import RetentionState

blueprint = Blueprint("administration", __name__)
_CLIENTS = "/<lang:lang>/manage/clients"
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
        retention=db.session.get(RetentionState, 1),
    )


@blueprint.get(_CLIENTS)
@require(Action.RECORD_CLIENTS)
def clients(lang: str) -> Response:
    """List the record store's clients, with a form for a new one."""
    return page("clients", form=kept_or(ClientForm), clients=services.clients(db.session))


@blueprint.post(_CLIENTS)
@require(Action.RECORD_CLIENTS)
def make_client(lang: str) -> Response:
    """Make a client, and lead to the page that shows its key and secret once."""
    form = ClientForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".clients", lang=lang), form)
    name = form.name.data or ""
    made = services.make_client(
        db.session,
        account_id(),
        name=name,
        scopes=form.chosen,
        last_day=form.ends_on,
        peppers=_peppers(),
        seed=secret_of_press("record store client", account_id(), name, form.ends_on, *sorted(form.chosen)),
    )
    return _show_secret(lang, made)


@blueprint.get(f"{_CLIENTS}/<key>")
@require(Action.RECORD_CLIENTS)
def client(lang: str, key: str) -> Response:
    """Show one client, and what can be done with it."""
    return page("client", client=services.find_client(db.session, key))


@blueprint.post(f"{_CLIENTS}/<key>/rotate")
@require(Action.RECORD_CLIENTS)
def rotate_client(lang: str, key: str) -> Response:
    """Give a client a new secret, and lead to the page that shows it once."""
    if services.find_client(db.session, key).state is ClientState.REVOKED:
        # Another administrator was faster: the page says so.
        return _to_client(lang, key)
    made = services.rotate_client(db.session, account_id(), key, peppers=_peppers())
    return _show_secret(lang, made)


@blueprint.get(f"{_CLIENTS}/<key>/secret")
@require(Action.RECORD_CLIENTS)
def secret(lang: str, key: str) -> Response:
    """Show credentials that were just made; they are nowhere else, so the second look leads to the client's page."""
    view = services.find_client(db.session, key)
    shown = shown_once("secret")
    if shown is None:
        return make_response(redirect(url_for(".client", lang=lang, key=key), 302))
    return page("secret", made=NewSecret(view.name, key, str(shown)), endpoint=f"{site_address()}{RECORD_STORE}/")


def _show_secret(lang: str, made: NewSecret) -> Response:
    return show_once(url_for(".secret", lang=lang, key=made.key), "secret", made.secret)


@blueprint.post(f"{_CLIENTS}/<key>/revoke")
@require(Action.RECORD_CLIENTS)
def revoke_client(lang: str, key: str) -> Response:
    """Withdraw a client's credentials."""
    if services.find_client(db.session, key).state is not ClientState.REVOKED:
        services.revoke_client(db.session, account_id(), key)
    return _to_client(lang, key)


def _to_client(lang: str, key: str) -> Response:
    return see_other(url_for(".client", lang=lang, key=key))


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
        unit_title=words.units[unit].title.plain,
        source=source,
        questions=questions_of(db.session, edition, unit, interaction_of),
        scores=scores_of(db.session, pack, unit),
        enough=ENOUGH,
        pack=pack,
        unit=unit,
        shown_from=STEP,
    )


def _shelf() -> PackLibrary:
    return current_library()


def page(name: str, status: int = 200, **words: object) -> Response:
    """Make a page of the administrators' own."""
    body = render_template(
        f"administration/{name}.html",
        moment=services.moment,
        scopes=SCOPES,
        states=_state_words(),
        ClientState=ClientState,
        **words,
    )
    return make_response(body, status)


def _state_words() -> dict[ClientState, str]:
    return {
        ClientState.ACTIVE: _("In use"),
        ClientState.EXPIRED: _("Expired"),
        ClientState.REVOKED: _("Withdrawn"),
    }


def account_id() -> UUID:
    """Return the id of the account that is signed in; for a view that `require` guards."""
    return the_account().id


def _peppers() -> Peppers:
    config = current_config()
    return peppers_of(config.store_keys)
