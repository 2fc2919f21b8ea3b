from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from perille.domain.fact import CheckedBy, Confidence, FactKind
from perille.packs.format.facts import read_facts
from perille.packs.source.diagnostics import Diagnostics, Level

GOOD = """[emergency.number]
kind = "phone"
label = "Emergency number"
value = "112"
hours = "by day, from nine to four"
languages = ["fi", "sv"]
free = true
topics = ["emergency"]
help = "emergency"
source = "https://112.fi/en"
confidence = "A"
checked_on = 2026-11-22
review_due = 2027-05-22
"""


def read(text: str, country: str = "FI", today: date | None = None) -> tuple[int, Diagnostics]:
    diagnostics = Diagnostics()
    return len(read_facts(f"facts/{country}.toml", country, text, today, diagnostics)), diagnostics


def test_who_may_use_it_is_words_of_a_fact_that_are_translated() -> None:
    text = GOOD.replace("free = true", 'free = true\nfor_whom = "for everybody, also\\nwithout a permit"')
    known = read_facts("facts/FI.toml", "FI", text, None, Diagnostics())[0]
    assert known.words["for_whom"] == "for everybody, also without a permit"


def test_a_fact_has_its_value_and_its_words() -> None:
    known = read_facts("facts/FI.toml", "FI", GOOD, None, Diagnostics())[0]
    assert (known.name, known.fact.kind, known.fact.confidence) == ("FI/emergency.number", FactKind.PHONE, Confidence.A)
    assert known.words == {"label": "Emergency number", "hours": "by day, from nine to four"}


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('source = "https://112.fi/en"\n', "", 1, '"source" is missing'),
        ('source = "https://112.fi/en"', 'source = " "', 10, '"source" is empty'),
        ('value = "112"', 'value = "one one two"', 4, "not a telephone number"),
        ('value = "112"', 'value = "١١٢"', 4, "Latin digits"),
        ("free = true", "fre = true", 7, 'Did you mean "free"'),
        ('confidence = "A"', 'confidence = "D"', 11, "A, B, C, U"),
        ('help = "emergency"', 'help = "fire"', 9, "crisis"),
        ("review_due = 2027-05-22", "review_due = 2025-05-22", 13, "is before"),
        ("checked_on = 2026-11-22", 'checked_on = "2026"', 12, "must be a date"),
        ('languages = ["fi", "sv"]', 'languages = ["finnish"]', 6, "not a language code"),
        ("free = true", 'e164 = "358 112"', 7, "e164"),
        ("free = true", 'page_date = "last week"', 7, '2026-11-22, "2026-11" or "2026"'),
        ("free = true", "page_date = 2026-11-23", 7, "after"),
        ("free = true", 'checked_by = "friend"', 7, "page, call, letter"),
        ("free = true", 'instead = ["police.number"]', 7, 'FI has no fact "police.number"'),
        ("free = true", 'links = { fi = "https://112.fi" }', 7, 'Only a fact of kind "url" or "chat"'),
    ],
)
def test_faults_of_a_fact_have_their_line(old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    count, diagnostics = read(GOOD.replace(old, new))
    assert count == 0
    assert [(fault.line, says in fault.message) for fault in diagnostics.errors] == [(line, True)]


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("number", "12.5", True),
        ("number", "twelve", False),
        ("date", "2026-12-24", True),
        ("date", "24.12.2026", False),
        ("url", "https://kela.fi/", True),
        ("url", "http://kela.fi/", False),
        ("email", "a@b.fi", True),
        ("email", "a at b", False),
        ("text", "Schools and day care", True),
    ],
)
def test_a_value_must_be_of_its_kind(kind: str, value: str, fits: bool) -> None:
    count, _faults = read(GOOD.replace('"phone"', f'"{kind}"').replace('"112"', f'"{value}"'))
    assert count == (1 if fits else 0)


@pytest.mark.parametrize(("country", "count"), [("LT", 0), ("FI", 1)])
def test_a_lithuanian_number_no_longer_begins_with_8(country: str, count: int) -> None:
    assert read(GOOD.replace('"112"', '"8 800 91119"'), country)[0] == count


def test_what_is_past_review_warns_and_is_read_all_the_same() -> None:
    count, diagnostics = read(GOOD, today=date(2028, 1, 1))
    assert count == 1
    assert [(fault.line, fault.level) for fault in diagnostics.all] == [(13, Level.WARNING)]


def test_one_broken_fact_leaves_the_others() -> None:
    count, diagnostics = read(GOOD + GOOD.replace("emergency.number", "police.number").replace('"112"', '"x"'))
    assert (count, len(diagnostics.errors)) == (1, 1)


def test_the_name_of_the_file_is_a_country() -> None:
    assert "ISO country code" in read(GOOD, "Finland")[1].errors[0].message


