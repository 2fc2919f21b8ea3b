from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import time_machine
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from perille.core.dates import long_date
from perille.core.extensions import db
from perille.core.site import announce_change
from perille.enrolment.models import Learner
from perille.operator.logo import keep_logo
from perille.operator.services import save
from perille.people.models import Account
from perille.profiles.models import AccountLearner
from perille.tracking.statements import VerbId

from .conftest import COURSE, Learning


def words(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_before_the_start_the_page_leads_to_the_course(learning: Learning) -> None:
    page = learning.page()
    assert page.status_code == 200
    assert f'href="/en{COURSE}"' in page.text
    assert 'name="name"' not in page.text
    assert "Set-Cookie" not in page.headers


def test_what_is_missing_is_listed_with_links_and_a_way_on(learning: Learning) -> None:
    learning.finish(but=("money", "safety-check"))
    page = learning.page()
    assert f'class="main" rel="next" href="/en{COURSE}/money"' in page.text
    assert f'href="/en{COURSE}/safety-check"' in page.text
    assert f'href="/en{COURSE}/home"' not in page.text
    assert 'name="name"' not in page.text


def test_nothing_is_made_before_all_is_done(learning: Learning) -> None:
    learning.finish(but=("money",))
    assert learning.make("Amina Yusuf").status_code == 303
    assert learning.credentials() == 0
    assert learning.paper().status_code == 404


def test_at_the_end_a_name_makes_the_certificate(graduate: Learning) -> None:
    assert 'name="name"' in graduate.page().text
    answer = graduate.make("  Amina   Yusuf ")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/en{COURSE}/certificate")
    page = graduate.page().text
    code = str(graduate.credential()["code"])
    assert "Amina Yusuf" in page
    assert "-".join(code[at : at + 4] for at in range(0, 16, 4)) in page
    assert page.count("<h1") == 1
    assert page.count('class="main"') == 1


def test_a_code_is_promised_as_the_way_back_only_where_a_code_opens_it(graduate: Learning) -> None:
    graduate.make("Amina Yusuf")
    assert "your own code opens this page again" in graduate.page().text

    def keep_in_account() -> None:
        account = Account(username="aino-lamp-274")
        db.session.add(account)
        db.session.flush()
        db.session.add(AccountLearner(account_id=account.id, learner_id=db.session.scalars(select(Learner.id)).one()))

    graduate.run(keep_in_account)
    assert "your own code opens this page again" not in graduate.page().text


def test_the_paper_has_a_plain_file_name_and_stays_on_no_shared_phone(graduate: Learning) -> None:
    graduate.make("Amina Yusuf")
    paper = graduate.paper()
    assert paper.mimetype == "application/pdf"
    assert paper.headers["Content-Disposition"] == 'attachment; filename="certificate.pdf"'
    assert paper.headers["Cache-Control"] == "no-store"
    assert "Amina Yusuf" in words(paper.data)
    assert "localhost/verify" in words(paper.data)
    assert graduate.paper().data == paper.data


def test_the_logo_of_the_day_is_on_the_paper_and_stays_on_it(graduate: Learning, logo: bytes) -> None:
    def put(png: bytes) -> None:
        save(db.session, {"logo": keep_logo(db.session, png) if png else ""})

    graduate.run(lambda: put(logo))
    graduate.run(announce_change)
    graduate.make("Amina Yusuf")
    with_logo, name = graduate.paper().data, str(graduate.credential()["logo"])
    assert f"/logo/{name}.png" in graduate.page().text
    assert len(PdfReader(io.BytesIO(with_logo)).pages[0].images) == 1
    graduate.run(lambda: put(b""))
    graduate.run(announce_change)
    assert graduate.paper().data == with_logo, "a paper of before stays as it is"
    graduate.change(logo="")
    assert len(PdfReader(io.BytesIO(graduate.paper().data)).pages[0].images) == 0


@pytest.fixture
def logo() -> bytes:
    """A logo as it is kept."""
    made = io.BytesIO()
    Image.new("RGBA", (300, 100), "#1050c0").save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("lang", "query", "languages"),
    [("en", "", "en fi"), ("ar", "", "ar en"), ("ar", "?with=fi", "ar fi"), ("fi", "?with=zz", "fi en")],
)
def test_the_paper_is_in_the_learners_language_and_a_second_one(
    graduate: Learning, lang: str, query: str, languages: str
) -> None:
    graduate.make("Amina Yusuf", lang)
    paper = graduate.paper(lang, query).data
    awarded_on = graduate.credential()["awarded_on"]
    assert isinstance(awarded_on, date)
    first, second = languages.split()
    assert PdfReader(io.BytesIO(paper)).trailer["/Root"]["/Lang"] == first  # type: ignore[index]
    assert long_date(awarded_on, second) in words(paper)


