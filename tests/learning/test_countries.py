"""A lesson of which each country has its own: the page that asks, the lesson, and what is kept, which is never the country."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perille.packs.services import SyncReport
from support.countries import FILES, MANIFEST, MODULE, NUMBERS, OWN, lands
from support.packs import CHOICE
from support.queries import count_queries
from support.records import acts, progress, statements
from support.visitor import Page, Visitor
from support.whole import Whole


def faults_of(report: SyncReport) -> list[str]:
    """Return what is wrong with the module and its library; facts of a new library have all other packs compiled again."""
    return [str(fault) for fault in report.problems if not fault.path.startswith("course_quiet/")]


@pytest.fixture
def reader(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody who may read the module; nobody is enrolled yet."""
    report = whole.publish(*lands(tmp_path))
    assert faults_of(report) == []
    return visitor


def doors(page: Page) -> dict[str, str]:
    """Return country -> address of the links of the page that asks."""
    links = [tag for tag in page.all("a") if any(up.attributes.get("class") == "picker doors" for up in tag.parents)]
    return {tag.words: tag["href"] for tag in links}


def test_without_a_country_the_page_asks_for_it(reader: Visitor) -> None:
    page = reader.get(OWN)
    assert (page.status, page.heading) == (200, "Your own country")
    assert page.one("h2", id="which").words == "Which country do you work in?"
    assert doors(page) == {"Finland": f"{OWN}?in=fi", "Sweden": f"{OWN}?in=se"}
    assert page.one("a", rel="prev")["href"] == f"{MODULE}/hello"
    assert doors(reader.get(OWN.replace("/en/", "/ar/")))["السويد"] == f"/ar{OWN[3:]}?in=se"


def test_the_question_keeps_the_screen_and_the_second_language(reader: Visitor) -> None:
    asked = doors(reader.get(f"{OWN}?screen=3&with=ar"))
    # Finland's lesson is shorter.
    assert asked == {"Finland": f"{OWN}?screen=2&with=ar&in=fi", "Sweden": f"{OWN}?screen=3&with=ar&in=se"}


def test_a_country_leads_to_its_lesson_with_its_facts_and_helpers(reader: Visitor) -> None:
    page = reader.get(f"{OWN}?in=se")
    assert (page.heading, "114 14" in page.text, "Screen 1 of 3" in page.text) == ("Sweden", True, True)
    finland = reader.get(f"{OWN}?in=FI")
    assert (finland.heading, "Screen 1 of 2" in finland.text) == ("Finland", True)
    assert "114 14" not in finland.text
    assert reader.get(f"{OWN}?in=fi&screen=3").heading == "Then"
    assert reader.get(f"/ar{OWN[3:]}?in=se").heading == "السويد"


@pytest.mark.parametrize("wish", ["xx", "ee", "finland", "%3Cb%3E"])
def test_an_unknown_country_is_answered_with_those_that_there_are(reader: Visitor, wish: str) -> None:
    page = reader.get(f"{OWN}?in={wish}")
    assert page.status == 404
    assert "There is no lesson for that country here." in page.text
    assert list(doors(page)) == ["Finland", "Sweden"]
    assert page.headers["Cache-Control"] == "no-store"
    assert "<b>" not in page.html


def test_who_works_in_another_country_goes_on_and_can_complete_the_module(whole: Whole, reader: Visitor) -> None:
    reader.start(MODULE)
    reader.post(f"{MODULE}/hello/next")
    (form,) = (tag for tag in reader.get(f"{OWN}?with=ar").all("form", method="post") if tag["action"].startswith(OWN))
    assert form["action"] == f"{OWN}/next?with=ar"
    assert form.words == "My country is not here: go on"
    assert reader.post(form["action"]).location == f"{MODULE}/final?with=ar"
    # Nothing else could complete it, and it is in the way of the certificate.
    assert acts(whole)[-2:] == ["completed own", "initialized final"]
    # An address with a country that has no lesson here is no dead end either.
    assert reader.get(f"{OWN}?in=no").one("form", action=f"{OWN}/next").words == form.words


