"""Certificates for professionals: a name that stays, corrected issues, what the paper proves, and links that can be taken back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from pypdf import PdfReader
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.credentials.models import Credential, CredentialShare
from perille.credentials.services import revoke
from support.countries import FILES, lands
from support.countries import MODULE as LANDS
from support.exam import asked_on, attempt_on, hand_in, take, write_exam
from support.packs import CHOICE
from support.visitor import Page, Visitor
from support.whole import Whole

MODULE = "/en/modules/exam"
CERTIFICATE = f"{MODULE}/certificate"
TEST_ON = "Passed on "


@pytest.fixture
def graduate(whole: Whole, tmp_path: Path) -> Visitor:
    """Somebody who has passed the module and made its certificate."""
    folder = write_exam(tmp_path)
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8").replace('summary = "An exam."', 'summary = "How to help people to be safe."')
    manifest.write_text(text.replace('safety-check"\n', 'safety-check"\nvalid_months = 24\n'), "utf-8")
    whole.publish(folder)
    visitor = whole.visitor()
    visitor.post(f"{MODULE}/start")
    take(visitor)
    visitor.post(f"{MODULE}/hello/next")
    assert visitor.post(CERTIFICATE, {"name": "Aino Virtnen"}).status == 303
    return visitor


def issues(whole: Whole) -> list[Credential]:
    """Return all issues, the oldest first."""
    return whole.scalars(select(Credential).order_by(Credential.awarded_at, Credential.id))


def paper(visitor: Visitor) -> str:
    """Return the words of the paper."""
    body = visitor.client.get(f"{CERTIFICATE}.pdf").data
    return " ".join(PdfReader(io.BytesIO(body)).pages[0].extract_text().split())


def reissue(visitor: Visitor, name: str = "Aino Virtanen", reason: str = "spelling") -> Page:
    return visitor.submit(f"{CERTIFICATE}/reissue", {"name": name, "reason": reason})


def test_the_paper_names_subject_test_mark_day_and_expiry(whole: Whole, graduate: Visitor) -> None:
    words = paper(graduate)
    (row,) = issues(whole)
    assert "How to help people to be safe." in words
    assert (row.test_percent, row.test_critical, row.test_passed_on) == (100, True, row.awarded_on)
    assert "with 100 of 100 points." in words
    assert "It has questions on safety that must all be right." in words
    assert "Self-study time" in words
    assert row.expires_on is not None
    assert str(row.expires_on.year) in words
    assert "Valid until" in words
    assert "National part" not in words


def test_the_best_mark_stands_on_it(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path, tries="3", pause_hours="0"))
    visitor = whole.visitor()
    visitor.post(f"{MODULE}/start")
    take(visitor, wrong=4)
    take(visitor)
    visitor.post(f"{MODULE}/hello/next")
    visitor.post(CERTIFICATE, {"name": "Aino Virtanen"})
    assert issues(whole)[0].test_percent == 100


def test_the_name_is_fixed(whole: Whole, graduate: Visitor) -> None:
    assert graduate.post(CERTIFICATE, {"name": "Somebody Else"}).status == 303
    (row,) = issues(whole)
    assert (row.printed_name, row.corrections) == ("Aino Virtnen", 0)
    assert "Print this name instead" not in graduate.get(CERTIFICATE).text


def test_a_correction_is_a_new_issue_and_the_old_paper_says_replaced(whole: Whole, graduate: Visitor) -> None:
    (first,) = issues(whole)
    page = reissue(graduate)
    assert "Aino Virtanen" in page.text
    old, new = issues(whole)
    assert old.id == first.id
    assert (old.replaced_by_id, old.printed_name) == (new.id, "Aino Virtnen")
    assert (new.printed_name, new.reason, new.awarded_on) == ("Aino Virtanen", "spelling", old.awarded_on)
    assert new.code != old.code
    assert new.test_percent == old.test_percent
    assert "the name was misspelt" in paper(graduate)
    office = whole.visitor()
    said = office.get(f"/verify/{old.code}").text
    assert "This certificate was replaced by a corrected one" in said
    assert "This certificate is valid." in office.get(f"/verify/{new.code}").text
    for code in (old.code, new.code):
        assert "Virt" not in office.get(f"/verify/{code}").html


def test_three_corrections_are_possible_and_the_same_name_is_none(whole: Whole, graduate: Visitor) -> None:
    reissue(graduate, "Aino Virtnen")
    assert len(issues(whole)) == 1
    for number in range(5):
        reissue(graduate, f"Aino Virtanen {number}", "changed-name")
    rows = issues(whole)
    assert [row.replaced_by_id for row in rows] == [*(row.id for row in rows[1:]), None]
    assert len(rows) == 4
    assert "This certificate cannot be corrected any more." in graduate.get(CERTIFICATE).text


@pytest.mark.parametrize(("name", "reason"), [("", "spelling"), ("Aino", "my story"), ("\u2603", "other")])
def test_a_correction_that_cannot_be_used_makes_no_issue(
    whole: Whole, graduate: Visitor, name: str, reason: str
) -> None:
    page = reissue(graduate, name, reason)
    assert page.one("div", role="alert").words
    assert len(issues(whole)) == 1


def test_two_corrections_at_once_leave_one_that_counts(whole: Whole, graduate: Visitor) -> None:
    cookie = graduate.cookie()
    assert cookie is not None

    def press(name: str) -> int:
        other = whole.visitor()
        other.client.set_cookie("perille_learner", cookie)
        return other.post(f"{CERTIFICATE}/reissue", {"name": name, "reason": "spelling"}).status

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(press, ["Aino A", "Aino B", "Aino C", "Aino D"]))
    assert set(statuses) <= {303, 409}
    assert [row.replaced_on is None for row in issues(whole)].count(True) == 1


def test_withdrawing_an_old_issue_withdraws_the_certificate(whole: Whole, graduate: Visitor) -> None:
    reissue(graduate)
    old, new = issues(whole)
    whole.do(lambda: revoke(db.session, db.session.get_one(Credential, old.id), None), write=True)
    for code in (old.code, new.code):
        assert "This certificate was withdrawn." in whole.visitor().get(f"/verify/{code}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Aino Virtnen", "Yes."),
        ("  aino   VIRTNEN ", "Yes."),
        ("Aino Virtanen", "No."),
        ("Virtnen", "No."),
    ],
)
def test_a_name_is_compared_and_never_shown(whole: Whole, graduate: Visitor, typed: str, said: str) -> None:
    (row,) = issues(whole)
    office = whole.visitor()
    page = office.submit(f"/verify/{row.code}/name", {"name": typed})
    answers = [tag.words for tag in page.all("p", role="status")]
    assert [each[: len(said)] for each in answers] == [said]
    assert "Virtnen" not in page.html
    assert not office.get(f"/verify/{row.code}").all("p", role="status")


def test_guessing_names_is_slowed_and_right_ones_are_not_counted(
    make_whole: Callable[..., Whole], graduate: Visitor, whole: Whole
) -> None:
    (row,) = issues(whole)
    limited = make_whole(rate_limits=True)
    address = f"/verify/{row.code}/name"
    for _right in range(12):
        assert limited.visitor().post(address, {"name": "Aino Virtnen"}).status == 303
    statuses = [limited.visitor().post(address, {"name": f"Aino {number}"}).status for number in range(12)]
    assert statuses.count(303) == 8
    assert statuses[-1] == 429


def test_a_name_without_letters_or_an_unknown_code_changes_nothing(whole: Whole, graduate: Visitor) -> None:
    (row,) = issues(whole)
    page = whole.visitor().submit(f"/verify/{row.code}/name", {"name": "  "})
    assert "Please write a name." in page.one("div", role="alert").words
    assert whole.visitor().post("/verify/0000-0000-0000-0000/name", {"name": "Aino"}).status == 404


def link_on(page: Page) -> str:
    """Return the path of the first link for an employer on the certificate's page."""
    found = re.search(r"http://localhost(/en/shared/[^<\s]+)", page.html)
    assert found is not None
    return found[1]


