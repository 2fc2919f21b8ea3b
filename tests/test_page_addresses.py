"""Addresses of pages: made once, right for each site, and none kept that leads to one person."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from werkzeug.routing import BuildError

from perille.core.web import page_addresses
from perille.core.web.page_addresses import url_for
from support.visitor import Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
UNIT = {"lang": "en", "kind": "courses", "slug": "way", "key": "hello"}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the endpoints of the addresses that are made and not remembered."""
    endpoints: list[str] = []
    make = flask.url_for

    def note(endpoint: str, **values: Any) -> str:
        endpoints.append(endpoint)
        return make(endpoint, **values)

    monkeypatch.setattr(page_addresses.flask, "url_for", note)
    return endpoints


def test_the_links_of_a_page_are_made_once_for_all_its_screens(whole: Whole, visitor: Visitor, made: list[str]) -> None:
    first = visitor.get("/en/courses/way/hello").html
    made.clear()
    second = visitor.get("/en/courses/way/hello?screen=2").html
    for page in (first, second):
        assert 'href="/en/courses/way"' in page
    assert len(made) <= 3, made


def test_an_address_that_leads_to_one_person_is_not_kept(whole: Whole, made: list[str]) -> None:
    with whole.app.test_request_context("/en/"):
        for _time in range(2):
            assert url_for("phones.confirm_join", lang="en", token="abc").endswith("/join/abc")
            assert url_for("learning.unit", **UNIT, screen=2) == "/en/courses/way/hello?screen=2"
    assert made == ["phones.confirm_join", "learning.unit"] * 2
    assert (
        page_addresses._addresses.of(whole.app).find(("phones.confirm_join", "", ("lang", "en"), ("token", "abc")))
        is None
    )


def test_each_path_of_a_host_and_each_order_of_a_query_has_addresses_of_its_own(whole: Whole) -> None:
    for _time in range(2):
        for below in ("", "/learn"):
            with whole.app.test_request_context("/en/", environ_overrides={"SCRIPT_NAME": below}):
                assert url_for("learning.unit", **UNIT) == f"{below}/en/courses/way/hello"
                assert url_for("safety.help_page", lang="en", country="FI").endswith("/help?country=FI")
    with whole.app.test_request_context("/en/"):
        assert url_for("catalogue.home", lang="en", name="1", slug="2").endswith("?name=1&slug=2")
        assert url_for("catalogue.home", lang="en", slug="2", name="1").endswith("?slug=2&name=1")


def test_an_address_relative_to_the_page_is_made_for_that_page(whole: Whole) -> None:
    with whole.app.test_request_context("/en/courses/way"):
        assert url_for(".unit", **UNIT) == "/en/courses/way/hello"
    with whole.app.test_request_context("/en/help"), pytest.raises(BuildError):
        url_for(".unit", **UNIT)


def test_a_list_of_values_is_no_fault(whole: Whole) -> None:
    with whole.app.test_request_context("/en/"):
        assert url_for("catalogue.home", lang="en", topic=["x", "y"]).endswith("?topic=x&topic=y")
