"""Seminars for who gives them: made, changed, cancelled, the list of people, and who came."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.core.countries import zone_of
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.permissions import require
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store, see_other
from perille.people.current import the_account
from perille.people.models import Organisation
from perille.seminars import queue, services
from perille.seminars.forms import SeminarForm
from perille.seminars.mails import country_of
from perille.seminars.models import EntryState, Seminar
from perille.seminars.views import page, page_number, queue_mail, when

blueprint = Blueprint("seminar_desk", __name__)
_ALL = "/<lang:lang>/organisations/<uuid:organisation_id>/seminars"
_ONE = f"{_ALL}/<uuid:seminar_id>"
manage = require(services.MANAGE)


def _organisation(organisation_id: UUID) -> tuple[str, str]:
    """Return the name of an organisation and the country by whose clock it lives."""
    found = db.session.get(Organisation, organisation_id)
    return (found.name, next(iter(found.countries), "")) if found is not None else ("", "")


def _read(organisation_id: UUID) -> SeminarForm:
    form = SeminarForm(request.form)
    form.country = _organisation(organisation_id)[1]
    return form


@blueprint.get(_ALL)
@manage
def index(lang: str, organisation_id: UUID) -> Response:
    """List the seminars of an organisation, and ask for a new one."""
    number = page_number()
    found, more = services.seminars_of(db.session, organisation_id, number)
    name, _country = _organisation(organisation_id)
    rows = [(each, when(each, lang)) for each in found]
    form = kept_or(SeminarForm, data={"language": lang, "places": "20"})
    return page(
        "desk",
        organisation=name,
        organisation_id=organisation_id,
        rows=rows,
        form=form,
        number=number,
        more=more,
    )


@blueprint.post(_ALL)
@manage
def create(lang: str, organisation_id: UUID) -> Response:
    """Make a seminar."""
    form = _read(organisation_id)
    if not form.validate():
        return see_form_again(url_for(".index", lang=lang, organisation_id=organisation_id), form)
    seminar = services.make_seminar(db.session, organisation_id, the_account().id, form.wish)
    return _see(lang, seminar)


@blueprint.get(_ONE)
@manage
def show(lang: str, organisation_id: UUID, seminar_id: UUID) -> Response:
    """Show a seminar with its people, and what the queue waits for."""
    seminar = services.find_seminar(db.session, seminar_id, organisation_id)
    now = utcnow()
    return page(
        "people",
        seminar=seminar,
        when=when(seminar, lang),
        entries=services.entries_of(db.session, seminar.id, EntryState.TAKEN, EntryState.OFFERED, EntryState.WAITING),
        free=services.free_places(db.session, seminar),
        waiting=services.waiting(db.session, seminar),
        giving=queue.is_giving(seminar, now),
        begun=services.has_begun(seminar, now),
        form=kept_or(SeminarForm, data=_known(seminar)),
    )


def _known(seminar: Seminar) -> dict[str, str]:
    zone = zone_of(country_of(db.session, seminar))
    starts, ends = seminar.starts_at.astimezone(zone), seminar.ends_at.astimezone(zone)
    names = ("title", "about", "language", "place", "link")
    closes = seminar.deadline_at.astimezone(zone)
    return {name: getattr(seminar, name) for name in names} | {
        "day": starts.date().isoformat(),
        "begins": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "places": str(seminar.places),
        # The night after the last day is the deadline.
        "closes": ""
        if seminar.deadline_at >= seminar.starts_at
        else (closes - timedelta(seconds=1)).date().isoformat(),
    }


@blueprint.post(_ONE)
@manage
def update(lang: str, organisation_id: UUID, seminar_id: UUID) -> Response:
    """Change a seminar; who has a place is told when time or place change."""
    form = _read(organisation_id)
    if not form.validate():
        return see_form_again(url_for(".show", lang=lang, organisation_id=organisation_id, seminar_id=seminar_id), form)
    seminar = _locked(organisation_id, seminar_id)
    services.change_seminar(db.session, seminar, form.wish, queue_mail)
    return _see(lang, seminar)


@blueprint.post(_ONE + "/cancel")
@manage
def cancel(lang: str, organisation_id: UUID, seminar_id: UUID) -> Response:
    """Cancel a seminar, and tell everybody in it."""
    seminar = _locked(organisation_id, seminar_id)
    services.cancel(db.session, seminar, the_account().id, queue_mail)
    return _see(lang, seminar)


@blueprint.post(_ONE + "/attendance")
@manage
def record_attendance(lang: str, organisation_id: UUID, seminar_id: UUID) -> Response:
    """Note who came."""
    seminar = _locked(organisation_id, seminar_id)
    services.note_attendance(db.session, seminar, _ids(request.form.getlist("present")))
    return _see(lang, seminar)


def _ids(texts: list[str]) -> list[UUID]:
    return [UUID(hex=text) for text in texts if len(text) == 32 and set(text) <= set("0123456789abcdef")]


def _locked(organisation_id: UUID, seminar_id: UUID) -> Seminar:
    seminar = services.find_seminar(db.session, seminar_id, organisation_id)
    queue.lock(db.session, seminar)
    return seminar


def _see(lang: str, seminar: Seminar) -> Response:
    address = url_for(".show", lang=lang, organisation_id=seminar.organisation_id, seminar_id=seminar.id)
    return no_store(see_other(address))