def test_a_link_shows_the_certificate_until_its_holder_takes_it_back(whole: Whole, graduate: Visitor) -> None:
    page = graduate.submit(f"{CERTIFICATE}/share")
    employer = whole.visitor()
    shown = employer.get(link_on(page))
    assert "Aino Virtnen" in shown.text
    assert "How to help people to be safe." in shown.text
    assert "with 100 of 100 points." in shown.text
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    (end,) = [tag["action"] for tag in page.all("form") if tag["action"].endswith("/end")]
    refused = employer.post(end)
    assert refused.status == 404, refused.location
    assert employer.get(link_on(page)).status == 200
    graduate.post(end)
    gone = employer.get(link_on(page))
    assert gone.status == 404
    assert "Virtnen" not in gone.html


def test_a_link_shows_the_corrected_certificate(whole: Whole, graduate: Visitor) -> None:
    address = link_on(graduate.submit(f"{CERTIFICATE}/share"))
    reissue(graduate)
    assert "Aino Virtanen" in whole.visitor().get(address).text


def test_there_are_ten_links_at_most(whole: Whole, graduate: Visitor) -> None:
    with time_machine.travel(utcnow(), tick=False) as clock:
        statuses = []
        for _link in range(11):
            statuses.append(graduate.post(f"{CERTIFICATE}/share").status)
            clock.shift(timedelta(minutes=2))
    assert statuses == [303] * 10 + [409]


