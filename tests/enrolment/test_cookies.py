"""Who one is, is a signed number: forged, broken or forgotten ones are nobody."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import delete, select

from perille.core.extensions import db
from perille.enrolment.cookies import COOKIE, reader_of_cookies
from perille.enrolment.models import Enrolment, Learner, Phone
from support.records import only_enrolment
from support.visitor import Visitor
from support.whole import KEY, Whole

COURSE = "/en/courses/way"
SALT = "perille learner"
#: A number that no learner has; always the same, as it stands in the names of tests.
NUMBER = UUID("018f0000-0000-7000-8000-000000000000").hex


def signed(value: object, key: str = KEY, salt: str = SALT) -> str:
    return str(URLSafeSerializer([key], salt=salt).dumps(value))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "a.b.c",
        "." * 50,
        "x" * 4000,
        "\u0664\u0662",
        NUMBER,
        signed(NUMBER, key="other" * 10),
        signed(NUMBER, salt="another use of the key"),
        signed("no uuid"),
        signed(["a", "list"]),
        signed(42),
        signed(None),
        signed({"hex": NUMBER}),
        signed([[NUMBER]]),
        signed(NUMBER)[:-1],
    ],
)
def test_a_cookie_that_is_not_ours_is_nobody(whole: Whole, visitor: Visitor, cookie: str) -> None:
    visitor.client.set_cookie(COOKIE, cookie)
    for path in ("/en/", COURSE, f"{COURSE}/hello", f"{COURSE}/check", f"{COURSE}/resume", "/en/keep"):
        assert visitor.get(path).status in (200, 303)
    assert whole.counts()["learner"] == 0
    assert visitor.start().status == 303
    assert visitor.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/hello"


def test_a_cookie_of_a_deleted_learner_is_nobody_and_starts_anew(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    old = only_enrolment(whole).learner_id
    whole.do(lambda: db.session.execute(delete(Learner)), write=True)
    for path in ("/en/", COURSE, f"{COURSE}/hello", f"{COURSE}/check", "/en/keep"):
        assert visitor.get(path).status == 200
    assert visitor.post(f"{COURSE}/hello/next").status == 303
    assert only_enrolment(whole).learner_id != old


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_new_key_takes_over_at_the_next_act(make_whole: Callable[..., Whole]) -> None:
    new = "new!" * 10
    before, after = make_whole(), make_whole(secret_keys=(new, KEY))
    visitor = before.visitor()
    visitor.start()
    cookie = visitor.cookie()
    assert cookie
    later = after.visitor()
    later.client.set_cookie(COOKIE, cookie)
    later.post(f"{COURSE}/hello/next")
    renewed = later.cookie()
    assert renewed
    # Now the old key may go.
    last = make_whole(secret_keys=(new,)).visitor()
    last.client.set_cookie(COOKIE, renewed)
    assert last.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"
    assert len(before.scalars(select(Enrolment))) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_cookie_says_nothing_of_the_record(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    enrolment, cookie = only_enrolment(whole), visitor.cookie()
    assert cookie
    value = URLSafeSerializer([KEY], salt=SALT).loads(cookie)
    (phone,) = whole.scalars(select(Phone))
    assert value == phone.id.hex
    assert value not in (enrolment.learner_id.hex, enrolment.learner.actor_name.hex, enrolment.registration.hex)


def test_a_cookie_of_the_time_before_phones_had_rows_goes_on(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    learner_id = only_enrolment(whole).learner_id
    # As the migration leaves it: a phone of the learner's own number.
    whole.do(lambda: db.session.add(Phone(id=learner_id, learner_id=learner_id)), write=True)
    old = whole.visitor()
    old.client.set_cookie(COOKIE, signed(learner_id.hex))
    assert old.get("/en/").one("a", rel="next")["href"] == f"{COURSE}/resume"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_learner_is_known_by_their_cookie_before_the_application_is_asked(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    config = whole.app.config["PERILLE"]
    cookie = visitor.cookie() or ""
    known = reader_of_cookies(config, f"lang=fi; perille_learner={cookie}; other=1")
    assert known
    assert reader_of_cookies(config, f"perille_learner={cookie}") == known
    # Not the last sign: two of its six bits are no part of the signature.
    forged = f"{cookie[:-2]}{'A' if cookie[-2] != 'A' else 'B'}{cookie[-1]}"
    for header in ("", "lang=fi", "perille_learner=", f"perille_learner={forged}", f"xperille_learner={cookie}"):
        assert reader_of_cookies(config, header) == ""
    assert reader_of_cookies(config, f"lang=fi; __Host-perille_learner={cookie}") == known


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_page_checks_the_signature_of_the_cookie_once(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.start()
    checked: list[object] = []
    loads = URLSafeSerializer.loads

    def note(serializer: URLSafeSerializer, value: str, *more: object) -> object:
        if value == visitor.client.get_cookie(COOKIE).decoded_value:
            checked.append(value)
        return loads(serializer, value, *more)

    monkeypatch.setattr(URLSafeSerializer, "loads", note)
    assert visitor.get(f"{COURSE}/hello").status == 200
    assert len(checked) == 1
