"""Pages of an account that show the progress kept in it: closed while three pictures stand before that progress on the same phone.

An account that is signed in would open by itself what its owner has locked. Who has signed in anew has the progress open by that, and is
not asked.
"""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, g, request, url_for

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.i18n import language_of
from perille.core.permissions import permission_of
from perille.core.web.responses import no_store, see_other
from perille.enrolment.cookies import held_phones, profiles
from perille.enrolment.phones import find_phones
from perille.people.current import current_account
from perille.people.permissions import Action
from perille.people.services import COOKIE
from perille.profiles.services import account_of_learner

_PERMISSIONS = frozenset({str(Action.ACCOUNT_OWN), str(Action.MODULES_MINE)})
#: Pages without an account, too, which show what is kept in one that is signed in.
_OPEN_TO_ALL = frozenset({"privacy.export_archive", "privacy.stored_data"})


def check_account() -> Response | None:
    """Lead to the pictures before the account's own progress; None where there are none. Without a lock nothing is asked."""
    if COOKIE not in request.cookies or not _shows_progress():
        return None
    locked = run_in_transaction(db.session, _locked_phone, write=False)
    g.pop("phone", None)
    if locked is None:
        return None
    if locked in held_phones().locked:
        return no_store(see_other(url_for("profile_locks.unlock", lang=language_of(), number=locked.hex)))
    # It was open when the browser was left: there it is woken, and then asks for its pictures.
    return no_store(see_other(url_for("enrolment.resume_form", lang=language_of())))


def _shows_progress() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.endpoint in _OPEN_TO_ALL or (view is not None and permission_of(view) in _PERMISSIONS)


def _locked_phone() -> UUID | None:
    """Return the locked phone row, of this browser, of the account that is signed in, unless its progress is open here by another row."""
    held = held_phones()
    wanted = [*held.locked, *(each for each in held.asleep if each in held.locks)]
    account = current_account() if wanted else None
    if account is None:
        return None
    opened = {each.learner_id for each in profiles()}
    others = (each for each in find_phones(db.session, wanted) if each.learner_id not in opened)
    return next((each.id for each in others if account_of_learner(db.session, each.learner_id) == account.id), None)
