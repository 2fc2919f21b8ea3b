"""What a certificate says of a country rests on the test that was passed; a refresher asks of the country that its form names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select, update

from perille.assessment.models import Attempt
from perille.core.extensions import db
from perille.credentials.models import Credential
from support.countries import FILES, MANIFEST, MODULE, lands
from support.exam import asked_on, attempt_on, hand_in
from support.packs import CHOICE
from support.visitor import Visitor
from support.whole import Whole

TEST = f"{MODULE}/final"
SECTION = '\n[[unit.final.section]]\nkey = "part"\ntitle = "Part"\nbank = "bank"\n'
#: With a certificate that ends, and a test with a section: so it has a refresher.
ENDING = (
    MANIFEST.replace('items = "bank"\n', "")
    .replace('feedback = "end"\n', f'feedback = "end"\n{SECTION}')
    .replace('safety-check"\n', 'safety-check"\nvalid_months = 24\n')
)


@pytest.fixture
def visitor(whole: Whole, tmp_path: Path) -> Visitor:
    """Somebody who has read the lessons of the module of two countries."""
    whole.publish(*lands(tmp_path, {"pack.toml": ENDING}))
    visitor = whole.visitor()
    visitor.client.set_cookie("lang", "en")
    visitor.post(f"{MODULE}/start")
    for unit in ("hello", "own"):
        visitor.post(f"{MODULE}/{unit}/next")
    return visitor


def take(visitor: Visitor, test: str, country: str, choice: str) -> None:
    """Take a test for a country, with the same choice at every question."""
    attempts = [each["value"] for each in visitor.get(f"{test}?q=begin").all("input") if each["name"] == "attempts"]
    visitor.post(test, {"do": "begin", "country": country, "attempts": attempts[0] if attempts else "0"})
    for key in asked_on(visitor.get(f"{test}?q=1")):
        form = {**attempt_on(visitor, test), "do": "next", "item": key, "number": "1", f"a-{key}": choice}
        visitor.post(test, form)
    hand_in(visitor, test)


def test_the_national_part_is_that_of_the_test_that_was_passed(whole: Whole, visitor: Visitor) -> None:
    take(visitor, TEST, "FI", "leave")
    # Tried once more for practice, in another country.
    take(visitor, TEST, "SE", "stay")
    visitor.post(f"{MODULE}/certificate", {"name": "Aino Virtanen"})
    attempts = whole.scalars(select(Attempt).order_by(Attempt.number))
    assert [(each.country, each.passed) for each in attempts] == [("FI", True), ("SE", False)]
    assert [each.national for each in whole.scalars(select(Credential))] == ["FI"]


def test_to_try_again_keeps_the_country(whole: Whole, visitor: Visitor) -> None:
    take(visitor, TEST, "SE", "stay")
    again = {each["name"]: each["value"] for each in visitor.get(f"{TEST}?q=result").all("input", type="hidden")}
    assert again["country"] == "SE"
    visitor.post(TEST, {"do": "begin", "attempts": again["attempts"], "country": again["country"]})
    assert whole.scalars(select(Attempt.items).where(Attempt.number == 2)) == [["fire-se"]]


@pytest.mark.parametrize(("country", "asked"), [("SE", ["fire-se"]), ("", ["fire-fi"])])
def test_a_refresher_asks_of_the_country_of_its_form_or_of_the_certificate(
    whole: Whole, visitor: Visitor, country: str, asked: list[str]
) -> None:
    take(visitor, TEST, "FI", "leave")
    visitor.post(f"{MODULE}/certificate", {"name": "Aino Virtanen"})
    (made,) = whole.scalars(select(Credential))
    assert made.expires_on is not None
    near = datetime(made.expires_on.year, made.expires_on.month, made.expires_on.day, 12, tzinfo=UTC)
    with time_machine.travel(near - timedelta(days=30)):
        test = visitor.get(f"{MODULE}/refresher").location
        visitor.post(test, {"do": "begin", "attempts": "0", "country": country})
        page = visitor.get(f"{test}?q=1")
    assert whole.scalars(select(Attempt.items).where(Attempt.unit.startswith("refresher"))) == [asked]
    # Whom to call is said of the same country.
    here = [tag["href"] for tag in page.all("a") if "aria-current" in tag.attributes]
    assert [address for address in here if "/help?" in address] == [f"/en/help?country={country or 'FI'}"]


@pytest.mark.parametrize(("national", "offered"), [("FI", ["FI", "SE"]), ("", ["", "FI", "SE"])])
def test_a_refresher_offers_another_country_to_whom_the_certificate_names_none(
    whole: Whole, visitor: Visitor, national: str, offered: list[str]
) -> None:
    take(visitor, TEST, "FI", "leave")
    visitor.post(f"{MODULE}/certificate", {"name": "Aino Virtanen"})
    whole.do(lambda: db.session.execute(update(Credential).values(national=national)), write=True)
    (made,) = whole.scalars(select(Credential))
    near = datetime(made.expires_on.year, made.expires_on.month, made.expires_on.day, 12, tzinfo=UTC)
    with time_machine.travel(near - timedelta(days=30)):
        page = visitor.get(visitor.get(f"{MODULE}/refresher").location)
    form = next(tag for tag in page.all("select") if tag["name"] == "country")
    options = [tag for tag in page.all("option") if form in tag.parents]
    assert [each["value"] for each in options] == offered
    assert [each["value"] for each in options if "selected" in each.attributes] == [national][: len(national)]


@pytest.mark.parametrize("chosen", ["", "?in=se"])
def test_before_a_country_is_named_the_page_counts_what_each_answer_asks(
    whole: Whole, visitor: Visitor, tmp_path: Path, chosen: str
) -> None:
    everyone = CHOICE.replace('key = "fire"', 'key = "fire-all"')
    changed = {
        "pack.toml": ENDING.replace('"1.0.0"', '"1.1.0"'),
        "items/bank.toml": FILES["items/bank.toml"] + everyone,
    }
    whole.publish(*lands(tmp_path, changed))
    newcomer = whole.visitor()
    newcomer.client.set_cookie("lang", "en")
    newcomer.post(f"{MODULE}/start")
    assert "1–2 questions" in newcomer.get(f"{TEST}{chosen}").text
    newcomer.post(TEST, {"do": "begin", "country": "", "attempts": "0"})
    assert "Question 1 of 1" in newcomer.get(f"{TEST}?q=1").text
