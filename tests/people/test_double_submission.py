"""A button that is pressed twice on a slow line makes one group, one seminar, one organisation, one course, one version."""

from __future__ import annotations

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.groups.models import Group, GroupSession
from perille.lrs.storage.models import LrsClient
from perille.notices.models import Notice
from perille.people.models import Invitation, Organisation, Role
from perille.seminars.models import Seminar
from perille.studio.models import StudioDraft, StudioLink, StudioReview
from perille.sync.models import SyncKey
from support.html import Tag
from support.people import place_of, sign_in_as, verify
from support.visitor import Page, Visitor
from support.whole import Whole

SEMINAR = {
    "title": "Interpreting well",
    "about": "",
    "language": "en",
    "place": "Room 1",
    "link": "",
    "begins": "10:00",
    "ends": "11:00",
    "places": "5",
    "closes": "",
}


def basic(key: str, secret: str) -> str:
    return f"Basic {b64encode(f'{key}:{secret}'.encode()).decode()}"


def count(whole: Whole, model: type[Any]) -> int:
    return int(whole.do(lambda: db.session.scalar(select(func.count()).select_from(model))) or 0)


def of_office(whole: Whole, rest: str) -> str:
    return f"/en/organisations/{whole.do(lambda: place_of(Role.MEMBER))}/{rest}"


def day() -> str:
    return (utcnow() + timedelta(days=9)).date().isoformat()


def twice(browser: Visitor, address: str, form: dict[str, str]) -> list[str]:
    """Press twice at once, as a shaking finger does, and once more later; return where each press leads."""

    def press(_number: int) -> str:
        answer = browser.client.application.test_client()
        for cookie in browser.client._cookies.values():
            answer.set_cookie(cookie.key, cookie.value, domain=cookie.domain, path=cookie.path)
        return str(answer.post(address, data=form).headers.get("Location"))

    with ThreadPoolExecutor(2) as fingers:
        found = list(fingers.map(press, range(2)))
    return [*found, browser.post(address, form).location]


def test_a_group_is_made_once(whole: Whole) -> None:
    trainer = sign_in_as(whole, Role.TRAINER)
    address = of_office(whole, "groups/new")
    assert len(set(twice(trainer, address, {"name": "Monday", "language": "en", "packs": "course_way"}))) == 1
    assert count(whole, Group) == 1
    # Another wish is another group: a name, or the courses.
    trainer.post(address, {"name": "Tuesday", "language": "en", "packs": "course_way"})
    trainer.post(address, {"name": "Monday", "language": "en"})
    assert count(whole, Group) == 3


def test_an_equal_group_can_be_made_later(whole: Whole) -> None:
    trainer = sign_in_as(whole, Role.TRAINER)
    address = of_office(whole, "groups/new")
    trainer.post(address, {"name": "Monday", "language": "en"})
    with time_machine.travel(utcnow() + timedelta(minutes=2)):
        trainer.post(address, {"name": "Monday", "language": "en"})
    assert count(whole, Group) == 2


def test_another_trainer_makes_a_group_of_the_same_name(whole: Whole) -> None:
    form = {"name": "Monday", "language": "en"}
    for email in ("eva@example.org", "tiina@example.org"):
        sign_in_as(whole, Role.TRAINER, email).post(of_office(whole, "groups/new"), form)
    assert count(whole, Group) == 2


def test_a_seminar_is_planned_once(whole: Whole) -> None:
    trainer = sign_in_as(whole, Role.TRAINER)
    address = of_office(whole, "seminars")
    assert len(set(twice(trainer, address, SEMINAR | {"day": day()}))) == 1
    assert count(whole, Seminar) == 1
    trainer.post(address, SEMINAR | {"day": day(), "begins": "09:00"})
    assert count(whole, Seminar) == 2


def test_an_organisation_is_made_once(whole: Whole) -> None:
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    verify(whole)
    before = count(whole, Organisation)
    form = {"name": "School of the harbour", "kind": "school"}
    assert len(set(twice(administrator, "/en/manage/organisations", form))) == 1
    assert count(whole, Organisation) == before + 1


@pytest.fixture
def author(whole: Whole) -> Visitor:
    """Somebody who writes courses."""
    return sign_in_as(whole, Role.AUTHOR)


NEW = {"title": "First steps", "starter": "short", "country": "", "language": "en"}


