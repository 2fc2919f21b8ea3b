"""An export comes in again as it was: editions, voided statements and what voids them, times of storing, attachments."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from lrs.attachments import described, multipart, send
from lrs.conftest import Store
from lrs.samples import VOIDED, agent, new_id, ref, statement
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.lrs.commands import lrs
from perille.lrs.transfer import exporting

TABLES = (
    *("statement", "posting", "reference", "attachment_use", "attachment", "term", "authority"),
    *("activity", "agent_name", "document"),
)


@pytest.fixture
def run(lrs_app: Flask) -> Callable[..., Any]:
    """Run a command of the record store."""
    return lambda *words: CliRunner().invoke(lrs, words, obj=lambda: lrs_app, catch_exceptions=False)


def empty(app: Flask) -> None:
    """Take everything out of the store, as if it were another one."""

    def work() -> None:
        for table in TABLES:
            db.session.execute(text(f"DELETE FROM lrs_{table}"))
        fresh = "last_seq = 0, last_stored = 0, last_term = 0, folded = 0, epoch = epoch + 1"
        db.session.execute(text(f"UPDATE lrs_store SET {fresh}"))

    with app.app_context():
        run_in_transaction(db.session, work, write=True)


def fill(make_store: Callable[..., Store]) -> dict[str, str]:
    """Store one of everything; return the ids of some."""
    older = make_store("1.0.3", scopes=("all", "void"), authority=agent("older"))
    newer = make_store("2.0.0", scopes=("all", "void"), authority=agent("newer"))
    loose = statement(timestamp="2020-01-02T03:04:05", version="1.0.0")
    plain, gone = statement(actor=agent("anna")), statement(actor=agent("anna"))
    of_two = statement(
        context={
            "contextAgents": [
                {"objectType": "contextAgent", "agent": agent("bo"), "relevantTypes": ["http://x.example/t"]}
            ]
        }
    )
    odd = statement(version="1.0.3", result={"score": {"raw": 1.50, "max": 1e2}, "response": "ä\\u00e4"})
    late = new_id()
    nested = {**statement(actor=agent("c"), object={"id": "http://x.example/a"}), "objectType": "SubStatement"}
    del nested["id"]
    for store, sent in (
        (older, [loose, plain]),
        (newer, [of_two, odd, gone]),
        (newer, [statement(verb=VOIDED, object=ref(gone["id"]))]),
        (newer, [statement(verb=VOIDED, object=ref(late)), statement(id=late)]),
        (older, [statement(object=ref(plain["id"])), statement(object=nested), {**statement(), "id": new_id()}]),
    ):
        assert store.post(sent).status_code == 200, sent
    send(newer, multipart([statement(attachments=[described(b"essay")])], b"essay"))
    return {"voided": gone["id"], "late": late, "plain": plain["id"]}


def test_everything_comes_in_again_as_it_was(
    run: Callable[..., Any],
    lrs_app: Flask,
    make_store: Callable[..., Store],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exporting, "SLICE", 4)
    ids = fill(make_store)
    first, second, contents = tmp_path / "1.jsonl", tmp_path / "2.jsonl", str(tmp_path / "contents")
    run("export", str(first), "--attachments", contents)
    reader = make_store()
    found = reader.found(ascending="true")
    assert len(first.read_bytes().splitlines()) == len(found) + 2, "voided statements are in the export"

    empty(lrs_app)
    done = run("import", str(first), "--attachments", contents, "--trusted")
    assert done.output == f"{len(found) + 2} stored, 0 were here, 0 refused\n"
    run("export", str(second), "--attachments", contents)
    lines = [[json.loads(line) for line in path.read_bytes().splitlines()] for path in (first, second)]
    assert lines[0] == lines[1]
    assert reader.found(ascending="true") == found
    for voided in (ids["voided"], ids["late"]):
        assert reader.get(statementId=voided).status_code == 404
        assert reader.get(voidedStatementId=voided).status_code == 200
    assert b"essay" in reader.get(attachments="true").get_data()
    third = tmp_path / "3.jsonl"
    empty(lrs_app)
    run("import", str(second), "--attachments", contents, "--trusted")
    run("export", str(third), "--attachments", contents)
    assert third.read_bytes() == second.read_bytes()


def test_an_export_of_one_person_has_what_was_voided_and_what_voids_it(
    run: Callable[..., Any], make_store: Callable[..., Store], tmp_path: Path
) -> None:
    ids = fill(make_store)
    file = tmp_path / "anna.jsonl"
    run("export", str(file), "--account", "https://people.example", "anna")
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert [line["id"] for line in lines if line["actor"] == agent("anna")] == [ids["plain"], ids["voided"]]
    assert [line["object"]["id"] for line in lines if line["verb"]["id"] == VOIDED["id"]] == [ids["voided"]]


def test_a_statement_of_1_0_keeps_its_edition(
    run: Callable[..., Any], lrs_app: Flask, make_store: Callable[..., Store], tmp_path: Path
) -> None:
    """Its timestamp has no zone, which 2.0 refuses."""
    fill(make_store)
    file = tmp_path / "out.jsonl"
    run("export", str(file))
    lines = [line for line in file.read_bytes().splitlines() if b"2020-01-02T03:04:05" in line]
    empty(lrs_app)
    file.write_bytes(lines[0])
    assert run("import", str(file), "--trusted").output == "1 stored, 0 were here, 0 refused\n"
    (kept,) = make_store().get().json["statements"]
    assert (kept["version"], kept["timestamp"]) == ("1.0.0", "2020-01-02T03:04:05")


def test_times_of_storing_are_kept_only_where_trusted_and_where_they_fit(
    run: Callable[..., Any], lrs_app: Flask, make_store: Callable[..., Store], tmp_path: Path
) -> None:
    store, file = make_store(), tmp_path / "out.jsonl"
    store.post(statement(timestamp="2020-01-01T00:00:00Z"))
    run("export", str(file))
    stored = json.loads(file.read_bytes())["stored"]
    empty(lrs_app)
    assert run("import", str(file)).output == "1 stored, 0 were here, 0 refused\n"
    assert store.get().json["statements"][0]["stored"] > stored
    empty(lrs_app)
    later = statement()
    store.post(later)
    assert "1 got the time of this import" in run("import", str(file), "--trusted").output
    assert store.found(since=store.get(statementId=later["id"]).json["stored"]) != []


def test_csv_keeps_numbers_and_guards_formulas(
    run: Callable[..., Any], make_store: Callable[..., Store], tmp_path: Path
) -> None:
    kept = ("-5", "+3,5", "1e3")
    guarded = ("=1+1", "-cmd|x", "@SUM(A1)", " =1", "+358 40", "\uff1d1")
    answers = dict.fromkeys(kept) | {each: f"'{each}" for each in guarded}
    scores = {"scaled": -0.25, "raw": -3}
    make_store().post([statement(result={"response": each, "score": scores}) for each in answers])
    file = tmp_path / "out.csv"
    run("export", str(file), "--csv")
    with file.open(newline="") as rows:
        found = list(csv.DictReader(rows))
    assert [row["response"] for row in found] == [answers[each] or each for each in answers]
    assert {(row["scaled"], row["raw"]) for row in found} == {("-0.25", "-3")}


def test_a_statement_that_was_sent_on_many_lines_is_one_line_of_an_export(
    make_store: Callable[..., Store], lrs_app: Flask, run: Callable[..., Any], tmp_path: Path
) -> None:
    sent = statement(result={"response": "two\nlines\r\n"})
    assert make_store().post(json.dumps(sent, indent=2).replace("\n", "\r\n").encode()).status_code == 200
    file = tmp_path / "all.jsonl"
    run("export", str(file))
    (line,) = file.read_bytes().splitlines()
    assert json.loads(line)["result"] == sent["result"]
    empty(lrs_app)
    assert run("import", str(file)).output.startswith("1 stored, 0 were here, 0 refused")
