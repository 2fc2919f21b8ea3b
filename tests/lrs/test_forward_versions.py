"""Each store is sent statements in a version that it speaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from lrs.conftest import Store
from lrs.forwards import Other, add, lag, refused
from lrs.samples import agent, statement
from perille.lrs.transfer.transport import Reply


def new_statement() -> dict[str, Any]:
    """Return a statement that 1.0.3 does not know as it is."""
    entry = {"objectType": "contextAgent", "agent": agent("mentor"), "relevantTypes": ["https://x.example/mentor"]}
    return statement(context={"contextAgents": [entry], "platform": "P"})


def test_a_store_of_the_older_version_gets_every_statement_in_words_it_knows(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    make_store("2.0.0").post([new_statement(), statement()])
    make_store("1.0.3").post(statement())
    old = Other(speaks=["1.0.1", "1.0.3"])
    assert forward(old) == 3
    (parcel,) = old.parcels
    assert parcel.version == "1.0.3"
    sent = json.loads(parcel.body)
    assert all(each["version"].startswith("1.0.") for each in sent)
    assert sent[0]["context"] == {"platform": "P"}
    # A store of 1.0.3 takes all of it.
    taker = make_store("1.0.3")
    for each in sent:
        each["id"] = str(uuid4())
    assert taker.post(sent).status_code == 200
    assert lag(work).versions == ("1.0.1", "1.0.3")


def test_each_statement_goes_in_the_version_it_came_in_where_both_are_spoken(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    new, old = make_store("2.0.0"), make_store("1.0.3")
    new.post(new_statement())
    old.post(statement())
    new.post(statement())
    other = Other()
    assert forward(other) == 3
    assert [parcel.version for parcel in other.parcels] == ["2.0.0", "1.0.3", "2.0.0"]
    assert "contextAgents" in json.loads(other.parcels[0].body)[0]["context"]
    assert other.asked == 1


def test_a_store_that_does_not_say_what_it_speaks_gets_the_older_version(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    make_store().post(new_statement())
    other = Other(speaks=[])
    assert forward(other) == 1
    assert other.parcels[0].version == "1.0.3"


def test_a_store_that_changes_its_version_is_asked_again(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    store = make_store()
    store.post(new_statement())
    forward(Other())
    store.post(new_statement())
    older = Other(Reply(400, "Bad Request", "version"), speaks=["1.0.3"])
    assert forward(older) == 1
    assert [parcel.version for parcel in older.parcels] == ["2.0.0", "1.0.3"]
    assert refused(work) == []
