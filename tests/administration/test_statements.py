"""The statements of the record store, as administrators search and read them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select

from administration.statements import keep
from lrs.samples import VOIDED, agent, ref, statement
from perille.administration.statements import OPEN_FOR
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.core.sealing import Seal
from perille.lrs import services
from perille.lrs.storage.models import LrsRefusal
from perille.lrs.transfer import forwards
from perille.lrs.transfer.importing import import_lines
from perille.people.models import AuditEntry
from support.visitor import Page, Visitor
from support.whole import Whole

HERE = "/en/manage/statements"
REGISTRATION = "0191d2f3-0000-7000-8000-000000000000"
PASSED = {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}}


def rows(page: Page) -> list[str]:
    """Return the ids of the statements on a page, in its order."""
    assert page.status == 200, page.text
    return [tag["data-id"] for tag in page.all("tr") if "data-id" in tag.attributes]


def found(administrator: Visitor, **asked: str) -> list[str]:
    """Return the ids on the first page of what the form finds."""
    answer = administrator.post(HERE, asked)
    assert answer.status == 303, answer.text
    return rows(administrator.get(answer.headers["Location"]))


def shown_json(page: Page) -> Any:
    """Return the exact JSON on the page of a statement."""
    shown = [tag for tag in page.all("code") if any(up.name == "pre" for up in tag.parents)][0]
    return json.loads("".join(shown.text))


def audited(whole: Whole, action: str) -> list[AuditEntry]:
    """Return what the audit table says of an action."""
    return whole.scalars(select(AuditEntry).where(AuditEntry.action == action))


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


def test_pages_go_back_and_forth_and_stay_while_statements_arrive(whole: Whole, administrator: Visitor) -> None:
    sent = [statement() for _ in range(120)]
    keep(whole, *sent)
    ids = [each["id"] for each in reversed(sent)]
    first = administrator.get(HERE)
    second = administrator.get(first.one("a", rel="next")["href"])
    keep(whole, *(statement() for _ in range(60)))
    again = administrator.get(first.one("a", rel="next")["href"])
    assert rows(first) == ids[:50]
    assert rows(second) == rows(again) == ids[50:100]
    third = administrator.get(second.one("a", rel="next")["href"])
    assert rows(third) == ids[100:]
    assert third.all("a", rel="next") == []
    assert rows(administrator.get(third.one("a", rel="prev")["href"])) == ids[50:100]
    assert rows(administrator.get(second.one("a", rel="prev")["href"])) == ids[:50]


@pytest.mark.parametrize(
    ("actor", "typed"),
    [
        (agent("aino"), "https://people.example aino"),
        ({"mbox": "mailto:aino@people.example"}, "aino@people.example"),
        ({"mbox": "mailto:aino@people.example"}, services.sha1_of_mailbox("mailto:aino@people.example")),
        ({"mbox_sha1sum": services.sha1_of_mailbox("mailto:aino@people.example")}, "aino@people.example"),
        ({"openid": "https://id.example/aino"}, "https://id.example/aino"),
    ],
)
def test_a_person_is_found_by_any_identifier_and_it_stands_in_no_address(
    whole: Whole, administrator: Visitor, actor: dict[str, Any], typed: str
) -> None:
    theirs, other = statement(actor=actor), statement(actor=agent("eino"))
    keep(whole, theirs, other)
    answer = administrator.post(HERE, {"who": typed})
    address = answer.headers["Location"]
    assert set(parse_qs(urlsplit(address).query)) == {"person"}
    assert "aino" not in address
    assert rows(administrator.get(address)) == [theirs["id"]]
    assert found(administrator, who="nobody@people.example") == []


def test_a_learner_is_found_by_their_number_and_several_identifiers_are_one_person(
    whole: Whole, administrator: Visitor
) -> None:
    one, two = statement(actor=agent("aino")), statement(actor={"mbox": "mailto:aino@people.example"})
    keep(whole, one, statement(actor=agent("eino")), two)
    assert found(administrator, who="https://people.example aino\naino@people.example") == [two["id"], one["id"]]


def test_every_filter_narrows_alone_and_with_others(whole: Whole, administrator: Visitor) -> None:
    plain = statement()
    passed = statement(verb=PASSED, context={"registration": REGISTRATION})
    other = statement(object={"id": "https://learn.example/course/2"}, actor=agent("eino"))
    mentioned = statement(actor=agent("eino"), context={"instructor": {"objectType": "Agent", **agent("aino")}})
    keep(whole, plain, passed, other, mentioned)
    assert found(administrator, verb=PASSED["id"]) == [passed["id"]]
    assert found(administrator, activity="https://learn.example/course/2") == [other["id"]]
    assert found(administrator, registration=REGISTRATION.upper()) == [passed["id"]]
    aino = "https://people.example aino"
    assert found(administrator, who=aino) == [passed["id"], plain["id"]]
    assert found(administrator, who=aino, everywhere="yes") == [mentioned["id"], passed["id"], plain["id"]]
    assert found(administrator, who=aino, registration=REGISTRATION, verb=PASSED["id"]) == [passed["id"]]
    assert found(administrator, who=aino, activity="https://learn.example/course/2") == []


def test_a_time_span_is_in_utc_and_holds_what_was_stored_in_it(whole: Whole, administrator: Visitor) -> None:
    sent = statement()
    keep(whole, sent)
    before, later = ((utcnow() + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M") for hours in (-1, 1))
    assert found(administrator, since=before, until=later) == [sent["id"]]
    assert found(administrator, since=later) == []
    assert found(administrator, until=before) == []


def test_what_another_store_refused_is_found_by_what_it_said(whole: Whole, administrator: Visitor) -> None:
    sent = [statement(), statement(verb=PASSED), statement()]
    keep(whole, *sent)

    def refuse() -> None:
        store_id = services.default_store(db.session)
        row = forwards.add_forward(
            db.session, store_id, "Other", "https://o.example/x", ("k", "s"), seal=Seal(["k" * 40])
        )
        for seq in (1, 2):
            refusal = LrsRefusal(
                store_id=row.store_id, forward_id=row.id, seq=seq, statement_id=b"i" * 16, reason="400 Bad <IRI>", at=utcnow()
            )  # fmt: skip
            db.session.add(refusal)

    whole.do(refuse, write=True)
    assert found(administrator, error="bad <iri>") == [sent[1]["id"], sent[0]["id"]]
    assert found(administrator, error="bad <iri>", verb=PASSED["id"]) == [sent[1]["id"]]
    assert found(administrator, error="100%") == []
    assert found(administrator, error="\0bad <i\0ri>") == [sent[1]["id"], sent[0]["id"]]
    page = administrator.get(f"{HERE}/{sent[0]['id']}")
    assert "400 Bad <IRI>" in [tag.words for tag in page.all("bdi")]
    assert "Bad <IRI>" not in page.html


@pytest.mark.parametrize(
    "asked",
    [
        {"verb": "never seen"},
        {"registration": "x"},
        {"since": "yesterday"},
        {"who": "aino"},
        {"since": "2026-11-30", "until": "2026-11-29"},
        {"person": "1;2"},
    ],
)
def test_what_cannot_be_read_is_said_and_stays_in_its_field(administrator: Visitor, asked: dict[str, str]) -> None:
    page = administrator.submit(HERE, asked)
    assert page.status == 200
    assert page.one("div", role="alert").words
    (name, value) = next(iter(asked.items()))
    if name == "who":
        assert page.one("textarea", id="who").words == value
    elif name != "person":
        assert page.one("input", id=name)["value"] == value
        assert administrator.get(f"{HERE}?{urlencode(asked)}").status == 400


@pytest.mark.parametrize(
    "address", ["?before=x", "?after=-1", "?person=1.", "?before=9999999999999999999", "?verb=x%00"]
)
def test_an_address_that_was_changed_is_refused(administrator: Visitor, address: str) -> None:
    assert administrator.get(HERE + address).status == 400


@pytest.mark.parametrize(
    ("actor", "shown"),
    [
        (agent("0191d2f3-aaaa-7000-8000-000000000000"), "0191d2f3…"),
        (agent("aino"), "aino"),
        ({"mbox": "mailto:aino.virtanen@people.example"}, "a…@people.example"),
        ({"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"}, "ebd31e95…"),
        ({"openid": "https://id.example/aino.virtanen"}, "id.example/…"),
        ({"openid": "https://[aino.virtanen"}, "https://…/…"),
        ({"openid": "https://\u2100.example/aino.virtanen"}, "https://…/…"),
        ({"openid": "urn:aino.virtanen"}, "/…"),
        ({"objectType": "Group", "member": [agent("aino"), agent("eino")]}, "(2)"),
    ],
)
def test_actors_are_shortened(whole: Whole, administrator: Visitor, actor: dict[str, Any], shown: str) -> None:
    keep(whole, statement(actor=actor))
    words = [tag.words for tag in administrator.get(HERE).all("bdi")]
    assert shown in words
    assert "virtanen" not in administrator.get(HERE).html


def test_a_line_says_what_was_done_to_what_and_who_vouches(whole: Whole, administrator: Visitor) -> None:
    first = statement(context={"registration": REGISTRATION}, result={"success": False, "score": {"scaled": 0.625}})
    inner = {"objectType": "SubStatement", "actor": agent("a"), "verb": first["verb"], "object": first["object"]}
    person = {"objectType": "Agent", **agent("eino")}
    others = [statement(object=ref(first["id"])), statement(object=person), statement(object=inner)]
    keep(whole, first, *others)
    page = administrator.get(HERE)
    words = [tag.words for tag in page.all("bdi")]
    for said in (
        f"SubStatement {first['verb']['id']}",
        "Agent eino",
        f"StatementRef {first['id']}",
        first["object"]["id"],
        first["verb"]["id"],
        "The <player>",
        "62.5 %",
    ):
        assert said in words
    assert REGISTRATION in [tag.words for tag in page.all("code")]
    assert "The <player>" not in page.html


def test_names_are_in_the_readers_language(whole: Whole, administrator: Visitor) -> None:
    verb = {"id": "https://verbs.example/mended", "display": {"en": "mended", "fi-FI": "korjasi"}}
    thing = {"id": "https://learn.example/boat", "definition": {"name": {"en": "A boat", "ar": "قارب"}}}
    own = {"id": "urn:x-perille:plain:first", "definition": {"name": {"en": "First", "fi": "Eka"}}}
    keep(whole, statement(verb=verb, object=thing), statement(object=own))
    spans = {
        tag.words: tag for tag in administrator.get("/fi/manage/statements").all("span") if tag.attributes.get("dir")
    }
    assert spans["korjasi"]["lang"] == "fi-FI"
    assert {"A boat", "Eka", "suoritti"} <= spans.keys()
    arabic = {
        tag.words: tag for tag in administrator.get("/ar/manage/statements").all("span") if tag.attributes.get("dir")
    }
    assert (arabic["قارب"]["dir"], arabic["mended"]["dir"], arabic["First"]["dir"]) == ("rtl", "ltr", "ltr")


def test_a_statement_without_an_answer_is_shown_as_it_came(whole: Whole, administrator: Visitor) -> None:
    evil = "</code><script>alert(1)</script>"
    thing = {
        "id": "https://learn.example/1",
        "definition": {"extensions": {"https://e.example/n": 12345678901234567890123}},
    }
    sent = statement(verb={"id": "https://v.example/x", "display": {"en": evil}}, object=thing)
    keep(whole, sent)
    page = administrator.get(f"{HERE}/{sent['id']}")
    assert shown_json(page)["verb"] == sent["verb"]
    assert "12345678901234567890123" in page.html
    assert evil not in page.html
    assert administrator.get(f"{HERE}/0191d2f3-0000-7000-8000-000000000000").status == 404


@pytest.mark.parametrize(
    "part",
    [
        {"result": {"response": "my words"}},
        {"result": {"extensions": {"https://e.example/said": "my words"}}},
        {"context": {"extensions": {"https://e.example/said": "my words"}}},
        {
            "object": {
                "objectType": "SubStatement", "actor": agent("a"), "verb": PASSED,
                "object": {"id": "https://learn.example/1"}, "result": {"response": "my words"},
            }
        },
    ],
)  # fmt: skip
def test_an_answer_opens_only_to_who_asked_for_it_and_that_is_noted(
    whole: Whole, administrator: Visitor, part: dict[str, Any]
) -> None:
    sent = statement(**part)
    keep(whole, sent)
    here = f"{HERE}/{sent['id']}"
    assert "my words" not in administrator.get(here).html + administrator.get(HERE).html
    assert audited(whole, "lrs-statement.opened") == []
    answer = administrator.post(here)
    assert (answer.status, answer.headers["Location"]) == (303, here)
    assert "my words" in administrator.get(here).html
    (entry,) = audited(whole, "lrs-statement.opened")
    assert (str(entry.target_id), entry.details, entry.account_id is not None) == (sent["id"], {}, True)

    def grow_old() -> None:
        row = db.session.get_one(AuditEntry, entry.id)
        row.at -= OPEN_FOR

    whole.do(grow_old, write=True)
    assert "my words" not in administrator.get(here).html


def test_a_voided_statement_leaves_the_list_says_so_itself_and_is_shown_on_request(
    whole: Whole, administrator: Visitor
) -> None:
    sent = statement()
    void = statement(verb=VOIDED, object=ref(sent["id"]))
    keep(whole, sent)
    keep(whole, void)
    assert rows(administrator.get(HERE)) == [void["id"]]
    assert found(administrator, voided="yes") == [void["id"], sent["id"]]
    page = administrator.get(f"{HERE}/{sent['id']}")
    assert "This statement was voided" in page.text
    assert rows(page) == [void["id"]]
    other = administrator.get(f"{HERE}/{void['id']}")
    assert (rows(other), "It voids" in other.text) == ([sent["id"]], True)


def test_references_are_followed_both_ways_and_one_that_is_not_here_is_named(
    whole: Whole, administrator: Visitor
) -> None:
    first, away = statement(), "0191d2f3-9999-7000-8000-000000000000"
    second = statement(object=ref(first["id"]), context={"statement": ref(away)})
    keep(whole, first, second)
    assert rows(administrator.get(f"{HERE}/{first['id']}")) == [second["id"]]
    page = administrator.get(f"{HERE}/{second['id']}")
    assert rows(page) == [first["id"]]
    assert (away in page.text, "This statement is not here." in page.text) == (True, True)


def test_what_was_found_is_saved_as_lines_that_come_in_again(whole: Whole, administrator: Visitor) -> None:
    sent = [statement(actor=agent("aino"), result={"response": f"r{place}"}) for place in range(120)]
    keep(whole, *sent, statement(actor=agent("eino")))
    address = administrator.post(HERE, {"who": "https://people.example aino"}).headers["Location"]
    chosen = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    answer = administrator.post(f"{HERE}/save", {**chosen, "form": "json"})
    lines = answer.response.get_data().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [each["id"] for each in sent]
    assert answer.headers["Content-Disposition"].endswith('.jsonl"')
    report = import_again(whole, lines)
    assert (report.stored, report.repeated, report.refused) == (0, 120, [])
    (entry,) = audited(whole, "lrs-statements.saved")
    assert entry.details == {"file": "json", "searched_by": ["person"]}


def import_again(whole: Whole, lines: list[bytes]) -> Any:
    """Import lines into the store that they come from."""
    with whole.app.app_context():
        store_id = whole.do(lambda: services.default_store(db.session))
        return import_lines(db.session(), store_id, lines)


def test_a_table_of_what_was_found_holds_no_formula(whole: Whole, administrator: Visitor) -> None:
    keep(whole, statement(result={"response": "=HYPERLINK(1)", "score": {"scaled": -0.5}}))
    answer = administrator.post(f"{HERE}/save", {"form": "csv"})
    head, line = answer.response.get_data(as_text=True).splitlines()
    assert head.startswith("id,stored,")
    assert "'=HYPERLINK(1)" in line
    assert ",-0.5," in line
    assert answer.headers["Content-Type"].startswith("text/csv")


def test_a_verb_is_found_by_its_name_in_the_readers_language_or_the_last_part_of_its_iri(
    whole: Whole, administrator: Visitor
) -> None:
    passed = statement(verb=PASSED)
    theirs = statement(verb={"id": "https://verbs.example/passed", "display": {"fi": "selvisi"}})
    sent = [passed, theirs, statement(verb={"id": "https://verbs.example/seen", "display": {"en": "looked at"}})]
    keep(whole, *sent)
    for typed, wanted in (
        ("passed", [theirs, passed]),
        (" Passed ", [theirs, passed]),
        ("seen", sent[2:]),
        ("looked at", sent[2:]),
        (PASSED["id"], [passed]),
    ):
        assert found(administrator, verb=typed) == [each["id"] for each in wanted], typed
    answer = administrator.post(HERE.replace("/en/", "/fi/"), {"verb": "läpäisi"})
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"verb": [PASSED["id"]]}
    answer = administrator.post(HERE.replace("/en/", "/fi/"), {"verb": "selvisi"})
    assert rows(administrator.get(answer.headers["Location"])) == [theirs["id"]]
    page = administrator.submit(HERE, {"verb": "sang"})
    assert "No verb of these statements is called so: sang" in page.one("div", role="alert").words
