"""Statements go out as lines and come in again, elsewhere, the same."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from lrs.attachments import described, multipart, send
from lrs.conftest import Store
from lrs.samples import agent, statement
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.commands import lrs
from perille.lrs.storage.erase import erase_actor
from perille.lrs.transfer import exporting


@pytest.fixture
def run(lrs_app: Flask) -> Callable[..., Any]:
    """Run a command of the record store."""
    return lambda *words: CliRunner().invoke(lrs, words, obj=lambda: lrs_app)


def test_an_export_comes_in_again_with_its_authority(
    run: Callable[..., Any],
    lrs_app: Flask,
    make_store: Callable[..., Store],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exporting, "SLICE", 3)
    store, file = make_store(authority=agent("voucher")), tmp_path / "out.jsonl"
    sent = [statement(actor=agent("anna"), result={"score": {"raw": place}}) for place in range(8)]
    store.post(sent)
    other = statement(actor=agent("bo"))
    store.post(other)
    assert run("export", str(file), "--account", "https://people.example", "anna").exit_code == 0
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert [line["id"] for line in lines] == [one["id"] for one in sent]

    again = run("import", str(file))
    assert (again.exit_code, again.output) == (0, "0 stored, 8 were here, 0 refused\n")
    with lrs_app.app_context():
        session = db.session()
        erase = lambda: erase_actor(session, services.default_store(session), "https://people.example", "anna")  # noqa: E731
        run_in_transaction(session, erase, write=True)
    assert run("import", str(file)).output == "8 stored, 0 were here, 0 refused\n"
    assert store.found(agent=agent("anna"), ascending="true") == [one["id"] for one in sent]
    assert store.get(statementId=sent[0]["id"]).json["authority"] == agent("voucher")


def test_a_line_that_is_refused_does_not_stop_the_rest(run: Callable[..., Any], tmp_path: Path) -> None:
    good, clash = {**statement(), "authority": agent("v")}, {**statement(), "authority": agent("v")}
    lines = [good, {"id": "x"}, clash, {**clash, "result": {"success": True}}, statement()]
    file = tmp_path / "in.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    done = run("import", str(file))
    assert done.exit_code == 1
    assert "line 2: " in done.output
    assert "2 stored, 0 were here, 3 refused" in done.output


def test_contents_of_attachments_go_into_a_folder_and_come_back(
    run: Callable[..., Any], lrs_app: Flask, make_store: Callable[..., Store], tmp_path: Path
) -> None:
    store, file, folder = make_store(), tmp_path / "out.jsonl", tmp_path / "contents"
    sent = [statement(actor=agent("anna"), attachments=[described(content)]) for content in (b"one", b"two")]
    send(store, multipart(sent, b"one", b"two"))
    assert run("export", str(file), "--attachments", str(folder)).exit_code == 0
    assert {path.read_bytes() for path in folder.iterdir()} == {b"one", b"two"}
    with lrs_app.app_context():
        session = db.session()
        erase = lambda: erase_actor(session, services.default_store(session), "https://people.example", "anna")  # noqa: E731
        run_in_transaction(session, erase, write=True)

    missing = run("import", str(file))
    assert missing.output.count("did not arrive") == 2
    (folder / sent[1]["attachments"][0]["sha2"]).write_bytes(b"another")
    wrong = run("import", str(file), "--attachments", str(folder))
    assert "line 2: " in wrong.output
    assert "1 stored, 0 were here, 1 refused" in wrong.output
    (folder / sent[1]["attachments"][0]["sha2"]).write_bytes(b"two")
    assert run("import", str(file), "--attachments", str(folder)).output == "1 stored, 1 were here, 0 refused\n"
    odd = statement(attachments=[described(b"x", sha2=name) for name in ("../one", "x" * 300)], authority=agent("v"))
    file.write_text(json.dumps(odd))
    assert "0 stored, 0 were here, 1 refused" in run("import", str(file), "--attachments", str(folder)).output
    back = store.get(statementId=sent[1]["id"], attachments="true").get_data()
    assert b"two" in back


def test_csv_has_a_row_a_statement_and_no_formula(
    run: Callable[..., Any], make_store: Callable[..., Store], tmp_path: Path
) -> None:
    file = tmp_path / "out.csv"
    sent = statement(actor=agent("anna"), result={"response": "=1+1", "success": True, "score": {"scaled": 0.50}})
    make_store().post(sent)
    assert run("export", str(file), "--csv").exit_code == 0
    with file.open(newline="") as rows:
        (row,) = csv.DictReader(rows)
    assert (row["id"], row["actor"], row["response"]) == (sent["id"], "anna", "'=1+1")
    assert (row["success"], row["scaled"], row["raw"]) == ("true", "0.5", "")


@pytest.mark.parametrize(
    ("response", "cell"),
    [
        ("-5", "-5"),
        ("+1.5e-3", "+1.5e-3"),
        ("-1+1", "'-1+1"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("plain", "plain"),
    ],
)
def test_csv_guards_formulas_and_keeps_numbers(
    run: Callable[..., Any], make_store: Callable[..., Store], tmp_path: Path, response: str, cell: str
) -> None:
    file = tmp_path / "out.csv"
    score = {"scaled": -0.5, "raw": -12, "min": -20, "max": 20}
    make_store().post(statement(actor=agent("anna"), result={"response": response, "score": score}))
    assert run("export", str(file), "--csv").exit_code == 0
    with file.open(newline="") as rows:
        (row,) = csv.DictReader(rows)
    assert (row["response"], row["scaled"], row["raw"]) == (cell, "-0.5", "-12")


def test_a_client_is_made_listed_and_revoked_by_commands(run: Callable[..., Any], lrs_app: Flask) -> None:
    made = json.loads(run("client", "add", "--name", "Reader", "--scope", "all/read", "--json").output)
    assert f"{made['key']}  active    all/read  Reader" in run("client", "list").output
    store = Store(lrs_app, (made["key"], made["secret"]), "2.0.0")
    assert store.get().status_code == 200
    assert store.post(statement()).status_code == 403
    secret = run("client", "rotate", made["key"]).output.strip()
    assert store.get().status_code == 401
    assert Store(lrs_app, (made["key"], secret), "2.0.0").get().status_code == 200
    assert run("client", "revoke", made["key"]).exit_code == 0
    assert Store(lrs_app, (made["key"], secret), "2.0.0").get().status_code == 401
