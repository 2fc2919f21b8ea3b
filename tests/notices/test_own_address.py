"""The slot by which the page of the mail server, which knows no accounts, offers the address of who looks at it."""

from __future__ import annotations

import pytest
from flask import Flask

from perille.notices.own_address import own_address
from support.visitor import Visitor
from support.whole import Whole

HERE = "/en/manage/mail"


def offered(page_of: Visitor) -> str:
    """Return what stands in the field for the address of a test mail."""
    (field,) = [each for each in page_of.get(HERE).all("input") if each.attributes.get("name") == "to"]
    return field.attributes.get("value") or ""


def test_the_page_offers_the_address_of_who_is_signed_in(administrator: Visitor) -> None:
    assert offered(administrator) == "eva@example.org"


@pytest.mark.parametrize("address", [None, "other@example.org"])
def test_what_the_slot_answers_stands_in_the_field(whole: Whole, administrator: Visitor, address: str | None) -> None:
    own_address.set(whole.app, lambda: address)
    assert offered(administrator) == (address or "")


def test_nobody_who_is_signed_in_has_no_address(whole: Whole) -> None:
    with whole.app.test_request_context("/"):
        assert own_address()() is None


def test_where_no_feature_sets_it_there_is_no_address() -> None:
    with Flask("bare").app_context():
        assert own_address()() is None
