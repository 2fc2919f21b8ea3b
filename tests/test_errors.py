"""When something goes wrong, a page says so in the reader's language and what to do next; nothing is half done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from perille.core import errors
from perille.core.dates import today
from perille.core.errors import BadRequest, Conflict, Forbidden, NotFound, TooManyRequests
from perille.core.extensions import db
from perille.core.web.deferred import DeferredResponse
from perille.enrolment.services import make_learner
from perille.learning import services
from support.records import acts
from support.visitor import Page, Visitor
from support.whole import Whole

#: Part of an address -> what happens there.
FAULTS: dict[str, Exception] = {
    "400": BadRequest(),
    "403": Forbidden(),
    "404": NotFound(),
    "409": Conflict(),
    "429": TooManyRequests(retry_after=7),
    "500": ZeroDivisionError("a secret answer"),
    "503": OperationalError("INSERT a secret answer", {"name": "Amina"}, Exception("a secret answer")),
}


def add_view(app: Flask, name: str, view: Callable[[], Any]) -> None:
    """Give the site an address /<lang>/x-<name> that takes GET and POST."""
    app.add_url_rule(f"/<lang:lang>/x-{name}", f"x-{name}", lambda lang: view(), methods=["GET", "POST"])


def raising(error: Exception) -> Callable[[], Any]:
    def view() -> Any:
        raise error

    return view


@pytest.fixture
def faulty(whole: Whole) -> Whole:
    """A site with an address for each fault."""
    for name, error in FAULTS.items():
        add_view(whole.app, name, raising(error))
    return whole


SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def check_page(page: Page, status: int, language: str) -> None:
    assert (page.status, page.language) == (status, language)
    assert page.heading
    assert page.headers["Cache-Control"] == "no-store"
    assert page.one("a", class_="main")["href"] == f"/{language}/"
    assert page.all("details", id="help") + page.all("a", id="help")
    assert page.one("button", id="quick-exit")


@SQLITE
@pytest.mark.parametrize("language", ["en", "fi", "ar", "uk", "ru", "prs", "es"])
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_a_page_in_the_readers_language(faulty: Whole, name: str, language: str) -> None:
    page = faulty.visitor().get(f"/{language}/x-{name}", Accept_Language="fi")
    check_page(page, int(name), language)
    if language != "en":
        english = faulty.visitor().get(f"/en/x-{name}").heading
        assert page.heading != english


@SQLITE
def test_too_many_tries_say_when_to_come_back(faulty: Whole) -> None:
    assert faulty.visitor().get("/en/x-429").headers["Retry-After"] == "7"


@SQLITE
@pytest.mark.parametrize("size", [300_000, 20_000_000])
def test_a_form_that_is_too_big_is_a_page_too(visitor: Visitor, size: int) -> None:
    page = visitor.post("/fi/courses/way/hello", {"item": "x" * size})
    check_page(page, 413, "fi")


@SQLITE
def test_a_wrong_method_is_a_page_in_the_language_of_the_address(visitor: Visitor) -> None:
    page = visitor.get("/fi/forget", Accept_Language="ar")
    check_page(page, 405, "fi")
    assert set(page.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


@SQLITE
@pytest.mark.parametrize(
    ("path", "way", "words"),
    [
        ("/en/group/abcdefghjkmn", "/en/group", "My group"),
        ("/group/abcdefghjkmn", "/en/group", "My group"),
        ("/en/courses/way/nowhere", "/en/courses/way", "Back to the course"),
        ("/en/courses/way/errands/dates.ics", "/en/courses/way", "Back to the course"),
        ("/en/seminars/mine/torn", "/en/seminars", "Seminars"),
    ],
)
def test_what_is_not_there_leads_to_where_one_goes_on(visitor: Visitor, path: str, way: str, words: str) -> None:
    page = visitor.get(path)
    assert page.status == 404
    (button,) = page.all("a", class_="main")
    assert (button["href"], button.words) == (way, words)
    assert page.one("a", class_="second").words == "Go to the first page"


@SQLITE
@pytest.mark.parametrize(
    ("before", "buttons"),
    [
        ("http://localhost/en/privacy?a=1", [("http://localhost/en/privacy?a=1", "Back")]),
        ("https://elsewhere.example/en/privacy", [("/en/", "Go to the first page")]),
        ("", [("/en/", "Go to the first page")]),
    ],
)
def test_go_back_is_a_button_where_a_page_of_ours_sent_the_form(
    visitor: Visitor, before: str, buttons: list[tuple[str, str]]
) -> None:
    page = Page(visitor.client.post("/en/courses", headers={"Referer": before} if before else {}))
    # What another site sent is refused, and nothing leads back there.
    assert page.status == (403 if "elsewhere" in before else 405)
    assert [(each["href"], each.words) for each in page.all("a", class_="main")] == buttons


@SQLITE
def test_a_course_that_is_not_there_leads_to_the_first_page(visitor: Visitor) -> None:
    assert visitor.get("/en/courses/nowhere/errands").one("a", class_="main").words == "Go to the first page"


@SQLITE
@pytest.mark.parametrize("name", ["500", "503"])
def test_the_log_says_where_and_no_ones_words(faulty: Whole, name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        faulty.visitor().post(f"/en/x-{name}", {"name": "Amina"}, X_Forwarded_For="203.0.113.9")
    written = "".join(logging.Formatter().format(record) for record in caplog.records)
    assert ("test_errors.py" in written) == (name == "500"), "a database that is away is no fault of a line of ours"
    assert written.count("\n") == 0 or name == "500"
    assert "Amina" not in written
    assert "203.0.113.9" not in written
    assert "127.0.0.1" not in written


def test_an_error_of_the_database_quotes_no_row_in_the_log(whole: Whole, caplog: pytest.LogCaptureFixture) -> None:
    def view() -> Any:
        for _time in range(2):
            db.session.execute(
                text(
                    "INSERT INTO account (id, email, email_key, name, locale, created_at) VALUES (:id, :email, :email, '', '', :at)"
                ),
                {"id": "0" * 32, "email": "amina@example.org", "at": "2026-01-01 00:00:00"},
            )

    add_view(whole.app, "row", view)
    assert whole.visitor().post("/en/x-row").status == 500, "our mistake: to try again would not help"
    written = "".join(logging.Formatter().format(record) for record in caplog.records)
    assert "Integrity" in written or "UniqueViolation" in written or "CONSTRAINT" in written
    assert "amina" not in written


@pytest.mark.parametrize("error", [ZeroDivisionError(), Forbidden(), Conflict()])
def test_nothing_stays_of_a_view_that_fails_in_the_middle(whole: Whole, error: Exception) -> None:
    def view() -> Any:
        make_learner(db.session, today())
        raise error

    add_view(whole.app, "half", view)
    before = whole.counts()
    assert whole.visitor().post("/en/x-half").status >= 400
    assert whole.counts() == before


def test_what_was_kept_stays_when_only_its_page_fails(whole: Whole) -> None:
    def view() -> Any:
        make_learner(db.session, today())
        return DeferredResponse(raising(ZeroDivisionError()))

    add_view(whole.app, "late", view)
    assert whole.visitor().post("/en/x-late").status == 500
    assert whole.counts()["learner"] == 1


def test_a_view_that_runs_again_begins_afresh(whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perille.core.database.is_transient", lambda error: True)
    real, tries = services.start, []

    def start(*args: Any) -> Any:
        done = real(*args)
        tries.append(done)
        if len(tries) < 3:
            raise OperationalError("", {}, Exception("busy"))
        return done

    monkeypatch.setattr(services, "start", start)
    page = visitor.start()
    assert (page.status, len(tries)) == (303, 3)
    assert whole.counts()["learner"] == whole.counts()["enrolment"] == 1
    assert acts(whole) == ["initialized hello"]
    assert visitor.post("/en/courses/way/hello/next").status == 303


@SQLITE
def test_a_database_that_is_away_still_leaves_a_page(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_more: object) -> Any:
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr("perille.core.database.time.sleep", lambda _seconds: None)
    with whole.app.app_context():
        monkeypatch.setattr(db.engine, "connect", away)
        monkeypatch.setattr(db.engine.pool, "connect", away)
    for path in ("/fi/", "/fi/courses/way", "/fi/help"):
        check_page(whole.visitor().get(path), 503, "fi")
    check_page(whole.visitor().get("/fi/nothing/at/all"), 404, "fi")
    assert whole.visitor().get("/healthz").status == 200
    assert whole.visitor().get("/readyz").status == 503


@SQLITE
def test_the_record_store_answers_its_own_errors_as_json(visitor: Visitor) -> None:
    page = visitor.get("/xapi/nothing")
    assert page.status in (400, 401, 404)
    assert page.response.mimetype == "application/json"


@SQLITE
def test_where_not_even_the_page_can_be_made_there_still_is_one(
    faulty: Whole, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nothing(*_words: object, **_more: object) -> str:
        raise RuntimeError("no address can be made here")

    monkeypatch.setattr(errors, "render_template", nothing)
    page = faulty.visitor().get("/fi/x-500")
    assert (page.status, page.language) == (500, "fi")
    assert page.heading
    assert [tag["href"] for tag in page.all("a")] == ["/"]
    assert page.one("form", action="/leave", method="post")
    assert page.one("button").words.startswith("Poistu")
    assert "no address can be made here" in caplog.text
