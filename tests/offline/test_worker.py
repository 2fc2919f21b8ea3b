"""The worker's address and the marks that tell it what a phone may keep."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.visitor import Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@SQLITE
def test_the_worker_is_always_at_one_address_and_asked_for_anew(visitor: Visitor) -> None:
    page = visitor.get("/sw.js", Accept_Language="ar")
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-cache")
    assert page.response.mimetype == "text/javascript"
    assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'addEventListener("fetch"' in page.html
    assert visitor.get("/sw.js", If_None_Match=page.headers["ETag"]).status == 304


@SQLITE
def test_a_site_that_keeps_nothing_calls_its_workers_back(make_whole: Callable[..., Whole]) -> None:
    visitor = make_whole(offline=False).visitor()
    script = visitor.get("/sw.js").html
    assert "unregister()" in script
    assert 'addEventListener("fetch"' not in script
    assert "data-keep" not in visitor.get("/en/").html


@SQLITE
def test_only_what_is_the_same_for_everybody_is_marked_as_such(visitor: Visitor) -> None:
    lesson, course = "/en/courses/way/hello", "/en/courses/way"
    assert visitor.get(course).headers["Perille"] == "same"
    visitor.start()
    assert visitor.get(lesson).headers["Perille"] == "same"
    assert visitor.get(course).headers["Perille"] == "own", "it shows this learner's progress"
    assert visitor.get("/en/nothing").headers["Perille"] == "own"
    sensitive = visitor.get("/en/courses/quiet/hello").headers
    assert sensitive["Cache-Control"] == "no-store", "a sensitive lesson is kept nowhere"


@SQLITE
def test_on_the_home_screen_nothing_tells_what_is_learnt(visitor: Visitor) -> None:
    page = visitor.get("/ar/courses/way")
    link = page.one("link", rel="manifest")
    answer = visitor.client.get(link["href"])
    assert answer.mimetype == "application/manifest+json"
    said = answer.get_json()
    assert (said["name"], said["dir"], said["start_url"]) == ("دروس", "rtl", "/ar/")
    assert [visitor.get(each["src"]).status for each in said["icons"]] == [200, 200]
    assert "manifest" not in visitor.get("/en/courses/quiet").html


@SQLITE
def test_a_page_says_which_help_is_kept_beside_it(visitor: Visitor) -> None:
    kept = visitor.get("/ar/offline?country=FI").one("html")["data-keep"].split()
    assert kept == ["/ar/offline?country=FI", "/ar/help?country=FI", "/ar/help/numbers.vcf?country=FI"]
    assert visitor.get(kept[2]).headers["Perille"] == "same"
    assert "vcf" not in visitor.get("/ar/offline").one("html")["data-keep"], (
        "nobody's numbers before a country is chosen"
    )
    page = visitor.get(kept[0])
    assert page.headers["Perille"] == "same"
    assert [each["data-said"] for each in page.all("p", class_="notice") if "hidden" in each.attributes] == [
        "line",
        "portal",
        "gone",
    ]
    assert visitor.get("/ar/offline?country=XX").status == 200