def test_a_course_is_begun_once(whole: Whole, author: Visitor) -> None:
    assert len(set(twice(author, "/en/studio", NEW))) == 1
    assert count(whole, StudioDraft) == 1
    author.post("/en/studio", NEW | {"title": "Second steps"})
    assert count(whole, StudioDraft) == 2


def pressed(page: Page) -> dict[str, str]:
    """Return the word by which a form knows its second press."""
    return {"press": page.one("input", name_="press")["value"]}


def test_a_private_link_to_a_draft_is_made_once(whole: Whole, author: Visitor) -> None:
    draft = author.post("/en/studio", NEW).location
    shown = author.get(f"{draft}/publish")
    form = {"days": "7", **pressed(shown)}
    twice(author, f"{draft}/links", form)
    link = author.get(f"{draft}/publish").one("code").words
    assert count(whole, StudioLink) == 1
    assert author.app.test_client().get(link.partition("localhost")[2]).status_code == 200, (
        "what is shown is what works"
    )
    author.post(f"{draft}/links", {"days": "7", **pressed(author.get(f"{draft}/publish"))})
    assert count(whole, StudioLink) == 2, "another page is another wish"


def test_a_key_for_a_laptop_is_made_once_and_one_taken_back_stays_so(whole: Whole) -> None:
    browser = sign_in_as(whole, Role.ADMINISTRATOR)
    verify(whole)
    address = of_office(whole, "sync")
    form = {"label": "Laptop 1", **pressed(browser.get(address))}
    twice(browser, f"{address}/keys", form)
    (key,) = whole.scalars(select(SyncKey))
    browser.post(f"{address}/keys/{key.id}/revoke")
    browser.post(f"{address}/keys", form)
    assert [each.revoked_at is None for each in whole.scalars(select(SyncKey))] == [False]
    browser.post(f"{address}/keys", {"label": "Laptop 1", **pressed(browser.get(address))})
    assert count(whole, SyncKey) == 2


def test_the_same_page_with_something_else_in_its_form_makes_something_else(whole: Whole, author: Visitor) -> None:
    draft = author.post("/en/studio", NEW).location
    press = pressed(author.get(f"{draft}/publish"))
    for days in ("7", "30"):
        author.post(f"{draft}/links", {"days": days, **press})
    assert count(whole, StudioLink) == 2
    browser = sign_in_as(whole, Role.ADMINISTRATOR)
    verify(whole)
    address = of_office(whole, "sync")
    press = pressed(browser.get(address))
    for label in ("Laptop 1", "Laptop 2"):
        browser.post(f"{address}/keys", {"label": label, **press})
    assert {each.label for each in whole.scalars(select(SyncKey))} == {"Laptop 1", "Laptop 2"}


def test_a_review_is_asked_for_once(whole: Whole, author: Visitor) -> None:
    draft = author.post("/en/studio", NEW).location
    twice(author, f"{draft}/review", {})
    assert count(whole, StudioReview) == 1


@pytest.mark.usefixtures("sends_mail")
def test_an_invitation_is_sent_once_and_another_role_is_another_one(whole: Whole) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    address = of_office(whole, "invitations")
    form = {"email": "aino@example.org", "role": "trainer"}
    before = count(whole, Notice)
    assert len(set(twice(coordinator, address, form))) == 1
    assert (count(whole, Invitation), count(whole, Notice)) == (1, before + 1)
    coordinator.post(address, form | {"role": "author"})
    assert (count(whole, Invitation), count(whole, Notice)) == (1, before + 2), "the newest one replaces it"
    with time_machine.travel(utcnow() + timedelta(minutes=2)):
        coordinator.post(address, form | {"role": "author"})
    assert count(whole, Notice) == before + 3, "the e-mail got lost, and a new one is asked for"


