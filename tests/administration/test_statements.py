"""The newest statements, and the stores that they go on to, as administrators see them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from lrs.samples import VOIDED, agent, ref, statement
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.storage.models import LrsForward, LrsRefusal
from perille.lrs.transfer import forwards
from perille.lrs.transfer.sealing import Seal
from perille.lrs.xapi.versions import Version
from support.visitor import Page, Visitor
from support.whole import Whole

HERE = "/en/manage/statements"
VOUCHER = {"objectType": "Agent", "name": "The <player>", "account": {"homePage": "https://x.example", "name": "k"}}


def keep(whole: Whole, *sent: dict[str, Any]) -> None:
    """Store statements."""
    bodies = [json.dumps(each).encode() for each in sent]

    def work() -> None:
        store_id = services.default_store(db.session)
        services.store_statements(db.session(), bodies, store_id=store_id, authority=VOUCHER, version=Version.V2)

    whole.do(work, write=True)


def rows(page: Page) -> list[str]:
    """Return the ids of the statements on a page, in its order."""
    assert page.status == 200
    return [tag["data-id"] for tag in page.all("tr") if "data-id" in tag.attributes]


def test_the_newest_statements_come_first(whole: Whole, administrator: Visitor) -> None:
    assert rows(administrator.get(HERE)) == []
    sent = [statement(actor=agent(f"person-number-{place}")) for place in range(52)]
    keep(whole, *sent[:26])
    keep(whole, *sent[26:])
    newest = [each["id"] for each in reversed(sent)][:50]
    assert rows(administrator.get(HERE)) == newest
    part = administrator.get(f"{HERE}/rows")
    assert (rows(part), part.headers["Cache-Control"]) == (newest, "no-store")
    assert part.all("html") == []


@pytest.mark.parametrize(
    ("actor", "shown"),
    [
        (agent("0191d2f3-aaaa-7000-8000-000000000000"), "0191d2f3…"),
        (agent("aino"), "aino"),
        ({"mbox": "mailto:aino.virtanen@people.example"}, "a…@people.example"),
        ({"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"}, "ebd31e95…"),
        ({"openid": "https://id.example/aino.virtanen"}, "id.example/…"),
        ({"objectType": "Group", "member": [agent("aino"), agent("eino")]}, "(2)"),
    ],
)
def test_actors_are_shortened(whole: Whole, administrator: Visitor, actor: dict[str, Any], shown: str) -> None:
    keep(whole, statement(actor=actor))
    words = [tag.words for tag in administrator.get(HERE).all("bdi")]
    assert shown in words
    assert "virtanen" not in administrator.get(HERE).html


def test_a_line_says_what_was_done_to_what_and_who_vouches(whole: Whole, administrator: Visitor) -> None:
    registration = "0191d2f3-0000-7000-8000-000000000000"
    first = statement(context={"registration": registration})
    inner = {"objectType": "SubStatement", "actor": agent("a"), "verb": first["verb"], "object": first["object"]}
    person = {"objectType": "Agent", **agent("eino")}
    others = [statement(object=ref(first["id"])), statement(object=person), statement(object=inner)]
    keep(whole, first, *others)
    page = administrator.get(HERE)
    iris = [tag.words for tag in page.all("bdi", class_="iri")]
    assert iris[1::2] == [
        f"SubStatement {first['verb']['id']}",
        "Agent eino",
        f"StatementRef {first['id']}",
        first["object"]["id"],
    ]
    assert set(iris[::2]) == {first["verb"]["id"]}
    assert registration in [tag.words for tag in page.all("code")]
    assert "The <player>" in [tag.words for tag in page.all("bdi")]
    assert "The <player>" not in page.html


def test_a_statement_is_shown_as_it_came_and_nothing_in_it_is_markup(whole: Whole, administrator: Visitor) -> None:
    evil = "</code><script>alert(1)</script>"
    sent = statement(result={"response": evil, "extensions": {"https://e.example/n": 12345678901234567890123}})
    keep(whole, sent)
    page = administrator.get(f"{HERE}/{sent['id']}")
    shown = [tag for tag in page.all("code") if any(up.name == "pre" for up in tag.parents)][0]
    found = json.loads("".join(shown.text))
    assert found["result"] == sent["result"]
    assert "12345678901234567890123" in page.html
    assert evil not in page.html
    assert administrator.get(f"{HERE}/0191d2f3-0000-7000-8000-000000000000").status == 404


def test_a_voided_statement_leaves_the_list_and_says_so_itself(whole: Whole, administrator: Visitor) -> None:
    sent = statement()
    void = statement(verb=VOIDED, object=ref(sent["id"]))
    keep(whole, sent)
    keep(whole, void)
    assert rows(administrator.get(HERE)) == [void["id"]]
    assert "This statement was voided" in administrator.get(f"{HERE}/{sent['id']}").text


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
