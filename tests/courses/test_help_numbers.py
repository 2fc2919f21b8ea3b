"""Help numbers, held row by row: each was compared with the page that its fact names. A change here needs a new look at that page."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from perille.domain.fact import CheckedBy, Fact, FactKind
from perille.packs.format.fact_checks import HELP_ROWS
from perille.packs.format.facts import read_facts
from perille.packs.source.diagnostics import Diagnostics

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "courses" / "course_facts" / "facts"
COUNTRIES = ("FI", "SE", "IS", "EE", "LT", "SK")
#: Country -> (row, key, as dialled, E.164 or "") of each telephone of the help box.
VERIFIED = {
    "FI": (
        ("emergency", "emergency.number", "112", ""),
        ("violence", "violence.helpline", "080 005 005", "+35880005005"),
        ("trafficking", "trafficking.helpline", "029 546 3177", "+358295463177"),
        ("child", "child.helpline", "116 111", ""),
        ("crisis", "crisis.helpline", "09 2525 0111", "+358925250111"),
        ("crisis", "crisis.helpline-ar", "09 2525 0113", "+358925250113"),
        ("crisis", "crisis.helpline-uk", "09 2525 0114", "+358925250114"),
        ("crisis", "crisis.helpline-ru", "09 2525 0115", "+358925250115"),
        ("health", "health.advice", "116117", ""),
    ),
    "SE": (
        ("emergency", "emergency.number", "112", ""),
        ("violence", "violence.helpline", "020-50 50 50", "+4620505050"),
        ("child", "child.helpline", "116 111", ""),
        ("crisis", "crisis.helpline", "90 390", ""),
        ("crisis", "crisis.helpline-other", "08-524 499 10", "+46852449910"),
        ("health", "health.advice", "1177", "+46771117700"),
    ),
    "IS": (
        ("emergency", "emergency.number", "112", ""),
        ("violence", "violence.helpline", "112", ""),
        ("trafficking", "trafficking.helpline", "112", ""),
        ("child", "child.helpline", "112", ""),
        ("crisis", "crisis.helpline", "1717", ""),
        ("health", "health.advice", "1700", ""),
    ),
    "EE": (
        ("emergency", "emergency.number", "112", ""),
        ("violence", "violence.helpline", "116 006", ""),
        ("trafficking", "trafficking.helpline", "660 7320", "+3726607320"),
        ("child", "child.helpline", "116 111", ""),
        ("crisis", "crisis.helpline", "116 123", ""),
        ("health", "health.advice", "1220", "+3726346630"),
    ),
    "LT": (
        ("emergency", "emergency.number", "112", ""),
        ("trafficking", "trafficking.helpline", "+370 616 91119", "+37061691119"),
        ("child", "child.helpline", "116 111", ""),
        ("crisis", "crisis.helpline", "116 123", ""),
        ("crisis", "crisis.youth", "0 800 28888", "+37080028888"),
    ),
    "SK": (
        ("emergency", "emergency.number", "112", ""),
        ("violence", "violence.helpline", "0800 212 212", "+421800212212"),
        ("trafficking", "trafficking.helpline", "0800 800 818", "+421800800818"),
        ("child", "child.helpline", "116 111", ""),
        ("crisis", "crisis.helpline", "0800 800 566", ""),
        ("crisis", "crisis.ipcko", "0800 500 333", ""),
        ("crisis", "crisis.state-line", "0800 193 193", ""),
        ("health", "health.advice", "116 117", ""),
    ),
}
#: Country -> rows for which no number is confirmed: the page says so in words.
WITHOUT_NUMBER = {"SE": {"trafficking"}, "LT": {"violence", "health"}}
#: Numbers that no longer answer, or never answered a person in need.
DEAD = ("612 3000", "6123000", "660 11808", "66011808", '"1808"')
CALLING_CODES = {"FI": "+358", "SE": "+46", "IS": "+354", "EE": "+372", "LT": "+370", "SK": "+421"}


@cache
def facts_of(country: str) -> tuple[Fact, ...]:
    path = f"{country}.toml"
    faults = Diagnostics()
    known = read_facts(path, country, (FACTS / path).read_text("utf-8"), None, faults)
    assert not faults.all
    return tuple(each.fact for each in known if each.fact.publishable)


@pytest.fixture(params=COUNTRIES)
def country(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_the_telephones_of_the_help_box_are_those_that_were_verified(country: str) -> None:
    phones = [each for each in facts_of(country) if each.help and each.kind is FactKind.PHONE]
    phones.sort(key=lambda fact: HELP_ROWS.index(fact.help))
    assert tuple((each.help, each.key, each.value, each.e164) for each in phones) == VERIFIED[country]


def test_a_row_of_the_help_box_has_a_number_or_is_known_to_have_none(country: str) -> None:
    rows = {row for row, _key, _value, _e164 in VERIFIED[country]}
    assert set(HELP_ROWS) - rows == WITHOUT_NUMBER.get(country, set())


def test_a_number_from_abroad_is_of_its_own_country(country: str) -> None:
    for fact in facts_of(country):
        assert not fact.e164 or fact.e164.startswith(CALLING_CODES[country]), fact.key
        assert not fact.value.startswith("+") or fact.value.startswith(CALLING_CODES[country]), fact.key


def test_the_digits_of_both_forms_are_the_same_number(country: str) -> None:
    # A short number has another form from abroad; every other one ends alike in both.
    for fact in facts_of(country):
        digits = re.sub(r"\D", "", fact.value)
        if fact.e164 and len(digits) > 5:
            assert fact.e164.endswith(digits.lstrip("0")), fact.key


def test_no_row_of_the_help_box_is_an_email_address(country: str) -> None:
    assert not [each.key for each in facts_of(country) if each.help and each.kind is FactKind.EMAIL]


def test_everything_that_is_shown_names_an_address_and_how_it_was_checked(country: str) -> None:
    for fact in facts_of(country):
        assert fact.source.startswith("https://"), fact.key
        assert fact.source_name, fact.key
        assert fact.checked_by is CheckedBy.PAGE, fact.key


def test_who_may_use_a_line_is_said_where_its_page_says_so() -> None:
    found = {(c, each.key): each.for_whom for c in COUNTRIES for each in facts_of(c) if each.for_whom}
    assert found == {
        ("FI", "violence.helpline"): "for everybody, women and men; relatives may call too",
        ("FI", "trafficking.helpline"): "also for anybody who worries about somebody else",
        ("SE", "violence.helpline"): "for women; family and friends may call too",
        ("SE", "violence.interpreters"): "for women; family and friends may call too",
        ("SE", "child.helpline"): "for everybody under 18",
        ("EE", "violence.helpline"): (
            "for victims of violence or a crime and people close to them; no report to the police is needed"
        ),
        ("EE", "child.helpline"): "for children, parents and anybody worried about a child",
        ("SK", "violence.helpline"): "also for men, and for people who saw violence",
    }
    assert all(each.confidence in ("A", "B") for c in COUNTRIES for each in facts_of(c) if each.for_whom)


def test_who_speaks_a_language_of_an_interpreter_that_a_page_names_finds_the_line() -> None:
    line = next(each for each in facts_of("SE") if each.key == "violence.interpreters")
    assert set(line.languages) == {"ar", "fi", "es", "so", "syr", "th", "tr"}
    assert (line.value, line.publishable) == ("020-50 50 50", True)


def test_numbers_that_no_longer_answer_are_nowhere() -> None:
    for path in FACTS.glob("*.toml"):
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        assert not [line for line in lines if any(number in line for number in DEAD)]


def test_the_swedish_line_for_professionals_is_shown_to_nobody_else() -> None:
    line = next(each for each in facts_of("SE") if each.value == "020-390 000")
    assert (line.help, line.topics) == ("", ())
    lessons = [*(ROOT / "courses").rglob("*.md"), *(ROOT / "courses").glob("*/items/*.toml")]
    assert not [path.name for path in lessons if "SE/trafficking.professionals" in path.read_text("utf-8")]


def test_a_line_for_one_group_is_not_the_first_in_crisis() -> None:
    crisis = [each.key for each in facts_of("LT") if "crisis" in each.topics and each.kind is FactKind.PHONE]
    assert crisis.index("crisis.helpline") < crisis.index("crisis.men")


def test_finland_answers_an_emergency_in_english_and_with_an_interpreter() -> None:
    number = next(each for each in facts_of("FI") if each.key == "emergency.number")
    assert (number.languages, number.interpreter) == (("fi", "sv", "en"), True)


def test_finland_does_not_teach_that_the_assistance_system_notifies_the_police() -> None:
    told = next(each for each in facts_of("FI") if each.key == "contact.police").value
    assert "does not report its clients" in told
    bank = tomllib.loads((ROOT / "modules" / "module_ct4" / "items" / "ct4.toml").read_text("utf-8"))
    item = next(each for each in bank["item"] if each["key"] == "s-fi-police")
    right = [choice["text"] for choice in item["choice"] if choice.get("right")]
    assert right == ["What help there is, and that the system makes a report only if she agrees"]
    for pack in [*(ROOT / "courses").iterdir(), *(ROOT / "modules").iterdir()]:
        for path in (*pack.rglob("*.md"), *pack.rglob("*.toml")):
            assert "duty to notify the police" not in path.read_text("utf-8"), path
