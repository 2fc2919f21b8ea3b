"""The trainer's pages: their groups, one group, its courses, its people and its door."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.dates import moment
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.permissions import require
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store, see_other
from perille.groups import attendance, joining, services
from perille.groups.forms import CourseForm, GroupForm, NamesForm, NewGroupForm
from perille.groups.guards import GROUP, GROUPS, manage, stay_in_organisation, the_group, this_organisation
from perille.groups.logins import logins_of
from perille.groups.models import Group
from perille.groups.pages import all_courses, code_in_halves, day_words, group_page, today_of
from perille.packs.published.library import current_library
from perille.people.current import the_account
from perille.people.models import Organisation

blueprint = Blueprint("groups", __name__)
stay_in_organisation(blueprint)


def page(template: str, **values: object) -> Response:
    """Return a page that no browser keeps."""
    return no_store(make_response(render_template(f"groups/{template}.html", day_words=day_words, **values)))


def see_group(lang: str, group_id: UUID, part: str = "") -> Response:
    """Lead back to the page of a group."""
    address = url_for("groups.show", lang=lang, group_id=group_id)
    return no_store(see_other(f"{address}#{part}" if part else address))


@blueprint.get("/<lang:lang>/groups")
@require(services.MINE)
def index(lang: str) -> Response:
    """List the groups of a trainer, or of an organisation for its coordinator."""
    closed = "closed" in request.args
    try:
        before = UUID(hex=request.args.get("before", ""))
    except ValueError:
        before = None
    rows = services.groups_of(db.session, the_account(), closed=closed, before=before)
    more = url_for(".index", lang=lang, before=rows[services.PAGE - 1].id.hex) if len(rows) > services.PAGE else ""
    led = services.organisations_led(db.session, the_account().id)
    names = {each: organisation.name for each in led if (organisation := db.session.get(Organisation, each))}
    return page("mine", rows=rows[: services.PAGE], closed=closed, more=more, organisations=names)


@blueprint.get(GROUPS + "/new")
@manage
def new(lang: str) -> Response:
    """Ask what a new group is called, and what it learns."""
    form = kept_or(NewGroupForm, data={"language": lang})
    organisation = db.session.get(Organisation, this_organisation())
    courses = all_courses(current_library(), organisation.countries if organisation is not None else ())
    return page("new", form=form, courses=courses, organisation=organisation)


@blueprint.post(GROUPS + "/new")
@manage
def create(lang: str) -> Response:
    """Make a group."""
    form = NewGroupForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".new", lang=lang), form)
    library = current_library()
    packs = [each for each in form.packs.data or () if library.summary(each) is not None]
    group = services.make_group(db.session, this_organisation(), the_account().id, form.wish, packs)
    return see_group(lang, group.id)


@blueprint.get(GROUP)
@manage
def show(lang: str, group_id: UUID) -> Response:
    """Show a group: how to join it, what it learns, who is in it and what they have done."""
    group = the_group(group_id)
    return page(
        "show",
        **group_page(db.session, current_library(), group),
        door=door_of(group, lang),
        course_form=kept_or(CourseForm),
        choices=all_courses(current_library(), group.organisation.countries),
    )


def door_of(group: Group, lang: str) -> dict[str, str] | None:
    """Return the short code and until when it works, None for a door that is shut."""
    if not joining.is_open(group) or group.door_code is None or group.door_until is None:
        return None
    organisation = db.session.get(Organisation, group.organisation_id)
    country = next(iter(organisation.countries), "") if organisation is not None else ""
    renewed = moment(group.door_renewed_at, lang, country) if group.door_renewed_at is not None else ""
    return {
        "code": code_in_halves(group.door_code),
        "until": moment(group.door_until, lang, country),
        "renewed": renewed,
    }


@blueprint.get(GROUP + "/edit")
@manage
def edit(lang: str, group_id: UUID) -> Response:
    """Ask what is to be different about a group."""
    group = the_group(group_id)
    known = {name: getattr(group, name) for name in ("name", "language", "places", "starts_on", "ends_on")}
    texts = {name: str(value) if value is not None else "" for name, value in known.items()}
    form = kept_or(GroupForm, data=texts)
    # Of the group as it is now, also where a refused form is shown again: sent once more, it was sent knowing this.
    form.seen.data = services.wish_of(group).mark
    return page("edit", group=group, form=form)


@blueprint.post(GROUP + "/edit")
@manage
def update(lang: str, group_id: UUID) -> Response:
    """Change a group."""
    form = GroupForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".edit", lang=lang, group_id=group_id), form)
    group = the_group(group_id, lock=True)
    if form.seen.data and form.seen.data != services.wish_of(group).mark and form.wish != services.wish_of(group):
        text = _(
            "Somebody changed this group meanwhile. Its name is now: %(name)s. Save again if yours is to hold.",
            name=group.name,
        )
        form.form_errors.append(text)
        return see_form_again(url_for(".edit", lang=lang, group_id=group_id), form)
    services.change_group(db.session, group, form.wish)
    return see_group(lang, group_id)


@blueprint.post(GROUP + "/close")
@manage
def close(lang: str, group_id: UUID) -> Response:
    """Close a group, or open it again."""
    group = the_group(group_id, lock=True)
    services.close_group(db.session, group, the_account().id, closed=request.form.get("do") != "open")
    return see_group(lang, group_id)


@blueprint.post(GROUP + "/door")
@manage
def open_or_shut_door(lang: str, group_id: UUID) -> Response:
    """Open the door for an hour, or shut it; an open door is a meeting of today."""
    group = the_group(group_id, lock=True)
    if request.form.get("do") == "shut":
        joining.shut_door(db.session, group)
    else:
        services.refuse_closed(group)
        joining.open_door(db.session, group)
        attendance.session_on(db.session, group, today_of(db.session, group))
    if request.form.get("show") == "tile":
        return no_store(see_other(url_for("group_room.join_screen", lang=lang, group_id=group_id)))
    return see_group(lang, group_id, "door")


@blueprint.post(GROUP + "/courses")
@manage
def assign_course(lang: str, group_id: UUID) -> Response:
    """Let a group take a course, or change its days."""
    form = CourseForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".show", lang=lang, group_id=group_id), form)
    if current_library().summary(form.pack.data or "") is None:
        raise BadRequest(_("There is no such course here."))
    services.assign_course(db.session, the_group(group_id, lock=True), form.pack.data, *form.days)
    return see_group(lang, group_id, "courses")


@blueprint.post(GROUP + "/courses/drop")
@manage
def unassign_course(lang: str, group_id: UUID) -> Response:
    """Let a group take a course no longer."""
    services.drop_course(db.session, the_group(group_id, lock=True), request.form.get("pack", ""))
    return see_group(lang, group_id, "courses")


@blueprint.get(GROUP + "/people")
@manage
def people(lang: str, group_id: UUID) -> Response:
    """Show who is in a group, to change what they are called, to add a list, to take somebody off."""
    group = the_group(group_id)
    members = services.members_of(db.session, group.id)
    return page("people", group=group, members=members, form=kept_or(NamesForm), logins=logins_of(db.session, group))


@blueprint.post(GROUP + "/people")
@manage
def add_people(lang: str, group_id: UUID) -> Response:
    """Put names on the list."""
    here = url_for(".people", lang=lang, group_id=group_id)
    form = NamesForm(request.form)
    if not form.validate():
        return see_form_again(here, form)
    group = the_group(group_id, lock=True)
    if group.closed_at is not None:
        form.names.errors = [_("This group is closed. Open it first.")]
        return see_form_again(here, form)
    services.list_people(db.session, group, form.lines)
    return no_store(see_other(here))


@blueprint.post(GROUP + "/people/<uuid:member_id>")
@manage
def change_person(lang: str, group_id: UUID, member_id: UUID) -> Response:
    """Rename somebody, or take them off the list."""
    member = services.member_of(db.session, the_group(group_id, lock=True), member_id)
    if request.form.get("do") == "remove":
        services.remove(db.session, member)
    else:
        services.rename(db.session, member, request.form.get("name", ""))
    # To their line, not to the top of a long list; who was taken off has none.
    return no_store(see_other(f"{url_for('.people', lang=lang, group_id=group_id)}#m{member.number}"))
