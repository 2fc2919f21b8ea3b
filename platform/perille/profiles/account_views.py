"""The page that asks whether the progress on a phone is to be kept in the account that signed in there."""

from __future__ import annotations

from flask import Response, current_app, g, make_response, render_template, request, url_for

from perille.consents.services import answer
from perille.core.extensions import db
from perille.core.feature import features_of
from perille.core.permissions import require
from perille.core.web.responses import no_store, see_other
from perille.enrolment.cookies import current_phone, keep_phones, open_phone_ids, profiles
from perille.enrolment.models import Learner, Phone
from perille.enrolment.phones import phones_of
from perille.people.current import current_session, the_account
from perille.people.permissions import Action
from perille.profiles.cards import card_of
from perille.profiles.merging import shared_courses
from perille.profiles.on_sign_in import RECORD, bind_to_session, open_by_session
from perille.profiles.pending_forms import is_page
from perille.profiles.services import account_of_learner, keep_in_account, learners_of
from perille.profiles.views import blueprint as blueprint


@blueprint.get("/<lang:lang>/account/progress")
@require(Action.ACCOUNT_OWN)
def confirm_keep_progress(lang: str) -> Response:
    """Ask whether this phone's progress is to be kept in the account, and say what comes together."""
    here, kept = current_phone(), _kept()
    owner = account_of_learner(db.session, here.learner_id) if here is not None else None
    asks = here is not None and owner is None
    body = render_template(
        "profiles/progress.html",
        mine=card_of(here, here, lang) if here is not None and asks else None,
        kept=owner == the_account().id,
        has_kept=kept is not None,
        both=shared_courses(db.session, here.learner, kept, lang) if here is not None and asks and kept else [],
        phones=len(phones_of(db.session, here.learner_id)) - 1 if here is not None else 0,
        to=_following(lang),
    )
    return no_store(make_response(body))


@blueprint.post("/<lang:lang>/account/progress")
@require(Action.ACCOUNT_OWN)
def keep_progress(lang: str) -> Response:
    """Keep the progress of this phone in the account, or leave it as it is and open the account's own."""
    here, row = current_phone(), current_session()
    assert row is not None  # `require` has let them in
    response = no_store(see_other(_following(lang)))
    if request.form.get("keep") == "yes" and here is not None:
        learner = _keep(here.learner)
        answer(db.session, the_account().id, RECORD, None, given=True, language=lang)
        bind_to_session(here, row)
        db.session.flush()
        db.session.expire_all()
        g.phone = here
        # Where the account's own progress was open on this phone too, they are one now.
        others = [each.id for each in profiles() if each.learner_id != learner.id]
        return keep_phones(response, [here.id, *others])
    kept = _kept()
    if kept is None:
        return response
    return keep_phones(response, [_opened(kept).id, *open_phone_ids()])


def _opened(kept: Learner) -> Phone:
    row = current_session()
    assert row is not None
    return open_by_session(row, kept.id)


def _keep(learner: Learner) -> Learner:
    rules = [rule for feature in features_of(current_app) for rule in feature.merge_rules]
    return keep_in_account(db.session, the_account().id, learner, rules)


def _kept() -> Learner | None:
    return next(iter(learners_of(db.session, the_account().id)), None)


def _following(lang: str) -> str:
    """Return where the person was going, if that is a page of ours."""
    wanted = request.values.get("to", "")
    return wanted if is_page(wanted) else url_for("catalogue.home", lang=lang)
