"""How long the certificate of a path counts whose modules end at different times of a year."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from perille.core.database import run_in_transaction
from perille.credentials import extensions
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment, Learner

FIRST, LAST, PATH = "module_first", "module_last", "module_path"


def awarded(session: Session, learner: Learner, pack: str, day: date) -> Credential:
    """Add a certificate of two years."""
    enrolment = Enrolment(learner=learner, pack_id=pack, structure_hash="a" * 64)
    session.add(enrolment)
    session.flush()
    made = Credential(
        enrolment_id=enrolment.id, code=enrolment.id.hex[-16:].upper(), kind="x", pack_id=pack, title="x", local_title="x",
        language="en", minutes=90, issuer="x", printed_name="x", awarded_on=day, expires_on=day.replace(year=day.year + 2),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_a_path_counts_as_long_as_all_its_modules_do_year_after_year(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "modules_of", lambda pack: frozenset({FIRST, LAST} if pack == PATH else ()))

    def work() -> None:
        learner = Learner(last_seen_on=date(2027, 1, 10))
        first = awarded(session, learner, FIRST, date(2027, 1, 10))
        last = awarded(session, learner, LAST, date(2027, 12, 1))
        path = awarded(session, learner, PATH, date(2027, 12, 1))

        def refresh(one: Credential, day: date) -> tuple[date | None, date | None, int | None]:
            assert extensions.extend(session, one, day=day, months=24, minutes=30)
            return path.expires_on, path.extended_on, path.extended_minutes

        assert refresh(first, date(2029, 1, 5)) == (date(2029, 12, 1), None, None), "the other one was not"
        assert refresh(last, date(2029, 11, 20)) == (date(2031, 1, 10), date(2029, 11, 20), 60)
        # All its modules count; the last one is not open to be refreshed before September.
        assert refresh(first, date(2031, 1, 5)) == (date(2031, 12, 1), date(2031, 1, 5), 30)
        assert refresh(last, date(2031, 11, 20)) == (date(2033, 1, 10), date(2031, 11, 20), 30)

    run_in_transaction(session, work, write=True)
