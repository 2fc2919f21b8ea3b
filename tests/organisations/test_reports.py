"""Reports on the people of an organisation: hours by year, and what plugins add."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from organisations.office import ODD, learn, module_of, number_of
from perille.api import Plugin, ReportDefinition, ReportRequest
from perille.assessment.models import Attempt
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.credentials.models import Credential
from perille.people.models import Organisation, Role
from support.doors import owned, problems_of
from support.exam import write_exam
from support.path import write_path
from support.people import OFFICE, sign_in_as
from support.visitor import Visitor
from support.whole import Whole

SCHOOL = "The school"


def address(whole: Whole, place: str = OFFICE) -> str:
    return f"/en/organisations/{number_of(whole, place)}/reports"


def csv_lines(visitor: Visitor, address: str, separator: str = ",") -> list[list[str]]:
    answer = visitor.get(address)
    assert answer.status == 200
    return list(
        csv.reader(io.StringIO(answer.response.get_data(as_text=True).removeprefix("\ufeff")), delimiter=separator)
    )


def test_hours_are_summed_by_person_and_year_on_a_page_and_in_a_file(whole: Whole) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    sign_in_as(whole, Role.MEMBER, "aino@example.org")
    learn(whole, "aino@example.org", pack=module_of(whole))
    year = str(utcnow().year)
    page = coordinator.get(f"{address(whole)}/hours")
    assert page.heading == "Hours by person and year"
    (_head, row) = [tag.words for tag in page.all("tr")]
    assert row.endswith(f"{year}190")
    lines = csv_lines(coordinator, f"{address(whole)}/hours.csv")
    assert lines == [
        ["E-mail address", "Name", "Year", "Certificates", "Minutes"],
        ["aino@example.org", ODD, year, "1", "90"],
    ]
    listed = coordinator.get(address(whole))
    assert [each.words for each in listed.all("h2")] == ["People and modules", "Hours by person and year"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("lang", "country", "separator"), [("en", "", ","), ("en", "FI", ";"), ("ar", "SE", ";"), ("fi", "", ";")]
)
def test_the_file_opens_in_columns_in_spreadsheets_of_the_country_and_no_part_of_a_name_is_a_formula(
    whole: Whole, lang: str, country: str, separator: str
) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    sign_in_as(whole, Role.MEMBER, "aino@example.org")
    learn(whole, "aino@example.org", pack=module_of(whole), name="أمل;=1+1,@SUM(A1)")
    place = number_of(whole, OFFICE)

    def settle() -> None:
        db.session.get_one(Organisation, place).countries = [country] if country else []

    whole.do(settle, write=True)
    text = coordinator.get(f"/{lang}/organisations/{place}/reports/hours.csv").response.get_data(as_text=True)
    head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator)
    assert (text[0], len(head)) == ("\ufeff", 5)
    assert row[:2] == ["aino@example.org", "أمل;'=1+1,'@SUM(A1)"]


def test_a_refresher_counts_in_its_year_and_a_path_counts_what_its_modules_do_not(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path), write_path(tmp_path))
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    sign_in_as(whole, Role.MEMBER, "aino@example.org")
    learn(whole, "aino@example.org")
    learn(whole, "aino@example.org", pack="module_path")

    def refreshed() -> None:
        found = select(Credential).where(Credential.pack_id == "module_exam")
        paper = db.session.scalars(found).one()
        paper.awarded_on = date(2024, 3, 1)
        paper.extended_on, paper.extended_minutes = date(2025, 12, 31), 30

    whole.do(refreshed, write=True)
    lines = csv_lines(coordinator, f"{address(whole)}/hours.csv")[1:]
    year = str(utcnow().year)
    assert [row[2:] for row in lines] == [[year, "1", "0"], ["2025", "0", "30"], ["2024", "1", "90"]]
    person = coordinator.get(f"/en/organisations/{number_of(whole, OFFICE)}/people")
    assert "0 h 0 min" in person.text


def test_each_refresher_counts_in_its_own_year(whole: Whole) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    sign_in_as(whole, Role.MEMBER, "aino@example.org")
    enrolment = learn(whole, "aino@example.org", pack=module_of(whole))

    def passed(unit: str, number: int, day: datetime, *, right: bool = True) -> Attempt:
        return Attempt(
            enrolment_id=enrolment, unit=unit, number=number, structure_hash="a" * 64, finished_at=day, score=1.0, passed=right
        )  # fmt: skip

    def refreshed() -> None:
        paper = db.session.scalars(select(Credential)).one()
        paper.awarded_on = date(2019, 3, 1)
        paper.extended_on, paper.extended_minutes = date(2023, 2, 1), 30
        noon = datetime(2021, 1, 31, 12, tzinfo=UTC)
        first, second = "refresher-2021-03-01", "refresher-2023-03-01"
        db.session.add_all([passed(first, 1, noon.replace(year=2020, month=12), right=False), passed(first, 2, noon)])
        # Marked again later, the certificate had been extended by the try before.
        db.session.add_all([passed(first, 3, noon.replace(year=2022)), passed(second, 1, noon.replace(year=2023))])
        db.session.add(passed("final", 1, noon.replace(year=2018)))

    whole.do(refreshed, write=True)
    lines = csv_lines(coordinator, f"{address(whole)}/hours.csv")[1:]
    assert [row[2:] for row in lines] == [["2023", "0", "30"], ["2021", "0", "30"], ["2019", "1", "90"]]


def test_who_shares_no_results_is_in_no_sum(whole: Whole) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    sign_in_as(whole, Role.TRAINER, "aino@example.org")
    sign_in_as(whole, Role.MEMBER, "aino@example.org", place=SCHOOL)
    learn(whole, "aino@example.org", pack=module_of(whole))
    assert len(csv_lines(coordinator, f"{address(whole)}/hours.csv")) == 1
    assert "There is nothing to report yet." in coordinator.get(f"{address(whole)}/hours").text
    for path in ("", "/hours", "/hours.csv"):
        assert coordinator.get(f"{address(whole, SCHOOL)}{path}").status == 403


def report(rows: Callable[[ReportRequest], Iterable[list[str]]]) -> Plugin:
    return Plugin(reports=(ReportDefinition(name="mine", title="Mine", about="A test", columns=("A", "B"), rows=rows),))


def test_a_report_of_a_plugin_is_listed_and_saved_as_ours(make_whole: Callable[..., Whole]) -> None:
    def rows(request: ReportRequest) -> list[list[str]]:
        return [[request.language, request.day.isoformat()], ["=1+2", str(request.organisation_id)]]

    whole = make_whole(plugins=(owned(report(rows)),))
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    assert "Mine" in coordinator.get(address(whole)).text
    lines = csv_lines(coordinator, f"{address(whole)}/mine.csv")
    assert (lines[1][0], lines[2]) == ("en", ["'=1+2", str(number_of(whole, OFFICE))])
    assert coordinator.get(f"{address(whole)}/none").status == 404


@pytest.mark.parametrize("rows", [lambda _request: 1 / 0, lambda _request: [["one cell"]]], ids=["raises", "short row"])
def test_a_report_that_fails_says_so_and_stops_nothing_else(
    make_whole: Callable[..., Whole], rows: Callable[[ReportRequest], Iterable[list[str]]]
) -> None:
    whole = make_whole(plugins=(owned(report(rows)),))
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    answer = coordinator.get(f"{address(whole)}/mine")
    assert (answer.status, "This report cannot be made at the moment." in answer.text) == (503, True)
    assert coordinator.get(f"{address(whole)}/people").status == 200


def test_a_plugin_takes_the_place_of_no_report_of_ours(make_whole: Callable[..., Whole]) -> None:
    other = ReportDefinition(name="hours", title="Other hours", about="", columns=("A",), rows=lambda _request: [])
    whole = make_whole(plugins=(owned(Plugin(reports=(other,))),))
    assert any('The report "hours" of forum 1.0 is refused' in each for each in problems_of(whole.app))
    assert "Other hours" not in sign_in_as(whole, Role.COORDINATOR).get(address(whole)).text


def test_roles_are_named_in_the_language_of_the_page(whole: Whole) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR, "mari@example.org")
    sign_in_as(whole, Role.TRAINER, "mari@example.org")
    (line,) = csv_lines(coordinator, f"{address(whole)}/people.csv")[1:]
    assert line[2] == "Coordinator, Trainer"
    finnish = csv_lines(coordinator, f"{address(whole).replace('/en/', '/fi/')}/people.csv", ";")[1]
    assert "trainer" not in finnish[2].lower()
    assert "coordinator" not in finnish[2].lower()
    assert len(finnish[2].split(", ")) == 2
