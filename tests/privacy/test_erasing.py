"""Erasing one learner, or anybody else of the record store: all that is theirs goes, others' stays, and the search proves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment, Learner
from perille.enrolment.tombstones import Tombstone
from perille.people.models import AuditEntry
from perille.privacy import erasing
from perille.privacy.commands import finish_all, privacy
from perille.privacy.models import Erasure
from perille.tracking.models import UnitProgress
from support.records import STRANGER, actor_home, only_enrolment, said, send, statements
from support.visitor import Visitor
from support.whole import Whole, dispose, make_site

NOBODY = "018f0000-0000-7000-8000-000000000000"


def erase(whole: Whole, *arguments: str) -> Result:
    return CliRunner().invoke(privacy, ["erase", *arguments], obj=lambda: whole.app)


def by_others(whole: Whole, **more: Any) -> dict[str, Any]:
    """Return what somebody else's program says under the learner's registration."""
    return said(whole, "commented", "hello", actor={"mbox": "mailto:teacher@example.org"}, **more)


def test_all_that_stands_under_the_learners_numbers_goes_and_others_stay(whole: Whole, learner: Visitor) -> None:
    enrolment = only_enrolment(whole)
    actor, registration = str(enrolment.learner.actor_name), str(enrolment.registration)
    plain = {"actor": {"mbox": "mailto:teacher@example.org"}, "verb": {"id": "http://x.example/wrote"}}
    (certificate,) = whole.scalars(select(Credential))
    about = [
        by_others(whole),
        {**plain, "id": str(uuid4()), "object": {"id": f"https://x.example/{registration}"}},
        {**plain, "id": str(uuid4()), "object": {"id": "https://x.example/a"}, "result": {"extensions": {"urn:x:y": [actor.upper()]}}},
        {**plain, "id": str(uuid4()), "object": {"id": "https://x.example/b"}, "result": {"response": f"code {certificate.code}"}},
    ]  # fmt: skip
    other = {**plain, "id": str(uuid4()), "object": {"id": "https://x.example/c"}}
    send(whole, *about, other)
    whole.visitor().start()
    before = len(statements(whole))

    done = erase(whole, str(enrolment.learner_id))
    assert done.exit_code == 0, done.output
    assert "Nothing is left in them." in done.output
    assert "Erased: 1 learners" in done.output
    left = statements(whole)
    assert f", {before - len(left)} statements" in done.output
    assert {one["id"] for one in left} >= {other["id"]}
    assert not {one["id"] for one in left} & {one["id"] for one in about}
    assert [one["id"] for one in left if registration in json.dumps(one)] == []
    assert len(whole.scalars(select(Learner))) == 1
    assert whole.scalars(select(Credential)) == []
    assert whole.scalars(select(UnitProgress).where(UnitProgress.registration == enrolment.registration)) == []
    assert len(whole.scalars(select(Tombstone))) == 1


@pytest.mark.parametrize("number", ["id", "actor_name", "registration"])
def test_a_learner_is_found_by_each_of_their_numbers(whole: Whole, learner: Visitor, number: str) -> None:
    enrolment = only_enrolment(whole)
    value = enrolment.registration if number == "registration" else getattr(enrolment.learner, number)
    assert erase(whole, str(value)).exit_code == 0
    assert whole.scalars(select(Learner)) == []


def test_the_audit_table_says_that_somebody_was_erased_and_not_who(whole: Whole, learner: Visitor) -> None:
    enrolment = only_enrolment(whole)
    erase(whole, str(enrolment.learner_id))
    (entry,) = whole.scalars(select(AuditEntry).where(AuditEntry.action == "privacy.erased"))
    assert (entry.target_id, entry.details["learners"]) == (None, 1)


def test_a_number_that_nobody_has_is_an_error_and_changes_nothing(whole: Whole, learner: Visitor) -> None:
    before = whole.counts()
    done = erase(whole, NOBODY)
    assert done.exit_code != 0
    assert f"There is no learner of the number {NOBODY}. Nothing was changed" in str(done.exception)
    assert whole.counts() == before


def test_a_number_of_another_system_is_an_error_that_names_the_way(whole: Whole, learner: Visitor) -> None:
    account = {"homePage": "https://other.example", "name": NOBODY}
    send(whole, {**said(whole, "read", "hello"), "actor": {"account": account}})
    done = erase(whole, NOBODY)
    assert f"--account https://other.example {NOBODY}" in str(done.exception)
    assert erase(whole, "--account", "https://other.example", NOBODY).exit_code == 0
    assert NOBODY not in json.dumps(statements(whole))
    assert len(whole.scalars(select(Learner))) == 1


def test_who_is_unknown_by_any_identifier_is_an_error(whole: Whole, learner: Visitor) -> None:
    done = erase(whole, "--mbox", "nobody@example.org")
    assert done.exit_code != 0
    assert "Nothing of this person was kept here" in str(done.exception)
    assert erase(whole).exit_code == 2
    assert "no e-mail address" in str(erase(whole, "--mbox", "nobody").exception)
    assert "no SHA-1" in str(erase(whole, "--sha1", "nobody").exception)


def test_the_platform_itself_cannot_be_erased(whole: Whole, learner: Visitor) -> None:
    done = erase(whole, "--account", actor_home(whole), "platform")
    assert done.exit_code != 0
    assert "the platform itself" in str(done.exception)
    assert len(whole.scalars(select(Learner))) == 1


def test_an_account_of_a_learner_is_the_learner(whole: Whole, learner: Visitor) -> None:
    name = str(only_enrolment(whole).learner.actor_name)
    assert erase(whole, "--account", actor_home(whole), name).exit_code == 0
    assert whole.scalars(select(Enrolment)) == []


def test_the_learners_own_button_erases_at_once_and_the_job_finds_the_rest(whole: Whole, learner: Visitor) -> None:
    enrolment = only_enrolment(whole)
    actor = str(enrolment.learner.actor_name)
    hidden = {**said(whole, "read", "hello", actor=STRANGER, registration=uuid4()), "result": {"response": actor}}
    send(whole, by_others(whole), hidden)
    learner.post("/en/forget", {"sure": "yes"})
    assert [one["id"] for one in statements(whole)] == [hidden["id"]]
    assert len(whole.scalars(select(Erasure))) == 1
    with whole.app.app_context():
        assert finish_all() == 1
        assert finish_all() == 0
    assert statements(whole) == []
    assert whole.scalars(select(Erasure)) == [], "the note of whom to erase is erased with them"


def test_names_of_activities_stop_no_erasure(whole: Whole, learner: Visitor) -> None:
    other = said(whole, "read", "hello", actor=STRANGER, registration=uuid4())
    spoken = {"name": {"en": 'A "name" in one language'}}
    send(whole, {**other, "object": {"id": "https://x.example/a", "definition": spoken}})
    learner.post("/en/forget", {"sure": "yes"})
    with whole.app.app_context():
        assert finish_all() == 1
    assert [one["id"] for one in statements(whole)] == [other["id"]]


def test_an_erasure_that_fails_is_said_and_does_not_stop_those_after_it(
    whole: Whole, learner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = whole.visitor()
    other.start()
    for each in (learner, other):
        each.post("/en/forget", {"sure": "yes"})
    look = erasing.look_through

    def fails_once(*_arguments: Any) -> Any:
        monkeypatch.setattr(erasing, "look_through", look)
        raise TypeError("a body that nobody thought of")

    monkeypatch.setattr(erasing, "look_through", fails_once)
    with whole.app.app_context():
        with pytest.raises(TypeError, match="nobody thought of"):
            finish_all()
        assert len(whole.scalars(select(Erasure))) == 1, "the one behind it is done"
        assert finish_all() == 1
    assert whole.scalars(select(Erasure)) == []


def test_a_copy_that_lies_in_the_data_folder_is_named(whole: Whole, learner: Visitor) -> None:
    number = str(only_enrolment(whole).learner.actor_name)
    folder: Path = whole.app.config["PERILLE"].data_dir
    (folder / "old.copy").write_text(f"kept by somebody: {number}")
    done = erase(whole, number)
    assert done.exit_code == 1
    assert f"LEFT in file {folder / 'old.copy'}: 1" in done.output


def test_a_folder_without_a_site_is_named_and_nothing_reassures_falsely(whole: Whole, tmp_path: Path) -> None:
    app = make_site(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path, whole.packs)
    for arguments in (["erase", NOBODY], ["expire"], ["finish"], ["restore", "--all"]):
        done = CliRunner().invoke(privacy, arguments, obj=lambda: app)
        assert done.exit_code != 0
        assert "There is no site in this data folder" in str(done.exception)
    dispose(app)


def test_two_processes_that_finish_the_same_erasure_do_it_once(
    whole: Whole, learner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.post("/en/forget", {"sure": "yes"})
    look = erasing.look_through

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(erasing, "look_through", look)
        finish_all()
        return look(*arguments)

    monkeypatch.setattr(erasing, "look_through", meanwhile)
    with whole.app.app_context():
        finish_all()
    assert whole.scalars(select(Erasure)) == []
