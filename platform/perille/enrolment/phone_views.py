"""Other phones: a picture that lets one join, and the list of those that joined."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Flask, Response, g, make_response, render_template, request, url_for

from perille.core.dates import today
from perille.core.errors import Conflict, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.flash_cookie import show_once
from perille.core.web.responses import no_store, see_other
from perille.enrolment.cookies import (
    MOST_PROFILES,
    cookie_phone_ids,
    current_phone,
    held_phones,
    keep_phones,
    locked_phones,
    profiles,
    sleeping_phones,
)
from perille.enrolment.models import Learner, Phone
from perille.enrolment.phones import (
    acknowledge,
    add_phone,
    has_news,
    has_progress,
    make_join_token,
    pictures_on,
    shut_out,
    tell_apart,
    token_works,
    use_join_token,
)
from perille.enrolment.services import touch

blueprint = Blueprint("phones", __name__)


@blueprint.record_once
def configure_phones(state: object) -> None:
    """Give personal pages the phones that joined since their reader was told last."""
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.globals.update(joined_phones=joined_phones)


def joined_phones() -> bool:
    """Tell whether another phone joined this reader's progress and was not announced on this one yet."""
    phone = current_phone()
    return phone is not None and has_news(phone)


@blueprint.post("/<lang:lang>/phones/picture")
def create_join_code(lang: str) -> Response:
    """Make the picture that lets another phone join; the next page shows it once."""
    here = url_for("enrolment.progress_access", lang=lang)
    phone = current_phone()
    if phone is None:
        return see(here)
    return show_once(here, "token", make_join_token(db.session, phone.learner))


@blueprint.get("/<lang:lang>/join/<token>")
def confirm_join(lang: str, token: str) -> Response:
    """Show one button: what stays in the history of the other phone opens nothing by itself, and soon nothing at all."""
    works = token_works(db.session, token)
    return no_store(make_response(render_template("enrolment/join.html", works=works), 200 if works else 410))


@blueprint.post("/<lang:lang>/join/<token>")
def join(lang: str, token: str) -> Response:
    """Open the progress on this phone; the token ends."""
    learner = use_join_token(db.session, token)
    if learner is None:
        # The page of the link says that it does not work any more.
        return see(url_for(".confirm_join", lang=lang, token=token))
    return open_here(learner, lang)


def open_here(learner: Learner, lang: str) -> Response:
    """Open a learner's progress on this phone. Where there is progress already both are kept, and the person is asked whose to open.

    Raise Conflict where as many people use the phone as can be told apart.
    """
    mine, here = current_phone(), [*profiles(), *locked_phones()]
    if mine is not None and _is_open_for(mine, learner):
        return keep_phones(see(url_for("catalogue.home", lang=lang)), cookie_phone_ids())
    beside = mine is not None and has_progress(db.session, mine.learner)
    theirs = _phone_of(learner, here, is_full=beside and len(here) >= MOST_PROFILES)
    touch(learner, today())
    tell_apart([*here, theirs])
    others = _numbers_beside(mine)
    if theirs.id in held_phones().locks:
        # Whoever has the code and forgot the pictures sets others.
        g.phone, theirs.lock_failures, theirs.lock_failed_at = theirs, 0, None
        address = see(url_for("profile_locks.lock", lang=lang))
        return keep_phones(address, [theirs.id, *cookie_phone_ids()], unlocked=theirs.id, may_change=True)
    if mine is not None and beside:
        return keep_phones(see(url_for("profiles.show_profile_picker", lang=lang)), [mine.id, theirs.id, *others])
    g.phone = theirs
    return keep_phones(see(url_for("catalogue.home", lang=lang)), [theirs.id, *others])


def _numbers_beside(phone: Phone | None) -> list[UUID]:
    return [each for each in cookie_phone_ids() if phone is None or each != phone.id]


def _is_open_for(phone: Phone, learner: Learner) -> bool:
    return phone.learner_id == learner.id and phone.id not in held_phones().locks


def _phone_of(learner: Learner, here: Sequence[Phone], *, is_full: bool) -> Phone:
    """Return the number under which a learner is known on this phone, asleep or not, else a new one; raise Conflict where it *is_full*."""
    known = [each for each in (*here, *sleeping_phones()) if each.learner_id == learner.id]
    if known:
        return known[0]
    if is_full:
        raise Conflict(_("Six people learn on this phone already. Take one off this phone first."))
    return add_phone(db.session, learner, pictures_on(here))


@blueprint.post("/<lang:lang>/phones/read")
def mark_joins_read(lang: str) -> Response:
    """Note that the reader knows which phones joined."""
    phone = current_phone()
    if phone is not None:
        acknowledge(phone)
    return see(url_for("enrolment.progress_access", lang=lang))


@blueprint.post("/<lang:lang>/phones/out")
def remove_phone(lang: str) -> Response:
    """Shut a phone out; the code ends with it."""
    phone = current_phone()
    if phone is not None:
        shut_out(db.session, phone, _uuid(request.form.get("phone", "")))
    return see(url_for("enrolment.progress_access", lang=lang))


def _uuid(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError:
        raise NotFound(_("This phone is not in the list any more.")) from None


def see(address: str) -> Response:
    """Lead to a page after an act."""
    return no_store(see_other(address))
