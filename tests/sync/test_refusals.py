"""A sender who means harm, or is out of date: refused by name, and nothing of what was sent is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select

from groups.school import School, make_school
from perille.core.database import Base
from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner
from perille.groups.models import GroupMember
from perille.people.models import Membership
from perille.people.organisations import close_organisation, find_organisation
from perille.sync.accepting import Acceptance
from perille.sync.keys import keys_of, make_key, revoke_key
from perille.sync.scope import scope_of, table_of
from perille.sync.wire import MOST_BYTES, MOST_LINES, SyncRefusal, digest, pack, row_of
from support.records import statements
from sync.pair import Two

Line = dict[str, Any]


def post(two: Two, body: bytes, path: str = "/rows", **headers: str) -> tuple[int, Line]:
    """Send a part as a program of anybody's would; return status and first line of the answer."""
    asked = {
        "Authorization": f"Bearer {two.key}",
        "Perille-Run": str(uuid4()),
        "Perille-Clock": "2026-11-26T12:00:00+00:00",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    client = two.office.whole.app.test_client(use_cookies=False)
    answer = client.post(f"/sync/v1{path}", data=body, headers=asked)
    return answer.status_code, msgspec.json.decode(answer.get_data().split(b"\n")[0])


def rows(two: Two, school: School, name: str) -> list[Line]:
    """Return the rows of a table of a school's groups as they are sent."""

    def work() -> list[Line]:
        scope = scope_of(school.organisation)
        carried = scope.tables[name]
        table = table_of(carried)
        return [{"table": name, "row": row_of(table, each, carried.without)} for each in scope.rows(db.session, name)]

    return two.office.whole.do(work)


@pytest.fixture
def other(two: Two) -> School:
    """Another organisation on the same installation, with somebody who learns."""
    school = make_school(two.office.whole, "other@example.org", "The school")
    phone = school.joined("Zaid")
    phone.start()
    phone.post("/en/courses/way/hello/next")
    two.office.joined("Amal")
    return school


def changed(line: Line, **values: object) -> Line:
    return {**line, "row": {**line["row"], **values}}


Make = Callable[[Two, School], list[Line]]


def of_other_group(two: Two, other: School) -> list[Line]:
    return [changed(rows(two, other, "learning_group")[0], name="Mine now")]


def group_in_other_organisation(two: Two, other: School) -> list[Line]:
    return [changed(rows(two, other, "learning_group")[0], id=str(uuid4()), join_key="0123456789ab")]


def member_of_other(two: Two, other: School) -> list[Line]:
    return [changed(rows(two, other, "group_member")[0], name="Mine now")]


def learner_of_other_in_own_group(two: Two, other: School) -> list[Line]:
    learner = rows(two, other, "learner")[0]["row"]["id"]
    member = changed(rows(two, two.office, "group_member")[0], id=str(uuid4()), learner_id=learner, number=9)
    return [member]


def learner_of_other_for_an_own_line(two: Two, other: School) -> list[Line]:
    learner = rows(two, other, "learner")[0]["row"]["id"]
    own = rows(two, two.office, "group_member")[0]
    here = digest(f"group_member {own['row']['id']}", "learner_id", UUID(own["row"]["learner_id"]))
    return [{**changed(own, learner_id=learner), "base": {"learner_id": here}}]


def learner_of_other(two: Two, other: School) -> list[Line]:
    return rows(two, other, "learner")


def enrolment_of_other(two: Two, other: School) -> list[Line]:
    return [changed(rows(two, other, "enrolment")[0], id=str(uuid4()), registration=str(uuid4()))]


def statement_of_other(two: Two, other: School) -> list[Line]:
    body = json.loads(json.dumps(statements(two.office.whole)[0]))
    body["id"] = str(uuid4())
    return [{"table": "statement", "row": {"registration": "", "body": json.dumps(body)}}]


@pytest.mark.parametrize(
    "make",
    [
        of_other_group,
        group_in_other_organisation,
        member_of_other,
        learner_of_other_in_own_group,
        learner_of_other_for_an_own_line,
        learner_of_other,
        enrolment_of_other,
        statement_of_other,
    ],
)
def test_rows_of_another_organisation_are_refused_and_the_honest_ones_beside_them_too(
    two: Two, other: School, make: Make
) -> None:
    honest = changed(rows(two, two.office, "learning_group")[0], id=str(uuid4()), join_key="9123456789ab")
    body = pack([honest, *make(two, other)])
    before = two.office.whole.counts()
    status, head = post(two, body)
    assert (status, head["refused"]) == (403, "organisation"), head
    assert two.office.whole.counts() == before
    assert "Mine now" not in str(two.office.whole.scalars(select(GroupMember.name)))


def test_a_statement_about_another_learner_than_its_registration_is_refused(two: Two) -> None:
    first, second = two.office.joined("Amal"), two.office.joined("Nour")
    for phone in (first, second):
        phone.start()
    names = [str(each.actor_name) for each in two.office.whole.scalars(select(Learner))]
    body = statements(two.office.whole)[0]
    mine = body["actor"]["account"]["name"]
    forged = json.loads(json.dumps(body).replace(mine, next(each for each in names if each != mine)))
    forged["id"] = str(uuid4())
    before = two.office.whole.counts()
    line = {"table": "statement", "row": {"registration": "", "body": json.dumps(forged)}}
    assert post(two, pack([line]))[1]["refused"] == "statement"
    assert two.office.whole.counts() == before


@pytest.mark.parametrize(
    "table", ["account", "membership", "organisation", "group_trainer", "extra_tries", "sync_key", 7]
)
def test_what_only_the_office_gives_is_never_taken(two: Two, table: object) -> None:
    status, head = post(two, pack([{"table": table, "row": {}}]))
    assert (status, head["refused"]) == (400, "row")


@pytest.mark.parametrize(
    ("body", "status", "cause"),
    [
        (pack([]).replace(b'"perille-sync":1', b'"perille-sync":0'), 409, "version"),
        (pack([]).replace(b'"perille-sync":1', b'"perille-sync":2'), 409, "version"),
        (pack([{"a": 1}, {"b": 2}]).rsplit(b"\n", 2)[0] + b"\n", 400, "cut"),
        (pack([{"a": 1}])[:-3], 400, "cut"),
        (b"", 400, "cut"),
        (b"[" * 50_000 + b"\n", 400, "format"),
        (b'{"perille-sync":1}\nnull\n', 400, "format"),
        (b"\xff\xfe\n", 400, "format"),
        (b"x" * (MOST_BYTES * 10) + b"\n", 413, "size"),
        (pack([{}] * (MOST_LINES * 10)), 413, "size"),
        (pack([{"table": "learning_group", "row": None}]), 400, "row"),
        (pack([{"table": "learning_group", "row": {"id": "x"}}]), 400, "row"),
    ],
    ids=[
        "older",
        "newer",
        "a line less",
        "half a line",
        "nothing",
        "deep",
        "null",
        "no text",
        "large",
        "many",
        "no row",
        "other columns",
    ],
)
def test_what_is_no_part_of_this_version_is_refused_by_name(two: Two, body: bytes, status: int, cause: str) -> None:
    before = two.office.whole.counts()
    got, head = post(two, body)
    assert (got, head["refused"]) == (status, cause)
    assert two.office.whole.counts() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", "x" * 121), ("name", None), ("name", 7), ("places", True), ("places", 2**40), ("starts_on", "tomorrow"),
     ("created_at", "2026-11-26T10:00:00"), ("id", "1"), ("name", "a\0b")],
)  # fmt: skip
def test_values_of_another_kind_are_refused(two: Two, name: str, value: object) -> None:
    line = changed(rows(two, two.office, "learning_group")[0], **{name: value})
    assert post(two, pack([line]))[1]["refused"] == "row"


