"""Other phones: a picture that lets one join, the list of those that joined, and whose progress is open here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from babel.dates import format_datetime
from flask import Blueprint, Flask, Response, g, make_response, render_template, request, url_for

from perille.core.dates import long_date, today
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _, babel_locale, fallbacks
from perille.core.web.once import show_once
from perille.core.web.responses import no_store, see_other
from perille.domain.progress import satisfied
from perille.enrolment.cookies import cookie_phone_ids, current_phone, keep_phones, profiles, sleeping_phones
from perille.enrolment.models import Enrolment, Learner, Phone
from perille.enrolment.phones import (
    acknowledge,
    add_phone,
    has_news,
    make_join_token,
    shut_out,
    token_works,
    use_join_token,
)
from perille.enrolment.services import open_enrolments, touch
from perille.enrolment.signs import Sign, signs_of
from perille.packs.published.library import current_library
from perille.tracking.services import unit_states

blueprint = Blueprint("phones", __name__)


@blueprint.record_once
def configure_phones(state: object) -> None:
    """Give personal pages the phones that joined since their reader was told last."""
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.globals.update(joined_phones=joined_phones, own_sign=own_sign)


def joined_phones() -> bool:
    """Tell whether another phone joined this reader's progress and was not announced on this one yet."""
    phone = current_phone()
    return phone is not None and has_news(phone)


@blueprint.post("/<lang:lang>/phones/picture")
def make_picture(lang: str) -> Response:
    """Make the picture that lets another phone join; the next page shows it once."""
    here = url_for("enrolment.keep", lang=lang)
    phone = current_phone()
    if phone is None:
        return see(here)
    return show_once(here, "token", make_join_token(db.session, phone.learner))


@blueprint.get("/<lang:lang>/join/<token>")
def offer(lang: str, token: str) -> Response:
    """Show one button: what stays in the history of the other phone opens nothing by itself, and soon nothing at all."""
    works = token_works(db.session, token)
    return no_store(make_response(render_template("enrolment/join.html", works=works), 200 if works else 410))


@blueprint.post("/<lang:lang>/join/<token>")
def join(lang: str, token: str) -> Response:
    """Open the progress on this phone; the token ends."""
    learner = use_join_token(db.session, token)
    if learner is None:
        # The page of the link says that it does not work any more.
        return see(url_for(".offer", lang=lang, token=token))
    return open_here(learner, lang)


def open_here(learner: Learner, lang: str) -> Response:
    """Open a learner's progress on this phone. Where there is progress already both are kept, and the person is asked whose to open."""
    mine = current_phone()
    if mine is not None and mine.learner_id == learner.id:
        return keep_phones(see(url_for("catalogue.home", lang=lang)), cookie_phone_ids())
    known = [each for each in (*profiles(), *sleeping_phones()) if each.learner_id == learner.id]
    theirs = known[0] if known else add_phone(db.session, learner)
    touch(learner, today())
    others = [each for each in cookie_phone_ids() if mine is None or each != mine.id]
    if mine is not None and open_enrolments(db.session, mine.learner_id):
        return keep_phones(see(url_for("phones.whose", lang=lang)), [mine.id, theirs.id, *others])
    g.phone = theirs
    return keep_phones(see(url_for("catalogue.home", lang=lang)), [theirs.id, *others])


@dataclass(frozen=True, slots=True)
class Profile:
    """One learner's progress on a shared phone, as it is told apart from another's."""

    phone: UUID
    sign: Sign
    title: str
    done: int
    count: int
    #: Moment of the start, and day of the last act, in words.
    started: str
    day: str
    open: bool


@blueprint.get("/<lang:lang>/whose")
def whose(lang: str) -> Response:
    """Ask whose progress is to be opened on this phone."""
    here = current_phone()
    phones = profiles() if here is not None else []
    signs = signs_of(phones)
    shown = [_profile(each, signs[each.id], lang, here) for each in phones]
    return no_store(make_response(render_template("enrolment/whose.html", profiles=shown)))


def own_sign() -> Sign | None:
    """Return the sign of the progress that is open here, where several people share this phone; asks nothing where one uses it alone."""
    here = current_phone() if len(cookie_phone_ids()) > 1 else None
    found = profiles() if here is not None else []
    return signs_of(found).get(here.id) if here is not None and len(found) > 1 else None


def _profile(phone: Phone, sign: Sign, lang: str, here: Phone | None) -> Profile:
    enrolments = open_enrolments(db.session, phone.learner_id)
    title, done, count = _progress(enrolments[0], lang) if enrolments else (_("No course yet"), 0, 0)
    day = long_date(phone.learner.last_seen_on, lang)
    started = str(format_datetime(phone.learner.created_at, "medium", UTC, babel_locale(lang)))
    return Profile(phone.id, sign, title, done, count, started, day, here is not None and phone.id == here.id)


def _progress(enrolment: Enrolment, lang: str) -> tuple[str, int, int]:
    shelf = current_library()
    summary = shelf.summary(enrolment.pack_id)
    edition = shelf.edition(enrolment.pack_id, enrolment.structure_hash)
    if summary is None or edition is None:
        return enrolment.pack_id, 0, 0
    languages = (*fallbacks(lang)[:-1], summary.source_language)
    title = next((summary.titles[code] for code in languages if code in summary.titles), summary.slug)
    states = unit_states(db.session, enrolment.registration)
    units = edition.structure.units
    done = sum(1 for unit in units if unit.key in states and satisfied(unit, states[unit.key]))
    return title, done, len(units)


@blueprint.post("/<lang:lang>/whose")
def choose(lang: str) -> Response:
    """Open the chosen progress; the others stay on this phone."""
    chosen = next((each for each in profiles() if each.id.hex == request.form.get("phone", "")), None)
    if chosen is None:
        raise NotFound(_("This progress is not on this phone any more."))
    g.phone = chosen
    return keep_phones(see(url_for("catalogue.home", lang=lang)), [chosen.id, *cookie_phone_ids()])


@blueprint.post("/<lang:lang>/phones/read")
def read(lang: str) -> Response:
    """Note that the reader knows which phones joined."""
    phone = current_phone()
    if phone is not None:
        acknowledge(phone)
    return see(url_for("enrolment.keep", lang=lang))


@blueprint.post("/<lang:lang>/phones/out")
def out(lang: str) -> Response:
    """Shut a phone out; the code ends with it."""
    phone = current_phone()
    if phone is not None:
        shut_out(db.session, phone, _uuid(request.form.get("phone", "")))
    return see(url_for("enrolment.keep", lang=lang))


def _uuid(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError:
        raise NotFound(_("This phone is not in the list any more.")) from None


def see(address: str) -> Response:
    """Lead to a page after an act."""
    return no_store(see_other(address))
