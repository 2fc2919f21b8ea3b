"""The numbers of the help box for the phone's own list of contacts: named but for those whose name would tell something."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from perille.packs.published.library import current_library
from perille.safety.contact_cards import contact_cards
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import FACTS, write_facts

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
_LINE = """
[line.{row}]
kind = "phone"
label = "Line, for {row}; by day"
value = "080 005 0{number}"
e164 = "+35880005{number}"
source = "https://example.org"
confidence = "A"
checked_on = 2026-11-20
review_due = 2099-05-22
help = "{row}"
"""
NUMBERS = "/{}/help/numbers.vcf?country=FI"


@pytest.fixture
def reader(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody who may save four numbers."""
    lines = "".join(
        _LINE.format(row=row, number=100 + at) for at, row in enumerate(("violence", "trafficking", "child"))
    )
    whole.publish(write_facts(tmp_path, FACTS + lines))
    return visitor


def cards(body: str) -> list[dict[str, str]]:
    """Read a file of cards: name of a line without its parameters -> value."""
    unfolded = body.replace("\r\n ", "")
    found = [card.split("\r\n") for card in unfolded.split("BEGIN:VCARD\r\n")[1:]]
    return [{line.split(":")[0].split(";")[0]: line.partition(":")[2] for line in card if line} for card in found]


def test_each_number_is_a_card_and_the_emergency_number_stands_first(reader: Visitor) -> None:
    page = reader.get(NUMBERS.format("en"))
    assert page.headers["Content-Type"].startswith("text/vcard")
    found = cards(page.html)
    assert found[0]["TEL"] == "112"
    assert [each["VERSION"] for each in found] == ["3.0"] * len(found)
    assert {"+35880005100", "+35880005101", "+35880005102"} <= {each["TEL"] for each in found}


def test_a_name_that_would_tell_something_is_not_saved(reader: Visitor) -> None:
    names = {each["TEL"]: each["FN"] for each in cards(reader.get(NUMBERS.format("en")).html)}
    assert names["+35880005100"] == "080 005 0100"
    assert names["+35880005101"] == "080 005 0101"
    assert names["+35880005102"] == "Line\\, for child\\; by day"


def test_the_help_page_leads_to_it_and_says_who_sees_them(reader: Visitor) -> None:
    page = reader.get("/en/help?country=FI")
    assert page.one("a", download="")["href"] == NUMBERS.format("en")
    assert "Whoever looks at the contacts of this phone" in page.text


def test_without_a_country_the_way_out_is_said(reader: Visitor) -> None:
    page = reader.get("/en/help/numbers.vcf")
    assert page.status == 404
    assert "Choose the country first." in page.text


def test_no_line_is_longer_than_phones_read(whole: Whole, reader: Visitor) -> None:
    for language in ("en", "ar"):
        body = whole.do(lambda language=language: contact_cards(current_library(), "FI", language, date(2026, 11, 26)))
        assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