@pytest.mark.parametrize(
    "header", [{"Content-Type": "multipart/form-data; boundary=x"}, {"Origin": "https://x.example"}]
)
def test_what_is_refused_before_the_key_is_looked_at_is_refused_in_lines_too(two: Two, header: dict[str, str]) -> None:
    status, head = post(two, pack([]), **header)
    assert (status, head["refused"]) in ((400, "format"), (403, "format"))
    assert head["words"]


def test_a_compressed_part_is_not_unpacked(two: Two) -> None:
    assert post(two, b"\x1f\x8b", Content_Encoding="gzip") == (
        415,
        {**post(two, b"\x1f\x8b", Content_Encoding="gzip")[1]},
    )
    assert post(two, b"\x1f\x8b", Content_Encoding="gzip")[1]["refused"] == "format"


def test_a_key_that_is_wrong_taken_back_or_of_a_closed_organisation_is_refused(two: Two) -> None:
    site, organisation = two.office.whole, two.office.organisation
    for wrong in ("Bearer x", "Basic x", "", f"Bearer {two.key}x"):
        status, head = post(two, pack([]), Authorization=wrong)
        assert (status, head["refused"]) == (401, "key")
    second = site.do(lambda: make_key(db.session, organisation, "2", None), write=True)
    number: UUID = site.do(lambda: keys_of(db.session, organisation)[-1].id)
    site.do(lambda: revoke_key(db.session, organisation, number, None), write=True)
    assert post(two, pack([]))[1]["refused"] == "key"
    two.key = second
    assert post(two, pack([]))[0] == 200
    site.do(
        lambda: close_organisation(db.session, find_organisation(db.session, organisation), closed=True, by=None),
        write=True,
    )
    assert post(two, pack([]))[1]["refused"] == "organisation"


def test_the_key_itself_is_nowhere_in_the_database(two: Two) -> None:
    def everything() -> str:
        tables = [each for each in Base.metadata.sorted_tables if each.name.startswith("sync_")]
        return "".join(str(db.session.execute(each.select()).all()) for each in tables)

    for site in (two.office.whole, two.laptop):
        assert two.key not in site.do(everything)


def test_a_new_learner_without_a_line_in_a_group_is_refused(two: Two) -> None:
    two.office.joined("Amal")
    learner = changed(rows(two, two.office, "learner")[0], id=str(uuid4()), actor_name=str(uuid4()))
    assert post(two, pack([learner]))[1]["refused"] == "row"
    assert len(two.office.whole.scalars(select(Learner))) == 1
    assert two.office.whole.scalars(select(Enrolment)) == []


def test_an_office_that_means_harm_gives_nobody_a_role_on_the_laptop(two: Two) -> None:
    two.take()
    (trainer,) = two.laptop.scalars(select(Membership))

    def pretend() -> None:
        table = table_of(scope_of(two.office.organisation).tables["membership"])
        known = db.session.execute(select(table)).mappings().one()
        row = row_of(table, {**known, "id": uuid4(), "role": "administrator", "organisation_id": None})
        scope = scope_of(two.office.organisation)
        Acceptance(db.session, two.office.organisation, scope).apply_row({"table": "membership", "row": row})

    with pytest.raises(SyncRefusal, match="does not know"):
        two.laptop.do(pretend, write=True)
    assert [each.id for each in two.laptop.scalars(select(Membership))] == [trainer.id]
