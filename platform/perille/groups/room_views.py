"""A group in its room: the tile to join by, meetings, who came, what was done together, and papers."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.core.current import current_config
from perille.core.dates import today
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.responses import no_store, see_other
from perille.core.web.site_address import external_url, site_address
from perille.groups import attendance, services
from perille.groups.guards import GROUP, manage, stay_in_organisation, the_group
from perille.groups.pages import ids_of, join_url, lessons_of, named_courses, picture_of, today_of
from perille.groups.paper import head_of, sheets_of
from perille.groups.views import door_of, page, see_group
from perille.groups.waiving import waive
from perille.packs.published.library import current_library
from perille.people.current import the_account

blueprint = Blueprint("group_room", __name__)
stay_in_organisation(blueprint)


@blueprint.get(GROUP + "/tile")
@manage
def join_screen(lang: str, group_id: UUID) -> Response:
    """Show how to join, in large, for the screen in the room."""
    group = the_group(group_id)
    courses = named_courses(current_library(), services.courses_of(db.session, group.id))
    lessons = [(course, lessons_of(current_library(), course.pack_id)) for course in courses]
    address = join_url(group)
    members = len(services.members_of(db.session, group.id))
    return page(
        "tile",
        group=group,
        door=door_of(group, lang),
        qr=picture_of(address),
        site_address=site_address(),
        # Typed by hand, so without what browsers put before it themselves.
        code_address=external_url("group_doors.my_groups", lang=group.language).partition("://")[2],
        lessons=lessons,
        members=members,
    )


@blueprint.post(GROUP + "/meetings")
@manage
def start_meeting(lang: str, group_id: UUID) -> Response:
    """Open the list of today's meeting, made now if there is none; "another": one more on the same day."""
    group = the_group(group_id, lock=True)
    # A press of a page that does not show the newest meeting was the second one of two.
    seen = request.form.get("after", "")
    another = request.form.get("do") == "another" and seen in ("", attendance.newest_id(db.session, group))
    meeting = attendance.session_on(db.session, group, today_of(db.session, group), another=another)
    return no_store(see_other(url_for(".meeting", lang=lang, group_id=group_id, meeting_id=meeting.id)))


@blueprint.get(GROUP + "/meetings/<uuid:meeting_id>")
@manage
def meeting(lang: str, group_id: UUID, meeting_id: UUID) -> Response:
    """Show who came, to be ticked."""
    group = the_group(group_id)
    found = attendance.session_of(db.session, group, meeting_id)
    return page(
        "meeting",
        group=group,
        meeting=found,
        members=services.members_of(db.session, group.id),
        present=attendance.present_at(db.session, found),
        is_old=found.day != today_of(db.session, group),
    )


@blueprint.post(GROUP + "/meetings/<uuid:meeting_id>")
@manage
def record_attendance(lang: str, group_id: UUID, meeting_id: UUID) -> Response:
    """Note who came."""
    group = the_group(group_id, lock=True)
    found = attendance.session_of(db.session, group, meeting_id)
    members = services.members_of(db.session, group.id)
    everybody = request.form.get("do") == "all"
    present = {member.id for member in members} if everybody else ids_of(request.form.getlist("present"))
    attendance.save_attendance(
        db.session, group, found, present, the_account().id, offline=bool(current_config().room_addresses)
    )
    if everybody:
        return no_store(see_other(url_for(".meeting", lang=lang, group_id=group_id, meeting_id=meeting_id)))
    return see_group(lang, group_id, "meetings")


@blueprint.get(GROUP + "/done")
@manage
def waiver_form(lang: str, group_id: UUID) -> Response:
    """Ask which lesson was done in class, and with whom."""
    group = the_group(group_id)
    courses = named_courses(current_library(), services.courses_of(db.session, group.id))
    members = [each for each in services.members_of(db.session, group.id) if each.learner_id is not None]
    here = attendance.here_today(db.session, [group.id], [each.id for each in members], today_of(db.session, group))
    lessons = [(course, lessons_of(current_library(), course.pack_id)) for course in courses]
    return page("done", group=group, lessons=lessons, members=members, here=here, marked=request.args.get("marked", ""))


@blueprint.post(GROUP + "/done")
@manage
def record_waiver(lang: str, group_id: UUID) -> Response:
    """Record that a lesson was done in class."""
    group = the_group(group_id, lock=True)
    pack_id, _sep, unit = request.form.get("lesson", "").partition("/")
    if pack_id not in {each.pack_id for each in services.courses_of(db.session, group.id)}:
        raise BadRequest(_("That lesson is not in a course of this group."))
    wanted = ids_of(request.form.getlist("member"))
    members = [each for each in services.members_of(db.session, group.id) if each.id in wanted]
    count = waive(
        db.session,
        current_library(),
        members,
        pack_id=pack_id,
        unit=unit,
        account_id=the_account().id,
        language=lang,
        day=today(),
    )
    return no_store(see_other(url_for(".waiver_form", lang=lang, group_id=group_id, marked=count)))


@blueprint.get(GROUP + "/list")
@manage
def printed_attendance(lang: str, group_id: UUID) -> Response:
    """Show who came to each meeting, and where people sign at the next ones, for paper."""
    group = the_group(group_id)
    return page(
        "paper_list",
        group=group,
        head_of=head_of,
        members=services.members_of(db.session, group.id),
        sheets=list(sheets_of(attendance.sessions_of(db.session, group.id)[::-1])),
        marks=attendance.marks_of(db.session, group.id),
    )


@blueprint.get(GROUP + "/cards")
@manage
def name_cards(lang: str, group_id: UUID) -> Response:
    """Show a card for each person to put on the table, for paper."""
    group = the_group(group_id)
    return page("cards", group=group, members=services.members_of(db.session, group.id))
