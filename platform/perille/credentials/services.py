"""Credentials: awarded once for an enrolment, found by their code, withdrawn by staff."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from perille.core.database import Session, utcnow
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.credentials.codes import make_code
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment
from perille.people.audit import audit
from perille.tracking.services import record
from perille.tracking.statements import Act, ActivityType, NamedActivity, VerbId, activity_id

#: What stands for the credential in the id of its activity; no unit may have that key.
_UNIT = "certificate"
_LONGEST_TITLE = 300
#: How often the printed name may be corrected, and for how many days from the award: one course is no press for papers.
MOST_CORRECTIONS = 3
CORRECTION_DAYS = 14


class CredentialState(StrEnum):
    """Whether a credential counts."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    #: A corrected issue took its place.
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionProof:
    """What the certificate of a module for professionals proves beside that it was completed; see `Credential`."""

    subject: str = ""
    local_subject: str = ""
    test_percent: int | None = None
    test_passed_on: date | None = None
    test_critical: bool = False
    national: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """What was learned, as the course says it on the day of the award."""

    #: Kind of the credential, as the pack names it.
    kind: str
    #: Title in the course's source language, and that language.
    title: str
    source_language: str
    #: Title in the learner's language.
    local_title: str
    #: What a person needs for it alone (docs/pack-format.md).
    minutes: int
    #: Last day on which it counts, None for ever.
    expires_on: date | None = None
    #: For professionals; with it the printed name is fixed.
    proof: CompletionProof | None = None


def award(
    session: Session,
    enrolment: Enrolment,
    achievement: Achievement,
    *,
    printed_name: str,
    language: str,
    issuer: str,
    day: date,
    logo: str = "",
) -> Credential:
    """Return the enrolment's credential, made and recorded now if there is none; two presses at once give one.

    Awarded again, its learner corrects what is theirs: the printed name, and the language of the paper. Title, time, day, issuer
    and code stay as they were first awarded. *printed_name* is clean (`names.clean_name`). Raise Conflict for a withdrawn one, and
    for another name when it can be corrected no more (`corrections_left`) or is fixed (`reissues.reissue`). *day*: of the award, or of
    the correction. *logo*: its name, as the site has it at the time of the award.
    """
    found = of_enrolment(session, enrolment)
    if found is None:
        made = _new(enrolment, achievement, printed_name=printed_name, language=language, issuer=issuer, day=day)
        made.logo = logo
        if _add(session, made):
            _record_earned(session, enrolment, achievement, language)
            return made
        found = of_enrolment(session, enrolment)
        assert found is not None, "only a second award of this enrolment can clash"
    if found.revoked_at is not None:
        raise Conflict(_("This certificate was withdrawn. It cannot be changed."))
    _correct_name(found, printed_name, day)
    found.language = language
    found.local_title = achievement.local_title[:_LONGEST_TITLE]
    if achievement.proof is not None and found.name_fixed:
        found.local_subject = achievement.proof.local_subject
    session.flush()
    return found


def last_correction_day(credential: Credential) -> date:
    """Return the last day on which the printed name may be corrected."""
    return credential.awarded_on + timedelta(days=CORRECTION_DAYS)


def corrections_left(credential: Credential, day: date) -> int:
    """Return how often the printed name may still be corrected on *day*; its last day is included."""
    closed = credential.revoked_at is not None or day > last_correction_day(credential)
    return 0 if closed else max(0, MOST_CORRECTIONS - credential.corrections)


def _correct_name(credential: Credential, name: str, day: date) -> None:
    if name == credential.printed_name:
        return
    if credential.name_fixed or not corrections_left(credential, day):
        raise Conflict(_("The name on this certificate cannot be corrected any more."))
    credential.printed_name, credential.corrected_on = name, day
    credential.corrections += 1


def last_day(day: date, months: int) -> date | None:
    """Return the last day on which a credential of *day* counts; None for one that always does."""
    if not months:
        return None
    year, month = divmod(day.month - 1 + months, 12)
    length = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, length))


def of_enrolment(session: Session, enrolment: Enrolment) -> Credential | None:
    """Return the credential of an enrolment in its newest issue, or None."""
    current = select(Credential).where(Credential.enrolment_id == enrolment.id, Credential.replaced_on.is_(None))
    return session.scalar(current)


def find(session: Session, code: str) -> Credential | None:
    """Return the credential of a normalised code (`codes.normalise`), or None."""
    return session.scalar(select(Credential).where(Credential.code == code))


def state(credential: Credential, day: date) -> CredentialState:
    """Tell whether a credential counts on *day*; its last day is included."""
    if credential.revoked_at is not None:
        return CredentialState.REVOKED
    if credential.replaced_on is not None:
        return CredentialState.REPLACED
    if credential.expires_on is not None and credential.expires_on < day:
        return CredentialState.EXPIRED
    return CredentialState.VALID


def revoke(session: Session, credential: Credential, account_id: UUID | None) -> None:
    """Withdraw a credential and note who did it (None: at the command line); a second time changes nothing.

    An issue that was replaced leads to the newest one, which is withdrawn too: the certificate is one.
    """
    if credential.replaced_by_id is not None:
        revoke(session, session.get_one(Credential, credential.replaced_by_id), account_id)
    if credential.revoked_at is None:
        credential.revoked_at = utcnow()
        audit(session, account_id, "credential.revoked", None, credential.id)
        session.flush()


def _new(
    enrolment: Enrolment, achievement: Achievement, *, printed_name: str, language: str, issuer: str, day: date
) -> Credential:
    proof = achievement.proof or CompletionProof()
    return Credential(
        enrolment_id=enrolment.id,
        name_fixed=achievement.proof is not None,
        **asdict(proof),
        code=make_code(),
        kind=achievement.kind,
        pack_id=enrolment.pack_id,
        title=achievement.title[:_LONGEST_TITLE],
        local_title=achievement.local_title[:_LONGEST_TITLE],
        language=language,
        minutes=achievement.minutes,
        issuer=issuer,
        printed_name=printed_name,
        awarded_on=day,
        expires_on=achievement.expires_on,
    )


def _add(session: Session, made: Credential) -> bool:
    """Add the row; tell whether it is the first of its enrolment."""
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return False
    return True


def _record_earned(session: Session, enrolment: Enrolment, achievement: Achievement, language: str) -> None:
    # Neither the name nor the code is in the statement: the record must not lead from a learner to a paper.
    names = {achievement.source_language: achievement.title, language: achievement.local_title}
    course = NamedActivity(id=activity_id(enrolment.pack_id), type=ActivityType.COURSE, names=names)
    earned = NamedActivity(id=activity_id(enrolment.pack_id, _UNIT), type=ActivityType.CREDENTIAL, names=names)
    record(
        session,
        [Act(verb=VerbId.EARNED, object=earned, parent=course, course=course)],
        actor_name=enrolment.learner.actor_name,
        registration=enrolment.registration,
        language=language,
    )
