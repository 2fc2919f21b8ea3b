from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select

from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.credentials import services
from perille.credentials.codes import mistyped
from perille.credentials.models import Credential
from perille.credentials.services import Achievement, CredentialState
from perille.enrolment.models import Enrolment
from perille.enrolment.services import erase_learner
from perille.people.models import AuditEntry
from perille.tracking.services import course_progress, rebuild
from perille.tracking.statements import VerbId

from .conftest import Learning

DAY = date(2026, 11, 22)
ACHIEVEMENT = Achievement(kind="completion", title="Finland", source_language="en", local_title="Suomi", minutes=183)


def enrolment() -> Enrolment:
    return db.session.scalars(select(Enrolment)).one()


def award(name: str = "Amina Yusuf", **changes: object) -> Credential:
    values = {"language": "fi", "issuer": "Perille", "day": DAY} | changes
    achievement = values.pop("achievement", ACHIEVEMENT)
    return services.award(db.session, enrolment(), achievement, printed_name=name, **values)  # type: ignore[arg-type]


def test_a_first_award_keeps_what_was_learned_under_a_code_of_its_own(graduate: Learning) -> None:
    graduate.run(lambda: award() and None)
    kept = graduate.credential()
    assert (kept["title"], kept["local_title"], kept["minutes"]) == ("Finland", "Suomi", 183)
    assert (kept["printed_name"], kept["language"], kept["awarded_on"]) == ("Amina Yusuf", "fi", DAY)
    assert not mistyped(str(kept["code"]))


def test_it_is_recorded_once_as_earned_without_name_or_code(graduate: Learning) -> None:
    graduate.run(lambda: award() and award("Zebediah") and None)
    (body,) = graduate.statements(VerbId.EARNED)
    statement = msgspec.json.decode(body)
    assert statement["object"]["id"] == "urn:x-perille:course_finland:certificate"
    assert statement["object"]["definition"]["name"] == {"en": "Finland", "fi": "Suomi"}
    assert b"Amina" not in body
    assert b"Zebediah" not in body
    assert str(graduate.credential()["code"]).encode() not in body


def test_the_record_gives_the_day_of_earning_again(graduate: Learning) -> None:
    def earned_at() -> datetime | None:
        progress = course_progress(db.session, enrolment().registration)
        return progress.earned_at if progress is not None else None

    graduate.run(lambda: award() and None)
    before = graduate.run(earned_at)
    graduate.run(lambda: rebuild(db.session))
    assert before is not None
    assert graduate.run(earned_at) == before


def test_awarded_again_only_the_name_and_the_language_of_the_paper_change(graduate: Learning) -> None:
    graduate.run(lambda: award() and None)
    first = graduate.credential()
    other = Achievement(kind="completion", title="Other", source_language="en", local_title="فنلندا", minutes=1)
    graduate.run(lambda: award("أمينة", language="ar", issuer="B", day=DAY + timedelta(3), achievement=other) and None)
    again = graduate.credential()
    changed = {name for name, value in again.items() if first[name] != value}
    assert changed == {"printed_name", "language", "local_title", "corrections", "corrected_on"}


@pytest.mark.parametrize(
    ("expires", "day", "state"),
    [
        (None, date(2126, 1, 1), CredentialState.VALID),
        (date(2028, 11, 22), date(2028, 11, 22), CredentialState.VALID),
        (date(2028, 11, 22), date(2028, 11, 23), CredentialState.EXPIRED),
    ],
)
def test_it_counts_until_its_last_day(expires: date | None, day: date, state: CredentialState) -> None:
    assert services.state(Credential(expires_on=expires), day) is state


def test_withdrawn_stands_above_expired() -> None:
    credential = Credential(expires_on=DAY, revoked_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert services.state(credential, DAY + timedelta(1)) is CredentialState.REVOKED


def revoke(account: UUID) -> Callable[[], None]:
    return lambda: services.revoke(db.session, db.session.scalars(select(Credential)).one(), account)


def test_withdrawing_is_noted_once_with_who_did_it_and_no_name(graduate: Learning) -> None:
    account = uuid4()
    graduate.run(lambda: award() and None)
    graduate.run(revoke(account))
    moment = graduate.credential()["revoked_at"]
    graduate.run(revoke(account))
    entries = graduate.run(
        lambda: [
            (each.account_id, each.action, each.target_id, each.details)
            for each in db.session.scalars(select(AuditEntry))
        ]
    )
    assert graduate.credential()["revoked_at"] == moment
    assert entries == [(account, "credential.revoked", graduate.credential()["id"], {})]


def test_a_name_is_corrected_three_times_and_no_more(graduate: Learning) -> None:
    graduate.run(lambda: award() and None)
    for number in range(1, 4):
        graduate.run(lambda number=number: award(f"Amina {number}", day=DAY + timedelta(number)) and None)
        assert graduate.credential()["corrections"] == number
    assert graduate.credential()["corrected_on"] == DAY + timedelta(3)
    with pytest.raises(Conflict):
        graduate.run(lambda: award("Somebody Else", day=DAY + timedelta(4)) and None)
    assert graduate.credential()["printed_name"] == "Amina 3"


@pytest.mark.parametrize(("days", "allowed"), [(14, True), (15, False)])
def test_a_name_is_corrected_in_the_first_two_weeks(graduate: Learning, days: int, allowed: bool) -> None:
    graduate.run(lambda: award() and None)
    if allowed:
        graduate.run(lambda: award("Amina Yusof", day=DAY + timedelta(days)) and None)
    else:
        with pytest.raises(Conflict):
            graduate.run(lambda: award("Amina Yusof", day=DAY + timedelta(days)) and None)
    assert (graduate.credential()["printed_name"] == "Amina Yusof") is allowed


def test_the_same_name_in_another_language_is_no_correction(graduate: Learning) -> None:
    graduate.run(lambda: award() and None)
    graduate.run(lambda: award(language="ar", day=DAY + timedelta(100)) and None)
    kept = graduate.credential()
    assert (kept["language"], kept["corrections"], kept["corrected_on"]) == ("ar", 0, None)


def test_a_withdrawn_one_cannot_be_changed(graduate: Learning) -> None:
    graduate.run(lambda: award() and None)
    graduate.run(revoke(uuid4()))
    with pytest.raises(Conflict):
        graduate.run(lambda: award("Somebody Else") and None)
    assert graduate.credential()["printed_name"] == "Amina Yusuf"


def test_it_is_found_by_its_code_alone(graduate: Learning) -> None:
    code = graduate.run(lambda: award().code)
    assert graduate.run(lambda: services.find(db.session, code) is not None)
    assert graduate.run(lambda: services.find(db.session, "0" * 16) is None)


def test_a_long_title_is_kept_as_far_as_there_is_room(graduate: Learning) -> None:
    long = Achievement(kind="completion", title="W" * 400, source_language="en", local_title="ش" * 400, minutes=0)
    graduate.run(lambda: award(achievement=long) and None)
    assert len(str(graduate.credential()["title"])) == 300


def test_it_goes_with_its_learner(graduate: Learning) -> None:
    graduate.run(lambda: award() and None)
    graduate.run(lambda: erase_learner(db.session, enrolment().learner))
    assert graduate.credentials() == 0
