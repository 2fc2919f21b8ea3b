"""Parts of pages that are made once show what holds now: in this language, on this page, with these settings, of this edition."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from perille.core.web.display_preferences import COOKIE
from perille.core.web.navigation import links
from perille.core.web.shared_parts import kept_part
from perille.people.models import Role
from support.people import sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import HELLO, write_way

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
COURSE = "/en/courses/way"


def beside(page: Page) -> str:
    """Return the HTML of the lessons beside a page."""
    return page.html.split('<nav class="side"')[1].split("</nav>")[0]


def test_the_language_menu_leads_to_the_page_that_it_stands_on(visitor: Visitor) -> None:
    for below in ("", "courses/way", "courses/way/hello", "courses/way/hello?screen=2", "help"):
        found = visitor.get(f"/en/{below}").language_links()
        assert found["fi"] == f"/fi/{below}"
        assert visitor.get(f"/fi/{below}").language_links()["en"] == f"/en/{below}"
    assert visitor.get("/verify/0000-0000?lang=en").language_links()["fi"] == "/verify/0000-0000?lang=fi"


def test_what_a_reader_puts_into_an_address_is_no_markup_in_the_menu(visitor: Visitor) -> None:
    visitor.start()
    page = visitor.get(f'{COURSE}?x="><b>&y=[page]')
    assert "<b>" not in page.html
    assert page.language_links()["fi"] == '/fi/courses/way?x="><b>&y=[page]'


def test_the_menu_follows_the_languages_that_the_site_offers(whole: Whole) -> None:
    lesson = f"{COURSE}/hello"
    assert {"en", "fi", "ar"} <= set(whole.visitor().get(lesson).language_links())
    chosen = {"exit_url": "", "issuer": "", "languages": ["fi"]}
    assert sign_in_as(whole, Role.ADMINISTRATOR).post("/en/manage/site/offer", chosen).status == 303
    assert set(whole.visitor().get(lesson).language_links()) == {"en", "fi"}


def test_the_lessons_beside_a_page_are_those_of_the_newest_edition(whole: Whole, tmp_path: Path) -> None:
    assert "Hello there" in beside(whole.visitor().get(f"{COURSE}/second"))
    whole.publish(
        write_way(tmp_path, lessons={"hello": HELLO.replace("Hello there", "Welcome"), "second": "# Two\n\nW.\n"})
    )
    after = beside(whole.visitor().get(f"{COURSE}/second"))
    assert "Hello there" not in after
    assert "Welcome" in after


def test_the_lessons_beside_a_page_mark_that_page_alone(visitor: Visitor) -> None:
    for unit in ("hello", "second", "hello"):
        marked = [line for line in beside(visitor.get(f"{COURSE}/{unit}")).split("<li")[1:] if "aria-current" in line]
        assert [f'href="{COURSE}/{unit}"' in line for line in marked] == [True]
    assert "Hei sinä" in beside(visitor.get("/fi/courses/way/second"))


def test_each_screen_leads_to_itself_beside_a_second_language(visitor: Visitor) -> None:
    for screen, query in (("", "?with=fi"), ("?screen=2", "?screen=2&with=fi"), ("", "?with=fi")):
        page = visitor.get(f"{COURSE}/hello{screen}")
        (link,) = [tag for tag in page.all("a", lang="fi") if tag.attributes.get("rel") == "nofollow"]
        assert link["href"] == f"{COURSE}/hello{query}"


def test_where_a_lesson_is_on_its_way_is_said_of_each(visitor: Visitor) -> None:
    for unit, place in (("hello", "1 of 3"), ("second", "2 of 3")):
        assert f"<span>{place}</span>" in visitor.get(f"{COURSE}/{unit}").html


def test_a_part_is_made_anew_for_another_look_place_and_language(whole: Whole) -> None:
    made = []

    def part(address: str, **environ: str) -> None:
        with whole.app.test_request_context(address, environ_overrides=environ):
            whole.app.preprocess_request()
            kept_part(("mine",), lambda: str(made.append(address) or ""))

    for _again in range(2):
        part("/en/")
        part("/fi/")
        part("/en/", HTTP_COOKIE=f"{COOKIE}=pictures")
        part("/en/", SCRIPT_NAME="/learn")
    assert made == ["/en/", "/fi/", "/en/", "/en/"]


def test_links_that_ask_for_a_role_are_those_of_who_asks(whole: Whole) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    assert "/en/manage/site" in administrator.get("/en/manage").html
    with whole.app.test_request_context("/en/"):
        assert links("manage") == ()
    assert "/en/manage/site" in administrator.get("/en/manage").html


def test_an_installation_below_a_path_leads_there(make_whole: Callable[..., Whole]) -> None:
    site = make_whole()
    page = site.app.test_client().get("/en/help", environ_overrides={"SCRIPT_NAME": "/learn"}).text
    assert 'href="/learn/en/verify' in page or 'href="/learn/verify' in page
    assert 'href="/en/' not in page
    assert 'href="/learn/' not in site.app.test_client().get("/en/help").text
