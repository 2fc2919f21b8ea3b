"""People of an office, and what they learned."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.credentials.models import Credential
from perille.domain.course import PackKind
from perille.enrolment.models import Enrolment, Learner
from perille.packs.published.library import current_library
from perille.people.models import Role
from perille.people.services import make_account
from perille.profiles.models import AccountLearner
from perille.tracking.models import CourseProgress
from support.people import place_of
from support.whole import Whole

ODD = 'Åsa "Ødd" =1+2 صلاح'


def number_of(whole: Whole, place: str) -> UUID:
    found = whole.do(lambda: place_of(Role.MEMBER, place), write=True)
    assert found is not None
    return found


def account_id(whole: Whole, email: str) -> UUID:
    return whole.do(lambda: make_account(db.session, email).id, write=True)


def learn(whole: Whole, email: str, *, pack: str = "module_exam", name: str = ODD, expires: date | None = None) -> UUID:
    """Let somebody finish a module, with a certificate; return the number of the enrolment."""

    def work() -> UUID:
        account = make_account(db.session, email)
        account.name = name
        kept = db.session.get(AccountLearner, account.id)
        learner = (
            db.session.get_one(Learner, kept.learner_id) if kept is not None else Learner(last_seen_on=utcnow().date())
        )
        enrolment = Enrolment(learner=learner, pack_id=pack, structure_hash="a" * 64)
        db.session.add_all([learner, enrolment])
        db.session.flush()
        if kept is None:
            db.session.add(AccountLearner(account_id=account.id, learner_id=learner.id))
        now = utcnow()
        progress = CourseProgress(registration=enrolment.registration, pack_id=pack, started_at=now, earned_at=now)
        paper = Credential(
            enrolment_id=enrolment.id, code=enrolment.id.hex[:16].upper(), kind="x", pack_id=pack, title="x", local_title="x",
            language="en", minutes=90, issuer="x", printed_name="x", awarded_on=utcnow().date(), expires_on=expires,
        )  # fmt: skip
        db.session.add_all([progress, paper])
        return enrolment.id

    return whole.do(work, write=True)


def module_of(whole: Whole) -> str:
    """Return a module of the site."""
    with whole.app.app_context():
        return current_library().summaries(PackKind.MODULE)[0].pack_id