@pytest.mark.parametrize(
    ("written", "kept"),
    [("2026-11-20", "2026-11-20"), ('"2026-11"', "2026-11"), ("2024", "2024"), ('"2024"', "2024")],
)
def test_the_date_of_the_page_may_be_a_day_a_month_or_a_year(written: str, kept: str) -> None:
    text = GOOD.replace("free = true", f'page_date = {written}\nchecked_by = "call"')
    fact = read_facts("facts/FI.toml", "FI", text, None, Diagnostics())[0].fact
    assert (fact.page_date, fact.checked_by) == (kept, CheckedBy.CALL)


def test_a_pack_from_before_source_was_an_address_still_compiles_with_a_warning_at_its_line() -> None:
    count, diagnostics = read(GOOD.replace("https://112.fi/en", "112.fi, ERC number"))
    assert count == 1
    assert [(fault.line, fault.level) for fault in diagnostics.all] == [(10, Level.WARNING)]
    assert "https://" in diagnostics.all[0].message


def test_an_address_may_differ_by_language() -> None:
    text = GOOD.replace('"phone"', '"url"').replace('"112"', '"https://a.fi/en"')
    text = text.replace("free = true", 'links = { uk = "https://a.fi/uk" }')
    known = read_facts("facts/FI.toml", "FI", text, None, Diagnostics())
    assert [each.name for each in known] == ["FI/emergency.number"]
    assert known[0].fact.links == {"uk": "https://a.fi/uk"}


@pytest.mark.parametrize("links", ['{ finnish = "https://a.fi" }', '{ fi = "http://a.fi" }'])
def test_a_link_by_language_is_a_language_and_an_address(links: str) -> None:
    text = GOOD.replace('"phone"', '"url"').replace('"112"', '"https://a.fi/en"')
    assert read(text.replace("free = true", f"links = {links}"))[0] == 0


def test_facts_keep_the_order_in_which_they_are_written() -> None:
    text = "\n".join(GOOD.replace("emergency.number", key) for key in ("b.one", "a.one", "b.two"))
    assert [each.fact.key for each in read_facts("facts/FI.toml", "FI", text, None, Diagnostics())] == [
        "b.one",
        "a.one",
        "b.two",
    ]


def test_what_to_call_instead_is_a_published_telephone_of_the_same_country() -> None:
    withheld = GOOD.replace("emergency.number", "police.number").replace('"A"', '"U"')
    text = GOOD.replace("free = true", 'instead = ["police.number"]') + withheld
    assert "not a telephone number of grade A or B" in read(text)[1].errors[0].message


@pytest.mark.parametrize(
    ("today", "dates", "says"),
    [
        (
            date(2026, 12, 31),
            "valid_from = 2027-01-01",
            "holds only from 2027-01-01: until then pages say that it is not known",
        ),
        (date(2027, 1, 1), "valid_from = 2027-01-01", ""),
        (date(2027, 1, 1), "valid_to = 2026-12-31", "holds no longer"),
        (date(2026, 12, 31), "valid_to = 2026-12-31", ""),
        (None, "valid_from = 2099-01-01", ""),
        (date(2026, 12, 1), "changed_on = 2026-12-02", "is said to have changed on 2026-12-02, which is to come"),
        (date(2026, 12, 2), "changed_on = 2026-12-02", ""),
    ],
)
def test_a_fact_that_does_not_hold_today_is_told_with_its_line(today: date | None, dates: str, says: str) -> None:
    count, diagnostics = read(f"{GOOD}{dates}\n", today=today)
    assert (count, diagnostics.errors) == (1, ())
    told = [(each.line, each.message) for each in diagnostics.warnings]
    assert told == ([(14, f"FI/emergency.number {says}")] if says else [])


@pytest.mark.parametrize(
    ("value", "dates", "warned"),
    [
        ("946 euros", "review_due = 2027-05-26", True),
        ("€ 20", "review_due = 2027-05-26", True),
        ("1,250 kronor", "review_due = 2027-02-01", True),
        ("946 euros", "review_due = 2027-05-26\nvalid_to = 2026-12-31", False),
        ("20 euros", "review_due = 2027-01-15", False),
        ("in European countries", "review_due = 2027-05-26", False),
    ],
)
def test_an_amount_of_money_is_looked_at_when_amounts_change(value: str, dates: str, warned: bool) -> None:
    text = GOOD.replace('kind = "phone"', 'kind = "text"').replace('value = "112"', f'value = "{value}"')
    count, diagnostics = read(text.replace("review_due = 2027-05-22", dates))
    assert (count, diagnostics.errors) == (1, ())
    assert [
        (each.line, "FI/emergency.number is an amount of money" in each.message) for each in diagnostics.warnings
    ] == ([(13, True)] if warned else [])


def test_the_amounts_that_ship_are_looked_at_in_january() -> None:
    for path in sorted((Path(__file__).parents[2] / "courses" / "course_facts" / "facts").glob("*.toml")):
        _count, diagnostics = read(path.read_text("utf-8"), path.stem)
        assert not [each for each in diagnostics.warnings if "amount of money" in each.message]
