"""How far a code on paper reaches that is made in a room: the page that shows it must promise no more."""

from __future__ import annotations

from uuid import UUID

from perille.core.current import current_config
from perille.core.extensions import db
from perille.sync.codes import are_brought
from perille.sync.room import office_site, organisation_of_office
from perille.sync.scope import scope_of


def office_of_code(learner_id: UUID) -> str | None:
    """Return the address of the office at which a learner's code works later, "" where it never works but here; None outside of rooms."""
    if not current_config().room_addresses:
        return None
    organisation = organisation_of_office(db.session)
    if organisation is None or not are_brought(db.session):
        return ""
    is_carried = scope_of(organisation.id).has(db.session, "learner", "id", learner_id)
    return office_site(db.session).partition("://")[2] if is_carried else ""
