"""The people of an organisation: who they are, what they finished, which roles they have."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, url_for

from perille.core.collation import alphabetical
from perille.core.countries import countries, country_name
from perille.core.dates import today
from perille.core.errors import Conflict, NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import keep_private, see_other
from perille.domain.refresher import AHEAD, MINUTES
from perille.notices.notifiers import can_send
from perille.organisations import people_list as services
from perille.organisations.accommodations import ease_form, easings_of, give_ease
from perille.organisations.forms import CountryForm, EaseForm, InvitationForm, RoleForm
from perille.organisations.pages import modules, page
from perille.organisations.report_views import csv_file
from perille.organisations.reports import PEOPLE
from perille.people.account_form import choices
from perille.people.address_proof import IN_CHARGE, unproven_words
from perille.people.current import current_memberships, the_account
from perille.people.invitations import OFFERED_ROLES
from perille.people.memberships import give_role, roles_in, take_role
from perille.people.models import Account, Invitation, Role
from perille.people.organisations import find_organisation, organisations, organisations_of, set_first_country
from perille.people.permissions import Action, allowed, require
from perille.people.role_words import ROLE_WORDS
from perille.people.services import disable, enable

blueprint = Blueprint("org_people", __name__)
blueprint.after_request(keep_private)
_PEOPLE = "/<lang:lang>/organisations/<uuid:organisation_id>/people"
_PERSON = f"{_PEOPLE}/<uuid:account_id>"


@blueprint.get("/<lang:lang>/organisations")
@require(Action.PEOPLE_MINE)
def my_organisations(lang: str) -> Response:
    """Lead a coordinator to the people of their organisation; who has several chooses."""
    if any(each.role is Role.ADMINISTRATOR for each in current_memberships()):
        rows = [each for each in organisations(db.session) if each.closed_at is None]
    else:
        rows = organisations_of(db.session, the_account().id, Role.COORDINATOR)
    if len(rows) == 1:
        return make_response(redirect(url_for(".index", lang=lang, organisation_id=rows[0].id), 302))
    return page("my_organisations", rows=alphabetical(rows, lang, lambda each: each.name))


@blueprint.get(_PEOPLE)
@require(Action.PEOPLE_READ)
def index(lang: str, organisation_id: UUID) -> Response:
    """Show who is in an organisation, a page at a time, with what they finished."""
    organisation = find_organisation(db.session, organisation_id)
    search = request.args.get("q", "").replace("\0", "").strip()[:100]
    number, invited = (max(0, min(request.args.get(name, 0, int), 10_000)) for name in ("page", "invited"))
    invitations, open_invitations = services.invitations_of(db.session, organisation_id, search=search, page=invited)
    packs = modules()
    people = services.people_of(db.session, organisation_id, packs, language=lang, search=search, page=number)
    return page(
        "people",
        organisation=organisation,
        people=people,
        ending=any(person.ending(today()) for person in people),
        refresher={"ahead": AHEAD.days, "minutes": MINUTES},
        total=services.count_people(db.session, organisation_id, search),
        search=search,
        number=number,
        size=services.PAGE,
        packs=packs,
        today=today(),
        invitations=invitations,
        open_invitations=open_invitations,
        invited=invited,
        waiting=_waiting(invitations),
        form=kept_or(InvitationForm),
        sends_mail=can_send(db.session),
        country_form=None if organisation.countries else _country_form(kept_or(CountryForm, "country"), ("", "…")),
    )


def _waiting(invitations: Iterable[Invitation]) -> dict[UUID, str]:
    """Return the addresses of accounts that hold an invitation which was sent to another address, by number."""
    numbers = [each.claimed_by for each in invitations if each.claimed_by is not None]
    found = (db.session.get(Account, number) for number in numbers)
    return {each.id: each.label for each in found if each is not None}


@blueprint.post("/<lang:lang>/organisations/<uuid:organisation_id>/country")
@require(Action.ORGANISATION_COUNTRY)
def set_country(lang: str, organisation_id: UUID) -> Response:
    """Say where an organisation is that has no country yet; one that has is changed by an administrator."""
    form = _country_form(CountryForm(request.form))
    here = url_for(".index", lang=lang, organisation_id=organisation_id)
    if not form.validate():
        return see_form_again(here, form, "country")
    set_first_country(
        db.session, find_organisation(db.session, organisation_id), form.country.data or "", the_account().id
    )
    return see_other(here)


def _country_form(form: CountryForm, *first: tuple[str, str]) -> CountryForm:
    form.country.choices = choices([*first, *((code, country_name(code)) for code in countries())])
    return form


@blueprint.get(f"{_PEOPLE}.csv")
@require(Action.PEOPLE_READ)
def export_csv(lang: str, organisation_id: UUID) -> Response:
    """Give the people of an organisation as a table: a line for each person and module."""
    return csv_file(PEOPLE.name, organisation_id, lang)


@blueprint.get(_PERSON)
@require(Action.PEOPLE_READ)
def show(lang: str, organisation_id: UUID, account_id: UUID) -> Response:
    """Show somebody of the organisation: roles, modules, certificates, extra time."""
    packs = modules()
    person = services.person_of(db.session, organisation_id, account_id, packs)
    left = [role for role in OFFERED_ROLES if role is not Role.MEMBER and role not in person.roles]
    form = kept_or(RoleForm, "role")
    form.role.choices = choices((role.value, ROLE_WORDS[role]) for role in left)
    return page(
        "person",
        organisation=find_organisation(db.session, organisation_id),
        person=person,
        packs=packs,
        today=today(),
        role_form=form if left else None,
        ease_form=ease_form(kept_or(EaseForm, "ease"), packs),
        easings=easings_of(db.session, person),
        may_disable=allowed(db.session, the_account(), Action.ACCOUNTS_DISABLE),
    )


@blueprint.post(f"{_PERSON}/roles")
@require(Action.PEOPLE_ROLES)
def grant_role(lang: str, organisation_id: UUID, account_id: UUID) -> Response:
    """Give one more role."""
    person = _person(organisation_id, account_id)
    form = RoleForm(request.form)
    if not form.validate():
        return see_form_again(_to(lang, organisation_id, account_id), form, "role")
    if Role(form.role.data) is Role.MEMBER:
        # They decide who sees their results: by an invitation.
        raise Conflict(_("Whoever learns here joins by an invitation of their own, which says what you will see."))
    role = Role(form.role.data)
    if role in IN_CHARGE and not person.account.address_proven:
        form.role.errors = [unproven_words()]
        return see_form_again(_to(lang, organisation_id, account_id), form, "role")
    give_role(db.session, person.account.id, role, organisation_id, by=the_account().id)
    return see_other(_to(lang, organisation_id, account_id))


@blueprint.post(f"{_PERSON}/roles/<role>/take")
@require(Action.PEOPLE_ROLES)
def revoke_role(lang: str, organisation_id: UUID, account_id: UUID, role: str) -> Response:
    """Take a role away, which counts from the next request on."""
    if role not in {each.value for each in OFFERED_ROLES}:
        raise NotFound
    _person(organisation_id, account_id)
    take_role(db.session, account_id, Role(role), organisation_id, by=the_account().id)
    if not roles_in(db.session, account_id, organisation_id):
        return see_other(url_for(".index", lang=lang, organisation_id=organisation_id))
    return see_other(_to(lang, organisation_id, account_id))


@blueprint.post(f"{_PERSON}/ease")
@require(Action.PEOPLE_EASE)
def grant_accommodation(lang: str, organisation_id: UUID, account_id: UUID) -> Response:
    """Give more time and more tries in one module."""
    packs = modules()
    person = services.person_of(db.session, organisation_id, account_id, packs)
    form = ease_form(EaseForm(request.form), packs)
    if not form.validate():
        return see_form_again(_to(lang, organisation_id, account_id), form, "ease")
    percent, tries = form.percent.data or 0, form.tries.data or 0
    give_ease(db.session, organisation_id, person, form.pack.data, percent=percent, tries=tries, by=the_account().id)
    return see_other(_to(lang, organisation_id, account_id))


@blueprint.post(f"{_PERSON}/<any(disable, enable):act>")
@require(Action.ACCOUNTS_DISABLE)
def disable_or_enable(lang: str, organisation_id: UUID, account_id: UUID, act: str) -> Response:
    """Sign somebody out everywhere and let them in no more, or let them in again."""
    account = _person(organisation_id, account_id).account
    if account.id == the_account().id:
        raise Conflict(_("You cannot do this to your own account."))
    (disable if act == "disable" else enable)(db.session, account, the_account().id)
    return see_other(_to(lang, organisation_id, account_id))


def _person(organisation_id: UUID, account_id: UUID) -> services.PersonRow:
    return services.person_of(db.session, organisation_id, account_id, ())


def _to(lang: str, organisation_id: UUID, account_id: UUID) -> str:
    return url_for(".show", lang=lang, organisation_id=organisation_id, account_id=account_id)
