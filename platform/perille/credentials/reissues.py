"""A corrected certificate for professionals: a new issue with a code, a day and a reason of its own; the one before says "replaced"."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import func, select, update

from perille.core.database import Session, uuid7
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.credentials.codes import make_code
from perille.credentials.models import Credential, CredentialShare
from perille.credentials.services import MOST_CORRECTIONS

#: Columns that an issue has of its own.
_OWN = frozenset({"id", "code", "printed_name", "issued_on", "reason", "replaced_by_id", "replaced_on", "corrections"})


class ReissueReason(StrEnum):
    """Why a certificate is issued anew. A fixed list: a reason in own words would tell of the person."""

    SPELLING = "spelling"
    CHANGED_NAME = "changed-name"
    OTHER = "other"


def reissues_left(session: Session, credential: Credential) -> int:
    """Return how often a certificate may still be issued anew: one module is no press for papers."""
    issues = select(func.count()).select_from(Credential).where(Credential.enrolment_id == credential.enrolment_id)
    made = (session.scalar(issues) or 1) - 1
    return 0 if credential.revoked_at is not None else max(0, MOST_CORRECTIONS - made)


def reissue(
    session: Session, credential: Credential, *, printed_name: str, reason: ReissueReason, day: date
) -> Credential:
    """Return a new issue of a certificate on *day*, with another name; what was earned, and when, stays.

    *printed_name* is clean (`holder_name.clean_name`). The same name gives the same issue back. Raise Conflict for one that was replaced
    or withdrawn meanwhile, and where there were enough.
    """
    old = session.get_one(Credential, credential.id, with_for_update=True, populate_existing=True)
    if old.replaced_on is not None or not reissues_left(session, old):
        raise Conflict(_("This certificate cannot be corrected any more."))
    if printed_name == old.printed_name:
        return old
    copied = {column.key: getattr(old, column.key) for column in Credential.__table__.columns if column.key not in _OWN}
    new = Credential(
        id=uuid7(), code=make_code(), printed_name=printed_name, issued_on=day, reason=reason.value, **copied
    )
    # In this order: two issues may not count at once, and the old one refers to the new one.
    old.replaced_on = day
    session.flush()
    session.add(new)
    session.flush()
    old.replaced_by_id = new.id
    # A link shows the certificate, not one of its papers.
    session.execute(update(CredentialShare).where(CredentialShare.credential_id == old.id).values(credential_id=new.id))
    session.flush()
    return new
