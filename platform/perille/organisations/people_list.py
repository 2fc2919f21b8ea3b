"""Who is in an organisation, and what they finished: what a coordinator sees of them, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from perille.assessment.models import Attempt, taken_at
from perille.consents.services import who_agrees
from perille.core.collation import alphabetical
from perille.core.database import Session
from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.credentials.extensions import modules_of
from perille.credentials.models import Credential
from perille.domain.refresher import ALL, MINUTES
from perille.enrolment.models import Enrolment
from perille.organisations.purposes import RESULTS
from perille.people.models import Account, Invitation, Membership, Role
from perille.profiles.models import AccountLearner
from perille.tracking.models import CourseProgress

#: People on a page.
PAGE = 50
#: A certificate that ends within these days is told of.
SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Result:
    """What somebody did in one module: when it began and was finished, and its certificate. Never an answer."""

    account_id: UUID
    enrolment_id: UUID
    pack_id: str
    begun_at: datetime | None = None
    finished_at: datetime | None = None
    #: Of the certificate; None and 0 without one that counts.
    awarded_on: date | None = None
    expires_on: date | None = None
    minutes: int = 0
    #: Of the newest refresher; None and 0 where there was none.
    extended_on: date | None = None
    extended_minutes: int = 0
    #: Days of the refreshers before that one: the certificate itself knows the newest alone.
    refreshed_on: tuple[date, ...] = ()
    #: Of the minutes of a path those that certificates of its modules count already.
    minutes_of_modules: int = 0

    def minutes_in(self, year: int) -> int:
        """Return the minutes of a year: of the certificate in that of its award, of each refresher in that of the refresher."""
        own = max(0, self.minutes - self.minutes_of_modules)
        awarded = own if self.awarded_on is not None and self.awarded_on.year == year else 0
        newest = self.extended_minutes if self.extended_on is not None and self.extended_on.year == year else 0
        return awarded + newest + MINUTES * sum(day.year == year for day in self.refreshed_on)

    @property
    def years(self) -> set[int]:
        """The years in which something was earned."""
        return {day.year for day in (self.awarded_on, self.extended_on, *self.refreshed_on) if day is not None}

    def is_ending(self, day: date) -> bool:
        """Whether the certificate ends soon, or has ended."""
        return self.expires_on is not None and self.expires_on <= day + SOON


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in an organisation."""

    account: Account
    roles: tuple[Role, ...]
    results: tuple[Result, ...] = field(default=())
    #: Whether they joined as a professional and agree that the organisation sees their results.
    shares: bool = False

    @property
    def joined(self) -> bool:
        """Whether they joined as a professional."""
        return Role.MEMBER in self.roles

    def minutes_in(self, year: int) -> int:
        """Return the minutes of certificates and refreshers of a year."""
        return sum(each.minutes_in(year) for each in self.results)

    @property
    def finished(self) -> int:
        """How many modules they finished."""
        return sum(each.finished_at is not None for each in self.results)

    def ending(self, day: date) -> list[Result]:
        """Return the certificates that end soon or have ended."""
        return [each for each in self.results if each.is_ending(day)]


def _members(organisation_id: UUID, search: str) -> Select[Account]:
    query = select(Account).where(
        Account.id.in_(select(Membership.account_id).where(Membership.organisation_id == organisation_id))
    )
    if search:
        like = f"%{_escaped(search)}%"
        query = query.where(
            or_(*(column.ilike(like, escape="\\") for column in (Account.name, Account.email, Account.username)))
        )
    return query


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def count_people(session: Session, organisation_id: UUID, search: str = "") -> int:
    """Return how many people are in an organisation, or of them those whose name or address holds *search*."""
    return session.scalar(select(func.count()).select_from(_members(organisation_id, search).subquery())) or 0


def invitations_of(
    session: Session, organisation_id: UUID, *, search: str = "", page: int = 0, size: int = PAGE
) -> tuple[list[Invitation], int]:
    """Return a page of the open invitations of an organisation, those that wait for an answer first, and how many there are.

    After a table was brought in there are thousands.
    """
    query = select(Invitation).where(Invitation.organisation_id == organisation_id, Invitation.used_at.is_(None))
    if search:
        like = f"%{_escaped(search)}%"
        query = query.where(or_(*(column.ilike(like, escape="\\") for column in (Invitation.name, Invitation.email))))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Invitation.claimed_by.is_(None), Invitation.id.desc())
    return list(session.scalars(ordered.limit(size).offset(page * size))), total


def people_of(
    session: Session,
    organisation_id: UUID,
    packs: Iterable[str],
    *,
    language: str,
    search: str = "",
    page: int = 0,
    size: int | None = PAGE,
) -> list[PersonRow]:
    """Return a page of the people of an organisation, with their results in *packs* where they share them.

    They stand in the order of the letters of *language*, which no database knows. *size*: None for all of them.
    """
    # Of one name, by their addresses: else who stands where a page ends may be on the next one too, or on none.
    query = _members(organisation_id, search).order_by(Account.email_key, Account.id)
    called = Account.name, Account.username, Account.email, Account.id
    if size is None:
        found = list(session.scalars(query))
        return _rows(session, organisation_id, alphabetical(found, language, lambda each: each.label), packs)
    names = {
        row.id: row.name or row.username or row.email or "" for row in session.execute(query.with_only_columns(*called))
    }
    wanted = alphabetical(names, language, names.__getitem__)[page * size : (page + 1) * size]
    accounts = {each.id: each for each in session.scalars(select(Account).where(Account.id.in_(wanted)))}
    return _rows(session, organisation_id, [accounts[number] for number in wanted], packs)


