"""What groups bring."""

from __future__ import annotations

from datetime import timedelta

from perille.core.database import Session, run_in_transaction
from perille.core.dates import day_in
from perille.core.feature import Feature, MergeRule, MergeStrategy, NavigationItem, Permission, Place, Scope
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.core.synced_tables import ConflictRule, SyncedTable
from perille.groups.join_views import blueprint as doors
from perille.groups.login_views import blueprint as logins
from perille.groups.mentor_views import blueprint as mentor_desk
from perille.groups.mentor_views import own as mentoring
from perille.groups.mentors import MENTORING, forget_dead
from perille.groups.models import (
    Attendance,
    Group,
    GroupCourse,
    GroupLogin,
    GroupMember,
    GroupSession,
    GroupTrainer,
    GroupWaiver,
    MentorMeeting,
    MentorPair,
)
from perille.groups.room_views import blueprint as room
from perille.groups.services import MANAGE, MINE, forget_old_names
from perille.groups.views import blueprint


def forget_names(session: Session) -> int:
    """Delete names on lists of groups that ended long ago, and pairs of mentors who are none any more."""

    def work() -> int:
        forget_dead(session)
        return forget_old_names(session, day_in(""))

    return run_in_transaction(session, work, write=True)


feature = Feature(
    name="groups",
    blueprints=(blueprint, room, logins, mentor_desk, mentoring, doors),
    jobs=(Job("group-names", forget_names, timedelta(days=1), lazy_gettext("Delete names on lists of old groups")),),
    models=(
        Group,
        GroupTrainer,
        GroupCourse,
        GroupMember,
        GroupLogin,
        GroupSession,
        Attendance,
        GroupWaiver,
        MentorPair,
        MentorMeeting,
    ),
    carried=(
        SyncedTable(
            model=Group,
            settle={
                "name": ConflictRule.OFFICE,
                "language": ConflictRule.OFFICE,
                "places": ConflictRule.OFFICE,
                "starts_on": ConflictRule.OFFICE,
                "ends_on": ConflictRule.OFFICE,
                "closed_at": ConflictRule.GREATER,
            },
            without=frozenset({"door_code", "door_until", "door_renewed_at"}),
        ),
        SyncedTable(model=GroupTrainer, through="group_id"),
        SyncedTable(
            model=GroupCourse,
            through="group_id",
            settle={"starts_on": ConflictRule.OFFICE, "ends_on": ConflictRule.OFFICE},
        ),
        SyncedTable(
            model=GroupMember,
            through="group_id",
            number="number",
            within=("group_id",),
            # A name on the list may be given a phone or a user name later.
            settle={"name": ConflictRule.OFFICE, "left_at": ConflictRule.GREATER, "learner_id": ConflictRule.GREATER},
        ),
        SyncedTable(model=GroupSession, through="group_id"),
        SyncedTable(
            model=Attendance,
            through="session_id",
            settle={
                "present": ConflictRule.GREATER,
                "edited_at": ConflictRule.GREATER,
                "edited_by": ConflictRule.GREATER,
            },
        ),
        SyncedTable(model=GroupWaiver, through="member_id"),
    ),
    # A user name with a PIN opens where it was made; mentors have no account on the laptop of a room.
    stays=(GroupLogin, MentorPair, MentorMeeting),
    personal_data=(GroupTrainer, GroupMember, GroupLogin, Attendance, GroupWaiver, MentorPair, MentorMeeting),
    # Somebody who is in a group twice stands on two lines, each with its meetings; the trainer may take one off.
    merge_rules=(MergeRule(model=GroupMember, rule=MergeStrategy.MOVE),),
    navigation=(NavigationItem(Place.FOOTER, "group_doors.my_groups", lazy_gettext("My group"), order=35),),
    permissions=(
        Permission(
            name=MANAGE,
            about="Make and lead groups: trainers their own, coordinators those of the organisation",
            roles=frozenset({"trainer", "coordinator"}),
            scope=Scope.GROUP,
        ),
        Permission(
            name=MINE,
            about="List the groups that one leads",
            roles=frozenset({"trainer", "coordinator"}),
            scope=Scope.SELF,
        ),
        Permission(
            name=MENTORING,
            about="See the people whose mentor one is, and note when one meets",
            roles=frozenset({"mentor"}),
            scope=Scope.SELF,
        ),
    ),
    public=frozenset(
        f"group_doors.{name}"
        for name in (
            "my_groups",
            "look_up_group",
            "scan_code",
            "confirm_join",
            "join",
            "check_in",
            "leave",
            "end_mentoring",
        )
    ),
    read_by_learners=frozenset({"group_room.join_screen"}),
)
