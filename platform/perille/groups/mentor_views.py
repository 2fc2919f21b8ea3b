"""Pages of pairs: the trainer's, who makes them in a group, and the mentor's own."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from perille.core.collation import alphabetical
from perille.core.extensions import db
from perille.core.permissions import require
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store, see_other
from perille.groups import mentors, services
from perille.groups.forms import MeetingForm, MentorForm
from perille.groups.guards import GROUP, manage, stay_in_organisation, the_group
from perille.groups.mentors import MENTORING
from perille.groups.pages import sheets_of, today_of
from perille.groups.views import page
from perille.packs.published.library import current_library
from perille.people.current import the_account

blueprint = Blueprint("group_mentors", __name__)
stay_in_organisation(blueprint)
own = Blueprint("mentoring", __name__)


@blueprint.get(GROUP + "/mentors")
@manage
def show(lang: str, group_id: UUID) -> Response:
    """Show who of a group has which mentor."""
    group = the_group(group_id)
    members = services.members_of(db.session, group.id)
    return page(
        "mentors",
        group=group,
        members=members,
        mentors=alphabetical(mentors.mentors_in(db.session, group.organisation_id), lang, lambda each: each.label),
        pairs=mentors.pairs_in(db.session, [each.id for each in members], closed=group.closed_at is not None),
    )


@blueprint.post(GROUP + "/mentors/<uuid:member_id>")
@manage
def assign_mentor(lang: str, group_id: UUID, member_id: UUID) -> Response:
    """Give somebody a mentor, or end the pair where none is chosen."""
    group = the_group(group_id, lock=True)
    member = services.present_member(db.session, group, member_id)
    form = MentorForm(request.form)
    if form.chosen is None:
        mentors.end_shown(db.session, member.id, form.pair.data or "")
    else:
        services.refuse_closed(group)
        mentors.pair(db.session, group, member, form.chosen, form.pair.data or "", by=the_account().id)
    return no_store(see_other(url_for(".show", lang=lang, group_id=group_id)))


@own.get("/<lang:lang>/mentoring")
@require(MENTORING)
def my_mentees(lang: str) -> Response:
    """List the people whose mentor one is, with the day of the next meeting."""
    account = the_account().id
    resting = mentors.pairs_of(db.session, account, closed=True)
    return page("mentoring", pairs=mentors.pairs_of(db.session, account), resting=resting)


@own.get("/<lang:lang>/mentoring/<uuid:member_id>")
@require(MENTORING)
def show_pair(lang: str, member_id: UUID) -> Response:
    """Show one pair: when it meets, when it met, and the sheets of the group's courses."""
    found = mentors.pair_of(db.session, the_account().id, member_id)
    form = kept_or(MeetingForm, data={"next_on": found.next_on.isoformat() if found.next_on else ""})
    return page(
        "mentor_pair",
        pair=found,
        form=form,
        met=mentors.meetings_of(db.session, member_id),
        sheets=sheets_of(current_library(), services.courses_of(db.session, found.group.id)),
    )


@own.post("/<lang:lang>/mentoring/<uuid:member_id>")
@require(MENTORING)
def record_meetings(lang: str, member_id: UUID) -> Response:
    """Write down the days of meetings; "end" ends the pair."""
    ends = request.form.get("do") == "end"
    found = mentors.pair_of(db.session, the_account().id, member_id, resting=ends)
    if ends:
        mentors.end_shown(db.session, found.member_id, request.form.get("pair", ""))
        return no_store(see_other(url_for(".my_mentees", lang=lang)))
    form = MeetingForm(request.form)
    form.today = today_of(db.session, found.group)
    here = url_for(".show_pair", lang=lang, member_id=member_id)
    if not form.validate():
        return see_form_again(here, form)
    mentors.note(db.session, found, next_on=form.next_day, met_on=form.met_day)
    return no_store(see_other(here))
