"""Which text names a person, and which only looks like it."""

from __future__ import annotations

import json
import re

import pytest

from perille.lrs.storage.persons import Matcher, make_person, sha1_of_mailbox

MAIL, SHA1 = "mbox mailto:anna@x.org", sha1_of_mailbox("mailto:anna@x.org")
NUMBER = "0191d2f3-0000-7000-8000-00000000abcd"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (MAIL, "write to Anna@X.org."),
        (MAIL, "mailto:anna@x.org"),
        (MAIL, "https://x.example/?who=anna%40x.org&b"),
        (MAIL, f"sum {SHA1.upper()}"),
        ("openid https://a.example/", "https://a.example/me"),
        ("openid https://a.example/", "<https://a.example>"),
        (f"account https://x.example {NUMBER}", f"about {NUMBER.replace('-', '')}x"),
        ("account https://x.example anna@x.org", "anna@x.org"),
        ("account https://x.example a-name-of-16-letters", "(a-name-of-16-letters)"),
    ],
)
def test_an_identifier_is_known_however_it_is_written(key: str, text: str) -> None:
    matcher = Matcher(make_person([key]))
    assert matcher.in_text(text)
    assert matcher.in_json(json.dumps({"deep": [text]}).encode())
    assert matcher.in_json("".join(rf"\u{ord(char):04x}" for char in text).join(('"', '"')).encode())
    assert re.search(matcher.file_pattern, text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (MAIL, "joanna@x.org"),
        (MAIL, "j.anna@x.org"),
        (MAIL, "anna@x.org.fi"),
        (MAIL, "anna@x.organic"),
        (MAIL, "anna"),
        ("openid https://a.example/me", "https://a.example/menu"),
        ("openid https://a.example/", "https://a.example.org"),
        ("account https://x.example anna", "anna"),
        ("account https://x.example a-name-of-16-letters", "a-name-of-16-letters2"),
    ],
)
def test_what_only_looks_like_it_is_somebody_else(key: str, text: str) -> None:
    assert not Matcher(make_person([key])).in_json(json.dumps({"deep": [text]}).encode())


def test_a_short_account_is_known_by_both_its_members_alone() -> None:
    matcher = Matcher(make_person(["account https://x.example anna"]))
    assert matcher.in_json(b'{"a": [{"name": "anna", "homePage": "https://x.example"}]}')
    assert matcher.in_json(b'{"a": {"name": "\\u0061nna", "homePage": "https:\\/\\/x.example"}}')
    assert not matcher.in_json(b'{"a": {"name": "anna", "homePage": "https://y.example"}}')


def test_names_in_many_languages_are_no_account_and_are_looked_through() -> None:
    matcher = Matcher(make_person([f"account https://x.example {NUMBER}"]))
    about = {"homePage": {}, "name": {"en": 'A "test"'}, "moreInfo": [1.5, None, True]}
    assert not matcher.in_json(json.dumps(about).encode())
    written = "".join(rf"\u{ord(char):04x}" for char in NUMBER)
    assert matcher.in_json(json.dumps(about | {"description": {"en": "*"}}).replace("*", written).encode())


def test_nobody_is_found_nowhere() -> None:
    matcher = Matcher(make_person([]))
    assert not matcher.in_json(b'{"name": "anna"}')
    assert not re.search(matcher.file_pattern, "anna")