def test_a_person_is_added_to_a_phone_once(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    form = pressed(visitor.get("/en/whose"))
    assert set(twice(visitor, "/en/whose/add", form)) == {"/en/"}
    assert len(visitor.get("/en/whose").all("form", class_="card")) == 2
    assert count(whole, Learner) == 2
    # Another page is another person.
    visitor.post("/en/whose/add", pressed(visitor.get("/en/whose")))
    assert count(whole, Learner) == 3


def test_one_more_meeting_today_is_one_more(whole: Whole) -> None:
    trainer = sign_in_as(whole, Role.TRAINER)
    group = trainer.post(of_office(whole, "groups/new"), {"name": "Monday", "language": "en"}).location
    trainer.post(f"{group}/meetings")
    form = {"do": "another", "after": trainer.get(group).one("input", name_="after")["value"]}
    assert len(set(twice(trainer, f"{group}/meetings", form))) == 1
    assert count(whole, GroupSession) == 2
    form["after"] = trainer.get(group).one("input", name_="after")["value"]
    trainer.post(f"{group}/meetings", form)
    assert count(whole, GroupSession) == 3


def test_a_client_of_the_record_store_is_made_once_with_the_secret_that_is_shown(whole: Whole) -> None:
    browser = sign_in_as(whole, Role.ADMINISTRATOR)
    verify(whole)
    before = count(whole, LrsClient)
    form = {"name": "Dashboard", "scopes": "statements/read", **pressed(browser.get("/en/manage/clients"))}
    (shown,) = set(twice(browser, "/en/manage/clients", form))
    assert count(whole, LrsClient) == before + 1
    key, secret = (each.words for each in browser.get(shown).all("code")[1:3])
    headers = {"Authorization": basic(key, secret), "X-Experience-API-Version": "1.0.3"}
    assert browser.app.test_client().get("/xapi/statements", headers=headers).status_code == 200
    browser.post("/en/manage/clients", form | {"name": "Another"})
    assert count(whole, LrsClient) == before + 2


def test_a_lesson_is_added_once(author: Visitor) -> None:
    draft = author.post("/en/studio", NEW).location
    form = {"title": "The doctor", "kind": "lesson", "part": "0"}
    first, *others = twice(author, f"{draft}/lessons", form)
    assert all(each.partition("?")[0] == first.partition("?")[0] for each in others)
    author.post(f"{draft}/lessons", form | {"title": "The dentist"})
    titles = [each.words for each in author.get(draft).all("a") if each.words.startswith("The d")]
    assert sorted(titles) == ["The dentist", "The doctor"]


def test_a_block_and_a_screen_are_added_once(whole: Whole, author: Visitor) -> None:
    lesson = f"{author.post('/en/studio', NEW).location}/lessons/first-steps"

    def form(page: Page, action: str) -> dict[str, str]:
        made = next(
            tag for tag in page.all("form") if tag.attributes.get("action") == f"{lesson}/{action}" and _adds(tag, page)
        )
        return {
            tag["name"]: tag["value"] for tag in page.all("input") if made in tag.parents and "value" in tag.attributes
        }

    for action, more in (("add", {"kind": "note"}), ("screen", {"heading": "Ships"})):
        before = _revision(whole)
        sent = form(author.get(f"{lesson}?screen=1"), action) | more
        assert len(set(twice(author, f"{lesson}/{action}", sent))) == 1
        assert _revision(whole) == before + 1
        # A page that was opened since then adds another one.
        author.post(f"{lesson}/{action}", form(author.get(f"{lesson}?screen=1"), action) | more)
        assert _revision(whole) == before + 2
    # Another button of the same page is another wish.
    sent = form(author.get(f"{lesson}?screen=1"), "add")
    before = _revision(whole)
    for kind in ("note", "talk"):
        author.post(f"{lesson}/add", sent | {"kind": kind})
    assert _revision(whole) == before + 2


def _adds(form: Tag, page: Page) -> bool:
    inside = [tag for tag in (*page.all("input"), *page.all("button")) if form in tag.parents]
    return any(tag.attributes.get("name") == "kind" or tag.attributes.get("value") == "add" for tag in inside)


def _revision(whole: Whole) -> int:
    return int(whole.do(lambda: db.session.scalar(select(StudioDraft.revision))) or 0)


def test_a_question_is_added_once(whole: Whole, author: Visitor) -> None:
    address = f"{author.post('/en/studio', NEW).location}/questions/new"
    form = {"interaction": "true-false", "bank": "checks", "f-prompt": "Is the sea warm?", "f-answer": "true"}
    form |= {"f-feedback_true": "Yes.", "f-feedback_false": "No."}
    for more in ({}, {"lesson": "first-steps", "screen": "1", "f-prompt": "Is the harbour near?"}):
        before = _revision(whole)
        assert len(set(twice(author, address, form | more))) == 1
        assert _revision(whole) == before + 1
    before = _revision(whole)
    author.post(address, form | {"f-prompt": "Are ships warm?"})
    author.post(address, form | {"f-prompt": "Are ships warm?", "f-answer": "false"})
    assert _revision(whole) == before + 2
    with time_machine.travel(utcnow() + timedelta(minutes=2)):
        author.post(address, form | {"f-prompt": "Are ships warm?", "f-answer": "false"})
    assert _revision(whole) == before + 3