def test_a_press_on_make_a_link_that_comes_twice_makes_one(whole: Whole, graduate: Visitor) -> None:
    for _press in range(2):
        graduate.post(f"{CERTIFICATE}/share")
    assert len(whole.scalars(select(CredentialShare))) == 1


def test_a_link_that_was_made_up_shows_nothing(whole: Whole, graduate: Visitor) -> None:
    (row,) = issues(whole)
    for token in ("x", row.id.hex, f"{row.id.hex}.x"):
        assert whole.visitor().get(f"/en/shared/{token}").status == 404


def pass_lands(visitor: Visitor, country: str) -> None:
    """Pass the test of the module for two countries, in one of them or in none."""
    test = f"{LANDS}/final"
    visitor.client.set_cookie("lang", "en")
    query = f"?in={country}" if country else ""
    visitor.post(f"{test}{query}", {"do": "begin", "country": country.upper()})
    for number in range(1, 4):
        for key in asked_on(visitor.get(f"{test}?q={number}")):
            answer = {
                **attempt_on(visitor, test),
                "do": "next",
                "item": key,
                "number": str(number),
                f"a-{key}": "leave",
            }
            visitor.post(test, answer)
    hand_in(visitor, test)


@pytest.mark.parametrize(("country", "part"), [("fi", "Finland"), ("", "Without a national part")])
def test_the_country_of_the_national_part_stands_on_the_paper(
    whole: Whole, tmp_path: Path, country: str, part: str
) -> None:
    whole.publish(*lands(tmp_path))
    visitor = whole.visitor()
    query = f"?in={country}" if country else ""
    visitor.post(f"{LANDS}/start")
    for unit in ("hello", "own"):
        visitor.post(f"{LANDS}/{unit}/next{query}")
    pass_lands(visitor, country)
    made = visitor.post(f"{LANDS}/certificate{query}", {"name": "Aino Virtanen"})
    assert made.location == f"{LANDS}/certificate{query}"
    assert part in visitor.get(f"{LANDS}/certificate{query}").text
    body = visitor.client.get(f"{LANDS}/certificate.pdf{query}").data
    assert part in " ".join(PdfReader(io.BytesIO(body)).pages[0].extract_text().split())


def test_a_module_that_asks_of_no_country_names_no_national_part(whole: Whole, tmp_path: Path) -> None:
    bank = FILES["items/bank.toml"] + CHOICE.replace('key = "fire"', 'key = "fire-anywhere"')
    whole.publish(*lands(tmp_path, {"items/bank.toml": bank}))
    visitor = whole.visitor()
    visitor.post(f"{LANDS}/start")
    for unit in ("hello", "own"):
        visitor.post(f"{LANDS}/{unit}/next?in=fi")
    pass_lands(visitor, "fi")
    visitor.post(f"{LANDS}/certificate?in=fi", {"name": "Aino Virtanen"})
    shown = visitor.get(f"{LANDS}/certificate?in=fi").text
    assert "Aino Virtanen" in shown
    assert "ational part" not in shown


def test_the_certificates_page_keeps_the_country_that_was_chosen(whole: Whole, tmp_path: Path) -> None:
    whole.publish(*lands(tmp_path))
    visitor = whole.visitor()
    visitor.post(f"{LANDS}/start")
    page = visitor.get(f"{LANDS}/certificate?in=se")
    ways = [
        tag["href"] for tag in page.all("a") if tag["href"].startswith(f"{LANDS}/") and "certificate" not in tag["href"]
    ]
    assert ways
    assert [way for way in ways if "in=se" not in way] == []


def test_the_day_of_the_award_stays_when_the_name_is_corrected_later(whole: Whole, graduate: Visitor) -> None:
    def age() -> None:
        db.session.scalars(select(Credential)).one().awarded_on = date(2026, 1, 1)

    whole.do(age, write=True)
    reissue(graduate)
    _old, new = issues(whole)
    assert new.awarded_on == date(2026, 1, 1)
    assert new.issued_on is not None
    assert new.issued_on > new.awarded_on
