"""How far a code on paper reaches that is made in a room: the page that shows it must promise no more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from perille.core.current import current_config
from perille.core.extensions import db
from perille.sync.codes import are_brought, is_known_at_office
from perille.sync.room import office_site, organisation_of_office
from perille.sync.scope import scope_of


@dataclass(frozen=True, slots=True)
class CodeReach:
    """Where a code opens progress that is made on a laptop in a room."""

    #: Address of the office at which the code works later, "" where it never works but here.
    office: str = ""
    #: Whether the progress itself is brought to the office.
    is_carried: bool = False
    #: Whether the office knows the learner: somebody may have opened the progress there, and then it takes no further code of a room.
    is_known_there: bool = False


def reach_of_code(learner_id: UUID) -> CodeReach | None:
    """Return how far a code of a learner reaches; None outside of rooms, where it opens progress on any phone."""
    if not current_config().room_addresses:
        return None
    organisation = organisation_of_office(db.session)
    if organisation is None:
        return CodeReach()
    scope = scope_of(organisation.id)
    if not scope.has(db.session, "learner", "id", learner_id):
        return CodeReach()
    return CodeReach(
        office=office_site(db.session).partition("://")[2] if are_brought(db.session) else "",
        is_carried=True,
        is_known_there=is_known_at_office(db.session, scope, learner_id),
    )
