"""Lists of people stand in the order of the letters that their reader knows, and invitations are written in the language of the place."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from organisations.office import learn, module_of, number_of
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.organisations.people_list import people_of
from perille.people.models import Organisation, Role
from perille.people.organisations import first_language
from support.people import sign_in_as
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
NAMES = ["öster", "Åsa", "Ärla", "Zita", "aino", "Šeila", "Bo"]
IN_ORDER = {
    "sv": ["aino", "Bo", "Šeila", "Zita", "Åsa", "Ärla", "öster"],
    # Estonian has Š, Z and Ž after S, and Ä and Ö after V and Õ.
    "et": ["aino", "Åsa", "Bo", "Šeila", "Zita", "Ärla", "öster"],
}


@pytest.mark.parametrize("language", IN_ORDER)
def test_people_stand_in_the_order_of_the_readers_letters(whole: Whole, language: str) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    for number, name in enumerate(NAMES):
        sign_in_as(whole, Role.MEMBER, f"{number}@example.org")
        learn(whole, f"{number}@example.org", pack=module_of(whole), name=name, expires=utcnow().date() + timedelta(99))
    here = f"/{language}/organisations/{number_of(whole, 'The office')}"
    shown = [tag.words for tag in coordinator.get(f"{here}/people").all("th", scope="row")]
    assert [each for each in shown if each in NAMES] == IN_ORDER[language]
    for file in ("people.csv", "reports/hours.csv"):
        # Both kinds of spreadsheet, that with commas and that with semicolons, have the name in the second column.
        text = coordinator.get(f"{here}/{file}").response.get_data(as_text=True).lstrip("\ufeff").replace(";", ",")
        found = [row[1] for row in csv.reader(io.StringIO(text)) if row[1] in NAMES]
        assert found == IN_ORDER[language], file


def test_pages_of_people_follow_on_each_other(whole: Whole) -> None:
    for number, name in enumerate(NAMES):
        sign_in_as(whole, Role.MEMBER, f"{number}@example.org")
        learn(whole, f"{number}@example.org", pack=module_of(whole), name=name)
    place = number_of(whole, "The office")

    def names(page: int) -> list[str]:
        return [each.account.name for each in people_of(db.session, place, {}, language="sv", page=page, size=3)]

    assert [whole.do(lambda page=page: names(page)) for page in range(4)] == [
        IN_ORDER["sv"][:3],
        IN_ORDER["sv"][3:6],
        IN_ORDER["sv"][6:],
        [],
    ]


@pytest.mark.parametrize("size", [1, None])
def test_people_of_one_name_stand_by_their_address_on_whichever_page(whole: Whole, size: int | None) -> None:
    """A database gives them in any order where none is asked for: one of them would be on two pages, another on none."""
    for address in ("c", "a", "d", "b"):
        sign_in_as(whole, Role.MEMBER, f"{address}@example.org")
        learn(whole, f"{address}@example.org", pack=module_of(whole), name="Aino")
    place = number_of(whole, "The office")

    def addresses() -> list[str | None]:
        pages = range(4 if size else 1)
        rows = [people_of(db.session, place, {}, language="fi", page=page, size=size) for page in pages]
        return [each.account.email for page in rows for each in page]

    assert whole.do(addresses) == [f"{each}@example.org" for each in "abcd"]


@pytest.mark.parametrize(
    ("languages", "countries", "first"),
    [
        (["en", "fi", "ar"], ["FI"], "fi"),
        (["en", "ar"], ["FI"], "en"),
        (["en", "sv", "fi"], ["SE", "FI"], "sv"),
        (["en", "fi"], [], "en"),
        ([], ["FI"], "uk"),
        (["en", "fi"], ["XX", "FI"], "fi"),
    ],
)
def test_an_office_writes_in_the_language_of_its_country_where_it_has_that(
    languages: list[str], countries: list[str], first: str, database_kind: str
) -> None:
    assert first_language(Organisation(languages=languages, countries=countries), "uk") == first
