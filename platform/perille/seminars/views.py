"""Seminars for whoever comes: the list, one seminar, signing up, and the page of one's own sign-up."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.current import current_config
from perille.core.database import utcnow
from perille.core.dates import long_date, moment
from perille.core.errors import BadRequest, NotFound, lead_on
from perille.core.extensions import db
from perille.core.i18n import _, language_of
from perille.core.ratelimit import rate_limit
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store, see_other
from perille.credentials.codes import normalise, pretty
from perille.people.current import current_account
from perille.people.models import Organisation
from perille.seminars import mails, queue, services
from perille.seminars.calendar_file import calendar_file
from perille.seminars.certificate import attendance_pdf, minutes_of
from perille.seminars.models import EntryState, Seminar, SeminarEntry
from perille.seminars.sign_up_forms import NameForm, SignUpForm

blueprint = Blueprint("seminars", __name__)
_SEMINAR = "/<lang:lang>/seminars/<uuid:seminar_id>"
_ENTRY = "/<lang:lang>/seminars/mine/<token>"


@blueprint.before_request
def lead_to_seminars() -> None:
    """Let who comes by a link that has ended find the seminars to come."""
    lead_on(lambda: (url_for("seminars.upcoming", lang=language_of()), _("Seminars")))


def queue_mail(seminar: Seminar, entry: SeminarEntry) -> None:
    """Queue an e-mail on what changed."""
    mails.queue_mail(db.session, seminar, entry)


def page(template: str, **values: object) -> Response:
    """Return a page that no browser keeps."""
    return no_store(make_response(render_template(f"seminars/{template}.html", **values)))


def page_number() -> int:
    """Return which page of a list the address asks for, from 0."""
    return max(0, min(request.args.get("page", 0, int), 10_000))


def when(seminar: Seminar, lang: str) -> str:
    """Write when a seminar begins, by the clock of its country."""
    return moment(seminar.starts_at, lang, mails.country_of(db.session, seminar))


@blueprint.get("/<lang:lang>/seminars")
def upcoming(lang: str) -> Response:
    """List what is to come."""
    number = page_number()
    found, more = services.coming_seminars(db.session, utcnow(), number)
    return page("coming", seminars=[(each, when(each, lang)) for each in found], number=number, more=more)


@blueprint.get(_SEMINAR)
def show(lang: str, seminar_id: UUID) -> Response:
    """Show a seminar and the form to sign up."""
    seminar = services.find_seminar(db.session, seminar_id)
    account = current_account()
    form = kept_or(NameForm, data={"name": account.name}) if account is not None else kept_or(SignUpForm)
    organisation = db.session.get(Organisation, seminar.organisation_id)
    return page(
        "show",
        seminar=seminar,
        when=when(seminar, lang),
        organisation=organisation.name if organisation is not None else "",
        giving=queue.is_giving(seminar, utcnow()),
        free=services.free_places(db.session, seminar),
        waiting=services.waiting(db.session, seminar),
        form=form,
        sent=shown_once("sent"),
    )


@blueprint.post(_SEMINAR)
def sign_up(lang: str, seminar_id: UUID) -> Response:
    """Sign up: an account at once, an address when the link in the e-mail is pressed."""
    seminar = services.find_seminar(db.session, seminar_id)
    here, account = url_for(".show", lang=lang, seminar_id=seminar_id), current_account()
    form = NameForm(request.form) if account is not None else SignUpForm(request.form)
    if not form.validate():
        return see_form_again(here, form)
    if not queue.is_giving(seminar, utcnow()):
        return no_store(see_other(here))
    if account is None:
        return _sign_up_address(seminar, form, lang, here)
    queue.lock(db.session, seminar)
    entry = services.sign_up_account(db.session, seminar, account, form.name.data or "", lang)
    services.confirm(db.session, seminar, entry, utcnow(), queue_mail)
    return no_store(see_other(_entry_url(entry, lang)))


def _sign_up_address(seminar: Seminar, form: NameForm | SignUpForm, lang: str, here: str) -> Response:
    # An address costs an e-mail: a stranger must not send many.
    rate_limit("seminar-mail", burst=60, per_minute=6)
    email, name = str(form["email"].data), str(form["name"].data)
    entry = services.sign_up_by_address(db.session, seminar, email, name, lang)
    mails.ask_to_confirm(db.session, seminar, entry, utcnow())
    return show_once(here, "sent", "yes")


def _entry_url(entry: SeminarEntry, lang: str) -> str:
    return url_for(".entry", lang=lang, token=services.entry_token(entry, current_config().secret_keys))


@blueprint.get(_ENTRY)
def entry(lang: str, token: str) -> Response:
    """Show somebody's sign-up and what can be done about it. Looking changes nothing: programs follow links, too."""
    found = services.entry_of_token(db.session, token, current_config().secret_keys)
    seminar = services.find_seminar(db.session, found.seminar_id)
    country = mails.country_of(db.session, seminar)
    return page(
        "entry",
        seminar=seminar,
        entry=found,
        token=token,
        when=when(seminar, lang),
        until=moment(found.offered_until, lang, country) if found.offered_until is not None else "",
        giving=queue.is_giving(seminar, utcnow()),
        over=seminar.starts_at <= utcnow(),
    )


