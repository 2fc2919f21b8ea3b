"""A code opens one's progress on another phone; "forget" deletes everything."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from perille.core.database import Base, utcnow
from perille.core.extensions import db
from perille.enrolment.code_digits import group_digits, read_digits
from perille.enrolment.models import Enrolment, Learner, ResumeCode
from perille.enrolment.services import _code_hash
from support.records import acts, only_enrolment, progress
from support.visitor import Visitor
from support.whole import KEY, Whole


def code_of(visitor: Visitor) -> str:
    """Make a code and return it as it is shown."""
    assert visitor.post("/en/keep", {"sure": "yes"}).location == "/en/keep"
    return visitor.get("/en/keep").one("p", id="resume-code").words


def opens(whole: Whole, code: str, language: str = "en") -> bool:
    """Tell whether a code opens progress on a new phone."""
    other = whole.visitor()
    page = other.post(f"/{language}/resume", {"code": code})
    assert page.status in (303, 400)
    return page.status == 303 and other.cookie() is not None


def test_a_code_is_offered_once_a_course_is_started(visitor: Visitor) -> None:
    assert "There is nothing to keep yet." in visitor.get("/en/keep").text
    assert visitor.post("/en/keep").status == 303
    visitor.start()
    assert visitor.get("/en/courses/way").all("a", href="/en/keep")
    assert visitor.get("/en/keep").all("button", class_="main")


def test_a_code_is_twenty_digits_shown_once(visitor: Visitor) -> None:
    visitor.start()
    assert visitor.post("/en/keep").status == 303
    page = visitor.get("/en/keep")
    assert re.fullmatch(r"\d{4}( \d{4}){4}", page.one("p", id="resume-code").words)
    assert page.headers["Cache-Control"] == "no-store"
    again = visitor.get("/en/keep")
    assert again.all("p", id="resume-code") == []
    assert "You made a code on" in again.text


def test_reloading_the_page_keeps_the_code_on_paper(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    code = code_of(visitor)
    for _reload in range(3):
        visitor.get("/en/keep")
    assert opens(whole, code)


def test_a_code_waits_encrypted_to_be_shown_and_is_shown_to_its_learner_alone(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/en/keep")
    found = visitor.waiting()
    assert found
    name, waiting = found
    other = whole.visitor()
    other.start()
    for value in (waiting, waiting[:-4], "x"):
        other.client.set_cookie(name, value)
        assert other.get("/en/keep").all("p", id="resume-code") == []
    code = visitor.get("/en/keep").one("p", id="resume-code").words.replace(" ", "")
    assert code not in waiting
    assert visitor.waiting() is None


def test_a_code_of_sixteen_digits_on_old_paper_still_opens(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    learner_id = only_enrolment(whole).learner_id
    row = ResumeCode(code_hash=_code_hash("1234567890123456", KEY), learner_id=learner_id, expires_at=None)
    whole.do(lambda: db.session.add(row), write=True)
    assert opens(whole, "1234 5678 9012 3456")


def test_a_code_ends_after_a_year_and_when_asked(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    first = code_of(visitor)
    past = utcnow() - timedelta(seconds=1)
    whole.do(lambda: db.session.execute(update(ResumeCode).values(expires_at=past)), write=True)
    assert not opens(whole, first)
    assert "You made a code on" not in visitor.get("/en/keep").text
    second = code_of(visitor)
    assert visitor.post("/en/keep/end").status == 303
    assert not opens(whole, second)


def test_only_a_scrambled_copy_of_a_code_is_kept(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    code = code_of(visitor).replace(" ", "")
    (row,) = whole.scalars(select(ResumeCode))
    assert code.encode() not in row.code_hash
    assert len(row.code_hash) == 32


@pytest.mark.parametrize(
    "write",
    [
        lambda code: code,
        lambda code: code.replace(" ", ""),
        lambda code: code.replace(" ", "-"),
        lambda code: f"  code: {code}.\n",
        lambda code: code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        lambda code: code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
        lambda code: code.translate(str.maketrans("0123456789", "०१२३४५६७८९")),
        lambda code: code.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda code: "\u2066" + "\u200f".join(code) + "\u2069",
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_code_opens_progress_however_it_is_written(whole: Whole, visitor: Visitor, write: Any) -> None:
    visitor.start()
    assert opens(whole, write(code_of(visitor)), "ar")


def test_progress_goes_on_on_another_phone(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post("/en/courses/way/hello/next")
    other = whole.visitor()
    page = other.post("/fi/resume", {"code": code_of(visitor)})
    assert (page.status, page.location) == (303, "/fi/")
    other.post("/fi/courses/way/second/next")
    assert "completed second" in acts(whole)
    assert len(whole.scalars(select(Learner))) == 1
    assert visitor.get("/en/courses/way").one("a", class_="main")["href"] == "/en/courses/way/check"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the digits"),
        ("hello", "Type the digits"),
        ("1234", "You typed 4."),
        ("1" * 17, "You typed 17."),
        ("1" * 5000, "You typed 200."),
        ("1234 5678 9012 3456", "We do not know this code."),
        ("\x00" * 3, "Type the digits"),
        ("<script>1</script>", "You typed 1."),
    ],
)
def test_a_wrong_code_says_what_is_wrong_and_keeps_what_was_typed(visitor: Visitor, typed: str, said: str) -> None:
    page = visitor.submit("/en/resume", {"code": typed})
    assert page.status == 200
    assert said in page.one("span", id="code-error").words
    assert page.one("input", id="code")["aria-invalid"] == "true"
    assert "<script>1" not in page.html
    assert visitor.cookie() is None


def test_a_newer_code_ends_the_older_one(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    old, new = code_of(visitor), code_of(visitor)
    assert not opens(whole, old)
    assert opens(whole, new)


def test_a_wrong_code_does_not_close_what_is_open(visitor: Visitor) -> None:
    visitor.start()
    before = visitor.cookie()
    visitor.post("/en/resume", {"code": "1"})
    assert visitor.cookie() == before


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_guessing_slows_down(make_whole: Any) -> None:
    visitor = make_whole(rate_limits=True).visitor()
    statuses = [visitor.post("/fi/resume", {"code": "1234 5678 9012 3456"}).status for _try in range(45)]
    assert statuses[:40] == [303] * 40
    page = visitor.post("/fi/resume", {"code": "1234 5678 9012 3456"})
    assert (page.status, page.language) == (429, "fi")
    assert 0 < int(page.headers["Retry-After"]) <= 60
    # Reading is not limited.
    assert visitor.get("/fi/resume").status == 200


@pytest.mark.parametrize("sent", [{}, {"sure": "no"}, {"sure": ""}])
def test_forgetting_asks_whether_one_is_sure(whole: Whole, visitor: Visitor, sent: dict[str, str]) -> None:
    visitor.start()
    before = whole.counts()
    page = visitor.submit("/en/forget", sent)
    assert page.status == 200
    assert "Nothing was deleted." in page.text
    assert whole.counts() == before


def everything(whole: Whole) -> list[tuple[str, Any]]:
    """Return every value of every table that may name somebody, packs left out."""
    found: list[tuple[str, Any]] = []

    def work() -> None:
        for table in Base.metadata.sorted_tables:
            if not table.name.startswith("pack"):
                for row in db.session.execute(select(table)):
                    found.extend((table.name, value) for value in row)

    whole.do(work)
    return found


def traces(whole: Whole, *names: Any) -> set[str]:
    """Return the tables that hold one of these UUIDs, in whatever form."""
    forms = {form for name in names for form in (name, name.hex, str(name), name.bytes)}
    return {
        table
        for table, value in everything(whole)
        for form in forms
        if value == form or (isinstance(value, str | bytes) and isinstance(form, type(value)) and form in value)
    }


def test_forgetting_deletes_every_row_that_hangs_on_the_learner(whole: Whole, visitor: Visitor) -> None:
    stay = whole.visitor()
    stay.start()
    kept = whole.counts()
    whole_before, acts_before = progress(whole), acts(whole)
    visitor.start()
    visitor.answer("/en/courses/way/hello", "fire", "leave")
    visitor.answer("/en/courses/way/check", "one", "b")
    visitor.post("/en/courses/way/resume", {"unit": "hello", "screen": "2"})
    visitor.post("/en/keep")
    learner = max(whole.scalars(select(Learner)), key=lambda each: each.created_at)
    mine = whole.scalars(select(Enrolment.registration).where(Enrolment.learner_id == learner.id))
    assert traces(whole, learner.id, learner.actor_name, *mine) >= {"learner", "enrolment", "lrs_term"}

    page = visitor.post("/en/forget", {"sure": "yes"})
    assert (page.status, page.location) == (303, "/en/forgotten")
    assert visitor.cookie() is None
    assert traces(whole, learner.id, learner.actor_name, *mine) == set()
    assert (progress(whole), acts(whole)) == (whole_before, acts_before)
    after = whole.counts()
    # What is known of activities and verbs names nobody.
    assert {name for name in kept if after[name] != kept[name]} <= {
        "lrs_term",
        "lrs_activity",
        "lrs_posting",
        "tombstone",
        "erasure",
        "audit_entry",
    }
    assert visitor.get("/en/").all("a", rel="next") == []


def test_who_was_forgotten_can_begin_again(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    first = only_enrolment(whole)
    visitor.post("/en/forget", {"sure": "yes"})
    visitor.start()
    assert only_enrolment(whole).learner_id != first.learner_id
    assert acts(whole) == ["initialized hello"]


def test_forgetting_without_a_cookie_is_no_error(whole: Whole, visitor: Visitor) -> None:
    assert visitor.post("/en/forget", {"sure": "yes"}).status == 303
    assert whole.counts()["learner"] == 0


def test_digits_are_read_in_any_script_and_written_in_groups() -> None:
    assert read_digits("١٢-۳۴ ５x²") == "123452"
    assert group_digits("1234567890123456") == "1234 5678 9012 3456"
