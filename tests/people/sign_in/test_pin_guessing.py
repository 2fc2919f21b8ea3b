"""Guessing at PINs: wrong ones slow down and in the end close an account to unknown devices; right ones and a class never feel it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from people.sign_in.test_pins import enter, is_in, make, other_pin, page_of
from perille.core.extensions import db
from perille.people.models import AccountSession
from perille.people.sign_in import pin_lockout
from perille.people.sign_in.models import Pin, PinKind
from perille.people.sign_in.pins import NewLearner
from support.visitor import Page, Visitor
from support.whole import Whole


@pytest.fixture
def limited(make_whole: Callable[..., Whole]) -> Whole:
    """A site that slows down who guesses."""
    return make_whole(rate_limits=True)


ONLY_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@ONLY_SQLITE
def test_guessing_slows_down_and_a_class_behind_the_same_line_does_not_feel_it(limited: Whole) -> None:
    people = make(limited, [f"Learner {number}" for number in range(200)])
    victim, others = people[0], people[1:]
    guesser = limited.visitor()
    statuses = [enter(guesser, victim, other_pin(victim.pin)).status for _try in range(8)]
    assert statuses == [303] * 5 + [429] * 3
    for person in others:
        visitor = limited.visitor()
        assert enter(visitor, person).status == 303
        assert visitor.cookie("perille_account")


@ONLY_SQLITE
def test_right_pins_are_never_counted(limited: Whole) -> None:
    (aino,) = make(limited, ["Aino"])
    for _time in range(15):
        visitor = limited.visitor()
        assert enter(visitor, aino).status == 303
        assert visitor.cookie("perille_account")


@ONLY_SQLITE
def test_a_guesser_elsewhere_does_not_lock_out_a_device_that_was_in(limited: Whole) -> None:
    (aino,) = make(limited, ["Aino"])
    own = limited.visitor()
    enter(own, aino)
    own.post("/en/sign-out")
    for number in range(4):
        for _try in range(5):
            stranger = limited.visitor()
            stranger.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
            enter(stranger, aino, other_pin(aino.pin))
    stranger = limited.visitor()
    stranger.client.environ_base["REMOTE_ADDR"] = "203.0.113.99"
    refused = enter(stranger, aino)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) <= 61
    assert enter(own, aino).status == 303
    assert is_in(own)


@ONLY_SQLITE
def test_a_program_that_guesses_on_the_line_of_a_class_keeps_out_nobody_who_was_in_on_their_phone(
    limited: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pin_lockout, "_LINE", (20, 0.01))
    aino, *victims = make(limited, [f"Learner {number}" for number in range(6)])
    own, guesser = limited.visitor(), limited.visitor()
    enter(own, aino)
    own.post("/en/sign-out")
    statuses = [enter(guesser, each, other_pin(each.pin)).status for each in victims for _try in range(5)]
    assert statuses == [303] * 20 + [429] * 5
    assert enter(limited.visitor(), aino).status == 429
    assert enter(own, aino).status == 303
    assert is_in(own)


@ONLY_SQLITE
def test_a_picture_pin_that_was_guessed_at_needs_the_trainer_and_never_on_a_device_that_was_in(whole: Whole) -> None:
    (aino,) = make(whole, ["Aino"], PinKind.PICTURES)
    own, stranger = whole.visitor(), whole.visitor()

    def press(visitor: Visitor, pin: str) -> Page:
        *pressed, last = pin.split()
        return visitor.submit(page_of(visitor, aino.username), {"pressed": " ".join(pressed), "picture": last})

    press(own, aino.pin)
    own.post("/en/sign-out")
    wrong = " ".join(reversed(aino.pin.split()))
    pages = [press(stranger, wrong) for _try in range(11)]
    assert "This is not the right PIN" in pages[9].text
    assert "Ask your trainer" in pages[10].text
    assert "Ask your trainer" in press(stranger, aino.pin).text
    press(own, aino.pin)
    assert is_in(own)


@ONLY_SQLITE
def test_six_digits_that_were_guessed_at_for_hours_need_the_trainer_and_never_on_a_device_that_was_in(
    whole: Whole,
) -> None:
    (aino,) = make(whole, ["Aino"])
    own, stranger = whole.visitor(), whole.visitor()
    enter(own, aino)
    own.post("/en/sign-out")
    # What was counted outlives a restart; limits in memory do not.
    whole.do(lambda: db.session.execute(update(Pin).values(failures=99)), write=True)
    page = page_of(stranger, aino.username)
    assert "This is not the right PIN" in stranger.submit(page, {"pin": other_pin(aino.pin)}).text
    for pin in (other_pin(aino.pin), aino.pin):
        assert "Ask your trainer for a new PIN" in stranger.submit(page, {"pin": pin}).text
    assert not is_in(stranger)
    assert enter(own, aino).status == 303
    assert is_in(own)


@ONLY_SQLITE
def test_many_at_once_are_all_let_in(limited: Whole) -> None:
    people = make(limited, [f"Learner {number}" for number in range(40)])
    start = threading.Barrier(8)

    def work(mine: list[NewLearner]) -> list[int]:
        start.wait()
        return [enter(limited.visitor(), person).status for person in mine]

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(work, [people[number::8] for number in range(8)]))
    assert {status for each in statuses for status in each} == {303}
    assert len(limited.scalars(select(AccountSession))) == 40
