"""Contacts: who answers now first, what is not confirmed in words, and how each was checked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, g

from perille.domain.fact import CheckedBy, Confidence, Fact, FactKind
from perille.safety.services import checked_words, help_rows, say_check_once
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import write_facts

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
END = 'source = "https://a.fi"\nsource_name = "a.fi"\nconfidence = "A"\nchecked_on = 2026-11-22\nreview_due = 2099-01-01\n'
#: Written in the wrong order on purpose; two lines of the crisis row follow one another by hand.
FINLAND = f"""[mail.address]
kind = "email"
label = "Letters"
value = "a@b.fi"
help = "emergency"
{END}
[chat.address]
kind = "chat"
label = "The chat"
value = "https://a.fi/chat"
help = "emergency"
{END}
[line.day]
kind = "phone"
label = "By day"
value = "020 202"
hours = "office"
help = "emergency"
instead = ["emergency.number"]
{END}
[emergency.number]
kind = "phone"
label = "Emergency number"
value = "112"
hours = "always"
interpreter = true
help = "emergency"
page_date = "2024-02"
checked_by = "page"
{END}
[violence.ways]
kind = "text"
label = "Violence at home"
value = "No number is confirmed."
help = "violence"
instead = ["line.day"]
{END}
[crisis.first]
kind = "phone"
label = "Crisis, first"
value = "030 303"
languages = ["fi"]
help = "crisis"
{END}
[crisis.second]
kind = "phone"
label = "Crisis, second"
value = "040 404"
languages = ["uk"]
for_whom = "for everybody, also without a residence permit"
help = "crisis"
{END}"""


@pytest.fixture(autouse=True)
def _facts(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_facts(tmp_path / "new", FINLAND))


def contacts(page: Page) -> list[str]:
    body = page.html.partition("<main")[2]
    return re.findall(r'<p class="contact-name">(.*?)</p>', body)


def test_a_phone_that_answers_now_is_first_and_email_last(visitor: Visitor) -> None:
    assert contacts(visitor.get("/en/help?country=FI"))[:4] == ["Emergency number", "By day", "The chat", "Letters"]


def test_only_telephone_numbers_stand_in_the_biggest_type(visitor: Visitor) -> None:
    body = visitor.get("/en/help?country=FI").html.partition("<main")[2]
    large = re.findall(r'"contact-value">(.*?)</(?:p|span)>', body)
    assert large
    assert all('href="tel:' in value for value in large)


def test_of_two_lines_the_one_in_the_readers_language_is_first(visitor: Visitor) -> None:
    def crisis(language: str) -> list[str]:
        words = visitor.get(f"/{language}/help?country=FI").html.partition("<main")[2]
        return re.findall(r"tel:(030303|040404)", words)

    assert (crisis("en"), crisis("uk")) == (["030303", "040404"], ["040404", "030303"])


def test_who_may_use_a_line_stands_with_it_and_says_its_language_where_that_is_another(visitor: Visitor) -> None:
    words = "for everybody, also without a residence permit"
    own, other = (re.sub(r"\s+", " ", visitor.get(f"/{code}/help?country=FI").html) for code in ("en", "uk"))
    assert f'"contact-more">{words} · Ukrainian' in own
    assert f'<span lang="en" dir="ltr">{words}</span>' in other


def test_a_row_without_a_confirmed_number_says_what_to_call_instead(visitor: Visitor) -> None:
    text = visitor.get("/en/help?country=FI").text
    assert "No number is confirmed. By day: 020 202" in re.sub(r"\s+", " ", text)


def test_a_line_that_is_closed_at_times_names_the_one_to_call_then(visitor: Visitor) -> None:
    text = re.sub(r"\s+", " ", visitor.get("/en/help?country=FI").text)
    assert "By day 020 202 If nobody answers: Emergency number: 112" in text


def test_rows_that_nobody_wrote_about_are_named_with_the_emergency_number_of_the_country(visitor: Visitor) -> None:
    text = re.sub(r"\s+", " ", visitor.get("/en/help?country=FI").text)
    missing = "Somebody controls or exploits you, Children and young people, Illness that is not an emergency"
    assert f"{missing} We could not confirm a number for this in Finland. Call instead: Emergency number: 112" in text
    assert "Sweden. Call" not in text


def test_the_page_says_of_which_date_the_page_was_that_was_read(visitor: Visitor) -> None:
    text = re.sub(r"\s+", " ", visitor.get("/en/help?country=FI").text)
    assert "Read on 22 November 2026, on a web page of February 2024." in text
    assert "say your language: an interpreter may join" in text


@pytest.mark.parametrize(
    ("by", "page_date", "words"),
    [
        (None, "", "Checked on 22 November 2026"),
        (CheckedBy.PAGE, "", "Read on 22 November 2026, on a web page without a date."),
        (CheckedBy.PAGE, "2021", "Read on 22 November 2026, on a web page of 2021."),
        (CheckedBy.PAGE, "2025-11-19", "Read on 22 November 2026, on a web page of 19 November 2025."),
        (CheckedBy.CALL, "2025-11-19", "We called on 22 November 2026."),
        (CheckedBy.LETTER, "", "The service confirmed it in writing on 22 November 2026."),
    ],
)
def test_each_way_of_checking_has_its_own_words(app: Flask, by: CheckedBy | None, page_date: str, words: str) -> None:
    with app.test_request_context("/en/help"):
        assert checked_words(_checked(by, page_date)) == words


@pytest.mark.parametrize(
    ("page_date", "day"), [("2023", "2023"), ("2024-12", "december 2024"), ("2024-04-16", "16 april 2024")]
)
def test_in_swedish_a_page_of_a_month_or_a_year_is_not_dated_like_a_day(app: Flask, page_date: str, day: str) -> None:
    with app.test_request_context("/sv/help"):
        g.language = "sv"
        words = checked_words(_checked(CheckedBy.PAGE, page_date))
    assert words == f"Läst den 22 november 2026, på en webbsida från {day}."


def _checked(by: CheckedBy | None, page_date: str) -> Fact:
    return Fact(
        country="FI",
        key="a.b",
        kind=FactKind.PHONE,
        value="112",
        source="https://a.fi",
        confidence=Confidence.A,
        checked_on=date(2026, 11, 22),
        review_due=date(2099, 1, 1),
        page_date=page_date,
        checked_by=by,
    )


def test_how_most_were_checked_is_said_once(app: Flask) -> None:
    with app.test_request_context("/en/help"):
        model = replace(next(iter(help_rows("FI"))), overdue=False)
        said = ["Read.", "Read.", "", "Called.", "Read.", "Read."]
        rows = [replace(model, checked=words) for words in said]
        rows[-1] = replace(rows[-1], overdue=True)
        shown, once = say_check_once(rows)
        assert once == "Read."
        assert [row.checked for row in shown] == ["", "", "", "Called.", "", "Read."]
        # Two are told each: "all others" of two would be as long.
        assert say_check_once(rows[:4]) == (rows[:4], "")
        assert say_check_once([]) == ([], "")