@blueprint.post(_ENTRY)
def update_entry(lang: str, token: str) -> Response:
    """Confirm a sign-up, take a place that is offered, or give it back."""
    found = services.entry_of_token(db.session, token, current_config().secret_keys)
    seminar = services.find_seminar(db.session, found.seminar_id)
    queue.lock(db.session, seminar)
    db.session.refresh(found)
    now, do = utcnow(), request.form.get("do", "")
    if do == "confirm":
        services.confirm(db.session, seminar, found, now, queue_mail)
    elif do == "take":
        queue.accept_offer(db.session, seminar, found, now, queue_mail)
    elif do == "give-back":
        queue.give_back(db.session, seminar, found, now, queue_mail)
    else:
        raise BadRequest(_("What was sent is not complete. Open the page again."))
    return no_store(see_other(url_for(".entry", lang=lang, token=token)))


@blueprint.get(_SEMINAR + "/calendar.ics")
def calendar(lang: str, seminar_id: UUID) -> Response:
    """Give the calendar file, without the link that only people with a place get."""
    return _file(calendar_file(services.find_seminar(db.session, seminar_id), with_link=False), "text/calendar", "ics")


@blueprint.get(_ENTRY + "/calendar.ics")
def own_calendar(lang: str, token: str) -> Response:
    """Give the calendar file of somebody who has a place."""
    found = services.entry_of_token(db.session, token, current_config().secret_keys)
    has_place = found.state == EntryState.TAKEN.value
    seminar = services.find_seminar(db.session, found.seminar_id)
    return _file(calendar_file(seminar, with_link=has_place), "text/calendar", "ics")


@blueprint.get(_ENTRY + "/certificate.pdf")
def certificate(lang: str, token: str) -> Response:
    """Give the certificate of attendance of somebody who came."""
    found = services.entry_of_token(db.session, token, current_config().secret_keys)
    if found.attended_at is None or found.code is None:
        raise NotFound(_("There is no certificate for this sign-up."))
    seminar = services.find_seminar(db.session, found.seminar_id)
    organisation = db.session.get(Organisation, seminar.organisation_id)
    name = organisation.name if organisation is not None else ""
    pdf = attendance_pdf(seminar, found, name, mails.country_of(db.session, seminar))
    return _file(pdf, "application/pdf", "pdf")


def _file(body: bytes, kind: str, ending: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="seminar.{ending}"'
    return no_store(response)


@blueprint.get("/<lang:lang>/seminars/attended", defaults={"code": ""})
@blueprint.get("/<lang:lang>/seminars/attended/<code>")
def verify_certificate(lang: str, code: str) -> Response:
    """Say what a certificate's code stands for: the seminar, its day and its length, and no name."""
    trial = rate_limit("seminar-code", burst=60, per_minute=20) if code else None
    symbols = normalise(code) if code else None
    found = services.attended(db.session, symbols) if symbols else None
    seminar = services.find_seminar(db.session, found.seminar_id) if found is not None else None
    if trial is not None and found is not None:
        trial.succeeded()
    shown = (long_date(seminar.starts_at.date(), lang), minutes_of(seminar)) if seminar is not None else None
    return page("verify", code=pretty(symbols) if symbols else code[:40], seminar=seminar, shown=shown)
