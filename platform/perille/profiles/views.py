"""A phone that several use: whose progress is open, opening another one, a picture of one's own, and whom a form is for."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from perille.core.dates import today
from perille.core.errors import Conflict, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.ratelimit import rate_limit
from perille.core.web.idempotency_key import secret_of_press
from perille.core.web.responses import no_store, see_other
from perille.enrolment.cookies import (
    MOST_PROFILES,
    cookie_phone_ids,
    current_phone,
    held_phones,
    keep_phones,
    locked_phones,
    profiles,
)
from perille.enrolment.models import Phone
from perille.enrolment.phones import add_phone, find_phone, pictures_on, tell_apart
from perille.enrolment.pictures import PICTURES
from perille.enrolment.services import make_learner, resume_code
from perille.profiles.cards import card_of
from perille.profiles.open_profile import FIELD
from perille.profiles.pending_forms import PendingForm, drop_form, held_form, page_to_delete_on, takes_forms

blueprint = Blueprint("profiles", __name__)


@blueprint.get("/<lang:lang>/whose")
def show_profile_picker(lang: str) -> Response:
    """Show who learns on this phone: one press opens another one's progress."""
    here, phones, locked = current_phone(), profiles(), locked_phones()
    return _page(
        "whose",
        profiles=[card_of(each, here, lang) for each in phones],
        locked=locked,
        closes=here is not None and here.lock_hash is not None,
        full=len(phones) + len(locked) >= MOST_PROFILES,
    )


@blueprint.post("/<lang:lang>/whose")
def switch_profile(lang: str) -> Response:
    """Open the chosen progress; the others stay on this phone."""
    chosen = _one_of(profiles(), request.form.get("phone", ""))
    return _open(chosen, lang)


def _open(chosen: Phone, lang: str, *others: UUID) -> Response:
    tell_apart([*profiles(), *locked_phones()])
    g.phone = chosen
    return keep_phones(_see(url_for("catalogue.home", lang=lang)), [chosen.id, *others, *cookie_phone_ids()])


@blueprint.post("/<lang:lang>/whose/add")
def add_profile(lang: str) -> Response:
    """Let one more person learn on this phone, with nothing done yet; a second press of the same page opens the first one's."""
    phones = [*profiles(), *locked_phones()]
    number = UUID(bytes=secret_of_press("somebody on this phone", *sorted(held_phones().here))[:16], version=4)
    if (before := find_phone(db.session, number)) is not None and before.lock_hash is None:
        return _open(before, lang)
    if len(phones) >= MOST_PROFILES:
        raise Conflict(_("Six people learn on this phone already. Take one off this phone first."))
    rate_limit("start", burst=600, per_minute=120)
    made = add_phone(db.session, make_learner(db.session, today()), pictures_on(phones), number=number)
    return _open(made, lang)


@blueprint.get("/<lang:lang>/whose/picture")
def show_picture_picker(lang: str) -> Response:
    """Offer the pictures that nobody else on this phone has."""
    here = current_phone()
    if here is None:
        return _see(url_for(".show_profile_picker", lang=lang))
    taken = pictures_on(each for each in (*profiles(), *locked_phones()) if each.id != here.id)
    return _page("pictures", free=[each for each in PICTURES if each.number not in taken], mine=here.shown_picture)


@blueprint.post("/<lang:lang>/whose/picture")
def choose_picture(lang: str) -> Response:
    """Give the person whose progress is open another picture."""
    here = current_phone()
    wanted = request.form.get("picture", "")
    everybody = [*profiles(), *locked_phones()]
    taken = pictures_on(each for each in everybody if here is not None and each.id != here.id)
    number = next((each.number for each in PICTURES if str(each.number) == wanted), None)
    if here is None or number is None or number in taken:
        return _see(url_for(".show_picture_picker", lang=lang))
    here.picture = number
    return keep_phones(_see(url_for(".show_profile_picker", lang=lang)), cookie_phone_ids())


@blueprint.get("/<lang:lang>/whose/remove/<number>")
def confirm_removal(lang: str, number: str) -> Response:
    """Ask before somebody's progress is taken off this phone."""
    found = _one_of(profiles(), number)
    coded = resume_code(db.session, found.learner) is not None
    return _page("remove", profile=card_of(found, current_phone(), lang), coded=coded)


@blueprint.post("/<lang:lang>/whose/remove/<number>")
def remove_profile(lang: str, number: str) -> Response:
    """Take somebody's progress off this phone; their code, where they have one, opens it again."""
    found = _one_of(profiles(), number)
    left = [each for each in profiles() if each.id != found.id]
    # A row with the learner's own number stands for all phones of before November 2026: the others keep theirs.
    if found.id != found.learner_id:
        db.session.delete(found)
    g.phone = left[0] if left else None
    return keep_phones(_see(url_for(".show_profile_picker", lang=lang)), [each.id for each in left])


@blueprint.get("/<lang:lang>/whose/form")
def show_pending_form(lang: str) -> Response:
    """Ask for whom a form is that was made for somebody else's page. It is not lost meanwhile."""
    form, here = held_form(), current_phone()
    if form is None or here is None:
        return _see(url_for(".show_profile_picker", lang=lang))
    cards = [card_of(each, here, lang) for each in profiles()]
    return _page("held", form=form, profiles=cards, now=here.shown_picture)


@blueprint.post("/<lang:lang>/whose/form")
def send_pending_form(lang: str) -> Response:
    """Open the progress of whom the form is for, and send it on (307 keeps the form)."""
    address = request.form.get("held-to", "")
    wanted = request.form.get(FIELD, "")
    chosen = next((each for each in profiles() if str(each.shown_picture.number) == wanted), None)
    if chosen is None or not takes_forms(address):
        raise NotFound(_("This progress is not on this phone any more."))
    g.phone = chosen
    anew = page_to_delete_on(PendingForm(address, tuple(request.form.items())), chosen.learner)
    response = _see(anew) if anew else no_store(make_response(redirect(request.script_root + address, 307)))
    drop_form(response)
    return keep_phones(response, [chosen.id, *cookie_phone_ids()])


def _one_of(phones: list[Phone], number: str) -> Phone:
    found = next((each for each in phones if each.id.hex == number), None)
    if found is None:
        raise NotFound(_("This progress is not on this phone any more."))
    return found


def _page(name: str, **values: object) -> Response:
    return no_store(make_response(render_template(f"profiles/{name}.html", **values)))


def _see(address: str) -> Response:
    return no_store(see_other(address))
