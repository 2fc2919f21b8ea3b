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
    until = _first_end(modules)
    refreshed = all(_is_extended_after(each, path.awarded_on) for each in modules)
    if not refreshed or until is None or path.expires_on is None or until <= path.expires_on:
        return
    since = path.extended_on or path.awarded_on
    path.extended_minutes = sum(_new_minutes(each, since, day) for each in modules)
    path.expires_on, path.extended_on = until, day


def _new_minutes(module: Credential, since: date, day: date) -> int:
    """Return the minutes of a refresher that was taken after *since*, or on *day*, which is today."""
    is_new = _is_extended_after(module, since) or module.extended_on == day
    return (module.extended_minutes or 0) if is_new else 0


def _is_extended_after(module: Credential, day: date) -> bool:
    return module.extended_on is not None and module.extended_on > day


def _first_end(modules: list[Credential]) -> date | None:
    """Return the day on which the first of some certificates ends; None where one of them has no such day."""
    ends = [each.expires_on for each in modules if each.expires_on is not None]
    return min(ends) if len(ends) == len(modules) else None
