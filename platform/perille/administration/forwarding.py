"""The administrators' pages of the stores that statements go on to."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.administration.pages import account_id, page
from perille.administration.store_forms import CredentialsForm, ForwardForm
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.sealing import store_seal
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import keep_private, see_other
from perille.lrs.services import default_store
from perille.lrs.transfer import forwards
from perille.lrs.transfer.forwards import ForwardStatus
from perille.people.audit import audit
from perille.people.permissions import Action, require

blueprint = Blueprint("forwarding", __name__)
blueprint.after_request(keep_private)
_FORWARDS = "/<lang:lang>/manage/forwarding"
_ONE = f"{_FORWARDS}/<uuid:forward_id>"


@blueprint.get(_FORWARDS)
@require(Action.RECORD_FORWARDS)
def index(lang: str) -> Response:
    """Show how far the stores are that statements go on to, with a form for a new one."""
    return page("forwarding", form=kept_or(ForwardForm), forwards=_lags())


@blueprint.post(_FORWARDS)
@require(Action.RECORD_FORWARDS)
def add(lang: str) -> Response:
    """Begin to forward to another store."""
    form = ForwardForm(request.form)
    form.taken = frozenset(lag.name for lag in _lags())
    if not form.validate():
        return see_form_again(url_for(".index", lang=lang), form)
    made = forwards.add_forward(
        db.session,
        default_store(db.session),
        form.name.data or "",
        form.endpoint.data or "",
        form.credentials,
        seal=store_seal(),
        verbs=form.chosen_verbs,
        from_start=bool(form.from_start.data),
        allow_http=bool(form.allow_http.data),
    )
    _note("added", made.id)
    return _to(lang, made.id)


@blueprint.get(_ONE)
@require(Action.RECORD_FORWARDS)
def show(lang: str, forward_id: UUID) -> Response:
    """Show one store, what it refused, and what can be done with it."""
    lag = _lag(forward_id)
    known = {"endpoint": lag.endpoint, "verbs": "\n".join(lag.verbs), "allow_http": lag.allow_http}
    return page(
        "forward",
        forward=lag,
        refused=forwards.refused_by(db.session, default_store(db.session), lag.id),
        form=kept_or(ForwardForm, data=known),
        credentials=kept_or(CredentialsForm),
    )


@blueprint.post(f"{_ONE}/change")
@require(Action.RECORD_FORWARDS)
def update(lang: str, forward_id: UUID) -> Response:
    """Change where statements go and which."""
    lag = _lag(forward_id)
    form = ForwardForm(request.form)
    form.name.data = lag.name
    del form.key, form.secret
    if not form.validate():
        return see_form_again(url_for(".show", lang=lang, forward_id=forward_id), form)
    forwards.change_forward(
        db.session,
        default_store(db.session),
        forward_id,
        endpoint=form.endpoint.data or "",
        verbs=form.chosen_verbs,
        allow_http=bool(form.allow_http.data),
    )
    _note("changed", forward_id)
    return _to(lang, forward_id)


@blueprint.post(f"{_ONE}/rotate")
@require(Action.RECORD_FORWARDS)
def rotate_credentials(lang: str, forward_id: UUID) -> Response:
    """Take new credentials for the other store."""
    _lag(forward_id)
    form = CredentialsForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".show", lang=lang, forward_id=forward_id), form)
    forwards.rotate_forward(db.session, default_store(db.session), forward_id, form.credentials, seal=store_seal())
    _note("rotated", forward_id)
    return _to(lang, forward_id)


@blueprint.post(f"{_ONE}/<any(pause, resume, retry):act>")
@require(Action.RECORD_FORWARDS)
def change_state(lang: str, forward_id: UUID, act: str) -> Response:
    """Pause, go on, or send what was refused again."""
    _lag(forward_id)
    store = default_store(db.session)
    if act == "retry":
        forwards.retry_refused(db.session, store, forward_id)
    else:
        forwards.pause_forward(db.session, store, forward_id, paused=act == "pause")
    _note(act, forward_id)
    return _to(lang, forward_id)


@blueprint.post(f"{_ONE}/remove")
@require(Action.RECORD_FORWARDS)
def remove(lang: str, forward_id: UUID) -> Response:
    """Forget another store."""
    _lag(forward_id)
    forwards.remove_forward(db.session, default_store(db.session), forward_id)
    _note("removed", forward_id)
    return see_other(url_for(".index", lang=lang))


def _lags() -> list[ForwardStatus]:
    return forwards.forward_statuses(db.session, default_store(db.session))


def _lag(forward_id: UUID) -> ForwardStatus:
    found = next((lag for lag in _lags() if lag.id == forward_id), None)
    if found is None:
        raise NotFound(_("There is no such store."))
    return found


def _to(lang: str, forward_id: UUID) -> Response:
    return see_other(url_for(".show", lang=lang, forward_id=forward_id))


def _note(what: str, forward_id: UUID) -> None:
    audit(db.session, account_id(), f"lrs-forward.{what}", None, forward_id)
