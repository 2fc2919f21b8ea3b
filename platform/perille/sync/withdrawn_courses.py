"""At the office: a course that a group takes no longer is back while a laptop brings what was done in it, and gone again at the end.

What was done in a course is stored as what hangs on a course of the group. Which courses are back only for that is noted, so that a
run that was cut off, and the next one that goes on from there, leave the group as the office wanted it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, event, select

from perille.core.database import Session, utcnow
from perille.groups.models import GroupCourse
from perille.sync.models import SyncBase, SyncRun
from perille.sync.scope import Scope, table_of
from perille.sync.wire import base_key, key_of

#: After how long a run that came to no end keeps nobody from taking a course off again.
_AT_WORK = timedelta(hours=1)


def note_put_back(session: Session, key: str) -> None:
    """Note that the office had taken this course off its group."""
    session.merge(SyncBase(key=_noted(key), digests={}))
    session.flush()


def take_off_again(session: Session, scope: Scope, run: SyncRun) -> None:
    """Take the courses off again that were back for a run; while another laptop of the organisation brings, its end does it."""
    query = select(SyncRun.id).where(
        SyncRun.organisation_id == run.organisation_id,
        SyncRun.direction == "bring",
        SyncRun.id != run.id,
        SyncRun.ended_at.is_(None),
        SyncRun.began_at > utcnow() - _AT_WORK,
    )
    if session.scalar(query.limit(1)) is not None:
        return
    table = table_of(scope.tables["group_course"])
    for row in scope.rows(session, "group_course"):
        noted = session.get(SyncBase, _noted(key_of(table, row)))
        if noted is not None:
            mine = (table.c.group_id == row["group_id"]) & (table.c.pack_id == row["pack_id"])
            session.execute(delete(table).where(mine))
            session.delete(noted)
    session.flush()


@event.listens_for(GroupCourse, "after_insert")
@event.listens_for(GroupCourse, "after_update")
@event.listens_for(GroupCourse, "after_delete")
def _end_note(_mapper: object, connection: Connection, course: GroupCourse) -> None:
    """Let the office's last word count: a course that it takes off, gives again or dates while it is back is no longer so for a run alone.

    Rows that a laptop brings are stored past the models, and do not come here.
    """
    values = {"group_id": course.group_id, "pack_id": course.pack_id}
    noted = _noted(key_of(GroupCourse.__table__, values))  # type: ignore[arg-type]
    connection.execute(delete(SyncBase).where(SyncBase.key == noted))


def _noted(key: str) -> str:
    return base_key(f"put back {key}")