def test_a_name_is_corrected_and_the_code_stays(graduate: Learning) -> None:
    graduate.make("Amina Yusof")
    code = graduate.credential()["code"]
    graduate.make("Amina Yusuf", "ar")
    changed = graduate.credential()
    assert (changed["printed_name"], changed["language"], changed["code"]) == ("Amina Yusuf", "ar", code)
    assert len(graduate.statements(VerbId.EARNED)) == 1


def test_one_course_prints_four_names_at_most_and_an_office_is_told(graduate: Learning) -> None:
    made = f"/en{COURSE}/certificate"
    graduate.make("Name 0")
    address = f"/verify/{graduate.credential()['code']}?lang=en"
    assert "The name was corrected" not in graduate.client.get(address).text
    for number in range(1, 4):
        assert "You can correct it" in graduate.client.get(made).text
        graduate.make(f"Name {number}")
        assert "The name was corrected, the last time on" in graduate.client.get(address).text
    assert "cannot be corrected any more" in graduate.client.get(made).text
    assert graduate.client.post(made, data={"name": "Name 4"}).status_code == 303
    assert graduate.credential()["printed_name"] == "Name 3"
    assert "Name" not in graduate.client.get(address).text.replace("The name", "")


@pytest.mark.parametrize("name", ["", "   ", "A" * 300, "😀" * 4, "Amina\x07", "王秀英"])
def test_a_name_that_cannot_be_printed_gets_a_clear_answer_and_is_kept_in_the_field(
    graduate: Learning, name: str
) -> None:
    answer = graduate.try_to_make(name)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text
    assert 'aria-describedby="name-hint name-error"' in answer.text
    assert f'value="{name}"' in answer.text
    assert graduate.credentials() == 0


def test_a_name_is_shown_as_text_and_never_as_html(graduate: Learning) -> None:
    answer = graduate.try_to_make('"><script>alert(1)</script>')
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("name", ["أمينة Amina يوسف", "\u202eAmina\u202c Yusuf", "မအေးအေးမြင့်", "A" * 80])
def test_names_of_all_directions_are_printed(graduate: Learning, name: str) -> None:
    assert graduate.make(name).status_code == 303
    assert graduate.paper().status_code == 200
    assert "\u202e" not in str(graduate.credential()["printed_name"])


def test_sent_twice_at_once_there_is_one_certificate(graduate: Learning) -> None:
    cookie = graduate.client.get_cookie("perille_learner")
    assert cookie is not None

    def press(_number: int) -> int:
        browser = graduate.app.test_client()
        browser.set_cookie("perille_learner", cookie.value)
        return browser.post(f"/en{COURSE}/certificate", data={"name": "Amina Yusuf"}).status_code

    with ThreadPoolExecutor(4) as hands:
        assert list(hands.map(press, range(4))) == [303] * 4
    assert graduate.credentials() == 1
    assert len(graduate.statements(VerbId.EARNED)) == 1


def test_a_withdrawn_certificate_says_so_and_is_not_printed(graduate: Learning) -> None:
    graduate.make("Amina Yusuf")
    graduate.change(revoked_at=datetime.now(UTC))
    assert graduate.page().status_code == 200
    assert "certificate.pdf" not in graduate.page().text
    assert graduate.paper().status_code == 404
    assert graduate.make("Somebody Else").status_code == 303
    assert graduate.credential()["printed_name"] == "Amina Yusuf"


def test_another_browser_sees_nothing_of_it(graduate: Learning) -> None:
    graduate.make("Amina Yusuf")
    stranger = Learning(graduate.app, graduate.app.test_client())
    assert "Amina" not in stranger.page().text
    assert stranger.paper().status_code == 404
    stranger.client.set_cookie("perille_learner", "forged.cookie")
    assert stranger.paper().status_code == 404


def test_there_is_no_certificate_for_a_course_that_is_not_there(learning: Learning) -> None:
    assert learning.client.get("/en/courses/atlantis/certificate").status_code == 404
    assert learning.client.get("/en/modules/finland/certificate").status_code == 404
    assert learning.client.post("/en/courses/atlantis/certificate").status_code == 404


def test_the_day_on_the_paper_is_that_of_the_courses_country(graduate: Learning) -> None:
    # Half past midnight in Helsinki.
    with time_machine.travel(datetime(2026, 11, 26, 22, 30, tzinfo=UTC), tick=False):
        graduate.make("Amina Yusuf")
    assert graduate.credential()["awarded_on"] == date(2026, 11, 27)
    assert "27 November 2026" in words(graduate.paper().data)
