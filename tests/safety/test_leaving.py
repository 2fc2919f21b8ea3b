"""Leaving by forms and links: nothing is lost by a mistaken press, nothing is shown to the next person."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from perille.core.i18n import LANGUAGES
from perille.enrolment.models import Learner, Phone
from perille.safety.calendar_words import calendar_words
from support.visitor import Visitor
from support.whole import Whole

COURSE = "/en/courses/way"


def goes_on(visitor: Visitor) -> bool:
    """Tell whether the pages know this reader."""
    return bool(visitor.get("/en/").all("a", rel="next")) and "you are here" in visitor.get(COURSE).text


@pytest.mark.parametrize("headers", [{}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-origin"}])
def test_the_address_of_leaving_changes_nothing_when_it_is_read(
    whole: Whole, visitor: Visitor, headers: dict[str, str]
) -> None:
    visitor.start()
    before = whole.counts()
    page = visitor.get("/leave", **headers)
    assert (page.status, page.location) == (303, "https://www.wikipedia.org/")
    assert "Set-Cookie" not in page.headers
    assert "Clear-Site-Data" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert goes_on(visitor)
    assert whole.counts() == before


def test_a_form_of_another_site_makes_nobody_leave(visitor: Visitor) -> None:
    visitor.start()
    for address in ("/leave", "/forget"):
        assert visitor.post(address, Origin="https://evil.example").status == 403
    assert goes_on(visitor)


def test_leaving_hides_progress_and_one_press_brings_it_back(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    before = whole.counts()
    page = visitor.post("/leave")
    assert (page.status, page.location) == (303, "/today")
    assert page.headers["Clear-Site-Data"] == '"cache"', "pages that wait for Back, nothing else"
    assert not goes_on(visitor)
    assert "There is nothing to keep yet." in visitor.get("/en/keep").text
    assert visitor.get("/en/resume").all("form", action="/en/resume/here")
    assert visitor.post("/en/resume/here").status == 303
    assert goes_on(visitor)
    assert whole.counts() == before


def test_a_stranger_is_offered_no_way_back(visitor: Visitor) -> None:
    visitor.post("/leave")
    assert visitor.get("/en/resume").all("form", action="/en/resume/here") == []


def test_after_leaving_a_code_opens_the_same_progress(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/en/keep")
    code = visitor.get("/en/keep").one("p", id="resume-code").words
    visitor.post("/leave")
    assert visitor.post("/en/resume", {"code": code}).status == 303
    assert goes_on(visitor)
    # The phone has its place already: it does not join a second time.
    assert len(whole.scalars(select(Phone))) == 1


def test_who_starts_on_a_phone_that_was_left_takes_nothing_from_who_left(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    visitor.post("/leave")
    visitor.start()
    assert visitor.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/hello"
    assert len(whole.scalars(select(Learner))) == 2
    assert len(visitor.get("/en/whose").all("button", class_="main")) == 0, "who left is not offered to who comes next"
    assert "Choose whose progress to open" not in visitor.get("/en/keep").text
    earlier = min(whole.scalars(select(Phone)), key=lambda phone: phone.joined_at)
    assert visitor.post("/en/whose", {"phone": earlier.id.hex}).status == 404
    # Whoever made no code has one way back, on the page of the codes; the other keeps theirs too.
    visitor.post("/en/resume/here")
    assert visitor.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"


def test_who_left_and_has_a_code_comes_back_by_the_code_alone(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    visitor.post("/en/keep")
    code = visitor.get("/en/keep").one("p", id="resume-code").words
    visitor.post("/leave")
    assert "Did you leave this site on this phone?" not in visitor.get("/en/resume").text
    visitor.post("/en/resume/here")
    assert not goes_on(visitor)
    visitor.start()
    assert visitor.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/hello"
    assert "Whose" not in visitor.get("/en/keep").text
    assert visitor.post("/en/resume", {"code": code}).location == "/en/whose", "both are kept, and the person is asked"
    # It is the same phone as before: nobody is told that another one joined.
    assert len(whole.scalars(select(Phone))) == 2


def test_a_mistaken_press_on_a_shared_phone_keeps_both(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    other = whole.visitor()
    other.start()
    other.post("/en/keep")
    code = other.get("/en/keep").one("p", id="resume-code").words
    visitor.post("/en/resume", {"code": code})
    other.post("/en/keep/end")
    assert len(visitor.get("/en/whose").all("form", class_="card")) == 2
    visitor.post("/leave")
    assert "There is no progress on this phone." in visitor.get("/en/whose").text
    visitor.post("/en/resume/here")
    assert len(visitor.get("/en/whose").all("form", class_="card")) == 2


def test_leaving_and_forgetting_clears_the_browser_and_keeps_what_a_code_opens(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.client.set_cookie("lang", "fi")
    visitor.post("/en/keep")
    code = visitor.get("/en/keep").one("p", id="resume-code").words
    page = visitor.post("/forget")
    assert (page.status, page.location) == (303, "/today")
    assert page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert [visitor.cookie(name) for name in ("perille_learner", "lang", "perille_left")] == [None, None, None]
    assert whole.scalars(select(Phone)) == []
    assert visitor.post("/en/resume", {"code": code}).status == 303
    assert goes_on(visitor)


def test_forgetting_without_a_connection_is_finished_at_the_next_contact(visitor: Visitor) -> None:
    visitor.start()
    visitor.client.set_cookie("perille_left", "forget")
    page = visitor.get("/en/")
    assert page.all("a", rel="next") == []
    assert page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert visitor.cookie() is None
    assert visitor.cookie("perille_left") is None
    assert "Clear-Site-Data" not in visitor.get("/en/").headers


def test_the_button_says_what_it_cannot_do_without_a_connection(visitor: Visitor) -> None:
    # The browser's own copies of pages: only Clear-Site-Data takes them away. The rest is tried in tests/e2e/test_forgetting.py.
    page = visitor.get("/en/safe").text
    assert "nobody can read your answers on this phone any more once you see the calendar." in page
    assert "Pages that you opened can stay on it. They are deleted when this site is next opened with internet." in page


def test_a_worker_that_finishes_forgetting_is_not_ended_by_the_answer(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    answer = visitor.post("/forget", {"quiet": "1"})
    assert (answer.status, visitor.cookie(), answer.headers["Perille"]) == (204, None, "own")
    assert "Clear-Site-Data" not in answer.headers
    assert whole.scalars(select(Phone)) == []
    visitor.client.set_cookie("perille_left", "forget")
    assert "Clear-Site-Data" not in visitor.post("/forget", {"quiet": "1"}).headers
    assert visitor.cookie("perille_left") is None
    visitor.start()
    assert visitor.post("/forget", {"quiet": "cache"}).headers["Clear-Site-Data"] == '"cache"'
    assert goes_on(visitor), "whoever began anew meanwhile stays"


def test_the_neutral_page_names_nobody(visitor: Visitor) -> None:
    page = visitor.get("/today", Accept_Language="fi")
    assert page.status == 200
    assert "perille" not in page.html.replace("/static/", "").lower()
    assert page.one("h1").words == page.one("title").words
    assert page.all("td", aria_current="date")
    assert "wikipedia" in page.one("meta", http_equiv="refresh")["content"]


def test_a_notice_of_leaving_from_the_page_itself_needs_no_page_in_return(visitor: Visitor) -> None:
    visitor.start()
    assert visitor.post("/leave", {"quiet": "1"}).status == 204
    assert not goes_on(visitor)


def test_deleting_ones_data_clears_the_browser_and_spares_another_learner_on_the_phone(visitor: Visitor) -> None:
    visitor.start()
    page = visitor.post("/en/forget", {"sure": "yes"})
    assert page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    visitor.start()
    visitor.post("/leave")
    visitor.start()
    page = visitor.post("/en/forget", {"sure": "yes"})
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    visitor.post("/en/resume/here")
    assert goes_on(visitor)


def test_a_page_that_spared_the_others_on_the_phone_asks_for_nothing_more(visitor: Visitor) -> None:
    visitor.start()
    assert not visitor.get("/en/privacy").one("form", action="/en/forget").has("data-mine"), "alone all goes"
    visitor.post("/leave")
    visitor.start()
    form = visitor.get("/en/privacy").one("form", action="/en/forget")
    first = form["data-mine"]
    assert first
    page = visitor.post("/en/forget", {"sure": "yes", "spares": first})
    assert page.headers["Clear-Site-Data"] == '"cache"'
    visitor.start()
    # The form of somebody else's page: what it took out of the phone was not this learner's.
    page = visitor.post("/en/forget", {"sure": "yes", "spares": first})
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    visitor.post("/en/resume/here")
    assert goes_on(visitor)
    visitor.post("/en/forget", {"sure": "yes", "spares": first})
    assert visitor.cookie() is None


def test_deleting_while_nothing_is_open_leaves_what_is_asleep_on_the_phone(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/leave")
    form = visitor.get("/en/privacy").one("form", action="/en/forget")
    assert not form.has("data-clears"), "no script empties what waits for who is asleep"
    before = whole.counts()
    page = visitor.post("/en/forget", {"sure": "yes"})
    assert page.headers["Clear-Site-Data"] == '"cache"'
    told = visitor.get(page.location)
    assert told.heading == "No progress is open here"
    assert "All is deleted" not in told.text
    assert whole.counts() == before
    visitor.post("/en/resume/here")
    assert goes_on(visitor)


def test_the_words_of_a_calendar_are_twelve_months_and_seven_days_in_each_language() -> None:
    counts = {len(words.split("|")) for language in LANGUAGES if (words := calendar_words(language))}
    assert counts == {19}
    assert calendar_words("ckb").split("|")[10] == "تشرینی دووەم"
