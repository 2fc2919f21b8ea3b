from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from perille.credentials.codes import ALPHABET, make_code, pretty

from .conftest import Learning

NAME = "Zebediah Quixote"


@pytest.fixture
def code(graduate: Learning) -> str:
    """The code of a certificate that was just made."""
    graduate.make(NAME)
    return pretty(str(graduate.credential()["code"]))


@pytest.fixture
def office(graduate: Learning) -> FlaskClient:
    """A browser of somebody else."""
    return graduate.app.test_client()


def test_it_shows_title_time_date_and_state_and_never_the_name(
    code: str, office: FlaskClient, graduate: Learning
) -> None:
    page = office.get(f"/verify/{code}")
    assert page.status_code == 200
    assert "Finland: before you travel and when you arrive" in page.text
    hours, minutes = divmod(int(str(graduate.credential()["minutes"])), 60)
    assert f"{hours} hour" in page.text
    assert f"{minutes} minute" in page.text
    assert "valid" in page.text
    assert "Zebediah" not in page.text
    assert "Quixote" not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("0", "o")])
def test_the_code_is_taken_as_it_is_typed(code: str, office: FlaskClient, change: object) -> None:
    assert callable(change)
    assert office.get(f"/verify/{change(code)}").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_form_leads_to_the_page_of_the_code(code: str, office: FlaskClient, method: str) -> None:
    typed = f"  {code.lower().replace('-', ' ')} "
    answer = (
        office.get("/verify", query_string={"code": typed})
        if method == "get"
        else office.post("/verify", data={"code": typed})
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/verify/{code}")


def test_a_wrong_symbol_is_told_from_an_unknown_code(code: str, office: FlaskClient) -> None:
    other = ALPHABET[(ALPHABET.index(code[0]) + 1) % 32]
    wrong = office.get(f"/verify/{other}{code[1:]}")
    assert wrong.status_code == 400
    assert "is not right" in wrong.text
    unknown = office.get(f"/verify/{pretty(make_code())}")
    assert unknown.status_code == 404
    assert "do not know this code" in unknown.text
    for page in (wrong, unknown):
        assert 'name="code"' in page.text
        assert page.text.count("<h1") == 1


@pytest.mark.parametrize("typed", ["x", "1234", "!" * 16, "A" * 500, "<script>alert(1)</script>", "%00", "..%2f.."])
def test_what_is_no_code_gets_a_clear_page(client: FlaskClient, typed: str) -> None:
    page = client.get("/verify", query_string={"code": typed})
    assert page.status_code == 400
    assert 'aria-invalid="true"' in page.text
    assert "<script>alert" not in page.text
    assert client.get(f"/verify/{typed}").status_code in (400, 404)


def test_an_empty_form_is_told_what_to_type(client: FlaskClient) -> None:
    assert client.get("/verify").status_code == 200
    page = client.post("/verify", data={}, follow_redirects=True)
    assert page.status_code == 200
    assert "Type the code that is printed on the certificate." in page.text


def test_a_withdrawn_certificate_says_so(code: str, office: FlaskClient, graduate: Learning) -> None:
    graduate.change(revoked_at=datetime.now(UTC))
    page = office.get(f"/verify/{code}").text
    assert "withdrawn" in page
    assert "is valid" not in page


def test_an_expired_certificate_says_until_when_it_counted(code: str, office: FlaskClient, graduate: Learning) -> None:
    graduate.change(expires_on=date(2028, 11, 22))
    assert "is valid" in office.get(f"/verify/{code}").text
    with time_machine.travel(datetime(2028, 11, 23, 12, tzinfo=UTC), tick=False):
        page = office.get(f"/verify/{code}").text
    assert "22 November 2028" in page
    assert "expired" in page


def test_the_reader_chooses_the_language(code: str, office: FlaskClient) -> None:
    by_browser = office.get(f"/verify/{code}", headers={"Accept-Language": "ar"})
    by_link = office.get(f"/verify/{code}?lang=ar", headers={"Accept-Language": "fi"})
    for page in (by_browser, by_link):
        assert '<html lang="ar" dir="rtl"' in page.text
        assert "Accept-Language" in page.headers["Vary"]
    posted = office.post("/verify", data={"code": code, "lang": "ar"})
    assert posted.headers["Location"] == f"/verify/{code}?lang=ar"


def test_guessing_is_slowed_down(client: FlaskClient) -> None:
    statuses = [client.get(f"/verify/{pretty(make_code())}").status_code for _try in range(40)]
    assert statuses[:30] == [404] * 30
    assert 429 in statuses[30:]
    assert int(client.get(f"/verify/{pretty(make_code())}").headers["Retry-After"]) > 0


def test_an_office_checks_as_many_as_it_has(code: str, office: FlaskClient) -> None:
    assert {office.get(f"/verify/{code}").status_code for _paper in range(45)} == {200}
    # A slip of the finger is no guess: it is found without looking anything up.
    slip = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert {office.get(f"/verify/{slip}").status_code for _paper in range(45)} == {400}
