"""Whose word counts for progress: the platform's own, and that of a launch about its own registration and activity.

Every client of the record store may write statements about anything; a certificate must not follow from them. What counts is read from
the authority, which the store writes itself and never takes from a client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import UNSET

from perille.core.database import Session
from perille.lrs.services import Launch, StoredStatement, authority_body, default_store, launch_of_authority
from perille.lrs.xapi.ifi import agent_key

#: Name of the account that vouches for what the platform itself records (xAPI Data 2.4.9).
PLATFORM = "platform"


def platform_authority(home: str) -> Mapping[str, object]:
    """Return the Agent that vouches for the platform's own statements; *home* is the home page of its actors."""
    return {"objectType": "Agent", "account": {"homePage": home, "name": PLATFORM}}


@dataclass(frozen=True, slots=True)
class StatementSource:
    """Where a statement that counts comes from: a launch, or (None) the platform."""

    launch: Launch | None

    def moment(self, statement: StoredStatement) -> datetime:
        """Return when it happened: never after it was stored, and with a launch never before that began.

        Content writes what it likes into `timestamp`; the time of keeping and a certificate's day follow from it.
        """
        at = min(statement.timestamp, statement.stored)
        return at if self.launch is None else max(at, self.launch.created_at)


_OWN = StatementSource(None)


@dataclass(slots=True)
class Trust:
    """Tells the source of statements, in one transaction."""

    session: Session
    #: Tells the homePage of this installation's actors.
    home: Callable[[Session], str]
    _own: bytes = b""
    _launches: dict[bytes, Launch | None] = field(default_factory=dict)

    def source(self, statement: StoredStatement) -> StatementSource | None:
        """Return the source of a statement; None where its authority does not count for what it says."""
        if statement.imported:
            return None
        if not self._own:
            self._own = authority_body(platform_authority(self.home(self.session)))
        if statement.authority == self._own:
            return _OWN
        launch = self._launch(statement.authority)
        return StatementSource(launch) if launch is not None and _reaches(launch, statement) else None

    def _launch(self, authority: bytes) -> Launch | None:
        if authority not in self._launches:
            self._launches[authority] = launch_of_authority(self.session, default_store(self.session), authority)
        return self._launches[authority]


def _reaches(launch: Launch, statement: StoredStatement) -> bool:
    """Tell whether a statement keeps to the limits of its launch; the store has asked so when it came."""
    registration, activity, actor = statement.registration, statement.activity, statement.actor
    if registration is None or activity is None or actor.account is UNSET or actor.is_group:
        return False
    return launch.reaches(agent_key(actor) or "", registration, activity)
