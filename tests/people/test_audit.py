"""The audit table takes identifiers, numbers and words of fixed lists; a name cannot get in."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.people.audit import DETAILS, KEPT, audit, forget_old_entries
from perille.people.models import AuditEntry

ODD = "Åsa Ødd-Ñame صلاح"


def test_an_entry_says_who_did_what_where_and_to_what(session: Session) -> None:
    who, where, what = uuid4(), uuid4(), uuid4()
    audit(session, who, "role.given", where, what, role="trainer", last_day=date(2026, 12, 1), count=3, why=None)
    session.flush()
    (entry,) = session.scalars(select(AuditEntry))
    assert (entry.account_id, entry.action, entry.organisation_id, entry.target_id) == (who, "role.given", where, what)
    assert entry.details == {"role": "trainer", "last_day": "2026-12-01", "count": 3}


def refusal(session: Session, key: str, value: object) -> str:
    """Return with which words a detail is refused, "" where it is taken."""
    try:
        audit(session, None, "role.given", **{key: value})  # type: ignore[arg-type]  # what a careless caller does
    except ValueError as error:
        return str(error).replace(key, "")
    return ""


def test_no_detail_takes_a_name_an_address_or_an_answer(session: Session) -> None:
    values = (ODD, [ODD], {"said": ODD}, f"a {ODD}", "asa@example.org", "two words")
    said = {
        (key, str(value)): refusal(session, key, value)
        for key in (*DETAILS, "name", "email", "answer")
        for value in values
    }
    assert len(said) > 6 * len(DETAILS)
    assert {each for each, words in said.items() if "takes no" not in words or "dd" in words} == set()


@pytest.mark.parametrize("action", ["", ODD, "gave a role", "role", "Role.given"])
def test_an_action_is_a_word_of_a_list(session: Session, action: str) -> None:
    with pytest.raises(ValueError, match="not an action"):
        audit(session, None, action)


def test_entries_are_kept_two_years(session: Session) -> None:
    for age in (KEPT - timedelta(days=1), KEPT + timedelta(days=1)):
        session.add(AuditEntry(action="role.given", at=utcnow() - age))
    session.flush()
    assert forget_old_entries(session) == 1
    (left,) = session.scalars(select(AuditEntry))
    assert left.at > utcnow() - timedelta(days=730)
