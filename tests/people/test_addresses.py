"""Addresses of e-mail: two spellings of one are one, and what only looks like one is refused."""

from __future__ import annotations

import pytest

from perille.core.errors import BadRequest
from perille.people.addresses import email_key, read_address, read_mailed_address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" eva@example.org ", "eva@example.org"),
        ("Eva@Example.ORG", "Eva@example.org"),
        ("eva@bücher.example", "eva@xn--bcher-kva.example"),
        ("eva@ｅxample.org", "eva@example.org"),
        ("administrator@localhost", "administrator@localhost"),
    ],
)
def test_an_address_is_stored_so_that_mail_can_be_sent_to_it(typed: str, stored: str) -> None:
    assert read_address(typed) == stored


def test_spellings_of_one_address_have_one_key() -> None:
    spellings = ("eva@bücher.example", "EVA@BÜCHER.example", "Eva@xn--bcher-kva.example ", "eva@bu\u0308cher.example")
    assert {email_key(each) for each in spellings} == {"eva@xn--bcher-kva.example"}


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "eva",
        "@c.example",
        "eva@",
        "a b@c.example",
        "a@b@c.example",
        "a@c..example",
        "a@-c.example",
        "x" * 65 + "@c.example",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadRequest):
        read_address(typed)


@pytest.mark.parametrize(
    "twin", ["\u212aim@example.org", "k\u0131m@example.org", "n\u043era@example.org", "kim\u200b@example.org"]
)
def test_letters_that_look_like_others_make_no_twin(twin: str) -> None:
    with pytest.raises(BadRequest):
        email_key(twin)


def test_a_domain_in_other_letters_is_another_address() -> None:
    assert email_key("eva@ex\u0430mple.org") != email_key("eva@example.org")


@pytest.mark.parametrize("typed", ["eva@example", "administrator@localhost", "eva@", "eva"])
def test_where_an_e_mail_goes_the_domain_has_a_dot(typed: str) -> None:
    with pytest.raises(BadRequest):
        read_mailed_address(typed)


def test_a_dot_in_whatever_letters_is_one() -> None:
    assert read_mailed_address(" eva@例え。テスト") == "eva@xn--r8jz45g.xn--zckzah"
