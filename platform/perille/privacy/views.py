"""A person sees all that is kept of them, takes it along, and has their account erased."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import msgspec
from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.feature import row_words_of
from perille.core.i18n import _
from perille.core.permissions import require
from perille.core.ratelimit import rate_limit
from perille.core.web.forms import ForgetForm
from perille.core.web.leaving import clear_copies
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store, see_other
from perille.enrolment.cookies import current_learner
from perille.enrolment.deleting import empty_browser, has_spared, is_nobodys_of_others, others_here, tokens_to_forget
from perille.enrolment.models import Learner
from perille.enrolment.profile_tokens import profile_tokens, tokens_of
from perille.people.current import current_account, the_account
from perille.people.models import Account
from perille.people.permissions import Action
from perille.privacy.accounts import kept_learners
from perille.privacy.erasing import forget, forget_account
from perille.privacy.learner_rows import Rows, account_rows_of, rows_of
from perille.privacy.row_descriptions import StoredDataLine, kept_lines
from perille.privacy.services import count_statements, export, export_account

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/<lang:lang>/my-data")
def stored_data(lang: str) -> Response:
    """Show all that is kept of who learns on this phone and of who is signed in, in words."""
    account = current_account()
    body = render_template(
        "privacy/kept.html",
        lines=_lines(lang),
        account=account,
        **({"mine": None} if account is None else _deleting(account)),
        form=kept_or(ForgetForm),
        paper=False,
    )
    return no_store(make_response(body))


@blueprint.post("/<lang:lang>/my-data")
def export_json(lang: str) -> Response:
    """Give all that is kept under this learner's number as a JSON file."""
    learner = current_learner()
    if learner is None:
        raise NotFound(_("Nothing is kept of you: this phone has no number here."))
    # By learner: a class behind one line may take its data along in the same minute.
    rate_limit("my-data", burst=10, per_minute=2, caller=str(learner.id))
    return _file(_json(export(db.session, learner)), "application/json", "my-data.json")


@blueprint.post("/<lang:lang>/my-data/archive")
def export_archive(lang: str) -> Response:
    """Give all that is kept of a person as one archive: a page that can be read, and JSON for programs."""
    learner, account = _learner(), current_account()
    if learner is None and account is None:
        raise NotFound(_("Nothing is kept of you: this phone has no number here."))
    rate_limit("my-data", burst=10, per_minute=2, caller=str((learner or account).id))  # type: ignore[union-attr]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("my-data.html", render_template("privacy/archive.html", lines=_lines(lang)))
        if learner is not None:
            files.writestr("my-progress.json", _json(export(db.session, learner)))
        if account is not None:
            files.writestr("my-account.json", _json(export_account(db.session, account)))
    return _file(packed.getvalue(), "application/zip", "my-data.zip")


@blueprint.post("/<lang:lang>/my-data/account")
@require(Action.ACCOUNT_OWN)
def delete_account(lang: str) -> Response:
    """Erase the account that is signed in, with the progress that is kept in it."""
    form = ForgetForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".stored_data", lang=lang), form, without=("sure",))
    account = the_account()
    learners = kept_learners(db.session, account.id)
    others, spared = others_here(learners), has_spared(_tokens_of(account, learners))
    forget_account(db.session, account)
    return empty_browser(see_other(url_for(".erasure_done", lang=lang)), others, spared=spared)


def _tokens_of(account: Account, learners: Sequence[Learner]) -> frozenset[str]:
    """Return the names by which a phone may know the progress in an account; one that keeps none has a name too."""
    return tokens_of(learners) | profile_tokens([account.id])


def _deleting(account: Account) -> dict[str, object]:
    """Return what the form that deletes an account says of itself (`deletes` of parts.html)."""
    learners = kept_learners(db.session, account.id)
    mine = tokens_to_forget(learners, _tokens_of(account, learners))
    return {"mine": mine, "nobodys": mine is not None and is_nobodys_of_others(learners)}


def _learner() -> Learner | None:
    """Return whose progress is meant: that on this phone, else that in the account."""
    account = current_account()
    learner = current_learner()
    if learner is not None or account is None:
        return learner
    return next(iter(kept_learners(db.session, account.id)), None)


def _lines(lang: str) -> list[StoredDataLine]:
    learner, account = _learner(), current_account()
    rows: Rows = {}
    for found in _rows(learner, account):
        rows |= {name: [*rows.get(name, ()), *each] for name, each in found.items() if name not in rows}
    statements = count_statements(db.session, learner) if learner is not None else 0
    return kept_lines(rows, lang, row_words_of(current_app), statements=statements)


def _rows(learner: Learner | None, account: Account | None) -> Sequence[Rows]:
    of_account = [] if account is None else [account_rows_of(db.session, account.id)]
    return of_account if learner is None else [rows_of(db.session, learner.id), *of_account]


def _json(kept: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(kept), indent=2)


def _file(body: bytes, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    no_store(response)
    return response


@blueprint.post("/<lang:lang>/forget")
def erase_learner(lang: str) -> Response:
    """Delete all that is kept under this learner's number, and what this browser keeps."""
    learner = current_learner()
    form = ForgetForm(request.form)
    if not form.validate():
        return see_form_again(url_for("safety.privacy_notice", lang=lang), form, without=("sure",))
    mine = [learner] if learner is not None else []
    others, spared = others_here(mine), has_spared(tokens_of(mine))
    if learner is not None:
        forget(db.session, learner)
    elif others:
        # Nobody says who presses: what others have here, open or asleep, is not theirs to delete.
        return clear_copies(no_store(see_other(url_for(".erasure_done", lang=lang, open="none"))))
    return empty_browser(no_store(see_other(url_for(".erasure_done", lang=lang))), others, spared=spared)


@blueprint.get("/<lang:lang>/forgotten")
def erasure_done(lang: str) -> Response:
    """Say that it is done; `?open=none`: that there was nothing open to delete."""
    nobody = request.args.get("open") == "none"
    return no_store(make_response(render_template("privacy/forgotten.html", nobody=nobody)))
