"""User names and PINs: who it is first, then digits or pictures; wrong ones slow down, right ones never."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.people.models import Account, AccountSession
from perille.people.sign_in.hashing import PinHasher, current_hasher
from perille.people.sign_in.models import Pin, PinKind
from perille.people.sign_in.pins import (
    PICTURES,
    DrawnPin,
    NewLearner,
    add_learners,
    draw_pin,
    draw_pins,
    find_pin,
    is_easy,
    read_pin,
    read_username,
)
from support.visitor import Page, Visitor
from support.whole import Whole

NAME = "/en/sign-in/name"


def make(whole: Whole, names: list[str], kind: PinKind = PinKind.DIGITS) -> list[NewLearner]:
    """Make accounts for the people of a list, as a trainer does."""
    with whole.app.app_context():
        drawn = draw_pins(current_hasher(), kind, len(names))
    return whole.do(lambda: add_learners(db.session, names, drawn, by=None), write=True)


def page_of(visitor: Visitor, username: str) -> str:
    """Say who it is; return the address that asks for the PIN."""
    return visitor.post(NAME, {"username": username}).location


def enter(visitor: Visitor, learner: NewLearner, pin: str | None = None) -> Page:
    """Type a user name, then a PIN."""
    return visitor.post(page_of(visitor, learner.username), {"pin": pin or learner.pin})


def other_pin(pin: str) -> str:
    """Return a PIN that is not this one."""
    return f"{(int(pin) + 1) % 1_000_000:06}"


def is_in(visitor: Visitor) -> bool:
    """Tell whether somebody is signed in."""
    return visitor.get("/en/account/sign-in").status == 200


def test_a_user_name_and_six_digits_sign_in(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"])
    address = page_of(visitor, f" {aino.username.upper().replace('-', ' ')} ")
    page = visitor.get(address)
    field = page.one("input", id="pin")
    assert (field["type"], field["inputmode"], field["autocomplete"]) == ("text", "numeric", "off")
    assert visitor.post(address, {"pin": f"{aino.pin[:3]} {aino.pin[3:]}"}).status == 303
    assert is_in(visitor)
    (row,) = whole.scalars(select(AccountSession))
    assert (row.verified_by, row.user_verified_at) == ("pin", None)


def test_the_user_name_stands_in_no_address(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"])
    assert aino.username not in page_of(visitor, aino.username)
    assert visitor.get("/en/sign-in/pin/made-up").status == 404


def test_a_wrong_pin_and_a_name_that_nobody_has_get_the_same_words(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"])
    known = visitor.get(enter(visitor, aino, other_pin(aino.pin)).location.partition("#")[0])
    address = page_of(visitor, "nobody-here-123")
    unknown = visitor.submit(address, {"pin": "271828"})
    assert "This is not the right PIN" in known.text
    assert "This is not the right PIN" in unknown.text
    assert not is_in(visitor)


def test_three_pictures_are_pressed_one_after_the_other_without_script(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"], PinKind.PICTURES)
    address = page_of(visitor, aino.username)
    pressed = ""
    for number, picture in enumerate(aino.pin.split()):
        page = visitor.get(address)
        assert f"{number} of 3 pictures" in page.text
        pressed = next(tag["value"] for tag in page.all("input") if tag.attributes.get("name") == "pressed")
        assert visitor.post(address, {"pressed": pressed, "picture": picture}).status == 303
    assert pressed.split() == aino.pin.split()[:2]
    assert is_in(visitor)


def test_every_picture_has_its_word_beside_it(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"], PinKind.PICTURES)
    page = visitor.get(page_of(visitor, aino.username).replace("/en/", "/fi/"))
    buttons = [tag for tag in page.all("button") if tag.attributes.get("name") == "picture"]
    assert [tag["value"] for tag in buttons] == [*PICTURES]
    assert len({tag.words for tag in buttons}) == 12
    assert all(tag.words for tag in buttons)


def test_a_wrong_order_of_pictures_does_not_sign_in(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"], PinKind.PICTURES)
    first, second, third = aino.pin.split()
    page = visitor.submit(page_of(visitor, aino.username), {"pressed": f"{second} {first}", "picture": third})
    assert "This is not the right PIN" in page.text
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "form",
    [{}, {"pin": ""}, {"pin": "12"}, {"pin": "x" * 5000}, {"picture": "sun"}, {"pressed": "x y z", "picture": "q"}],
)
def test_what_is_no_pin_counts_as_no_try(whole: Whole, visitor: Visitor, form: dict[str, str]) -> None:
    (aino,) = make(whole, ["Aino"], PinKind.PICTURES)
    assert visitor.post(page_of(visitor, aino.username), form).status == 303
    (pin,) = whole.scalars(select(Pin))
    assert pin.failures == 0


def test_pins_are_not_kept_and_two_may_have_the_same(whole: Whole) -> None:
    with whole.app.app_context():
        drawn = DrawnPin("271828", current_hasher().hash("271828"), PinKind.DIGITS)
        twin = DrawnPin("271828", current_hasher().hash("271828"), PinKind.DIGITS)
    people = whole.do(lambda: add_learners(db.session, ["Aino", "Bo"], [drawn, twin], by=None), write=True)
    hashes = {pin.pin_hash for pin in whole.scalars(select(Pin))}
    assert len(hashes) == 2
    assert not [each for each in hashes if "271828" in each or not each.startswith("$argon2id$")]
    for person in people:
        visitor = whole.visitor()
        enter(visitor, person)
        assert person.name in visitor.get("/en/account/sign-in").text


def test_names_of_any_script_and_twice_the_same_are_taken(whole: Whole) -> None:
    names = ["Aino", "Aino", "ኣማኑኤል", "د. مريم", "Ñ" * 120]
    made = make(whole, names)
    assert [each.name for each in made] == names
    assert len({each.username for each in made}) == len(names)
    for wrong in ("", "  ", "x" * 121, "a\x07b"):
        with pytest.raises(BadRequest):
            make(whole, [wrong])


def test_a_learner_makes_a_user_name_and_types_the_pin_once_before_going_on(whole: Whole, visitor: Visitor) -> None:
    page = visitor.submit("/en/sign-in/name/new", {"kind": "digits"})
    username, pin = (tag.words for tag in page.all("code"))
    assert not is_in(visitor)
    # Shown once: a reload makes nothing new.
    assert visitor.get("/en/sign-in/name/new").all("button", value="digits")
    assert len(whole.scalars(select(Account))) == 1
    address = page.one("a", class_="main")["href"]
    visitor.post(address, {"pin": pin})
    assert username in visitor.get("/en/account/sign-in").text


def press_of(visitor: Visitor, here: str) -> dict[str, str]:
    """Return the word by which a form knows its own second press."""
    hidden = visitor.get(here).all("input", type="hidden")
    return {"press": next(each["value"] for each in hidden if each["name"] == "press")}


def test_two_presses_for_a_user_name_make_one_account_with_one_card(whole: Whole, visitor: Visitor) -> None:
    here = "/en/sign-in/name/new"
    sent = {"kind": "digits", **press_of(visitor, here)}
    first, second = ([tag.words for tag in visitor.submit(here, sent).all("code")] for _press in range(2))
    assert first == second
    assert len(whole.scalars(select(Account))) == 1
    visitor.post(page_of(visitor, first[0]), {"pin": first[1]})
    assert is_in(visitor)
    other = whole.visitor()
    other.submit(here, {"kind": "digits", **press_of(other, here)})
    assert len(whole.scalars(select(Account))) == 2, "another page makes another one"


def test_two_presses_for_a_user_name_at_once_make_one_account(whole: Whole, visitor: Visitor) -> None:
    here = "/en/sign-in/name/new"
    sent = {"kind": "digits", **press_of(visitor, here)}
    phones = [whole.visitor() for _phone in range(4)]
    with ThreadPoolExecutor(len(phones)) as pool:
        pages = list(pool.map(lambda phone: phone.submit(here, sent), phones))
    assert len({tuple(tag.words for tag in page.all("code")) for page in pages}) == 1
    assert len(whole.scalars(select(Account))) == 1


def test_a_form_of_before_shows_no_pin_that_was_changed_and_changes_none(whole: Whole, visitor: Visitor) -> None:
    here = "/en/sign-in/name/new"
    sent = {"kind": "digits", **press_of(visitor, here)}
    username, pin = (tag.words for tag in visitor.submit(here, sent).all("code"))
    visitor.post(page_of(visitor, username), {"pin": pin})
    (_name, new) = (tag.words for tag in visitor.submit("/en/account/sign-in/pin", {"kind": "digits"}).all("code"))
    assert visitor.submit(here, sent).all("button", value="digits"), "asked again"
    phone = whole.visitor()
    phone.post(page_of(phone, username), {"pin": new})
    assert is_in(phone)
    assert len(whole.scalars(select(Account))) == 1


def test_somebody_chooses_a_new_pin_and_the_old_one_ends(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"])
    enter(visitor, aino)
    page = visitor.submit("/en/account/sign-in/pin", {"kind": "pictures"})
    assert len([tag for tag in page.all("li") if any(up.name == "ol" for up in tag.parents)]) == 3
    assert not [tag for tag in page.all("code") if tag.words.replace(" ", "").isdigit()]
    other = whole.visitor()
    enter(other, aino)
    assert not is_in(other)
    (pin,) = whole.scalars(select(Pin))
    assert pin.kind == "pictures"


def test_only_who_is_signed_in_costs_a_hash_for_a_new_pin(
    whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (aino,) = make(whole, ["Aino"])
    enter(visitor, aino)
    hashed: list[str] = []
    monkeypatch.setattr(PinHasher, "hash", lambda _self, pin: hashed.append(pin) or "hash")
    assert whole.visitor().post("/en/account/sign-in/pin", {"kind": "digits"}).status in {303, 401, 403}
    assert hashed == []
    assert visitor.post("/en/account/sign-in/pin", {"kind": "digits"}).status == 303
    assert len(hashed) == 1


def test_two_presses_of_one_form_give_the_pin_that_is_shown(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"])
    enter(visitor, aino)
    here = "/en/account/sign-in/pin"
    sent = {"kind": "digits", **press_of(visitor, here)}
    cards = set()
    for _press in range(2):
        page = visitor.submit(here, sent)
        cards.add(tuple(tag.words for tag in page.all("code")))
    (card,) = cards
    phone = whole.visitor()
    enter(phone, aino, card[1])
    assert is_in(phone)


def test_a_disabled_account_has_no_pin(whole: Whole, visitor: Visitor) -> None:
    (aino,) = make(whole, ["Aino"])

    def disable() -> None:
        found = find_pin(db.session, aino.username)
        assert found is not None
        found[0].disabled_at = found[0].created_at

    whole.do(disable, write=True)
    enter(visitor, aino)
    assert not is_in(visitor)


@given(st.sampled_from(PinKind))
def test_a_drawn_pin_is_one_that_can_be_typed(kind: PinKind) -> None:
    pin = draw_pin(kind)
    assert read_pin(kind, pin) == pin
    assert kind is PinKind.PICTURES or not is_easy(pin)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_pin_or_refused(typed: str) -> None:
    for kind in PinKind:
        try:
            found = read_pin(kind, typed)
        except BadRequest:
            continue
        assert read_pin(kind, found) == found


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_user_name_or_refused(typed: str) -> None:
    try:
        name = read_username(typed)
    except BadRequest:
        return
    assert read_username(name.upper()) == read_username(name)
    assert len(name) <= 60


def test_no_picture_went_away_or_changed_its_place() -> None:
    known = ["sun", "tree", "house", "fish", "cup", "key", "boat", "cat", "apple", "car", "flower", "umbrella"]
    assert [*PICTURES][:12] == known


def test_no_browser_is_offered_to_keep_a_pin(whole: Whole, visitor: Visitor) -> None:
    page = visitor.get(visitor.post("/en/sign-in/name", {"username": "nobody-here-1"}).location)
    field = page.one("input", name_="pin")
    assert (field.attributes.get("type", "text"), field["autocomplete"], field["inputmode"]) == (
        "text",
        "off",
        "numeric",
    )


def test_no_field_holds_the_pictures_of_a_pin(whole: Whole, visitor: Visitor) -> None:
    (learner,) = make(whole, ["Bo"], PinKind.PICTURES)
    page = visitor.get(page_of(visitor, learner.username))
    assert len(page.all("button", name_="picture")) == 12
    assert {tag["type"] for tag in page.all("input")} <= {"hidden", "search"}