def person_of(session: Session, organisation_id: UUID, account_id: UUID, packs: Iterable[str]) -> PersonRow:
    """Return somebody of an organisation; raise NotFound for somebody who is in none or in another."""
    account = session.scalar(_members(organisation_id, "").where(Account.id == account_id))
    if account is None:
        raise NotFound(_("There is no such person in this organisation."))
    return _rows(session, organisation_id, [account], packs)[0]


def _rows(session: Session, organisation_id: UUID, accounts: list[Account], packs: Iterable[str]) -> list[PersonRow]:
    numbers = [each.id for each in accounts]
    roles: dict[UUID, list[Role]] = {}
    held = select(Membership.account_id, Membership.role).where(
        Membership.organisation_id == organisation_id, Membership.account_id.in_(numbers)
    )
    for account_id, role in session.execute(held):
        roles.setdefault(account_id, []).append(Role(role))
    joined = [number for number in numbers if Role.MEMBER in roles.get(number, ())]
    sharing = who_agrees(session, joined, RESULTS.name, organisation_id)
    results = results_of(session, sharing, packs)
    return [
        PersonRow(each, tuple(sorted(roles.get(each.id, ()))), results.get(each.id, ()), each.id in sharing)
        for each in accounts
    ]


def results_of(session: Session, accounts: Iterable[UUID], packs: Iterable[str]) -> Mapping[UUID, tuple[Result, ...]]:
    """Return what people did in *packs*, by account; nothing of progress that is in no account."""
    found: dict[UUID, tuple[Result, ...]] = {}
    wanted = list(accounts)
    if not wanted:
        return found
    query = (
        select(AccountLearner.account_id, Enrolment, CourseProgress, Credential)
        .join(Enrolment, Enrolment.learner_id == AccountLearner.learner_id)
        .outerjoin(CourseProgress, CourseProgress.registration == Enrolment.registration)
        .outerjoin(Credential, (Credential.enrolment_id == Enrolment.id) & Credential.replaced_on.is_(None))
        .where(AccountLearner.account_id.in_(wanted), Enrolment.pack_id.in_(list(packs)))
        .order_by(Enrolment.enrolled_at, Enrolment.id)
    )
    refreshed = _refreshed(session, wanted)
    for account_id, enrolment, progress, credential in session.execute(query):
        result = _result(account_id, enrolment, progress, credential, refreshed.get(enrolment.id, ()))
        found[account_id] = (*found.get(account_id, ()), result)
    return {account_id: _each_minute_once(results) for account_id, results in found.items()}


def _refreshed(session: Session, accounts: list[UUID]) -> Mapping[UUID, tuple[date, ...]]:
    """Return the days of the refreshers that people passed, the oldest first, by enrolment: each of a certificate's ends once."""
    query = (
        select(Attempt.enrolment_id, func.min(Attempt.finished_at))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(AccountLearner, AccountLearner.learner_id == Enrolment.learner_id)
        .where(AccountLearner.account_id.in_(accounts), taken_at(ALL), Attempt.passed.is_(True))
        .group_by(Attempt.enrolment_id, Attempt.unit)
        # The key of a refresher ends in the day on which the certificate ended.
        .order_by(Attempt.enrolment_id, Attempt.unit)
    )
    found: dict[UUID, tuple[date, ...]] = {}
    for enrolment_id, at in session.execute(query):
        if at is not None:
            found[enrolment_id] = (*found.get(enrolment_id, ()), at.date())
    return found


def _each_minute_once(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """Return results in which a path knows what the certificates of its modules count: nobody learned that twice."""
    earned = {each.pack_id: each.minutes for each in results if each.awarded_on is not None}
    return tuple(_beside_modules(each, modules_of(each.pack_id), earned) for each in results)


def _beside_modules(result: Result, modules: frozenset[str], earned: Mapping[str, int]) -> Result:
    if not modules:
        return result
    # A path is extended by the refreshers of its modules, which count there.
    return replace(result, minutes_of_modules=sum(earned.get(module, 0) for module in modules), extended_minutes=0)


def _result(
    account_id: UUID,
    enrolment: Enrolment,
    progress: CourseProgress | None,
    credential: Credential | None,
    refreshed: tuple[date, ...],
) -> Result:
    result = Result(account_id=account_id, enrolment_id=enrolment.id, pack_id=enrolment.pack_id)
    if progress is not None:
        finished_at = progress.earned_at or progress.satisfied_at
        result = replace(result, begun_at=progress.started_at, finished_at=finished_at)
    if credential is None or credential.revoked_at is not None:
        return result
    return replace(
        result,
        awarded_on=credential.awarded_on,
        expires_on=credential.expires_on,
        minutes=credential.minutes,
        extended_on=credential.extended_on,
        extended_minutes=credential.extended_minutes or 0,
        # The last of them is what the certificate tells of itself.
        refreshed_on=refreshed[:-1] if credential.extended_on is not None else (),
    )
