"""What is to happen to drafts by itself, and what did not happen, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from perille.core.database import utcnow
from perille.core.dates import moment
from perille.core.extensions import db
from perille.core.i18n import language_of, lazy_gettext
from perille.studio.models import StudioDraft, StudioSchedule
from perille.studio.schedule_notices import REASONS
from perille.studio.scheduling import ScheduledAction, ScheduleState, shown_rows

ACTIONS = {
    ScheduledAction.PUBLISH: lazy_gettext("To be published"),
    ScheduledAction.WITHDRAW: lazy_gettext("To be taken out of the lists"),
}
#: How long after its moment something is not yet late: the job comes every half a minute.
_PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """What is to happen by itself, or was to and did not."""

    action: str
    what: str
    #: The moment by its clock, which is named.
    when: str
    made_by: UUID | None
    #: Since when what is written is not in it, as *when*; "" where all is in it.
    without_since: str
    #: Why it did not happen; "" for what is to come.
    why: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class PlannedEvents:
    """What is to happen to a draft by itself, soonest first, and what did not happen and nobody has read yet."""

    coming: list[PlannedEvent] = field(default_factory=list)
    stopped: list[PlannedEvent] = field(default_factory=list)


def planned_of(drafts: Sequence[StudioDraft]) -> Mapping[UUID, PlannedEvents]:
    """Return draft -> what is to happen to it by itself."""
    known = {each.id: each for each in drafts}
    found = {number: PlannedEvents() for number in known}
    for row in shown_rows(db.session, list(known)):
        planned = found[row.draft_id]
        place = planned.coming if row.state == ScheduleState.WAITING else planned.stopped
        place.append(_shown(known[row.draft_id], row))
    return found


def _shown(draft: StudioDraft, row: StudioSchedule) -> PlannedEvent:
    is_older = row.action == ScheduledAction.PUBLISH and row.revision != draft.revision
    return PlannedEvent(
        action=row.action,
        what=str(ACTIONS[ScheduledAction(row.action)]),
        when=moment(row.at, language_of(), row.country),
        made_by=row.made_by,
        without_since=moment(row.chosen_at, language_of(), row.country) if is_older else "",
        why=str(REASONS[row.why]) if row.why else "",
        is_late=row.at < utcnow() - _PATIENCE,
    )
