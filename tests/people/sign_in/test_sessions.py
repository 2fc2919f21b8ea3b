"""Where one is signed in: a list, an end to each, and to all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from perille.people.models import AccountSession, AuditEntry, Role
from perille.people.sign_in.sessions import device_label
from support.people import invite_as
from support.visitor import Visitor
from support.whole import Whole

WAYS = "/en/account/sign-in"
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def second(whole: Whole, visitor: Visitor) -> Visitor:
    """The phone of somebody who is signed in as *visitor* on another device."""
    visitor.post(invite_as(whole, Role.COORDINATOR))
    phone = whole.visitor()
    phone.post(invite_as(whole, Role.COORDINATOR), User_Agent=PHONE)
    return phone


def test_the_list_says_which_devices_and_which_is_this_one(visitor: Visitor, second: Visitor) -> None:
    page = visitor.get(WAYS)
    assert "Chrome, Android" in page.text
    assert page.text.count("this one") == 1
    assert page.headers["Cache-Control"] == "no-store"


def test_another_device_is_signed_out_and_this_one_stays(visitor: Visitor, second: Visitor, whole: Whole) -> None:
    page = visitor.get(WAYS)
    (form,) = [each for each in page.all("form") if each["action"].endswith("/end") and "Sign out there" in each.words]
    assert visitor.post(form["action"]).location == f"{WAYS}#devices"
    assert second.get(WAYS).status == 403
    assert visitor.get(WAYS).status == 200


def test_signing_out_everywhere_ends_all_of_ones_sessions_and_no_others(
    whole: Whole, visitor: Visitor, second: Visitor
) -> None:
    other = whole.visitor()
    other.post(invite_as(whole, Role.TRAINER, "kai@example.org"))
    stolen = visitor.cookie("perille_account") or ""
    assert visitor.post(f"{WAYS}/sessions/end").location == "/en/"
    assert second.get(WAYS).status == 403
    assert other.get(WAYS).status == 200
    thief = whole.visitor()
    thief.client.set_cookie("perille_account", stolen)
    assert thief.get(WAYS).status == 403
    assert [
        row.details
        for row in whole.scalars(select(AuditEntry).where(AuditEntry.action == "account.signed-out-everywhere"))
    ] == [{"count": 2}]


def test_nobody_ends_the_session_of_somebody_else(whole: Whole, visitor: Visitor, second: Visitor) -> None:
    stranger = whole.visitor()
    stranger.post(invite_as(whole, Role.TRAINER, "kai@example.org"))
    for row in whole.scalars(select(AccountSession)):
        if row.device == "Chrome, Android":
            assert stranger.post(f"{WAYS}/sessions/{row.id}/end").status == 404
    assert second.get(WAYS).status == 200


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (PHONE, "Chrome, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_has_a_plain_label(agent: str, label: str) -> None:
    assert device_label(agent) == label
