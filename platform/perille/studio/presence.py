"""Who else has a lesson open: what the script of each page says now and then, and who saved lately, which needs no script.

No connection is held: a page asks every quarter of a minute. Somebody whose page is hidden is away and not gone, and somebody with words
that are not saved yet is told of for half an hour, because those words come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, func, select

from perille.core.database import Session, utcnow
from perille.studio.models import StudioChange, StudioDraft, StudioPresence, StudioRevision

#: Rows are forgotten after this time, as soon as somebody opens a lesson.
FORGOTTEN = timedelta(minutes=30)
#: Pages of one person in a draft that are remembered: each has a name of its own making.
_PAGES = 20
#: How long a save without script says that somebody is at work.
_LATELY = timedelta(minutes=5)
#: A page that is closed sends its words, and says that it had some, at the same moment: either may come first.
_TOGETHER = timedelta(seconds=5)


class PresenceState(StrEnum):
    """What a page says of its reader."""

    HERE = "here"
    #: The page is hidden.
    AWAY = "away"
    #: With words that are not saved yet, whether or not the page is hidden.
    UNSENT = "unsent"
    #: The page was closed.
    GONE = "gone"


#: How long a page that says nothing any more counts; browsers let a hidden one speak once a minute.
_COUNTS = {
    PresenceState.HERE: timedelta(seconds=50),
    PresenceState.AWAY: timedelta(minutes=5),
    PresenceState.UNSENT: FORGOTTEN,
}
#: Of several pages of one person the one that says most is told of.
_ORDER = (PresenceState.UNSENT, PresenceState.HERE, PresenceState.AWAY)


@dataclass(frozen=True, slots=True)
class CoAuthor:
    """Somebody else in a lesson."""

    account_id: UUID
    #: Number of the screen, from 1; 0 where it is not known.
    screen: int
    #: None for somebody of whom only a save is known.
    state: PresenceState | None
    at: datetime


def note(
    session: Session, draft: StudioDraft, account_id: UUID, tab: str, path: str, screen: int, state: PresenceState
) -> None:
    """Keep what a page says: which screen of a lesson it shows, and how its reader is there. A new page has what is old forgotten."""
    row = session.get(StudioPresence, (draft.id, account_id, tab), populate_existing=True)
    if state is PresenceState.GONE:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.execute(delete(StudioPresence).where(StudioPresence.seen_at < utcnow() - FORGOTTEN))
        mine = select(StudioPresence).where(
            StudioPresence.draft_id == draft.id, StudioPresence.account_id == account_id
        )
        for old in session.scalars(mine.order_by(StudioPresence.seen_at.desc()).offset(_PAGES - 1)).all():
            session.delete(old)
        session.add(
            StudioPresence(
                draft_id=draft.id,
                account_id=account_id,
                tab=tab,
                path=path,
                screen=screen,
                state=state.value,
                seen_at=utcnow(),
            )
        )
    else:
        row.path, row.screen, row.state, row.seen_at = path, screen, state.value, utcnow()
    session.flush()


def others(session: Session, draft: StudioDraft, path: str, account_id: UUID) -> list[CoAuthor]:
    """Return who else has a lesson open or saved in it lately, each person once, by screen."""
    wanted = select(StudioPresence).where(
        StudioPresence.draft_id == draft.id, StudioPresence.path == path, StudioPresence.account_id != account_id
    )
    saves = {each.account_id: each for each in _saves(session, draft, path) if each.account_id != account_id}
    there = [_as_it_is(row, saves.get(row.account_id)) for row in session.scalars(wanted)]
    found: dict[UUID, CoAuthor] = {}
    for state, row in sorted(there, key=_weight):
        if row.seen_at > utcnow() - _COUNTS[state]:
            found.setdefault(row.account_id, CoAuthor(row.account_id, row.screen, state, row.seen_at))
    lately = {each.account_id: each for each in saves.values() if each.at > utcnow() - _LATELY}
    return sorted((lately | found).values(), key=lambda each: (each.screen, each.account_id))


def _as_it_is(row: StudioPresence, saved: CoAuthor | None) -> tuple[PresenceState, StudioPresence]:
    """Return a page with how its reader is there: a page that is closed sends its words, and cannot say that they have come."""
    state = PresenceState(row.state)
    have_come = saved is not None and saved.at > row.seen_at - _TOGETHER
    return (PresenceState.HERE if state is PresenceState.UNSENT and have_come else state), row


def _weight(there: tuple[PresenceState, StudioPresence]) -> tuple[int, float]:
    state, row = there
    return _ORDER.index(state), -row.seen_at.timestamp()


def _saves(session: Session, draft: StudioDraft, path: str) -> Iterable[CoAuthor]:
    """Yield who saved a lesson, as long as pages are remembered, with the newest save: they may have no script."""
    wanted = (
        select(StudioRevision.account_id, func.max(StudioRevision.at))
        .join(
            StudioChange,
            (StudioChange.draft_id == StudioRevision.draft_id) & (StudioChange.number == StudioRevision.number),
        )
        .where(StudioRevision.draft_id == draft.id, StudioChange.path == path, StudioRevision.at > utcnow() - FORGOTTEN)
    )
    for account_id, at in session.execute(wanted.group_by(StudioRevision.account_id)):
        if account_id is not None:
            yield CoAuthor(account_id, 0, None, at)
