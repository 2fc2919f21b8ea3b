"""What coordinators and administrators see and do, and that no organisation sees anything of another."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from organisations.office import ODD, account_id, learn, module_of, number_of
from perille.assessment.models import ExtraTime, ExtraTries
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.tokens import token_hash
from perille.people.models import Account, AuditEntry, Invitation, Membership, Organisation, Role
from support.html import Tag
from support.people import sign_in_as
from support.queries import count_queries
from support.visitor import Page, Visitor
from support.whole import Whole

SCHOOL = "The school"


@pytest.fixture
def coordinator(whole: Whole) -> Visitor:
    """Somebody who coordinates the office."""
    return sign_in_as(whole, Role.COORDINATOR)


def led_to(page: Page, words: str) -> str:
    """Return where the link with these words leads, "" where there is none."""
    return next((tag["href"] for tag in page.all("a") if tag.words == words), "")


def row_tags(page: Page, row: Tag) -> list[Tag]:
    """Return what stands in a row of a table."""
    (same,) = [tag for tag in page.all("tr") if tag.words == row.words]
    return [tag for tag in page.tags if same in tag.parents]


def test_a_coordinator_sees_who_finished_what_how_long_and_what_ends_soon(whole: Whole, coordinator: Visitor) -> None:
    sign_in_as(whole, Role.MEMBER, "aino@example.org")
    learn(whole, "aino@example.org", pack=module_of(whole), expires=utcnow().date() + timedelta(days=30))
    here = f"/en/organisations/{number_of(whole, 'The office')}/people"
    page = coordinator.get(here)
    (row,) = [tag for tag in page.all("tr") if "Ødd" in tag.words]
    assert "1 h 30 min" in row.words
    assert "Learner at work" in row.words
    assert "1 of " in row.words
    # What a coordinator prints at the end of a year is one press away.
    assert coordinator.get(led_to(page, "Hours by person and year")).heading == "Hours by person and year"
    # In Arabic a title in Latin letters and the day after it would run into each other, and "1 / 2" would read "2 / 1".
    (arabic,) = [tag for tag in coordinator.get(here.replace("/en/", "/ar/")).all("tr") if "Ødd" in tag.words]
    assert "1 من " in arabic.words
    assert [tag.name for tag in row_tags(coordinator.get(here), row) if tag.name == "bdi"] == ["bdi"] * 3
    lines = list(
        csv.reader(io.StringIO(coordinator.get(f"{here}.csv").response.get_data(as_text=True).removeprefix("\ufeff")))
    )
    aino = next(line for line in lines if line[0] == "aino@example.org")
    assert (aino[1], aino[2], aino[8]) == (ODD, "Learner at work", "90")
    assert aino[7] == (utcnow().date() + timedelta(days=30)).isoformat()
    person = coordinator.get(f"{here}/{account_id(whole, 'aino@example.org')}")
    assert person.heading == ODD.replace('"', '"')
    assert coordinator.get(f"{here}?q=%C3%98DD").all("tbody") != []
    assert "Nobody here has this name" in coordinator.get(f"{here}?q=%25").text


def test_a_certificate_that_is_over_says_so_in_the_list(whole: Whole, coordinator: Visitor) -> None:
    for email, days in (("over@example.org", -3), ("ends@example.org", 10)):
        sign_in_as(whole, Role.MEMBER, email)
        ends = utcnow().date() + timedelta(days=days)
        learn(whole, email, pack=module_of(whole), name=email, expires=ends)
    page = coordinator.get(f"/en/organisations/{number_of(whole, 'The office')}/people")
    said = {
        tag.words.split("@")[0]: tag.words.endswith("(over)") for tag in page.all("tr") if "@example.org" in tag.words
    }
    assert (said["over"], said["ends"]) == (True, False)


def test_a_table_for_a_spreadsheet_begins_no_formula(whole: Whole, coordinator: Visitor) -> None:
    sign_in_as(whole, Role.MEMBER, "aino@example.org")
    learn(whole, "aino@example.org", pack=module_of(whole), name="=HYPERLINK(1)")
    body = coordinator.get(f"/en/organisations/{number_of(whole, 'The office')}/people.csv").response.get_data(
        as_text=True
    )
    assert ",'=HYPERLINK(1)," in body


def test_what_somebody_learns_is_seen_only_where_they_joined_and_courses_for_newcomers_nowhere(
    whole: Whole, coordinator: Visitor
) -> None:
    # A trainer of the office, who learns at the school.
    sign_in_as(whole, Role.TRAINER, "aino@example.org")
    sign_in_as(whole, Role.MEMBER, "aino@example.org", place=SCHOOL)
    learn(whole, "aino@example.org", pack=module_of(whole))
    other = sign_in_as(whole, Role.COORDINATOR, "mari@example.org", place=SCHOOL)
    school = other.get(f"/en/organisations/{number_of(whole, SCHOOL)}/people").text
    office = coordinator.get(f"/en/organisations/{number_of(whole, 'The office')}/people").text
    assert ("1 h 30 min" in school, "1 h 30 min" in office) == (True, False)
    sign_in_as(whole, Role.MEMBER, "bo@example.org")
    learn(whole, "bo@example.org", pack="way", name="Bo")
    here = f"/en/organisations/{number_of(whole, 'The office')}/people"
    person = coordinator.get(f"{here}/{account_id(whole, 'bo@example.org')}")
    assert "No module was begun yet." in person.text


def test_two_organisations_see_nothing_of_each_other(whole: Whole, coordinator: Visitor) -> None:
    sign_in_as(whole, Role.MEMBER, "aino@example.org", place=SCHOOL)
    learn(whole, "aino@example.org", pack=module_of(whole))
    aino, school, office = (
        account_id(whole, "aino@example.org"),
        number_of(whole, SCHOOL),
        number_of(whole, "The office"),
    )
    before = whole.counts()
    for place, status in ((school, 403), (office, 404)):
        base = f"/en/organisations/{place}/people"
        assert coordinator.get(f"{base}/{aino}").status == status
        for post in ("roles", "roles/member/take", "ease"):
            assert (
                coordinator.post(f"{base}/{aino}/{post}", {"role": "coordinator", "pack": module_of(whole)}).status
                == status
            )
    for page in ("people", "people.csv", "audit", "import"):
        assert coordinator.get(f"/en/organisations/{school}/{page}").status == 403
    for page in ("people", "people.csv", "audit"):
        body = coordinator.get(f"/en/organisations/{office}/{page}").response.get_data(as_text=True)
        assert "aino" not in body
        assert str(aino) not in body
        assert SCHOOL not in body
    assert whole.counts() == before


def test_roles_are_given_and_taken_and_count_at_once(whole: Whole, coordinator: Visitor) -> None:
    trainer = sign_in_as(whole, Role.TRAINER, "bo@example.org")
    office, bo = number_of(whole, "The office"), account_id(whole, "bo@example.org")
    here = f"/en/organisations/{office}/people/{bo}"
    assert trainer.get(f"/en/organisations/{office}/people").status == 403
    assert coordinator.post(f"{here}/roles", {"role": "coordinator"}).location == here
    assert trainer.get(f"/en/organisations/{office}/people").status == 200
    assert coordinator.post(f"{here}/roles/coordinator/take").status == 303
    assert trainer.get(f"/en/organisations/{office}/people").status == 403
    assert coordinator.post(f"{here}/roles", {"role": "administrator"}).location.startswith(f"{here}#errors")
    # Who learns for an organisation says so themselves.
    assert coordinator.post(f"{here}/roles", {"role": "member"}).status in (303, 409)
    assert coordinator.post(f"{here}/roles/administrator/take").status == 404
    assert coordinator.post(f"{here}/roles/trainer/take").location == f"/en/organisations/{office}/people"
    assert coordinator.get(here).status == 404
    assert [row.role for row in whole.scalars(select(Membership))] == ["coordinator"]


def test_more_time_and_more_tries_are_given_on_the_page_of_a_person_and_noted(
    whole: Whole, coordinator: Visitor
) -> None:
    sign_in_as(whole, Role.MEMBER, "aino@example.org")
    pack = module_of(whole)
    enrolment = learn(whole, "aino@example.org", pack=pack)
    office, aino = number_of(whole, "The office"), account_id(whole, "aino@example.org")
    here = f"/en/organisations/{office}/people/{aino}"
    page = coordinator.submit(f"{here}/ease", {"pack": pack, "percent": "50", "tries": "2"})
    assert ("50 % more time" in page.text, "2 more tries" in page.text) == (True, True)
    assert [(row.enrolment_id, row.percent) for row in whole.scalars(select(ExtraTime))] == [(enrolment, 50)]
    assert [(row.enrolment_id, row.tries) for row in whole.scalars(select(ExtraTries))] == [(enrolment, 2)]
    (entry,) = whole.scalars(select(AuditEntry).where(AuditEntry.action == "people.eased"))
    assert (entry.organisation_id, entry.target_id) == (office, aino)
    assert entry.details == {"pack": pack, "percent": 50, "tries": 2}
    for wrong in ({"percent": "401"}, {"tries": "x"}, {"pack": "way"}):
        assert coordinator.submit(f"{here}/ease", {"pack": pack, "percent": "0", "tries": "0", **wrong}).all(
            "div", class_="summary"
        )
    coordinator.post(f"{here}/ease", {"pack": pack, "percent": "0", "tries": "0"})
    assert whole.scalars(select(ExtraTime)) == whole.scalars(select(ExtraTries)) == []


def test_more_time_can_be_given_before_a_module_is_begun_and_not_to_who_keeps_no_progress(
    whole: Whole, coordinator: Visitor
) -> None:
    sign_in_as(whole, Role.MEMBER, "bo@example.org")
    office, bo = number_of(whole, "The office"), account_id(whole, "bo@example.org")
    form = {"pack": module_of(whole), "percent": "25", "tries": "0"}
    here = f"/en/organisations/{office}/people/{bo}/ease"
    page = coordinator.post(here, form)
    assert (page.status, "keeps no progress" in page.text) == (409, True)
    learn(whole, "bo@example.org", pack="way")
    assert coordinator.post(here, form).status == 303
    assert [row.percent for row in whole.scalars(select(ExtraTime))] == [25]


def test_an_administrator_makes_changes_closes_and_opens_an_organisation(whole: Whole) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    here = "/en/manage/organisations"
    form = {"name": f" {ODD}  office ", "kind": "municipality", "languages": ["fi", "xx"], "countries": ["FI"]}
    page = administrator.submit(here, form)
    (row,) = whole.scalars(select(Organisation))
    assert (row.name, row.kind, row.languages, row.countries) == (f"{ODD} office", "municipality", ["fi"], ["FI"])
    assert "Invite the first people below." in page.text
    for wrong in ({"name": " "}, {"name": "n" * 201}, {"kind": "castle"}):
        assert administrator.submit(here, {**form, **wrong}).all("div", class_="summary")
    administrator.post(f"{here}/{row.id}", {**form, "name": "The office"})
    coordinator = sign_in_as(whole, Role.COORDINATOR, "mari@example.org")
    people = f"/en/organisations/{row.id}/people"
    assert coordinator.get(people).status == 200
    assert administrator.post(f"{here}/{row.id}/close").status == 303
    assert coordinator.get(people).status == 403
    assert coordinator.get("/en/account").status == 200
    assert administrator.get(people).status == 200
    administrator.post(f"{here}/{row.id}/reopen")
    assert coordinator.get(people).status == 200


def test_an_administrator_disables_an_account_and_it_is_out_at_once(whole: Whole) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    coordinator = sign_in_as(whole, Role.COORDINATOR, "mari@example.org")
    here = f"/en/organisations/{number_of(whole, 'The office')}/people/{account_id(whole, 'mari@example.org')}"
    assert coordinator.post(f"{here}/disable").status == 403
    assert administrator.post(f"{here}/disable").status == 303
    assert coordinator.get("/en/account").status == 403
    assert administrator.post(f"{here}/enable").status == 303
    assert [each.disabled_at for each in whole.scalars(select(Account))] == [None, None]


def test_pages_of_people_lead_to_how_they_sign_in(whole: Whole, coordinator: Visitor) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR, "anna@example.org")
    people = f"/en/organisations/{number_of(whole, 'The office')}/people"
    services = led_to(coordinator.get(people), "Sign-in of your organisation")
    assert coordinator.get(services).status == 200
    # Whoever lost a second factor is helped by an administrator, from the page of the person.
    one = f"{people}/{account_id(whole, 'eva@example.org')}"
    assert led_to(coordinator.get(one), "Reset how somebody signs in") == ""
    reset = led_to(administrator.get(one), "Reset how somebody signs in")
    assert administrator.get(reset).status == 200


@pytest.mark.parametrize("name", [ODD, "ა" * 120, "ሀ ለ", "名前"])
def test_a_name_may_be_in_any_script_and_of_120_letters(whole: Whole, coordinator: Visitor, name: str) -> None:
    page = coordinator.submit("/en/account", {"name": f"  {name}\u202e", "locale": "ar"})
    assert page.one("input", id="name")["value"] == name
    (row,) = whole.scalars(select(Account))
    assert (row.name, row.locale) == (name, "ar")
    assert coordinator.submit("/en/account", {"name": "n" * 121, "locale": "en"}).all("div", class_="summary")


def test_ones_own_modules_show_the_certificate_its_end_and_the_hours(whole: Whole) -> None:
    visitor = sign_in_as(whole, Role.MEMBER, "aino@example.org")
    assert "Your account keeps no progress yet." in visitor.get("/en/account/modules").text
    learn(whole, "aino@example.org", pack=module_of(whole), expires=utcnow().date() - timedelta(days=1))
    page = visitor.get("/en/account/modules")
    assert "1 h 30 min" in page.text
    assert "Your certificate ended on" in page.text


def test_a_page_of_many_people_asks_no_more_of_the_database_than_one_of_few(whole: Whole, coordinator: Visitor) -> None:
    here = f"/en/organisations/{number_of(whole, 'The office')}/people"
    sign_in_as(whole, Role.MEMBER, "aino@example.org")
    learn(whole, "aino@example.org", pack=module_of(whole))
    coordinator.get(here)
    with count_queries(whole.engine) as few:
        coordinator.get(here)
    for index in range(5):
        sign_in_as(whole, Role.MEMBER, f"person{index}@example.org")
        learn(whole, f"person{index}@example.org", pack=module_of(whole))
    with count_queries(whole.engine) as many:
        coordinator.get(here)
    assert len(many) == len(few)


def test_thousands_of_open_invitations_are_shown_a_page_at_a_time_who_waits_first(
    whole: Whole, coordinator: Visitor
) -> None:
    place = number_of(whole, "The office")
    here = f"/en/organisations/{place}/people"
    asks = account_id(whole, "asks@example.org")

    def invite() -> None:
        until = utcnow() + timedelta(days=7)
        mine = {"organisation_id": place, "role": "member", "expires_at": until, "created_by": None}
        for each in range(120):
            email = f"new{each:03}@example.org"
            claimed = asks if each == 0 else None
            row = Invitation(token_hash=token_hash(email), email=email, email_key=email, claimed_by=claimed, **mine)
            db.session.add(row)
            db.session.flush()

    whole.do(invite, write=True)
    page = coordinator.get(here)
    assert "Open invitations (120)" in page.text
    assert [page.html.count(f">new{each:03}@") for each in (0, 119, 50)] == [1, 1, 0]
    assert "asks to join with it" in page.text
    shown, pages = page.html.count("@example.org</bdi> ·"), 1
    while following := [tag["href"] for tag in page.all("a") if tag.words == "More" and "#invitations" in tag["href"]]:
        page = coordinator.get(following[0].partition("#")[0])
        shown, pages = shown + page.html.count("@example.org</bdi> ·"), pages + 1
    assert (shown, pages) == (120, 3)
    found = coordinator.get(f"{here}?q=NEW050")
    assert "Open invitations (1)" in found.text
    assert "new050@example.org" in found.text
