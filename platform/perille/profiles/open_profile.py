"""Whose progress is open on a phone that several use: a badge on its pages, and a mark in every form that writes for a learner.

Pages of who is alone on a phone have neither, and are the same for everybody. Where several learn on a phone, the form says for whose page
it was made: the number of their picture, which tells nothing of them. A form of another one's page, or of a page from before there were
several, is not used but kept, and the person is asked for whom (`pending_forms`). While three pictures stand before the progress that was
open last, pages are those of nobody, and a form waits until the pictures were pressed (`locks`): those of the pages below are asked before
their view, and every other one where it needs a learner (`enrolment.cookies.ensure_learner`).
"""

from __future__ import annotations

from flask import Response, g, request, url_for
from markupsafe import Markup

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.i18n import language_of
from perille.enrolment.cookies import ProfileWaits, current_phone, held_phones, refuse_while_locked, several_here
from perille.enrolment.pictures import Picture
from perille.profiles.pending_forms import hold_form

#: What `page_reader` tells while nobody's progress is open, because three pictures stand before it.
_LOCKED = -1
#: Name of the field with the mark.
FIELD = "profile"
#: Blueprints whose forms write for a learner, and their forms that do not, or ask for whom themselves.
BLUEPRINTS = frozenset({"learning", "assessment", "errands", "credentials", "enrolment", "phones", "privacy"})
OWN = frozenset(
    {
        "profiles.keep_progress",
        "profiles.choose_picture",
        "profile_locks.lock_now",
        "profile_locks.remove_lock",
        "profile_locks.set_minutes",
        "profile_locks.set_pictures",
    }
)
OTHERS = frozenset(
    {
        "credentials.code_form",
        "credentials.submit_code",
        "credentials.verify_name",
        "enrolment.redeem_resume_code",
        "enrolment.reopen_left_phone",
        "phones.join",
    }
)


def open_picture() -> Picture | None:
    """Return the picture of whose progress is open, where several learn on this phone; asks no database where one is alone."""
    phone = current_phone() if several_here() else None
    return None if phone is None else phone.shown_picture


def page_reader() -> int:
    """Return the number of that picture, 0 for none: what of its reader a page shows that is the same for everybody else."""
    picture = open_picture()
    if picture is None:
        return _LOCKED if profile_waits() else 0
    return picture.number


def profile_waits() -> bool:
    """Whether the progress that was open here last asks for its pictures; asks no database."""
    return held_phones().waits is not None


def profile_field() -> Markup:
    """Return the hidden field that says for whose page a form was made; "" where one is alone on the phone."""
    number = page_reader()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, number) if number > 0 else Markup("")


def check_profile() -> Response | None:
    """Keep a form that was made for somebody else's page, and ask for whom it is; None where it can be used as it is."""
    if request.method != "POST" or not _writes_for_learner():
        return None
    if profile_waits():
        return run_in_transaction(db.session, _keep_while_locked, write=False)
    given = request.form.get(FIELD)
    if given is None and not several_here():
        return None
    open_now = run_in_transaction(db.session, _open_number, write=False)
    g.pop("phone", None)
    if open_now is None or given == str(open_now):
        return None
    return _hold(url_for("profiles.show_pending_form", lang=language_of()))


def _keep_while_locked() -> Response | None:
    try:
        refuse_while_locked()
    except ProfileWaits as waits:
        return keep_until_unlocked(waits)
    return None


def keep_until_unlocked(_waits: ProfileWaits) -> Response:
    """Keep a form until the pictures were pressed; the page of the pictures leads on to it. What a program sent is refused."""
    number = held_phones().waits
    assert number is not None
    return _hold(url_for("profile_locks.unlock", lang=language_of(), number=number.hex))


def _hold(page: str) -> Response:
    if request.endpoint == "learning.bookmark":
        # Sent by a page in the background: where somebody else was is nobody's loss.
        return Response(status=204)
    return hold_form(page, without=FIELD)


def _writes_for_learner() -> bool:
    return request.endpoint in OWN or (request.blueprint in BLUEPRINTS and request.endpoint not in OTHERS)


def _open_number() -> int | None:
    phone = current_phone()
    return None if phone is None else phone.shown_picture.number
