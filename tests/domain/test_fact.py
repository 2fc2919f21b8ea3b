"""Facts: which may be shown, on which days, and when they are due for a look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.fact import Confidence, Fact, FactKind

FACT = Fact(
    country="FI",
    key="emergency.number",
    kind=FactKind.PHONE,
    value="112",
    source="112.fi",
    confidence=Confidence.A,
    checked_on=date(2026, 11, 22),
    review_due=date(2027, 5, 22),
)
DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@pytest.mark.parametrize(
    ("grade", "publishable"),
    [(Confidence.A, True), (Confidence.B, True), (Confidence.C, False), (Confidence.U, False)],
)
def test_only_well_founded_facts_are_published(grade: Confidence, publishable: bool) -> None:
    assert replace(FACT, confidence=grade).publishable is publishable


@given(days)
def test_fact_without_limits_holds_on_every_day(day: date) -> None:
    assert FACT.holds_on(day)


@given(days, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_fact_holds_from_its_first_day_to_its_last(first: date, length: timedelta) -> None:
    last = first + length
    fact = replace(FACT, valid_from=first, valid_to=last)
    assert fact.holds_on(first)
    assert fact.holds_on(last)
    assert not fact.holds_on(first - DAY)
    assert not fact.holds_on(last + DAY)


def test_fact_may_have_one_limit_only() -> None:
    begun, ending = replace(FACT, valid_from=date(2027, 1, 1)), replace(FACT, valid_to=date(2027, 1, 1))
    assert (begun.holds_on(date(2040, 1, 1)), begun.holds_on(date(2026, 12, 31))) == (True, False)
    assert (ending.holds_on(date(2000, 1, 1)), ending.holds_on(date(2027, 1, 2))) == (True, False)


@given(days)
def test_review_is_overdue_only_after_its_day(day: date) -> None:
    assert FACT.overdue_on(day) == (day > FACT.review_due)
    assert not FACT.overdue_on(FACT.review_due)


@pytest.mark.parametrize(
    "dated", [{"page_date": "2026-12-01"}, *({name: date(2026, 12, 1)} for name in ("valid_from", "changed_on"))]
)
def test_a_value_is_younger_than_a_day_before_it_was_written_held_or_put_here(dated: dict[str, Any]) -> None:
    fact = replace(FACT, **dated)
    assert not FACT.changed_since(date(2020, 1, 1)), "a value whose age nobody knows"
    assert (fact.changed_since(date(2026, 11, 30)), fact.changed_since(date(2026, 12, 1))) == (True, False)


def test_overdue_fact_still_holds_so_that_a_page_can_warn() -> None:
    late = FACT.review_due + DAY
    assert FACT.overdue_on(late)
    assert FACT.holds_on(late)


def test_who_answers_now_stands_before_chat_web_and_email() -> None:
    kinds = [FactKind.EMAIL, FactKind.URL, FactKind.CHAT, FactKind.PHONE]
    contacts = [
        replace(FACT, hours="office"),
        *(replace(FACT, kind=kind) for kind in kinds),
        replace(FACT, hours="always"),
    ]
    ordered = sorted(contacts, key=lambda fact: fact.rank)
    assert [(fact.kind, fact.hours) for fact in ordered] == [
        (FactKind.PHONE, ""),
        (FactKind.PHONE, "always"),
        (FactKind.PHONE, "office"),
        (FactKind.CHAT, ""),
        (FactKind.URL, ""),
        (FactKind.EMAIL, ""),
    ]
