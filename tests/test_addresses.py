"""Addresses that are nearly right lead to the right ones."""

from __future__ import annotations

import pytest

from support.visitor import Visitor
from support.whole import Whole


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/en/courses/way/", "/en/courses/way"),
        ("/en/courses/Way", "/en/courses/way"),
        ("/EN/", "/en/"),
        ("/en/courses/way/hello/?screen=2", "/en/courses/way/hello?screen=2"),
        ("/healthz/", "/healthz"),
        ("/de/courses/way/hello?screen=2", "/en/courses/way/hello?screen=2"),
    ],
)
def test_a_slash_a_capital_or_a_strange_language_is_mended(visitor: Visitor, typed: str, meant: str) -> None:
    assert visitor.get(typed).location == meant


def test_a_strange_language_leads_to_the_wished_one(visitor: Visitor) -> None:
    page = visitor.get("/de/courses/way", **{"Accept-Language": "ar"})
    assert page.location == "/ar/courses/way"


@pytest.mark.parametrize("typed", ["/en/courses/none/", "/nothing", "/en/courses/way/nothing"])
def test_what_is_not_there_is_not_there(visitor: Visitor, typed: str) -> None:
    assert visitor.get(typed).status in (302, 404)
    assert "evil" not in visitor.get(typed).headers.get("Location", "")


def test_only_one_step_is_made(whole: Whole, visitor: Visitor) -> None:
    first = visitor.get("/en/courses/NONE/")
    assert first.status == 302
    assert visitor.get(first.location).status == 404


def test_a_form_is_not_led_elsewhere(visitor: Visitor) -> None:
    assert visitor.post("/en/courses/way/start/").status in (404, 405)
