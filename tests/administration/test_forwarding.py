"""Administrators add, change, pause and remove the stores that statements go on to, and see what these refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from administration.statements import keep
from lrs.samples import statement
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.sealing import Seal
from perille.lrs import services
from perille.lrs.storage.models import LrsForward, LrsRefusal
from perille.lrs.transfer import forwards
from perille.people.models import AuditEntry
from support.visitor import Visitor
from support.whole import KEY, Whole

HERE = "/en/manage/forwarding"
FORM = {
    "name": " The  ministry ",
    "endpoint": "https://lrs.example.org/xapi/",
    "verbs": "https://x.example/a\nhttps://x.example/b",
    "key": "the-key",
    "secret": "the-secret",
}


def rows(whole: Whole) -> list[LrsForward]:
    return whole.scalars(select(LrsForward))


def add(administrator: Visitor, **changes: str) -> str:
    """Add a store and return the address of its page."""
    return administrator.post(HERE, FORM | changes).headers["Location"]


def audit(whole: Whole) -> list[str]:
    found = select(AuditEntry.action).where(AuditEntry.action.startswith("lrs-forward")).order_by(AuditEntry.id)
    return [action.removeprefix("lrs-forward.") for action in whole.scalars(found)]


def test_a_store_is_added_and_its_secret_shown_nowhere(whole: Whole, administrator: Visitor) -> None:
    here = add(administrator)
    (row,) = rows(whole)
    assert (row.name, row.endpoint) == ("The ministry", "https://lrs.example.org/xapi")
    assert row.verbs == "https://x.example/a https://x.example/b"
    assert Seal([KEY]).open(row.credentials) == "the-key:the-secret"
    page, listed = administrator.get(here), administrator.get(HERE)
    assert "The ministry" in page.text
    assert listed.one("a", href=here).words == "The ministry"
    assert "the-secret" not in page.html + listed.html
    assert "the-key" not in page.html + listed.html
    assert audit(whole) == ["added"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"endpoint": "lrs.example.org"}, "This is no address of a record store."),
        ({"endpoint": "http://lrs.example.org/xapi"}, "Over http everybody on the way can read it."),
        ({"name": " "}, "Please write a name."),
        ({"secret": ""}, "Please write the key and the secret"),
        ({"key": "a:b"}, "Please write the key and the secret"),
        ({"verbs": "completed"}, "A verb is written as an address"),
    ],
)
def test_what_cannot_be_used_is_said_and_what_was_written_stays(
    whole: Whole, administrator: Visitor, change: dict[str, str], said: str
) -> None:
    page = administrator.submit(HERE, FORM | change)
    assert page.status == 200
    assert said in page.text
    assert page.one("textarea", id="verbs").words.split() == (FORM | change)["verbs"].split()
    assert rows(whole) == []


def test_http_is_used_where_it_is_asked_for_and_a_name_is_taken_once(whole: Whole, administrator: Visitor) -> None:
    add(administrator, endpoint="http://lrs.example.org/xapi", allow_http="y")
    assert [row.allow_http for row in rows(whole)] == [True]
    assert "This name is taken." in administrator.submit(HERE, FORM).text


def test_a_store_is_paused_changed_given_new_credentials_and_removed(whole: Whole, administrator: Visitor) -> None:
    here = add(administrator)
    assert administrator.post(f"{here}/pause").status == 303
    assert "Paused" in administrator.get(here).text
    administrator.post(f"{here}/resume")
    assert "Paused" not in administrator.get(here).text
    changed = administrator.post(f"{here}/change", {"endpoint": "https://other.example/xapi", "verbs": ""})
    assert changed.headers["Location"] == here
    wrong = administrator.submit(f"{here}/change", {"endpoint": "nowhere", "verbs": ""})
    assert (wrong.status, "This is no address of a record store." in wrong.text) == (200, True)
    administrator.post(f"{here}/rotate", {"key": "new", "secret": "newer"})
    (row,) = rows(whole)
    assert (row.endpoint, row.verbs) == ("https://other.example/xapi", "")
    assert Seal([KEY]).open(row.credentials) == "new:newer"
    assert administrator.post(f"{here}/remove").headers["Location"] == HERE
    assert rows(whole) == []
    assert administrator.get(here).status == administrator.post(f"{here}/pause").status == 404
    assert audit(whole) == ["added", "pause", "resume", "changed", "rotated", "removed"]


def test_what_was_refused_is_shown_and_sent_again_when_asked(whole: Whole, administrator: Visitor) -> None:
    here = add(administrator)
    (row,) = rows(whole)

    def refuse() -> None:
        db.session.add(
            LrsRefusal(
                store_id=row.store_id,
                forward_id=row.id,
                seq=1,
                statement_id=UUID(int=7).bytes,
                reason="400 <no>",
                at=utcnow(),
            )
        )

    whole.do(refuse, write=True)
    page = administrator.get(here)
    assert page.all("td")[0].words == "400 <no>"
    assert str(UUID(int=7)) in page.text
    administrator.post(f"{here}/retry")
    assert "It is sent again within a minute." in administrator.get(here).text
    assert whole.scalars(select(LrsRefusal.again)) == [True]


def test_only_administrators_reach_these_pages(whole: Whole, administrator: Visitor) -> None:
    here = add(administrator)
    stranger = whole.visitor()
    for path in ("pause", "resume", "retry", "change", "rotate", "remove"):
        assert stranger.post(f"{here}/{path}", FORM).status in (302, 303, 403)
    assert stranger.get(here).status in (302, 303, 403)
    assert [row.paused_at for row in rows(whole)] == [None]


def test_forwards_say_how_far_they_are_and_what_went_wrong(whole: Whole, administrator: Visitor) -> None:
    here = "/en/manage/forwarding"
    assert "Nothing is forwarded." in administrator.get(here).text
    endpoint, later = "https://other.example/xapi", utcnow() + timedelta(minutes=5)

    def add() -> None:
        store_id = services.default_store(db.session)
        forwards.add_forward(db.session, store_id, "Other", endpoint, ("the key", "the secret"), seal=Seal(["k" * 40]))

    whole.do(add, write=True)
    keep(whole, statement(), statement())
    cells = [tag.words for tag in administrator.get(here).all("td")]
    assert (cells[0], cells[2:]) == ("2", ["0", "0", "–", "Within a minute"])
    failed = update(LrsForward).values(failures=3, last_error="503 <Busy>", next_try_at=later)

    def fail() -> None:
        db.session.execute(failed)
        row = forwards.find_forward(db.session, services.default_store(db.session), "Other")
        refusal = LrsRefusal(
            store_id=row.store_id, forward_id=row.id, seq=1, statement_id=b"i" * 16, reason="400 <No>", at=utcnow()
        )
        db.session.add(refusal)

    whole.do(fail, write=True)
    page = administrator.get(here)
    cells = [tag.words for tag in page.all("td")]
    assert (cells[0], cells[2:5]) == ("2", ["1", "3", "503 <Busy>"])
    assert [tag["datetime"] for tag in page.all("time")][-1] == later.isoformat(timespec="milliseconds")
    assert endpoint in page.text
    assert "the secret" not in page.html
    assert "the key" not in page.html
