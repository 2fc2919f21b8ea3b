"""What a trainer sees of a group: who came, how much is done, and no answer of anybody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID

import pytest

from groups.school import School, make_school, rows
from perille.core.extensions import db
from perille.packs.published.library import PackLibrary, current_library
from perille.people.memberships import take_role
from perille.people.models import Organisation, Role
from support.people import place_of, sign_in_as
from support.queries import count_queries
from support.records import acts
from support.visitor import Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PAGES = ["", "/edit", "/people", "/tile", "/done", "/list", "/cards"]


def test_a_trainer_makes_a_group_with_its_course_and_days(school: School) -> None:
    wish = {"name": "Tuesday", "language": "ar", "places": "12", "starts_on": "2026-12-01", "ends_on": "2026-12-03"}
    page = school.trainer.submit(f"{school.groups}/new", {**wish, "packs": "course_way"})
    assert page.heading == "Tuesday"
    for words in ("العربية", "1 December 2026", "3 December 2026", "Places: 12", "The way course"):
        assert words in page.text
    assert "/group/" in page.one("a", class_="iri").words
    assert "Tuesday" in school.trainer.get("/en/groups").text


@SQLITE
def test_courses_for_the_country_of_the_organisation_come_first(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place(number: UUID) -> None:
        organisation = db.session.get(Organisation, number)
        assert organisation is not None
        organisation.countries = ["SE"]

    way = school.whole.do(lambda: current_library().summary("course_way"))
    assert way is not None
    others = {"course_a": ("FI",), "course_b": (), "course_c": ("FI", "SE"), "course_d": ("SE",)}
    made = [
        replace(way, pack_id=pack, slug=pack, titles={"en": f"Title {pack[-1]}"}, countries=countries)
        for pack, countries in others.items()
    ]
    school.whole.do(lambda: place(school.organisation), write=True)
    monkeypatch.setattr(PackLibrary, "summaries", lambda _self: tuple(made))
    wished = ["Title c", "Title d", "Title b", "Title a"]
    page = school.trainer.get(f"{school.groups}/new")
    assert [each.words for each in page.all("span", class_="choice-words")] == wished
    assert [each.words for each in school.trainer.get(school.page).all("option")][-4:] == wished


@SQLITE
def test_courses_in_the_language_of_the_page_come_before_those_in_another(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = school.whole.do(lambda: current_library().summary("course_way"))
    assert way is not None
    titles = {"course_a": {"fi": "Äiti"}, "course_b": {}, "course_c": {"fi": "Åland"}, "course_d": {"fi": "zumba"}}
    made = [
        replace(way, pack_id=pack, slug=pack, titles={"en": f"Title {pack[-1]}"} | of, countries=())
        for pack, of in titles.items()
    ]
    monkeypatch.setattr(PackLibrary, "summaries", lambda _self: tuple(made))
    page = school.trainer.get(f"{school.groups}/new".replace("/en/", "/fi/"))
    shown = [each.words for each in page.all("span", class_="choice-words")]
    assert shown == ["zumba", "Åland", "Äiti", "Title b"]


@SQLITE
def test_a_course_of_which_nothing_is_kept_has_no_column_and_the_page_says_why(school: School) -> None:
    school.joined("Aino")
    school.trainer.post(f"{school.page}/courses", {"pack": "course_quiet"})
    page = school.trainer.get(school.page)
    assert [each.words for each in page.all("th", scope="col")][3:] == ["The way course"]
    assert "Nothing that anybody does in this course is kept" in page.text
    school.trainer.post(f"{school.page}/courses/drop", {"pack": "course_quiet"})
    assert "Nothing that anybody does" not in school.trainer.get(school.page).text


@SQLITE
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " \u200b "}, "Give the group a name."),
        ({"language": "xx"}, "Choose a language."),
        ({"places": "0"}, "Type a number from 1 to 500"),
        ({"places": "many"}, "Type a number from 1 to 500"),
        ({"starts_on": "2026-13-01", "ends_on": ""}, "This is no day."),
        ({"starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "The last day is before the first one."),
    ],
)
def test_what_is_wrong_with_a_group_is_told_and_what_was_typed_stays(
    school: School, changed: dict[str, str], said: str
) -> None:
    page = school.trainer.submit(f"{school.groups}/new", {"name": "Tuesday", "language": "en", **changed})
    assert said in page.text
    assert "Tuesday" in page.html or "name" in changed


def test_the_class_list_shows_lessons_done_and_no_answer(school: School) -> None:
    person = school.joined("Aino")
    person.start()
    person.answer("/en/courses/way/hello", "fire", "water")
    person.post("/en/courses/way/hello/next")
    page = school.trainer.get(school.page)
    assert rows(page) == ["1 Aino 0 1 of 3"]
    for path in PAGES:
        text = school.trainer.get(school.page + path).html
        assert "water" not in text
        assert "kitchen" not in text


def test_a_test_that_was_failed_looks_like_one_that_was_never_opened(school: School) -> None:
    person, other = school.joined("Aino"), school.joined("Ben")
    for each in (person, other):
        each.start()
    check = "/en/courses/way/check"
    for item in ("one", "two"):
        page = person.get(check)
        form = {tag["name"]: tag["value"] for tag in page.all("input", type="hidden")}
        person.post(check, {**form, "item": item, f"a-{item}": "b"})
    assert [each for each in acts(school.whole) if each.startswith("answered check")]
    assert [row.split(" ", 2)[2] for row in rows(school.trainer.get(school.page))] == ["0 0 of 3", "0 0 of 3"]


def test_courses_come_and_go_with_their_days(school: School) -> None:
    school.trainer.post(f"{school.page}/courses", {"pack": "course_way", "starts_on": "2026-12-01", "ends_on": ""})
    assert "1 December 2026" in school.trainer.get(school.page).text
    school.trainer.post(f"{school.page}/courses/drop", {"pack": "course_way"})
    assert "There has been no meeting yet." in school.trainer.get(school.page).text
    assert school.trainer.post(f"{school.page}/courses", {"pack": "nothing"}).status == 400


@SQLITE
@pytest.mark.parametrize("path", PAGES)
def test_to_others_a_group_does_not_exist(school: School, path: str) -> None:
    foreign = make_school(school.whole, "mark@example.org", "Another office")
    colleague = make_school(school.whole, "liv@example.org")
    unknown = f"{school.groups}/{school.account}{path}"
    for trainer in (foreign.trainer, colleague.trainer):
        answers = [trainer.get(school.page + path), trainer.get(unknown)]
        assert {each.status for each in answers} == {404 if trainer is colleague.trainer else 403}
        assert answers[0].text == answers[1].text


@SQLITE
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/edit", {"name": "Mine", "language": "en"}),
        ("/close", {}),
        ("/door", {}),
        ("/courses", {"pack": "course_way"}),
        ("/courses/drop", {"pack": "course_way"}),
        ("/people", {"names": "Aino"}),
        ("/meetings", {}),
        ("/done", {"lesson": "course_way/hello"}),
    ],
)
def test_others_change_nothing(school: School, path: str, form: dict[str, str]) -> None:
    foreign = make_school(school.whole, "mark@example.org", "Another office")
    before = school.whole.counts()
    for trainer in (foreign.trainer, make_school(school.whole, "liv@example.org").trainer):
        assert trainer.post(school.page + path, form).status in (403, 404)
    after = school.whole.counts()
    changed = {name for name in after if after[name] != before[name]}
    assert changed & {"group_member", "group_course", "group_session", "attendance", "group_waiver"} <= {"group_course"}
    assert school.trainer.get(school.page).heading == "Monday"
    assert school.trainer.get(school.page).all("p", id="door-code") == []


def test_people_and_meetings_of_another_group_are_not_reached_through_ones_own(school: School) -> None:
    foreign = make_school(school.whole, "mark@example.org", "Another office")
    foreign.joined("Aino")
    (member,) = foreign.members()
    meeting = foreign.meeting().rpartition("/")[2]
    assert school.trainer.get(f"{school.groups}/{foreign.group}").status == 404
    assert school.trainer.post(f"{school.page}/people/{member.id}", {"do": "remove"}).status == 404
    assert school.trainer.get(f"{school.page}/meetings/{meeting}").status == 404
    assert school.trainer.post(f"{school.page}/meetings/{meeting}", {"do": "all"}).status == 404
    assert [each.name for each in foreign.members()] == ["Aino"]


def test_a_coordinator_sees_the_groups_of_the_office_and_of_no_other(school: School) -> None:
    make_school(school.whole, "mark@example.org", "Another office")
    coordinator = sign_in_as(school.whole, Role.COORDINATOR, "cora@example.org")
    assert rows(coordinator.get("/en/groups")) == ["Monday 0"]
    assert coordinator.get(school.page).heading == "Monday"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUTHOR, Role.MEMBER])
def test_other_roles_have_no_groups(school: School, role: Role) -> None:
    person = sign_in_as(school.whole, role, "x@example.org")
    assert person.get("/en/groups").status == 403
    assert person.get(school.page).status == 403


@SQLITE
def test_nobody_is_told_to_sign_in_and_nothing_else(school: School, visitor: Visitor) -> None:
    for path in PAGES:
        page = visitor.get(school.page + path)
        assert page.status == 403
        assert "Monday" not in page.text


def test_a_role_that_is_taken_away_ends_at_once(school: School) -> None:
    school.whole.do(lambda: take_role(db.session, school.account, Role.TRAINER, place_of(Role.TRAINER)), write=True)
    assert school.trainer.get(school.page).status == 403
    assert school.trainer.post(f"{school.page}/close").status == 403


@SQLITE
def test_a_larger_class_asks_the_database_no_more(school: School, make_whole: Callable[..., Whole]) -> None:
    def asked() -> int:
        opened: AbstractContextManager[list[str]] = count_queries(school.whole.engine)
        with opened as sent:
            school.trainer.get(school.page)
        return len(sent)

    school.joined("Aino").start()
    school.trainer.get(school.page)
    few = asked()
    for number in range(6):
        school.joined(f"Person {number}").start()
    assert asked() == few <= 7


def test_no_browser_keeps_a_page_of_a_group(school: School, visitor: Visitor) -> None:
    for path in PAGES:
        assert school.trainer.get(school.page + path).headers["Cache-Control"] == "no-store"
    assert visitor.get("/en/group").headers["Cache-Control"] == "no-store"
    assert visitor.get(school.link).headers["Cache-Control"] == "no-store"


@SQLITE
def test_the_big_screen_says_where_the_short_code_is_typed(school: School) -> None:
    school.trainer.post(f"{school.page}/door")
    tile = school.trainer.get(f"{school.page}/tile")
    address = tile.one("bdi", id="my-group").words
    assert address.endswith("/en/group")
    assert "://" not in address
    assert "Eight digits" in school.whole.visitor().get(address[address.index("/") :]).text
