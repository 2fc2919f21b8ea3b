"""A certificate that counts longer: its last day moves on, its code stays, and paper and check say when and by what."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.credentials.models import Credential
from perille.credentials.services import last_day
from perille.domain.refresher import is_open, test_of
from perille.enrolment.models import Enrolment
from perille.packs.published.library import current_library


def extend(session: Session, credential: Credential, *, day: date, months: int, minutes: int) -> bool:
    """Let a certificate count *months* longer from its last day, or from *day* where that is over; tell whether it does so now.

    *minutes*: of the refresher. Nothing changes where it was extended just now, was withdrawn or replaced, or is not open to be extended.
    """
    row = session.get_one(Credential, credential.id, with_for_update=True, populate_existing=True)
    if row.revoked_at is not None or row.replaced_on is not None or row.expires_on is None:
        return False
    if not is_open(row.expires_on, day):
        return False
    row.expires_on = last_day(max(row.expires_on, day), months)
    row.extended_on, row.extended_minutes = day, minutes
    session.flush()
    _extend_paths(session, session.get_one(Enrolment, row.enrolment_id).learner_id, day)
    return True


def modules_of(pack_id: str) -> frozenset[str]:
    """Return the modules that a path leads through; none for a module, and for a pack that is no longer published."""
    edition = current_library().newest(pack_id)
    return edition.structure.modules if edition is not None else frozenset()


def modules_refresh(pack_id: str) -> bool:
    """Tell whether each module of a path has a refresher: with one that has none its certificate is never extended."""
    editions = [current_library().newest(module) for module in modules_of(pack_id)]
    return all(edition is not None and test_of(edition.structure) is not None for edition in editions)


def _extend_paths(session: Session, learner_id: UUID, day: date) -> None:
    """Let the certificates of a learner's paths count as long as those of all their modules, once each of these was extended."""
    current = select(Credential).join(Enrolment, Enrolment.id == Credential.enrolment_id)
    current = current.where(Enrolment.learner_id == learner_id)
    current = current.where(Credential.replaced_on.is_(None), Credential.revoked_at.is_(None))
    by_pack = {row.pack_id: row for row in session.scalars(current.order_by(Credential.expires_on))}
    for path in by_pack.values():
        modules = modules_of(path.pack_id)
        if modules and modules <= set(by_pack):
            _extend_path(path, [by_pack[module] for module in modules], day)
    session.flush()


def _extend_path(path: Credential, modules: list[Credential], day: date) -> None:
    """Let a path count until the first of its modules ends, where each was refreshed since it was awarded.

    Not since it was last extended: modules end at different times of a year, and the path would end before the last of them is open again.
    """
    refreshed = [each for each in modules if each.extended_on is not None and each.extended_on > path.awarded_on]
    ends = [each.expires_on for each in refreshed if each.expires_on is not None]
    if len(ends) < len(modules) or path.expires_on is None or min(ends) <= path.expires_on:
        return
    since = path.extended_on or path.awarded_on
    new = [
        each
        for each in refreshed
        if each.extended_on is not None and (each.extended_on > since or each.extended_on == day)
    ]
    path.expires_on, path.extended_on = min(ends), day
    path.extended_minutes = sum(each.extended_minutes or 0 for each in new)
