"""Whose share a request uses, and when its client is overdrawn."""

from __future__ import annotations

from perille.server.fair_share import Account, Newcomers, RequestShare, ShareChooser


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def shares(proxy_hops: int = 0) -> ShareChooser:
    return ShareChooser(
        lambda cookies: cookies.removeprefix("learner=") if cookies.startswith("learner=") else "", proxy_hops
    )


def test_newcomers_have_flows_of_their_own_up_to_a_few_of_a_network() -> None:
    newcomers = Newcomers(most=2)
    first, second, third = (newcomers.enter("a", number) for number in range(3))
    assert len({first, second, "a"}) == 3
    assert third == "a"
    assert newcomers.enter("b", 4) not in ("a", "b", first, second)
    newcomers.leave(first)
    newcomers.leave("a")
    newcomers.leave(first)
    assert newcomers.enter("a", 5) != "a"
    assert newcomers.enter("a", 6) == "a"


def test_a_learner_has_a_share_wherever_they_ask_from() -> None:
    chosen = [
        shares().choose({"COOKIE": "learner=7"}, network, 1, answered) for network in ("a", "b") for answered in (0, 9)
    ]
    assert set(chosen) == {RequestShare("7", "7")}


def test_strangers_share_what_their_network_has_once_they_have_arrived() -> None:
    site = shares()
    assert site.choose({"COOKIE": "made=up"}, "a", 1, 3).flow == site.choose({}, "a", 2, 4).flow == "a"
    first, second = site.choose({}, "a", 1, 0), site.choose({}, "a", 2, 0)
    assert len({first.flow, second.flow, "a"}) == 3


def test_behind_a_proxy_the_network_is_the_one_it_names() -> None:
    headers = {"X_FORWARDED_FOR": "192.0.2.1, 2001:db8:0:1::7"}
    assert shares(proxy_hops=1).choose(headers, "127.0.0.1", 1, 9).client == "2001:db8:0:1::/64"
    assert shares().choose(headers, "127.0.0.1", 1, 9).client == "127.0.0.1"


def test_a_network_that_floods_is_heavy_and_the_learners_behind_it_are_not() -> None:
    site = shares()
    flood = site.choose({}, "a", 1, 9)
    assert not flood.heavy
    site.charge(flood, 0.31)
    assert site.choose({}, "a", 1, 9).heavy
    assert not site.choose({}, "b", 1, 9).heavy
    assert not site.choose({"COOKIE": "learner=7"}, "a", 1, 9).heavy
    assert not site.choose({}, "a", 2, 0).heavy


def test_connections_that_are_always_new_are_counted_too() -> None:
    site = shares()
    for connection in range(400):
        site.charge(site.choose({}, "a", connection, 0), 0.02)
    assert site.choose({}, "a", 999, 0).heavy


def test_a_cookie_buys_no_more_than_a_learner_needs() -> None:
    site = shares()
    site.charge(site.choose({"COOKIE": "learner=7"}, "a", 1, 9), 0.31)
    assert site.choose({"COOKIE": "learner=7"}, "a", 1, 9).heavy
    assert not site.choose({"COOKIE": "learner=8"}, "a", 1, 9).heavy


def test_a_class_that_begins_at_once_is_not_taken_for_a_flood() -> None:
    site = shares()
    for phone in range(150):
        begins = site.choose({}, "a", phone, 0)
        assert not begins.heavy
        # On a busy machine; on a quiet one half of it.
        site.charge(begins, 0.03)
        site.begin(begins)


def test_what_was_overdrawn_is_forgiven_after_a_time() -> None:
    clock = Clock()
    account = Account(burst=0.5, steady=0.01, clock=clock)
    account.charge("a", 1000.0)
    clock.now = 49.0
    assert account.overdrawn("a")
    clock.now = 51.0
    assert not account.overdrawn("a")


def test_who_asks_seldom_is_never_overdrawn() -> None:
    clock = Clock()
    account = Account(burst=0.5, steady=0.01, clock=clock)
    for _page in range(1000):
        clock.now += 1.0
        account.charge("a", 0.009)
        assert not account.overdrawn("a")


def test_clients_that_have_paid_are_forgotten() -> None:
    clock = Clock()
    account = Account(burst=0.5, steady=0.01, clock=clock)
    for number in range(20_000):
        clock.now += 1.0
        account.charge(str(number), 0.005)
    assert len(account._left) < 2500
