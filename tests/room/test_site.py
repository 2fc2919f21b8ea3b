"""A site that serves a room over plain http: what its pages say, where its links lead, and under which names it answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groups.school import School, make_school
from perille.room import views
from support.visitor import Visitor
from support.whole import Whole

ADDRESS = "192.168.1.5"
URL = f"http://{ADDRESS}:8000"
MakeWhole = Callable[..., Whole]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
WAYS = [f"{ADDRESS}:8000", "127.0.0.1:8000", "localhost:8000", "10.0.0.7:8000"]


@pytest.fixture
def room(make_whole: MakeWhole) -> Whole:
    """Return a site as `perille serve --lan` sets it."""
    return make_whole(room_addresses=(ADDRESS, "10.0.0.7"), site_url=URL, offline=False)


@pytest.fixture
def school(room: Whole) -> School:
    """Return a trainer whose laptop is in the room."""
    return make_school(room)


@SQLITE
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Taking a course along", "Passkeys", "The microphone", "not encrypted")),
        ("ar", ("أخذ الدورة معك", "مفاتيح المرور", "الميكروفون", "غير مشفَّر")),
        ("fi", ("Kurssin ottaminen mukaan", "Pääsyavaimet", "Mikrofoni", "ei ole salattu")),
        ("ru", ("Взять курс с собой", "Ключи доступа", "Микрофон", "не зашифрована")),
        ("prs", ("با خود بردن کورس", "کلید عبور", "مایکروفون", "رمز نشده")),
        ("es", ("Llevarse un curso", "Llaves de acceso", "El micrófono", "no está cifrada")),
        ("uk", ("Узяти курс із собою", "Ключі доступу", "Мікрофон", "не зашифрований")),
    ],
)
def test_every_page_leads_to_what_does_not_work_in_the_room(room: Whole, language: str, words: tuple[str, ...]) -> None:
    visitor = room.visitor()
    (notice,) = [link for link in visitor.get(f"/{language}/").all("a") if link["href"] == f"/{language}/room"]
    page = visitor.get(notice["href"])
    assert page.status == 200
    assert [each for each in words if each not in page.text] == []
    assert URL in page.text


@SQLITE
def test_the_picture_of_the_room_opens_in_the_language_of_the_phone(
    room: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(views, "picture_of", lambda address: drawn.append(address) or "")
    assert room.visitor().get("/fi/room").status == 200
    assert drawn == [f"{URL}/"]
    assert room.visitor().get("/", Accept_Language="ar").language == "ar"


@SQLITE
def test_pages_of_a_room_try_the_line_before_a_press_and_others_do_not(room: Whole, make_whole: MakeWhole) -> None:
    page = room.visitor().get("/en/courses/way")
    said = page.one("p", data_probe="/healthz")
    assert "hidden" in said.attributes
    assert said.words == "The connection was cut. You can go on where you were."
    assert [each for each in page.all("script") if "room_line" in each.attributes.get("src", "")]
    assert "room_line" not in make_whole().visitor().get("/en/courses/way").html


@SQLITE
def test_elsewhere_nothing_is_said_of_rooms(make_whole: MakeWhole) -> None:
    visitor = make_whole().visitor()
    assert "/en/room" not in visitor.get("/en/").html
    assert visitor.get("/en/room").status == 404


@SQLITE
@pytest.mark.parametrize("configured", [URL, "https://learn.example.org"])
def test_cookies_work_over_plain_http_and_no_browser_is_told_to_use_https(
    make_whole: MakeWhole, configured: str
) -> None:
    school = make_school(make_whole(room_addresses=(ADDRESS,), site_url=configured))
    visitor = school.whole.visitor()
    joined = visitor.post(school.link, {"name": "Amal"})
    cookies = joined.headers.getlist("Set-Cookie")
    assert cookies
    assert [each for each in cookies if "secure" in each.lower() or "domain" in each.lower()] == []
    for page in (joined, visitor.get("/en/group")):
        assert "Strict-Transport-Security" not in page.headers
        assert "Cross-Origin-Opener-Policy" not in page.headers
        assert "upgrade-insecure-requests" not in page.headers["Content-Security-Policy"]
    assert "Monday" in visitor.get("/en/group").text


@SQLITE
@pytest.mark.parametrize("host", WAYS)
def test_the_printed_addresses_are_answered(room: Whole, host: str) -> None:
    assert room.visitor().get("/en/", Host=host).status == 200


@SQLITE
@pytest.mark.parametrize("host", ["evil.example", "192.168.1.6:8000", "203.0.113.9", "learn.example.org"])
def test_a_name_that_somebody_gave_this_address_is_refused(room: Whole, host: str) -> None:
    assert room.visitor().get("/en/", Host=host).status == 400


@SQLITE
def test_links_into_a_group_lead_to_the_printed_address_when_the_trainer_sits_at_the_laptop(school: School) -> None:
    page = school.trainer.get(school.page, Host="localhost:8000")
    (link,) = [each for each in page.all("a") if each.attributes.get("class") == "iri"]
    assert link["href"] == f"{URL}/group/{school.key}"


@SQLITE
def test_the_big_screen_shows_the_address_beside_the_picture(school: School) -> None:
    tile = school.trainer.get(f"{school.page}/tile", Host="localhost:8000")
    assert URL in [each.words for each in tile.all("p") if each.attributes.get("class") == "code"]
    assert len([each for each in tile.all("figure") if each.attributes.get("class") == "qr"]) == 1


@SQLITE
def test_leaving_quickly_stays_at_the_calendar_as_no_other_site_can_be_reached(room: Whole) -> None:
    visitor = room.visitor()
    assert visitor.get("/en/").one("form", id="leave")["data-exit"] == ""
    assert visitor.post("/leave").location.endswith("/today")
    assert "refresh" not in visitor.get("/today").html


@SQLITE
def test_phones_are_asked_to_keep_nothing_and_offered_no_course_along(room: Whole) -> None:
    visitor: Visitor = room.visitor()
    assert "data-keep" not in visitor.get("/en/").html
    assert "data-take" not in visitor.get("/en/courses/way").html


@SQLITE
def test_a_trainer_is_told_that_cards_made_in_the_room_stay_on_the_laptop(
    school: School, make_whole: MakeWhole
) -> None:
    words = "These user names and PINs work on this laptop alone."
    assert words in school.trainer.get(f"{school.page}/people/logins").text
    office = make_school(make_whole())
    assert words not in office.trainer.get(f"{office.page}/people/logins").text
