"""Limits that stop guessing, allow for a class behind one line, and keep no address."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.core.extensions import db
from perille.core.ratelimit import RateLimit
from perille.enrolment.models import Learner
from perille.enrolment.services import make_learner, make_resume_code
from perille.people.models import Role
from perille.people.services import invite
from support.whole import KEY, Whole

DAY = 86_400


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_some_tries_at_once_then_one_after_the_other() -> None:
    clock = Clock()
    limit = RateLimit(burst=3, per_minute=6, clock=clock)
    assert [limit.take("a") for _try in range(3)] == [0, 0, 0]
    assert limit.take("a") == pytest.approx(10)
    clock.now += 9
    assert limit.take("a") == pytest.approx(1)
    clock.now += 1
    assert limit.take("a") == 0
    assert limit.take("a") > 0


def test_one_caller_does_not_use_up_anothers_tries() -> None:
    limit = RateLimit(burst=1, per_minute=1, clock=Clock())
    assert limit.take("a") == 0
    assert limit.take("a") > 0
    assert limit.take("b") == 0


@given(st.lists(st.floats(0, 100), min_size=1, max_size=200), st.integers(1, 20), st.integers(1, 60))
def test_no_pattern_of_tries_gets_more_than_was_given(pauses: list[float], burst: int, per_minute: int) -> None:
    clock = Clock()
    limit = RateLimit(burst=burst, per_minute=per_minute, clock=clock)
    start, passed = clock.now, 0
    for pause in pauses:
        clock.now += pause
        passed += limit.take("a") == 0
    assert passed <= burst + (clock.now - start) * per_minute / 60 + 1e-6


def test_no_address_is_kept_and_the_salt_changes_every_day() -> None:
    clock = Clock()
    limit = RateLimit(burst=2, per_minute=1, clock=clock)
    limit.take("203.0.113.9")
    (first,) = limit._buckets
    assert b"203" not in first
    clock.now += DAY
    limit.take("203.0.113.9")
    (second,) = limit._buckets
    assert first != second


def test_many_callers_need_little_memory() -> None:
    clock = Clock()
    limit = RateLimit(burst=2, per_minute=60, clock=clock)
    for number in range(50_000):
        clock.now += 0.001
        limit.take(str(number))
    assert len(limit._buckets) <= 10_001


def test_tries_at_the_same_moment_are_all_counted() -> None:
    limit = RateLimit(burst=50, per_minute=1, clock=Clock())
    start = threading.Barrier(8)

    def tries() -> int:
        start.wait()
        return sum(limit.take("a") == 0 for _try in range(20))

    with ThreadPoolExecutor(8) as pool:
        passed = [pool.submit(tries) for _thread in range(8)]
    assert sum(each.result() for each in passed) == 50


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_class_behind_one_line_may_type_its_codes(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(rate_limits=True)
    statuses = [site.visitor().post("/en/resume", {"code": "1" * 16}).status for _learner in range(30)]
    assert set(statuses) == {303}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_a_caller_says_of_its_address_does_not_help(make_whole: Callable[..., Whole]) -> None:
    visitor = make_whole(rate_limits=True).visitor()
    statuses = [
        visitor.post("/en/resume", {"code": "1" * 16}, X_Forwarded_For=f"203.0.113.{number}").status
        for number in range(41)
    ]
    assert statuses[-1] == 429


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_behind_a_proxy_each_address_has_its_own_tries(make_whole: Callable[..., Whole]) -> None:
    visitor = make_whole(rate_limits=True, proxy_hops=1).visitor()
    statuses = [
        visitor.post("/en/resume", {"code": "1" * 16}, X_Forwarded_For=f"10.0.0.1, 203.0.113.{number}").status
        for number in range(41)
    ]
    assert set(statuses) == {303}


@given(st.lists(st.booleans(), max_size=60))
def test_a_try_given_back_was_never_made(rights: list[bool]) -> None:
    limit = RateLimit(burst=5, per_minute=1, clock=Clock())
    failures = 0
    for right in rights:
        if limit.take("a"):
            assert failures == 5
            continue
        if right:
            limit.give_back("a")
        else:
            failures += 1
    assert failures <= 5


def test_giving_back_never_makes_more_than_there_was() -> None:
    limit = RateLimit(burst=2, per_minute=1, clock=Clock())
    limit.take("a")
    for _time in range(5):
        limit.give_back("a")
    limit.give_back("nobody")
    assert [limit.take("a") > 0 for _try in range(3)] == [False, False, True]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_right_codes_of_a_class_behind_one_line_all_open(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(rate_limits=True)
    learner = site.do(lambda: make_learner(db.session, date(2026, 11, 26)).id, write=True)

    def make_code() -> str:
        found = db.session.get(Learner, learner)
        assert found is not None
        return make_resume_code(db.session, found, KEY)

    code = site.do(make_code, write=True)
    statuses = [site.visitor().post("/en/resume", {"code": code}).status for _phone in range(60)]
    assert set(statuses) == {303}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_class_behind_one_line_signs_in_and_takes_its_data_along(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(rate_limits=True)
    for number in range(30):
        person = site.visitor()
        token = site.do(lambda n=number: invite(db.session, f"p{n}@example.org", Role.ADMINISTRATOR), write=True)
        assert person.post(f"/en/sign-in/{token}").status == 303
        person.start()
        assert person.post("/en/my-data").status == 200


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_all_addresses_of_one_ipv6_network_share_their_tries(make_whole: Callable[..., Whole]) -> None:
    browser = make_whole(rate_limits=True).app.test_client()

    def status(address: str) -> int:
        sent = browser.post("/en/resume", data={"code": "1" * 16}, environ_overrides={"REMOTE_ADDR": address})
        return sent.status_code

    statuses = [status(f"2001:db8:0:7::{number:x}:1") for number in range(45)]
    assert statuses[-1] == 429
    assert status("2001:db8:0:8::1") == 303
    assert status("203.0.113.9") == 303