def test_where_nothing_is_recorded_the_way_on_is_a_link(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    untraced = MANIFEST.replace('slug = "lands"', 'slug = "lands"\ntrace = "none"').partition("[credential]")[0]
    assert faults_of(whole.publish(*lands(tmp_path, {"pack.toml": untraced}))) == []
    link = next(tag for tag in visitor.get(OWN).all("a") if tag.words == "My country is not here: go on")
    assert link["href"] == f"{MODULE}/final"


def test_every_way_out_of_the_lesson_keeps_the_country(reader: Visitor) -> None:
    first = reader.get(f"{OWN}?in=se&with=ar")
    assert first.one("a", rel="next")["href"] == f"{OWN}?screen=2&with=ar&in=se"
    assert first.one("link", rel="prefetch")["href"] == f"{OWN}?screen=2&with=ar&in=se"
    assert first.one("a", rel="prev")["href"] == f"{MODULE}/hello?in=se"
    assert first.language_links()["ar"] == f"/ar{OWN[3:]}?with=ar&in=se"
    there = [tag["href"] for tag in first.all("a") if tag["href"].startswith(MODULE)]
    # One link asks again.
    assert [each for each in there if not each.endswith("in=se")] == [f"{OWN}?in="]
    assert {f"{MODULE}?in=se", f"{MODULE}/final?in=se", f"{OWN}/print?with=ar&in=se"} <= set(there)
    second = reader.get(f"{OWN}?in=se&screen=2")
    assert second.one("a", rel="prev")["href"] == f"{OWN}?in=se"
    last = reader.get(f"{OWN}?in=se&screen=3")
    assert [tag["action"] for tag in last.all("form", method="post")][0] == f"{OWN}/next?in=se"
    assert reader.post(f"{OWN}/next?in=se").location == f"{MODULE}/final?in=se"


def test_lessons_before_and_after_carry_the_country_along(reader: Visitor) -> None:
    assert f'href="{OWN}?in=se"' in reader.get(f"{MODULE}/hello?in=se").html
    assert reader.get(f"{MODULE}?in=se").language_links()["ar"] == "/ar/modules/lands?in=se"
    assert reader.post(f"{MODULE}/start?in=se").location == f"{MODULE}/hello?in=se"
    assert reader.post(f"{MODULE}/hello/next?in=se").location == f"{OWN}?in=se"
    assert reader.get(f"{MODULE}/resume?in=se").location == f"{OWN}?in=se"
    # Nothing but the address knows it.
    assert reader.get(f"{MODULE}/resume").location == OWN


def test_two_languages_stand_side_by_side(reader: Visitor) -> None:
    pairs = reader.get(f"/ar{OWN[3:]}?in=se&with=en&screen=3").all("div", class_="pair")
    assert any("The end of Sweden." in pair.words for pair in pairs)


def test_a_lesson_is_printed_for_its_country(reader: Visitor) -> None:
    page = reader.get(f"{OWN}/print?in=se")
    assert (page.heading, "The end of Sweden." in page.text, "Finland" in page.one("main").words) == (
        "Sweden",
        True,
        False,
    )
    assert f'href="{OWN}?in=se"' in page.html
    assert page.language_links()["ar"] == f"/ar{OWN[3:]}/print?in=se"
    assert reader.get(f"{OWN}/print").location == OWN


def test_any_one_country_completes_the_unit_and_none_is_recorded(whole: Whole, reader: Visitor) -> None:
    reader.start(MODULE)
    reader.post(f"{MODULE}/hello/next?in=se")
    reader.post(f"{MODULE}/resume", {"unit": "own", "screen": "3"})
    assert reader.get(f"{MODULE}/resume").location == f"{OWN}?screen=3"
    reader.post(f"{OWN}/next?in=se")
    assert acts(whole)[2:] == ["initialized own", "completed own", "initialized final"]
    course = reader.get(MODULE)
    assert [tag["class"] for tag in course.all("li") if tag.attributes.get("class") == "done"] == ["done", "done"]
    kept = json.dumps([statements(whole), [str(row) for row in progress(whole)]], ensure_ascii=False)
    assert "Your own country" in kept
    assert [word for word in ("SE", "Sweden", "114 14", "Finland") if word in kept] == []


def test_an_answer_in_the_lesson_of_a_country_is_said_and_forgotten(whole: Whole, reader: Visitor) -> None:
    reader.start(MODULE)
    page = reader.get(f"{OWN}?in=fi")
    form = page.one("form", id="check-fire")
    assert form["action"].startswith(f"{OWN}?in=fi#")
    said = reader.post(f"{OWN}?in=fi", {**page.fields("check-fire"), "a-fire": "leave"})
    assert (said.status, said.heading, "First be safe." in said.text) == (200, "Finland", True)
    assert acts(whole) == ["initialized hello"]
    assert reader.post(OWN, {"item": "fire", "a-fire": "leave"}).location == OWN


def test_the_country_of_a_test_is_taken_up(reader: Visitor) -> None:
    reader.start(MODULE)
    assert doors(reader.get(OWN))
    reader.post(f"{MODULE}/final", {"do": "begin", "country": "SE"})
    page = reader.get(f"{OWN}?screen=2&with=ar")
    assert (page.status, page.location) == (303, f"{OWN}?screen=2&with=ar&in=se")
    assert page.headers["Cache-Control"] == "no-store"
    # Whoever presses "another country" is asked, in any language; whoever names one gets it.
    again = reader.get(f"{OWN}?in=")
    assert list(doors(again)) == ["Finland", "Sweden"]
    assert again.language_links()["ar"] == f"/ar{OWN[3:]}?in="
    assert reader.get(f"{OWN}?in=fi").heading == "Finland"


def test_a_test_without_a_country_leads_nowhere(whole: Whole, reader: Visitor) -> None:
    reader.start(MODULE)
    reader.post(f"{MODULE}/final", {"do": "begin", "country": ""})
    assert doors(reader.get(OWN))
    somebody = whole.visitor()
    assert doors(somebody.get(OWN))


def test_a_pack_of_one_country_asks_nobody(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    bank = FILES["items/lessons.toml"].replace('"fire"', '"fire-fi"')
    manifest = MANIFEST.replace('"FI", "SE"', '"FI"').replace('"en", "ar"', '"en"')
    without = dict.fromkeys(("lessons/own.se.md", "translations/ar.po"))
    whole.publish(*lands(tmp_path, {**without, "items/bank.toml": bank, "pack.toml": manifest}))
    page = visitor.get(OWN)
    assert (page.heading, page.one("a", rel="next")["href"]) == ("Finland", f"{OWN}?screen=2")
    assert "Another country" not in page.text
    assert visitor.get(f"{OWN}/print").heading == "Finland"
    assert visitor.get(f"{OWN}?in=se").status == 404


def test_pages_of_a_country_are_kept_apart_and_asked_of_no_database(whole: Whole, reader: Visitor) -> None:
    for address in (OWN, f"{OWN}?in=", f"{OWN}?in=fi", f"{OWN}?in=se"):
        reader.get(address)
    with count_queries(whole.engine) as sent:
        pages = [reader.get(address) for address in (OWN, f"{OWN}?in=fi", f"{OWN}?in=se")]
    assert [page.heading for page in pages] == ["Your own country", "Finland", "Sweden"]
    assert len({page.headers["ETag"] for page in pages}) == 3
    assert sent == []


def test_the_facts_of_a_question_keep_no_country_either(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    question = CHOICE.replace('key = "fire"', 'key = "call"').replace("What do", "Call {fact: own.number}. What do")
    choice = question.replace("Get out", "Leave, then {fact: own.number}")
    own = {"facts/FI.toml": NUMBERS["facts/SE.toml"].replace("114 14", "116 006")}
    hello = {"lessons/hello.md": FILES["lessons/hello.md"] + "\n::: check call\n:::\n"}
    whole.publish(*lands(tmp_path, {**own, **hello, "items/hello.toml": choice}))
    visitor.start(MODULE)
    page = visitor.get(f"{MODULE}/hello?in=se")
    assert "Call 114 14 ." in page.text
    assert "Leave, then 114 14" in page.text
    visitor.post(f"{MODULE}/hello?in=se", {**page.fields("check-call"), "a-call": "leave"})
    assert acts(whole)[-1] == "answered hello:call"
    kept = json.dumps(statements(whole))
    assert [kept.count(number) > 1 for number in ("114 14", "116 006")] == [False, True]
